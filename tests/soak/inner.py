"""The inner layer: one process at a time, killed at the crash points of register and delivery.

A child is forked from a warm parent, does one command of a random story, and is killed at a random place; the next one
goes on from what the register says. The messages go over real SMTP and HTTP to a catcher in another process.
"""

import asyncio
import base64
import gc
import http.client
import json
import os
import pickle
import random
import re
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deployments.rehearsals.catcher import Catcher, Mood
from integrations.crash import POINTS, crash_at
from integrations.register import Register, alerts, audit, crises
from integrations.register.alerts import Delivery
from integrations.settings import MailSecurity, Settings
from tests.building import NOW, a_register
from tests.databases import emptied_again_and_again, has_a_server, on_sqlite
from tests.soak.invariants import Acknowledged, Invariants, Received
from tests.soak.rows import ACTIVATE
from tests.soak.story import EVERYTHING, NOBODY_HOME, Command, NobodyCan, Story, the_plan
from tests.soak.tally import Finding, Tally, Wrong

ROUND = 250
"""Injections into one register; then it is checked in full, and another begins."""
ON_POSTGRESQL = 10
"""Each tenth round is on PostgreSQL, which takes longer."""
UNHARMED = 0.2
"""The part of the commands that nothing happens to."""
IN_A_ROW = 8
"""Commands that one child does at most."""
LONGEST = 30.0
"""Seconds that a child may take."""
DELIVERED_WITHIN = 180.0
"""Seconds in which delivery must have finished, once it is let be."""
WARM = 60
"""Commands that the parent does itself before it forks."""
TO_REACH = 40
"""Times that a crash point is tried, for some are come to only when a mail server is moody."""
COMMANDS_TO_REACH = 1_000
"""Commands within which each of them must have been killed at each of its crash points."""
TO_THE_END = 400
"""Commands within which every crisis must have come to its end."""

_PLACES = {
    "write": ("write.before-facts", "write.after-facts", "write.after-audit", "write.before-commit", "write.after-commit"),
    "refusal": ("refusal.before-commit", "refusal.after-commit"),
    "bookkeeping": ("bookkeeping.before-commit", "bookkeeping.after-commit"),
    "delivery": (
        *("delivery.after-claim", "delivery.before-send", "delivery.after-send"),
        *("delivery.before-stamp", "delivery.after-stamp", "delivery.before-put-back", "delivery.after-put-back"),
        *("delivery.before-bury", "delivery.after-bury", "bookkeeping.before-commit", "bookkeeping.after-commit"),
    ),
}
_OFTEN = (1, 1, 2, 3, 5, 8)
_TIMES = {"delivery.after-claim": (1,)} | dict.fromkeys((f"delivery.{when}-bury" for when in ("before", "after")), (1, 1, 2))
"""At which time of coming there: a delivery comes to most places as often as there are alerts."""
_WEBHOOKS = {name: f"T0/B0/{name}" for name in ("iao", "iccb", "mccb", "nkc", "piket")}


def soak(seed: int, injections: int, say: Callable[[str], None], only_round: int | None = None) -> Tally:
    """So many injections, in rounds; each round has a seed of its own and can be played alone."""
    tally, began, number = Tally("inner"), time.monotonic(), only_round or 1
    rounds = (only_round,) if only_round else range(1, injections // ROUND + 2)
    wants_postgresql = any(_stands_on(one) == "postgresql" for one in rounds)
    with _a_folder() as folder, _grounds(folder, on_postgresql=wants_postgresql and has_a_server()) as grounds:
        if wants_postgresql and "postgresql" not in grounds:
            tally.left_out = ("postgresql: there is no server",)
        for ground in grounds.values():
            _warm_up(ground, folder)
        _freeze()
        if not only_round:
            with _catching(f"{seed}/0") as caught:
                _Round(seed, 0, grounds["sqlite"], _settings(folder, caught), caught, tally).reach_every_point()
        while tally.injections < injections:
            wanted = min(ROUND, injections - tally.injections)
            ground = grounds.get(_stands_on(number), grounds["sqlite"])
            with _catching(f"{seed}/{number}") as caught:
                _Round(seed, number, ground, _settings(folder, caught), caught, tally).play(wanted)
            so_far = f"{tally.injections} injections, {tally.duplicates} duplicates, {len(tally.found)} wrong"
            say(f"inner round {number} ({ground.name}): {so_far}")
            if only_round:
                break
            number += 1
    tally.seconds = time.monotonic() - began
    return tally


def _stands_on(number: int) -> str:
    """The database of this round."""
    return "sqlite" if number % ON_POSTGRESQL else "postgresql"


@contextmanager
def _a_folder() -> Iterator[Path]:
    """In memory where that can be: it is processes that are killed here, and not disks."""
    folder = Path(tempfile.mkdtemp(prefix="opschaling-soak-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


class _Ground:
    """A register that is emptied for each round: the statements that were compiled for it are kept."""

    def __init__(self, name: str, emptied: Callable[[], str]) -> None:
        self.name = name
        self._emptied = emptied
        self.register = a_register(emptied(), the_plan())

    def anew(self) -> Register:
        """The same, with nothing in it but the plan."""
        self.register.close()
        a_register(self._emptied(), the_plan()).close()
        return self.register


@contextmanager
def _grounds(folder: Path, *, on_postgresql: bool) -> Iterator[dict[str, _Ground]]:
    """SQLite, and PostgreSQL where it is wanted."""

    def emptied() -> str:
        for file in folder.glob("register.db*"):
            file.unlink()
        return on_sqlite(folder)

    with ExitStack() as stack:
        found = {"sqlite": _Ground("sqlite", emptied)}
        if on_postgresql:
            found["postgresql"] = _Ground("postgresql", stack.enter_context(emptied_again_and_again()))
        try:
            yield found
        finally:
            for ground in found.values():
                ground.register.close()


def _warm_up(ground: _Ground, folder: Path) -> None:
    """Have this process do once what its children will do, so that each need not load and compile it again."""
    register = ground.anew()
    with _catching("warm") as caught:
        plan = the_plan()
        story = Story(register, _settings(folder, caught), plan, random.Random(1), NOW, "warm")
        for _ in range(WARM):
            story.perform(story.next_command())
        story.perform(story.delivering())
        for crisis in crises.open_ones(register):
            while command := story.towards_the_end(crisis.slug):
                story.perform(command)
        story.perform(story.delivering())
        Invariants(register).broken()
    register.close()


def _freeze() -> None:
    """What forks must have one thread; and what it holds now is shared with its children, and looked through no more."""
    while threading.active_count() > 1:
        time.sleep(0.01)
    gc.collect()
    gc.freeze()


class _Round:
    def __init__(self, seed: int, number: int, ground: _Ground, settings: Settings, caught: "_Caught", tally: Tally) -> None:
        self._name = f"seed {seed}, round {number}"
        self._chance = random.Random(self._name)
        self._register = register = ground.anew()
        self._ground = ground.name
        self._caught = caught
        self._looked_at = 0
        self._tally = tally
        self._story = Story(register, settings, the_plan(), self._chance, NOW, f"soak-{number}")
        self._invariants = Invariants(register)
        self._acknowledged: list[Acknowledged] = []

    def play(self, injections: int) -> None:
        """Inject, let delivery finish, bring every crisis to its end, and ask everything."""
        step, done = 0, 0
        while done < injections:
            step += 1
            self._chance = self._story.chance = random.Random(f"{self._name}, {step}")
            done += self._inject(f"{self._name}, step {step}")
        self._all_questions()

    def _all_questions(self) -> None:
        """Once delivery has finished, and again once every crisis has come to its end."""
        self._finish()
        self._to_the_end()
        self._finish()
        received = self._caught.all()
        self._tally.duplicates += len(received) - len(set(received))
        self._tally.counts.update(crises=len(crises.all_of_them(self._register)), messages=len(received))

    def reach_every_point(self) -> None:
        """At least one injection at each."""
        for point in POINTS:
            where = f"{self._name}, killed at {point}"
            for _ in range(TO_REACH):
                *before, last = self._story.to_reach(point.partition(".")[0])
                told = self._child(iter([*((command, "") for command in before), (last, point)]))
                self._acknowledged += told.acknowledged
                if told.was_killed:
                    self._tally.inject(point, self._ground)
                    self._note(self._invariants.broken(self._acknowledged), where)
                    break
            else:
                self._note([Finding(Wrong.STALLED, f"{point} was never reached")], where)
        self._reach_every_command()
        self._all_questions()

    def _reach_every_command(self) -> None:
        """All that can be asked of the register is killed at every crash point of a write; activation was already."""
        left = {(action, point) for action in EVERYTHING if action != ACTIVATE for point in _PLACES["write"]}
        for step in range(COMMANDS_TO_REACH):
            self._chance = self._story.chance = random.Random(f"{self._name}, command {step}")
            self._story.preferred = {action for action, _ in left}
            command = self._next_to_reach(step)
            point = next((point for action, point in sorted(left) if action == command.action), "")
            if self._was_killed(command, point, f"{self._name}: {command.name}, killed at {point}"):
                left.discard((command.action, point))
            if not left:
                break
        self._story.preferred = set()
        never = [Finding(Wrong.STALLED, f"{action} was never killed at {point}") for action, point in sorted(left)]
        self._note(never, self._name)

    def _next_to_reach(self, step: int) -> Command:
        """Now one crisis goes on to its end, then another begins: so that all is asked."""
        going = crises.open_ones(self._register)
        command = self._story.towards_the_end(going[0].slug) if going and step % 3 == 0 else None
        return command or self._story.next_command()

    def _was_killed(self, command: Command, point: str, where: str) -> bool:
        told = self._child(iter([(command, point)]))
        self._acknowledged += told.acknowledged
        if told.was_killed:
            self._tally.inject(point, self._ground)
            self._story.got_no_answer(command)
            self._note(self._invariants.broken(self._acknowledged), where)
        return told.was_killed

    def _inject(self, where: str) -> int:
        """One child: it does one command after the other, until it is killed or has done enough."""
        told = self._child(self._commands())
        self._acknowledged += told.acknowledged
        self._tally.counts["commands"] += len(told.begun)
        if told.trouble:
            self._note([Finding(Wrong.STALLED, told.trouble)], where)
        if not told.begun:
            return 0
        command, place = told.begun[-1]
        self._story.now = max(command.now, self._story.now)
        if not told.was_killed:
            return 0
        where = f"{where}: {command.name}, killed at {place}"
        self._tally.inject(re.split("[@:]", place)[0], self._ground)
        self._story.got_no_answer(command)
        self._note(self._invariants.broken(self._acknowledged), where)
        if command.kind == "delivery":
            received = self._caught.all()
            new, self._looked_at = received[self._looked_at :], len(received)
            self._tally.most_at_once = max(self._tally.most_at_once, self._invariants.unstamped(new))
            self._note(self._invariants.phantoms(received), where)
        return 1

    def _commands(self) -> Iterator[tuple[Command, str]]:
        """What the next child does, and where it is killed."""
        for _ in range(IN_A_ROW):
            command = self._story.next_command()
            yield command, "" if self._chance.random() < UNHARMED else self._place(command)

    def _place(self, command: Command) -> str:
        if command.kind == "write":
            if self._chance.random() < 0.1:
                return self._chance.choice(_PLACES["refusal"])
            return f"{self._chance.choice(_PLACES['write'])}:{1 if command.about else self._chance.choice((1, 1, 2, 3))}"
        point = self._chance.choice(_PLACES[command.kind])
        return f"{point}:{self._chance.choice(_TIMES.get(point, _OFTEN))}"

    def _finish(self) -> None:
        """Delivery may finish; then nothing may be lost."""
        until = time.monotonic() + DELIVERED_WITHIN
        while time.monotonic() < until and self._is_waiting():
            self._child(iter([(self._story.delivering(), "")]))
            time.sleep(0.05)
        where = f"{self._name}, at the end"
        self._note(self._invariants.broken(self._acknowledged), where)
        self._note(self._invariants.broken_at_the_end(self._caught.all(), {NOBODY_HOME}), where)
        if (first := audit.verify(self._register)[1]) is not None:
            self._note([Finding(Wrong.LOST, f"the audit trail does not hold from entry {first}")], where)

    def _is_waiting(self) -> bool:
        counts = alerts.counted(self._register).values()
        return any(count[Delivery.QUEUED] + count[Delivery.SENDING] for count in counts)

    def _to_the_end(self) -> None:
        for crisis in crises.open_ones(self._register):
            tried = ""
            for _ in range(TO_THE_END):
                try:
                    command = self._story.towards_the_end(crisis.slug)
                except NobodyCan as lacking:
                    self._note([Finding(Wrong.STALLED, str(lacking))], f"{self._name}, at the end")
                    break
                if command is None:
                    break
                told = self._story.perform(command)
                self._acknowledged += told
                tried = f"{command.name}: {', '.join(one.result for one in told)}"
            else:
                stall = f"{crisis.slug} does not come to its end; last: {tried}"
                self._note([Finding(Wrong.STALLED, stall)], f"{self._name}, at the end")

    def _note(self, findings: list[Finding], where: str) -> None:
        for finding in self._tally.note(findings, where):
            print(f"{finding.wrong}: {finding.what} ({where})", file=sys.stderr, flush=True)  # noqa: T201

    def _child(self, commands: Iterator[tuple[Command, str]]) -> "Told":
        self._register.close()  # no connection may live in two processes
        return in_a_child(self._story.perform, commands)


@dataclass
class Told:
    """What a child told of what it did."""

    begun: list[tuple[Command, str]] = field(default_factory=list)
    """Each command that it began, and where it was to be killed."""
    acknowledged: list[Acknowledged] = field(default_factory=list)
    was_killed: bool = False
    trouble: str = ""


def in_a_child(perform: Callable[[Command], list[Acknowledged]], commands: Iterator[tuple[Command, str]]) -> Told:
    """Do these in a process of its own, each killed at its place if it comes there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(perform, commands, writing)
    os.close(writing)
    try:
        content, is_late = _all_of(reading)
    finally:
        os.close(reading)
    if is_late:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    told = Told(was_killed=not is_late and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
    for line in content.splitlines():
        match pickle.loads(base64.b64decode(line)):
            case Command() as command, str(place):
                told.begun.append((command, place))
            case list(said):
                told.acknowledged += said
            case str(trouble):
                told.trouble = trouble
    if is_late:
        told.trouble = f"{told.begun[-1][0].name}: took longer than {LONGEST} s"
    return told


def _be_the_child(
    perform: Callable[[Command], list[Acknowledged]], commands: Iterator[tuple[Command, str]], writing: int
) -> None:
    def tell(what: object) -> None:
        os.write(writing, base64.b64encode(pickle.dumps(what)) + b"\n")

    try:
        for command, place in commands:
            tell((command, place))
            crash_at(place)
            said = perform(command)
            crash_at("")
            tell(said)
        os._exit(0)
    except BaseException:  # a child must end here, and not go on as a second parent
        tell(traceback.format_exc()[-3000:])
        os._exit(9)


def _all_of(reading: int) -> tuple[bytes, bool]:
    """All that comes until the child is gone, and whether it took too long."""
    said, until = b"", time.monotonic() + LONGEST
    while select.select([reading], [], [], max(until - time.monotonic(), 0))[0]:
        piece = os.read(reading, 65_536)
        if not piece:
            return said, False
        said += piece
    return said, True


@dataclass
class _Caught:
    """What the catcher of this round has received, by asking it over HTTP."""

    smtp_port: int
    http_port: int

    def __post_init__(self) -> None:
        self._received: list[Received] = []
        self._since = {"mails": 0, "slack": 0}

    def wait(self) -> None:
        """Until it listens."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            with suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.http_port)).close()
                return
            time.sleep(0.01)

    def all(self) -> list[Received]:
        """Everything that came, in no order."""
        self._received += Received.all_of(self._new("mails"), self._new("slack"))
        return self._received

    def _new(self, what: str) -> list[dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=LONGEST)
        try:
            connection.request("GET", f"/{what}?since={self._since[what]}")
            found: list[dict[str, Any]] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        self._since[what] += len(found)
        return found


class _MoodyAtTimes(Mood):
    """Sends one mail in twelve away for now."""

    chance = random.Random()

    def puts_off(self, sender: str, recipient: str) -> bool:  # noqa: ARG002
        return self.chance.random() < 1 / 12


@contextmanager
def _catching(seed: str) -> Iterator[_Caught]:
    """A catcher in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        mood = _MoodyAtTimes(refused={NOBODY_HOME})
        mood.chance = random.Random(seed)
        try:
            asyncio.run(_catch(Catcher(mood), writing))
        finally:
            os._exit(0)
    os.close(writing)
    try:
        smtp_port, http_port = json.loads(os.read(reading, 1000))
        caught = _Caught(smtp_port, http_port)
        caught.wait()
        yield caught
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


async def _catch(catcher: Catcher, writing: int) -> None:
    async with catcher.open():
        os.write(writing, json.dumps([catcher.smtp_port, catcher.http_port]).encode())
        await asyncio.Event().wait()


def _settings(folder: Path, caught: _Caught) -> Settings:
    return Settings(
        _of_this_shell=False,
        state_dir=folder,
        smtp_port=caught.smtp_port,
        smtp_security=MailSecurity.NONE,
        mail_from="opschaling@ncc.test",
        slack_base_url=f"http://127.0.0.1:{caught.http_port}",
        slack_webhooks=_WEBHOOKS,
    )

"""The inner layer: one process at a time, killed at the crash points of register and delivery.

A child is forked from a warm parent, does one command of a random story, and is killed at a random place; the next one
goes on from what the register says. The messages go over real SMTP and HTTP to a catcher in another process.
"""

import asyncio
import gc
import http.client
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crisis.alerts import Channel
from crisis.audit import Result
from deployments.rehearsals.catcher import Catcher, Mood
from integrations.crash import crash_at
from integrations.register import Register, alerts, audit, crises
from integrations.register.alerts import Delivery
from integrations.settings import MailSecurity, Settings
from tests.building import NOW, a_register
from tests.soak.invariants import Acknowledged, Invariants, Received
from tests.soak.story import NOBODY_HOME, Command, NobodyCan, Story, the_plan
from tests.soak.tally import Finding, Tally, Wrong

ROUND = 250
"""Injections into one register; then it is checked in full, and another begins."""
UNHARMED = 0.2
"""The part of the children that nothing happens to."""
LONGEST = 30.0
"""Seconds that a child may take."""
WARM = 60
"""Commands that the parent does itself before it forks."""
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
_WEBHOOKS = {name: f"T0/B0/{name}" for name in ("iao", "iccb", "mccb", "nkc", "piket")}


@dataclass(frozen=True)
class Outcome:
    """What became of a child."""

    was_killed: bool
    said: list[Acknowledged]
    trouble: str = ""


def soak(seed: int, injections: int, say: Callable[[str], None], only_round: int | None = None) -> Tally:
    """So many injections, in rounds; each round has a seed of its own and can be played alone."""
    tally, began, number = Tally("inner"), time.monotonic(), only_round or 1
    folder = Path(tempfile.mkdtemp(prefix="opschaling-soak-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
    register = a_register(folder)
    try:
        _warm_up(register, folder)
        while tally.injections < injections:
            wanted = min(ROUND, injections - tally.injections)
            with _catching(f"{seed}/{number}") as caught:
                _Round(seed, number, _emptied(register, folder), _settings(folder, caught), caught, tally).play(wanted)
            say(f"inner round {number}: {tally.injections} injections, {tally.duplicates} duplicates, {len(tally.found)} wrong")
            if only_round:
                break
            number += 1
    finally:
        register.close()
        shutil.rmtree(folder)
    tally.seconds = time.monotonic() - began
    return tally


def _emptied(register: Register, folder: Path) -> Register:
    """The same register with nothing in it: the statements that were compiled for it are kept."""
    register.close()
    for file in folder.glob("register.db*"):
        file.unlink()
    a_register(folder, the_plan()).close()
    return register


def _warm_up(register: Register, folder: Path) -> None:
    """Have this process do once what its children will do, so that each need not load and compile it again."""
    with _catching("warm") as caught:
        plan = the_plan()
        story = Story(_emptied(register, folder), _settings(folder, caught), plan, random.Random(1), NOW)  # noqa: S311
        for _ in range(WARM):
            story.next_command().act()
        story.delivering().act()
        for crisis in crises.open_ones(register):
            while command := story.towards_the_end(crisis.slug):
                command.act()
        story.delivering().act()
        Invariants(register).broken()
    register.close()
    while threading.active_count() > 1:  # what forks must have one thread
        time.sleep(0.01)
    gc.collect()
    gc.freeze()


class _Round:
    def __init__(
        self, seed: int, number: int, register: Register, settings: Settings, caught: "_Caught", tally: Tally
    ) -> None:
        self._chance = random.Random(f"{seed}/{number}")
        self._register = register
        self._caught = caught
        self._tally = tally
        self._name = f"seed {seed}, round {number}"
        self._story = Story(register, settings, the_plan(), self._chance, NOW)
        self._invariants = Invariants(register)
        self._acknowledged: list[Acknowledged] = []

    def play(self, injections: int) -> None:
        """Inject, let delivery finish, bring every crisis to its end, and ask everything."""
        step, done = 0, 0
        while done < injections:
            step += 1
            where = f"{self._name}, step {step}"
            try:
                command = self._story.next_command()
            except NobodyCan as stall:
                self._note([Finding(Wrong.STALLED, str(stall))], where)
                return
            place = "" if self._chance.random() < UNHARMED else self._place(command)
            done += self._inject(command, place, f"{where}: {command} killed at {place or 'nothing'}")
        self._finish()
        self._to_the_end()
        self._finish()
        received = self._caught.all()
        self._tally.duplicates += len(received) - len(set(received))
        self._tally.counts.update(crises=len(crises.all_of_them(self._register)), messages=len(received))

    def _place(self, command: Command) -> str:
        if command.kind == "write":
            action = command.name.split()[0]
            if self._chance.random() < 0.1:
                return f"{self._chance.choice(_PLACES['refusal'])}@{action}"
            time_ = min(self._chance.choice((1, 1, 1, 2, 3)), 3 if command.name == action else 1)
            return f"{self._chance.choice(_PLACES['write'])}@{action}:{time_}"
        time_ = self._chance.choice((1, 1, 2, 3, 5, 8)) if command.kind == "delivery" else self._chance.choice((1, 2, 3))
        return f"{self._chance.choice(_PLACES[command.kind])}:{time_}"

    def _inject(self, command: Command, place: str, where: str) -> int:
        outcome = self._child(command.act, place)
        self._tally.counts["commands"] += 1
        self._acknowledged += outcome.said
        if outcome.trouble:
            self._note([Finding(Wrong.STALLED, f"{command}: {outcome.trouble}")], where)
        if outcome.was_killed:
            self._tally.kinds[place.partition(":")[0].partition("@")[0]] += 1
            self._story.got_no_answer(command)
        self._note(self._invariants.broken(self._acknowledged), where)
        if command.kind == "delivery":
            self._note(self._invariants.phantoms(self._caught.all()), where)
        return outcome.was_killed

    def _finish(self) -> None:
        """Delivery may finish; then nothing may be lost."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until and self._is_waiting():
            self._child(self._story.delivering().act, "")
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
            for _ in range(TO_THE_END):
                try:
                    command = self._story.towards_the_end(crisis.slug)
                except NobodyCan as stall:
                    self._note([Finding(Wrong.STALLED, str(stall))], f"{self._name}, at the end")
                    break
                if command is None:
                    break
                self._acknowledged += command.act()
            else:
                self._note([Finding(Wrong.STALLED, f"{crisis.slug} does not come to its end")], f"{self._name}, at the end")

    def _note(self, findings: list[Finding], where: str) -> None:
        for finding in self._tally.note(findings, where):
            print(f"{finding.wrong}: {finding.what} ({where})", file=sys.stderr, flush=True)  # noqa: T201

    def _child(self, act: Callable[[], list[Acknowledged]], place: str) -> Outcome:
        self._register.close()  # no connection of SQLite may live in two processes
        return in_a_child(act, place)


def in_a_child(act: Callable[[], list[Acknowledged]], place: str) -> Outcome:
    """Do this in a process of its own, killed at this place if it comes there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(act, place, writing)
    os.close(writing)
    try:
        said, is_late = _all_of(reading)
    finally:
        os.close(reading)
    if is_late:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if is_late:
        return Outcome(False, [], f"took longer than {LONGEST} s")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return Outcome(True, [])
    if status != 0:
        return Outcome(False, [], f"failed: {said.decode(errors='replace')}")
    return Outcome(False, [_acknowledgement(one) for one in json.loads(said)])


def _be_the_child(act: Callable[[], list[Acknowledged]], place: str, writing: int) -> None:
    try:
        crash_at(place)
        os.write(writing, json.dumps([[*one[:2], one.at and one.at.isoformat(), *one[3:]] for one in act()]).encode())
        os._exit(0)
    except BaseException:  # a child must end here, and not go on as a second parent
        os.write(writing, traceback.format_exc().encode()[-4000:])
        os._exit(9)


def _acknowledgement(said: list[Any]) -> Acknowledged:
    action, object_, at, token, result = said
    return Acknowledged(action, object_, at and datetime.fromisoformat(at), token, Result(result))


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

    def all(self) -> list[Received]:
        """Everything that came, in no order."""
        for mail in self._new("mails"):
            self._received.append(Received(Channel.MAIL, header(mail, "X-Opschaling-Alert")))
        for post in self._new("slack"):
            self._received.append(Received(Channel.SLACK, post["text"].rpartition(": ")[2].strip()))
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


def header(mail: dict[str, Any], wanted: str) -> str:
    """A header of a mail as the catcher tells it."""
    return next((value for name, value in mail["headers"].items() if name.lower() == wanted.lower()), "")


class _MoodyAtTimes(Mood):
    """Sends one mail in twelve away for now."""

    chance = random.Random()

    def puts_off(self, sender: str, recipient: str) -> bool:
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
        yield _Caught(smtp_port, http_port)
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
        state_dir=folder,
        smtp_port=caught.smtp_port,
        smtp_security=MailSecurity.NONE,
        mail_from="opschaling@ncc.test",
        slack_base_url=f"http://127.0.0.1:{caught.http_port}",
        slack_webhooks=_WEBHOOKS,
    )


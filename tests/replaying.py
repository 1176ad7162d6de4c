"""Recorded crises (`tests/histories`): what people did, and what followed from it. Replayed, the same must follow.

After a change that is meant to change what follows: `python -m tests.replaying`, and read the difference before it is kept.
"""

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from crisis.actions import verifier
from crisis.files import freeze
from crisis.inquiries import Answer
from crisis.life import Activation, AskClosing, AwaitPeople, Convene, Ended, Prepare
from crisis.meetings import Outcome
from crisis.passes import Act, Grant
from crisis.plan import Plan
from crisis.record import Moment, Record
from crisis.requests import Reply
from crisis.situation import draw_picture
from crisis.structure import Body
from integrations.register import (
    Deed,
    Register,
    actions,
    alerts,
    audit,
    closing,
    crises,
    decisions,
    due,
    files,
    intake,
    meetings,
    outcomes,
    requests,
)
from integrations.register.crises import take_stock
from tests.building import a_register
from tests.databases import on_sqlite

HISTORIES = Path(__file__).parent / "histories"
BY_HAND, BY_ITSELF = Deed("iemand", "toets"), Deed("systeem", "toets")


class Followed(Record):
    """What followed, each in the order in which it came."""

    steps: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()


class Happening(Record):
    """One thing that a person did, or only that time passed."""

    at: Moment
    what: str
    given: dict[str, Any] = Field(default_factory=dict)
    followed: Followed = Followed()


class History(Record):
    """A crisis as it was recorded, with the plan that was frozen into it."""

    title: str
    crisis: str
    plan: Plan
    answers: dict[str, tuple[Answer, ...]] = Field(default_factory=dict)
    """What the partners answered, by meeting."""
    happened: tuple[Happening, ...]


def histories() -> list[Path]:
    """All that were recorded."""
    return sorted(HISTORIES.glob("*.json"))


def read(file: Path) -> History:
    """One of them."""
    return History.model_validate_json(file.read_text(encoding="utf-8"))


def replayed(history: History, address: str) -> History:
    """The same history, with what follows now."""
    register = a_register(address, history.plan)
    player = _Player(history, register)
    happened = tuple(one.model_copy(update={"followed": player.play(one)}) for one in history.happened)
    register.close()
    return history.model_copy(update={"happened": happened})


class _Player:
    def __init__(self, history: History, register: Register) -> None:
        self._history = history
        self._register = register
        self._seen = {"entries": len(audit.entries(register)), "decisions": 0, "alerts": 0}

    def play(self, one: Happening) -> Followed:
        """What was due by then is done first; then somebody acts; then the crisis is conducted as far as it goes."""
        due.follow_up(self._register, BY_ITSELF, one.at)
        self._act(one)
        steps, pictures = self._conduct(one.at)
        return Followed(
            steps=steps,
            pictures=pictures,
            entries=self._new("entries", [f"{e.action} {e.object} {e.result}" for e in audit.entries(self._register)]),
            decisions=self._new("decisions", self._decisions()),
            alerts=self._new("alerts", [trace.key for trace in alerts.traces(self._register)]),
        )

    def _act(self, one: Happening) -> None:
        register, slug, given = self._register, self._history.crisis, one.given
        match one.what:
            case "activate":
                crises.activate(register, Activation.model_validate(given), self._history.plan, BY_HAND, one.at)
            case "record":
                body = self._history.plan.bodies[Body(given["meeting"].partition("/")[0])]
                grant = self._grant(body.secretary, Act.RECORD_OUTCOME, f"{slug}/{given['meeting']}", one.at)
                outcomes.record(register, grant, Outcome.model_validate(given["outcome"]), BY_HAND, one.at)
            case "confirm":
                body = self._history.plan.bodies[Body(given["meeting"].partition("/")[0])]
                grant = self._grant(body.confirms, Act.CONFIRM_OUTCOME, f"{slug}/{given['meeting']}", one.at)
                outcomes.confirm(register, grant, True, "", BY_HAND, one.at)
            case "answer":
                grant = self._grant(given["by"], Act.ANSWER_REQUEST, f"{slug}/B{given['decision']}/{given['by']}", one.at)
                requests.reply(register, grant, Reply.model_validate(given["reply"]), BY_HAND, one.at)
            case "close" | "confirm closing":
                self._close(one)
            case "report":
                owner = actions.find(register, slug, given["action"]).owner
                grant = self._grant(owner, Act.REPORT_ACTION, f"{slug}/A{given['action']}", one.at)
                actions.report(register, grant, given["evidence"], BY_HAND, one.at)
            case "verify":
                item = actions.find(register, slug, given["action"])
                closes = verifier(item.owner, item.body, self._history.plan)
                grant = self._grant(closes, Act.VERIFY_ACTION, f"{slug}/A{given['action']}", one.at)
                remark = given.get("send_back", "")
                actions.verify(register, grant, not remark, remark, BY_HAND, one.at)
            case "time":
                pass
            case other:
                raise ValueError(other)

    def _close(self, one: Happening) -> None:
        highest = max(self._history.plan.bodies, key=lambda body: body.rank)
        seat, key = self._history.plan.bodies[highest], closing.key_of(self._history.crisis)
        if one.what == "close":
            closing.propose(self._register, self._grant(seat.secretary, Act.CLOSE_CRISIS, key, one.at), BY_HAND, one.at)
        else:
            grant = self._grant(seat.confirms, Act.CONFIRM_CLOSING, key, one.at)
            closing.confirm(self._register, grant, True, "", BY_HAND, one.at)

    def _conduct(self, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """As `flows/escalation.py` and `flows/meeting.py` do it."""
        register, slug = self._register, self._history.crisis
        steps: list[str] = []
        pictures: list[str] = []
        while True:
            step = take_stock(register, slug)
            steps.append(f"{type(step).__name__} {' '.join(str(value) for value in step.model_dump().values())}".strip())
            match step:
                case Convene():
                    planned_at = now + self._history.plan.bodies[step.body].notice
                    meetings.convene(register, slug, step.body, step.number, planned_at, BY_ITSELF, now)
                case Prepare():
                    pictures.append(self._prepare(step.body, step.number, now))
                case AskClosing():
                    closing.ask(register, slug, BY_ITSELF, now)
                case AwaitPeople() | Ended():
                    return tuple(steps), tuple(pictures)

    def _prepare(self, body: Body, number: int, now: datetime) -> str:
        register, slug, key = self._register, self._history.crisis, f"{body}/{number}"
        intake.take_in(register, slug, body, number, self._history.answers.get(key, ()), BY_ITSELF, now)
        answers, earlier = intake.answers(register, slug, body, number), meetings.last_picture(register, slug)
        picture = draw_picture(slug, (body, number), self._history.plan, answers, earlier, now)
        since = meetings.convened_before(register, slug, body, number)
        papers = freeze(body, since, files.of_crisis(register, slug), picture, now)
        meetings.invite(register, slug, body, number, papers, BY_ITSELF, now)
        totals = ", ".join(f"{row.indicator} {row.kind} {row.value}" for row in picture.rows)
        return f"{key}: {picture.completeness.answered} van {picture.completeness.asked}; {totals}"

    def _decisions(self) -> list[str]:
        found = decisions.of_crisis(self._register, self._history.crisis)
        return [f"{d.number} {d.kind} {d.body}/{d.meeting}: {d.text}" for d in found]

    def _new(self, what: str, found: list[str]) -> tuple[str, ...]:
        before, self._seen[what] = self._seen[what], len(found)
        return tuple(found[before:])

    def _grant(self, person: str, act: Act, object_: str, now: datetime) -> Grant:
        return Grant(person=person, act=act, object=object_, issued_at=now, expires_at=now)


def record_again() -> None:
    """Put what follows now into every history."""
    for file in histories():
        with tempfile.TemporaryDirectory() as folder:
            now = replayed(read(file), on_sqlite(Path(folder)))
        file.write_text(json.dumps(now.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    record_again()

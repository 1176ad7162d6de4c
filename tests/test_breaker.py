"""From round to round a system that gives trouble is left alone for a while, and never for ever."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from crisis.breaker import FIRST_REST, LONGEST_ASKED, LONGEST_REST, MOST_FAILURES, Gate, gate_after, gates_after
from crisis.inquiries import Answer, Submission
from crisis.partners import IntakeTerms
from crisis.passes import Act
from integrations.partners.rounds import ask_round, ask_systems
from integrations.register import Register, RegisterTrouble, gates, inquiries
from integrations.register.tables import GateRow
from integrations.settings import Reach, Settings
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register, own_pass
from tests.test_asking import a_question
from tests.test_partners import region, report

MINUTE = timedelta(minutes=1)
FAILED = (Submission.SILENT, Submission.UNREACHABLE, Submission.REFUSED)
HERE = Settings(reach=Reach.LOOPBACK, partner_gateway="http://127.0.0.1:9")
PLAN = a_plan(
    indicators=[{"id": "cno-plaatsen", "name": "Plaatsen", "unit": "plaatsen", "definition": "Wat er staat."}],
    partners=[region(1).model_dump(), region(2).model_dump()],
    intake=IntakeTerms(patience_seconds=8).model_dump(),
)


class System:
    """The systems of two regions: what each answers, and how often it was asked."""

    def __init__(self) -> None:
        self.says: dict[str, httpx.Response] = {}
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer well, unless something else was put here."""
        partner = request.url.path.split("/")[1]
        self.asked.append(partner)
        return self.says.get(partner) or httpx.Response(200, json=report(partner))


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, PLAN)
    yield opened
    opened.close()


@pytest.fixture
def system() -> System:
    return System()


async def a_round(register: Register, system: System, **more: Any) -> dict[str, Answer]:
    answers = await ask_round(PLAN.partners, PLAN, register, HERE, transport=httpx.MockTransport(system), **more)
    return {answer.partner: answer for answer in answers}


def rest_is_over(register: Register) -> None:
    """Let the time go by that every system rests."""
    with register.bookkeeping() as session:
        for row in session.exec(select(GateRow)):
            row.shut_until = row.shut_until and row.shut_until - LONGEST_ASKED - MINUTE
            session.add(row)


@pytest.mark.parametrize("status", [401, 403])
async def test_after_three_rounds_in_vain_a_system_is_left_alone_and_the_answer_says_why(
    register: Register, system: System, status: int
) -> None:
    system.says["VR01"] = httpx.Response(status)
    for _ in range(MOST_FAILURES):
        assert (await a_round(register, system))["VR01"].submission is Submission.REFUSED
    asked = system.asked.count("VR01")
    heard: list[str] = []
    answers = await a_round(register, system, on_answer=lambda answer: heard.append(answer.partner))
    assert system.asked.count("VR01") == asked == MOST_FAILURES
    assert answers["VR01"].submission is Submission.UNREACHABLE
    assert answers["VR01"].detail == (
        "Niet gevraagd, nog 1 minuut: gaf 3 keer op rij niets bruikbaars."
        f" Het laatst: Gaf ons geen toegang (HTTP-status {status})."
    )
    assert answers["VR02"].submission is Submission.ON_TIME
    assert sorted(heard) == ["VR01", "VR02"]


async def test_when_the_rest_is_over_it_is_asked_once_and_a_good_answer_clears_it(register: Register, system: System) -> None:
    system.says["VR01"] = httpx.Response(403)
    for _ in range(MOST_FAILURES):
        await a_round(register, system)
    rest_is_over(register)
    assert (await a_round(register, system))["VR01"].submission is Submission.REFUSED
    assert (await a_round(register, system))["VR01"].detail.startswith("Niet gevraagd, nog 2 minuten: gaf 4 keer op rij")
    rest_is_over(register)
    del system.says["VR01"]
    assert (await a_round(register, system))["VR01"].submission is Submission.ON_TIME
    assert gates.known(register)[0] == {}


@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_to_be_left_alone_for_longer_than_the_round_is_left_alone_in_the_next(
    register: Register, system: System, status: int
) -> None:
    system.says["VR01"] = httpx.Response(status, headers={"Retry-After": "600"})
    await a_round(register, system)
    answer = (await a_round(register, system))["VR01"]
    assert system.asked.count("VR01") == 1
    assert answer.detail == (
        f"Niet gevraagd, nog 10 minuten: gaf niets bruikbaars. Het laatst: Kan nu niet antwoorden (HTTP-status {status})."
    )


async def test_who_is_asked_by_a_person_is_asked(register: Register, system: System) -> None:
    a_crisis(register, PLAN)
    system.says["VR01"] = httpx.Response(503, headers={"Retry-After": "600"})
    await a_round(register, system)
    question = a_question(indicators=("cno-plaatsen",), partners=("VR01",))
    inquiries.ask(register, own_pass(Act.ASK_PARTNERS, "secretaris"), question, SOMEONE, NOW)
    del system.says["VR01"]
    (done,) = await ask_systems(register, HERE, SOMEONE, httpx.MockTransport(system))
    assert [one.submission for one in done.answers] == [Submission.ON_TIME]
    assert gates.known(register)[0] == {}


async def test_a_system_that_rests_rests_for_every_crisis_and_after_a_restart(register: Register, system: System) -> None:
    system.says["VR01"] = httpx.Response(503, headers={"Retry-After": "600"})
    await a_round(register, system)
    other = PLAN.model_copy(update={"partners": (region(9, "/VR01"),)})
    (answer,) = await ask_round(other.partners, other, register, HERE, transport=httpx.MockTransport(system))
    assert (answer.partner, answer.submission) == ("VR09", Submission.UNREACHABLE)
    assert system.asked.count("VR01") == 1


@pytest.mark.parametrize("seconds", ["9" * 18, "9" * 400])
async def test_who_asks_to_be_left_alone_for_ever_takes_no_answer_from_others(
    register: Register, system: System, seconds: str
) -> None:
    system.says["VR01"] = httpx.Response(503, headers={"Retry-After": seconds})
    assert (await a_round(register, system))["VR02"].submission is Submission.ON_TIME
    assert (await a_round(register, system))["VR01"].detail.startswith("Niet gevraagd, nog 60 minuten")


async def test_rounds_that_end_at_the_same_moment_do_not_throw_one_another_out(register: Register) -> None:
    systems = [f"/{number}" for number in range(200)]

    def remember(way: int) -> None:
        for _ in range(3):
            gates.remember(register, [(one, an_answer(Submission.SILENT)) for one in systems[::way]])

    await asyncio.gather(*(asyncio.to_thread(remember, way) for way in (1, -1, 1, -1)))
    assert {gate.failures for gate in gates.known(register)[0].values()} == {12}


async def test_what_was_answered_is_there_also_where_nobody_can_write_down_who_gave_trouble(
    register: Register, system: System
) -> None:
    system.says["VR01"] = httpx.Response(403)

    def gone() -> None:
        raise RegisterTrouble("gone")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register, "bookkeeping", gone)
        assert (await a_round(register, system))["VR02"].submission is Submission.ON_TIME


def test_of_partners_that_share_a_system_one_that_answers_shows_that_it_is_there() -> None:
    well, failed = an_answer(Submission.ON_TIME), an_answer(Submission.REFUSED)
    before = {"/gateway": Gate(failures=9)}
    for answers in ([well, failed], [failed, well]):
        assert gates_after(before, [("/gateway", answer) for answer in answers], NOW) == {"/gateway": None}
    both = gates_after(before, [("/gateway", an_answer(Submission.SILENT, 3600)), ("/gateway", failed)], NOW)
    assert both["/gateway"]
    assert both["/gateway"].shut_until == NOW + LONGEST_ASKED
    assert both["/gateway"].failures == 10


def test_a_rest_that_was_given_before_the_clock_was_set_back_is_over() -> None:
    gate = gate_after(Gate(failures=9), an_answer(Submission.SILENT), NOW)
    assert gate
    assert gate.is_shut(NOW)
    assert not gate.is_shut(NOW - timedelta(days=1))


async def test_a_round_in_which_all_is_well_writes_nothing(register: Register, system: System) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register, "bookkeeping", None)
        await a_round(register, system)


def an_answer(submission: Submission, asks_rest: float | None = None) -> Answer:
    return Answer(partner="VR01", submission=submission, received_at=NOW, asks_rest=asks_rest)


@given(
    st.lists(
        st.builds(an_answer, st.sampled_from(list(Submission)), st.none() | st.floats(min_value=0)),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_happened_nobody_is_left_alone_for_more_than_an_hour_and_who_answers_not_at_all(answers: list[Answer]) -> None:
    gate: Gate | None = None
    for answer in answers:
        gate = gate_after(gate, answer, NOW)
        assert (gate is None) == (answer.submission not in FAILED)
        assert not (gate and gate.is_shut(NOW + LONGEST_ASKED))


@pytest.mark.parametrize(
    ("failures", "rest"),
    [(2, None), (3, FIRST_REST), (4, 2 * FIRST_REST), (6, 8 * FIRST_REST), (7, LONGEST_REST), (5_000, LONGEST_REST)],
)
def test_each_further_failure_doubles_the_rest(failures: int, rest: timedelta | None) -> None:
    gate = gate_after(Gate(failures=failures - 1), an_answer(Submission.SILENT), NOW)
    assert gate
    assert gate.shut_until == (NOW + rest if rest else None)

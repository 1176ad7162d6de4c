"""What a secretary types becomes an outcome, or a list of everything that is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.actions import Priority
from crisis.decisions import DecisionKind
from crisis.errors import InvalidInput
from crisis.meetings import Direction, Outcome
from crisis.record import utc
from crisis.structure import Body
from integrations.portal.outcome_form import moment_in, outcome_in, typed
from tests.portal_building import FILLED


def read(fields: dict[str, str], body: Body = Body.ICCB) -> Outcome:
    return outcome_in(typed(fields), body)


def problems(fields: dict[str, str], body: Body = Body.ICCB) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        read(fields, body)
    found = refused.value.details["problems"]
    assert isinstance(found, list)
    return found


def test_what_was_typed_becomes_the_outcome() -> None:
    outcome = read(FILLED)
    assert (outcome.direction, outcome.summary) == (Direction.UP, "De opvang loopt vol.")
    assert [(d.kind, d.text) for d in outcome.decisions] == [(DecisionKind.ADVICE, "Open noodopvang in elke regio.")]
    [action] = outcome.actions
    assert (action.title, action.owner, action.priority) == ("Bel de veiligheidsregio's", "lid", Priority.HIGH)


def test_a_time_is_that_of_amsterdam() -> None:
    assert read(FILLED).actions[0].due_at == utc(2022, 6, 20, 15, 0)
    assert moment_in("2022-12-20T17:00") == utc(2022, 12, 20, 16, 0)


@pytest.mark.parametrize("text", ["2022-06-20T17:00", "2022-06-20 17:00", "20-06-2022 17:00", "2022-06-20T15:00:00Z"])
def test_a_time_may_be_written_in_several_ways(text: str) -> None:
    assert moment_in(text) == utc(2022, 6, 20, 15, 0)


def test_the_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    assert moment_in("2022-10-30T02:30") == utc(2022, 10, 30, 0, 30)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("morgen", "datetime"),
        ("2022-06-20", "datetime"),
        ("1655000000", "datetime"),
        ("2022-02-30T10:00", "datetime"),
        ("0001-01-01T00:00", "datetime"),
        ("9999-12-31T23:59", "datetime"),
        ("2022-03-27T02:30", "no_such_time"),
    ],
)
def test_a_time_that_is_none_is_refused(text: str, reason: str) -> None:
    assert problems(FILLED | {"actions.1.due_at": text}) == [("actions.1.due_at", reason)]


def test_empty_rows_are_ignored_and_the_others_move_up() -> None:
    rows = {"decisions.1.kind": "", "decisions.1.text": "  ", "decisions.3.kind": "besluit", "decisions.3.text": "Ja."}
    empty = {"actions.1.title": "", "actions.1.owner": "", "actions.1.due_at": "", "actions.1.priority": "normaal"}
    form = typed({"direction": "handhaven", "summary": "Niets nieuws."} | rows | empty)
    assert form.decisions == ({"kind": "besluit", "text": "Ja."},)
    assert form.actions == ()
    assert form.shown == {"decisions": 3, "actions": 1, "present": 0}


def test_a_row_that_is_half_filled_is_refused_by_its_field() -> None:
    fields = {"direction": "handhaven", "summary": "x", "decisions.2.kind": "besluit", "actions.1.owner": "lid"}
    assert problems(fields) == [
        ("decisions.1.text", "missing"),
        ("actions.1.title", "missing"),
        ("actions.1.due_at", "missing"),
    ]


def test_a_priority_alone_is_a_half_filled_row_when_it_was_chosen() -> None:
    fields = {"direction": "handhaven", "summary": "x", "actions.1.priority": "hoog"}
    assert ("actions.1.title", "missing") in problems(fields)


def test_every_problem_is_listed_in_the_order_of_the_form() -> None:
    fields = {"actions.1.title": "Bel", "actions.1.due_at": "ooit", "next_meeting_at": "nooit", "vreemd": "x"}
    assert problems(fields) == [
        ("direction", "missing"),
        ("summary", "missing"),
        ("actions.1.owner", "missing"),
        ("actions.1.due_at", "datetime"),
        ("next_meeting_at", "datetime"),
        ("vreemd", "extra_forbidden"),
    ]


def test_a_body_that_only_advises_need_not_say_that_it_advises() -> None:
    fields = FILLED | {"decisions.1.kind": ""}
    assert read(fields, Body.IAO).decisions[0].kind is DecisionKind.ADVICE
    assert problems(fields, Body.MCCB) == [("decisions.1.kind", "missing")]


def test_a_row_beyond_the_last_is_a_field_that_does_not_exist() -> None:
    assert problems(FILLED | {"actions.51.title": "te veel"}) == [("actions.51.title", "extra_forbidden")]


NAMES = st.sampled_from([*FILLED, "next_meeting_at", "actions.2.due_at", "decisions.9.text", "more", "vreemd"]) | st.text()


@given(st.dictionaries(NAMES, st.text(), max_size=12))
def test_whatever_is_sent_gives_an_outcome_or_a_list_of_problems(fields: dict[str, str]) -> None:
    try:
        read(FILLED | fields)
    except InvalidInput as refused:
        assert refused.details["problems"]  # noqa: PT017 - either way is right


@given(st.datetimes().map(lambda moment: moment.isoformat()) | st.text())
def test_whatever_is_typed_as_a_time_is_a_moment_or_a_reason(text: str) -> None:
    try:
        assert moment_in(text).tzinfo is not None
    except ValueError as why:
        assert str(why) in ("datetime", "no_such_time")  # noqa: PT017 - either way is right

"""What partners are asked, by whom, and what ends it: one question once, and nobody is ordered anything."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.errors import AskedBefore, InvalidInput, NotActive, NotForBody
from crisis.figures import FigureKind, KnownFigure, Via
from crisis.giving import FigureState, GivenFigures, earlier_of, figures_given, name_of
from crisis.inquiries import (
    Ending,
    Inquiry,
    NewInquiry,
    Submission,
    above,
    asked_of,
    asking_body,
    check_new,
    score,
    still_to_ask,
)
from crisis.plan import Plan
from crisis.structure import Body
from tests.building import NOW, a_plan
from tests.inquiring import PARTNERS, a_plan_with_people

TODAY = NOW.date()
PLAN = a_plan_with_people()
INDICATORS = tuple(indicator.id for indicator in PLAN.indicators)


def an_inquiry(**changes: Any) -> Inquiry:
    fields: dict[str, Any] = {
        "crisis": "asiel-2022",
        "number": 3,
        "body": Body.IAO,
        "question": "Hoeveel bedden?",
        "indicators": INDICATORS,
        "partners": tuple(partner["id"] for partner in PARTNERS),
        "reference_date": TODAY,
        "opened_at": NOW,
        "opened_by": "secretaris",
        "due_at": NOW + timedelta(hours=10),
    }
    return Inquiry(**fields | changes)


def a_figure(partner: str, indicator: str = "opvang", via: Via = Via.FORM, on: date = TODAY, **changes: Any) -> KnownFigure:
    kind = next(one.kinds[0] for one in PLAN.indicators if one.id == indicator)
    fields: dict[str, Any] = {
        "indicator": indicator,
        "area": PLAN.partner(partner).area,
        "kind": kind,
        "value": Decimal(12),
        "unit": "mensen",
        "reference_date": on,
        "source": "toets",
        "partner": partner,
        "report_id": "r1",
        "received_at": NOW,
        "stated_at": NOW,
        "via": via,
        "digest": "",
    }
    return KnownFigure(**fields | changes)


def a_question(**changes: Any) -> NewInquiry:
    fields: dict[str, Any] = {
        "question": "Hoeveel bedden?",
        "indicators": ("opvang",),
        "partners": ("VR01", "GM0014"),
        "reference_date": TODAY,
        "due_at": NOW + timedelta(hours=4),
    }
    return NewInquiry(**fields | changes)


def problems_of(asked: NewInquiry) -> object:
    with pytest.raises(InvalidInput) as refused:
        check_new(asked, PLAN, (), NOW)
    return refused.value.details["problems"]


def test_e17_what_open_data_gives_for_that_date_is_asked_of_nobody() -> None:
    region = PLAN.partner("VR01")
    assert ("opvang", FigureKind.OBSERVED) in still_to_ask(an_inquiry(), region, PLAN, ())
    public = a_figure("VR02", via=Via.OPEN_DATA, area="VR01")
    assert ("opvang", FigureKind.OBSERVED) not in still_to_ask(an_inquiry(), region, PLAN, (public,))


def test_what_another_partner_says_of_ones_area_does_not_answer_for_one() -> None:
    said = a_figure("VR02", via=Via.FORM, area="VR01")
    assert ("opvang", FigureKind.OBSERVED) in still_to_ask(an_inquiry(), PLAN.partner("VR01"), PLAN, (said,))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(INDICATORS), st.sampled_from(list(Via)), st.sampled_from(["VR01", "VR02"]), st.integers(-2, 2)
        )
    )
)
def test_e17_what_is_asked_is_part_of_the_question_and_never_what_was_given_for_that_very_date(
    said: Sequence[tuple[str, Via, str, int]],
) -> None:
    region, inquiry = PLAN.partner("VR01"), an_inquiry()
    known = [a_figure(by, what, via, TODAY + timedelta(days=days), area="VR01") for what, via, by, days in said]
    left, whole = still_to_ask(inquiry, region, PLAN, known), asked_of(inquiry, region, PLAN)
    given_today = {
        one.subject[:2] for one in known if one.reference_date == TODAY and (one.partner == "VR01" or one.via is Via.OPEN_DATA)
    }
    assert set(left) == set(whole) - given_today
    assert list(left) == [wanted for wanted in whole if wanted in set(left)]


def test_r24_for_a_municipality_its_safety_region_is_asked_and_for_all_others_the_liaisons() -> None:
    assert above(PLAN.partner("GM0014"), PLAN) == ("regio",)
    assert above(PLAN.partner("VR01"), PLAN) == ("liaison",)
    assert above(PLAN.partner("COA"), PLAN) == ("liaison",)


def test_r24_where_the_region_of_a_municipality_has_no_contact_the_liaison_is_asked() -> None:
    assert above(PLAN.partner("GM0059"), PLAN) == ("liaison",)


def test_nobody_is_asked_after_open_data() -> None:
    assert above(PLAN.partner("CBS"), PLAN) == ()


def test_who_answers_for_a_partner_is_not_asked_to_ask_after_it() -> None:
    plan = a_plan_with_people(liaisons=("regio",))
    assert above(plan.partner("VR01"), plan) == ()


@pytest.mark.parametrize(
    ("answered", "enough", "hours", "ending"),
    [
        ((), None, 1, None),
        (("VR01", "VR02"), None, 1, None),
        (("VR01", "VR02", "COA"), None, 1, Ending.ALL_ANSWERED),
        (("VR01", "VR02"), 0.6, 1, Ending.ENOUGH),
        (("VR01",), 0.6, 1, None),
        (("VR01",), 0.6, 10, Ending.HOUR),
        (("VR01", "wie dan ook", "nog een"), None, 1, None),
    ],
)
def test_what_comes_first_ends_it(answered: tuple[str, ...], enough: float | None, hours: int, ending: Ending | None) -> None:
    inquiry = an_inquiry(partners=("VR01", "VR02", "COA"), enough=enough)
    assert inquiry.ends_with(answered, NOW + timedelta(hours=hours)) is ending


@given(st.integers(0, 40))
def test_the_next_reminder_is_later_than_now_until_the_end_and_none_is_counted_twice(quarters: int) -> None:
    inquiry, now = an_inquiry(), NOW + timedelta(minutes=15 * quarters)
    following = inquiry.next_reminder(PLAN.intake, now)
    assert following > now or following == inquiry.due_at
    assert following in set(inquiry.reminders(PLAN.intake))
    assert not [at for at in inquiry.reminders(PLAN.intake) if now < at < following]


def test_the_score_says_who_is_missing_and_that_is_never_zero() -> None:
    answers = {"VR01": Submission.ON_TIME, "VR02": Submission.LATE, "COA": Submission.UNREACHABLE}
    stand = score(an_inquiry(partners=("VR01", "VR02", "COA", "GM0014")), answers, ("VR02",), PLAN)
    assert (stand.answered, stand.late, stand.asked, stand.returned) == (2, 1, 4, ("VR02",))
    assert stand.missing == {"COA": Submission.UNREACHABLE, "GM0014": Submission.AWAITED}


def test_the_score_counts_inhabitants_where_the_source_gives_them() -> None:
    stand = score(an_inquiry(partners=("GM0014", "GM0059")), {"GM0014": Submission.ON_TIME}, (), PLAN)
    assert stand.inhabitants
    assert (stand.inhabitants.answered, stand.inhabitants.asked) == (234_000, 266_000)


def test_somebody_asks_for_the_highest_active_body_they_speak_for() -> None:
    assert asking_body("secretaris", {Body.IAO, Body.ICCB}, PLAN) is Body.ICCB
    with pytest.raises(NotForBody):
        asking_body("lid", {Body.IAO}, PLAN)
    with pytest.raises(NotActive):
        asking_body("secretaris", (), PLAN)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"indicators": ("opvang", "zon")}, ("indicators", "not_in_indicators:zon")),
        ({"partners": ("VR01", "VR99")}, ("partners", "not_in_partners:VR99")),
        ({"due_at": NOW}, ("due_at", "in_the_past")),
        ({"indicators": ("opvang", "instroom")}, ("indicators", "nobody_gives:instroom")),
        ({"partners": ("VR01", "COA")}, ("partners", "gives_none:COA")),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused_with_the_name(
    changes: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert problems_of(a_question(**changes)) == [problem]


def test_e17_the_same_question_within_the_day_is_refused_with_a_pointer_to_the_first() -> None:
    first = an_inquiry(indicators=("opvang",), partners=("VR01", "GM0014", "VR02"))
    with pytest.raises(AskedBefore) as refused:
        check_new(a_question(), PLAN, (first,), NOW + timedelta(hours=3))
    assert refused.value.details == {"number": 3, "at": NOW}


@pytest.mark.parametrize(
    "first",
    [
        an_inquiry(partners=("VR01",)),
        an_inquiry(reference_date=TODAY - timedelta(days=1)),
        an_inquiry(indicators=("bedden",)),
        an_inquiry(opened_at=NOW - timedelta(days=1)),
        an_inquiry(meeting=1),
    ],
)
def test_what_differs_in_partner_date_or_indicator_or_is_a_day_ago_is_another_question(first: Inquiry) -> None:
    check_new(a_question(), PLAN, (first,), NOW)


def given_by(region: str, given: GivenFigures, known: Sequence[KnownFigure] = (), plan: Plan = PLAN) -> tuple[Any, ...]:
    partner, inquiry = plan.partner(region), an_inquiry()
    asked = asked_of(inquiry, partner, plan)
    return figures_given(given, inquiry, partner, asked, earlier_of(partner, asked, known), plan, "regio Groningen")


def test_an_empty_field_is_not_known_and_never_zero() -> None:
    (figure,) = given_by("VR01", GivenFigures(values={"opvang.observed": Decimal(0)}, state=FigureState.FINAL))
    assert (figure.value, figure.indicator, figure.area, figure.provisional) == (0, "opvang", "VR01", False)


def test_what_is_typed_in_an_exercise_is_marked_as_made_up_and_in_a_real_crisis_it_is_not() -> None:
    typed = GivenFigures(values={"opvang.observed": Decimal(5)})
    real = PLAN.model_copy(update={"kind": a_plan(kind="echt").kind})
    assert [one.synthetic for one in given_by("VR01", typed)] == [True]
    assert [one.synthetic for one in given_by("VR01", typed, plan=real)] == [False]


@pytest.mark.parametrize(
    ("given_figures", "problem"),
    [
        (GivenFigures(), ("values", "nothing_given")),
        (GivenFigures(values={"zon.observed": Decimal(1)}), ("values", "unasked:zon.observed")),
        (GivenFigures(unchanged=True), ("unchanged", "nothing_before")),
    ],
)
def test_a_form_with_nothing_in_it_is_refused_and_says_why(given_figures: GivenFigures, problem: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        given_by("VR01", given_figures)
    assert refused.value.details["problems"] == [problem]


def test_no_change_takes_the_values_over_with_the_new_date_and_says_who_said_so() -> None:
    yesterday = TODAY - timedelta(days=1)
    known = [a_figure("VR01", on=yesterday), a_figure("VR02", on=yesterday)]
    (figure,) = given_by("VR01", GivenFigures(unchanged=True), known)
    assert (figure.value, figure.reference_date, figure.supersedes) == (12, TODAY, "r1")
    assert figure.source == "geen wijziging, gemeld door regio Groningen"


def test_the_name_of_a_field_says_what_is_counted_and_how() -> None:
    assert name_of(("cno-plaatsen", FigureKind.REALISED)) == "cno-plaatsen.realised"

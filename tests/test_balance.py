"""When reception runs full, and how far the method was off in 2022."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.balance import Balance, BalanceTerms, Shortage, balance, unclear_flows
from crisis.capacity import Extra, Places
from crisis.figures import Figure, FigureKind
from crisis.grounds import FactKind
from crisis.growth import Basis, Growth, Period
from crisis.inquiries import Answer, Submission
from crisis.plan import Plan
from crisis.record import utc
from crisis.signals import CALM_PICTURES, Course, Why
from crisis.situation import OUTLOOK, Picture, draw_picture
from crisis.structure import Body
from deployments.rehearsals.balance_2022 import KNOWN_THEN, figures_of, fitted, hindsight, table
from integrations.register import intake
from integrations.register.figures import of_balance
from integrations.wording.english import WORDS
from integrations.wording.markdown import as_markdown
from integrations.wording.outlook import grounds_table, outlook_text
from integrations.wording.picture import lcms_text, picture_document
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register

TODAY = date(2022, 6, 27)
TERMS = BalanceTerms(occupied="bezetting", capacity="capaciteit")
FLOWING = TERMS.model_copy(update={"inflow": "in", "outflow": "uit", "flows_per": Period.WEEK})
DOC = (Path(__file__).parents[1] / "docs" / "balance.md").read_text(encoding="utf-8")


def figures(series: Mapping[date, int]) -> list[Figure]:
    return list(figures_of("x", series))


def back(*values: int, every: int = 10) -> dict[date, int]:
    """The last of these is of today."""
    return {TODAY - timedelta(days=every * back): value for back, value in enumerate(reversed(values))}


def outlook(people: Mapping[date, int], places: int | None = 1000, extra: int = 0, until: date | None = None) -> Balance | None:
    terms = TERMS.model_copy(update={"extra": "maatregel", "extra_until": until})
    capacity = figures({TODAY: places} if places is not None else {})
    return balance(terms, figures(people), capacity, TODAY, Extra(value=Decimal(extra)))


def test_ten_a_day_fill_a_hundred_places_on_the_eleventh_day() -> None:
    found = outlook(back(800, 900))
    assert found
    assert found.runs_full == TODAY + timedelta(days=11)
    assert (found.growth.basis, int(found.growth.expected)) == (Basis.OCCUPANCY, 10)
    assert found.on(TODAY + timedelta(days=5)).expected == 950


def test_the_band_is_the_lowest_and_the_highest_growth_that_was_seen() -> None:
    found = outlook(back(700, 750, 900))
    assert found
    assert [found.growth.low, found.growth.expected, found.growth.high] == [Decimal(5), Decimal(10), Decimal(15)]
    assert found.earliest
    assert found.latest
    assert found.runs_full
    assert found.earliest < found.runs_full < found.latest


def test_one_observation_is_no_outlook() -> None:
    assert outlook(back(900)) is None
    assert outlook({}) is None


def test_what_was_published_later_or_long_ago_is_in_no_fit() -> None:
    people = back(800, 900) | {TODAY + timedelta(days=1): 5000, TODAY - timedelta(days=181): 0}
    assert outlook(people) == outlook(back(800, 900))


def test_where_nobody_named_the_places_no_day_is_named() -> None:
    found = outlook(back(800, 900), places=None)
    assert found
    assert (found.runs_full, found.days[0].places) == (None, None)


def test_more_people_than_places_is_full_today() -> None:
    found = outlook(back(1100, 1200))
    assert found
    assert found.runs_full == TODAY


def test_the_places_of_a_measure_end_with_it() -> None:
    until = TODAY + timedelta(days=30)
    found = outlook(back(800, 900), extra=5000, until=until)
    assert found
    assert found.runs_full == until + timedelta(days=1)


@pytest.mark.parametrize(
    ("per", "unit", "a_day"),
    [
        (Period.DAY, "personen", 300),
        (Period.WEEK, "personen per week", Decimal(300) / 7),
        (Period.MONTH, "personen per maand", Decimal(600) / 61),
    ],
)
def test_flows_are_read_by_the_period_that_the_plan_names(per: Period, unit: str, a_day: Decimal) -> None:
    """300 more people in May, with 31 days, and in June, with 30."""
    terms, into = FLOWING.model_copy(update={"flows_per": per}), {date(2022, 5, 31): 700, date(2022, 6, 27): 700}
    flows = [[f.model_copy(update={"unit": unit}) for f in figures(flow)] for flow in (into, dict.fromkeys(into, 400))]
    found = balance(terms, figures(back(800, 900)), figures({TODAY: 1000}), TODAY, flows=(flows[0], flows[1]))
    assert found
    assert found.growth.basis is Basis.FLOWS
    assert found.growth.expected == a_day
    assert found.growth.low <= a_day <= found.growth.high


@pytest.mark.parametrize(("per", "unit"), [(None, "personen"), (Period.WEEK, "personen per maand")])
def test_flows_of_another_period_or_of_none_that_was_told_are_not_read(per: Period | None, unit: str) -> None:
    terms = FLOWING.model_copy(update={"flows_per": per})
    flow = [f.model_copy(update={"unit": unit}) for f in figures({TODAY: 700})]
    found = balance(terms, figures(back(800, 900)), figures({TODAY: 1000}), TODAY, flows=(flow, flow))
    assert found
    assert found.growth.basis is Basis.OCCUPANCY


@pytest.mark.parametrize(
    ("terms", "problems"),
    [
        (None, []),
        (TERMS, []),
        (FLOWING, []),
        (FLOWING.model_copy(update={"outflow": None}), [("balance.outflow", "both_flows")]),
        (FLOWING.model_copy(update={"flows_per": None}), [("balance.flows_per", "flows_per")]),
        (
            FLOWING.model_copy(update={"flows_per": Period.MONTH}),
            [("balance.flows_per", "other_period:personen per week")],
        ),
    ],
)
def test_a_plan_says_by_which_period_people_come_and_go(terms: BalanceTerms | None, problems: list[tuple[str, str]]) -> None:
    assert list(unclear_flows(terms, {"in": "personen per week", "uit": "personen per locatie"})) == problems
    assert Period.DAY.is_denied_by("personen per kwartaal")


def test_beside_the_day_with_measures_stands_the_day_without_and_who_lacks_a_place() -> None:
    """10 a day more than 900; 1,000 places, and 500 of a measure: after 180 days 2,700 people and 1,500 places."""
    found = outlook(back(700, 750, 900), extra=500)
    assert found
    assert found.runs_full == TODAY + timedelta(days=61)
    without = found.without_measures
    assert without
    assert (without.runs_full, without.earliest, without.latest) == tuple(TODAY + timedelta(days=days) for days in (11, 7, 21))
    horizon = TODAY + timedelta(days=180)
    assert found.shortage == Shortage(on=horizon, expected=1200, low=300, high=2100)
    assert without.shortage == Shortage(on=horizon, expected=1700, low=800, high=2600)


def test_who_lacks_a_place_is_not_known_where_the_places_are_not() -> None:
    found = outlook(back(800, 900), places=None, extra=500)
    assert found
    assert (found.shortage, found.without_measures and found.without_measures.shortage) == (None, None)
    bare = balance(TERMS, figures(back(800, 800)), figures({TODAY: 1000}), TODAY)
    assert bare
    assert (bare.without_measures, bare.shortage and bare.shortage.high) == (None, 0)


def test_what_the_outlook_rests_on_is_in_it_with_date_and_source() -> None:
    """The first and the last, the lowest and the highest step; the places of its days; the places of measures."""
    people = back(100, 200, 210, 300, 500, 600)
    known = figures(people)
    terms = TERMS.model_copy(update={"extra": "maatregel"})
    capacity = figures({TODAY - timedelta(days=days): 1000 for days in (90, 30, -30, -400, -500)})
    found = balance(terms, known, capacity, TODAY, Extra(value=Decimal(5), on=TODAY, synthetic=True))
    assert found
    by_role = {role: [fact for fact in found.facts if fact.what is role] for role in FactKind}
    assert [int(fact.value) for fact in by_role[FactKind.OCCUPIED]] == [100, 200, 210, 300, 500, 600]
    assert [(fact.on - TODAY).days for fact in by_role[FactKind.CAPACITY]] == [-30, 30, 400]
    assert [(fact.source, fact.synthetic) for fact in by_role[FactKind.EXTRA]] == [(None, True)]
    assert {fact.source for fact in (*by_role[FactKind.OCCUPIED], *by_role[FactKind.CAPACITY])} == {"COA"}
    assert (found.growth.since, found.growth.until) == (min(people), TODAY)


def test_an_outlook_of_before_is_still_read() -> None:
    """It knew no shortage, nothing without measures and no figures that it rests on: nothing is said of them."""
    picture = drawn(back(800, 900), "VR01", "VR02")
    new = {"shortage", "without_measures", "facts"}
    document = picture.model_dump(mode="json")
    document["balance"] = {name: value for name, value in document["balance"].items() if name not in new}
    document["balance"]["growth"] = {n: v for n, v in document["balance"]["growth"].items() if n not in {"since", "until"}}
    old = Picture.model_validate(document)
    told = outlook_text(old, PLAN)
    assert "gelezen uit 2 standen," in told
    assert "geen plaats" not in told
    assert grounds_table(old) is None


def test_the_outlook_is_told_with_what_it_rests_on_in_both_languages() -> None:
    picture = drawn(back(800, 900), "VR01")
    told = outlook_text(picture, PLAN)
    assert "Op zaterdag 24 december 2022 hebben dan 1.200 mensen geen plaats." in told
    assert told.startswith("de opvang raakt naar verwachting vol op "), "what matters at night comes first"
    assert "Zonder de plaatsen van maatregelen: de opvang raakt naar verwachting vol op vrijdag 8 juli 2022." in told
    assert "gelezen uit 2 standen van vrijdag 17 juni 2022 tot maandag 27 juni 2022" in told
    english = outlook_text(picture, PLAN, "en")
    assert "1,200 people have no place then" in english
    assert "Without the places of measures: reception is expected to run full on Friday 8 July 2022." in english
    assert grounds_table(picture, "en")
    paper = as_markdown(picture_document(picture, PLAN))
    assert "Waar de vooruitblik op rust" in paper
    assert "mensen in de opvang | 800 | vrijdag 17 juni 2022 | COA" in paper
    assert "plaatsen van maatregelen | 500 | maandag 27 juni 2022 | samen, zie de cijfers" in paper


def test_a_margin_is_told_only_where_one_was_seen() -> None:
    one, even, uneven = (
        outlook_text(drawn(back(*people), "VR01", "VR02"), PLAN) for people in ((800, 900), (800, 850, 900), (700, 750, 900))
    )
    assert "(één stap gezien: een marge is er niet)" in one
    assert "(iedere stap was even groot: een marge is er niet), gelezen uit 3 standen" in even
    assert "marge" not in uneven
    assert ["(tussen" in told for told in (one, even, uneven)] == [False, False, True]


def test_what_a_figure_is_in_the_outlook_is_there_in_english() -> None:
    assert WORDS.keys() >= set(FactKind)


def agreed(value: int, days: int, area: str = "VR01") -> Figure:
    """So many places of a measure from so many days after today on."""
    changes = {"indicator": "maatregel", "kind": FigureKind.TARGET, "area": area, "source": "afspraak"}
    return figures({TODAY + timedelta(days=days): value})[0].model_copy(update=changes)


def lasting(*followed: Figure, until: int | None = None, value: int | None = 500) -> list[int | None]:
    """The places of 1,000 and of a measure in two regions, after 0, 20, 40 and 60 days."""
    halves = {"VR01": Decimal(300), "VR02": Decimal(200)} if value else {}
    extra = Extra(value=None if value is None else Decimal(value), by_area=halves, agreed=followed, on=TODAY)
    there = Places(figures({TODAY: 1000}), extra, TODAY + timedelta(days=until) if until else None)
    found = [there.on(TODAY + timedelta(days=days)) for days in (0, 20, 40, 60)]
    return [None if places is None else int(places) for places in found]


def test_places_of_a_measure_last_until_they_are_agreed_away() -> None:
    assert lasting() == [1500, 1500, 1500, 1500]
    assert lasting(agreed(0, 20), agreed(50, 40, "VR02")) == [1500, 1200, 1050, 1050]
    assert lasting(agreed(900, 20)) == [1500, 1500, 1500, 1500], "what is agreed is not there yet"
    assert lasting(agreed(0, 20, "VR03")) == [1500, 1500, 1500, 1500], "and gives none now"


def test_an_agreement_of_later_goes_before_the_day_that_was_frozen_into_the_plan() -> None:
    assert lasting(until=30) == [1500, 1500, 1000, 1000]
    assert lasting(agreed(300, 31), agreed(200, 31, "VR02"), until=30) == [1500, 1500, 1500, 1500]
    assert lasting(agreed(300, 31), agreed(0, 60), until=30) == [1500, 1500, 1300, 1000]
    assert lasting(agreed(300, 10), until=30) == [1500, 1500, 1000, 1000], "an agreement of before that day ends with it"
    assert lasting(agreed(0, 31), until=30, value=None) == [None, None, 1000, 1000]
    assert lasting(agreed(300, 31), until=30, value=None) == [None, None, None, None]


def test_the_outlook_tells_until_when_the_places_of_measures_last_and_by_what() -> None:
    terms = TERMS.model_copy(update={"extra": "maatregel", "extra_until": TODAY + timedelta(days=9)})
    followed = (agreed(40, 10), agreed(0, 20))
    extra = Extra(value=Decimal(90), by_area={"VR01": Decimal(90)}, agreed=followed, on=TODAY)
    found = balance(terms, figures(back(800, 900)), figures({TODAY: 1000}), TODAY, extra)
    assert found
    assert found.extra_until == TODAY + timedelta(days=19)
    agreed_then = [(int(one.value), one.source) for one in found.facts if one.what is FactKind.AGREED]
    assert agreed_then == [(40, "afspraak"), (0, "afspraak")]
    assert found.runs_full == TODAY + timedelta(days=15), "1,050 people on that day, and 1,040 places"


def test_places_lie_on_a_straight_line_between_two_dates() -> None:
    capacity = figures({TODAY: 1000, TODAY + timedelta(days=100): 900})
    found = balance(TERMS, figures(back(800, 800)), capacity, TODAY)
    assert found
    half_way = next(day for day in found.days if day.on == TODAY + timedelta(days=49))
    assert half_way.places == 951
    assert found.days[-1].places == 900


def test_where_inflow_and_outflow_are_counted_growth_is_the_one_minus_the_other() -> None:
    flows = figures({TODAY: 140, TODAY - timedelta(days=7): 210}), figures({TODAY: 70, TODAY - timedelta(days=7): 70})
    found = balance(FLOWING, figures(back(800, 900)), figures({TODAY: 1000}), TODAY, flows=flows)
    assert found
    low, expected, high = Decimal(10), Decimal(15), Decimal(20)
    week = TODAY - timedelta(days=7)
    assert found.growth == Growth(basis=Basis.FLOWS, low=low, expected=expected, high=high, since=week, until=TODAY)
    rests_on = [(fact.what, int(fact.value), fact.on) for fact in found.facts]
    assert rests_on == [
        (FactKind.OCCUPIED, 900, TODAY),
        (FactKind.INFLOW, 210, week),
        (FactKind.INFLOW, 140, TODAY),
        (FactKind.OUTFLOW, 70, week),
        (FactKind.OUTFLOW, 70, TODAY),
        (FactKind.CAPACITY, 1000, TODAY),
    ]


@given(st.lists(st.integers(0, 60_000), min_size=2, max_size=8), st.integers(0, 60_000), st.integers(0, 10_000))
def test_the_band_holds_the_expectation_widens_and_more_places_never_hasten(people: list[int], places: int, more: int) -> None:
    found, roomier = outlook(back(*people), places), outlook(back(*people), places + more)
    assert found
    assert roomier
    widths = []
    for day in found.days:
        assert day.low <= day.expected <= day.high
        widths.append(day.high - day.low if day.low else None)
    known = [width for width in widths if width is not None]
    assert known == sorted(known)
    never = date.max
    assert (found.earliest or never) <= (found.runs_full or never) <= (found.latest or never)
    assert (found.runs_full or never) <= (roomier.runs_full or never)
    assert found.shortage
    assert found.shortage.low <= found.shortage.expected <= found.shortage.high
    assert found.without_measures
    assert (found.without_measures.runs_full or never) <= (found.runs_full or never)


def test_nothing_of_after_27_june_2022_is_in_the_fit() -> None:
    assert max(KNOWN_THEN) == TODAY
    assert fitted().since == TODAY


def test_the_document_tells_the_error_as_it_is() -> None:
    assert table() in DOC
    judged = {one.on: one for one in hindsight()}
    december = judged[date(2022, 12, 5)]
    assert (december.observed, december.error, december.coa_error) == (51_805, -3_820, -1_685)
    assert f"too low by {abs(december.error):,} people" in DOC
    outside = sum(not one.is_within for one in judged.values())
    assert (outside, len(judged)) == (3, 4)
    assert "three times out of four" in DOC


def test_the_document_tells_when_it_would_have_run_full() -> None:
    bare, agreed = fitted(), fitted(Decimal(5625), date(2022, 10, 1))
    assert (bare.earliest, bare.runs_full, bare.latest) == (date(2022, 7, 6), date(2022, 7, 8), date(2022, 7, 8))
    assert agreed.runs_full == date(2022, 10, 2)
    assert "on 8 July 2022 (6 to 8 July by the band)" in DOC
    assert "on 2 October" in DOC


def test_places_of_measures_that_nobody_gave_are_unknown_and_not_none() -> None:
    """Missing is not zero: while they last nobody can say on which day it runs full."""
    until = TODAY + timedelta(days=30)
    terms = TERMS.model_copy(update={"extra": "maatregel", "extra_until": until})
    people, capacity = figures(back(800, 900)), figures({TODAY: 1000})
    for nobody in (None, Extra(value=None)):
        found = balance(terms, people, capacity, TODAY, nobody)
        assert found
        assert found.has_gaps
        assert found.runs_full == until + timedelta(days=1)
        assert found.extra_places is None


OF_REGIONS = {"kind": "veiligheidsregio", "indicators": ["maatregel"]}
PLAN = a_plan(
    indicators=[
        {"id": "bezetting", "name": "Bezetting", "unit": "personen", "definition": "Vannacht."},
        {"id": "capaciteit", "name": "Capaciteit", "unit": "plaatsen", "definition": "Vannacht.", "kinds": []},
        {"id": "maatregel", "name": "Noodopvang", "unit": "plaatsen", "definition": "Vannacht.", "kinds": ["realised"]},
    ],
    partners=[
        {"id": "COA", "name": "COA", "kind": "organisatie", "address": "/coa", "indicators": ["bezetting", "capaciteit"]},
        *(
            {
                "id": region,
                "name": region,
                "kind": "veiligheidsregio",
                "area": region,
                "address": "/x",
                "indicators": ["maatregel"],
            }
            for region in ("VR01", "VR02")
        ),
    ],
    balance={"occupied": "bezetting", "capacity": "capaciteit", "extra": "maatregel"},
)


def drawn(people: Mapping[date, int], *gave: str, calm: int = 0) -> Picture:
    """The picture of today in which these regions gave 500 places each; `calm` pictures before it had no warning."""
    answers = [
        Answer(partner=one, submission=Submission.ON_TIME, received_at=AT, report_id=one, figures=(places(one),))
        for one in gave
    ]
    answers.append(Answer(partner="COA", submission=Submission.ON_TIME, received_at=AT, report_id="COA"))
    series = {"bezetting": figures(people), "capaciteit": figures({TODAY - timedelta(days=60): 1000})}
    empty = draw_picture("c", (Body.IAO, 1), PLAN, [], None, AT).model_copy(update={"calm": calm})
    return draw_picture("c", (Body.IAO, 2), PLAN, answers, empty, AT, levels=frozenset(Body), series=series)


AT = utc(TODAY.year, TODAY.month, TODAY.day, 12)


def places(region: str) -> Figure:
    return figures({TODAY: 500})[0].model_copy(update={"indicator": "maatregel", "kind": FigureKind.REALISED, "area": region})


def test_the_picture_says_by_how_many_regions_the_places_were_given() -> None:
    told = lcms_text(drawn(back(800, 900), "VR01"), PLAN).replace("\n  ", " ")
    assert "met 500 plaatsen van lopende maatregelen, opgegeven door 1 van 2: de rest is onbekend" in told
    assert "opgegeven door" not in lcms_text(drawn(back(800, 900), "VR01", "VR02"), PLAN)
    assert "heeft niemand opgegeven" in lcms_text(drawn(back(800, 900)), PLAN).replace("\n  ", " ")


@pytest.mark.parametrize(("people", "gave"), [(back(900), ("VR01", "VR02")), ({}, ("VR01", "VR02")), (back(900, 900), ())])
def test_an_outlook_that_is_not_known_is_no_reason_to_scale_down(people: dict[date, int], gave: tuple[str, ...]) -> None:
    advice = drawn(people, *gave, calm=CALM_PICTURES).advice
    assert advice
    assert (advice.course, advice.reasons[0].why, advice.reasons[0].detail) == (Course.STAY, Why.NOT_KNOWN, OUTLOOK)


def test_an_outlook_that_is_known_and_calm_lets_go() -> None:
    advice = drawn(back(900, 900), "VR01", "VR02", calm=CALM_PICTURES).advice
    assert advice
    assert advice.course is Course.DOWN


def test_the_bad_end_of_the_band_is_told_and_weighs() -> None:
    """On the whole nobody is added; but once there were 30 more a day."""
    picture = drawn(back(900, 1200, 900), "VR01", "VR02", calm=CALM_PICTURES)
    assert picture.balance
    assert (picture.balance.runs_full, picture.balance.earliest) == (None, TODAY + timedelta(days=37))
    assert picture.advice
    assert (picture.advice.course, picture.advice.reasons[0].why) == (Course.STAY, Why.MAY_RUN_OUT)
    assert "bij de hoogste groei die is gezien raakt de opvang vol op" in lcms_text(picture, PLAN).replace("\n  ", " ")


def test_places_to_come_are_asked_for_and_not_named_as_left_out() -> None:
    later, plan = TODAY + timedelta(days=30), PLAN.model_dump()
    plan["indicators"][1]["kinds"] = ["observed"]
    said = [
        figures({later: 900})[0].model_copy(update={"indicator": indicator, "area": "NL"})
        for indicator in ("bezetting", "capaciteit")
    ]
    answers = [Answer(partner="COA", submission=Submission.ON_TIME, received_at=AT, report_id="COA", figures=tuple(said))]
    picture = draw_picture("c", (Body.IAO, 1), type(PLAN).model_validate(plan), answers, None, AT)
    assert [one.indicator for one in picture.ahead] == ["bezetting"]


def test_too_little_to_go_by_is_said() -> None:
    told = lcms_text(drawn(back(900), "VR01", "VR02"), PLAN).replace("\n  ", " ")
    assert "geen, want er zijn minder dan twee standen" in told


def read_back(folder: Path, plan: Plan, *said: tuple[str, Figure]) -> Mapping[str, Sequence[Figure]]:
    """What the outlook is made of when each of these partners answers, one a minute after the other."""
    register = a_register(folder, plan)
    a_crisis(register, plan)
    a_meeting(register)
    for minute, (partner, figure) in enumerate(said):
        at = NOW + timedelta(minutes=minute)
        answer = Answer(
            partner=partner,
            submission=Submission.ON_TIME,
            received_at=at,
            stated_at=at,
            report_id=f"{partner}-{minute}",
            figures=(figure,),
        )
        intake.take_in(register, "asiel-2022", Body.IAO, 1, [answer], SOMEONE, at)
    found = of_balance(register, "asiel-2022", plan, NOW + timedelta(hours=1))
    register.close()
    return found


def counted(value: int, days: int = 0) -> Figure:
    return figures({NOW.date() + timedelta(days=days): value})[0].model_copy(update={"indicator": "bezetting"})


def test_who_is_not_asked_sets_no_outlook(tmp_path: Path) -> None:
    found = read_back(tmp_path, PLAN, ("COA", counted(900)), ("VR01", counted(999_999)))
    assert [figure.value for figure in found["bezetting"]] == [Decimal(900)]


def test_a_step_from_one_source_to_another_is_no_growth(tmp_path: Path) -> None:
    """Two count by definitions of their own (E16): of one of them there are two dates."""
    other = {"id": "LEGER", "name": "Leger", "kind": "organisatie", "address": "/x", "indicators": ["bezetting"]}
    document = PLAN.model_dump(mode="json")
    plan = Plan.model_validate(document | {"partners": [*document["partners"], other]})
    said = [("COA", counted(900, -9)), ("COA", counted(910, -1)), ("LEGER", counted(40_000)), ("LEGER", counted(50_000, 9))]
    assert [figure.value for figure in read_back(tmp_path, plan, *said)["bezetting"]] == [900, 910]


def test_what_was_agreed_for_dates_to_come_is_read_as_it_was_stated_last(tmp_path: Path) -> None:
    since_june = agreed(225, -60)
    said = [("VR01", since_june), ("VR01", agreed(0, 96)), ("VR01", agreed(225, 96)), ("COA", agreed(7, 96, "NL"))]
    found = read_back(tmp_path, PLAN, *said)
    assert [(figure.area, figure.value) for figure in found["maatregel"]] == [("VR01", Decimal(225))]

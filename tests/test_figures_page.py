"""The form of a partner: one click where nothing changed, numbers as people write them, and an empty field is not zero."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.errors import InvalidInput
from crisis.inquiries import NewInquiry
from crisis.passes import Act, make_pass
from crisis.record import utc
from integrations.portal.figures_form import number_typed, values_in
from integrations.register import figures, form_answers, inquiries
from tests.building import NOW, SOMEONE, a_grant, own_pass
from tests.inquiring import a_plan_with_people
from tests.portal_building import SECRET, Portal, a_pass, a_portal

CRISIS = "asiel-2022"
PLAN = a_plan_with_people()
FIELDS = {
    "value.opvang.observed": "40",
    "value.bedden.target": "",
    "value.bedden.realised": "12,5",
    "state": "definitief",
    "remarks": "Zaterdag opent de hal.",
}


@pytest.fixture(params=["nl", "en"])
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Portal]:
    portal = a_portal(tmp_path, a_plan_with_people(request.param))
    ask(portal, 0)
    yield portal
    portal.register.close()


def ask(portal: Portal, days: int) -> None:
    asked = NewInquiry(
        question="Hoeveel bedden vannacht?",
        indicators=("opvang", "bedden"),
        partners=("VR01", "VR02"),
        reference_date=(NOW + timedelta(days=days)).date(),
        due_at=NOW + timedelta(days=3),
    )
    inquiries.ask(portal.register, own_pass(Act.ASK_PARTNERS, "secretaris"), asked, SOMEONE, NOW)


def form_at(number: int = 1) -> str:
    return a_pass("regio", Act.GIVE_FIGURES, f"{CRISIS}/U{number}/VR01")


def known(portal: Portal, days: int = 0) -> dict[str, Decimal]:
    about = (NOW + timedelta(days=days)).date()
    found = figures.known(portal.register, CRISIS, PLAN, about, utc(2199, 1, 1))
    return {f"{one.indicator}.{one.kind}": one.value for one in found if one.reference_date == about}


def test_what_was_filled_in_is_taken_in_and_what_was_left_empty_is_not_zero(portal: Portal) -> None:
    assert portal.send(form_at(), FIELDS).status_code == 303
    assert known(portal) == {"opvang.observed": Decimal(40), "bedden.realised": Decimal("12.5")}
    page = portal.open(form_at()).text
    assert "<form" not in page
    assert f"/crises/{CRISIS}/inquiries/1/link" in page
    assert re.search(r"<li>.*: 12[.,]5 bedden</li>", page), "one sees what was recorded"


def test_reading_the_form_changes_nothing(portal: Portal) -> None:
    before = portal.rows()
    page = unescape(portal.open(form_at()).text)
    assert portal.rows() == before
    assert "Hoeveel bedden vannacht?" in page
    assert not re.search("overleg gaat|gaat het overleg door|the meeting goes on", page), "there is none"
    assert "Wie vannacht een bed had." in page


def test_where_nothing_was_given_before_there_is_no_click_that_says_it_stayed_the_same(portal: Portal) -> None:
    assert 'name="unchanged"' not in portal.open(form_at()).text


def test_one_click_takes_over_what_was_given_before(portal: Portal) -> None:
    portal.send(form_at(), FIELDS)
    ask(portal, 1)
    page = portal.open(form_at(2)).text
    assert page.index('name="unchanged"') < page.index('name="value.opvang.observed"')
    assert 'value="12.5"' in page
    assert portal.send(form_at(2), {"unchanged": "ja"}).status_code == 303
    assert known(portal, days=1) == known(portal)


def test_a_form_with_nothing_in_it_is_refused_with_all_that_was_typed(portal: Portal) -> None:
    nothing = {name: "" if name.startswith("value.") else text for name, text in FIELDS.items()}
    answer = portal.send(form_at(), nothing)
    assert answer.status_code == 422
    assert "Zaterdag opent de hal." in unescape(answer.text)
    assert 'href="#values"' in answer.text
    assert known(portal) == {}


def test_what_cannot_be_read_is_named_at_its_field_and_every_link_leads_somewhere(portal: Portal) -> None:
    answer = portal.send(form_at(), FIELDS | {"value.opvang.observed": "1.250", "state": "misschien", "vreemd": "x"})
    assert answer.status_code == 422
    page = answer.text
    links = re.findall(r'<li><a href="#([^"]+)"', page)
    assert links == ["value.opvang.observed", "vreemd", "state"]
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert set(links) - {"vreemd"} <= ids
    assert {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()} <= ids
    inputs = re.findall(r"<(?:input|textarea)[^>]*? id=\"([^\"]+)\"", page)
    assert set(inputs) <= set(re.findall(r'<label for="([^"]+)"', page))
    assert 'value="1.250"' in page


def test_the_link_works_once_and_another_is_mailed_to_who_answers(portal: Portal) -> None:
    portal.send(form_at(), FIELDS)
    assert portal.send(form_at(), FIELDS | {"value.opvang.observed": "50"}).status_code == 403
    page = portal.open(f"/crises/{CRISIS}/inquiries/1/link")
    assert 'value="regio"' in page.text
    assert "gemeente" not in page.text
    assert portal.send(f"/crises/{CRISIS}/inquiries/1/link", {"person": "regio"}).status_code == 200
    assert portal.send(f"/crises/{CRISIS}/inquiries/1/link", {"person": "lid"}).status_code == 403
    assert portal.open(f"/crises/{CRISIS}/inquiries/9/link").status_code == 404


def test_the_question_of_the_secretariat_stands_above_the_form(portal: Portal) -> None:
    portal.send(form_at(), FIELDS)
    judging = own_pass(Act.JUDGE_FIGURES, "secretaris")
    form_answers.judge(portal.register, judging, (1, "VR01"), False, "Met of zonder de boot?", SOMEONE, portal.register.now())
    assert "Met of zonder de boot?" in portal.open(form_at()).text
    grant = a_grant(Act.GIVE_FIGURES, f"{CRISIS}/U1/VR01", "regio", NOW + timedelta(hours=1))
    again = portal.open(f"/p/{make_pass(grant, SECRET)}").text
    assert 'value="12.5"' in again, "what was given back is there to be mended"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", "0"), (" 42 ", "42"), ("12,5", "12.5"), ("12.5", "12.5"), ("1 250", "1250"), ("1000000000", "1000000000")],
)
def test_a_number_is_read_as_people_here_and_abroad_write_it(text: str, number: str) -> None:
    assert number_typed(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.250", "1,250", "1.250.000", "-3", "3e4", "1000000001", "NaN", "onbekend", "٣", "1,", ",5"])
def test_what_one_reads_as_thousands_and_another_as_decimals_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number_typed(text)


@given(st.text(max_size=14))
def test_whatever_is_typed_is_a_number_that_may_be_kept_or_refused(text: str) -> None:
    try:
        number = number_typed(text)
    except ValueError:
        return
    assert 0 <= number <= 1_000_000_000


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        ("opvang 40", {"opvang.observed": "40"}),
        ("opvang waargenomen 40\n\nbedden target: 12,5", {"opvang.observed": "40", "bedden.target": "12.5"}),
        ("bedden gerealiseerd=7", {"bedden.realised": "7"}),
    ],
)
def test_numbers_that_were_heard_are_written_one_per_line(lines: str, values: dict[str, str]) -> None:
    assert values_in(lines, PLAN) == {name: Decimal(value) for name, value in values.items()}


@pytest.mark.parametrize("line", ["opvang", "bedden 40", "zon 40", "opvang doel 40", "opvang veel", "opvang 1.250"])
def test_a_line_that_cannot_be_read_is_named_by_its_number(line: str) -> None:
    with pytest.raises(InvalidInput, match="figure_line:2"):
        values_in(f"opvang 40\n{line}", PLAN)

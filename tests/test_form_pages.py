"""One page for every weighty act: what it asks, how it shows it, and what it takes."""

import re
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from crisis.errors import CrisisClosed, InvalidInput
from crisis.record import Line, Moment, PersonKey, Record, Text, utc
from crisis.structure import Body
from integrations.portal.desk import Desk
from integrations.portal.english import ENGLISH
from integrations.portal.form_fields import Kind, fields_of, filled
from integrations.portal.form_pages import Form, do, show, show_refusal
from integrations.portal.holder import Holder, holder_of
from integrations.portal.pass_pages import FORMS
from integrations.portal.voice import Voice
from integrations.wording.dossier_parts import Fact
from tests.building import a_plan
from tests.portal_building import Portal, a_pass, a_portal


class Vote(StrEnum):
    FOR = "advies"
    AGAINST = "besluit"


class Many(StrEnum):
    A = "laag"
    B = "normaal"
    C = "hoog"
    D = "open"
    E = "stil"


class Everything(Record):
    """A field of every kind."""

    line: Line = Field(title="Omschrijving", description="Wat ontbreekt er nog?")
    text: Text = Field(title="Bewijs")
    vote: Vote = Field(title="Oordeel")
    many: Many = Field(title="Prioriteit")
    again: Vote | None = Field(None, title="Stand")
    tick: bool = Field(default=True, title="Opmerking")
    at: Moment = Field(title="Gepland")
    who: PersonKey = Field(title="Eigenaar")
    bodies: frozenset[Body] = Field(min_length=1, title="Actieve gremia")
    note: Line | None = Field(None, title="Bijeenkomst")


COMPLETE = {
    "line": "Een regel",
    "text": "Regel een\r\nregel twee",
    "vote": "besluit",
    "many": "hoog",
    "tick": "ja",
    "at": "2022-06-20T17:00",
    "who": "lid",
    "bodies.ICCb": "ja",
    "bodies.MCCb": "ja",
}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path)
    yield portal
    portal.register.close()


def holder_at(portal: Portal, person: str = "secretaris") -> Holder:
    return holder_of(Desk(portal.register, portal.settings), a_pass(person).removeprefix("/p/"))


def a_form(**changes: Any) -> Form[Everything]:
    parts: dict[str, Any] = {
        "model": Everything,
        "heading": lambda _: "Iets doen",
        "facts": lambda _: [Fact("Aanleiding", "<b>typed</b>\nby a person", is_typed=True, tag="te laat")],
        "do": lambda *_: None,
        "done": lambda _: None,
        "button": "Meld gereed",
    }
    return Form(**parts | changes)


def problems_of(**changes: str | None) -> list[tuple[str, str]]:
    typed = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    with pytest.raises(InvalidInput) as refused:
        filled(Everything, typed, a_plan())
    found = refused.value.details["problems"]
    assert isinstance(found, list)
    return found


def test_a_form_gives_the_model_that_was_filled_in() -> None:
    assert filled(Everything, COMPLETE, a_plan()) == Everything(
        line="Een regel",
        text="Regel een\nregel twee",
        vote=Vote.AGAINST,
        many=Many.C,
        tick=True,
        at=utc(2022, 6, 20, 15, 0),
        who="lid",
        bodies=frozenset({Body.ICCB, Body.MCCB}),
    )


def test_a_box_that_is_not_ticked_is_no() -> None:
    assert filled(Everything, {name: value for name, value in COMPLETE.items() if name != "tick"}, a_plan()).tick is False


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("line", " ", "missing"),
        ("line", "a\nb", "single_line"),
        ("vote", "misschien", "enum"),
        ("vote", None, "missing"),
        ("at", "morgen", "datetime"),
        ("at", "2022-03-27T02:30", "no_such_time"),
        ("who", "niemand", "not_in_plan"),
        ("onbekend", "x", "extra_forbidden"),
        ("bodies.XYZ", "ja", "extra_forbidden"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(field: str, value: str | None, why: str) -> None:
    assert problems_of(**{field: value}) == [(field, why)]


def test_nothing_ticked_where_one_must_be_is_named_by_its_field() -> None:
    assert problems_of(**{"bodies.ICCb": None, "bodies.MCCb": None}) == [("bodies", "too_short")]


def test_problems_come_in_the_order_of_the_form() -> None:
    assert [field for field, _ in problems_of(who="niemand", line="", at="nu", vote="")] == ["line", "vote", "at", "who"]


@given(st.dictionaries(st.sampled_from([*COMPLETE, "again", "note", "bodies", "bodies.IAO", "x"]), st.text(max_size=30)))
def test_whatever_is_sent_is_taken_or_refused(typed: dict[str, str]) -> None:
    with suppress(InvalidInput):
        assert filled(Everything, typed, a_plan()).line == typed["line"].strip()


def test_each_kind_of_field_is_shown_in_its_own_way() -> None:
    kinds = {field.name: field.kind for field in fields_of(Everything, None, a_plan(), Voice("nl"))}
    assert list(kinds.values()) == [
        *(Kind.LINE, Kind.LINES, Kind.RADIOS, Kind.LIST, Kind.LIST, Kind.TICK),
        *(Kind.MOMENT, Kind.LIST, Kind.TICKS, Kind.LINE),
    ]


def test_a_person_is_chosen_by_function(portal: Portal) -> None:
    page = bytes(show(a_form(), holder_at(portal)).body).decode()
    assert '<option value="lid">lid BZK (BZK)</option>' in page
    assert "<b>typed" not in page


def test_every_field_of_a_page_has_a_label_and_every_problem_a_link_to_its_field(portal: Portal) -> None:
    form, holder = a_form(), holder_at(portal)
    page = bytes(show_refusal(form, holder, {}, refusal_of(form, holder)).body).decode()
    ids = set(re.findall(r' id="([^"]+)"', page))
    inputs = re.findall(r"<(?:input|select|textarea)[^>]*? id=\"([^\"]+)\"", page)
    assert len(inputs) == 13
    assert set(inputs) <= set(re.findall(r'<label for="([^"]+)"', page))
    links = re.findall(r'<li><a href="#([^"]+)"', page)
    assert links == ["line", "text", "vote", "many", "at", "who", "bodies"]
    assert set(links) <= ids
    assert {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()} <= ids
    assert "Omschrijving: vul dit in" in page


def refusal_of(form: Form[Everything], holder: Holder) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        do(form, holder, {})
    return refused.value


def test_what_was_typed_is_still_there_after_a_refusal(portal: Portal) -> None:
    answer = show_refusal(a_form(), holder_at(portal), COMPLETE, CrisisClosed(crisis="asiel-2022"))
    page = unescape(bytes(answer.body).decode())
    assert answer.status_code == 409
    assert "is afgesloten en neemt niets meer op" in page
    for kept in (
        *('value="Een regel"', "Regel een\r\nregel twee", 'value="besluit" checked', 'value="hoog" selected'),
        *('value="2022-06-20T17:00"', 'value="lid" selected', 'name="bodies.ICCb" value="ja" checked'),
    ):
        assert kept in page
    assert 'name="bodies.IAO" value="ja" checked' not in page


def test_a_form_that_is_done_says_so_and_asks_nothing(portal: Portal) -> None:
    page = bytes(show(a_form(done=lambda _: "Dit is gedaan."), holder_at(portal)).body).decode()
    assert "Dit is gedaan." in page
    assert "<form" not in page


def test_the_words_of_a_field_can_be_the_buttons(portal: Portal) -> None:
    page = bytes(show(a_form(buttons="vote", button=""), holder_at(portal)).body).decode()
    assert '<button name="vote" value="advies">Advies</button>' in page
    assert 'type="radio"' not in page


@pytest.mark.parametrize("act", sorted(FORMS))
def test_every_form_speaks_english_too(act: str) -> None:
    form = next(form for known, form in FORMS.items() if known == act)
    fields = form.model.model_fields
    assert [name for name, field in fields.items() if not field.title] == []
    assert {field.title for field in fields.values()} <= ENGLISH.keys()
    assert {field.description for field in fields.values() if field.description} <= ENGLISH.keys()
    assert not form.button or form.button in ENGLISH
    assert len(fields_of(form.model, None, a_plan(), Voice("en"))) == len(fields)

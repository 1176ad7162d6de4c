"""The picture in the language of the reader: whoever reads English reads no Dutch in it, in any form."""

import ast
import base64
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from crisis.figures import FigureKind, KnownFigure, Via
from crisis.inquiries import Answer, Submission
from crisis.meetings import Papers
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.record import utc
from crisis.signals import Course, Reason, ScalingAdvice, Signal, SignalKind, Why
from crisis.situation import OUTLOOK, Picture, draw_picture
from crisis.structure import Body
from crisis.totals import Freshness
from integrations.register import meetings
from integrations.wording import advice, charts, course, outlook, picture, picture_areas, picture_words, tilemap
from integrations.wording.dossier_parts import Wording
from integrations.wording.english import WORDS
from integrations.wording.forms_of_picture import FORMS
from integrations.wording.picture import lcms_text, picture_document
from tests.building import NOW, SOMEONE, a_meeting, a_plan
from tests.portal_building import a_portal
from tests.test_picture import CNO, READING, SVG, TODAY, an_answer, figure

TELLING = (advice, course, outlook, picture, picture_areas, picture_words)
DRAWING = (charts, tilemap)
CODES = {"nl", "en", "NL", "GM", "marking", "seal", "picture", "json", "is_beside"}
"""What is no word."""


def english_plan(language: str = "en") -> Plan:
    """A plan whose own words are English: what is Dutch then in what people read is ours."""
    warning = {"kind": "realised", "below": 3750, "signal": "too few", "scale_up_to": "MCCb"}
    shelter = CNO | {"name": "Emergency shelter", "unit": "places", "thresholds": [warning]}
    asked = {"kind": "veiligheidsregio", "indicators": ["cno"]}
    partners = [{"id": code, "name": f"Partner {code}", "area": code, "address": f"/{code}"} | asked for code in SAFETY_REGIONS]
    people = {key: person.model_dump() | {"language": language} for key, person in a_plan().people.items()}
    return a_plan(indicators=[shelter], partners=partners, people=people)


def full_picture(plan: Plan) -> Picture:
    """Two pictures on: given, taken over, too old, late, given back, silent, synthetic and in conflict."""
    drawn: Picture | None = None
    known = [*_known("VR05", TODAY - timedelta(days=1)), *_known("VR06", TODAY - timedelta(days=300))]
    for day in range(3):
        answers = [_answered(code, day, Submission.LATE if code == "VR10" else Submission.ON_TIME) for code in SAFETY_REGIONS]
        answers = [one for one in answers if one.partner not in {"VR05", "VR06", "VR07"}] + [an_answer("VR07")]
        answers[0] = answers[0].model_copy(update={"returned": "Really?"})
        drawn = draw_picture("asiel-2022", (Body.IAO, 1), plan, answers, drawn, NOW + timedelta(days=day), known)
    assert drawn
    return drawn


def _answered(code: str, day: int, how: Submission) -> Answer:
    on = TODAY + timedelta(days=day)
    made = figure(code, FigureKind.REALISED, 40 + day, on).model_copy(update={"synthetic": True})
    said = (figure(code, FigureKind.TARGET, 225, on), made)
    return Answer(partner=code, submission=how, received_at=NOW, figures=said, report_id=f"{code}-{day}")


def _known(code: str, on: date) -> Iterator[KnownFigure]:
    for kind in (FigureKind.TARGET, FigureKind.REALISED):
        yield KnownFigure.model_construct(
            **figure(code, kind, 50, on).__dict__,
            partner=code,
            report_id=f"{code}-0",
            received_at=NOW,
            stated_at=NOW,
            via=Via.SYSTEM,
            digest="",
        )


def words_in(text: str) -> set[str]:
    return set(re.findall(r"[a-zà-ÿ]{2,}", text.lower()))


DUTCH = words_in(" ".join(WORDS)) - words_in(" ".join(WORDS.values()))
"""The words that stand in what is said in Dutch and never in what is said in English."""


def read(text: str) -> str:
    """What a person reads: with the words in the drawings, and without the names of regions, which stay as they are."""
    drawings = [base64.b64decode(found).decode() for found in re.findall(r"base64,([^)\"]+)", text)]
    drawn = [" ".join(ET.fromstring(svg).itertext()) for svg in drawings]  # noqa: S314 - drawn by ourselves
    whole = " ".join([re.sub(r"base64,[^)\"]+", "", text), *drawn])
    short = {name for names in tilemap.SHORT.values() for name in names}
    for name in sorted({region.name for region in SAFETY_REGIONS.values()} | short, key=len, reverse=True):
        whole = whole.replace(name, "")
    return whole


def constants(module: ModuleType) -> Iterator[str]:
    """Every text in a module that is no docstring."""
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.value


def said(module: ModuleType) -> Iterator[str]:
    """Every text that a module has said in the language of the reader."""
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", "") == "said" or getattr(node.func, "attr", "") == "say"):
            yield from (str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant))


@pytest.mark.parametrize("module", TELLING, ids=lambda module: module.__name__)
def test_every_word_that_the_picture_says_is_there_in_english(module: ModuleType) -> None:
    """All its texts are: so none of them is said to everybody in Dutch."""
    texts = {text for text in constants(module) if words_in(re.sub(r"\{\w*\}", "", text))}
    assert texts
    assert texts - CODES <= WORDS.keys()


@pytest.mark.parametrize("module", DRAWING, ids=lambda module: module.__name__)
def test_every_word_of_a_drawing_is_there_in_english(module: ModuleType) -> None:
    assert set(said(module)) | {words for *_, words in tilemap.CLASSES} <= WORDS.keys()
    names = {name for names in tilemap.SHORT.values() for name in names}
    assert {text for text in constants(module) if words_in(text) & DUTCH} - CODES - names <= WORDS.keys()


def test_every_way_in_which_something_is_given_is_there_in_english() -> None:
    assert {str(one) for kinds in (Submission, Freshness) for one in kinds} | {OUTLOOK} <= WORDS.keys()


def test_the_dutch_words_are_found_where_they_are() -> None:
    """Else the tests beneath find nothing because they look for nothing."""
    plan = english_plan()
    assert len(DUTCH) > 200
    assert len(words_in(read(lcms_text(full_picture(plan), plan, "nl"))) & DUTCH) > 20


@pytest.mark.parametrize("name", ["beeld.md", "beeld.txt"])
def test_who_reads_english_reads_no_dutch_in_what_they_take_along(name: str) -> None:
    plan = english_plan()
    written = FORMS[name][1](full_picture(plan), plan, "en").decode()
    assert "Emergency shelter" in written
    assert words_in(read(written)) & DUTCH == set()


def test_the_numbers_and_dates_are_written_as_the_english_do() -> None:
    plan = english_plan()
    text = lcms_text(full_picture(plan), plan, "en")
    assert "SITUATION PICTURE IAO 1 (EXERCISE: NOT REAL)" in text
    assert re.search(r"\(target\): \d,\d{3} places", text)
    assert "2022-06-19 (today)" in text


@pytest.mark.parametrize("what", Course)
def test_all_advice_and_all_its_reasons_can_be_read_in_english(what: Course) -> None:
    warning = a_signal(SignalKind.CROSSED)
    reasons = tuple(Reason(why=why, signal=warning, detail=f"shelter, {OUTLOOK}", on=TODAY) for why in Why)
    text = advice.advice_text(ScalingAdvice(course=what, body=Body.MCCB, reasons=reasons), Wording(english_plan(), "en"))
    assert words_in(text) & DUTCH == set()
    assert "too little is known of shelter, the outlook" in text


@pytest.mark.parametrize("what", SignalKind)
def test_all_signals_can_be_read_in_english(what: SignalKind) -> None:
    text = advice.signal_text(a_signal(what), Wording(english_plan(), "en"))
    assert words_in(text) & DUTCH == set()
    assert "Emergency shelter (realised): 2,730 places" in text


def a_signal(what: SignalKind) -> Signal:
    return Signal(
        what=what,
        indicator="cno",
        name="Emergency shelter",
        unit="places",
        kind=FigureKind.REALISED,
        value=Decimal(2730),
        limit=Decimal(3750),
        text="too few",
        on=utc(2022, 7, 1).date(),
    )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_and_what_is_taken_along_are_in_the_language_of_the_reader(tmp_path: Path, language: str) -> None:
    plan = english_plan(language)
    portal = a_portal(tmp_path, plan)
    a_meeting(portal.register, number=2)
    papers = Papers(picture=full_picture(plan), decisions=(), actions=(), frozen_at=NOW)
    meetings.invite(portal.register, "asiel-2022", Body.IAO, 2, papers, SOMEONE, NOW)
    taken = {name: portal.open(f"{READING}/picture/{name}").content for name in FORMS}
    page = portal.open(f"{READING}/picture").text
    portal.register.close()
    title = {"nl": "Situatieschets IAO 1", "en": "Situation picture IAO 1"}[language]
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}">' in page
    assert title in taken["beeld.md"].decode()
    assert title.upper() in taken["beeld.txt"].decode()
    assert f"/Lang ({language})".encode() in taken["beeld.pdf"]
    assert json.loads(taken["beeld.json"])["marking"] == "oefening", "for programs it stays as it is"
    if language == "en":
        body = re.sub(r"<[^>]+>", " ", re.sub(r'alt="([^"]*)"', r">\1<", page))
        assert words_in(read(body)) & DUTCH <= {"opschaling", "beeld"}, "the name of the product, and of the files"


def test_a_drawing_in_english_is_the_same_drawing() -> None:
    """Only its words are other words."""
    plan = english_plan()
    one, other = (picture_document(full_picture(plan), plan, language) for language in ("nl", "en"))
    assert [type(block) for block in one.blocks] == [type(block) for block in other.blocks]
    dutch, english = (picture_areas.region_map(full_picture(plan), plan, language) for language in ("nl", "en"))
    assert dutch
    assert english
    tiles = [
        [dict(box.attrib) for box in ET.fromstring(image.svg).iter(f"{SVG}rect") if box.get("stroke")]  # noqa: S314
        for image in (dutch, english)
    ]
    assert tiles[0] == tiles[1]


def test_what_is_filled_in_in_dutch_is_filled_in_in_english() -> None:
    fields = re.compile(r"\{(\w*)\}")
    assert [dutch for dutch, english in WORDS.items() if set(fields.findall(dutch)) != set(fields.findall(english))] == []

"""The draft letter to the House: from the record alone, every figure with its source, nothing that may not be told (R19)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.actions import ActionKind, NewAction
from crisis.audit import digest
from crisis.decisions import Decision, DecisionKind, DecisionStage, NewDecision, Secrecy
from crisis.inquiries import Answer, Submission
from crisis.letter import Letter, draft, may_be_told, may_be_told_in_full
from crisis.measures import Horizon, Measure
from crisis.meetings import Direction, Outcome, Papers
from crisis.passes import Act
from crisis.plan import Plan, PlanKind
from crisis.record import Moment, utc
from crisis.regions import Grip, GripLevel
from crisis.requests import Answered, Reply
from crisis.situation import draw_picture
from crisis.structure import Body
from integrations.register import Register, audit, grips, intake, letters, meetings, requests
from integrations.wording.document import Bullets, Cite, Document, Heading, Mark, Note, Paragraph, Table, cited
from integrations.wording.letter import letter_document
from integrations.wording.markdown import as_markdown
from integrations.wording.odt import as_odt
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_crisis,
    a_decision,
    a_grant,
    a_meeting,
    a_plan,
    a_register,
    own_pass,
    settled,
)
from tests.reading import opened_in_libreoffice
from tests.test_situation import REGIONS, a_figure, an_answer, three_regions

LATER = NOW + timedelta(days=1)
BEDS = Measure(
    horizon=Horizon.SHORT, aim="Niemand slaapt buiten", indicator="opvang", target=Decimal(5625), by=utc(2022, 10, 1)
)
HIDDEN = "Dit mag niemand lezen"
JUDGED = "**[vertrouwelijk: door de opsteller te beoordelen]**"
DECISIONS = (
    a_decision("Er komen drie schepen.", secrecy=Secrecy.OPEN, measure=BEDS),
    a_decision(f"{HIDDEN}: het besluit.", secrecy=Secrecy.CONFIDENTIAL, measure=BEDS.model_copy(update={"aim": HIDDEN})),
    a_decision(f"{HIDDEN}: geheim.", secrecy=Secrecy.SECRET),
    a_decision(
        "Iedere regio wordt om 225 plaatsen gevraagd.", DecisionKind.REQUEST, secrecy=Secrecy.OPEN, addressees=["liaison"]
    ),
    a_decision(f"{HIDDEN}: voorgenomen.", secrecy=Secrecy.OPEN, stage=DecisionStage.INTENDED),
    a_decision(f"{HIDDEN}: advies.", DecisionKind.ADVICE, secrecy=Secrecy.OPEN),
    a_decision(f"{HIDDEN}: later.", secrecy=Secrecy.OPEN, public_at=NOW + timedelta(days=9)),
)


def a_letter_plan() -> Plan:
    people = {key: person.model_dump() for key, person in a_plan().people.items()}
    regions = three_regions().model_dump(include={"indicators", "partners"})
    return a_plan(people=people, kind="reconstructie", ruleset="2016", letters="lid", **regions)


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, a_letter_plan())
    a_crisis(opened, levels=set(Body))
    yield opened
    opened.close()


def met(register: Register, *decisions: NewDecision, actions: tuple[NewAction, ...] = (), number: int = 1) -> None:
    """The MCCb met with a picture of three regions, of which one was silent, and decided this."""
    a_meeting(register, body=Body.MCCB, number=number)
    plan = a_letter_plan()
    answers: list[Answer] = [
        an_answer("VR01", a_figure("VR01", 300, source="LCVS", synthetic=True)),
        an_answer("VR02", a_figure("VR02", 0, provisional=False)),
        an_answer("VR03", how=Submission.SILENT),
    ]
    intake.take_in(register, "asiel-2022", Body.MCCB, number, answers, SOMEONE, NOW)
    picture = draw_picture("asiel-2022", (Body.MCCB, number), plan, answers, None, NOW)
    papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=NOW)
    meetings.invite(register, "asiel-2022", Body.MCCB, number, papers, SOMEONE, NOW)
    outcome = Outcome(
        direction=Direction.HOLD, summary=f"{HIDDEN}: het verslag.", decisions=decisions, actions=actions, present=PRESENT
    )
    settled(register, f"asiel-2022/MCCb/{number}", outcome)


def the_letter(register: Register, since: Moment | None = None) -> Letter:
    return draft(letters.material(register, "asiel-2022"), LATER, since)


def the_text(register: Register, since: Moment | None = None) -> str:
    return as_markdown(letter_document(the_letter(register, since))).replace("\\", "")


def test_r19_the_letter_has_the_parts_of_the_letter_of_20_june_2022(register: Register) -> None:
    met(register, *DECISIONS)
    headings = [block.text for block in letter_document(the_letter(register)).blocks if isinstance(block, Heading)]
    assert [text for text in headings if not text.startswith("Bijlage")] == [
        "Ontwerpbrief aan de Tweede Kamer: Crisis in de asielopvang",
        *("Aanleiding en activering", "Actueel beeld", "Wat is besloten, gevraagd en afgesproken"),
        *("Besloten", "Gevraagd", "Afgesproken"),
        *("Maatregelen", "Op de korte termijn", "Op de middellange termijn", "Op de lange termijn"),
        *("Toezeggingen", "Aan regio's en partners", "Aan uw Kamer", "Vervolg"),
    ]
    assert len(headings) == 18


def test_r19_the_activation_is_told_with_ground_date_levels_and_nkc(register: Register) -> None:
    text = the_text(register)
    assert "Op vrijdag 17 juni 2022 om 08:00 uur is de nationale crisisstructuur geactiveerd" in text
    assert "De grond is: grote maatschappelijke impact.[^1]" in text
    assert (
        "Geactiveerd zijn het IAO, de ICCb en de MCCb. Het Nationaal Kernteam Crisiscommunicatie (NKC) is geactiveerd." in text
    )
    assert "geraadpleegd: staatssecretaris van JenV; in overeenstemming met: minister-president." in text


def test_r19_every_figure_has_value_unit_date_source_completeness_and_status(register: Register) -> None:
    met(register)
    text = the_text(register)
    beside = "17-06-2022 | VR01 (LCVS); VR02 | 2 van 3 | voorlopig, synthetisch |"
    assert f"| Plaatsen (gerealiseerd) | 300 plaatsen[^3] | {beside}" in text
    assert "[^3]: VR01 (LCVS); VR02; 17-06-2022; 2 van 3 opgaven; voorlopig, synthetisch." in text
    assert "| 3 | Plaatsen (gerealiseerd) | 300 plaatsen | 17-06-2022 |" in text
    assert "| 3.1 | Groningen | 300 plaatsen | 17-06-2022 | VR01 (LCVS) | voorlopig, synthetisch |" in text
    assert "| 3.2 | Fryslân | 0 plaatsen | 17-06-2022 | VR02 | definitief |" in text
    assert "Geen bruikbaar antwoord gaven: VR03 (stil)." in text


def test_what_nobody_gave_is_called_unknown_and_is_no_zero(register: Register) -> None:
    a_meeting(register, body=Body.MCCB)
    silent = [an_answer(region, how=Submission.SILENT) for region in REGIONS]
    picture = draw_picture("asiel-2022", (Body.MCCB, 1), a_letter_plan(), silent, None, NOW)
    papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=NOW)
    meetings.invite(register, "asiel-2022", Body.MCCB, 1, papers, SOMEONE, NOW)
    assert "| Plaatsen (gerealiseerd) | onbekend[^3] | – | geen opgave | 0 van 3 | – |" in the_text(register)


def test_a_total_of_which_the_parts_are_not_there_says_so(register: Register) -> None:
    """A picture can be older than its cells: then nobody can say how firm the figure is."""
    a_meeting(register, body=Body.MCCB)
    known = [an_answer("VR01", a_figure("VR01", 300, provisional=False))]
    picture = draw_picture("asiel-2022", (Body.MCCB, 1), a_letter_plan(), known, None, NOW)
    rows = tuple(row.model_copy(update={"cells": {}}) for row in picture.rows)
    picture = picture.model_copy(update={"rows": rows})
    papers = Papers(picture=picture, decisions=(), actions=(), frozen_at=NOW)
    meetings.invite(register, "asiel-2022", Body.MCCB, 1, papers, SOMEONE, NOW)
    text = the_text(register)
    assert "definitief" not in text
    assert "| herkomst niet vastgelegd: niet aanhalen zonder navraag | 1 van 3 | herkomst niet vastgelegd |" in text


def test_a_letter_before_the_first_picture_invents_nothing(register: Register) -> None:
    text = the_text(register)
    assert "Er is nog geen beeld opgemaakt. **[in te vullen: het actuele beeld, met bron en peildatum]**" in text
    assert "Bijlage 1" not in text


def test_r22_what_is_secret_intended_or_advised_never_stands_in_it(register: Register) -> None:
    met(register, *DECISIONS)
    letter = the_letter(register)
    assert [(one.number, one.is_in_full) for one in letter.told] == [(1, True), (2, False), (4, True), (7, False)]
    assert HIDDEN not in letter.model_dump_json(exclude={"crisis"})
    assert HIDDEN not in the_text(register)


def test_r22_what_is_confidential_is_told_by_number_and_subject_and_left_to_the_official(register: Register) -> None:
    met(register, *DECISIONS)
    text = the_text(register)
    judged = "**[vertrouwelijk: door de opsteller te beoordelen]**"
    assert re.search(rf"- Nr. 2: besluit van de MCCb, over Plaatsen\[\^\d+\] {re.escape(judged)}", text)
    assert re.search(
        rf"- Nr. 7: besluit van de MCCb.*{re.escape(judged)}\*\*\[niet openbaar tot zondag 26 juni 2022, 08:00\]", text
    )
    assert re.search(rf"\| 2 \| besluit \| MCCb 1 \| vrijdag 17 juni 2022 \| {re.escape(judged)} \| van kracht \|", text)


@given(
    st.sampled_from(DecisionKind),
    st.sampled_from(Secrecy),
    st.sampled_from(DecisionStage),
    st.sampled_from([None, NOW, NOW + timedelta(days=9)]),
)
def test_r22_only_what_is_open_final_and_not_kept_back_is_ever_told_in_full(
    kind: DecisionKind, secrecy: Secrecy, stage: DecisionStage, public_at: Moment | None
) -> None:

    new = a_decision(kind=kind, secrecy=secrecy, stage=stage, public_at=public_at)
    decision = Decision(**dict(new), crisis="c", number=1, body=Body.MCCB, meeting=1, at=NOW)
    if may_be_told_in_full(decision, NOW):
        assert may_be_told(decision)
        assert (secrecy, stage, kind is not DecisionKind.ADVICE) == (Secrecy.OPEN, DecisionStage.FINAL, True)
        assert public_at is None or public_at <= NOW
    if may_be_told(decision):
        assert secrecy is not Secrecy.SECRET


def test_r24_what_was_asked_is_told_with_the_answers_given(register: Register) -> None:
    met(register, *DECISIONS)
    assert "| 4 | liaison | nog geen antwoord | – | – |" in the_text(register)
    answer = Reply(answer=Answered.CONDITIONAL, condition="Dertig mensen per regio.")
    grant = a_grant(Act.ANSWER_REQUEST, "asiel-2022/B4/liaison", "liaison")
    requests.reply(register, grant, answer, SOMEONE, LATER)
    told = "| 4 | liaison | aanvaard onder voorwaarde | Dertig mensen per regio. | zaterdag 18 juni 2022 |"
    assert told in the_text(register)


def test_measures_are_told_per_horizon_with_aim_target_and_progress(register: Register) -> None:
    met(register, *DECISIONS)
    stands = r"300 plaatsen\[\^3\] \(2 van 3, synthetisch\)"
    row = rf"\| Niemand slaapt buiten \| 5\.625 plaatsen\[\^\d+\] \| zaterdag 1 oktober 2022 \| {stands} \|"
    text = the_text(register)
    assert re.search(row, text)
    assert "| Streefwaarde: Niemand slaapt buiten | 5.625 plaatsen | zaterdag 1 oktober 2022 | besluit nr. 1, MCCb 1," in text
    assert text.count("[in te vullen: maatregelen, of schrap dit kopje]") == 2


def test_promises_are_told_with_owner_date_and_state(register: Register) -> None:
    soon = {"owner": "lid", "due_at": NOW + timedelta(hours=2)}
    promised = (
        NewAction.model_validate(soon | {"title": "Dertig mensen", "kind": ActionKind.COMMITMENT, "to": "de regio's"}),
        NewAction(title="Bel de regio's", owner="lid", due_at=NOW + timedelta(days=2)),
    )
    met(register, *DECISIONS, actions=promised)
    text = the_text(register)
    assert f"| A1 | Dertig mensen {JUDGED} | de regio's | lid BZK | vrijdag 17 juni 2022 | open, te laat |" in text
    assert "| A3 | Brief aan de Tweede Kamer over de activering en MCCb 1 (R19)" in text
    assert "Bel de regio's" not in text


def test_two_open_decisions_that_contradict_each_other_are_put_to_the_official(register: Register) -> None:
    other = a_decision("Het worden er meer.", secrecy=Secrecy.OPEN, measure=BEDS.model_copy(update={"target": Decimal(9)}))
    met(register, DECISIONS[0], other)
    assert "[in te vullen: nr. 1 en nr. 2 noemen voor hetzelfde een ander getal of een andere datum" in the_text(register)


def test_a_letter_since_a_moment_tells_only_what_came_after(register: Register) -> None:
    met(register, *DECISIONS)
    text = the_text(register, since=NOW + timedelta(hours=1))
    assert "De brief gaat over de tijd sinds vrijdag 17 juni 2022, 09:00." in text
    assert "- Nr. 1:" not in text
    assert "| 1 | Niemand slaapt buiten |" in text, "a measure in force is told until it is not in force any more"
    assert "| 1 | besluit | MCCb 1 |" in text, "the list is whole"


def test_r21_the_grip_levels_that_are_known_stand_in_it_with_their_source(register: Register) -> None:
    grip = Grip(region="VR01", level=GripLevel.FOUR, since=NOW, source="westerwoldeactueel.nl")
    grips.set_level(register, own_pass(Act.SET_GRIP, "piket"), grip, SOMEONE, NOW)
    text = the_text(register)
    assert "| Groningen | GRIP 4[^2] | meer dan één gemeente, of schaarste | sinds vrijdag 17 juni 2022, 08:00 |" in text
    assert "[^2]: Westerwoldeactueel.nl; sinds vrijdag 17 juni 2022, 08:00." in text


def test_the_marking_stands_on_top_and_a_real_crisis_has_none(register: Register) -> None:
    assert the_text(register).startswith("> **RECONSTRUCTIE** – dit stuk is niet echt.")
    letter = the_letter(register)
    plan = letter.crisis.plan.model_copy(update={"kind": PlanKind.REAL})
    real = letter.model_copy(update={"crisis": letter.crisis.model_copy(update={"plan": plan})})
    assert "niet echt" not in as_markdown(letter_document(real))


def test_notes_are_numbered_in_the_order_in_which_they_are_cited_and_none_is_left_over(register: Register) -> None:
    met(register, *DECISIONS)
    document = letter_document(the_letter(register))
    assert cited(document) == tuple(note.number for note in document.notes) == tuple(range(1, len(document.notes) + 1))


def test_making_a_letter_is_an_entry_in_the_audit_trail(register: Register) -> None:
    letters.note(register, "asiel-2022", "0" * 64, SOMEONE, NOW)
    entry = audit.entries(register)[-1]
    assert (entry.action, entry.object) == ("kamerbrief.opstellen", "asiel-2022")
    assert entry.payload_digest == digest({"sha256": "0" * 64})


# The file


def a_document(text: str = "Tekst") -> Document:
    return Document(
        title="Brief",
        marking="oefening",
        blocks=(
            Heading(level=1, text=text),
            Paragraph(words=(text, Cite(note=1), " en ", Cite(note=1), Mark(text="in te vullen: datum")), is_warning=True),
            Bullets(items=((text,), ("twee\nregels", Cite(note=2)))),
            Table(header=("a", text), rows=(((text, Cite(note=1)), ("b",)),), widths=(1, 2)),
        ),
        notes=(Note(number=1, text=text), Note(number=2, text="tweede")),
    )


@given(st.text(max_size=60))
def test_whatever_was_typed_the_file_is_well_formed(text: str) -> None:
    with ZipFile(BytesIO(as_odt(a_document(text)))) as archive:
        for name in ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"):
            ET.fromstring(archive.read(name))  # noqa: S314 - written by ourselves


def test_the_file_is_known_by_its_first_bytes_and_is_the_same_every_time() -> None:
    written = as_odt(a_document())
    assert written == as_odt(a_document())
    first = ZipFile(BytesIO(written)).infolist()[0]
    assert (first.filename, first.compress_type, written[38:77]) == (
        "mimetype",
        ZIP_STORED,
        b"application/vnd.oasis.opendocument.text",
    )


def test_markdown_that_was_typed_does_nothing_in_a_letter() -> None:
    text = as_markdown(a_document("<script>[x](https://kwaad.voorbeeld) | [^9]"))
    assert "<script>" not in text.replace("\\<", "")
    assert "[^9]" not in text
    assert "**[in te vullen: datum]**" in text


def test_libreoffice_opens_the_letter_and_shows_all_of_it(tmp_path: Path) -> None:
    register = a_register(tmp_path, a_letter_plan())
    a_crisis(register, levels=set(Body))
    met(register, *DECISIONS)
    file = tmp_path / "brief.odt"
    file.write_bytes(as_odt(letter_document(the_letter(register))))
    text = opened_in_libreoffice(file, "txt:Text (encoded):UTF8").decode("utf-8-sig")
    for part in ("Geachte voorzitter,", "300 plaatsen", "Er komen drie schepen.", "[in te vullen: datum]", "Bijlage 3"):
        assert part in text
    assert HIDDEN not in text
    pdf = opened_in_libreoffice(file, "pdf")
    assert pdf.startswith(b"%PDF-")

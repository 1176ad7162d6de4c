"""What people can do in the portal, and what nobody can."""

import logging
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from crisis.actions import ActionState, NewAction
from crisis.decisions import DecisionKind
from crisis.meetings import Direction, Outcome, Stage
from crisis.members import Designation, Release
from crisis.passes import Act, Grant, make_pass
from crisis.record import utc
from crisis.regions import Grip, GripLevel
from crisis.structure import Body
from integrations.portal import create_app, uvicorn_options
from integrations.portal.door import ALWAYS, LONGEST_BODY
from integrations.portal.english import ENGLISH
from integrations.register import (
    OutcomeUnknown,
    Register,
    actions,
    alerts,
    audit,
    confirmations,
    decisions,
    grips,
    meetings,
    members,
    open_register,
    outcomes,
    signs,
)
from integrations.register.engine import Write
from integrations.register.invariants import LONGEST_SILENCE
from integrations.register.tables import SignRow
from integrations.settings import Settings
from tests.building import (
    NOW,
    PRESENT,
    SOMEONE,
    a_decision,
    a_grant,
    a_meeting,
    a_plan,
    an_activation,
    invited,
    own_pass,
    settled,
)
from tests.portal_building import FILLED, PORTAL, SECRET, Portal, a_pass, a_portal, a_report_pass, a_verify_pass, some_papers

if TYPE_CHECKING:
    from playwright.sync_api import Page

MEETING = "/crises/asiel-2022/meetings/IAO/1"
MEASURES = "Open noodopvang in elke regio."


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path)
    yield portal
    portal.register.close()


def recorded(portal: Portal) -> Portal:
    """The same portal, once the outcome of IAO 1 is recorded, with one action item for `lid`."""
    assert portal.send(a_pass(), FILLED).status_code == 303
    return portal


def reported(portal: Portal) -> Portal:
    """The same portal, once action item 1 is reported done."""
    assert recorded(portal).send(a_report_pass(), {"evidence": "Verslag van 18 juni."}).status_code == 303
    return portal


def facts(portal: Portal) -> dict[str, int]:
    """How many rows each table has, but for the audit trail, which also holds what was refused."""
    return {table: rows for table, rows in portal.rows().items() if table != "audit"}


# Without a pass


def test_the_overview_says_how_each_crisis_stands(portal: Portal) -> None:
    page = portal.open("/").text
    assert "Crisis in de asielopvang" in page
    assert "actief" in page
    assert "vrijdag 17 juni 2022, 10:00" in page


def test_the_page_of_a_crisis_counts_but_does_not_tell(portal: Portal) -> None:
    page = recorded(portal).open("/crises/asiel-2022").text
    assert "vastgelegd" in page
    assert re.search(r"Open actiepunten</dt><dd>1<", page)
    for told in (MEASURES, "De opvang loopt vol", "Bel de veiligheidsregio"):
        assert told not in unescape(page)


def test_no_page_without_a_pass_shows_what_was_decided(portal: Portal) -> None:
    recorded(portal)
    for path in ("/", "/crises/asiel-2022", MEETING):
        page = unescape(portal.open(path).text)
        assert "42.301" not in page
        assert MEASURES not in page
        assert "Bel de veiligheidsregio" not in page


def test_the_button_sends_the_link_to_the_secretary_and_shows_it_to_nobody(portal: Portal) -> None:
    assert "Stuur de secretaris de link" in portal.open(MEETING).text
    page = portal.send(f"{MEETING}/link", {})
    assert page.status_code == 200
    assert "De link is verstuurd aan de secretaris van het IAO" in page.text
    assert "/p/" not in page.text
    sent = [trace.to for trace in alerts.traces(portal.register) if trace.event == "link-asked"]
    assert sent == ["secretaris"]


def test_while_it_awaits_confirmation_the_button_sends_the_link_to_the_second_person(tmp_path: Path) -> None:
    portal = a_portal(tmp_path, levels={Body.IAO, Body.MCCB})
    of_mccb = "/crises/asiel-2022/meetings/MCCb/1"
    a_meeting(portal.register, body=Body.MCCB)
    meetings.invite(portal.register, "asiel-2022", Body.MCCB, 1, some_papers(portal.register, Body.MCCB), SOMEONE, NOW)
    assert portal.send(a_pass(object_="asiel-2022/MCCb/1"), FILLED | {"direction": "handhaven"}).status_code == 303
    for language, asked in (("", "Stuur voorzitter de link"), ("?taal=en", "Send voorzitter the link")):
        assert asked in portal.open(of_mccb + language).text
    page = portal.send(f"{of_mccb}/link", {})
    assert "De link is gemaild aan voorzitter" in page.text
    assert "aan de secretaris" not in page.text
    sent = [trace.to for trace in alerts.traces(portal.register) if trace.event == "confirmation-asked"]
    assert sent.count("voorzitter") == 2


def test_the_secretary_reads_on_the_form_why_it_was_sent_back_until_it_is_recorded_anew(tmp_path: Path) -> None:
    """In the mail it is secret (R22)."""
    portal = a_portal(tmp_path, levels={Body.IAO, Body.MCCB})
    a_meeting(portal.register, body=Body.MCCB)
    meetings.invite(portal.register, "asiel-2022", Body.MCCB, 1, some_papers(portal.register, Body.MCCB), SOMEONE, NOW)
    key, why = "asiel-2022/MCCb/1", "Defensie was het <daar> niet mee eens."
    outcome = Outcome(direction="handhaven", summary="x")
    outcomes.record(portal.register, a_grant(Act.RECORD_OUTCOME, key), outcome, SOMEONE, NOW)
    outcomes.confirm(portal.register, a_grant(Act.CONFIRM_OUTCOME, key, "voorzitter"), False, why, SOMEONE, NOW)
    form = "/p/" + make_pass(a_grant(Act.RECORD_OUTCOME, key, issued_at=NOW + timedelta(seconds=1)), SECRET)
    wrong = portal.send(form, FILLED | {"direction": ""})
    more = portal.send(f"{form}/more", FILLED | {"more": "actions"})
    for page in (portal.open(form), wrong, more):
        assert "Teruggestuurd, met deze opmerking" in page.text
        assert why in unescape(page.text)
        assert "<daar>" not in page.text
    assert portal.send(form, FILLED | {"direction": "handhaven"}).status_code == 303
    assert why not in unescape(portal.open(form).text)


def test_who_was_released_reads_the_papers_of_before_and_nothing_of_what_came_later(portal: Portal) -> None:
    for number, hours in ((2, 4), (3, 9)):
        meetings.convene(portal.register, "asiel-2022", Body.IAO, number, NOW + timedelta(hours=hours), SOMEONE, NOW)
        meetings.invite(
            portal.register, "asiel-2022", Body.IAO, number, some_papers(portal.register, number=number), SOMEONE, NOW
        )
    advice = a_decision(kind=DecisionKind.ADVICE)
    outcome = Outcome(direction="handhaven", summary="x", decisions=(advice,), present=PRESENT)
    settled(portal.register, "asiel-2022/IAO/1", outcome)
    links = {number: a_pass("liaison", Act.READ_PAPERS, f"asiel-2022/IAO/{number}") for number in (1, 2, 3)}
    assert {number: portal.open(link).status_code for number, link in links.items()} == {1: 200, 2: 200, 3: 200}
    assert f"{links[1]}/decisions/1" in portal.open(links[1]).text
    leaving = Release(body=Body.IAO, person="liaison", decided_by="voorzitter", reason="Klaar.")
    members.release(portal.register, own_pass(Act.RELEASE, "secretaris"), leaving, SOMEONE, NOW + timedelta(hours=6))
    assert {number: portal.open(link).status_code for number, link in links.items()} == {1: 200, 2: 200, 3: 403}
    refused = unescape(portal.open(links[3]).text)
    assert "liaison neemt niet meer deel aan IAO" in refused
    assert "liaison no longer takes part in IAO" in refused
    assert f"{links[1]}/decisions/1" not in portal.open(links[1]).text
    assert portal.open(f"{links[1]}/decisions/1").status_code == 403
    others = a_pass("lid", Act.READ_PAPERS, "asiel-2022/IAO/3")
    assert portal.open(others).status_code == 200


def test_who_acts_for_somebody_who_was_released_reads_no_more_than_they_do(portal: Portal) -> None:
    theirs = a_grant(Act.READ_PAPERS, "asiel-2022/IAO/1", "liaison")
    for_them = "/p/" + make_pass(replace(theirs, person="piket", on_behalf_of="liaison"), SECRET)
    assert portal.open(for_them).status_code == 200
    leaving = Release(body=Body.IAO, person="liaison", decided_by="voorzitter", reason="Klaar.")
    members.release(portal.register, own_pass(Act.RELEASE, "secretaris"), leaving, SOMEONE, NOW)
    assert portal.open(for_them).status_code == 403


def test_who_comes_back_reads_again(portal: Portal) -> None:
    link = a_pass("liaison", Act.READ_PAPERS, "asiel-2022/IAO/1")
    who = {"body": Body.IAO, "person": "liaison", "decided_by": "voorzitter", "reason": "Toch."}
    members.release(portal.register, own_pass(Act.RELEASE, "secretaris"), Release(**who), SOMEONE, NOW)
    assert portal.open(link).status_code == 403
    members.designate(portal.register, own_pass(Act.DESIGNATE, "secretaris"), Designation(**who), SOMEONE, NOW)
    assert portal.open(link).status_code == 200


def test_who_confirms_sees_whom_it_binds_what_it_touches_and_who_may_read_it(tmp_path: Path) -> None:
    portal = a_portal(tmp_path, levels={Body.IAO, Body.MCCB})
    for number in (1, 2):
        a_meeting(portal.register, body=Body.MCCB, number=number)
        invited(portal.register, Body.MCCB, number)
    settled(
        portal.register,
        "asiel-2022/MCCb/1",
        Outcome(direction="handhaven", summary="x", decisions=(a_decision(),), present=PRESENT),
    )
    asked = a_decision(
        kind=DecisionKind.REQUEST,
        addressees=("liaison",),
        against=("lid",),
        withdraws=1,
        secrecy="geheim",
        cannot_wait=True,
        review_at=NOW + timedelta(days=3),
        measure={"horizon": "korte termijn", "aim": "Bedden", "indicator": "opvang", "target": 5625},
    )
    item = NewAction(title="Bel", owner="lid", due_at=NOW + timedelta(days=1), kind="toezegging van het Rijk", to="VNG")
    outcome = Outcome(
        direction="handhaven", summary="x", chair="voorzitter", decisions=(asked,), actions=(item,), present=PRESENT,
        next_meeting_at=NOW + timedelta(days=2),
    )  # fmt: skip
    outcomes.record(portal.register, a_grant(Act.RECORD_OUTCOME, "asiel-2022/MCCb/2"), outcome, SOMEONE, NOW)
    page = unescape(portal.open(a_pass("voorzitter", Act.CONFIRM_OUTCOME, "asiel-2022/MCCb/2")).text)
    shown = dict(re.findall(r"<dt>([^<]*)</dt><dd[^>]*>([^<]*)", page))
    assert shown["Aan"].strip() == "liaison"
    assert shown["Tegen"].strip() == "lid BZK"
    assert shown["Trekt in nummer"].strip() == "1"
    assert shown["Vertrouwelijkheid"].strip() == "geheim"
    assert shown["Kan niet wachten op de ministerraad"].strip() == "ja"
    assert shown["Voorzitter"].strip() == "voorzitter"
    assert "5.625 mensen" in shown["Maatregel"]
    assert shown.keys() >= {"Herziening", "Volgende bijeenkomst"}
    assert "Toegezegd aan: VNG" in page


def test_there_is_no_button_once_the_outcome_is_recorded(portal: Portal) -> None:
    assert "<form" not in recorded(portal).open(MEETING).text
    assert portal.send(f"{MEETING}/link", {}).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/crises/geen-crisis",
        "/crises/..%2F..%2Fetc",
        "/crises/asiel-2022/meetings/IAO/9",
        "/crises/asiel-2022/meetings/XYZ/1",
        "/crises/asiel-2022/meetings/IAO/99999999999999999999999",
        "/crises/%00",
        "/nergens",
    ],
)
def test_what_does_not_exist_is_not_found(portal: Portal, path: str) -> None:
    page = portal.open(path)
    assert page.status_code == 404
    assert "<h1>" in page.text


def test_the_pages_are_in_english_on_request(portal: Portal) -> None:
    page = portal.open("/?taal=en").text
    assert '<html lang="en">' in page
    assert "Active bodies" in page


def test_every_sentence_of_the_pages_is_there_in_english() -> None:
    portal = Path("integrations/portal")
    pages = [*portal.glob("templates/*.j2"), *portal.glob("*.py")]
    said = {sentence for page in pages for sentence in re.findall(r"say\(\s*[\"']([^\"']+)[\"']", page.read_text())}
    assert said <= ENGLISH.keys()


def test_the_marking_of_the_plan_stands_on_every_page(portal: Portal) -> None:
    for path in ("/", "/crises/asiel-2022", MEETING, a_pass(), "/p/kapot", "/nergens"):
        assert "<strong>OEFENING</strong>" in portal.open(path).text


def test_r21_the_page_of_a_crisis_shows_the_grip_level_that_a_region_has_now(portal: Portal) -> None:
    assert "GRIP per veiligheidsregio" not in portal.open("/crises/asiel-2022").text
    for level, day in ((GripLevel.FOUR, 16), (GripLevel.FIVE, 17)):
        grip = Grip(region="VR01", level=level, since=utc(2022, 6, day), source="de <regio>")
        grips.set_level(portal.register, own_pass(Act.SET_GRIP, "piket"), grip, SOMEONE, NOW)
    page = portal.open("/crises/asiel-2022").text
    assert "GRIP 5: meer dan één veiligheidsregio" in page
    assert "de &lt;regio&gt;" in page
    assert "GRIP 4" not in page
    assert "GRIP 5: more than one safety region" in portal.open("/crises/asiel-2022?taal=en").text


def test_every_grip_level_is_there_in_english() -> None:
    assert {level.meaning for level in GripLevel} <= ENGLISH.keys()


# The outcome of a meeting


def test_the_secretary_reads_the_papers_and_the_form(tmp_path: Path) -> None:
    silent = {"id": "VR01", "name": "Veiligheidsregio Groningen", "kind": "veiligheidsregio", "address": "/vr01"}
    partners = [a_plan().partners[0].model_dump(), silent | {"indicators": ["opvang"], "area": "VR01"}]
    page = a_portal(tmp_path, a_plan(partners=partners)).open(a_pass()).text
    assert "42.301 mensen" in page
    assert "1 van 2 partners gaven antwoord" in page
    assert re.search(r"stil \(1\)</dt><dd>Veiligheidsregio Groningen<", page)
    assert "secretaris" in page
    assert 'name="actions.4.due_at"' in page


def test_a_member_reads_the_papers_as_often_as_needed_and_records_nothing(portal: Portal) -> None:
    reading = a_pass("lid", Act.READ_PAPERS)
    for _ in range(2):
        page = portal.open(reading)
        assert page.status_code == 200
        assert "Stukken van IAO 1" in page.text
        assert "<form" not in page.text
    before = portal.rows()
    assert portal.send(reading, FILLED).status_code == 403
    assert portal.rows() == before


def test_a_member_reads_the_outcome_once_it_is_recorded(portal: Portal) -> None:
    reading = a_pass("lid", Act.READ_PAPERS)
    assert FILLED["summary"] not in portal.open(reading).text
    portal.send(a_pass(), FILLED)
    assert FILLED["summary"] in portal.open(reading).text


def test_an_outcome_is_recorded_with_its_decisions_and_action_items(portal: Portal) -> None:
    answer = portal.send(a_pass(), FILLED)
    assert answer.status_code == 303
    meeting = meetings.find(portal.register, "asiel-2022", Body.IAO, 1)
    assert (meeting.stage, meeting.direction, meeting.recorded_by) == (Stage.RECORDED, Direction.UP, "secretaris")
    assert [d.text for d in decisions.of_crisis(portal.register, "asiel-2022")] == [MEASURES]
    assert [a.due_at for a in actions.of_crisis(portal.register, "asiel-2022")] == [utc(2022, 6, 20, 15, 0)]
    page = unescape(portal.open(answer.headers["location"]).text)
    assert "Vastgelegd" in page
    assert "Advies 1" in page
    assert "Actiepunt 1" in page


def test_the_one_who_recorded_it_stands_in_the_audit_trail(portal: Portal) -> None:
    last = audit.entries(recorded(portal).register)[-1]
    assert (last.actor, last.origin, last.action) == ("secretaris", "portal", "uitkomst.vastleggen")


def test_reading_a_page_never_changes_anything(portal: Portal) -> None:
    reported(portal)
    before = portal.rows()
    paths = ["/", "/crises/asiel-2022", MEETING, "/health", "/nergens", "/p/kapot", f"{MEETING}/link", "/static/portal.css"]
    for path in [*paths, a_pass(), a_report_pass(), a_verify_pass(), f"{a_pass()}/more", a_pass(expires_at=NOW)]:
        portal.open(path)
        portal.visitor.head(path)
    assert portal.rows() == before


def test_a_link_used_twice_says_so_and_changes_nothing(portal: Portal) -> None:
    before = facts(recorded(portal))
    again = portal.send(a_pass(), FILLED | {"summary": "Iets anders."})
    assert again.status_code == 409
    assert "is al vastgelegd" in again.text
    assert "Iets anders." in again.text
    assert facts(portal) == before
    assert "De link is daarmee gebruikt" in portal.open(a_pass()).text


def test_a_double_click_records_once_and_shows_what_was_recorded(portal: Portal) -> None:
    first, second = portal.send(a_pass(), FILLED), portal.send(a_pass(), FILLED)
    assert first.status_code == second.status_code == 303
    assert len(actions.of_crisis(portal.register, "asiel-2022")) == 1


def test_an_expired_link_says_so(portal: Portal) -> None:
    for page in (portal.open(a_pass(expires_at=NOW)), portal.send(a_pass(expires_at=NOW), FILLED)):
        assert page.status_code == 403
        assert "Deze link is verlopen" in page.text
        assert "This link expired" in page.text


@pytest.mark.parametrize("token", ["kapot", "a.b", "é", "a" * 5000, a_pass()[3:-4], a_pass()[3:] + ".x"])
def test_a_link_that_is_cut_short_or_altered_opens_nothing(portal: Portal, token: str) -> None:
    page = portal.open(f"/p/{token}")
    assert page.status_code == 403
    assert "Deze link is niet geldig" in page.text


def test_a_link_of_somebody_else_records_nothing(portal: Portal) -> None:
    before = facts(portal)
    page = portal.send(a_pass("lid"), FILLED)
    assert page.status_code == 403
    assert "Dit is niet aan lid BZK, maar aan secretaris" in page.text
    assert facts(portal) == before


def test_a_form_with_a_missing_field_keeps_what_was_typed_and_changes_nothing(portal: Portal) -> None:
    before = portal.rows()
    page = portal.send(a_pass(), FILLED | {"actions.1.owner": "", "summary": "Een regel\r\nen nog een"})
    assert page.status_code == 422
    assert '<a href="#actions.1.owner">Actiepunt 1, Eigenaar: vul dit in</a>' in page.text
    assert 'role="alert"' in page.text
    shown = unescape(page.text)
    for typed in ("Een regel\r\nen nog een", MEASURES, 'value="2022-06-20T17:00"', "Bel de veiligheidsregio's"):
        assert typed in shown
    assert re.search(r'value="opschalen" checked', page.text)
    assert portal.rows() == before


def test_what_the_procedure_refuses_is_told_by_its_field(portal: Portal) -> None:
    before = facts(portal)
    page = portal.send(a_pass(), FILLED | {"actions.1.owner": "niemand", "actions.1.due_at": "2022-06-01T10:00"})
    assert page.status_code == 422
    assert "Actiepunt 1, Eigenaar: deze persoon staat niet in het crisisplan" in page.text
    assert "Actiepunt 1, Uiterlijk gereed: is te vroeg" in page.text
    assert facts(portal) == before


def test_the_iao_does_not_decide(portal: Portal) -> None:
    page = portal.send(a_pass(), FILLED | {"decisions.1.kind": "besluit"})
    assert page.status_code == 422
    assert "IAO adviseert en informeert" in page.text


def test_only_what_the_body_may_conclude_is_offered(tmp_path: Path) -> None:
    portal = a_portal(tmp_path, levels={Body.IAO, Body.MCCB})
    assert 'value="opschalen"' in portal.open(a_pass()).text
    a_meeting(portal.register, body=Body.MCCB)
    meetings.invite(portal.register, "asiel-2022", Body.MCCB, 1, some_papers(portal.register, Body.MCCB), SOMEONE, NOW)
    of_mccb = a_pass(object_="asiel-2022/MCCb/1")
    page = portal.open(of_mccb).text
    assert 'value="opschalen"' not in page
    assert '<option value="besluit"' in page
    refused = portal.send(of_mccb, FILLED)
    assert refused.status_code == 409
    assert "Boven de MCCb is er geen gremium" in refused.text


def test_a_refusal_is_in_the_language_of_the_person(tmp_path: Path) -> None:
    bodies = {body: seat.model_dump() | {"secretary": "liaison"} for body, seat in a_plan().bodies.items()}
    portal = a_portal(tmp_path, a_plan(bodies=bodies))
    page = portal.send(a_pass("liaison"), {"direction": "handhaven"})
    assert '<html lang="en">' in page.text
    assert "Summary: fill this in" in page.text


def test_more_rows_keep_what_was_typed_and_record_nothing(portal: Portal) -> None:
    before = portal.rows()
    page = portal.send(f"{a_pass()}/more", FILLED | {"actions.4.title": "", "more": "actions"})
    assert page.status_code == 200
    assert 'name="actions.8.title"' in page.text
    assert 'name="decisions.4.text"' not in page.text
    assert MEASURES in page.text
    assert 'role="alert"' not in page.text
    assert portal.rows() == before


def test_a_script_in_a_summary_is_shown_as_text(portal: Portal) -> None:
    nasty = "<script>alert(1)</script> {{ 7*7 }} {0.__class__} %s"
    page = portal.send(a_pass(), FILLED | {"summary": nasty, "actions.1.title": '" autofocus onfocus="alert(1)'})
    assert page.status_code == 303
    page = portal.open(a_pass())
    assert "<script" not in page.text
    assert nasty in unescape(page.text)
    again = portal.send(a_pass(), {"summary": nasty, "actions.1.title": '"><script>'}).text
    assert "<script" not in again
    assert 'value="&#34;&gt;&lt;script&gt;"' in again


def test_when_the_register_fails_nothing_is_recorded_and_nothing_typed_is_lost(portal: Portal) -> None:
    with portal.register.bookkeeping() as session:
        session.execute(text("ALTER TABLE decision RENAME TO elders"))
    page = portal.send(a_pass(), FILLED)
    assert page.status_code == 503
    assert "Er is niets vastgelegd" in page.text
    with portal.register.bookkeeping() as session:
        session.execute(text("ALTER TABLE elders RENAME TO decision"))
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    assert portal.send(a_pass(), {name: unescape(value) for name, value in kept.items()}).status_code == 303
    assert meetings.find(portal.register, "asiel-2022", Body.IAO, 1).summary == FILLED["summary"]


class Lost(Register):
    """A register whose connection goes while it records."""

    @contextmanager
    def write(self, *_: object) -> Iterator[Write]:
        raise OutcomeUnknown("server closed the connection unexpectedly")
        yield


def test_when_it_is_not_certain_the_page_does_not_say_that_nothing_was_recorded(portal: Portal) -> None:
    lost = TestClient(create_app(Lost(portal.register._engine), portal.settings), base_url=PORTAL)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in (a_pass(), f"{MEETING}/link"):
        page = lost.post(path, data=FILLED, headers=headers)
        assert page.status_code == 503
        assert "Er is niets vastgelegd" not in page.text
        assert "De verbinding" in page.text


def test_a_page_of_a_register_that_fails_says_to_try_again(portal: Portal) -> None:
    with portal.register.bookkeeping() as session:
        session.execute(text("ALTER TABLE meeting RENAME TO elders"))
    page = portal.open(a_pass())
    assert page.status_code == 503
    assert "probeer het zo opnieuw" in page.text


def test_of_two_outcomes_sent_at_once_one_is_recorded(portal: Portal) -> None:
    with ThreadPoolExecutor(8) as together:
        answers = list(together.map(lambda n: portal.send(a_pass(), FILLED | {"summary": f"Versie {n}."}), range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 7
    assert len(actions.of_crisis(portal.register, "asiel-2022")) == 1


def test_a_mistake_of_ours_shows_a_page_with_the_same_protection(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.register, "now", lambda: 1 / 0)
    careless = TestClient(portal.visitor.app, base_url=PORTAL, raise_server_exceptions=False)
    page = careless.get(a_pass())
    assert page.status_code == 500
    assert "Er ging iets mis in het portaal" in page.text
    assert {name: page.headers[name] for name in ALWAYS} == ALWAYS


# Action items


def test_the_owner_reports_an_action_item_done(portal: Portal) -> None:
    assert "Bel de veiligheidsregio" in recorded(portal).open(a_report_pass()).text
    assert portal.send(a_report_pass(), {"evidence": "Verslag van 18 juni."}).status_code == 303
    item = actions.find(portal.register, "asiel-2022", 1)
    assert (item.state, item.evidence) == (ActionState.REPORTED, "Verslag van 18 juni.")
    assert "Dit actiepunt is gereed gemeld" in portal.open(a_report_pass()).text


def test_a_report_without_evidence_is_refused(portal: Portal) -> None:
    before = recorded(portal).rows()
    page = portal.send(a_report_pass(), {"evidence": "  \r\n "})
    assert page.status_code == 422
    assert "Bewijs: vul dit in" in page.text
    assert portal.rows() == before


def test_an_action_item_reported_twice_says_so_and_keeps_the_first_evidence(portal: Portal) -> None:
    page = reported(portal).send(a_report_pass(), {"evidence": "Iets anders."})
    assert page.status_code == 409
    assert "Actiepunt 1 is al gereed gemeld" in page.text
    assert "Iets anders." in page.text
    assert portal.send(a_report_pass(), {"evidence": "Verslag van 18 juni."}).status_code == 303
    assert actions.find(portal.register, "asiel-2022", 1).evidence == "Verslag van 18 juni."


def test_another_than_the_owner_closes_an_action_item(portal: Portal) -> None:
    assert "Verslag van 18 juni." in reported(portal).open(a_verify_pass()).text
    assert portal.send(a_verify_pass(), {"verdict": "afsluiten"}).status_code == 303
    item = actions.find(portal.register, "asiel-2022", 1)
    assert (item.state, item.closed_by) == (ActionState.CLOSED, "secretaris")
    assert "Dit actiepunt is afgesloten" in portal.open(a_verify_pass()).text


def test_an_action_item_is_sent_back_with_a_remark(portal: Portal) -> None:
    refused = reported(portal).send(a_verify_pass(), {"verdict": "terugsturen", "remark": ""})
    assert refused.status_code == 422
    assert "Opmerking: vul dit in" in refused.text
    assert portal.send(a_verify_pass(), {"verdict": "terugsturen", "remark": "Waar is het stuk?"}).status_code == 303
    assert actions.find(portal.register, "asiel-2022", 1).is_open
    assert "ligt bij de eigenaar" in portal.open(a_verify_pass()).text


def test_a_link_that_was_used_says_so_when_the_action_item_is_open_again(portal: Portal) -> None:
    reported(portal).send(a_verify_pass(), {"verdict": "terugsturen", "remark": "Waar is het stuk?"})
    spent = portal.open(a_report_pass()).text
    assert "Deze link is al gebruikt" in spent
    assert "kreeg u later een nieuwe link" in spent
    assert "<form" not in spent
    newer = Grant(
        person="lid",
        act=Act.REPORT_ACTION,
        object="asiel-2022/A1",
        issued_at=NOW + timedelta(hours=1),
        expires_at=NOW + timedelta(days=60),
    )
    link = f"/p/{make_pass(newer, SECRET)}"
    assert "<form" in portal.open(link).text
    assert portal.send(link, {"evidence": "Nu met het stuk."}).status_code == 303
    spent = portal.open(a_verify_pass()).text
    assert "Deze link is al gebruikt" in spent
    assert "<form" not in spent


def test_a_verdict_that_is_none_is_refused(portal: Portal) -> None:
    assert reported(portal).send(a_verify_pass(), {"verdict": "weggooien"}).status_code == 422
    assert portal.send(a_verify_pass(), {}).status_code == 422
    assert actions.find(portal.register, "asiel-2022", 1).state is ActionState.REPORTED


def test_the_owner_does_not_verify_their_own_work(portal: Portal) -> None:
    own = a_pass("lid", Act.VERIFY_ACTION, "asiel-2022/A1", NOW + timedelta(days=60))
    page = reported(portal).send(own, {"verdict": "afsluiten"})
    assert page.status_code == 403
    assert actions.find(portal.register, "asiel-2022", 1).state is ActionState.REPORTED


# The door


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://kwaad.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:9999"},
    ],
)
def test_a_foreign_origin_is_refused(portal: Portal, headers: dict[str, str]) -> None:
    before = portal.rows()
    for path in (a_pass(), f"{MEETING}/link"):
        assert portal.send(path, FILLED, headers=headers).status_code == 403
    assert portal.rows() == before


@pytest.mark.parametrize(
    "headers",
    [{"Origin": PORTAL}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_pages_may_send(portal: Portal, headers: dict[str, str]) -> None:
    assert portal.send(a_pass(), FILLED, headers=headers).status_code == 303


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_only_forms_are_taken(portal: Portal, kind: str) -> None:
    answer = portal.visitor.post(a_pass(), content=b"summary=x", headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_form_that_is_too_long_is_refused(portal: Portal) -> None:
    assert portal.send(a_pass(), FILLED | {"summary": "x" * LONGEST_BODY}).status_code == 413


@pytest.mark.parametrize("body", [b"summary=%ff%fe", b"\xff\xfe=1", b"&".join(b"a=%d" % n for n in range(2000))])
def test_a_form_that_cannot_be_read_is_refused(portal: Portal, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert portal.visitor.post(a_pass(), content=body, headers=headers).status_code == 422


@pytest.mark.parametrize("host", ["kwaad.example", "127.0.0.1.kwaad.example", "", "[", "169.254.169.254"])
def test_another_host_is_refused(portal: Portal, host: str) -> None:
    assert portal.open("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8400", "localhost:8400", "[::1]:8400", "portaal.example"])
def test_the_host_of_the_portal_and_this_machine_itself_are_ours(portal: Portal, host: str) -> None:
    settings = portal.settings.model_copy(update={"portal_url": "https://portaal.example"})
    visitor = TestClient(create_app(portal.register, settings), base_url=PORTAL)
    assert visitor.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", a_pass(), "/p/kapot", "/nergens", "/health", "/static/portal.css", "/openapi.json"])
def test_every_answer_is_protected(portal: Portal, path: str) -> None:
    headers = portal.open(path).headers
    assert {name: headers[name] for name in ALWAYS} == ALWAYS


def test_the_access_log_is_off_for_the_address_holds_the_pass() -> None:
    assert uvicorn_options()["access_log"] is False


# Health


def test_health_is_good_only_while_delivery_beats(portal: Portal) -> None:
    assert portal.open("/health").status_code == 503
    signs.beat(portal.register, "delivery")
    answer = portal.open("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["delivery"] < 5
    assert answer.json()["watch"] is None
    assert answer.json()["waiting"] >= 0
    with portal.register.bookkeeping() as session:
        session.get_one(SignRow, "delivery").at = datetime.now(UTC) - LONGEST_SILENCE
    assert portal.open("/health").status_code == 503


def test_health_says_that_the_register_cannot_be_read(tmp_path: Path) -> None:
    register = open_register(f"sqlite:///{tmp_path / 'leeg.db'}")
    settings = Settings(state_dir=tmp_path, pass_secret=SecretStr("x"), portal_url=PORTAL)
    answer = TestClient(create_app(register, settings), base_url=PORTAL).get("/health")
    assert answer.status_code == 503
    assert answer.json()["register"] == "unreadable"


# In a browser


@contextmanager
def served(portal: Portal) -> Iterator[str]:
    """The portal on a port of its own; gives its address."""
    config = uvicorn.Config(portal.visitor.app, host="127.0.0.1", port=0, log_config=None, **uvicorn_options())
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_a_secretary_records_the_outcome_on_a_phone_without_scripts(
    portal: Portal, phone: "Page", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="uvicorn")
    with served(portal) as address:
        phone.goto(address + a_pass())
        phone.get_by_label("Opschalen").check()
        phone.locator("[name='actions.1.title']").fill("Bel de regio's")
        phone.get_by_role("button", name="Meer regels voor actiepunten").click()
        assert phone.locator("[name='actions.8.title']").count() == 1
        phone.get_by_role("button", name="Leg de uitkomst vast").click()
        assert phone.get_by_role("alert").get_by_role("link").count() == 3
        phone.get_by_label("Samenvatting").fill("De opvang loopt vol.")
        phone.locator("[name='actions.1.owner']").select_option("lid")
        phone.locator("[name='actions.1.due_at']").fill("2022-06-20T17:00")
        phone.get_by_role("button", name="Leg de uitkomst vast").click()
        assert phone.get_by_role("heading", name="Vastgelegd").is_visible()
    assert [item.title for item in actions.of_crisis(portal.register, "asiel-2022")] == ["Bel de regio's"]
    assert "/p/" not in caplog.text


def test_no_page_is_wider_than_a_phone(portal: Portal, phone: "Page") -> None:
    recorded(portal)
    a_meeting(portal.register, body=Body.ICCB)
    meetings.invite(portal.register, "asiel-2022", Body.ICCB, 1, some_papers(portal.register, Body.ICCB), SOMEONE, NOW)
    confirmations.ask(portal.register, an_activation("hoogwater"), None, SOMEONE, NOW)
    confirm = a_pass("piket", Act.CONFIRM_ACTIVATION, "hoogwater/aanvraag/1")
    paths = ("/", "/crises/asiel-2022", MEETING, a_pass(), a_pass(object_="asiel-2022/ICCb/1"), a_report_pass(), "/p/kapot")
    new = ("/activeren", a_pass("piket", Act.ACTIVATE, "activering/piket"), confirm)
    with served(portal) as address:
        for path in (*paths, *new):
            phone.goto(address + path)
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390

"""Activating from the portal: who may, with a link that is mailed and never shown."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crisis.activation import reporters
from crisis.audit import Result
from crisis.errors import InvalidInput, NoSuchCrisis, PassInvalid, PassUsed, Refused, WrongRole
from crisis.passes import Act, Grant
from crisis.structure import Body, Role
from integrations.register import Deed, Register, activations, alerts, audit, crises, plans
from tests.building import NOW, SOMEONE, a_crisis, a_plan, a_register, an_activation
from tests.portal_building import Portal, a_pass, a_portal

ACTIVATING = {
    "crisis": "hoogwater-2023",
    "title": "Hoogwater",
    "ground": "grote maatschappelijke impact",
    "reason": "De Maas stijgt.",
    "scope": "Limburg.",
    "levels.IAO": "ja",
    "nkc": "ja",
    "requested_by": "departementaal crisiscoördinator IenW",
    "first_responsible": "ministerie van IenW",
    "decided_by": "directeur NCTV",
}
"""An activation as a reporter would fill it in."""


@pytest.fixture
def register(database: str) -> Iterator[Register]:
    opened = a_register(database, plan_with_a_reporter())
    yield opened
    opened.close()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, plan_with_a_reporter())
    yield portal
    portal.register.close()


def plan_with_a_reporter() -> Any:
    return a_plan(roles={Role.REPORTER: ["lid"]})


def a_grant(person: str = "lid", act: Act = Act.ACTIVATE, object_: str | None = None) -> Grant:
    about = object_ or activations.activating(person)
    return Grant(person=person, act=act, object=about, issued_at=NOW, expires_at=NOW + timedelta(hours=12))


def activate(register: Register, grant: Grant, slug: str = "hoogwater-2023", **changes: Any) -> None:
    activations.activate(register, grant, an_activation(slug, **changes), Deed(grant.person, "toets"), NOW)


def test_reporters_and_those_on_duty_may_activate() -> None:
    assert reporters(plan_with_a_reporter()) == ("lid", "piket")
    assert reporters(a_plan()) == ("piket",)


@pytest.mark.parametrize("person", ["lid", "piket"])
def test_who_may_report_activates_the_structure_with_their_link(register: Register, person: str) -> None:
    activate(register, a_grant(person))
    crisis = crises.find(register, "hoogwater-2023")
    assert (crisis.levels, crisis.requested_by, crisis.decided_by) == (frozenset({Body.IAO}), "directeur COA", "NCTV")
    assert any("/activated/" in trace.key for trace in alerts.traces(register, "hoogwater-2023"))
    last = audit.entries(register)[-1]
    assert (last.action, last.actor, last.result) == ("crisis.activeren", person, Result.DONE)
    assert activations.activated_with(register, a_grant(person)) == crisis


def test_the_same_activation_sent_twice_with_a_link_is_one_crisis(register: Register) -> None:
    activate(register, a_grant(), levels={Body.IAO, Body.ICCB})
    before = len(audit.entries(register))
    activate(register, a_grant(), levels={Body.ICCB, Body.IAO})
    assert len(audit.entries(register)) == before
    with pytest.raises(PassUsed):
        activate(register, a_grant(), "brand-2023")


@pytest.mark.parametrize(
    ("grant", "why"),
    [
        (a_grant("secretaris"), WrongRole),
        (a_grant("liaison"), WrongRole),
        (a_grant("lid", object_=activations.activating("piket")), PassInvalid),
        (a_grant("lid", Act.READ_PAPERS), PassInvalid),
    ],
)
def test_who_may_not_report_activates_nothing_and_is_audited(register: Register, grant: Grant, why: type[Refused]) -> None:
    with pytest.raises(why):
        activate(register, grant)
    with pytest.raises(NoSuchCrisis):
        crises.find(register, "hoogwater-2023")
    assert audit.entries(register)[-1].result is Result.REFUSED


def test_a_link_to_activate_is_mailed_to_that_person_alone_once_per_quarter_of_an_hour(register: Register) -> None:
    for minutes in (0, 1, 14):
        activations.ask_link(register, "lid", SOMEONE, NOW + timedelta(minutes=minutes))
    assert [(trace.to, trace.channel) for trace in alerts.traces(register)] == [("lid", "mail")]
    activations.ask_link(register, "lid", SOMEONE, NOW + timedelta(minutes=15))
    activations.ask_link(register, "piket", SOMEONE, NOW + timedelta(minutes=15))
    assert [trace.to for trace in alerts.traces(register)] == ["lid", "lid", "piket"]


def test_who_may_not_report_gets_no_link_and_leaves_no_trace(register: Register) -> None:
    before = audit.entries(register)
    with pytest.raises(WrongRole):
        activations.ask_link(register, "secretaris", SOMEONE, NOW)
    assert alerts.traces(register) == ()
    assert audit.entries(register) == before


def test_a_link_that_changed_hands_with_the_plan_activates_nothing(register: Register) -> None:
    plans.load(register, a_plan(), SOMEONE, NOW)
    with pytest.raises(WrongRole):
        activate(register, a_grant("lid"))


# On the pages


def test_the_open_page_sends_the_link_and_shows_it_to_nobody(portal: Portal) -> None:
    page = portal.open("/activeren").text
    assert re.findall(r'<option value="(\w+)">', page) == ["lid", "piket"]
    sent = portal.send("/activeren", {"person": "lid"})
    assert sent.status_code == 200
    assert "De link is gemaild aan lid BZK" in sent.text
    assert "/p/" not in sent.text
    assert [trace.to for trace in alerts.traces(portal.register) if trace.event == "activation-link-asked"] == ["lid"]


@pytest.mark.parametrize(("person", "status"), [("", 422), ("secretaris", 403), ("<script>", 403)])
def test_the_open_page_refuses_who_may_not_report(portal: Portal, person: str, status: int) -> None:
    before = portal.rows()
    page = portal.send("/activeren", {"person": person})
    assert page.status_code == status
    assert 'role="alert"' in page.text
    assert "<script" not in page.text
    assert portal.rows() == before


def test_a_reporter_activates_on_the_page_and_sees_what_was_activated(portal: Portal) -> None:
    link = a_pass("lid", Act.ACTIVATE, "activering/lid")
    assert "U handelt als: lid BZK" in portal.open(link).text
    answer = portal.send(link, ACTIVATING)
    assert answer.status_code == 303
    page = unescape(portal.open(link).text)
    assert "“Hoogwater” (hoogwater-2023) is geactiveerd op vrijdag 17 juni 2022, 08:00: IAO." in page
    assert "<form" not in page
    assert portal.open("/crises/hoogwater-2023").status_code == 200


def test_r12_the_form_names_the_field_and_the_rule_and_keeps_what_was_typed(portal: Portal) -> None:
    link = a_pass("lid", Act.ACTIVATE, "activering/lid")
    page = portal.send(link, ACTIVATING | {"levels.MCCb": "ja"})
    assert page.status_code == 422
    text = unescape(page.text)
    assert '<a href="#skip_reason">Waarom een lager gremium wordt overgeslagen: een lager gremium' in text
    assert "In overeenstemming met: noem wie instemde (R05)" in text
    assert "De Maas stijgt." in text
    assert "hoogwater-2023" not in {crisis.slug for crisis in crises.all_of_them(portal.register)}


def test_a_name_that_is_taken_is_told_with_who_has_it(portal: Portal) -> None:
    page = portal.send(a_pass("lid", Act.ACTIVATE, "activering/lid"), ACTIVATING | {"crisis": "asiel-2022"})
    assert page.status_code == 409
    assert "is al geactiveerd" in page.text


def test_a_refused_activation_by_the_shell_names_field_and_rule(register: Register) -> None:
    with pytest.raises(InvalidInput, match="R09"):
        a_crisis(register, first_responsible=None)

"""Reports that a partner's system sends of its own accord: by token, for itself alone, and the same report once."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st

from crisis.audit import Result
from crisis.errors import InvalidInput, TokenInvalid
from crisis.inquiries import NewInquiry, Submission
from crisis.meetings import Direction
from crisis.passes import Act
from crisis.structure import Body
from integrations.partners import openapi
from integrations.partners.contract import PUSH_PATH, VERSION
from integrations.partners.tokens import make_token, read_token
from integrations.portal.door import LONGEST_REPORT
from integrations.portal.throttle import Throttle
from integrations.register import audit, figures, inquiries, intake, partner_tokens
from tests.building import NOW, SOMEONE, a_crisis, closed, own_pass, recorded
from tests.inquiring import a_plan_with_people
from tests.portal_building import SECRET, Portal, a_portal

CRISIS = "asiel-2022"
PLAN = a_plan_with_people()


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, PLAN)
    yield portal
    portal.register.close()


def asked(portal: Portal, question: str = "Hoeveel?", days: int = 0) -> int:
    new = NewInquiry(
        question=question,
        indicators=("opvang",),
        partners=("VR02", "VR01"),
        reference_date=(NOW + timedelta(days=days)).date(),
        due_at=NOW + timedelta(days=2),
    )
    return inquiries.ask(portal.register, own_pass(Act.ASK_PARTNERS, "secretaris"), new, SOMEONE, NOW).number


def a_token(portal: Portal, partner: str = "VR02") -> str:
    return make_token(partner, partner_tokens.issue(portal.register, partner, SOMEONE, NOW), SECRET)


def a_report(value: int = 7, **changes: Any) -> dict[str, Any]:
    figure = {
        "indicator": "opvang",
        "area": "VR02",
        "kind": "observed",
        "value": value,
        "unit": "mensen",
        "referenceDate": "2022-06-17",
        "status": "provisional",
        "synthetic": True,
        "source": "toets",
    }
    report: dict[str, Any] = {
        "contract": {"name": "situation-report", "version": "1.0"},
        "partner": "VR02",
        "reportId": "VR02-1",
        "createdAt": "2022-06-17T05:45:00Z",
        "referenceDate": "2022-06-17",
        "figures": [figure],
    }
    return report | changes


def send(portal: Portal, token: str | None, body: dict[str, Any] | bytes, **headers: str) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}) | headers
    answer: Response = portal.visitor.post(PUSH_PATH, content=content, headers=sent)
    return answer


def latest(portal: Portal) -> Decimal | None:
    found = figures.known(portal.register, CRISIS, PLAN, NOW.date(), NOW + timedelta(days=9))
    return next((one.value for one in found if one.area == "VR02"), None)


def is_a_problem(answer: Response, status: int) -> bool:
    said = answer.json()
    keys_fit = set(said) == {"status", "title", "detail"} and said["status"] == status and said["detail"]
    is_typed = answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code == status and keys_fit and is_typed and answer.headers["API-Version"] == VERSION


def test_a_report_lands_in_the_open_inquiry_that_asks_this_partner(portal: Portal) -> None:
    asked(portal)
    answer = send(portal, a_token(portal), a_report())
    assert (answer.status_code, answer.headers["API-Version"]) == (201, VERSION)
    assert answer.json()["crises"] == [CRISIS]
    (taken,) = intake.of_inquiry(portal.register, CRISIS, 1)
    assert (taken.partner, taken.submission, taken.report_id) == ("VR02", Submission.ON_TIME, "VR02-1")
    assert taken.digest
    assert latest(portal) == 7


def test_the_same_report_sent_again_gives_the_same_answer_and_changes_nothing(portal: Portal) -> None:
    asked(portal)
    token = a_token(portal)
    first, rows = send(portal, token, a_report()), portal.rows()
    again = send(portal, token, a_report())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert portal.rows() == rows


def test_another_report_under_the_same_id_is_refused_and_what_was_there_stays(portal: Portal) -> None:
    asked(portal)
    token = a_token(portal)
    send(portal, token, a_report())
    assert is_a_problem(send(portal, token, a_report(9)), 409)
    assert latest(portal) == 7
    assert audit.entries(portal.register)[-1].result is Result.REFUSED


def test_who_speaks_for_another_partner_is_refused_and_that_is_in_the_trail(portal: Portal) -> None:
    asked(portal)
    answer = send(portal, a_token(portal, "VR01"), a_report())
    assert is_a_problem(answer, 403)
    assert "VR02" in answer.json()["detail"]
    entry = audit.entries(portal.register)[-1]
    assert (entry.action, entry.actor, entry.result) == ("rapport.ontvangen", "systeem van VR01", Result.REFUSED)
    assert intake.of_inquiry(portal.register, CRISIS, 1) == ()


def test_who_reports_on_the_area_of_another_is_refused(portal: Portal) -> None:
    report = a_report()
    report["figures"][0]["area"] = "VR01"
    assert is_a_problem(send(portal, a_token(portal), report), 400)
    assert latest(portal) is None


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "opschaling.VR02.1." + "A" * 43,
        "opschaling.VR02.9.x",
        make_token("VR02", 2, SECRET),
        make_token("VR02", 1, b"x"),
    ],
)
def test_without_a_token_that_holds_nothing_is_read(portal: Portal, token: str | None) -> None:
    a_token(portal)
    rows = portal.rows()
    answer = send(portal, token, a_report())
    assert is_a_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert portal.rows() == rows


def test_a_token_that_was_withdrawn_holds_no_more_and_the_others_of_that_partner_do(portal: Portal) -> None:
    first, second = a_token(portal), a_token(portal)
    for _ in range(2):
        partner_tokens.revoke(portal.register, "VR02", 1, SOMEONE, NOW)
    assert send(portal, first, a_report()).status_code == 401
    assert send(portal, second, a_report()).status_code == 201


def test_a_token_is_made_for_who_is_in_the_plan_and_is_kept_nowhere(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InvalidInput, match="not_in_partners:VR99"):
        partner_tokens.issue(portal.register, "VR99", SOMEONE, NOW)
    with pytest.raises(TokenInvalid):
        partner_tokens.revoke(portal.register, "VR02", 1, SOMEONE, NOW)
    with caplog.at_level(logging.DEBUG):
        token = a_token(portal)
        send(portal, token, a_report())
        send(portal, token[:-1] + "A", a_report())
    signature = token.rpartition(".")[2]
    assert signature not in caplog.text
    assert signature not in json.dumps([entry.model_dump(mode="json") for entry in audit.entries(portal.register)])


@given(st.text(max_size=80))
def test_whatever_is_shown_is_a_token_of_ours_or_none(text: str) -> None:
    with pytest.raises(TokenInvalid):
        read_token(text, SECRET)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", fullmatch=True), st.integers(1, 999_999), st.integers(0, 200))
def test_a_token_altered_in_one_place_is_none(partner: str, serial: int, place: int) -> None:
    token = make_token(partner, serial, SECRET)
    assert read_token(token, SECRET) == (partner, serial)
    at = place % len(token)
    altered = token[:at] + ("x" if token[at] != "x" else "y") + token[at + 1 :]
    with pytest.raises(TokenInvalid):
        read_token(altered, SECRET)


def test_what_comes_when_all_inquiries_are_closed_is_a_late_answer_to_the_latest(portal: Portal) -> None:
    asked(portal)
    number = asked(portal, "Nog eens", 1)
    for one in (1, number):
        inquiries.close(portal.register, own_pass(Act.CLOSE_INQUIRY, "secretaris"), one, SOMEONE, NOW)
    send(portal, a_token(portal), a_report())
    assert intake.of_inquiry(portal.register, CRISIS, 1) == ()
    (taken,) = intake.of_inquiry(portal.register, CRISIS, number)
    assert taken.submission is Submission.LATE


def test_where_nothing_was_asked_yet_the_figures_are_kept(portal: Portal) -> None:
    assert send(portal, a_token(portal), a_report()).status_code == 201
    assert latest(portal) == 7


def test_it_lands_in_every_open_crisis_that_asks_this_partner(portal: Portal) -> None:
    a_crisis(portal.register, PLAN, "hoogwater")
    assert send(portal, a_token(portal), a_report()).json()["crises"] == [CRISIS, "hoogwater"]


def test_reports_out_of_order_leave_what_the_partner_drew_up_last(portal: Portal) -> None:
    asked(portal)
    token = a_token(portal)
    send(portal, token, a_report(9, reportId="VR02-2", createdAt="2022-06-17T05:50:00Z"))
    send(portal, token, a_report(5, reportId="VR02-1", createdAt="2022-06-17T05:40:00Z"))
    (taken,) = intake.of_inquiry(portal.register, CRISIS, 1)
    assert (taken.report_id, latest(portal)) == ("VR02-2", Decimal(9))


def test_a_report_from_the_future_is_flagged_and_is_not_the_latest_for_ever(portal: Portal) -> None:
    asked(portal)
    token = a_token(portal)
    send(portal, token, a_report(5, reportId="VR02-1", createdAt="2099-01-01T00:00:00Z"))
    (taken,) = intake.of_inquiry(portal.register, CRISIS, 1)
    assert "01-01-2099" in taken.detail
    assert taken.stated_at
    assert taken.stated_at <= portal.register.now()
    later = portal.register.now() + timedelta(seconds=1)
    report = a_report(9, reportId="VR02-2", createdAt=wire(later))
    send(portal, token, report)
    assert latest(portal) == 9


def wire(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"partner": "VR02"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (json.dumps(a_report()).replace('"value"', '"value": 1, "value"').encode(), 400),
        (b"x" * (LONGEST_REPORT + 1), 413),
    ],
    ids=["empty", "cut", "list", "thin", "bytes", "deep", "twice", "large"],
)
def test_what_is_not_the_contract_is_refused_as_a_problem_and_changes_nothing(portal: Portal, body: bytes, status: int) -> None:
    token = a_token(portal)
    rows = portal.rows()
    assert is_a_problem(send(portal, token, body), status)
    assert portal.rows() == rows


def test_only_json_is_taken(portal: Portal) -> None:
    answer = send(portal, a_token(portal), a_report(), **{"Content-Type": "application/x-www-form-urlencoded"})
    assert is_a_problem(answer, 415)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", PUSH_PATH, 405), ("POST", f"{PUSH_PATH}/", 404), ("GET", "/v1/x", 404)]
)
def test_whatever_is_not_there_is_a_problem_too(portal: Portal, method: str, path: str, status: int) -> None:
    sent: dict[str, Any] = {"headers": {"Content-Type": "application/json"}, "content": b"{}"} if method == "POST" else {}
    assert is_a_problem(portal.visitor.request(method, path, **sent), status)


def test_who_sends_too_often_must_wait_and_another_partner_need_not(portal: Portal) -> None:
    token, other = a_token(portal), a_token(portal, "VR01")
    answers = [send(portal, token, a_report()) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {200, 201}
    assert is_a_problem(answers[60], 429)
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 60
    assert send(portal, other, a_report()).status_code == 403


def test_whoever_tries_tokens_must_wait_and_who_holds_one_need_not(portal: Portal) -> None:
    tried = [send(portal, "geraden", a_report()).status_code for _ in range(21)]
    assert tried == [401] * 20 + [429]
    assert send(portal, a_token(portal), a_report()).status_code == 201


def test_after_a_while_one_may_come_again() -> None:
    now = [0.0]
    throttle = Throttle(2, 10.0, clock=lambda: now[0])
    assert [throttle.wait("a"), throttle.wait("a"), throttle.wait("b")] == [0.0, 0.0, 0.0]
    now[0] = 4.0
    assert throttle.wait("a") == 6.0
    now[0] = 10.0
    assert throttle.wait("a") == 0.0


def test_a_crisis_that_is_closed_takes_no_report(portal: Portal) -> None:
    recorded(portal.register, Body.IAO, Direction.DOWN)
    closed(portal.register)
    assert is_a_problem(send(portal, a_token(portal), a_report()), 409)


def test_the_description_is_served_to_everybody_as_it_is_published(portal: Portal) -> None:
    answer = portal.open("/v1/openapi.json")
    assert answer.text == openapi.published()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["API-Version"] == VERSION
    assert set(answer.json()["paths"]) == {PUSH_PATH, f"{PUSH_PATH}/latest"}


def test_a_page_of_people_takes_no_json_and_no_form_as_long_as_a_report(portal: Portal) -> None:
    assert portal.visitor.post("/p/x", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    assert portal.send("/p/x", {"a": "x" * 300_000}).status_code == 413

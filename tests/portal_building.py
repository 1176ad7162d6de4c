"""A portal on a register of its own, with a meeting whose outcome is awaited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from httpx import Response
from pydantic import SecretStr
from sqlmodel import SQLModel, func, select
from starlette.testclient import TestClient

from crisis.figures import Figure, FigureKind
from crisis.inquiries import Answer, Submission
from crisis.meetings import Papers
from crisis.passes import Act, Grant, make_pass
from crisis.plan import Plan
from crisis.record import utc
from crisis.situation import draw_picture
from crisis.structure import Body
from integrations.portal import create_app
from integrations.register import Register, actions, clock, crises, decisions, meetings
from integrations.settings import Settings
from tests.building import NOW, SOMEONE, a_crisis, a_meeting, a_plan, a_register

SECRET = b"voor de toets"
PORTAL = "http://127.0.0.1:8400"
NEXT_MONTH = utc(2022, 7, 1)
FILLED = {
    "direction": "opschalen",
    "summary": "De opvang loopt vol.",
    "decisions.1.kind": "advies",
    "decisions.1.text": "Open noodopvang in elke regio.",
    "actions.1.title": "Bel de veiligheidsregio's",
    "actions.1.owner": "lid",
    "actions.1.due_at": "2022-06-20T17:00",
    "actions.1.priority": "hoog",
}
"""An outcome as a secretary would fill it in."""


@dataclass
class Portal:
    """The portal, what stands behind it, and somebody who looks at it."""

    register: Register
    settings: Settings
    visitor: TestClient

    def open(self, path: str, **sent: Any) -> Response:
        answer: Response = self.visitor.get(path, **sent)
        return answer

    def send(self, path: str, fields: dict[str, str], **sent: Any) -> Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | sent.pop("headers", {})
        answer: Response = self.visitor.post(path, data=fields, headers=headers, **sent)
        return answer

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.register.read() as session:
            tables = SQLModel.metadata.sorted_tables
            return {table.name: session.exec(select(func.count()).select_from(table)).one() for table in tables}


def a_portal(folder: Path, plan: Plan | None = None, **activation: Any) -> Portal:
    """A portal at 127.0.0.1 with IAO 1 of `asiel-2022` invited; `activation` replaces fields of its activation."""
    register = a_register(folder, plan or a_plan())
    clock.move(register, plan or a_plan(), NOW, SOMEONE)
    a_crisis(register, **activation)
    a_meeting(register)
    meetings.invite(register, "asiel-2022", Body.IAO, 1, some_papers(register), SOMEONE, NOW)
    settings = Settings(state_dir=folder, pass_secret=SecretStr(SECRET.decode()), portal_url=PORTAL)
    visitor = TestClient(create_app(register, settings), base_url=PORTAL, follow_redirects=False)
    return Portal(register, settings, visitor)


def some_papers(register: Register, body: Body = Body.IAO, number: int = 1) -> Papers:
    """Papers in which one partner of the plan answered, and the others were silent."""
    plan = crises.find(register, "asiel-2022").plan
    figure = Figure(
        indicator="opvang",
        area="NL",
        kind=FigureKind.OBSERVED,
        value=Decimal(42301),
        unit="mensen",
        reference_date=NOW.date(),
        source="COA",
        synthetic=True,
    )
    first, *others = plan.partners
    answers = [Answer(partner=first.id, submission=Submission.ON_TIME, received_at=NOW, figures=(figure,))]
    answers += [Answer(partner=other.id, submission=Submission.SILENT, received_at=NOW) for other in others]
    picture = draw_picture("asiel-2022", (body, number), plan, answers, meetings.last_picture(register, "asiel-2022"), NOW)
    return Papers(
        picture=picture,
        decisions=decisions.of_crisis(register, "asiel-2022"),
        actions=actions.of_crisis(register, "asiel-2022"),
        frozen_at=NOW,
    )


def a_pass(
    person: str = "secretaris",
    act: Act = Act.RECORD_OUTCOME,
    object_: str = "asiel-2022/IAO/1",
    expires_at: datetime = NEXT_MONTH,
) -> str:
    """The address that a personal link opens."""
    return "/p/" + make_pass(Grant(person=person, act=act, object=object_, issued_at=NOW, expires_at=expires_at), SECRET)


def a_report_pass(days: int = 60) -> str:
    """The link of the owner of action item 1."""
    return a_pass("lid", Act.REPORT_ACTION, "asiel-2022/A1", NOW + timedelta(days=days))


def a_verify_pass(days: int = 60) -> str:
    """The link of the one who verifies action item 1."""
    return a_pass("secretaris", Act.VERIFY_ACTION, "asiel-2022/A1", NOW + timedelta(days=days))

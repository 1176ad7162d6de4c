"""The pages on which an owner reports an action item done, and another closes it or sends it back."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import TypeVar

from pydantic import ValidationError
from starlette.responses import HTMLResponse

from crisis.actions import ActionItem, ActionState
from crisis.errors import InvalidInput, PassUsed, Refused
from crisis.passes import Act
from crisis.record import Record, Text
from integrations.portal.desk import page, status_of
from integrations.portal.holder import Holder
from integrations.register import actions, passes
from integrations.wording.refusals import problems_in, reason_text


class Verdict(StrEnum):
    """What the one who verifies says."""

    CLOSE = "afsluiten"
    RETURN = "terugsturen"


class Report(Record):
    """What the owner of an action item fills in."""

    evidence: Text


class Remark(Record):
    """What the one who verifies fills in."""

    remark: Text | None = None


Filled = TypeVar("Filled", bound=Record)


def show(holder: Holder) -> HTMLResponse:
    """The action item, with the form if there is something to do and this link was not used for it."""
    return _page(holder, {})


def show_refusal(holder: Holder, fields: Mapping[str, str], refusal: Refused) -> HTMLResponse:
    """The form once more with what was typed, and above it why it was refused."""
    return _page(holder, fields, refusal)


def report(holder: Holder, fields: Mapping[str, str]) -> None:
    """Report it done. The same sent twice is reported once.

    Raises:
        Refused: by the form or the procedure; nothing was changed.

    """
    filled = _filled(Report, fields)
    actions.report(holder.desk.register, holder.grant, filled.evidence, holder.deed, holder.desk.now())


def verify(holder: Holder, fields: Mapping[str, str]) -> None:
    """Close it, or send it back with a remark. Closed twice, it is closed once.

    Raises:
        Refused: by the form or the procedure; nothing was changed.

    """
    verdict = _verdict(fields)
    remark = _filled(Remark, fields).remark
    if verdict is Verdict.RETURN and remark is None:
        raise InvalidInput(problems=[("remark", "missing")])
    accepted = verdict is Verdict.CLOSE
    actions.verify(holder.desk.register, holder.grant, accepted, remark or "", holder.deed, holder.desk.now())


def item_of(holder: Holder) -> ActionItem:
    """The action item that the pass is about."""
    return actions.find(holder.desk.register, *actions.number_in(holder.grant.object))


def _page(holder: Holder, fields: Mapping[str, str], refusal: Refused | None = None) -> HTMLResponse:
    item, language = item_of(holder), holder.person.language
    reports = holder.grant.act is Act.REPORT_ACTION
    problems = refusal.details["problems"] if isinstance(refusal, InvalidInput) else []
    assert isinstance(problems, list)
    used_at = passes.used_at(holder.desk.register, holder.grant)
    is_its_turn = item.state is (ActionState.OPEN if reports else ActionState.REPORTED)
    facts = holder.facts() | {
        "item": item,
        "now": holder.desk.now(),
        "is_to_do": refusal is not None or (is_its_turn and used_at is None),
        "is_used": holder.told(PassUsed(used_at=used_at)) if is_its_turn and used_at else None,
        "typed": fields,
        "refusal": holder.told(refusal) if refusal else None,
        "problems": {field: reason_text(reason, language) for field, reason in problems},
        "field_of_refusal": None,
    }
    status = status_of(refusal) if refusal else HTTPStatus.OK
    template = "report.html.j2" if reports else "verify.html.j2"
    return page(template, language, holder.crisis.plan.marking, facts, status)


def _verdict(fields: Mapping[str, str]) -> Verdict:
    try:
        return Verdict(fields.get("verdict", ""))
    except ValueError:
        raise InvalidInput(problems=[("verdict", "enum" if fields.get("verdict") else "missing")]) from None


def _filled(form: type[Filled], fields: Mapping[str, str]) -> Filled:
    given = {name: value for name in form.model_fields if (value := fields.get(name, "")).strip()}
    try:
        return form.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(problems=problems_in(error)) from error

"""The contract `situation-report` 1.0: how a partner says what it knows, on the wire.

Names are camelCase, moments are UTC with a `Z`, paths are plural nouns under `/v1/` (NLGov REST API Design Rules).
What is not in the contract is refused, so that nobody believes that we have read it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from crisis.areas import AreaCode
from crisis.figures import HIGHEST_VALUE, Figure, FigureKind
from crisis.partners import Partner
from crisis.record import Line, Moment, Slug, Text
from integrations.partners.errors import Unintelligible
from integrations.partners.exchange import Exchange
from integrations.partners.findings import Findings

REPORT_PATH = "/v1/situation-reports/latest"
PUSH_PATH = "/v1/situation-reports"
VERSION = "1.0.0"
"""Of the interface, in full: what every answer says in `API-Version`."""
MOST_FIGURES = 2000


def _a_number(value: object) -> object:
    """Only what JSON calls a number: the decimal behind it would take text and truth too."""
    if isinstance(value, str | bool):
        raise PydanticCustomError("not_a_number", "must be a number")
    return value


def _nothing_said(text: object) -> object:
    return None if isinstance(text, str) and not text.strip() else text


Number = Annotated[
    Decimal,
    Field(ge=0, le=HIGHEST_VALUE, decimal_places=6, allow_inf_nan=False, strict=False),
    BeforeValidator(_a_number),
    PlainSerializer(lambda number: int(number) if number == int(number) else float(number), when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": HIGHEST_VALUE, "multipleOf": 0.000001}),
]
ReportId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$")]
PartnerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
Remarks = Annotated[Text | None, BeforeValidator(_nothing_said)]


class Wire(BaseModel):
    """A part of a message: camelCase, exact types, no fields but its own."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", strict=True, frozen=True)


class Contract(Wire):
    """Which contract the message keeps to."""

    name: Literal["situation-report"] = "situation-report"
    version: Literal["1.0"] = "1.0"


class FigureStatus(StrEnum):
    """Whether the partner may still change the number."""

    PROVISIONAL = "provisional"
    FINAL = "final"


class ReportedFigure(Wire):
    """One number about one area on one date."""

    indicator: Slug = Field(description="What is counted, as agreed in the crisis plan: `cno-plaatsen`.")
    area: AreaCode = Field(description="CBS code of the area (`VR01`, `PV20`, `GM0014`), or `NL`.")
    kind: FigureKind = Field(description="What the number says about its indicator.")
    value: Number = Field(description="Zero means counted and none found. Leave the figure out when it is not known.")
    unit: Line = Field(description="What one is: `plaatsen`, `personen`.")
    reference_date: date = Field(description="The date that the number is about (peildatum).")
    status: FigureStatus = Field(description="Whether the number may still change.")
    synthetic: bool = Field(description="True when made up for an exercise or a reconstruction.")
    source: Line = Field(description="Where the number comes from.")
    supersedes: ReportId | None = Field(default=None, description="The report whose number this one replaces.")

    @property
    def subject(self) -> tuple[object, ...]:
        """What the number is about: a report gives one number about it."""
        return self.indicator, self.area, self.kind, self.reference_date


class SituationReport(Wire):
    """What one partner knows at one moment (situatierapport)."""

    contract: Contract
    partner: PartnerId = Field(description="The partner's id in the crisis plan.")
    report_id: ReportId = Field(description="Unique among all reports of this partner.")
    created_at: Moment = Field(description="When the report was drawn up, in UTC.")
    reference_date: date = Field(description="The date that the report is about (peildatum).")
    figures: tuple[ReportedFigure, ...] = Field(max_length=MOST_FIGURES)
    remarks: Remarks = Field(default=None, description="What the numbers do not say. No personal data.")

    @model_validator(mode="after")
    def _one_number_each(self) -> Self:
        seen: dict[tuple[object, ...], int] = {}
        for place, figure in enumerate(self.figures):
            if (first := seen.setdefault(figure.subject, place)) != place:
                raise PydanticCustomError("twice", "figures.{place} repeats figures.{first}", {"place": place, "first": first})
        return self

    def to_wire(self) -> bytes:
        """The report as a partner sends it."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


async def read_situation_report(exchange: Exchange, partner: Partner, as_of: datetime) -> Findings:
    """Ask a partner that keeps to the contract for its report as it stood at `as_of`.

    Raises:
        OutsideWorldFailed: it gave none.

    """
    asked = {"asOf": as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}
    report = read_report(await exchange.get_json(exchange.below(REPORT_PATH), asked), partner)
    return Findings(
        figures=figures_of(report),
        report_id=report.report_id,
        stated_at=report.created_at,
        remarks=report.remarks or "",
    )


def claimed_partner(said: object) -> str | None:
    """For whom a message says it speaks, whatever else is wrong with it; None where it does not say."""
    partner = said.get("partner") if isinstance(said, dict) else None
    return partner if isinstance(partner, str) and re.fullmatch(r"[A-Za-z0-9-]{1,40}", partner) else None


def read_report(body: bytes, partner: Partner) -> SituationReport:
    """Read what a partner sent, once `strict_json` has found it to be plain JSON.

    Raises:
        Unintelligible: it is not the contract, or not about this partner; the reason names the field.

    """
    try:
        report = SituationReport.model_validate_json(body, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Unintelligible(f"Niet in de afgesproken vorm: {_described(error)}.") from error
    for problem in _misattributed(report, partner):
        raise Unintelligible(f"Niet in de afgesproken vorm: {problem}.")
    return report


def figures_of(report: SituationReport) -> tuple[Figure, ...]:
    """The numbers of a report, in the words of the procedure."""
    return tuple(
        Figure(
            **figure.model_dump(exclude={"status"}),
            provisional=figure.status is FigureStatus.PROVISIONAL,
        )
        for figure in report.figures
    )


def _misattributed(report: SituationReport, partner: Partner) -> Iterator[str]:
    if report.partner != partner.id:
        yield f"het rapport is van {report.partner}, gevraagd was {partner.id}"
    for place, figure in enumerate(report.figures):
        if figure.area != partner.area:
            yield f"figures.{place}.area gaat over {figure.area}, het gebied van {partner.id} is {partner.area}"


_TOLD = 3
_DUTCH = {
    "missing": "ontbreekt",
    "extra_forbidden": "staat niet in het contract",
    "not_a_number": "is geen getal",
    "finite_number": "is geen eindig getal",
    "greater_than_equal": "is lager dan {ge}",
    "less_than_equal": "is hoger dan {le}",
    "decimal_max_places": "heeft meer dan {decimal_places} decimalen",
    "string_too_short": "is leeg",
    "string_too_long": "is langer dan {max_length} tekens",
    "too_long": "is langer dan {max_length}",
    "enum": "is niet een van de afgesproken woorden",
    "literal_error": "is niet {expected}",
    "string_pattern_mismatch": "heeft niet de afgesproken schrijfwijze",
    "value_error": "bevat een teken of regeleinde dat niet mag",
    "timezone_aware": "noemt geen tijdzone",
    "twice": "figures.{place} herhaalt figures.{first}",
}


def _described(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    told = "; ".join(_in_dutch(problem) for problem in problems[:_TOLD])
    return told if len(problems) <= _TOLD else f"{told}; en nog {len(problems) - _TOLD}"


def _in_dutch(problem: ErrorDetails) -> str:
    context: dict[str, Any] = problem.get("ctx", {})
    told = _DUTCH.get(problem["type"], "is niet van de afgesproken soort").format_map(context)
    return f"{_pointer(problem['loc'])} {told}".strip()


def _pointer(loc: tuple[int | str, ...]) -> str:
    """Where it is, without repeating what a stranger chose as the name of a field."""
    return ".".join(str(part) if re.fullmatch(r"[A-Za-z0-9_]{1,40}", str(part)) else "(onbekend veld)" for part in loc)

"""Who is asked what it knows, in which form, and how long it has (partners, uitvraagtermijnen)."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from crisis.figures import FigureKind
from crisis.record import Line, Record, Slug


class PartnerKind(StrEnum):
    """What sort of organisation is asked."""

    OPEN_DATA = "open data"
    ORGANISATION = "organisatie"
    SAFETY_REGION = "veiligheidsregio"
    PROVINCE = "provincie"
    MUNICIPALITY = "gemeente"


class WireForm(StrEnum):
    """In which form a partner says what it knows."""

    REPORT = "situatierapport"
    """A system that keeps to our contract (`docs/partners.md`)."""
    ODATA_V3 = "cbs-odata-v3"
    ODATA_V4 = "cbs-odata-v4"
    """Tables of Statistics Netherlands (CBS StatLine)."""
    FORM = "formulier"
    """No system: somebody gets a form by link."""

    @property
    def is_open_data(self) -> bool:
        """Whether it is public, so that nobody need be asked (E17)."""
        return self in (WireForm.ODATA_V3, WireForm.ODATA_V4)


class Query(Record):
    """Which number of a table of open data answers for an indicator."""

    indicator: Slug
    kind: FigureKind = FigureKind.OBSERVED
    measure: Line
    """The measure by its title, or the name of its column without the number behind it: both outlive a renumbering."""
    where: dict[Line, Line] = Field(default_factory=dict)
    """Dimension to key: `Geslacht = "T001038"`. Keys are compared without the spaces that CBS puts behind them."""
    areas: Line | None = None
    """The dimension that holds the code of an area; without one the number is about the partner's own."""


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError as error:
        raise PydanticCustomError("network", "is not an address range") from error
    return text


class Access(Record):
    """How a partner's system is reached, where it takes more than an address. Secrets stand in the settings, by name."""

    networks: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Address ranges in which its host must lie: `10.12.0.0/16`. Without any, it must be a public address."""
    client_certificate: Slug | None = None
    """The name in `OPSCHALING_CLIENT_CERTIFICATES` of the certificate that we show (mutual TLS, PKIoverheid)."""
    oin: Annotated[str, StringConstraints(pattern=r"^[0-9]{20}$")] | None = None
    """Our organisation's identification number (OIN, Digikoppeling)."""
    token_address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$", max_length=300)] | None = None
    """Where a token is asked for (OAuth 2.0 client credentials)."""
    client_id: Line | None = None
    client_secret: Slug | None = None
    """The name in `OPSCHALING_PARTNER_SECRETS` of what we prove ourselves with there."""
    scope: Line | None = None

    @model_validator(mode="after")
    def _token_is_whole(self) -> Self:
        named = [self.token_address, self.client_id, self.client_secret]
        if any(named) and not all(named):
            raise PydanticCustomError("token", "token_address, client_id and client_secret go together")
        return self


class Partner(Record):
    """An organisation that is asked what it knows."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")]
    name: Line
    kind: PartnerKind
    area: Line = "NL"
    """The area its figures are about: a CBS code, or NL."""
    form: WireForm = WireForm.REPORT
    address: Annotated[str, StringConstraints(pattern=r"^((https?://|/)[^\s@]+)?$", max_length=300)] = ""
    """Where its figures are: whole, or a path on the partner gateway of the settings. Nowhere, for who fills in a form."""
    indicators: tuple[Slug, ...]
    contact: str | None = None
    """Who gets the form, the reminders and the questions: a person of the plan."""
    access: Slug | None = None
    """A table of `[access]`."""
    queries: tuple[Query, ...] = ()
    """What to take from open data."""

    def gives_many_areas(self, indicator: str) -> bool:
        """Whether it is open data with a number for each area of a dimension."""
        return any(query.indicator == indicator and query.areas for query in self.queries)

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.form is WireForm.FORM and not self.contact:
            raise PydanticCustomError("contact", "a form needs a contact")
        if self.form is not WireForm.FORM and not self.address:
            raise PydanticCustomError("address", "needs an address")
        if self.form.is_open_data and {query.indicator for query in self.queries} != set(self.indicators):
            raise PydanticCustomError("queries", "needs a query for each indicator")
        return self


class IntakeTerms(Record):
    """How long partners have to answer, and how long a figure stays fresh.

    Seconds are real time, the patience of a connection; hours are those of people, by the business clock.
    """

    term_seconds: float = Field(default=5.0, gt=0, le=600)
    """Until then a system's answer is on time."""
    patience_seconds: float = Field(default=8.0, gt=0, le=600)
    """Until then it is late; after that the partner is silent."""
    reply_hours: float = Field(default=24, gt=0, le=24 * 31)
    """How long people have for a form, where the inquiry names no other hour."""
    remind_at: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.8)
    """Shares of the term after which who has not answered is asked again."""
    stale_hours: float = Field(default=48, gt=0)
    """A figure about a date longer ago than this is marked as stale (E13)."""

    @property
    def patience(self) -> timedelta:
        """How long a system may take."""
        return timedelta(seconds=self.patience_seconds)

    @property
    def reply(self) -> timedelta:
        """How long people have."""
        return timedelta(hours=self.reply_hours)

    @property
    def stale_after(self) -> timedelta:
        """How old the reference date of a figure may be before it is marked."""
        return timedelta(hours=self.stale_hours)

    @model_validator(mode="after")
    def _patience_outlasts_term(self) -> Self:
        if self.patience_seconds < self.term_seconds:
            raise PydanticCustomError("patience", "patience_seconds is shorter than term_seconds")
        return self

"""When reception runs full, in words (vooruitblik; the rule is `crisis.balance`)."""

from crisis.balance import Balance, Shortage, WithoutMeasures
from crisis.grounds import Fact
from crisis.growth import Basis
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from crisis.situation import Picture
from integrations.wording.charts import number_text
from integrations.wording.document import Table
from integrations.wording.english import said
from integrations.wording.picture_words import day_text, plain_table, whole


def outlook_text(picture: Picture, plan: Plan, language: str = "nl") -> str:
    """The outlook in words, or why there is none; nothing where the plan asks for none."""
    if plan.balance is None:
        return ""
    known = picture.balance
    if known is None:
        return said("geen, want er zijn minder dan twee standen van de bezetting om een groei uit te lezen.", language)
    told = f"{_fills(known, known, picture, language)}."
    lacking, without = _lacking(known, language), _without(known, picture, language)
    grown = said("Gerekend met {growing}.", language, growing=f"{_growing(known, language)}{_measures(known, language)}")
    last = said("Een rechte lijn: weet niets van wat nog komt.", language)
    return " ".join(filter(None, (told, lacking, without, grown, last)))


def grounds_table(picture: Picture, language: str = "nl") -> Table | None:
    """The figures that the outlook rests on, with their date and source; None where it rests on none."""
    facts = picture.balance.facts if picture.balance else ()
    header = tuple(said(word, language) for word in ("Wat", "Aantal", "Peildatum", "Bron"))
    return plain_table(header, [_ground(fact, language) for fact in facts]) if facts else None


def _ground(fact: Fact, language: str) -> tuple[str, ...]:
    source = fact.source or said("samen, zie de cijfers", language)
    made_up = said(", synthetisch", language) if fact.synthetic else ""
    return said(fact.what, language), number_text(fact.value, language), day_text(fact.on, language), source + made_up


def _growing(known: Balance, language: str) -> str:
    growth = known.growth
    on, a_day = day_text(known.since, language), whole(growth.expected, language)
    people = number_text(known.occupied, language)
    told = said("{people} mensen op {on}, een groei van {a_day} per dag", language, people=people, on=on, a_day=a_day)
    if growth.low == growth.high:
        is_one = growth.basis is Basis.FLOWS or known.observations == 2
        alike = " (één stap gezien: een marge is er niet)" if is_one else " (iedere stap was even groot: een marge is er niet)"
        band = said(alike, language)
    else:
        low, high = whole(growth.low, language), whole(growth.high, language)
        band = said(" (tussen {low} en {high})", language, low=low, high=high)
    return told + band + said(", gelezen uit {read}", language, read=_method(known, language))


def _method(known: Balance, language: str) -> str:
    """What the growth was read from, and over which time."""
    growth = known.growth
    if growth.basis is Basis.OCCUPANCY:
        read = said("{count} standen", language, count=known.observations)
    else:
        read = said("instroom min uitstroom", language)
    if growth.since is None:
        return read
    since, until = day_text(growth.since, language), day_text(growth.until, language)
    return read + said(" van {since} tot {until}", language, since=since, until=until)


def _measures(known: Balance, language: str) -> str:
    given = known.extra_given
    if given is None:
        return ""
    until = said(" tot en met {until}", language, until=day_text(known.extra_until, language)) if known.extra_until else ""
    if known.extra_places is None:
        return said("; hoeveel plaatsen lopende maatregelen geven{until} heeft niemand opgegeven", language, until=until)
    rest = (
        ""
        if given.is_all
        else said(
            ", opgegeven door {answered} van {asked}: de rest is onbekend, dus vol kan ook later zijn",
            language,
            answered=given.answered,
            asked=given.asked,
        )
    )
    places = number_text(known.extra_places, language)
    told = ", met {places} plaatsen van lopende maatregelen{until}{rest}"
    return said(told, language, places=places, until=until, rest=rest)


def _fills(filling: Balance | WithoutMeasures, known: Balance, picture: Picture, language: str) -> str:
    horizon = day_text(known.horizon, language)
    if filling.runs_full and filling.runs_full <= picture.drawn_at.astimezone(AMSTERDAM).date():
        return said("er zijn nu al meer mensen dan plaatsen", language)
    earliest = day_text(filling.earliest, language)
    if filling.runs_full:
        told = said("de opvang raakt naar verwachting vol op {on}", language, on=day_text(filling.runs_full, language))
        if filling.earliest == filling.latest:
            return told
        latest = day_text(filling.latest, language) if filling.latest else said("na de horizon", language)
        return told + said(" (tussen {low} en {high})", language, low=earliest, high=latest)
    if filling.earliest:
        told = "bij de hoogste groei die is gezien raakt de opvang vol op {earliest}, anders niet voor {horizon}"
        return said(told, language, earliest=earliest, horizon=horizon)
    if filling.has_gaps:
        told = "of de opvang vol raakt is niet te zeggen, want niet van iedere dag zijn de plaatsen bekend"
        return said(told, language)
    return said("tot {horizon} raakt de opvang naar verwachting niet vol", language, horizon=horizon)


def _without(known: Balance, picture: Picture, language: str) -> str:
    """The same without the places of measures, where the plan counts any."""
    bare = known.without_measures
    if bare is None:
        return ""
    told = said("Zonder de plaatsen van maatregelen: {fills}.", language, fills=_fills(bare, known, picture, language))
    return f"{told} {_shortage(bare.shortage, language)}" if bare.shortage and bare.shortage != known.shortage else told


def _lacking(known: Balance, language: str) -> str:
    """How many have no place at the horizon; nothing of a picture that was drawn before this was kept."""
    if known.shortage:
        return _shortage(known.shortage, language)
    on = day_text(known.horizon, language)
    return said("Hoeveel mensen op {on} geen plaats hebben is niet te zeggen.", language, on=on) if known.facts else ""


def _shortage(lacking: Shortage, language: str) -> str:
    on = day_text(lacking.on, language)
    if not lacking.high:
        return said("Op {on} heeft dan iedereen een plaats.", language, on=on)
    low, high = number_text(lacking.low, language), number_text(lacking.high, language)
    band = "" if lacking.low == lacking.high else said(" (tussen {low} en {high})", language, low=low, high=high)
    people = number_text(lacking.expected, language)
    return said("Op {on} hebben dan {people} mensen geen plaats{band}.", language, on=on, people=people, band=band)

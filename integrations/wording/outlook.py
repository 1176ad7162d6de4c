"""When reception runs full, in words (vooruitblik; the rule is `crisis.balance`)."""

from crisis.balance import Balance, Basis
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from crisis.situation import Picture
from integrations.wording.charts import number_text
from integrations.wording.picture_words import day_text, whole


def outlook_text(picture: Picture, plan: Plan, language: str = "nl") -> str:
    """The outlook in words, or why there is none; nothing where the plan asks for none."""
    if plan.balance is None:
        return ""
    known = picture.balance
    if known is None:
        return "geen, want er zijn minder dan twee standen van de bezetting om een groei uit te lezen."
    told = f"{_growing(known, language)}{_measures(known, language)}: {_fills(known, picture, language)}"
    return f"{told}. Een rechte lijn: weet niets van wat nog komt."


def _growing(known: Balance, language: str) -> str:
    growth = known.growth
    on, a_day = day_text(known.since, language), whole(growth.expected, language)
    people = f"{number_text(known.occupied, language)} mensen op {on}, {a_day} per dag"
    read = f"{known.observations} standen" if growth.basis is Basis.OCCUPANCY else "instroom min uitstroom"
    if growth.low == growth.high:
        return f"{people} (één stap gezien: een marge is er niet), gelezen uit {read}"
    return f"{people} (tussen {whole(growth.low, language)} en {whole(growth.high, language)}), gelezen uit {read}"


def _measures(known: Balance, language: str) -> str:
    if known.extra_given is None:
        return ""
    until = f" tot en met {day_text(known.extra_until, language)}" if known.extra_until else ""
    if known.extra_places is None:
        return f"; hoeveel plaatsen lopende maatregelen geven{until} heeft niemand opgegeven"
    is_whole = known.extra_given.answered >= known.extra_given.asked
    rest = (
        "" if is_whole else f", opgegeven door {known.extra_given}: de rest is onbekend, dus het wordt eerder later dan vroeger"
    )
    return f", met {number_text(known.extra_places, language)} plaatsen van lopende maatregelen{until}{rest}"


def _fills(known: Balance, picture: Picture, language: str) -> str:
    if known.runs_full and known.runs_full <= picture.drawn_at.astimezone(AMSTERDAM).date():
        return "er zijn nu al meer mensen dan plaatsen"
    if known.runs_full:
        earliest = day_text(known.earliest, language)
        latest = day_text(known.latest, language) if known.latest else "na de horizon"
        return f"de opvang raakt dan vol op {day_text(known.runs_full, language)} (tussen {earliest} en {latest})"
    if known.earliest:
        earliest, horizon = day_text(known.earliest, language), day_text(known.horizon, language)
        return f"bij de hoogste groei die is gezien raakt de opvang vol op {earliest}, anders niet voor {horizon}"
    if known.has_gaps:
        return "of de opvang vol raakt is niet te zeggen, want niet van iedere dag zijn de plaatsen bekend"
    return f"tot {day_text(known.horizon, language)} raakt de opvang dan niet vol"

"""The situation picture as a document, as text for LCMS, and as JSON (situatieschets; Dutch).

What matters at three in the morning comes first: signals and advice, who is missing, where sources disagree. Then the numbers,
with their age and how many gave them; then every area. LCMS has no public interface: its text is copied by hand.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import wrap

from pydantic_core import to_json

from crisis.inquiries import Submission
from crisis.plan import Plan
from crisis.signals import Course, Reason, Signal, SignalKind, Why
from crisis.situation import Picture, PictureRow
from integrations.wording.charts import number_text
from integrations.wording.course import course
from integrations.wording.document import Block, Bullets, Document, Heading, Paragraph
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.outlook import outlook_text
from integrations.wording.picture_areas import per_area, region_map, region_rows
from integrations.wording.picture_words import age_text, day_text, marks, people_text, plain_table, value_text
from integrations.wording.times import moment_text

LCMS_WIDTH = 78


def picture_document(picture: Picture, plan: Plan) -> Document:
    """The whole picture."""
    return Document(
        title=f"Situatieschets {picture.body} {picture.number}",
        marking=plan.marking,
        blocks=tuple(_blocks(picture, plan)),
    )


def lcms_text(picture: Picture, plan: Plan) -> str:
    """What can be copied into LCMS: plain lines of at most 78 characters, the numbers first."""
    lines = [
        f"SITUATIESCHETS {picture.body} {picture.number}" + (f" ({plan.marking.upper()}: NIET ECHT)" if plan.marking else ""),
        f"Stand {moment_text(picture.drawn_at, 'nl')}; {picture.completeness} partners gaven antwoord",
        *_listed("SIGNALEN", [*map(_signal, picture.signals), _advice(picture)]),
        *_listed("CIJFERS", [_in_a_line(row, picture) for row in picture.rows]),
        *_listed("VOORUITBLIK", [outlook] if (outlook := outlook_text(picture, plan)) else []),
        *_listed("TEGENSTRIJDIG", list(_conflicts(picture, plan))),
        *_listed("ZONDER ANTWOORD", list(_missing(picture, plan))),
        "",
        f"Zegel {picture.seal[:16]}",
    ]
    return "\n".join(lines) + "\n"


def picture_json(picture: Picture, plan: Plan) -> bytes:
    """The picture for programs: as it was drawn, with its seal and the marking of the plan (`docs/picture.md`)."""
    return to_json({"marking": plan.marking, "seal": picture.seal, "picture": picture.model_dump(mode="json")}, indent=2)


def _blocks(picture: Picture, plan: Plan) -> Iterator[Block]:
    yield Heading(level=1, text=f"Situatieschets {picture.body} {picture.number}")
    drawn = moment_text(picture.drawn_at, "nl")
    yield Paragraph(words=(f"{picture.completeness} partners gaven een bruikbaar antwoord. Opgemaakt {drawn}.",))
    for signal in picture.signals:
        yield Paragraph(words=(_signal(signal),), is_warning=signal.what is not SignalKind.NEARER)
    yield Paragraph(words=(_advice(picture),))
    if outlook := outlook_text(picture, plan):
        yield Paragraph(words=(f"Vooruitblik: {outlook}",))
    if drawn_map := region_map(picture, plan):
        yield drawn_map
        rows = region_rows(picture, plan)
        yield plain_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    yield Heading(level=2, text="Cijfers")
    header = ("Indicator", "Waarde", "Opgegeven", "Peildatum", "Sinds vorig beeld", "Per dag")
    yield plain_table(header, [_total(row, picture) for row in picture.rows])
    yield from course(picture, plan)
    if found := [*_conflicts(picture, plan), *_parts(picture, plan)]:
        yield Heading(level=2, text="Waar bronnen verschillen")
        yield Bullets(items=tuple((text,) for text in found))
    yield Heading(level=2, text="Wie ontbreekt")
    yield from _absent(picture, plan)
    yield from per_area(picture, plan)
    yield Paragraph(words=(f"Zegel van dit beeld (SHA-256): {picture.seal}",))


def _signal(signal: Signal) -> str:
    limit = f"{number_text(signal.limit)} {signal.unit}"
    match signal.what:
        case SignalKind.CROSSED:
            how = f"drempel van {limit} overschreden"
        case SignalKind.FORECAST:
            how = f"overschrijdt bij deze trend op {day_text(signal.on, 'nl')} de drempel van {limit}"
        case SignalKind.NEARER:
            how = f"komt dichter bij de drempel van {limit}"
    value = number_text(signal.value)
    return f"{signal.name} ({KIND_WORDS[signal.kind]}): {value} {signal.unit}, {how}: {signal.text}"


def _advice(picture: Picture) -> str:
    advice = picture.advice
    if advice is None:
        return "Over op- of afschalen zegt dit beeld niets."
    course = {
        Course.UP: f"opschalen naar {advice.body}",
        Course.PREPARE: f"opschaling naar {advice.body} voorbereiden",
        Course.STAY: "blijven zoals het is",
        Course.DOWN: f"{advice.body} kan afschalen",
    }[advice.course]
    reasons = "; ".join(dict.fromkeys(map(_reason, advice.reasons)))
    return f"Waar de cijfers op wijzen: {course}, want {reasons}. Het is een advies: een gremium beslist."


def _reason(reason: Reason) -> str:
    name = reason.signal.name if reason.signal else ""
    match reason.why:
        case Why.CROSSED:
            return f"de drempel voor “{name}” is overschreden"
        case Why.FORECAST:
            return f"de drempel voor “{name}” wordt naar verwachting op {day_text(reason.on, 'nl')} overschreden"
        case Why.RUNS_OUT:
            return f"de opvang raakt naar verwachting vol op {day_text(reason.on, 'nl')}"
        case Why.MAY_RUN_OUT:
            return f"de opvang kan vol raken op {day_text(reason.on, 'nl')}, bij de hoogste groei die is gezien"
        case Why.NOT_KNOWN:
            return f"over {reason.detail} is te weinig bekend"
        case Why.NOT_LONG:
            return "het is nog niet lang genoeg rustig"
        case Why.CALM:
            return "er is geen drempel overschreden en er is er geen in zicht"


def _total(row: PictureRow, picture: Picture) -> tuple[str, ...]:
    return (
        f"{row.name} ({KIND_WORDS[row.kind]}{marks(row)})",
        f"{value_text(row)} {row.unit}" if row.value is not None else "onbekend",
        _out_of(row),
        age_text(row.oldest_reference_date, picture),
        _signed(row.change),
        _signed(row.a_day.quantize(Decimal("0.1")) if row.a_day is not None else None),
    )


def _in_a_line(row: PictureRow, picture: Picture) -> str:
    value = f"{value_text(row)} {row.unit}" if row.value is not None else "ONBEKEND"
    change = f", {_signed(row.change)} sinds het vorige beeld" if row.change else ""
    told = f"{row.name} ({KIND_WORDS[row.kind]}{marks(row)}): {value}{change}"
    return f"{told}; {_out_of(row)}; peildatum {age_text(row.oldest_reference_date, picture)}"


def _out_of(row: PictureRow) -> str:
    """How many gave it, what was taken over and what is too old, and of how many people that is."""
    told = [str(row.completeness)]
    if row.carried:
        told.append(f"{row.carried} overgenomen")
    if row.stale:
        told.append(f"{row.stale} verouderd en niet geteld")
    if row.inhabitants:
        told.append(f"goed voor {people_text(row.inhabitants)}")
    return ", ".join(told)


def _conflicts(picture: Picture, plan: Plan) -> Iterator[str]:
    names = {partner.id: partner.name for partner in plan.partners}
    indicators = {indicator.id: indicator.name for indicator in plan.indicators}
    for conflict in picture.conflicts:
        name, kind, area = conflict.subject
        values = [figure.value for figure in conflict.figures]
        said = "; ".join(f"{names.get(one.partner, one.partner)} {number_text(one.value)}" for one in conflict.figures)
        where = "" if area == "NL" else f", {plan.territory.name(area)}"
        told = f"{indicators.get(name, name)} ({KIND_WORDS[kind]}{where}, {day_text(conflict.reference_date, 'nl')}): {said}"
        yield f"{told}. Verschil {number_text(max(values) - min(values))}; beide zijn bewaard."


def _parts(picture: Picture, plan: Plan) -> Iterator[str]:
    for row in picture.rows:
        for one in row.parts_differ:
            own, parts = number_text(one.value), number_text(one.parts)
            yield f"{row.name} in {plan.territory.name(one.area)}: zelf {own}, de delen samen {parts}."


def _absent(picture: Picture, plan: Plan) -> Iterator[Block]:
    names = {partner.id: partner.name for partner in plan.partners}
    rows = [(names.get(partner, partner), str(how)) for partner, how in sorted(picture.without_answer.items())]
    yield plain_table(("Partner", "Antwoord"), rows) if rows else Paragraph(words=("Niemand.",))
    if late := [names.get(p, p) for p, how in picture.submissions.items() if how is Submission.LATE]:
        yield Paragraph(words=(f"Te laat, maar meegenomen: {', '.join(late)}.",))
    for partner, question in sorted(picture.returned.items()):
        yield Paragraph(words=(f"{names.get(partner, partner)} kreeg het antwoord terug met een vraag: {question}",))


def _missing(picture: Picture, plan: Plan) -> Iterator[str]:
    names = {partner.id: partner.name for partner in plan.partners}
    for how in Submission:
        silent = [names.get(partner, partner) for partner, one in sorted(picture.without_answer.items()) if one is how]
        if silent:
            yield f"{how}: {', '.join(silent)}"


def _signed(number: Decimal | None) -> str:
    return "–" if number is None else ("+" if number > 0 else "") + number_text(number)


def _listed(heading: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield from ("", heading)
        for text in texts:
            yield from wrap(text, LCMS_WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=True)

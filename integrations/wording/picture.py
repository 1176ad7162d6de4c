"""The situation picture as a document, as text for LCMS, and as JSON (situatieschets; Dutch).

What matters at three in the morning comes first: signals and advice, who is missing, where sources disagree. Then the numbers,
with their age and how many gave them; then every area. LCMS has no public interface: its text is copied by hand.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from textwrap import wrap

from pydantic_core import to_json

from crisis.balance import Balance, Basis
from crisis.figures import FigureKind
from crisis.inquiries import Submission
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.record import AMSTERDAM
from crisis.signals import Course, Reason, Signal, SignalKind, Why
from crisis.situation import Picture, PictureRow
from crisis.totals import Cell, Completeness, Freshness
from integrations.wording.charts import Bar, bar_chart, number_text
from integrations.wording.document import Block, Bullets, Document, Heading, Image, Paragraph, Table
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.tilemap import Tile, tile_map, words_for
from integrations.wording.times import date_text, moment_text

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
        *_listed("VOORUITBLIK", [outlook] if (outlook := _outlook(picture, plan)) else []),
        *_listed("TEGENSTRIJDIG", list(_conflicts(picture, plan))),
        *_listed("ZONDER ANTWOORD", list(_missing(picture, plan))),
        "",
        f"Zegel {picture.seal[:16]}",
    ]
    return "\n".join(lines) + "\n"


def picture_json(picture: Picture, plan: Plan) -> bytes:
    """The picture for programs: as it was drawn, with its seal and the marking of the plan (`docs/picture.md`)."""
    return to_json({"marking": plan.marking, "seal": picture.seal, "picture": picture.model_dump(mode="json")}, indent=2)


def region_rows(picture: Picture, plan: Plan) -> list[dict[str, str]]:
    """The 25 safety regions, a line each: goal, promised, there, in use, how old, and how it was submitted."""
    indicator = _of_regions(picture, plan)
    rows = {row.kind: row for row in picture.rows if row.indicator == indicator}
    return [_region(code, rows, picture, plan) for code in SAFETY_REGIONS] if rows else []


def region_map(picture: Picture, plan: Plan) -> Image | None:
    """The safety regions as tiles; None where the plan asks nothing of them with a goal."""
    indicator = _of_regions(picture, plan)
    rows = {row.kind: row for row in picture.rows if row.indicator == indicator}
    realised, target = rows.get(FigureKind.REALISED), rows.get(FigureKind.TARGET)
    if realised is None:
        return None
    tiles = {code: _tile(realised, target, code) for code in SAFETY_REGIONS}
    title = f"{realised.name}: {_value(realised)}" + (f" van {_value(target)}" if target and target.value is not None else "")
    return Image(svg=tile_map(title, tiles), words=words_for(tiles))


def _blocks(picture: Picture, plan: Plan) -> Iterator[Block]:
    yield Heading(level=1, text=f"Situatieschets {picture.body} {picture.number}")
    drawn = moment_text(picture.drawn_at, "nl")
    yield Paragraph(words=(f"{picture.completeness} partners gaven een bruikbaar antwoord. Opgemaakt {drawn}.",))
    for signal in picture.signals:
        yield Paragraph(words=(_signal(signal),), is_warning=signal.what is not SignalKind.NEARER)
    yield Paragraph(words=(_advice(picture),))
    if outlook := _outlook(picture, plan):
        yield Paragraph(words=(f"Vooruitblik: {outlook}",))
    if drawn_map := region_map(picture, plan):
        yield drawn_map
        rows = region_rows(picture, plan)
        yield _table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    yield Heading(level=2, text="Cijfers")
    header = ("Indicator", "Waarde", "Opgegeven", "Peildatum", "Sinds vorig beeld", "Per dag")
    yield _table(header, [_total(row, picture) for row in picture.rows])
    if found := [*_conflicts(picture, plan), *_parts(picture, plan)]:
        yield Heading(level=2, text="Waar bronnen verschillen")
        yield Bullets(items=tuple((text,) for text in found))
    yield Heading(level=2, text="Wie ontbreekt")
    yield from _absent(picture, plan)
    yield from _per_area(picture, plan)
    yield Paragraph(words=(f"Zegel van dit beeld (SHA-256): {picture.seal}",))


def _signal(signal: Signal) -> str:
    limit = f"{number_text(signal.limit)} {signal.unit}"
    match signal.what:
        case SignalKind.CROSSED:
            how = f"drempel van {limit} overschreden"
        case SignalKind.FORECAST:
            how = f"overschrijdt bij deze trend op {_day(signal.on)} de drempel van {limit}"
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
            return f"de drempel voor “{name}” wordt naar verwachting op {_day(reason.on)} overschreden"
        case Why.RUNS_OUT:
            return f"de opvang raakt naar verwachting vol op {_day(reason.on)}"
        case Why.MAY_RUN_OUT:
            return f"de opvang kan vol raken op {_day(reason.on)}, bij de hoogste groei die is gezien"
        case Why.NOT_KNOWN:
            return f"over {reason.detail} is te weinig bekend"
        case Why.NOT_LONG:
            return "het is nog niet lang genoeg rustig"
        case Why.CALM:
            return "er is geen drempel overschreden en er is er geen in zicht"


def _outlook(picture: Picture, plan: Plan) -> str:
    """The outlook in words, or why there is none; nothing where the plan asks for none."""
    if plan.balance is None:
        return ""
    known = picture.balance
    if known is None:
        return "geen, want er zijn minder dan twee standen van de bezetting om een groei uit te lezen."
    return f"{_growing(known)}{_measures(known)}: {_fills(known, picture)}. Een rechte lijn: weet niets van wat nog komt."


def _growing(known: Balance) -> str:
    growth = known.growth
    people = f"{number_text(known.occupied)} mensen op {_day(known.since)}, {_round(growth.expected)} per dag"
    read = f"{known.observations} standen" if growth.basis is Basis.OCCUPANCY else "instroom min uitstroom"
    if growth.low == growth.high:
        return f"{people} (één stap gezien: een marge is er niet), gelezen uit {read}"
    return f"{people} (tussen {_round(growth.low)} en {_round(growth.high)}), gelezen uit {read}"


def _measures(known: Balance) -> str:
    if known.extra_given is None:
        return ""
    until = f" tot en met {_day(known.extra_until)}" if known.extra_until else ""
    if known.extra_places is None:
        return f"; hoeveel plaatsen lopende maatregelen geven{until} heeft niemand opgegeven"
    is_whole = known.extra_given.answered >= known.extra_given.asked
    rest = (
        "" if is_whole else f", opgegeven door {known.extra_given}: de rest is onbekend, dus het wordt eerder later dan vroeger"
    )
    return f", met {number_text(known.extra_places)} plaatsen van lopende maatregelen{until}{rest}"


def _fills(known: Balance, picture: Picture) -> str:
    if known.runs_full and known.runs_full <= picture.drawn_at.astimezone(AMSTERDAM).date():
        return "er zijn nu al meer mensen dan plaatsen"
    if known.runs_full:
        earliest, latest = _day(known.earliest), _day(known.latest) if known.latest else "na de horizon"
        return f"de opvang raakt dan vol op {_day(known.runs_full)} (tussen {earliest} en {latest})"
    if known.earliest:
        earliest, horizon = _day(known.earliest), _day(known.horizon)
        return f"bij de hoogste groei die is gezien raakt de opvang vol op {earliest}, anders niet voor {horizon}"
    if known.has_gaps:
        return "of de opvang vol raakt is niet te zeggen, want niet van iedere dag zijn de plaatsen bekend"
    return f"tot {_day(known.horizon)} raakt de opvang dan niet vol"


def _total(row: PictureRow, picture: Picture) -> tuple[str, ...]:
    return (
        f"{row.name} ({KIND_WORDS[row.kind]}{_marks(row)})",
        f"{_value(row)} {row.unit}" if row.value is not None else "onbekend",
        _out_of(row),
        _age(row.oldest_reference_date, picture),
        _signed(row.change),
        _signed(row.a_day.quantize(Decimal("0.1")) if row.a_day is not None else None),
    )


def _in_a_line(row: PictureRow, picture: Picture) -> str:
    value = f"{_value(row)} {row.unit}" if row.value is not None else "ONBEKEND"
    change = f", {_signed(row.change)} sinds het vorige beeld" if row.change else ""
    told = f"{row.name} ({KIND_WORDS[row.kind]}{_marks(row)}): {value}{change}"
    return f"{told}; {_out_of(row)}; peildatum {_age(row.oldest_reference_date, picture)}"


def _marks(row: PictureRow) -> str:
    return ", synthetisch" if row.synthetic else ""


def _out_of(row: PictureRow) -> str:
    """How many gave it, what was taken over and what is too old, and of how many people that is."""
    told = [str(row.completeness)]
    if row.carried:
        told.append(f"{row.carried} overgenomen")
    if row.stale:
        told.append(f"{row.stale} verouderd en niet geteld")
    if row.inhabitants:
        told.append(f"goed voor {_people(row.inhabitants)}")
    return ", ".join(told)


def _people(people: Completeness) -> str:
    return f"{number_text(people.answered)} van {number_text(people.asked)} inwoners"


def _conflicts(picture: Picture, plan: Plan) -> Iterator[str]:
    names = {partner.id: partner.name for partner in plan.partners}
    indicators = {indicator.id: indicator.name for indicator in plan.indicators}
    for conflict in picture.conflicts:
        name, kind, area = conflict.subject
        values = [figure.value for figure in conflict.figures]
        said = "; ".join(f"{names.get(one.partner, one.partner)} {number_text(one.value)}" for one in conflict.figures)
        where = "" if area == "NL" else f", {plan.territory.name(area)}"
        told = f"{indicators.get(name, name)} ({KIND_WORDS[kind]}{where}, {_day(conflict.reference_date)}): {said}"
        yield f"{told}. Verschil {number_text(max(values) - min(values))}; beide zijn bewaard."


def _parts(picture: Picture, plan: Plan) -> Iterator[str]:
    for row in picture.rows:
        for one in row.parts_differ:
            own, parts = number_text(one.value), number_text(one.parts)
            yield f"{row.name} in {plan.territory.name(one.area)}: zelf {own}, de delen samen {parts}."


def _absent(picture: Picture, plan: Plan) -> Iterator[Block]:
    names = {partner.id: partner.name for partner in plan.partners}
    rows = [(names.get(partner, partner), str(how)) for partner, how in sorted(picture.without_answer.items())]
    yield _table(("Partner", "Antwoord"), rows) if rows else Paragraph(words=("Niemand.",))
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


def _per_area(picture: Picture, plan: Plan) -> Iterator[Block]:
    mapped = _of_regions(picture, plan)
    for name in dict.fromkeys(row.indicator for row in picture.rows):
        rows = [row for row in picture.rows if row.indicator == name]
        areas = sorted(plan.areas_that_give(name))
        if len(areas) < 2:
            continue
        yield Heading(level=2, text=f"{rows[0].name} per gebied")
        if len(areas) <= MOST_BARS:
            yield _chart(rows, areas, plan)
        if name != mapped:  # the regions stand beside the map already
            header = ("Gebied", *(KIND_WORDS[row.kind] for row in rows))
            lines = [(plan.territory.name(area), *(_cell(row.cells.get(area), picture) for row in rows)) for area in areas]
            yield _table(header, lines)
        if together := [_together(row, plan) for row in rows if any("GM" in area for area in areas) and row.together]:
            yield _table(("Opgeteld", "Soort", "Waarde", "Gemeenten", "Inwoners"), [line for part in together for line in part])


MOST_BARS = 40


def _together(row: PictureRow, plan: Plan) -> list[tuple[str, ...]]:
    return [
        (
            plan.territory.name(area),
            KIND_WORDS[row.kind],
            "onbekend" if sum_.value is None else number_text(sum_.value),
            str(sum_.organisations),
            _people(sum_.inhabitants) if sum_.inhabitants else "onbekend",
        )
        for area, sum_ in row.together.items()
    ]


def _chart(rows: Sequence[PictureRow], areas: Sequence[str], plan: Plan) -> Image:
    by_kind = {row.kind: row for row in rows}
    shown = by_kind.get(FigureKind.REALISED, rows[0])
    target = by_kind.get(FigureKind.TARGET)
    targets = target.by_area if target and target is not shown else {}
    bars = [Bar(label=plan.territory.name(a), value=shown.by_area.get(a), target=targets.get(a)) for a in areas]
    title = f"{shown.name}: {_value(shown)} ({shown.completeness}{_marks(shown)})"
    return Image(svg=bar_chart(title, shown.unit, bars), words=title)


def _of_regions(picture: Picture, plan: Plan) -> str | None:
    """The first indicator that safety regions give with a goal and what is there."""
    for indicator in plan.indicators:
        kinds = {row.kind for row in picture.rows if row.indicator == indicator.id}
        asked = plan.areas_that_give(indicator.id)
        if {FigureKind.TARGET, FigureKind.REALISED} <= kinds and asked & SAFETY_REGIONS.keys():
            return indicator.id
    return None


def _region(code: str, rows: dict[FigureKind, PictureRow], picture: Picture, plan: Plan) -> dict[str, str]:
    cells = {kind: row.cells.get(code) for kind, row in rows.items()}
    kinds = (FigureKind.TARGET, FigureKind.PLEDGED, FigureKind.REALISED, FigureKind.OCCUPIED)
    oldest = min((cell.reference_date for cell in cells.values() if cell), default=None)
    how = next((picture.submissions[p.id] for p in plan.partners if p.area == code and p.id in picture.submissions), None)
    marks = {str(cell.freshness) for cell in cells.values() if cell and cell.freshness is not Freshness.FRESH}
    return {
        "regio": f"{code[2:]} {SAFETY_REGIONS[code].name}",
        **{KIND_WORDS[kind]: _plain(cells.get(kind)) for kind in kinds if kind in rows},
        "peildatum": _age(oldest, picture),
        "antwoord": ", ".join([str(how) if how else "niet gevraagd", *sorted(marks)]),
    }


def _tile(realised: PictureRow, target: PictureRow | None, code: str) -> Tile:
    cell, goal = realised.cells.get(code), target.cells.get(code) if target else None
    known = cell if cell and cell.counts else None
    mark = str(cell.freshness) if cell and cell.freshness is not Freshness.FRESH else ""
    return Tile(realised=known.value if known else None, target=goal.value if goal else None, mark=mark)


def _cell(cell: Cell | None, picture: Picture) -> str:
    if cell is None:
        return "geen opgave"
    mark = "" if cell.freshness is Freshness.FRESH else f" ({cell.freshness}, {_age(cell.reference_date, picture)})"
    return f"{number_text(cell.value)}{mark}"


def _plain(cell: Cell | None) -> str:
    return "geen opgave" if cell is None else number_text(cell.value)


def _value(row: PictureRow) -> str:
    return "onbekend" if row.value is None else number_text(row.value)


def _age(day: date | None, picture: Picture) -> str:
    """The date with how long ago that was when the picture was drawn."""
    if day is None:
        return "–"
    days = (picture.drawn_at.astimezone(AMSTERDAM).date() - day).days
    old = {0: "vandaag", 1: "1 dag oud"}.get(days, f"{days} dagen oud")
    return f"{day:%d-%m-%Y} ({old})"


def _day(day: date | None) -> str:
    return date_text(day, "nl") if day else "een onbekende dag"


def _signed(number: Decimal | None) -> str:
    return "–" if number is None else ("+" if number > 0 else "") + number_text(number)


def _round(number: Decimal) -> str:
    return number_text(number.quantize(Decimal(1)))


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    return Table(
        header=header, rows=tuple(tuple((cell,) for cell in row) for row in rows), widths=(2, *(1,) * (len(header) - 1))
    )


def _listed(heading: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield from ("", heading)
        for text in texts:
            yield from wrap(text, LCMS_WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=True)

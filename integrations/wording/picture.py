"""The situation picture as a document, as text for LCMS, and as JSON (situatieschets).

What matters at three in the morning comes first: who is missing, signals, advice and outlook. Then the numbers, with their age
and how many gave them, and where sources disagree; then every area. LCMS has no public interface: its text is copied by hand.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import wrap

from pydantic_core import to_json

from crisis.figures import FigureKind
from crisis.inquiries import Submission
from crisis.picture_rows import PictureRow
from crisis.plan import Plan
from crisis.signals import SignalKind
from crisis.situation import Picture
from integrations.wording.advice import advice_text, signal_text
from integrations.wording.course import course
from integrations.wording.document import Block, Bullets, Document, Heading, Paragraph
from integrations.wording.dossier_parts import Wording
from integrations.wording.outlook import grounds_table, outlook_text
from integrations.wording.picture_areas import per_area, region_map, region_rows
from integrations.wording.picture_words import age_text, day_text, how_text, people_text, plain_table, signed

LCMS_WIDTH = 78


def picture_document(picture: Picture, plan: Plan, language: str = "nl") -> Document:
    """The whole picture."""
    words = Wording(plan, language)
    return Document(
        title=_title(picture, words),
        language=language,
        marking=words.say(plan.marking) if plan.marking else "",
        blocks=tuple(_blocks(picture, words)),
    )


def lcms_text(picture: Picture, plan: Plan, language: str = "nl") -> str:
    """What can be copied into LCMS: plain lines of at most 78 characters, the numbers first."""
    words = Wording(plan, language)
    outlook = outlook_text(picture, plan, language)
    drawn, complete = words.moment(picture.drawn_at), words.out_of(picture.completeness)
    signals = [*(signal_text(signal, words) for signal in picture.signals), advice_text(picture.advice, words)]
    lines = [
        _first_line(picture, words),
        words.say("Stand {drawn}; {complete} partners gaven antwoord", drawn=drawn, complete=complete),
        *_listed(words.say("Signalen"), signals),
        *_listed(words.say("Cijfers"), [_in_a_line(row, picture, words) for row in picture.rows]),
        *_listed(words.say("Vooruitblik"), [outlook] if outlook else []),
        *_listed(words.say("Tegenstrijdig"), list(_conflicts(picture, words))),
        *_listed(words.say("Peildatum na dit beeld: niet geteld"), list(_ahead(picture, words))),
        *_listed(words.say("Zonder antwoord"), list(_missing(picture, words))),
        "",
        words.say("Zegel {seal}", seal=picture.seal[:16]),
    ]
    return "\n".join(lines) + "\n"


def picture_json(picture: Picture, plan: Plan) -> bytes:
    """The picture for programs: as it was drawn, with its seal and the marking of the plan (`docs/picture.md`)."""
    return to_json({"marking": plan.marking, "seal": picture.seal, "picture": picture.model_dump(mode="json")}, indent=2)


def _title(picture: Picture, words: Wording) -> str:
    return f"{words.say('Situatieschets')} {picture.body} {picture.number}"


def _first_line(picture: Picture, words: Wording) -> str:
    """The title in capitals, but for the names of bodies; and that it is not real, where it is not."""
    title = f"{words.say('Situatieschets').upper()} {picture.body} {picture.number}"
    if not words.plan.marking:
        return title
    return f"{title} ({words.say(words.plan.marking).upper()}: {words.say('niet echt').upper()})"


def _blocks(picture: Picture, words: Wording) -> Iterator[Block]:
    plan, language = words.plan, words.language
    yield Heading(level=1, text=_title(picture, words))
    yield Paragraph(words=(_opening(picture, words),))
    for signal in picture.signals:
        yield Paragraph(words=(signal_text(signal, words),), is_warning=signal.what is not SignalKind.NEARER)
    yield Paragraph(words=(advice_text(picture.advice, words),))
    if outlook := outlook_text(picture, plan, language):
        yield Paragraph(words=(words.say("Vooruitblik: {outlook}", outlook=outlook),))
    if drawn_map := region_map(picture, plan, language):
        yield drawn_map
        rows = region_rows(picture, plan, language)
        yield plain_table(tuple(rows[0]), [tuple(row.values()) for row in rows])
    yield Heading(level=2, text=words.say("Cijfers"))
    header = words.all("Indicator", "Waarde", "Opgegeven", "Peildatum", "Sinds vorig beeld", "Trend per dag")
    yield plain_table(header, [_total(row, picture, words) for row in picture.rows])
    yield from course(picture, plan, language)
    if found := [*_conflicts(picture, words), *_parts(picture, words)]:
        yield Heading(level=2, text=words.say("Waar bronnen verschillen"))
        yield Bullets(items=tuple((text,) for text in found))
    if ahead := list(_ahead(picture, words)):
        yield Heading(level=2, text=words.say("Peildatum na dit beeld: niet geteld"))
        yield Bullets(items=tuple((text,) for text in ahead))
    yield Heading(level=2, text=words.say("Wie ontbreekt"))
    yield from _absent(picture, words)
    yield from per_area(picture, plan, language)
    if grounds := grounds_table(picture, language):
        yield Heading(level=2, text=words.say("Waar de vooruitblik op rust"))
        yield grounds
    yield Paragraph(words=(words.say("Zegel van dit beeld (SHA-256): {seal}", seal=picture.seal),))


def _opening(picture: Picture, words: Wording) -> str:
    told = words.say(
        "{complete} partners gaven een bruikbaar antwoord. Opgemaakt {drawn}.",
        complete=words.out_of(picture.completeness),
        drawn=words.moment(picture.drawn_at),
    )
    silent = [words.partner(partner) for partner in sorted(picture.without_answer)]
    if not silent:
        return told
    named, more = ", ".join(silent[:MOST_NAMED]), len(silent) - MOST_NAMED
    rest = words.say(" en nog {count}", count=more) if more > 0 else ""
    return f"{told} {words.say('Zonder antwoord: {partners}.', partners=named + rest)}"


MOST_NAMED = 5
"""Of so many the opening says that they are missing; all of them stand further on."""


def _total(row: PictureRow, picture: Picture, words: Wording) -> tuple[str, ...]:
    a_day = None if row.kind is FigureKind.TARGET else row.a_day  # what is agreed goes by steps
    return (
        words.figure(row),
        words.value(row),
        _out_of(row, words),
        age_text(row.oldest_reference_date, picture, words),
        signed(row.change, words),
        signed(a_day.quantize(Decimal("0.1")) if a_day is not None else None, words),
    )


def _in_a_line(row: PictureRow, picture: Picture, words: Wording) -> str:
    value = words.value(row) if row.value is not None else words.value(row).upper()
    change = f", {words.say('{change} sinds het vorige beeld', change=words.change(row.change))}" if row.change else ""
    age = words.say("peildatum {day}", day=age_text(row.oldest_reference_date, picture, words))
    return f"{words.figure(row)}: {value}{change}; {_out_of(row, words)}; {age}"


def _out_of(row: PictureRow, words: Wording) -> str:
    """How many gave it, what was taken over and what is too old, and of how many people that is."""
    told = [words.out_of(row.completeness)]
    if row.carried:
        told.append(words.say("{count} overgenomen", count=row.carried))
    if row.stale:
        told.append(words.say("{count} verouderd en niet geteld", count=row.stale))
    if row.inhabitants:
        told.append(words.say("goed voor {people}", people=people_text(row.inhabitants, words)))
    return ", ".join(told)


def _conflicts(picture: Picture, words: Wording) -> Iterator[str]:
    indicators = {indicator.id: indicator.name for indicator in words.plan.indicators}
    for conflict in picture.conflicts:
        name, kind, area = conflict.subject
        values = [figure.value for figure in conflict.figures]
        told = "; ".join(f"{words.partner(one.partner)} {words.number(one.value)}" for one in conflict.figures)
        where = "" if area == "NL" else f", {words.plan.territory.name(area)}"
        on = day_text(conflict.reference_date, words.language)
        after = words.say("Verschil {number}; beide zijn bewaard.", number=words.number(max(values) - min(values)))
        yield f"{indicators.get(name, name)} ({words.kind(kind)}{where}, {on}): {told}. {after}"


def _parts(picture: Picture, words: Wording) -> Iterator[str]:
    for row in picture.rows:
        for one in row.parts_differ:
            yield words.say(
                "{name} in {area}: zelf {own}, de delen samen {parts}.",
                name=row.name,
                area=words.plan.territory.name(one.area),
                own=words.number(one.value),
                parts=words.number(one.parts),
            )


def _ahead(picture: Picture, words: Wording) -> Iterator[str]:
    """Who gave what about a date that had not come."""
    rows = {(row.indicator, row.kind): row for row in picture.rows}
    for one in picture.ahead:
        row = rows[one.indicator, one.kind]
        where = "" if one.area == "NL" else f", {words.plan.territory.name(one.area)}"
        yield words.say(
            "{partner} gaf {what} voor {on}: {value}",
            partner=words.partner(one.partner),
            what=f"{row.name} ({words.kind(one.kind)}{where})",
            on=day_text(one.reference_date, words.language),
            value=f"{words.number(one.value)} {row.unit}",
        )


def _absent(picture: Picture, words: Wording) -> Iterator[Block]:
    rows = [(words.partner(partner), how_text(how, words)) for partner, how in sorted(picture.without_answer.items())]
    yield plain_table(words.all("Partner", "Antwoord"), rows) if rows else Paragraph(words=(words.say("Niemand."),))
    if late := [words.partner(partner) for partner, how in picture.submissions.items() if how is Submission.LATE]:
        yield Paragraph(words=(words.say("Te laat, maar meegenomen: {partners}.", partners=", ".join(late)),))
    for partner, question in sorted(picture.returned.items()):
        told = "{partner} kreeg het antwoord terug met een vraag: {question}"
        yield Paragraph(words=(words.say(told, partner=words.partner(partner), question=question),))


def _missing(picture: Picture, words: Wording) -> Iterator[str]:
    for how in Submission:
        silent = [words.partner(partner) for partner, one in sorted(picture.without_answer.items()) if one is how]
        if silent:
            yield f"{how_text(how, words)}: {', '.join(silent)}"


def _listed(heading: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield from ("", heading.upper())
        for text in texts:
            yield from wrap(text, LCMS_WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=True)

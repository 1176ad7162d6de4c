"""The picture by area: the map, the table and the charts of who gave what (situatieschets per gebied)."""

from collections.abc import Iterator, Sequence

from crisis.figures import FigureKind
from crisis.picture_rows import PictureRow
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.situation import Picture
from crisis.totals import Cell, Freshness
from integrations.wording.charts import Bar, bar_chart
from integrations.wording.document import Block, Heading, Image
from integrations.wording.dossier_parts import Wording
from integrations.wording.picture_words import age_text, how_text, marks, people_text, plain_table
from integrations.wording.tilemap import Tile, tile_map, words_for

MOST_BARS = 40
"""With more areas than that there is a table only."""


def region_rows(picture: Picture, plan: Plan, language: str = "nl") -> list[dict[str, str]]:
    """The 25 safety regions, a line each: goal, promised, there, in use, how old, and how it was submitted."""
    indicator = _of_regions(picture, plan)
    rows = {row.kind: row for row in picture.rows if row.indicator == indicator}
    words = Wording(plan, language)
    return [_region(code, rows, picture, words) for code in SAFETY_REGIONS] if rows else []


def region_map(picture: Picture, plan: Plan, language: str = "nl") -> Image | None:
    """The safety regions as tiles; None where the plan asks nothing of them with a goal."""
    indicator = _of_regions(picture, plan)
    rows = {row.kind: row for row in picture.rows if row.indicator == indicator}
    realised, target = rows.get(FigureKind.REALISED), rows.get(FigureKind.TARGET)
    if realised is None:
        return None
    tiles = {code: _tile(realised, target, code) for code in SAFETY_REGIONS}
    words = Wording(plan, language)
    value = words.number(realised.value)
    if target and target.value is not None:
        value = words.say("{value} van {target}", value=value, target=words.number(target.value))
    title = f"{realised.name}: {value} ({words.out_of(realised.completeness)}{marks(realised, words)})"
    return Image(svg=tile_map(title, tiles, language), words=words_for(tiles, language))


def per_area(picture: Picture, plan: Plan, language: str = "nl") -> Iterator[Block]:
    """Every indicator that more than one area gives: a chart, a table, and what the areas say together."""
    words = Wording(plan, language)
    mapped = _of_regions(picture, plan)
    for name in dict.fromkeys(row.indicator for row in picture.rows):
        rows = [row for row in picture.rows if row.indicator == name]
        areas = sorted(plan.areas_that_give(name))
        if len(areas) < 2:
            continue
        yield Heading(level=2, text=words.say("{name} per gebied", name=rows[0].name))
        if len(areas) <= MOST_BARS:
            yield _chart(rows, areas, words)
        if name != mapped:  # the regions stand beside the map already
            header = (words.say("Gebied"), *(words.kind(row.kind) for row in rows))
            lines = [_area(area, rows, picture, words) for area in areas]
            yield plain_table(header, lines)
        if together := [_together(row, words) for row in rows if any("GM" in area for area in areas) and row.together]:
            header = words.all("Opgeteld", "Soort", "Waarde", "Gemeenten", "Inwoners")
            yield plain_table(header, [line for part in together for line in part])


def _area(area: str, rows: Sequence[PictureRow], picture: Picture, words: Wording) -> tuple[str, ...]:
    return words.plan.territory.name(area), *(_cell(row.cells.get(area), picture, words) for row in rows)


def _together(row: PictureRow, words: Wording) -> list[tuple[str, ...]]:
    return [
        (
            words.plan.territory.name(area),
            words.kind(row.kind),
            words.number(sum_.value),
            words.out_of(sum_.organisations),
            people_text(sum_.inhabitants, words) if sum_.inhabitants else words.say("onbekend"),
        )
        for area, sum_ in row.together.items()
    ]


def _chart(rows: Sequence[PictureRow], areas: Sequence[str], words: Wording) -> Image:
    by_kind = {row.kind: row for row in rows}
    shown = by_kind.get(FigureKind.REALISED, rows[0])
    target = by_kind.get(FigureKind.TARGET)
    targets = target.by_area if target and target is not shown else {}
    bars = [Bar(label=words.plan.territory.name(a), value=shown.by_area.get(a), target=targets.get(a)) for a in areas]
    title = f"{shown.name}: {words.number(shown.value)} ({words.out_of(shown.completeness)}{marks(shown, words)})"
    return Image(svg=bar_chart(title, shown.unit, bars, words.language), words=title)


def _of_regions(picture: Picture, plan: Plan) -> str | None:
    """The first indicator that safety regions give with a goal and what is there."""
    for indicator in plan.indicators:
        kinds = {row.kind for row in picture.rows if row.indicator == indicator.id}
        asked = plan.areas_that_give(indicator.id)
        if {FigureKind.TARGET, FigureKind.REALISED} <= kinds and asked & SAFETY_REGIONS.keys():
            return indicator.id
    return None


def _region(code: str, rows: dict[FigureKind, PictureRow], picture: Picture, words: Wording) -> dict[str, str]:
    cells = {kind: row.cells.get(code) for kind, row in rows.items()}
    kinds = (FigureKind.TARGET, FigureKind.PLEDGED, FigureKind.REALISED, FigureKind.OCCUPIED)
    counts = [cell for kind, cell in cells.items() if cell and kind is not FigureKind.TARGET]  # a goal does not grow old
    oldest = min((cell.reference_date for cell in counts or cells.values() if cell), default=None)
    how = next((picture.submissions[p.id] for p in words.plan.partners if p.area == code and p.id in picture.submissions), None)
    return {
        words.say("regio"): f"{code[2:]} {SAFETY_REGIONS[code].name}",
        **{words.kind(kind): _marked(cells.get(kind), words) for kind in kinds if kind in rows},
        words.say("peildatum"): age_text(oldest, picture, words),
        words.say("antwoord"): how_text(how, words) if how else words.say("niet gevraagd"),
    }


def _tile(realised: PictureRow, target: PictureRow | None, code: str) -> Tile:
    cell, goal = realised.cells.get(code), target.cells.get(code) if target else None
    known = cell if cell and cell.counts else None
    mark = str(cell.freshness) if cell and cell.freshness is not Freshness.FRESH else ""
    return Tile(realised=known.value if known else None, target=goal.value if goal else None, mark=mark)


def _cell(cell: Cell | None, picture: Picture, words: Wording) -> str:
    if cell is None or cell.freshness is Freshness.FRESH:
        return _plain(cell, words)
    return f"{_plain(cell, words)} ({words.say(cell.freshness)}, {age_text(cell.reference_date, picture, words)})"


def _marked(cell: Cell | None, words: Wording) -> str:
    """The same in few words, where the date stands beside it."""
    if cell is None or cell.freshness is Freshness.FRESH:
        return _plain(cell, words)
    return f"{_plain(cell, words)} ({words.say(cell.freshness)})"


def _plain(cell: Cell | None, words: Wording) -> str:
    return words.say("geen opgave") if cell is None else words.number(cell.value)

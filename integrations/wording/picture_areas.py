"""The picture by area: the map, the table and the charts of who gave what (situatieschets per gebied; Dutch)."""

from collections.abc import Iterator, Sequence

from crisis.figures import FigureKind
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.situation import Picture, PictureRow
from crisis.totals import Cell, Freshness
from integrations.wording.charts import Bar, bar_chart, number_text
from integrations.wording.document import Block, Heading, Image
from integrations.wording.kinds import KIND_WORDS
from integrations.wording.picture_words import age_text, marks, people_text, plain_table, value_text
from integrations.wording.tilemap import Tile, tile_map, words_for

MOST_BARS = 40
"""With more areas than that there is a table only."""


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
    of = f" van {value_text(target)}" if target and target.value is not None else ""
    title = f"{realised.name}: {value_text(realised)}{of}"
    return Image(svg=tile_map(title, tiles), words=words_for(tiles))


def per_area(picture: Picture, plan: Plan) -> Iterator[Block]:
    """Every indicator that more than one area gives: a chart, a table, and what the areas say together."""
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
            yield plain_table(header, lines)
        if together := [_together(row, plan) for row in rows if any("GM" in area for area in areas) and row.together]:
            header = ("Opgeteld", "Soort", "Waarde", "Gemeenten", "Inwoners")
            yield plain_table(header, [line for part in together for line in part])


def _together(row: PictureRow, plan: Plan) -> list[tuple[str, ...]]:
    return [
        (
            plan.territory.name(area),
            KIND_WORDS[row.kind],
            "onbekend" if sum_.value is None else number_text(sum_.value),
            str(sum_.organisations),
            people_text(sum_.inhabitants) if sum_.inhabitants else "onbekend",
        )
        for area, sum_ in row.together.items()
    ]


def _chart(rows: Sequence[PictureRow], areas: Sequence[str], plan: Plan) -> Image:
    by_kind = {row.kind: row for row in rows}
    shown = by_kind.get(FigureKind.REALISED, rows[0])
    target = by_kind.get(FigureKind.TARGET)
    targets = target.by_area if target and target is not shown else {}
    bars = [Bar(label=plan.territory.name(a), value=shown.by_area.get(a), target=targets.get(a)) for a in areas]
    title = f"{shown.name}: {value_text(shown)} ({shown.completeness}{marks(shown)})"
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
        "peildatum": age_text(oldest, picture),
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
    mark = "" if cell.freshness is Freshness.FRESH else f" ({cell.freshness}, {age_text(cell.reference_date, picture)})"
    return f"{number_text(cell.value)}{mark}"


def _plain(cell: Cell | None) -> str:
    return "geen opgave" if cell is None else number_text(cell.value)

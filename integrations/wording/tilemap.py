"""A map of the 25 safety regions as tiles, coloured by how much of the target was realised (tegelkaart).

Tiles are of one size, so that a small region weighs as much as a large one, and lie roughly as the regions do. The colours go
from dark to light blue and are told apart by lightness alone, so by the colour-blind and in black and white too; every tile has
its numbers in it, what is unknown is hatched and has a question mark, and a table always stands beside it.
"""

from collections.abc import Mapping
from decimal import Decimal
from html import escape
from textwrap import wrap

from crisis.places import SAFETY_REGIONS
from crisis.record import Record
from integrations.wording.charts import LARGE, SHOWN, SMALL, number_text
from integrations.wording.english import said

GRID = {
    "VR02": (3, 0),
    "VR01": (4, 0),
    "VR10": (2, 1),
    "VR25": (3, 1),
    "VR03": (4, 1),
    "VR12": (1, 2),
    "VR11": (2, 2),
    "VR04": (3, 2),
    "VR05": (4, 2),
    "VR15": (0, 3),
    "VR13": (1, 3),
    "VR14": (2, 3),
    "VR06": (3, 3),
    "VR07": (4, 3),
    "VR17": (0, 4),
    "VR16": (1, 4),
    "VR09": (2, 4),
    "VR08": (3, 4),
    "VR19": (0, 5),
    "VR18": (1, 5),
    "VR20": (2, 5),
    "VR21": (3, 5),
    "VR22": (4, 5),
    "VR23": (4, 6),
    "VR24": (4, 7),
}
"""Column and row of every region."""

SHORT = {
    "VR06": ("N- en O-", "Gelderland"),
    "VR07": ("Gelderl.-", "Midden"),
    "VR08": ("Gelderl.-", "Zuid"),
    "VR10": ("N-Holland", "Noord"),
    "VR11": ("Zaanstr.-", "Waterland"),
    "VR12": ("Kennemer-", "land"),
    "VR13": ("Amsterd.-", "Amstelland"),
    "VR14": ("Gooi en", "Vechtstr."),
    "VR15": ("Haag-", "landen"),
    "VR16": ("Hollands", "Midden"),
    "VR17": ("Rotterd.-", "Rijnmond"),
    "VR18": ("Z-Holland", "Zuid"),
    "VR20": ("Midden/W-", "Brabant"),
    "VR21": ("Brabant-", "Noord"),
    "VR22": ("Brabant-", "Zuidoost"),
    "VR23": ("Limburg-", "Noord"),
    "VR24": ("Zuid-", "Limburg"),
}
"""What fits in a tile, where the whole name does not: two lines."""

CLASSES = (
    (Decimal(0), "#08306b", "#ffffff", "minder dan 25 %"),
    (Decimal("0.25"), "#1f5a99", "#ffffff", "25 tot 50 %"),
    (Decimal("0.50"), "#6aaed6", "#000000", "50 tot 75 %"),
    (Decimal("0.75"), "#b3d3e8", "#000000", "75 tot 100 %"),
    (Decimal(1), "#eff6fc", "#000000", "100 % of meer"),
)
"""From which share, fill, ink, and what the legend says. The darkest asks for attention first."""
UNKNOWN_INK, UNKNOWN_FILL, LINE, HATCH = "#1a1a1a", "#ffffff", "#5a5a5a", "#949494"
"""What is not known is hatched, and its words stand on white."""

TILE, HEIGHT, GAP = 68, 58, 3
"""Pixels: five tiles are as wide as a phone shows of a page, so that nothing there is drawn smaller than it is."""
TITLE, STEP = 40, 7
"""Characters of a line of the title; pixels between the lines of what is hatched."""


class Tile(Record):
    """What stands in the tile of a region."""

    realised: Decimal | None = None
    """None: nobody gave it, or it is too old. That is not zero."""
    target: Decimal | None = None
    mark: str = ""
    """`overgenomen` or `verouderd`, where it was not given just now."""

    @property
    def is_known(self) -> bool:
        """Whether anybody gave it."""
        return self.realised is not None

    @property
    def share(self) -> Decimal | None:
        """How much of the target is there; None where that cannot be said."""
        if self.realised is None or not self.target:
            return None
        return self.realised / self.target


def tile_map(title: str, tiles: Mapping[str, Tile], language: str = "nl") -> str:
    """The map as SVG; a region of which nothing is given is unknown."""
    columns, rows = (max(place[axis] for place in GRID.values()) + 1 for axis in (0, 1))
    lines = wrap(title, TITLE) or [""]
    top = 18 * len(lines) + 26
    width, height = columns * (TILE + GAP) + GAP, top + rows * (HEIGHT + GAP)
    drawn = "".join(_tile(code, tiles.get(code, Tile()), top, language) for code in GRID)
    heading = "".join(_text(GAP, 18 * (n + 1), line, "#1a1a1a", LARGE, is_bold=True) for n, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width * SHOWN:g}"'
        f' height="{height * SHOWN:g}" font-family="Arial, sans-serif" font-size="{SMALL}"><title>{escape(title)}</title>'
        f"<desc>{escape(words_for(tiles, language))}</desc>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{heading}'
        f"{_text(GAP, top - 10, said('gerealiseerd van doel, per veiligheidsregio', language), '#1a1a1a')}"
        f"{drawn}{_legend(top + LEGEND_ROW * (HEIGHT + GAP), language)}</svg>"
    )


def words_for(tiles: Mapping[str, Tile], language: str = "nl") -> str:
    """The map in words: how many regions in each class, and of which nothing is known."""
    all_tiles = {code: tiles.get(code, Tile()) for code in GRID}
    shares = [tile.share for tile in all_tiles.values()]
    of_class = [sum(_class(share) == k for share in shares if share is not None) for k in range(len(CLASSES))]
    counted = [f"{count} {said(name, language)}" for count, (*_, name) in zip(of_class, CLASSES, strict=True)]
    unknown = sorted(SAFETY_REGIONS[code].name for code, tile in all_tiles.items() if not tile.is_known)
    aimless = shares.count(None) - len(unknown)
    counted += [f"{aimless} {said('zonder doel', language)}"] if aimless else []
    counted.append(f"{len(unknown)} {said('onbekend', language)}" + (f" ({', '.join(unknown)})" if unknown else ""))
    return said("Veiligheidsregio's naar realisatie: {classes}.", language, classes="; ".join(counted))


def _tile(code: str, tile: Tile, top: int, language: str) -> str:
    column, row = GRID[code]
    x, y = GAP + column * (TILE + GAP), top + row * (HEIGHT + GAP)
    ink = CLASSES[_class(tile.share)][2] if tile.share is not None else UNKNOWN_INK
    number = f"{number_text(tile.realised, language)}{'*' if tile.mark else ''}" if tile.realised is not None else "?"
    of = said("van {number}", language, number=number_text(tile.target, language)) if tile.target is not None else ""
    lines = SHORT.get(code, (SAFETY_REGIONS[code].name,))
    names = "".join(_text(x + 4, y + 13 + 12 * n, line, ink, is_bold=True) for n, line in enumerate(lines))
    numbers = _text(x + 4, y + 41, number, ink, LARGE) + _text(x + 4, y + 54, of, ink)
    plates = "" if tile.is_known else _plates(x, y, len(lines), len(of))
    return f"<g>{_ground(x, y, TILE, HEIGHT, tile)}{plates}{names}{numbers}</g>"


def _ground(x: int, y: int, width: int, height: int, tile: Tile) -> str:
    """What lies under the words: the colour of the class; a dashed border without a goal; hatched where nothing is known."""
    fill = CLASSES[_class(tile.share)][1] if tile.share is not None else UNKNOWN_FILL
    border = ' stroke-width="2" stroke-dasharray="6 4"' if tile.is_known and tile.share is None else ""
    drawn = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}" stroke="{LINE}"{border}/>'
    return drawn if tile.is_known else drawn + _hatching(x, y, width, height)


def _hatching(x: int, y: int, width: int, height: int) -> str:
    """Lines from upper right to lower left: a pattern would not come through in every form."""
    lines = (
        f"M{x + min(at, width)} {y + max(at - width, 0)}L{x + max(at - height, 0)} {y + min(at, height)}"
        for at in range(STEP, width + height, STEP)
    )
    return f'<path d="{"".join(lines)}" stroke="{HATCH}" stroke-width="1.5" fill="none"/>'


def _plates(x: int, y: int, lines: int, of: int) -> str:
    """White under the words: so many lines of a name, the question mark, and so many characters of a goal."""
    sizes = ((0.5, TILE - 1, 5 + 12 * lines), (29, 15, 14), (43, 6 * of and 6 * of + 6, 14))
    plates = (f'<rect x="{x + 0.5}" y="{y + at}" width="{w}" height="{h}" fill="{UNKNOWN_FILL}"/>' for at, w, h in sizes if w)
    return "".join(plates)


def _text(x: int, y: int, words: str, ink: str, size: float = SMALL, *, is_bold: bool = False) -> str:
    sized = f' font-size="{size}"' if size != SMALL else ""
    bold = ' font-weight="bold"' if is_bold else ""
    return f'<text x="{x}" y="{y}"{sized}{bold} fill="{ink}">{escape(words)}</text>' if words else ""


def _class(share: Decimal) -> int:
    return max(place for place, (bound, *_) in enumerate(CLASSES) if share >= bound)


LEGEND_ROW = 6
"""From this row on only the last column has tiles: the legend stands beside them."""


def _legend(top: int, language: str) -> str:
    goal = Decimal(100)
    entries = [(Tile(realised=bound * goal, target=goal), words) for bound, *_, words in CLASSES]
    entries += [(Tile(realised=goal), "zonder doel"), (Tile(), "onbekend")]
    drawn = []
    for place, (tile, words) in enumerate(entries):
        x, y = GAP + (place // 4) * 142, top + 10 + (place % 4) * 28
        drawn.append(_ground(x, y, 24, 18, tile) + _text(x + 31, y + 13, said(words, language), "#1a1a1a"))
    star = f"*  {said('eerder opgegeven', language)}"
    return "".join(drawn) + _text(GAP + 142, top + 10 + 3 * 28 + 13, star, "#1a1a1a")

"""A map of the 25 safety regions as tiles, coloured by how much of the target was realised (tegelkaart).

Tiles are of one size, so that a small region weighs as much as a large one, and lie roughly as the regions do. The colours go
from dark to light blue and are told apart by lightness alone, so by the colour-blind and in black and white too; every tile has
its numbers in it, what is unknown has a dashed border and a question mark, and a table always stands beside it.
"""

from collections.abc import Mapping
from decimal import Decimal
from html import escape

from crisis.places import SAFETY_REGIONS
from crisis.record import Record
from integrations.wording.charts import number_text

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
    "VR03": "Drenthe",
    "VR06": "NO-Gelderland",
    "VR07": "Gelderl.-Midden",
    "VR08": "Gelderland-Zuid",
    "VR10": "Noord-H. Noord",
    "VR11": "Zaanstr.-Waterl.",
    "VR13": "Amsterdam-A.",
    "VR14": "Gooi en Vecht",
    "VR17": "Rotterdam-R.",
    "VR18": "Zuid-H. Zuid",
    "VR20": "Midden/West-Br.",
    "VR22": "Brabant-ZO",
}
"""What fits in a tile, where the whole name does not."""

CLASSES = (
    (Decimal(0), "#08306b", "#ffffff", "minder dan 25 %"),
    (Decimal("0.25"), "#1f5a99", "#ffffff", "25 tot 50 %"),
    (Decimal("0.50"), "#6aaed6", "#000000", "50 tot 75 %"),
    (Decimal("0.75"), "#b3d3e8", "#000000", "75 tot 100 %"),
    (Decimal(1), "#eff6fc", "#000000", "100 % of meer"),
)
"""From which share, fill, ink, and what the legend says. The darkest asks for attention first."""
UNKNOWN = "onbekend"
UNKNOWN_INK, UNKNOWN_FILL, LINE = "#3a3a3a", "#ffffff", "#5a5a5a"

TILE, GAP, HEADER, LEGEND = 124, 6, 64, 34
"""Pixels."""


class Tile(Record):
    """What stands in the tile of a region."""

    realised: Decimal | None = None
    """None: nobody gave it, or it is too old. That is not zero."""
    target: Decimal | None = None
    mark: str = ""
    """`overgenomen` or `verouderd`, where it was not given just now."""

    @property
    def share(self) -> Decimal | None:
        """How much of the target is there; None where that cannot be said."""
        if self.realised is None or not self.target:
            return None
        return self.realised / self.target


def tile_map(title: str, tiles: Mapping[str, Tile]) -> str:
    """The map as SVG; a region of which nothing is given is unknown."""
    columns, rows = (max(place[axis] for place in GRID.values()) + 1 for axis in (0, 1))
    width = columns * (TILE + GAP) + GAP
    top = HEADER
    bottom = top + rows * (TILE * 3 // 5 + GAP)
    drawn = "".join(_tile(code, tiles.get(code, Tile()), top) for code in GRID)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {bottom + LEGEND * 3}" width="{width}"'
        f' height="{bottom + LEGEND * 3}" font-family="Arial, sans-serif" font-size="12"><title>{escape(title)}</title>'
        f"<desc>{escape(words_for(tiles))}</desc>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{GAP}" y="24" font-size="16" font-weight="bold" fill="#1a1a1a">{escape(title)}</text>'
        f'<text x="{GAP}" y="46" fill="#1a1a1a">gerealiseerd van doel, per veiligheidsregio; * is overgenomen van eerder</text>'
        f"{drawn}{_legend(bottom)}</svg>"
    )


def words_for(tiles: Mapping[str, Tile]) -> str:
    """The map in words: how many regions in each class, and of how many nothing is known."""
    shares = [tiles.get(code, Tile()).share for code in GRID]
    counted = [f"{sum(_class(s) == k for s in shares if s is not None)} {CLASSES[k][3]}" for k in range(len(CLASSES))]
    return f"Veiligheidsregio's naar realisatie: {'; '.join(counted)}; {shares.count(None)} onbekend."


def _tile(code: str, tile: Tile, top: int) -> str:
    column, row = GRID[code]
    height = TILE * 3 // 5
    x, y = GAP + column * (TILE + GAP), top + row * (height + GAP)
    _, fill, ink, _ = CLASSES[_class(tile.share)] if tile.share is not None else (None, UNKNOWN_FILL, UNKNOWN_INK, "")
    name = SHORT.get(code, SAFETY_REGIONS[code].name)
    number = "?" if tile.realised is None else number_text(tile.realised)
    of = f" van {number_text(tile.target)}" if tile.target is not None else ""
    star = "*" if tile.mark else ""
    return (
        f'<g><rect x="{x}" y="{y}" width="{TILE}" height="{height}" fill="{fill}" {_border(is_known=tile.share is not None)}/>'
        f'<text x="{x + 8}" y="{y + 20}" font-weight="bold" fill="{ink}">{code[2:]} {escape(name)}</text>'
        f'<text x="{x + 8}" y="{y + 46}" font-size="18" fill="{ink}">{number}{star}</text>'
        f'<text x="{x + 8}" y="{y + 64}" fill="{ink}">{of.strip()}</text></g>'
    )


def _border(*, is_known: bool) -> str:
    """Dashed where nothing is known: a pattern of lines would not come through in every form."""
    return f'stroke="{LINE}"' if is_known else f'stroke="{LINE}" stroke-width="2" stroke-dasharray="6 4"'


def _class(share: Decimal) -> int:
    return max(place for place, (bound, *_) in enumerate(CLASSES) if share >= bound)


def _legend(top: int) -> str:
    drawn = []
    entries = [*((fill, words) for _, fill, _, words in CLASSES), (UNKNOWN_FILL, UNKNOWN)]
    for place, (fill, words) in enumerate(entries):
        x, y = GAP + (place % 3) * 200, top + 14 + (place // 3) * LEGEND
        drawn.append(
            f'<rect x="{x}" y="{y}" width="26" height="18" fill="{fill}" {_border(is_known=words != UNKNOWN)}/>'
            f'<text x="{x + 34}" y="{y + 14}" fill="#1a1a1a">{words}</text>'
        )
    return "".join(drawn)

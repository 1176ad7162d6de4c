"""Charts as SVG: drawn here, so that a paper needs nothing from outside. The numbers always stand beside the bars."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from textwrap import wrap

from crisis.record import Record
from integrations.wording.english import said

WIDTH, EDGE, ROW = 358, 4, 26
"""Pixels: as wide as a phone shows of a page, so that nothing there is drawn smaller than it is."""
SMALL, LARGE, SHOWN = 11.5, 15, 1.5
"""Letters: no smaller can be read on a phone. So many times larger where there is room."""
LABEL, TITLE, UNDER = 40, 42, 58
"""Characters: of the name beside a number, of a line of the title, of a line of what stands under it."""

INK, REALISED, TARGET, MISSING = "#1a1a1a", "#154273", "#c75300", "#767676"
"""Blue and orange are told apart by the colour-blind too; a target is a line, not a bar."""


class Bar(Record):
    """One line of a bar chart."""

    label: str
    value: Decimal | None
    """None: nobody gave it; drawn as words, not as a bar of no length."""
    target: Decimal | None = None


def bar_chart(title: str, unit: str, bars: Sequence[Bar], language: str = "nl") -> str:
    """Horizontal bars under their names and numbers, and a line where the target lies."""
    longest = max((n for bar in bars for n in (bar.value, bar.target) if n is not None), default=Decimal(1)) or Decimal(1)
    has_targets = any(bar.target is not None for bar in bars)
    legend = said("balk = gerealiseerd, oranje streep = doel ({unit})", language, unit=unit) if has_targets else unit
    top, heading = _heading(title, legend)
    height = top + ROW * len(bars) + 8
    drawn = "".join(_bar(bar, top + index * ROW, longest, language) for index, bar in enumerate(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH * SHOWN:g}"'
        f' height="{height * SHOWN:g}" font-family="Arial, sans-serif" font-size="{SMALL}"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{heading}{drawn}</svg>'
    )


def _heading(title: str, legend: str) -> tuple[int, str]:
    """Where the bars begin, and what stands above them."""
    lines = [(line, f'font-size="{LARGE}" font-weight="bold"') for line in wrap(title, TITLE)]
    lines += [(line, "") for line in wrap(legend, UNDER)]
    drawn = (
        f'<text x="{EDGE}" y="{18 * (place + 1)}" {how} fill="{INK}">{escape(line)}</text>'
        for place, (line, how) in enumerate(lines)
    )
    return 18 * len(lines) + 10, "".join(drawn)


def as_image(svg: str, description: str) -> str:
    """The chart as an image in Markdown, with words for who cannot see it. Rendered by the Prefect UI (tried in 3.9.1)."""
    encoded = base64.b64encode(svg.encode()).decode()
    return f"![{description}](data:image/svg+xml;base64,{encoded})"


def _bar(bar: Bar, top: int, longest: Decimal, language: str) -> str:
    room, under, edge = WIDTH - 2 * EDGE, top + 12, WIDTH - EDGE
    name = bar.label if len(bar.label) <= LABEL else f"{bar.label[: LABEL - 1]}…"
    label = f'<text x="{EDGE}" y="{under}" fill="{INK}">{escape(name)}</text>'
    if bar.value is None:
        nothing = escape(said("geen opgave", language))
        return f'{label}<text x="{edge}" y="{under}" text-anchor="end" fill="{MISSING}" font-style="italic">{nothing}</text>'
    length = round(bar.value / longest * room)
    drawn = f'<rect x="{EDGE}" y="{top + 16}" width="{length}" height="6" fill="{REALISED}"/>'
    numbers = number_text(bar.value, language)
    if bar.target is not None:
        at = EDGE + round(bar.target / longest * room)
        drawn += f'<rect x="{at - 1}" y="{top + 14}" width="3" height="10" fill="{TARGET}"/>'
        numbers = said("{value} van {target}", language, value=numbers, target=number_text(bar.target, language))
    return f'{label}{drawn}<text x="{edge}" y="{under}" text-anchor="end" fill="{INK}">{numbers}</text>'


def number_text(value: Decimal | int, language: str = "nl") -> str:
    """A number as the Dutch write it: 42.301, or 0,5; and as the English do."""
    text = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))

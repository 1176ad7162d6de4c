"""Charts as SVG: drawn here, so that a paper needs nothing from outside. The numbers always stand beside the bars."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from html import escape

from crisis.record import Record
from integrations.wording.english import said

ROW = 22
LABEL = 230
BAR = 420
VALUE = 150
HEADER = 58
"""Measures of a bar chart, in pixels."""

INK, REALISED, TARGET, MISSING = "#1a1a1a", "#154273", "#c75300", "#767676"
"""Blue and orange are told apart by the colour-blind too; a target is a line, not a bar."""


class Bar(Record):
    """One line of a bar chart."""

    label: str
    value: Decimal | None
    """None: nobody gave it; drawn as words, not as a bar of no length."""
    target: Decimal | None = None


def bar_chart(title: str, unit: str, bars: Sequence[Bar], language: str = "nl") -> str:
    """Horizontal bars with their numbers, and a line where the target lies."""
    longest = max((n for bar in bars for n in (bar.value, bar.target) if n is not None), default=Decimal(1)) or Decimal(1)
    width, height = LABEL + BAR + VALUE, HEADER + ROW * len(bars) + 12
    has_targets = any(bar.target is not None for bar in bars)
    legend = said("balk = gerealiseerd, oranje streep = doel ({unit})", language, unit=unit) if has_targets else unit
    drawn = "".join(_bar(bar, HEADER + index * ROW, longest, language) for index, bar in enumerate(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="Arial, sans-serif" font-size="13"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="12" y="24" font-size="16" font-weight="bold" fill="{INK}">{escape(title)}</text>'
        f'<text x="12" y="44" fill="{INK}">{escape(legend)}</text>{drawn}</svg>'
    )


def as_image(svg: str, description: str) -> str:
    """The chart as an image in Markdown, with words for who cannot see it. Rendered by the Prefect UI (tried in 3.9.1)."""
    encoded = base64.b64encode(svg.encode()).decode()
    return f"![{description}](data:image/svg+xml;base64,{encoded})"


def _bar(bar: Bar, top: int, longest: Decimal, language: str) -> str:
    middle = top + 15
    label = f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end" fill="{INK}">{escape(bar.label)}</text>'
    if bar.value is None:
        nothing = escape(said("geen opgave", language))
        return f'{label}<text x="{LABEL}" y="{middle}" fill="{MISSING}" font-style="italic">{nothing}</text>'
    length = round(bar.value / longest * BAR)
    drawn = f'<rect x="{LABEL}" y="{top + 4}" width="{length}" height="{ROW - 8}" fill="{REALISED}"/>'
    numbers = number_text(bar.value, language)
    if bar.target is not None:
        at = LABEL + round(bar.target / longest * BAR)
        drawn += f'<rect x="{at - 1}" y="{top + 1}" width="3" height="{ROW - 2}" fill="{TARGET}"/>'
        numbers = said("{value} van {target}", language, value=numbers, target=number_text(bar.target, language))
    return f'{label}{drawn}<text x="{LABEL + BAR + 10}" y="{middle}" fill="{INK}">{numbers}</text>'


def number_text(value: Decimal | int, language: str = "nl") -> str:
    """A number as the Dutch write it: 42.301, or 0,5; and as the English do."""
    text = f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))

"""What papers are written in. What people typed is escaped: it shows, and does nothing."""

import re
from collections.abc import Iterable, Sequence


def table(header: Iterable[str], rows: Sequence[Iterable[object]]) -> str:
    """A Markdown table; nothing where there are no rows."""
    if not rows:
        return ""
    names = list(header)
    lines = [names, ["---"] * len(names), *([safe(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def safe(text: object) -> str:
    """What a person typed, as text: no Markdown, no HTML, no new line in a table."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~&])", r"\\\1", str(text)).replace("\n", " ")

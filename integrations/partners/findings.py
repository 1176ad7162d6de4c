"""What a partner's system gave, in the words of the procedure, whatever form it came in."""

from datetime import datetime

from crisis.figures import Figure
from crisis.record import Moment, Record


class Findings(Record):
    """The figures that were read from one partner's answer (bevindingen)."""

    figures: tuple[Figure, ...] = ()
    report_id: str | None = None
    """What the partner calls its report; open data have none."""
    stated_at: Moment | None = None
    """When the partner drew it up, where it says so."""
    remarks: str = ""


def to_come(stated_at: datetime | None, received_at: datetime) -> str:
    """What is odd about a report that says it was drawn up after it came in: a sentence for the secretariat, or nothing."""
    if stated_at is None or stated_at <= received_at:
        return ""
    return f"Zegt te zijn opgesteld op {stated_at:%d-%m-%Y %H:%M} UTC: dat moet nog komen. Geteld vanaf de ontvangst."

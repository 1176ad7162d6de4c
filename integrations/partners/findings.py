"""What a partner's system gave, in the words of the procedure, whatever form it came in."""

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

"""One measured figure, as a line of JSON."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `ratio` of it to what it is held `against`; `goal` as it was promised."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str | None = None
    goal: str | None = None

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)

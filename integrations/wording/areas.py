"""Areas by name (gebieden)."""

from crisis.places import PROVINCES, SAFETY_REGIONS


def area_name(code: str) -> str:
    """The name of a safety region or province; the code itself where it is neither."""
    region = SAFETY_REGIONS.get(code)
    return region.name if region else PROVINCES.get(code, code)

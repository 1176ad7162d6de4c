"""Reads a crisis plan from a TOML file; a refusal names the table and the key.

Besides what `crisis.plan.Plan` has, a file may hold `[safety_regions]` and `[provinces]`: what to ask of all of them,
with `{code}` in the address, so that a secretariat need not write 37 partners.
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.plan import PartnerKind, Plan, PlanRefused


def read_plan(path: Path) -> Plan:
    """The crisis plan in this file.

    Raises:
        PlanRefused: it cannot be read, is not TOML, or is wrong; all problems at once, each with table and key.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise PlanRefused(path.name, [("file", trouble.strerror or str(trouble))]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise PlanRefused(path.name, [("file", f"is not TOML: {trouble}")]) from trouble
    try:
        document["partners"] = [*document.get("partners", []), *_of_every(document)]
        return Plan.model_validate(document)
    except ValidationError as trouble:
        raise PlanRefused(path.name, [problem for error in trouble.errors() for problem in _problems(error)]) from trouble
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as trouble:
        raise PlanRefused(path.name, [("safety_regions, provinces, partners", f"not as expected: {trouble}")]) from trouble


def _of_every(document: dict[str, Any]) -> list[dict[str, Any]]:
    regions = document.pop("safety_regions", None)
    provinces = document.pop("provinces", None)
    of_regions = [_partner(code, PartnerKind.SAFETY_REGION, r.name, regions) for code, r in SAFETY_REGIONS.items()]
    of_provinces = [_partner(code, PartnerKind.PROVINCE, name, provinces) for code, name in PROVINCES.items()]
    return [*(of_regions if regions else []), *(of_provinces if provinces else [])]


def _partner(code: str, kind: PartnerKind, name: str, wish: dict[str, Any] | None) -> dict[str, Any]:
    wish = wish or {"address": ""}
    full_name = f"{kind.value.capitalize()} {name}"
    address = wish["address"].replace("{code}", code)
    return wish | {"id": code, "name": full_name, "kind": kind, "area": code, "address": address}


def _problems(error: ErrorDetails) -> list[tuple[str, str]]:
    if error["type"] == "plan_misfit":
        found: list[tuple[str, str]] = error["ctx"]["problems"]
        return found
    where = ".".join(str(part) for part in error["loc"]) or "plan"
    return [(where, error["msg"])]

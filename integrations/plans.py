"""Reads a crisis plan from a TOML file; a refusal names the table and the key.

Besides what `crisis.plan.Plan` has, a file may hold `[safety_regions]` and `[provinces]`: what to ask of all of them,
with `{code}` in the address, so that a secretariat need not write 37 partners.
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crisis.partners import PartnerKind
from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.plan import Plan, PlanRefused
from crisis.seats import unstated, weak_eyes
from integrations.wording.problems import problems_in


def read_plan(path: Path) -> Plan:
    """The crisis plan in this file.

    Raises:
        PlanRefused: it cannot be read, is not TOML, or is wrong; all problems at once, each with table and key.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise PlanRefused(path.name, [("file", f"file:{trouble.strerror}")]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise PlanRefused(path.name, [("file", f"not_toml:{trouble}")]) from trouble
    try:
        document["partners"] = [*document.get("partners", []), *_of_every(document)]
        plan = Plan.model_validate(document)
    except ValidationError as trouble:
        raise PlanRefused(path.name, _problems(trouble)) from trouble
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as trouble:
        raise PlanRefused(path.name, [("safety_regions, provinces, partners", f"not_as_expected:{trouble}")]) from trouble
    if problems := list(dict.fromkeys((*unstated(plan), *weak_eyes(plan)))):
        raise PlanRefused(path.name, problems)
    return plan


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


def _problems(trouble: ValidationError) -> list[tuple[str, str]]:
    for error in trouble.errors():
        if error["type"] == "plan_misfit":
            misfits: list[tuple[str, str]] = error["ctx"]["problems"]
            return misfits
    return [(where or "plan", why) for where, why in problems_in(trouble)]

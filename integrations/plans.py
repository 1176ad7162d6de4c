"""Reads a crisis plan from a TOML file; a refusal names the table and the key.

Besides what `crisis.plan.Plan` has, a file may hold `[safety_regions]`, `[provinces]` and `[municipalities]`: what to ask of
all of them, with `{code}` in the address, so that a secretariat need not write 381 partners.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crisis.areas import Area
from crisis.balance import unclear_flows
from crisis.partners import PartnerKind
from crisis.places import PROVINCES, SAFETY_REGIONS
from crisis.plan import Plan, PlanRefused
from crisis.seats import unstated, weak_eyes
from integrations.wording.problems import problems_in


def read_plan(path: Path, areas: Sequence[Area] = ()) -> Plan:
    """The crisis plan in this file, with the municipalities that were imported.

    Raises:
        PlanRefused: it cannot be read, is not TOML, or is wrong; all problems at once, each with table and key.
            Or it asks municipalities, and none were imported.

    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as trouble:
        raise PlanRefused(path.name, [("file", f"file:{trouble.strerror}")]) from trouble
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise PlanRefused(path.name, [("file", f"not_toml:{trouble}")]) from trouble
    if "municipalities" in document and not areas:
        raise PlanRefused(path.name, [("municipalities", "no_areas")])
    try:
        document["areas"] = areas
        document["partners"] = [*document.get("partners", []), *_of_every(document, areas)]
        plan = Plan.model_validate(document)
    except ValidationError as trouble:
        raise PlanRefused(path.name, _problems(trouble)) from trouble
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as trouble:
        raise PlanRefused(path.name, [("safety_regions, provinces, partners", f"not_as_expected:{trouble}")]) from trouble
    units = {indicator.id: indicator.unit for indicator in plan.indicators}
    if problems := list(dict.fromkeys((*unstated(plan), *weak_eyes(plan), *unclear_flows(plan.balance, units)))):
        raise PlanRefused(path.name, problems)
    return plan


def _of_every(document: dict[str, Any], areas: Sequence[Area]) -> list[dict[str, Any]]:
    every = {
        "safety_regions": (PartnerKind.SAFETY_REGION, {code: region.name for code, region in SAFETY_REGIONS.items()}),
        "provinces": (PartnerKind.PROVINCE, PROVINCES),
        "municipalities": (PartnerKind.MUNICIPALITY, {area.code: area.name for area in areas}),
    }
    wishes = {table: document.pop(table, None) for table in every}
    return [
        _partner(code, kind, name, wish)
        for table, (kind, names) in every.items()
        if (wish := wishes[table])
        for code, name in names.items()
    ]


def _partner(code: str, kind: PartnerKind, name: str, wish: dict[str, Any]) -> dict[str, Any]:
    full_name = f"{kind.value.capitalize()} {name}"
    address = wish.get("address", "").replace("{code}", code)
    return wish | {"id": code, "name": full_name, "kind": kind, "area": code, "address": address}


def _problems(trouble: ValidationError) -> list[tuple[str, str]]:
    for error in trouble.errors():
        if error["type"] == "plan_misfit":
            misfits: list[tuple[str, str]] = error["ctx"]["problems"]
            return misfits
    return [(where or "plan", why) for where, why in problems_in(trouble)]

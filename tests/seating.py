"""A plan that states offices, ministries and roles: what the rules about seats are held against."""

from typing import Any

from crisis.plan import Plan
from crisis.structure import Office, RuleSet
from tests.building import a_plan

PEOPLE: dict[str, tuple[Office | None, str | None]] = {
    "directeur-nctv": (Office.NCTV_DIRECTOR, "JenV"),
    "nctv": (Office.NCTV, "JenV"),
    "minister-jenv": (Office.MINISTER_OF_JUSTICE, "JenV"),
    "mp": (Office.PRIME_MINISTER, "AZ"),
    "minister-bzk": (Office.MINISTER, "BZK"),
    "minister-vws": (Office.MINISTER, "VWS"),
    "staatssecretaris": (Office.STATE_SECRETARY, "JenV"),
    "dcc-az": (Office.CRISIS_COORDINATOR, "AZ"),
    "dcc-bzk": (Office.CRISIS_COORDINATOR, "BZK"),
    "dcc-vws": (Office.CRISIS_COORDINATOR, "VWS"),
    "dcc-ezk": (Office.CRISIS_COORDINATOR, "EZK"),
    "dg-vws": (Office.DIRECTOR_GENERAL, "VWS"),
    "liaison": (None, None),
    "secretaris": (None, None),
    "woordvoerder": (None, None),
    "piket": (None, None),
    "auditor": (None, None),
    "beheerder": (None, None),
}


def people(**changes: dict[str, Any]) -> dict[str, Any]:
    """The people of the plan; `changes` are fields of some of them, underscores standing for dashes."""
    found = {
        key: {
            "name": key,
            "organisation": ministry or "NCC",
            "mail": f"{key}@toets.test",
            "office": office,
            "ministry": ministry,
        }
        for key, (office, ministry) in PEOPLE.items()
    }
    for key, fields in changes.items():
        found[key.replace("_", "-")] |= fields
    return found


def bodies(**changes: dict[str, Any]) -> dict[str, Any]:
    """The three bodies; `changes` are fields of some of them."""
    found: dict[str, Any] = {
        "IAO": {"chair": "directeur-nctv", "secretary": "secretaris", "members": ["dcc-az", "dcc-bzk", "liaison"]},
        "ICCb": {"chair": "nctv", "secretary": "secretaris", "members": ["dcc-bzk"]},
        "MCCb": {"chair": "minister-jenv", "secretary": "secretaris", "members": ["mp", "minister-bzk"]},
    }
    for body, fields in changes.items():
        found[body] |= fields
    return {body: {"rhythm": "wekelijks", "slack": body.lower()} | seat for body, seat in found.items()}


def a_seated_plan(ruleset: RuleSet = RuleSet.OF_2022, **changes: Any) -> Plan:
    """A plan that keeps all the rules; `changes` replace whole fields."""
    fields: dict[str, Any] = {
        "ruleset": ruleset,
        "ministries": "ministeries",
        "people": people(),
        "bodies": bodies(),
        "groups": {
            "nkc": {"name": "NKC", "people": ["woordvoerder"], "slack": "nkc"},
            "piket": {"name": "piket NCC", "people": ["piket"], "slack": "piket"},
            "ministeries": {"name": "Alle andere ministeries", "people": ["dcc-vws", "dcc-ezk"]},
        },
        "roles": {"auditor": ["auditor"], "administrator": ["beheerder"]},
    }
    return a_plan(**(fields | changes))

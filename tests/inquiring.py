"""A plan in which partners are asked in every way: systems, forms, open data, with and without a contact."""

from typing import Any

from crisis.plan import Plan
from tests.building import NOW, a_plan

PARTNERS: list[dict[str, Any]] = [
    {"id": "COA", "name": "COA", "kind": "organisatie", "address": "/coa", "indicators": ["bedden"], "contact": "coa"},
    {"id": "VR01", "name": "Veiligheidsregio Groningen", "kind": "veiligheidsregio", "area": "VR01", "form": "formulier"}
    | {"contact": "regio", "indicators": ["opvang", "bedden"]},
    {"id": "VR02", "name": "Veiligheidsregio Fryslân", "kind": "veiligheidsregio", "area": "VR02", "address": "/vr02"}
    | {"indicators": ["opvang", "bedden"]},
    {"id": "GM0014", "name": "gemeente Groningen", "kind": "gemeente", "area": "GM0014", "form": "formulier"}
    | {"contact": "gemeente", "indicators": ["opvang"]},
    {"id": "GM0059", "name": "gemeente Achtkarspelen", "kind": "gemeente", "area": "GM0059", "form": "formulier"}
    | {"contact": "gemeente", "indicators": ["opvang"]},
    {"id": "CBS", "name": "CBS", "kind": "open data", "form": "cbs-odata-v3", "address": "/cbs", "indicators": ["instroom"]}
    | {"queries": [{"indicator": "instroom", "measure": "TotaalAsielverzoeken"}]},
]
_AREAS = [
    {"code": "GM0014", "name": "Groningen", "region": "VR01", "province": "PV20", "inhabitants": 234_000},
    {"code": "GM0059", "name": "Achtkarspelen", "region": "VR02", "province": "PV21", "inhabitants": 32_000},
]
_INDICATORS = [
    {"id": "opvang", "name": "Opgevangen mensen", "unit": "mensen", "definition": "Wie vannacht een bed had."},
    {"id": "bedden", "name": "Bedden", "unit": "bedden", "definition": "Bedden die staan.", "kinds": ["target", "realised"]},
    {"id": "instroom", "name": "Instroom", "unit": "mensen", "definition": "Wie asiel vroeg."},
]


def a_plan_with_people(language: str = "nl", liaisons: tuple[str, ...] = ("liaison",), **changes: Any) -> Plan:
    """The small plan with these partners, and somebody who answers for each; all speak this language."""
    people = {key: person.model_dump() | {"language": language} for key, person in a_plan().people.items()}
    for key, name in (("regio", "regio Groningen"), ("gemeente", "ambtenaar gemeente"), ("coa", "directeur COA")):
        people[key] = {"name": name, "organisation": name, "mail": f"{key}@toets.test", "language": language}
    fields: dict[str, Any] = {
        "language": language,
        "people": people,
        "partners": PARTNERS,
        "indicators": _INDICATORS,
        "areas": [area | {"as_of": NOW.date(), "source": "CBS 85067NED"} for area in _AREAS],
        "roles": {"auditor": ["auditor"], "liaison": list(liaisons)},
    }
    return a_plan(**fields | changes)

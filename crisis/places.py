"""The 25 safety regions and 12 provinces, with the codes of Statistics Netherlands (gebieden).

Source: CBS "Gebieden in Nederland 2022" (85067NED, CC BY 4.0) and domain notes, section 3.1.
Every safety region lies in exactly one province.
"""

from crisis.record import Record


class SafetyRegion(Record):
    """A safety region (veiligheidsregio)."""

    name: str
    province: str


PROVINCES: dict[str, str] = {
    "PV20": "Groningen",
    "PV21": "Fryslân",
    "PV22": "Drenthe",
    "PV23": "Overijssel",
    "PV24": "Flevoland",
    "PV25": "Gelderland",
    "PV26": "Utrecht",
    "PV27": "Noord-Holland",
    "PV28": "Zuid-Holland",
    "PV29": "Zeeland",
    "PV30": "Noord-Brabant",
    "PV31": "Limburg",
}

SAFETY_REGIONS: dict[str, SafetyRegion] = {
    code: SafetyRegion(name=name, province=province)
    for code, name, province in (
        ("VR01", "Groningen", "PV20"),
        ("VR02", "Fryslân", "PV21"),
        ("VR03", "Drenthe", "PV22"),
        ("VR04", "IJsselland", "PV23"),
        ("VR05", "Twente", "PV23"),
        ("VR06", "Noord- en Oost-Gelderland", "PV25"),
        ("VR07", "Gelderland-Midden", "PV25"),
        ("VR08", "Gelderland-Zuid", "PV25"),
        ("VR09", "Utrecht", "PV26"),
        ("VR10", "Noord-Holland Noord", "PV27"),
        ("VR11", "Zaanstreek-Waterland", "PV27"),
        ("VR12", "Kennemerland", "PV27"),
        ("VR13", "Amsterdam-Amstelland", "PV27"),
        ("VR14", "Gooi en Vechtstreek", "PV27"),
        ("VR15", "Haaglanden", "PV28"),
        ("VR16", "Hollands Midden", "PV28"),
        ("VR17", "Rotterdam-Rijnmond", "PV28"),
        ("VR18", "Zuid-Holland Zuid", "PV28"),
        ("VR19", "Zeeland", "PV29"),
        ("VR20", "Midden- en West-Brabant", "PV30"),
        ("VR21", "Brabant-Noord", "PV30"),
        ("VR22", "Brabant-Zuidoost", "PV30"),
        ("VR23", "Limburg-Noord", "PV31"),
        ("VR24", "Zuid-Limburg", "PV31"),
        ("VR25", "Flevoland", "PV24"),
    )
}

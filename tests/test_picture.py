"""The situation picture as people get it: document, map, LCMS, JSON, PDF, page and shell."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.figures import Figure, FigureKind, KnownFigure, Via
from crisis.inquiries import Answer, Submission
from crisis.meetings import Papers
from crisis.passes import Act
from crisis.places import SAFETY_REGIONS
from crisis.plan import Plan
from crisis.situation import Picture, draw_picture
from crisis.structure import Body
from crisis.thresholds import Indicator
from integrations.register import meetings
from integrations.wording.charts import LARGE, SHOWN, SMALL, Bar, bar_chart
from integrations.wording.forms_of_picture import FORMS
from integrations.wording.markdown import as_markdown
from integrations.wording.picture import LCMS_WIDTH, lcms_text, picture_document, picture_json
from integrations.wording.picture_areas import region_map, region_rows
from integrations.wording.tilemap import (
    CLASSES,
    GRID,
    HATCH,
    SHORT,
    TITLE,
    UNKNOWN_FILL,
    UNKNOWN_INK,
    Tile,
    tile_map,
    words_for,
)
from tests.browsing import PHONE, a_browser
from tests.building import NOW, SOMEONE, a_meeting, a_plan
from tests.portal_building import Portal, a_pass, a_portal

TODAY = NOW.date()
SVG = "{http://www.w3.org/2000/svg}"
CNO = {
    "id": "cno",
    "name": "Crisisnoodopvang",
    "unit": "plaatsen",
    "definition": "Vannacht.",
    "kinds": ["target", "realised"],
    "thresholds": [{"kind": "realised", "below": 3750, "signal": "te weinig", "scale_up_to": "MCCb"}],
}
ASKED = {"kind": "veiligheidsregio", "indicators": ["cno"]}
FAMILY = {"id": "nareis", "name": "Nareizigers", "unit": "personen", "definition": "In 2022."}


def regions(**changes: object) -> Plan:
    of_regions = [{"id": code, "name": f"Regio {code}", "area": code, "address": f"/{code}"} | ASKED for code in SAFETY_REGIONS]
    counting = {"kind": "organisatie", "address": "/x", "indicators": ["nareis"]}
    others = [{"id": name, "name": name} | counting for name in ("IND", "CBS")]
    return a_plan(indicators=[CNO, FAMILY], partners=[*of_regions, *others], **changes)


def figure(area: str, kind: FigureKind, value: int, on: date = TODAY, indicator: str = "cno") -> Figure:
    return Figure(
        indicator=indicator,
        area=area,
        kind=kind,
        value=Decimal(value),
        unit="plaatsen",
        reference_date=on,
        source="toets",
    )


def a_picture(silent: frozenset[str] = frozenset(), earlier: Picture | None = None, days: int = 0) -> Picture:
    now = NOW + timedelta(days=days)
    answers = []
    for number, code in enumerate(SAFETY_REGIONS):
        said = (figure(code, FigureKind.TARGET, 225), figure(code, FigureKind.REALISED, number * 10, now.date()))
        answers.append(an_answer(code) if code in silent else an_answer(code, *said))
    answers += [
        an_answer("IND", figure("NL", FigureKind.OBSERVED, 10_927, indicator="nareis")),
        an_answer("CBS", figure("NL", FigureKind.OBSERVED, 11_130, indicator="nareis")),
    ]
    return draw_picture("asiel-2022", (Body.IAO, 1), regions(), answers, earlier, now, levels=frozenset({Body.IAO}))


def an_answer(partner: str, *figures: Figure) -> Answer:
    how = Submission.ON_TIME if figures else Submission.SILENT
    return Answer(
        partner=partner, submission=how, received_at=NOW, figures=figures, report_id=f"{partner}-1" if figures else None
    )


def markdown(picture: Picture) -> str:
    return as_markdown(picture_document(picture, regions()))


def test_the_picture_names_signal_advice_who_is_missing_and_where_sources_differ() -> None:
    text = markdown(a_picture())
    assert "onder de drempel van 3.750 plaatsen: te weinig" in text
    assert "opschalen naar MCCb, want de drempel voor “Crisisnoodopvang” is overschreden" in text
    assert text.count("\n> ⚠ ") == 1, "each warning begins where one sees it: the Prefect UI joins quotes in a row"
    assert "Regio VR07 | stil" in markdown(a_picture(frozenset({"VR07"})))
    assert "CBS 11.130" in text
    assert "IND 10.927" in text
    assert "Verschil 203" in text


def test_the_picture_opens_with_who_did_not_answer_however_many() -> None:
    assert "Zonder antwoord" not in markdown(a_picture()).split("\n> ")[0]
    of_two = markdown(a_picture(frozenset({"VR02", "VR07"})))
    assert "Zonder antwoord: Regio VR02, Regio VR07." in of_two.split("## ")[0]
    assert "Regio VR05 en nog 20." in markdown(a_picture(frozenset(SAFETY_REGIONS)))


def test_what_is_about_a_date_to_come_is_named_and_not_counted() -> None:
    """With the partner and the date, so that nobody wonders where it went."""
    tomorrow = TODAY + timedelta(days=1)
    answers = [
        an_answer("VR01", figure("VR01", FigureKind.TARGET, 225), figure("VR01", FigureKind.REALISED, 90, tomorrow)),
        an_answer("IND", figure("NL", FigureKind.OBSERVED, 5, tomorrow, "cno")),
    ]
    picture = draw_picture("asiel-2022", (Body.IAO, 1), regions(), answers, None, NOW)
    assert [(one.partner, one.reference_date, one.value) for one in picture.ahead] == [("VR01", tomorrow, Decimal(90))]
    assert {row.kind: row.value for row in picture.rows if row.indicator == "cno"}[FigureKind.REALISED] is None
    told = "Regio VR01 gaf Crisisnoodopvang (gerealiseerd, Groningen) voor zaterdag 18 juni 2022: 90 plaatsen"
    assert told in lcms_text(picture, regions()).replace("\n  ", " ")
    assert "Peildatum na dit beeld: niet geteld" in markdown(picture)
    assert "Peildatum na dit beeld" not in markdown(a_picture())


def test_every_figure_has_its_date_with_its_age_and_how_many_gave_it() -> None:
    text = markdown(a_picture(frozenset({"VR07"}), days=1))
    assert "24 van 25" in text
    assert "18-06-2022 \\(vandaag\\)" in text
    assert "17-06-2022 \\(1 dag oud\\)" in text


def test_the_regions_stand_in_a_table_with_what_they_gave_and_how() -> None:
    rows = {row["regio"]: row for row in region_rows(a_picture(frozenset({"VR07"})), regions())}
    assert len(rows) == 25
    assert rows["25 Flevoland"]["gerealiseerd"] == "240"
    assert rows["07 Gelderland-Midden"] == {
        "regio": "07 Gelderland-Midden",
        "doel": "geen opgave",
        "gerealiseerd": "geen opgave",
        "peildatum": "–",
        "antwoord": "stil",
    }


def test_what_a_region_gave_before_is_marked_where_it_stands_and_a_goal_makes_nothing_old() -> None:
    silent = a_picture(frozenset({"VR07"}), days=1)
    known = [
        KnownFigure.model_validate(
            figure("VR07", kind, value, TODAY - timedelta(days=days)).model_dump()
            | {"partner": "VR07", "report_id": "VR07-0", "received_at": NOW, "stated_at": NOW, "via": Via.SYSTEM, "digest": ""}
        )
        for kind, value, days in ((FigureKind.TARGET, 225, 32), (FigureKind.REALISED, 75, 4))
    ]
    answers = [an_answer("VR07"), an_answer("VR08", figure("VR08", FigureKind.TARGET, 225, TODAY - timedelta(days=32)))]
    answers[1] = an_answer("VR08", *answers[1].figures, figure("VR08", FigureKind.REALISED, 80))
    drawn = draw_picture("asiel-2022", (Body.IAO, 1), regions(), answers, None, NOW, known)
    rows = {row["regio"][:2]: row for row in region_rows(drawn, regions())}
    assert (rows["07"]["doel"], rows["07"]["gerealiseerd"]) == ("225 (overgenomen)", "75 (verouderd)")
    assert (rows["07"]["peildatum"], rows["07"]["antwoord"]) == ("13-06-2022 (4 dagen oud)", "stil")
    assert (rows["08"]["doel"], rows["08"]["peildatum"]) == ("225", "17-06-2022 (vandaag)")
    assert {row["antwoord"] for row in region_rows(silent, regions())} == {"stil", "op tijd"}


def test_a_goal_goes_by_steps_and_has_no_trend() -> None:
    table = markdown(a_picture(earlier=a_picture(), days=1))
    (goal,) = re.findall(r"\| Crisisnoodopvang \\\(doel\\\) .*", table)
    assert goal.endswith("| 0 | – |")


def test_the_map_says_above_it_how_many_regions_gave_it_and_what_is_made_up() -> None:
    drawn = region_map(a_picture(frozenset({"VR07", "VR14"})), regions())
    assert drawn
    assert "2.810 van 5.175 (23 van 25)" in " ".join(re.findall(r">([^<>]+)</text>", drawn.svg))


def test_the_map_has_a_place_for_every_region_and_no_two_on_one() -> None:
    assert GRID.keys() == SAFETY_REGIONS.keys()
    assert len(set(GRID.values())) == 25
    assert SHORT.keys() <= SAFETY_REGIONS.keys()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_words_on_every_colour_can_be_read() -> None:
    """WCAG 2.1, 1.4.3: 4.5 to 1."""
    assert all(contrast(fill, ink) >= 4.5 for _, fill, ink, _ in CLASSES)
    assert contrast(UNKNOWN_FILL, UNKNOWN_INK) >= 4.5


def test_what_is_hatched_is_seen_on_white() -> None:
    """WCAG 2.1, 1.4.11: 3 to 1."""
    assert contrast(UNKNOWN_FILL, HATCH) >= 3


def test_the_colours_are_told_apart_by_lightness_alone() -> None:
    """So by whoever sees no colours: each step is lighter than the one before, and by a good deal."""
    lightness = [luminance(fill) for _, fill, _, _ in CLASSES]
    assert lightness == sorted(lightness)
    assert all(contrast(a[1], b[1]) >= 1.35 for a, b in pairwise(CLASSES))


@given(st.dictionaries(st.sampled_from(sorted(GRID)), st.builds(Tile, realised=st.none() | st.integers(0, 999).map(Decimal))))
def test_what_is_not_known_is_never_drawn_as_zero(tiles: dict[str, Tile]) -> None:
    drawn = ET.fromstring(tile_map("Kaart & <titel>", tiles))  # noqa: S314 - drawn by ourselves
    groups = list(drawn.iter(f"{SVG}g"))
    assert len(groups) == 25
    for code, group in zip(GRID, groups, strict=True):
        number = next(text.text for text in group.iter(f"{SVG}text") if text.get("font-size") == str(LARGE))
        known = tiles.get(code, Tile()).realised
        assert number == ("?" if known is None else str(known))
        assert (group.find(f"{SVG}path") is None) is (known is not None), "hatched"
    nothing = sum(tiles.get(code, Tile()).realised is None for code in GRID)
    assert f"{nothing} onbekend" in words_for(tiles)


def test_the_map_in_words_names_the_regions_that_gave_nothing() -> None:
    tiles = {code: Tile(realised=Decimal(1), target=Decimal(1)) for code in GRID if code not in {"VR07", "VR25"}}
    tiles["VR01"] = Tile(realised=Decimal(1))
    assert words_for(tiles).endswith("22 100 % of meer; 1 zonder doel; 2 onbekend (Flevoland, Gelderland-Midden).")


def test_a_long_name_of_what_is_counted_stands_on_more_than_one_line_of_the_map() -> None:
    drawn = ET.fromstring(tile_map("Plaatsen in de crisisnoodopvang van de veiligheidsregio's: 2.730 van 4.950", {}))  # noqa: S314
    title = [text.text or "" for text in drawn.findall(f"{SVG}text") if text.get("font-weight") == "bold"]
    assert len(title) == 2
    assert all(len(line) <= TITLE for line in title)


def test_a_bar_that_nobody_gave_is_no_bar_and_a_long_name_leaves_its_number_room() -> None:
    bars = [Bar(label="a" * 90, value=Decimal(10), target=Decimal(20)), Bar(label="b", value=None)]
    drawn = ET.fromstring(bar_chart("Titel", "plaatsen", bars))  # noqa: S314 - drawn by ourselves
    texts = [text.text or "" for text in drawn.iter(f"{SVG}text")]
    assert texts[2:] == ["a" * 39 + "…", "10 van 20", "b", "geen opgave"]
    assert len(list(drawn.iter(f"{SVG}rect"))) == 3, "paper, bar and target"


def test_where_no_region_is_asked_there_is_no_map() -> None:
    picture = draw_picture("asiel-2022", (Body.IAO, 1), a_plan(), [], None, NOW)
    assert region_map(picture, a_plan()) is None
    assert region_rows(picture, a_plan()) == []


def test_the_text_for_lcms_fits_and_is_marked() -> None:
    text = lcms_text(a_picture(frozenset({"VR07", "VR14"})), regions())
    assert text.startswith("SITUATIESCHETS IAO 1 (OEFENING: NIET ECHT)\n")
    assert all(len(line) <= LCMS_WIDTH for line in text.splitlines())
    assert "stil: Regio VR07, Regio VR14" in text


def test_the_json_holds_the_picture_and_its_seal() -> None:
    picture = a_picture()
    found = json.loads(picture_json(picture, regions()))
    assert Picture.model_validate(found["picture"]) == picture
    assert (found["seal"], found["marking"]) == (picture.seal, "oefening")


def test_one_number_changed_is_another_seal() -> None:
    picture = a_picture()
    first, *others = picture.rows
    changed = picture.model_copy(update={"rows": (first.model_copy(update={"value": Decimal(1)}), *others)})
    assert changed.seal != picture.seal
    assert Picture.model_validate_json(picture.model_dump_json()).seal == picture.seal


def test_a_picture_keeps_its_seal_when_a_later_version_can_hold_more() -> None:
    class Later(Picture):
        more: tuple[str, ...] = ()

    picture = a_picture()
    later = Later.model_validate_json(picture.model_dump_json())
    assert later.seal == picture.seal
    assert later.model_copy(update={"more": ("x",)}).seal != picture.seal


@pytest.mark.parametrize("name", FORMS)
def test_hostile_words_do_nothing_in_any_form(name: str) -> None:
    evil = "<script>alert(1)</script> | *[x](https://kwaad.voorbeeld)* {0.__class__} ☠"
    hostile = CNO | {"name": evil}
    plan = regions().model_copy(update={"indicators": tuple(map(Indicator.model_validate, (hostile, FAMILY)))})
    picture = draw_picture("asiel-2022", (Body.IAO, 1), plan, [], None, NOW)
    written = FORMS[name][1](picture, plan, "nl")
    assert written
    if name == "beeld.md":
        assert b"<script>" not in written.replace(b"\\<", b"")
        assert b"](https" not in written
    if name == "beeld.pdf":
        assert written.startswith(b"%PDF-")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    portal = a_portal(tmp_path, regions())
    a_meeting(portal.register, number=2)
    papers = Papers(picture=a_picture(frozenset({"VR07"})), decisions=(), actions=(), frozen_at=NOW)
    meetings.invite(portal.register, "asiel-2022", Body.IAO, 2, papers, SOMEONE, NOW)
    yield portal
    portal.register.close()


READING = a_pass("lid", Act.READ_PAPERS, "asiel-2022/IAO/2")


def test_a_member_reads_the_picture_and_takes_it_along(portal: Portal) -> None:
    shown = portal.open(f"{READING}/picture")
    assert shown.status_code == 200
    assert "Situatieschets IAO 1" in shown.text
    assert "SITUATIESCHETS IAO 1" in shown.text
    for name, (media, _) in FORMS.items():
        taken = portal.open(f"{READING}/picture/{name}")
        assert (taken.status_code, taken.headers["content-type"]) == (200, media)
        assert taken.headers["content-disposition"] == f'attachment; filename="asiel-2022-IAO-1-{name}"'
    assert portal.open(f"{READING}/picture/beeld.exe").status_code == 404


def test_the_papers_warn_of_what_the_picture_warns_of(portal: Portal) -> None:
    papers, picture = (portal.open(page).text for page in (READING, f"{READING}/picture"))
    warnings = re.findall(r'<p class="refused">([^<]+)</p>', picture)
    assert warnings
    assert re.findall(r"<li>(Crisisnoodopvang [^<]+)</li>", papers) == warnings


def test_a_crossed_threshold_is_framed_and_every_class_of_the_page_has_a_style(portal: Portal) -> None:
    page, style = portal.open(f"{READING}/picture").text, portal.open("/static/portal.css").text
    assert re.search(r'<p class="refused">Crisisnoodopvang [^<]*onder de drempel', page)
    used = {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    assert used
    assert {name for name in used if not re.search(rf"\.{name}\b", style)} == set()


def test_the_table_of_regions_is_folded_so_that_who_is_missing_comes_soon(portal: Portal) -> None:
    page = portal.open(f"{READING}/picture").text
    folded = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    assert len(folded) == 1
    assert folded[0].count("<tr") == 26
    assert "Regio VR07" not in folded[0]
    assert "Regio VR07" in page


def test_the_page_runs_no_style_or_script_of_its_own(portal: Portal) -> None:
    """The door forbids both."""
    page = portal.open(f"{READING}/picture").text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)


def test_a_link_for_something_else_opens_no_picture(portal: Portal) -> None:
    assert portal.open(a_pass("lid", Act.REPORT_ACTION, "asiel-2022/A1") + "/picture").status_code == 403
    assert portal.open("/p/niets/picture").status_code == 403


async def test_the_page_fits_a_phone(portal: Portal) -> None:
    html = portal.open(f"{READING}/picture").text
    style = portal.open("/static/portal.css").text
    async with a_browser() as browser:
        page = await browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
        await page.set_content(html.replace('<link rel="stylesheet" href="/static/portal.css">', f"<style>{style}</style>"))
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        assert await page.evaluate("[...document.images].every(image => image.alt && image.naturalWidth > 0)")
        scales = await page.evaluate("[...document.images].map(image => image.clientWidth / image.naturalWidth)")
        assert len(scales) == 2, "the map, and the regions as bars"
        assert min(scales) * SHOWN * SMALL >= 11, "what is on them can be read"

"""A partner sends its sheet by its link: it sees what was read before anything is recorded, and nothing bad comes in."""

import io
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from playwright.sync_api import Page

from crisis.errors import InvalidInput
from crisis.figures import Figure, FigureKind, Via
from crisis.meetings import Direction
from crisis.passes import Act, Grant
from crisis.structure import Body
from integrations.portal.door import LONGEST_SHEET
from integrations.portal.throttle import Throttle
from integrations.portal.uploads import ReadSheet, file_in, seal, unseal
from integrations.register import form_answers, intake
from tests.building import NOW, SOMEONE, a_grant, closed, recorded
from tests.inquiring import a_plan_with_people
from tests.portal_building import NEXT_MONTH, SECRET, Portal, a_pass, a_portal
from tests.test_figures_page import CRISIS, FIELDS, ask, form_at, known
from tests.test_portal import served
from tests.test_sheets import as_csv, as_xlsx, edited, with_part

TODAY = f"{NOW.date():%d-%m-%Y}"
ROW = {"indicator": "opvang", "waarde": "40", "peildatum": TODAY}
BED = {"indicator": "bedden", "soort": "gerealiseerd", "waarde": "12,5", "peildatum": TODAY}


@pytest.fixture(params=["nl", "en"])
def portal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Portal]:
    portal = a_portal(tmp_path, a_plan_with_people(request.param))
    ask(portal, 0)
    yield portal
    portal.register.close()


def send(portal: Portal, content: bytes, name: str = "blad.csv", link: str = "", **more: Any) -> Response:
    answer: Response = portal.visitor.post(f"{link or form_at()}/sheet", files={"file": (name, content)}, **more)
    return answer


def sealed_in(answer: Response) -> str:
    (sealed,) = re.findall(r'name="sheet" value="([^"]+)"', answer.text)
    return unescape(sealed)


def the_answer(portal: Portal) -> Any:
    (answer,) = [one for one in intake.of_inquiry(portal.register, CRISIS, 1) if one.partner == "VR01"]
    return answer


def one_column(row: Mapping[str, str]) -> bytes:
    return as_csv(row, delimiter=";")


@pytest.mark.parametrize(("made", "name"), [(as_csv, "blad.csv"), (as_xlsx, "BLAD.XLSX")])
def test_what_was_read_is_shown_first_and_given_with_one_click(portal: Portal, made: Any, name: str) -> None:
    content, before = made({"soort": ""} | ROW, {"soort": ""} | BED), portal.rows()
    looked = send(portal, content, name)
    assert looked.status_code == 200
    assert portal.rows() == before, "looking records nothing"
    assert ("12,5 bedden" in looked.text) or ("12.5 bedden" in looked.text)
    assert portal.send(form_at(), {"sheet": sealed_in(looked)}).status_code == 303
    assert known(portal) == {"opvang.observed": Decimal(40), "bedden.realised": Decimal("12.5")}
    answer = the_answer(portal)
    assert (answer.via, answer.digest) == (Via.SHEET, sha256(content).hexdigest())
    assert "<form" not in portal.open(form_at()).text


def test_sent_twice_it_is_one_answer(portal: Portal) -> None:
    sealed = sealed_in(send(portal, as_csv(ROW)))
    portal.send(form_at(), {"sheet": sealed})
    before = portal.rows()
    assert portal.send(form_at(), {"sheet": sealed}).status_code == 303
    assert portal.rows() | {"audit": 0} == before | {"audit": 0}


def test_the_sheet_is_handed_out_with_what_is_asked_and_what_was_given_before(portal: Portal) -> None:
    portal.send(form_at(), FIELDS)
    ask(portal, 1)
    before = portal.rows()
    fetched = portal.open(f"{form_at(2)}/sheet")
    assert portal.rows() == before
    assert fetched.headers["content-disposition"] == 'attachment; filename="VR01-asiel-2022-U2.xlsx"'
    rows = list(load_workbook(io.BytesIO(fetched.content)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[2], row[3], row[8]) for row in rows] == [
        ("opvang", "waargenomen", 40, "ja"),
        ("bedden", "doel", None, "ja"),
        ("bedden", "gerealiseerd", 12.5, "ja"),
    ]
    looked = send(portal, fetched.content, "blad.xlsx", form_at(2))
    portal.send(form_at(2), {"sheet": sealed_in(looked)})
    assert known(portal, days=1) == known(portal)


def test_what_is_not_filled_in_and_what_is_about_another_day_is_said(portal: Portal) -> None:
    looked = unescape(send(portal, as_csv(ROW | {"peildatum": "01-06-2022"})).text)
    assert ("andere dag" in looked) or ("another day" in looked)
    left_out = looked.partition("<ul>")[2].partition("</ul>")[0]
    assert ("Bedden, doel" in left_out) or ("Bedden, target" in left_out)
    assert "Opgevangen" not in left_out


def test_what_is_wrong_is_told_by_row_and_column_in_the_language_of_the_reader(portal: Portal) -> None:
    wrong = as_csv(ROW | {"waarde": "veel"}, ROW | {"indicator": "instroom"})
    answer, before = send(portal, wrong), portal.rows()
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert ("Rij 2, kolom B: moet een getal zijn" in page) or ("Row 2, column B: must be a number" in page)
    assert ("Rij 3, kolom A: is niet gevraagd; wel: opvang, bedden" in page) or ("Row 3, column A: was not asked" in page)
    assert set(re.findall(r'<li><a href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))
    assert {one for names in re.findall(r'aria-describedby="([^"]+)"', page) for one in names.split()} <= set(
        re.findall(r' id="([^"]+)"', page)
    )
    assert portal.rows() == before


def test_of_very_many_mistakes_the_first_are_told_and_the_others_counted(portal: Portal) -> None:
    page = unescape(send(portal, as_csv(*[ROW | {"waarde": "veel"}] * 100)).text)
    assert page.count('<li><a href="#B') == 40
    assert ("En nog 60 cellen." in page) or ("And 60 more cells." in page)


BAD = [
    (as_xlsx(ROW), "blad.csv"),
    (as_csv(ROW), "blad.xlsx"),
    (as_csv(ROW), "blad.exe"),
    (as_xlsx(ROW), "blad.xlsm"),
    (as_csv(ROW), "blad"),
    (as_csv(ROW), ""),
    (b"", "blad.csv"),
    (as_csv(ROW | {"waarde": ""}), "blad.csv"),
    (b"x" * 2_000_001, "blad.csv"),
    (with_part(as_xlsx(ROW), "xl/worksheets/bom.xml", b" " * 20_000_000), "blad.xlsx"),
    (with_part(as_xlsx(ROW), "xl/vbaProject.bin", b"x"), "blad.xlsx"),
    (with_part(as_xlsx(ROW), "xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "blad.xlsx"),
    (edited(as_xlsx(ROW | {"waarde": "=1+1"}), "xl/worksheets/sheet1.xml", b"<v></v>", b"<v></v>"), "blad.xlsx"),
]


@pytest.mark.parametrize(("content", "name"), BAD)
def test_what_is_no_sheet_or_means_harm_is_refused_and_nothing_is_kept(portal: Portal, content: bytes, name: str) -> None:
    before = portal.rows()
    answer = send(portal, content, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "klopt niet" not in answer.text
    assert "is not right" not in answer.text
    assert portal.rows() == before


def test_what_is_too_long_is_cut_off_at_the_door(portal: Portal) -> None:
    assert send(portal, b"x" * LONGEST_SHEET).status_code == 413
    assert portal.send(f"{form_at()}/sheet", {"file": "x"}).status_code == 415
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert portal.visitor.post(form_at(), content=b"--x--", headers=kind).status_code == 415
    assert send(portal, as_csv(ROW), headers={"Origin": "https://elders.test"}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="b.csv"\r\n\r\nafgeb',
        ),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="state"\r\n\r\nx\r\n--x--\r\n'),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="b"\r\n\r\n\r\n--x--\r\n',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="b.csv"\r\n\r\na\r\n' * 2 + b"--x--\r\n",
        ),
    ],
)
def test_a_form_that_did_not_come_in_whole_is_refused(portal: Portal, kind: str, body: bytes) -> None:
    answer = portal.visitor.post(f"{form_at()}/sheet", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    assert ("kwam niet heel aan" in answer.text) or ("did not come in whole" in answer.text)


@given(
    st.binary(max_size=200), st.sampled_from([b"--x\r\n", b"--x--", b"\r\n--x\r\nContent-Disposition: form-data; name=file"])
)
@settings(deadline=None)
def test_any_bytes_are_a_form_with_one_file_or_refused(tail: bytes, head: bytes) -> None:
    try:
        file_in(head + tail, "multipart/form-data; boundary=x")
    except InvalidInput:
        return


def test_who_sends_file_after_file_waits(portal: Portal) -> None:
    portal.visitor.app.state.throttles.sheets = Throttle(at_most=1, within=60.0)  # type: ignore[attr-defined]  # FastAPI's own
    assert send(portal, as_csv(ROW)).status_code == 200
    answer = send(portal, as_csv(ROW))
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)


def test_while_many_wait_another_is_asked_to_come_back_and_holds_no_thread(portal: Portal) -> None:
    portal.visitor.app.state.throttles.sheet_places = threading.Semaphore(0)  # type: ignore[attr-defined]  # FastAPI's own
    answer = send(portal, as_csv(ROW))
    assert answer.status_code == 422
    assert ("stuur het zo opnieuw" in answer.text) or ("send it again in a moment" in answer.text)


def test_a_sheet_takes_the_link_of_a_form(portal: Portal) -> None:
    assert send(portal, as_csv(ROW), link="/p/kapot").status_code == 403
    assert send(portal, as_csv(ROW), link=a_pass()).status_code == 403
    assert portal.open(f"{a_pass()}/sheet").status_code == 403
    strange = a_pass("lid", Act.GIVE_FIGURES, f"{CRISIS}/U1/VR01")
    sealed = sealed_in(send(portal, as_csv(ROW), link=strange))
    assert portal.send(strange, {"sheet": sealed}).status_code == 403
    assert known(portal) == {}


def test_a_link_that_was_used_takes_no_sheet(portal: Portal) -> None:
    portal.send(form_at(), FIELDS)
    assert send(portal, as_csv(ROW)).status_code == 403
    assert portal.open(f"{form_at()}/sheet").status_code == 303


def test_when_the_crisis_is_closed_the_link_says_so_and_takes_nothing(portal: Portal) -> None:
    sealed = sealed_in(send(portal, as_csv(ROW)))
    recorded(portal.register, Body.IAO, Direction.DOWN)
    closed(portal.register)
    page = portal.open(form_at()).text
    assert ("is afgesloten" in page) or ("is closed" in page)
    assert "<form" not in page
    assert "/link" not in page
    for answer in (send(portal, as_csv(ROW)), portal.send(form_at(), {"sheet": sealed}), portal.send(form_at(), FIELDS)):
        assert answer.status_code == 409
    assert portal.open(f"{form_at()}/sheet").status_code == 303
    assert known(portal) == {}


def test_what_was_shown_cannot_be_altered_nor_used_with_another_link(portal: Portal) -> None:
    sealed = sealed_in(send(portal, as_csv(ROW)))
    other = a_pass("regio", Act.GIVE_FIGURES, f"{CRISIS}/U1/VR01", NEXT_MONTH + timedelta(days=1))
    ask(portal, 1)
    for link, shown in ((form_at(2), sealed), (form_at(), sealed[:-8] + "AAAAAAAA"), (form_at(), "é"), (form_at(), "")):
        assert portal.send(link, {"sheet": shown}).status_code == 422
    assert known(portal) == {}
    assert portal.send(other, {"sheet": sealed}).status_code == 303, "it is the same grant, with another end"


def test_more_than_a_page_can_carry_is_refused() -> None:
    kinds = {"indicator": "opvang", "area": "VR01", "kind": FigureKind.OBSERVED, "value": Decimal(1), "unit": "mensen"}
    figure = Figure(**kinds, reference_date=NOW.date(), source="x")
    grant = a_grant(Act.GIVE_FIGURES, f"{CRISIS}/U1/VR01", "regio")
    sources = [sha256(str(number).encode()).hexdigest() * 3 for number in range(2000)]
    many = tuple(figure.model_copy(update={"source": source}) for source in sources)
    with pytest.raises(InvalidInput, match="too_much"):
        seal(
            ReadSheet(
                digest="0" * 64,
                figures=tuple(one.model_copy(update={"unit": s}) for one, s in zip(many, sources[::-1], strict=True)),
            ),
            grant,
            SECRET,
        )
    read = ReadSheet(digest="0" * 64, figures=(figure,) * 2000)
    assert unseal(seal(read, grant, SECRET), grant, SECRET) == read


def test_nothing_that_was_not_asked_is_taken_in_by_any_door(portal: Portal) -> None:
    figure = Figure(
        indicator="instroom",
        area="VR01",
        kind=FigureKind.OBSERVED,
        value=Decimal(1),
        unit="mensen",
        reference_date=NOW.date(),
        source="x",
    )
    grant = Grant(person="regio", act=Act.GIVE_FIGURES, object=f"{CRISIS}/U1/VR01", issued_at=NOW, expires_at=NEXT_MONTH)
    for figures in ((figure,), ()):
        with pytest.raises(InvalidInput):
            form_answers.give_sheet(portal.register, grant, figures, "0" * 64, SOMEONE, NOW)


def test_a_partner_fetches_fills_in_and_sends_its_sheet_on_a_phone_without_scripts(
    portal: Portal, phone: Page, tmp_path: Path
) -> None:
    with served(portal) as address:
        phone.goto(address + form_at())
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        with phone.expect_download() as download:
            phone.locator("a[href$='/sheet']").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        workbook = load_workbook(file)
        workbook.worksheets[0]["D2"] = "veel"
        workbook.save(file)
        _send_on(phone, file)
        assert phone.get_by_role("alert").get_by_role("link").count() == 1
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        workbook.worksheets[0]["D2"] = 1250
        workbook.save(file)
        _send_on(phone, file)
        assert phone.get_by_role("row").filter(has_text="Opgevangen").count() == 1
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.locator("form button").click()
        assert phone.get_by_role("status").is_visible()
    assert known(portal) == {"opvang.observed": Decimal(1250)}
    assert the_answer(portal).digest == sha256(file.read_bytes()).hexdigest()


def test_a_browser_that_sends_far_too_much_reads_why(portal: Portal, phone: Page, tmp_path: Path) -> None:
    file = tmp_path / "groot.csv"
    file.write_bytes(b"x" * 5_000_000)
    with served(portal) as address:
        phone.goto(address + form_at())
        _send_on(phone, file)
        assert "2 MB" in phone.locator("body").inner_text()


def _send_on(phone: Page, file: Path) -> None:
    phone.locator("input[type=file]").set_input_files(file)
    phone.locator("form[enctype] button").click()

"""The picture as a file, by the name that it gets, in the language of who takes it."""

from collections.abc import Callable

from crisis.plan import Plan
from crisis.situation import Picture
from integrations.wording.english import said
from integrations.wording.markdown import as_markdown
from integrations.wording.pdf import as_pdf
from integrations.wording.picture import lcms_text, picture_document, picture_json


def _pdf(picture: Picture, plan: Plan, language: str) -> bytes:
    foot = said("Zegel {seal}", language, seal=picture.seal[:32])
    return as_pdf(picture_document(picture, plan, language), foot, picture.drawn_at)


def _markdown(picture: Picture, plan: Plan, language: str) -> bytes:
    return as_markdown(picture_document(picture, plan, language)).encode()


def _lcms(picture: Picture, plan: Plan, language: str) -> bytes:
    return lcms_text(picture, plan, language).encode()


FORMS: dict[str, tuple[str, Callable[[Picture, Plan, str], bytes]]] = {
    "beeld.pdf": ("application/pdf", _pdf),
    "beeld.md": ("text/markdown; charset=utf-8", _markdown),
    "beeld.txt": ("text/plain; charset=utf-8", _lcms),
    "beeld.json": ("application/json", lambda picture, plan, _: picture_json(picture, plan)),
}
"""Media type, and what writes it; what is for programs has no language."""

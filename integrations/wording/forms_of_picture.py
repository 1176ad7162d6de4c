"""The picture as a file, by the name that it gets."""

from collections.abc import Callable

from crisis.plan import Plan
from crisis.situation import Picture
from integrations.wording.markdown import as_markdown
from integrations.wording.pdf import as_pdf
from integrations.wording.picture import lcms_text, picture_document, picture_json


def _pdf(picture: Picture, plan: Plan) -> bytes:
    return as_pdf(picture_document(picture, plan), f"Zegel {picture.seal[:32]}", picture.drawn_at)


def _markdown(picture: Picture, plan: Plan) -> bytes:
    return as_markdown(picture_document(picture, plan)).encode()


def _lcms(picture: Picture, plan: Plan) -> bytes:
    return lcms_text(picture, plan).encode()


FORMS: dict[str, tuple[str, Callable[[Picture, Plan], bytes]]] = {
    "beeld.pdf": ("application/pdf", _pdf),
    "beeld.md": ("text/markdown; charset=utf-8", _markdown),
    "beeld.txt": ("text/plain; charset=utf-8", _lcms),
    "beeld.json": ("application/json", picture_json),
}
"""Media type, and what writes it."""

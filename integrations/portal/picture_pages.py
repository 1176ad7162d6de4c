"""The situation picture of a meeting for who may read its papers: on the screen, and to take along."""

import base64
from collections.abc import Iterator
from http import HTTPStatus

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from crisis.errors import PassInvalid
from crisis.members import check_reads_papers
from crisis.passes import Act
from crisis.situation import Picture
from integrations.portal.desk import AtDesk, page
from integrations.portal.holder import Holder, holder_of
from integrations.portal.outcome_page import meeting_of
from integrations.register import meetings, members
from integrations.wording.document import Block, Document, Image, plain
from integrations.wording.forms_of_picture import FORMS
from integrations.wording.picture import lcms_text, picture_document

router = APIRouter(prefix="/p/{token}/picture")

LONGEST_TABLE = 10
"""Rows. What is longer is folded: on a phone 25 regions are seven screens, before who is missing."""

READERS = frozenset({Act.READ_PAPERS, Act.RECORD_OUTCOME, Act.CONFIRM_OUTCOME})


@router.get("")
def show(token: str, desk: AtDesk) -> Response:
    """The picture as it was frozen for this meeting."""
    holder, picture = _read(token, desk)
    language = holder.person.language
    document = picture_document(picture, holder.plan, language)
    facts = holder.facts() | {
        "document": document,
        "blocks": list(_shown(document)),
        "plain": plain,
        "longest_table": LONGEST_TABLE,
        "lcms": lcms_text(picture, holder.plan, language),
        "forms": tuple(FORMS),
        "token": token,
    }
    return page("picture.html.j2", language, holder.plan.marking, facts)


@router.get("/{name}")
def take(token: str, name: str, desk: AtDesk) -> Response:
    """The same as a file: `beeld.pdf`, `beeld.md`, `beeld.txt` for LCMS, `beeld.json` for programs."""
    holder, picture = _read(token, desk)
    if name not in FORMS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    media, write = FORMS[name]
    called = f"{picture.crisis}-{picture.body}-{picture.number}-{name}"
    headers = {"Content-Disposition": f'attachment; filename="{called}"'}
    return Response(write(picture, holder.plan, holder.person.language), media_type=media, headers=headers)


def _read(token: str, desk: AtDesk) -> tuple[Holder, Picture]:
    """Who reads, and what. Raises PassInvalid for a link for something else, NoLongerSeated, NotYetInvited."""
    holder = holder_of(desk, token)
    if holder.grant.act not in READERS:
        raise PassInvalid
    meeting = meeting_of(holder)
    memberships = members.of_crisis(desk.register, meeting.crisis)
    check_reads_papers(holder.grant.principal, meeting.body, meeting.planned_at, holder.plan, memberships)
    return holder, meetings.papers(desk.register, meeting.crisis, meeting.body, meeting.number).picture


def _shown(document: Document) -> Iterator[tuple[str, Block, str]]:
    """The blocks with their kind, and a drawing as an image: a page of the portal runs no style of its own."""
    for block in document.blocks:
        source = base64.b64encode(block.svg.encode()).decode() if isinstance(block, Image) else ""
        yield type(block).__name__, block, f"data:image/svg+xml;base64,{source}"

"""How systems are told that something is wrong: `application/problem+json` (RFC 9457; NLGov REST API Design Rules)."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from integrations.partners.contract import VERSION

BELOW = "/v1/"
"""Where the interface for systems is."""
VERSIONED = {"API-Version": VERSION}


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """What is wrong, in words for who keeps the system (Dutch)."""
    said = {"status": int(status), "title": status.phrase, "detail": detail}
    content = json.dumps(said, ensure_ascii=False).encode()
    return Response(content, status, {**VERSIONED, **(headers or {})}, media_type="application/problem+json")

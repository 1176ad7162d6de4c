"""The contract as an OpenAPI document, made from the models.

`python -m integrations.partners.openapi` writes it out; `docs/partners.openapi.json` is that, published.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from integrations.partners.contract import PUSH_PATH, REPORT_PATH, VERSION, SituationReport

_DESCRIPTION = (
    "What a partner serves, so that the crisis secretariat can ask it for its situation report; "
    "and where it can send one itself."
)


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 description of what every partner serves below its own address."""
    _, schemas = models_json_schema([(SituationReport, "validation")], ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Situation reports", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": "/", "description": "The partner's address in the crisis plan"}],
        "paths": {REPORT_PATH: {"get": _latest()}, PUSH_PATH: {"servers": [_OURS], "post": _send()}},
        "components": {
            "schemas": schemas["$defs"] | {"Problem": _problem(), "Receipt": _receipt()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def published() -> str:
    """The document as it stands in `docs/partners.openapi.json`."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _latest() -> dict[str, Any]:
    as_of = {"name": "asOf", "in": "query", "required": True, "schema": {"type": "string", "format": "date-time"}}
    return {
        "operationId": "latestSituationReport",
        "summary": "The latest report as it stood at a moment",
        "parameters": [as_of | {"description": "In UTC: what was known then, not what is known now."}],
        "responses": {
            "200": _answers("The report", "application/json", "SituationReport"),
            "400": _answers("asOf is missing or not a moment", "application/problem+json", "Problem"),
            "503": _answers("Ask again shortly", "application/problem+json", "Problem"),
        },
    }


_OURS = {"url": "/", "description": "The portal of the crisis secretariat"}
_PROBLEMS = {
    "400": "It is not the contract; the detail names the field",
    "401": "There is no token, or it does not hold",
    "403": "The report is of or about another partner",
    "409": "Another report came under this reportId before, or no open crisis asks this partner",
    "413": "It is larger than 2 MB",
    "415": "It is not application/json",
    "429": "Too often; Retry-After says how many seconds to wait",
    "503": "Nothing was recorded; ask again shortly",
}


def _send() -> dict[str, Any]:
    said = {status: _answers(why, "application/problem+json", "Problem") for status, why in _PROBLEMS.items()}
    return {
        "operationId": "sendSituationReport",
        "summary": "Send a report, once or as often as needed: the same is taken in once",
        "security": [{"token": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SituationReport"}}},
        },
        "responses": {
            "201": _answers("It was taken in", "application/json", "Receipt"),
            "200": _answers("It was there already: the same answer as before", "application/json", "Receipt"),
        }
        | said,
    }


def _receipt() -> dict[str, Any]:
    words: dict[str, Any] = {name: {"type": "string"} for name in ("partner", "reportId")}
    words["receivedAt"] = {"type": "string", "format": "date-time"}
    words["figures"] = {"type": "integer"}
    words["crises"] = {"type": "array", "items": {"type": "string"}}
    return {"type": "object", "required": list(words), "properties": words}


def _answers(description: str, media: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"API-Version": {"schema": {"type": "string"}, "description": "Version of the API, in full."}},
        "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _problem() -> dict[str, Any]:
    words = {name: {"type": "string"} for name in ("title", "detail")}
    return {"type": "object", "required": ["status", "title", "detail"], "properties": {"status": {"type": "integer"}} | words}


def main() -> None:
    """Write the document to standard output."""
    sys.stdout.write(published())


if __name__ == "__main__":
    main()

"""The contract as an OpenAPI document, made from the models.

`python -m integrations.partners.openapi` writes it out; `docs/partners.openapi.json` is that, published.
"""

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from integrations.partners.contract import REPORT_PATH, SituationReport

_DESCRIPTION = "What a partner serves, so that the crisis secretariat can ask it for its situation report."


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 description of what every partner serves below its own address."""
    _, schemas = models_json_schema([(SituationReport, "validation")], ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Situation reports", "version": "1.0.0", "description": _DESCRIPTION},
        "servers": [{"url": "/", "description": "The partner's address in the crisis plan"}],
        "paths": {REPORT_PATH: {"get": _latest()}},
        "components": {"schemas": schemas["$defs"] | {"Problem": _problem()}},
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

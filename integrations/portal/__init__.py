"""The portal: where people record outcomes and follow up action items, by a personal link (portaal).

Plain pages made on the server; they work on a phone and need no JavaScript.
"""

from integrations.portal.app import create_app, main, serve, uvicorn_options

__all__ = ["create_app", "main", "serve", "uvicorn_options"]

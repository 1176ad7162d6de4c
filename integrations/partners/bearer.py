"""Tokens with which we prove ourselves to a partner (OAuth 2.0 client credentials, RFC 6749, 4.4): asked once a round."""

import asyncio
from http import HTTPStatus

import httpx

from crisis.partners import Access
from integrations.partners.approach import Approach, certificate_of, checked_addresses
from integrations.partners.client import plain_body
from integrations.partners.errors import Refused, Unintelligible, Unreachable, foreign_errors_translated
from integrations.partners.strict_json import strict_json
from integrations.settings import Settings


class Tokens:
    """The tokens of one round: partners with the same access share one, and one asks for all."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client, self._settings = client, settings
        self._asked: dict[Access, asyncio.Task[str]] = {}

    async def header(self, access: Access) -> dict[str, str]:
        """What goes with a question to a partner with this access; nothing where it takes no token.

        Raises:
            Refused: the secret is not in the settings, its server lies where it may not, or said no.
            Unreachable: there is no usable answer.
            Unintelligible: it gave no token.

        """
        if access.token_address is None:
            return {}
        if access not in self._asked:
            self._asked[access] = asyncio.create_task(self._ask(access))
        return {"Authorization": f"Bearer {await asyncio.shield(self._asked[access])}"}

    async def aclose(self) -> None:
        """The round is over: whoever has not given a token by now is not waited for."""
        for asked in self._asked.values():
            asked.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def _ask(self, access: Access) -> str:
        secret = self._settings.partner_secrets.get(access.client_secret or "")
        if secret is None:
            raise Refused(f"Het geheim {access.client_secret} staat niet in OPSCHALING_PARTNER_SECRETS.")
        url = httpx.URL(access.token_address or "")
        approach = Approach(await checked_addresses(url, access, self._settings), certificate_of(access, self._settings))
        asked = {"grant_type": "client_credentials"} | ({"scope": access.scope} if access.scope else {})
        with foreign_errors_translated():
            who = httpx.BasicAuth(access.client_id or "", secret.get_secret_value())
            extensions = {"approach": approach}
            async with self._client.stream("POST", url, data=asked, auth=who, extensions=extensions) as response:
                if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise Unreachable(f"De tokenserver kan nu niet antwoorden (HTTP-status {response.status_code}).")
                if response.status_code != HTTPStatus.OK:
                    raise Refused(f"De tokenserver gaf geen token (HTTP-status {response.status_code}).")
                found = strict_json(await plain_body(response))
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
            raise Unintelligible("De tokenserver gaf geen bruikbaar token.")
        return token

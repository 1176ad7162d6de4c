"""One conversation with one partner: within one deadline, at one place, and nothing of it is trusted."""

from collections.abc import Mapping
from hashlib import sha256

import httpx

from integrations.partners.approach import Approach
from integrations.partners.client import Room, persistently
from integrations.partners.errors import Refused, Unintelligible
from integrations.partners.strict_json import strict_json

MOST_PAGES = 40
"""Answers in one exchange: who sends us on for ever is cut off."""

MOST_TOGETHER = 8_000_000
"""Bytes in one exchange: what is read of every page is held until the last."""


class Exchange:
    """What an adapter asks its partner with. Everything in it falls under the partner's one deadline and the whole guard."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        base: httpx.URL,
        until: float,
        approach: Approach | None = None,
        room: Room | None = None,
    ) -> None:
        self.base = base
        """The partner's address in the crisis plan, whole, without a slash at its end."""
        self.until = until
        """When patience ends, by the clock of the event loop."""
        self._client, self._approach, self._room = client, approach, room
        self._digest = sha256()
        self._pages = self._bytes = 0

    async def get_json(self, url: httpx.URL, params: Mapping[str, str] | None = None) -> bytes:
        """The body of what is there: plain, whole, not too large, and strict JSON.

        Raises:
            Refused: it lies elsewhere than the partner, there are too many pages, the partner said no or sends us elsewhere.
            Unreachable: no usable answer, after three tries.
            Unintelligible: the answer, or all of them together, is too large; or it is packed, calls itself something else than
                JSON, or is not plain JSON.

        """
        if not self.is_own(url):
            raise Refused("Verwijst naar een ander adres dan dat in het crisisplan; dat wordt niet gevolgd.")
        self._pages += 1
        if self._pages > MOST_PAGES:
            raise Refused(f"Geeft meer dan {MOST_PAGES} bladzijden.")
        body = await persistently(
            self._client, url.copy_merge_params(params) if params else url, self.until, self._approach, self._room
        )
        self._bytes += len(body)
        if self._bytes > MOST_TOGETHER:
            raise Unintelligible(f"De bladzijden zijn samen groter dan {MOST_TOGETHER // 1_000_000} MB.")
        self._digest.update(body)
        strict_json(body)
        return body

    def is_own(self, url: httpx.URL) -> bool:
        """Whether it lies at the partner's own scheme, host and port."""
        return _origin(url) == _origin(self.base) and not url.userinfo

    def below(self, path: str) -> httpx.URL:
        """A place below the partner's address: `/TypedDataSet`."""
        return self.base.copy_with(path=self.base.path.rstrip("/") + path)

    @property
    def digest(self) -> str:
        """SHA-256 of all that came in, byte for byte, in the order of asking."""
        return self._digest.hexdigest()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    usual = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or usual

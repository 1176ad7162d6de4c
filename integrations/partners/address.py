"""Where a partner is asked, and whether it may be asked there."""

from ipaddress import ip_address

import httpx

from crisis.partners import Partner
from integrations.partners.errors import Refused
from integrations.settings import Reach, Settings


def address_of(partner: Partner, settings: Settings) -> httpx.URL:
    """The address of a partner's system; a path in the plan is one on the partner gateway.

    Raises:
        Refused: there is no gateway for a path, the address is no web address, or it lies beyond our reach.

    """
    if partner.address.startswith("/") and not settings.partner_gateway:
        raise Refused("Het adres in het crisisplan is een pad, en OPSCHALING_PARTNER_GATEWAY is niet ingevuld.")
    base = settings.partner_gateway.rstrip("/") if partner.address.startswith("/") else ""
    url = _parsed(base + partner.address.rstrip("/"))
    if settings.reach is Reach.LOOPBACK and not is_loopback(url.host):
        raise Refused("Het adres ligt buiten deze machine, en deze opstelling mag alleen de eigen machine bereiken.")
    return url


def system_of(partner: Partner, settings: Settings) -> str:
    """What a partner's system is told apart by: its address as it stands in plan and settings, whatever comes of that."""
    return f"{settings.partner_gateway.rstrip('/')}{partner.address}" if partner.address.startswith("/") else partner.address


def is_loopback(host: str) -> bool:
    """Whether the host is this machine by its very name. No name is looked up: an answer could be forged."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        usable = url.scheme in ("http", "https") and url.host and (url.port is None or 0 < url.port < 65_536)
    except (httpx.InvalidURL, ValueError) as error:
        raise Refused("Het adres in het crisisplan is geen webadres.") from error
    if not usable or url.query or url.fragment:
        raise Refused("Het adres in het crisisplan is geen webadres waarachter een pad kan volgen.")
    return url

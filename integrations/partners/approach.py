"""How a partner's system is approached: at which address exactly, showing what, and whether that is allowed at all.

A name is looked up once for each exchange. Every address that it stands for must be allowed, and the connection goes to the one
that was checked: a second look-up, which could answer otherwise (DNS rebinding), is not made. The certificate is still held
against the name.
"""

import asyncio
import secrets
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from uuid import UUID

import httpx

from crisis.partners import Access, Partner
from integrations.partners.errors import Refused, Unreachable
from integrations.settings import Reach, Settings

AT_ONCE = 64
"""Names that are looked up at the same time: one that is slow must not hold up the others."""
OIN_HEADER = "X-OIN"
TRANSACTION_HEADER = "Fsc-Transaction-Id"

Address = IPv4Address | IPv6Address
LookUp = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class Approach:
    """How the exchanges with one partner go."""

    address: str
    """The one address that was checked; connections go there."""
    certificate: Path | None = None
    """What we show (mutual TLS): certificate and key in one PEM file."""
    headers: dict[str, str] = field(default_factory=dict)


async def approach_of(
    partner: Partner, url: httpx.URL, access: Access | None, settings: Settings, look_up: LookUp | None = None
) -> Approach:
    """How this partner may be approached at this address.

    Raises:
        Refused: the address, or one of those that its name stands for, is not allowed; or a certificate is not in the settings.
        Unreachable: the name is not known, or nobody answers for it.

    """
    address = await checked_address(url, access, settings, is_gateway=partner.address.startswith("/"), look_up=look_up)
    headers = {TRANSACTION_HEADER: str(transaction_id())}
    if access and access.oin:
        headers[OIN_HEADER] = access.oin
    return Approach(address, _certificate(access, settings), headers)


async def checked_address(
    url: httpx.URL, access: Access | None, settings: Settings, *, is_gateway: bool = False, look_up: LookUp | None = None
) -> str:
    """The address that this name stands for, once all that it stands for are allowed. Raises Refused, Unreachable."""
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    found = await _looked_up(url.host, port, look_up or _by_system)
    allowed = _rule(access, settings, is_gateway=is_gateway)
    for one in found:
        if not allowed(_plain(one)):
            raise Refused(f"De naam {url.host[:100]} staat voor een adres dat niet mag worden benaderd.")
    return found[0]


def transaction_id() -> UUID:
    """A fresh UUID, version 7: ordered by time, as FSC wants it for following a request through both logs (RFC 9562, 5.7)."""
    stamp = time.time_ns() // 1_000_000
    number = (stamp << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return UUID(int=number)


async def _looked_up(host: str, port: int, look_up: LookUp) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().run_in_executor(_looking_up(), look_up, host, port)
    except (OSError, UnicodeError) as error:
        raise Unreachable("De naam van het adres is niet bekend.") from error
    if not found:
        raise Unreachable("De naam van het adres is niet bekend.")
    return list(found)


def _by_system(host: str, port: int) -> Sequence[str]:
    return [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def _looking_up() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="partner-dns")


def _rule(access: Access | None, settings: Settings, *, is_gateway: bool) -> Callable[[Address], bool]:
    """What an address must be: on this machine; in the ranges of the plan; with the administrator's gateway; else public."""
    if settings.reach is Reach.LOOPBACK:
        return lambda address: address.is_loopback
    if access and access.networks:
        networks = [ip_network(network) for network in access.networks]
        return lambda address: any(address in network for network in networks)
    if is_gateway:
        return lambda address: not (address.is_link_local or address.is_multicast or address.is_unspecified)
    return lambda address: address.is_global and not address.is_multicast


def _plain(address: str) -> Address:
    """The address without what hides it: an IPv4 address written as IPv6 is that address."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _certificate(access: Access | None, settings: Settings) -> Path | None:
    if access is None or access.client_certificate is None:
        return None
    path = settings.client_certificates.get(access.client_certificate)
    if path is None:
        raise Refused(f"Het certificaat {access.client_certificate} staat niet in OPSCHALING_CLIENT_CERTIFICATES.")
    return path

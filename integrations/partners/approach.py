"""How a partner's system is approached: at which address exactly, showing what, and whether that is allowed at all.

A name is looked up once for each exchange. Every address that it stands for must be allowed, and connections go to those that
were checked: a second look-up, which could answer otherwise (DNS rebinding), is not made. The certificate is still held
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
MOST_ADDRESSES = 4
"""Addresses of one name that are tried."""
OIN_HEADER = "X-OIN"
TRANSACTION_HEADER = "Fsc-Transaction-Id"

METADATA = frozenset(map(ip_address, ("169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16")))
"""Where machines in a cloud learn their own secrets (AWS, Azure, Google, Alibaba): never, whatever plan or gateway says."""
_ENDS_IN_IPV4 = tuple(map(ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")))
"""IPv6 that stands for the IPv4 address at its end: compatible, translated (RFC 2765), NAT64 (RFC 6052, RFC 8215)."""

Address = IPv4Address | IPv6Address
LookUp = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True)
class Approach:
    """How the exchanges with one partner go."""

    addresses: tuple[str, ...]
    """The addresses that were checked; connections go there, to the next where one gives none."""
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
    addresses = await checked_addresses(url, access, settings, is_gateway=partner.address.startswith("/"), look_up=look_up)
    headers = {TRANSACTION_HEADER: str(transaction_id())}
    if access and access.oin:
        headers[OIN_HEADER] = access.oin
    return Approach(addresses, certificate_of(access, settings), headers)


async def checked_addresses(
    url: httpx.URL, access: Access | None, settings: Settings, *, is_gateway: bool = False, look_up: LookUp | None = None
) -> tuple[str, ...]:
    """The addresses that this name stands for, once all of them are allowed. Raises Refused, Unreachable."""
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    found = await _looked_up(url.host, port, look_up or _by_system)
    allowed = _rule(access, settings, is_gateway=is_gateway)
    for one in found:
        if not all(address not in METADATA and allowed(address) for address in _meant(one)):
            raise Refused(f"De naam {url.host[:100]} staat voor een adres dat niet mag worden benaderd.")
    return tuple(dict.fromkeys(found))[:MOST_ADDRESSES]


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
    return lambda address: address.is_global and not (address.is_multicast or getattr(address, "is_site_local", False))


def _meant(address: str) -> tuple[Address, ...]:
    """The address without its zone; an IPv4 address written as IPv6 is that address, and what passes on to one is both."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address) or found.is_loopback:
        return (found,)
    if found.ipv4_mapped:
        return (found.ipv4_mapped,)
    last = IPv4Address(int(found) & 0xFFFF_FFFF)
    if any(found in network for network in _ENDS_IN_IPV4):
        return found, last
    return (found, *filter(None, (found.sixtofour, *(found.teredo or ()))))


def certificate_of(access: Access | None, settings: Settings) -> Path | None:
    """What we show where the plan names it. Raises Refused."""
    if access is None or access.client_certificate is None:
        return None
    path = settings.client_certificates.get(access.client_certificate)
    if path is None:
        raise Refused(f"Het certificaat {access.client_certificate} staat niet in OPSCHALING_CLIENT_CERTIFICATES.")
    return path

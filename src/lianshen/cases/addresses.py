"""Which addresses deliveries may reach: agencies' systems, in their networks too, and never this machine.

An address is judged by what its name resolves to at the moment of sending, and the connection goes to the address
that was judged: a name that changes its meaning in between leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from lianshen.cases.errors import Refused
from lianshen.errors import LianshenError

MOST = 400


class OutOfReach(LianshenError):
    """A name that resolves to nothing, or to an address that deliveries may not reach."""


@dataclass(frozen=True)
class Reach:
    """What deliveries may use beyond TLS to other machines: connections without TLS, this machine itself."""

    plain: bool = False
    loopback: bool = False


def checked(url: str, reach: Reach) -> str:
    """Return the address of a webhook if it may be one.

    :raises Refused: for another scheme, a user name or fragment, no host, or an address of this machine.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise Refused(f"url {url!r}: {error}") from error
    schemes = ("https", "http") if reach.plain else ("https",)
    if parts.scheme not in schemes:
        raise Refused(f"url {url!r}: write {' or '.join(f'{scheme}://' for scheme in schemes)}…; plain http needs the "
                      "setting webhook_plain")  # fmt: skip
    if not parts.hostname or parts.username is not None or parts.fragment or len(url) > MOST or port == 0:
        raise Refused(f"url {url!r}: a host, no user name, no '#', at most {MOST} characters")
    if not url.isascii() or any(character.isspace() for character in url.strip()):
        raise Refused(f"url {url!r}: ASCII without spaces; write other characters percent-encoded")
    try:
        judge(ipaddress.ip_address(parts.hostname), reach)
    except ValueError:
        pass  # a name; it is judged by what it resolves to when something is sent
    except OutOfReach as error:
        raise Refused(f"url {url!r}: {error}") from error
    return url.strip()


def judge(address: ipaddress.IPv4Address | ipaddress.IPv6Address, reach: Reach) -> None:
    """Refuse an address of this machine or of no machine.

    :raises OutOfReach: for loopback (unless it is allowed), link-local, multicast and reserved addresses.
    """
    meant = getattr(address, "ipv4_mapped", None) or address
    if meant.is_loopback and reach.loopback:
        return
    if meant.is_loopback or meant.is_link_local or meant.is_multicast or meant.is_unspecified or meant.is_reserved:
        raise OutOfReach(f"{address} is this machine's own or no machine's; deliveries go to other machines")


def resolve(host: str, port: int, reach: Reach) -> str:
    """Return an address of the host to connect to.

    :raises OutOfReach: if the name resolves to nothing, or to any address that may not be reached.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OutOfReach(f"{host} does not resolve: {error}") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    for address in addresses:
        judge(ipaddress.ip_address(address), reach)
    return addresses[0]

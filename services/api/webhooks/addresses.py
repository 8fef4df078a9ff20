"""Where a webhook may connect: its name is resolved once, every address is checked, and one of them is used.

A subscriber chooses the URL, so without these checks he could make this server speak to machines that only it can
reach. Checking the name and then connecting by name again would leave the door open (the second answer may differ):
the connection is made to the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in the last 32 bits. Its local kin 64:ff9b:1::/48 (RFC 8215) may hold one elsewhere, too,
and is refused whole with all that is no global unicast."""

_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out for the public network; everything else is local, old or nobody's."""

_ISATAP: Final = (0x0000_5EFE, 0x0200_5EFE)
"""RFC 5214 6.1: before an IPv4 address in the last 32 bits, under any prefix."""

_REFUSED: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's host speaks to its guests by this address, which looks like a public one
        *("::/128", "::1/128", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)
"""IANA's special-purpose address registries (RFC 6890 and its updates) and multicast. Listed here rather than asked
of ``ipaddress.is_global``, whose answer changed between patch releases of Python (CVE-2024-4032)."""


_WRITTEN: Final = re.compile(r"[!-~]{1,2000}")

RESOLVE_SECONDS: Final = 5.0
"""For a name; a third of what a whole attempt has."""


class AddressRefusedError(Exception):
    """A webhook must not connect there; the message says why, and is shown to the subscriber."""


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's URL with the one address that a delivery connects to."""

    url: str
    scheme: str
    host: str
    port: int
    address: str


def resolve_target(
    url: str, *, allowed: Iterable[IPNetwork] = (), insecure: bool = False, resolve: Resolve | None = None
) -> Target:
    """Resolve a URL once and check every address that its name has.

    Args:
        url: an ``https`` URL (``http`` too, with ``insecure``), without user information.
        allowed: networks that are served although they are private.
        insecure: whether plain ``http`` is served.
        resolve: how names are resolved; by default the system does it.

    Raises:
        AddressRefusedError: the URL is not of this form, its name has no address, or one that is refused.
    """
    if not _WRITTEN.fullmatch(url):
        raise AddressRefusedError(
            "a webhook's URL is written in printable ASCII; encode the rest by percents"
        )
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise AddressRefusedError(f"the webhook's URL cannot be read: {error}") from None
    schemes = ("https", "http") if insecure else ("https",)
    if parts.scheme not in schemes:
        raise AddressRefusedError(
            f"a webhook's URL begins with {' or '.join(f'{one}://' for one in schemes)}"
        )
    if parts.username is not None or parts.password is not None:
        raise AddressRefusedError("a webhook's URL holds no user name or password")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefusedError("the port of the webhook's URL is not a number up to 65535") from None
    if not parts.hostname:
        raise AddressRefusedError("the webhook's URL names no host")
    try:
        addresses = (resolve or _system)(parts.hostname, port)
    except (OSError, UnicodeError) as error:
        raise AddressRefusedError(f"{parts.hostname} cannot be resolved: {error}") from error
    if not addresses:
        raise AddressRefusedError(f"{parts.hostname} has no address")
    networks = tuple(allowed)
    for address in addresses:
        why = why_refused(address, networks)
        if why is not None:
            # What a name inside resolves to is nothing to tell a stranger.
            which = f"the address {address}" if address == parts.hostname else "an address"
            raise AddressRefusedError(f"{parts.hostname} has {which} {why}")
        if parts.scheme == "http" and not _within(address, networks):
            raise AddressRefusedError("plain http goes to networks only that the operator allows")
    return Target(url, parts.scheme, parts.hostname, port, addresses[0])


def why_refused(address: str, allowed: Sequence[IPNetwork] = ()) -> str | None:
    """Tell why a webhook must not connect to ``address``; None when it may."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "which is not an IP address"
    if "%" in address:
        return "which is bound to a link"
    for meant in _meant(parsed):
        if any(meant.version == network.version and meant in network for network in allowed):
            continue
        if isinstance(meant, ipaddress.IPv6Address) and meant not in _GLOBAL_UNICAST:
            return "which is not on the public network"
        for network in _REFUSED:
            if meant.version == network.version and meant in network:
                through = "" if meant == parsed else f" (it stands for {meant})"
                return f"which is not on the public network{through}"
    return None


def _meant(address: IPAddress) -> list[IPAddress]:
    """Give the address and every IPv4 address that it stands for: mapped, translated, tunnelled."""
    found: list[IPAddress] = []
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [last]
    found.append(address)
    if int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        found.append(last)
    if address.sixtofour is not None:
        found.append(address.sixtofour)
    if address.teredo is not None:
        found += address.teredo
    return found


def _within(address: str, networks: Sequence[IPNetwork]) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(
        one.version == network.version and one in network for one in _meant(parsed) for network in networks
    )


def _system(host: str, port: int) -> Sequence[str]:
    """Ask the system, for ``RESOLVE_SECONDS``: whoever owns a name can let its servers be as slow as they like."""
    answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))

    threading.Thread(target=look, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=RESOLVE_SECONDS)
    except queue.Empty:
        raise OSError(f"no answer within {RESOLVE_SECONDS:g} s") from None
    if isinstance(answer, OSError | UnicodeError):
        raise answer
    return answer

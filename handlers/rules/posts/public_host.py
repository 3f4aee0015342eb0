"""Whether the public internet reaches a host: no private networks, no names that only an intranet knows."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from handlers.rules.lazy_pattern import LazyPattern, word_set

EMBEDDING = (ip_network("::/96"), ip_network("64:ff9b::/96"))
"""IPv6 addresses whose last four bytes are an IPv4 address that a gateway may lead to."""
ISATAP = (b"\0\0\x5e\xfe", b"\2\0\x5e\xfe")
"""What stands before an IPv4 address in an interface's id by which IPv6 is carried over it (RFC 5214)."""
GIVEN_OUT = ip_network("2000::/3")
"""The only IPv6 addresses that are given out on the public internet."""
SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "3fff::/20")))
"""Addresses of protocols and documents, and of the machines that clouds run their guests on."""
INTERNAL = word_set(
    "local localhost localdomain lan internal intranet corp home private domain workgroup arpa test example invalid "
    "onion alt"
)
"""Top-level names that no public registry gives out (RFC 2606, RFC 6761, RFC 8375, and what intranets use)."""
NOBODYS = word_set("example.com example.net example.org nip.io sslip.io xip.io localtest.me lvh.me vcap.me")
"""Public names that are kept for documents, or that lead to private addresses."""
_NUMBERS = LazyPattern(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*", re.IGNORECASE)
"""A host that browsers read as an IPv4 address in another spelling: 2130706433, 0x7f.1."""
LONGEST_LABEL = 63
"""How many characters a part of a host's name has at most (RFC 1035)."""


def public_ip(address: str) -> bool:
    """Return whether an IP address belongs to the public internet. ValueError if it is none."""
    parsed = ip_address(address.partition("%")[0])
    inside = _embedded(parsed) if isinstance(parsed, IPv6Address) else None
    inner = inside or parsed
    if isinstance(inner, IPv6Address) and inner not in GIVEN_OUT:
        return False
    return bool(inner.is_global and not inner.is_multicast and not any(inner in network for network in SPECIAL))


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address embeds, or None."""
    if any(address in network for network in EMBEDDING):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.packed[8:12] in ISATAP:
        return IPv4Address(address.packed[12:])
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def public_host(host: str) -> bool:
    """Return whether a host, a name or an IP address, can be on the public internet; no name is looked up."""
    name = host.lower().rstrip(".")
    try:
        return public_ip(name)
    except ValueError:
        pass
    labels = name.split(".")
    if len(labels) < 2 or not all(0 < len(label) <= LONGEST_LABEL for label in labels) or _NUMBERS.fullmatch(name):
        return False
    return labels[-1] not in INTERNAL and not labels[-1].isdigit() and ".".join(labels[-2:]) not in NOBODYS

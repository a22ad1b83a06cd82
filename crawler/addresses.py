"""Which IP addresses may be connected to."""

from __future__ import annotations

import ipaddress

# Ranges that `ipaddress` calls global and that still lead inside or nowhere.
_ALSO_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "192.88.99.0/24",  # 6to4 relays, withdrawn (RFC 7526)
        "64:ff9b:1::/48",  # local-use IPv4/IPv6 translation (RFC 8215)
        "5f00::/16",  # segment routing (RFC 9602)
    )
)


def refused(host: str) -> str | None:
    """Why the IP address ``host`` must not be connected to, in a word; None when it may.

    Only addresses of the public internet may. Addresses that carry an IPv4 address inside (mapped, compatible, 6to4,
    Teredo, NAT64) count as that one. What is no IP address is refused: names are resolved before they come here.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unreadable"
    if isinstance(address, ipaddress.IPv6Address) and (inner := _inner(address)):
        return refused(str(inner))
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link-local"
    if address.is_multicast:
        return "multicast"
    if address.is_unspecified:
        return "unspecified"
    special = any(address.version == network.version and address in network for network in _ALSO_REFUSED)
    if special or address.is_reserved:
        return "reserved"
    return None if address.is_global else "private"


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    value = int(address)
    in_low_bits = address in _NAT64 or (value >> 32 == 0 and value > 1)  # the latter: IPv4-compatible, but not ::, ::1
    return ipaddress.IPv4Address(value & 0xFFFFFFFF) if in_low_bits else None


_NAT64 = ipaddress.ip_network("64:ff9b::/96")

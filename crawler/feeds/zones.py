"""Time zones as dates name them."""

from __future__ import annotations

# Zone names that email.utils does not know, in minutes east of UTC. Names with several meanings have their usual one
# in feeds (IST: India, CST and others stay with email.utils: North America).
ZONES = {
    "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "MEST": 120, "WET": 0, "WEST": 60, "BST": 60, "EET": 120,
    "EEST": 180, "MSK": 180, "TRT": 180, "IST": 330, "PKT": 300, "ICT": 420, "WIB": 420, "SGT": 480, "HKT": 480,
    "PHT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "SAST": 120, "BRT": -180,
    "ART": -180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}  # fmt: skip


def offset_of(zone: str | None) -> int | None:
    """Minutes east of UTC of ``Z``, ``MEZ``, ``+0530``, ``-03:00``; None for no zone and for one that cannot be."""
    if not zone:
        return None
    zone = zone.upper()
    if zone in ("Z", "UTC", "GMT"):
        return 0
    if zone[0] not in "+-":
        return ZONES.get(zone)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        return None
    return -minutes if zone[0] == "-" else minutes

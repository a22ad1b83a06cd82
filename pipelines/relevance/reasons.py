"""Why a document is not about the topic: the stable reason codes, most telling first."""

from __future__ import annotations

from collections.abc import Mapping

# Trap of the topic files -> reason code. The order decides between traps that are equally loud.
TRAP_REASONS: Mapping[str, str] = {
    "app_store": "app_store",
    "offline_shop": "offline_shop",
    "car": "car",
    "factory": "factory",
    "service_centre": "service_centre",
    "repair": "service_centre",
    "office": "office",
    "carrier": "carrier",
    "break_in": "incident",
    "queue": "queue",
    "visit": "existing_store",
    "jobs": "jobs",
    "deal": "deal",
    "results": "results",
    "software": "software",
    "product_launch": "product_launch",
    "other_goods": "other_goods",
    "event": "event",
}
REASONS = frozenset(("retail_event", "no_vendor", "no_retail_term", "other_brand", "no_action", "denied")) | frozenset(
    TRAP_REASONS.values()
)
"""Every code a verdict can carry; ``retail_event`` is that of relevant ones."""


def reason_against(found: Mapping[str, float]) -> str:
    """The code that explains best why ``found`` (features) is no retail event."""
    if "no vendor" in found:
        return "no_vendor"
    loudest = _loudest_trap(found)
    if "no store" in found and not any("enters" in name or "partner" in name or "retail" in name for name in found):
        return TRAP_REASONS[loudest] if loudest else "no_retail_term"
    if found.get("any brand store", 0) + 2 * found.get("title brand store", 0) > found.get("any vendor store", 0):
        return "other_brand"
    if loudest:
        return TRAP_REASONS[loudest]
    if any(name.endswith((" deny", " negation")) for name in found):
        return "denied"
    return "no_action"


def _loudest_trap(found: Mapping[str, float]) -> str | None:
    """The trap most of the sentences fall under; the title counts as half of the text."""
    loud = {
        trap: found.get(f"share trap {trap}", 0.0) + 0.5 * found.get(f"title trap {trap}", 0.0) for trap in TRAP_REASONS
    }
    trap = max(loud, key=lambda name: loud[name])
    return trap if loud[trap] >= 0.25 else None

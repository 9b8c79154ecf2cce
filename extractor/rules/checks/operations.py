"""All operations by name: the closed set."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.rules.checks import (
    amounts,
    audit,
    completeness,
    dates,
    eligibility,
    equipment,
    form,
    identity,
    lists,
    packet,
    quarterly,
    ranges,
    recommendation,
    roster,
    seals,
    served,
    sums,
    trends,
)
from extractor.rules.checks.registry import Operation

_MODULES = (
    identity, amounts, form, lists, roster, served, recommendation, dates, audit, trends,
    eligibility, completeness, seals, equipment, packet, sums, ranges, quarterly,
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {
    found.name: found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, Operation)
}

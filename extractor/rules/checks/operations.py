"""All operations by name: the closed set."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.rules.checks import (
    amounts,
    audit,
    certificates,
    completeness,
    dates,
    eligibility,
    equipment,
    form,
    identity,
    lists,
    minima,
    packet,
    partners,
    proofs,
    quarterly,
    ranges,
    recognised,
    recommendation,
    roster,
    seals,
    served,
    sums,
    terms,
    trends,
)
from extractor.rules.checks.registry import Operation

_MODULES = (
    identity, amounts, form, lists, roster, served, recommendation, dates, audit, trends,
    eligibility, completeness, seals, equipment, packet, sums, ranges, quarterly,
    proofs, terms, recognised, partners, certificates, minima,
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {
    found.name: found
    for module in _MODULES
    for found in vars(module).values()
    if isinstance(found, Operation)
}

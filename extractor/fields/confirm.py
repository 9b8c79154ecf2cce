"""Second thoughts: identities and check digits raise or lower confidence, never change a value.

Where a balance sheet's totals agree to the cent, three independently read numbers vouch for each other;
where they do not, none of them may stay certain. A code whose check digit is right was almost surely
read right; one whose check digit is wrong is doubtful, whoever is to blame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, FactStatus
from extractor.fields.make import status_for

#: Confidence of a value that a second, independent reading agrees with (chance agreement of two
#: misread amounts to the cent is negligible).
CONFIRMED = 0.995
#: Ceiling for values of an identity that fails by an amount no rounding explains.
REFUTED = 0.6
#: Statements agree to the cent; five cents allow for rounding of each line (crosschecks AU-01).
CENTS = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class _Identity:
    """``total`` equals the sum of ``parts`` with their signs."""

    total: str
    parts: tuple[tuple[int, str], ...]


_IDENTITIES = (
    _Identity("bs_total_assets_end", ((1, "bs_total_liabilities_end"), (1, "bs_total_equity_end"))),
    _Identity("bs_total_assets_end", ((1, "bs_total_liab_equity_end"),)),
    _Identity(
        "bs_total_assets_end", ((1, "bs_current_assets_end"), (1, "bs_noncurrent_assets_end"))
    ),
    _Identity("is_net_profit", ((1, "is_total_profit"), (-1, "is_income_tax"))),
    _Identity(
        "app_premises_area_total", ((1, "app_premises_area_owned"), (1, "app_premises_area_rented"))
    ),
)


def confirm_facts(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The same facts with confidences adjusted by identities among facts of one document."""
    raised: set[str] = set()
    lowered: set[str] = set()
    documents = {f.document for f in facts}
    for document in sorted(d for d in documents if d):
        mine = [f for f in facts if f.document == document]
        for identity in _IDENTITIES:
            used, holds = _test(identity, mine)
            if holds is True:
                raised |= used
            elif holds is False and identity.total.startswith(("bs_", "is_")):
                lowered |= used
    return tuple(_adjust(f, raised, lowered - raised) for f in facts)


def _test(identity: _Identity, facts: Sequence[Fact]) -> tuple[set[str], bool | None]:
    wanted = [identity.total, *(name for _sign, name in identity.parts)]
    chosen: dict[str, Fact] = {}
    for name in wanted:
        candidates = [f for f in facts if f.field == name and f.value is not None]
        if len(candidates) != 1:
            return set(), None
        chosen[name] = candidates[0]
    total = as_decimal(chosen[identity.total].value)
    parts = [(sign, as_decimal(chosen[name].value)) for sign, name in identity.parts]
    if total is None or any(v is None for _s, v in parts):
        return set(), None
    gap = total - sum((s * v for s, v in parts if v is not None), Decimal(0))
    return {f.id for f in chosen.values()}, abs(gap) <= CENTS


def _adjust(fact: Fact, raised: set[str], lowered: set[str]) -> Fact:
    if fact.id in raised and not fact.alternatives:
        confidence = max(fact.confidence, CONFIRMED)
    elif fact.id in lowered:
        confidence = min(fact.confidence, REFUTED)
    else:
        return fact
    status = status_for(confidence, fact.alternatives, fact.printed)
    if fact.status in (FactStatus.CORRECTED, FactStatus.REJECTED):
        status = fact.status
    return fact.model_copy(update={"confidence": round(confidence, 4), "status": status})

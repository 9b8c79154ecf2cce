"""What another judgement of the same packet says differently: verdicts, findings, materials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from extractor.core.worksheet import (
    Criterion,
    Finding,
    Material,
    MaterialStatus,
    Outcome,
    Severity,
    Verdict,
    Worksheet,
)


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A criterion whose verdict differs; ``before`` is ``None`` where it was not asked before."""

    criterion: Criterion
    before: Verdict | None


@dataclass(frozen=True, slots=True)
class MaterialChange:
    """A material whose status differs; ``before`` is ``None`` where it was not asked for before."""

    material: Material
    before: MaterialStatus | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences from one judgement to another.

    Attributes:
        verdicts: criteria of the later judgement whose verdict is another one, in article order.
        dropped: criteria that the later scheme does not have.
        materials: materials whose status is another one.
        new: failed findings that were not failed before, or not so gravely.
        gone: failed findings that are no longer failed, as they stood before.
    """

    verdicts: tuple[VerdictChange, ...]
    dropped: tuple[Criterion, ...]
    materials: tuple[MaterialChange, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.verdicts or self.dropped or self.materials or self.new or self.gone)


def changes_between(before: Worksheet, after: Worksheet) -> Changes:
    """What ``after`` says differently from ``before``; both are worksheets of one packet.

    Ids of criteria and materials are compared within one scheme only: under another scheme the same
    id may stand for another condition, so all of its conditions are told.
    """
    one_scheme = before.scheme.id == after.scheme.id
    verdicts = {c.id: c.verdict for c in before.criteria} if one_scheme else {}
    statuses = {m.id: m.status for m in before.materials} if one_scheme else {}
    kept = {c.id for c in after.criteria} if one_scheme else set()
    failed_before, failed_after = _failed(before.findings), _failed(after.findings)
    return Changes(
        verdicts=tuple(
            VerdictChange(c, verdicts.get(c.id))
            for c in after.criteria
            if verdicts.get(c.id) is not c.verdict
        ),
        dropped=tuple(c for c in before.criteria if c.id not in kept),
        materials=tuple(
            MaterialChange(m, statuses.get(m.id))
            for m in after.materials
            if statuses.get(m.id) is not m.status
        ),
        new=tuple(f for key, f in failed_after.items() if key not in failed_before),
        gone=tuple(f for key, f in failed_before.items() if key not in failed_after),
    )


def _failed(findings: Iterable[Finding]) -> dict[tuple[str, Severity], Finding]:
    return {(f.check, f.severity): f for f in findings if f.outcome is Outcome.FAILED}

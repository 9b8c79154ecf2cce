"""One packet on the reviewer's desk: the worksheet with its indexes, made once per version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from extractor.core.worksheet import (
    Criterion,
    Fact,
    FactStatus,
    Finding,
    Material,
    Outcome,
    Row,
    RowSet,
    Verdict,
    Worksheet,
)
from extractor.decisions.state import State, state_of
from extractor.doors.review.store import head_of
from extractor.doors.review.words import PageWords
from extractor.worksheet.naming import Naming
from extractor.worksheet.telling import Telling, failed_findings, for_judgement


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a fact of a list stands."""

    rows: RowSet
    row: Row


@dataclass
class Desk:
    """A worksheet as one viewer reads it in one language. ``stored``: as it was stored, in Chinese."""

    packet: str
    worksheet: Worksheet
    words: PageWords
    naming: Naming
    stored: Worksheet

    @cached_property
    def telling(self) -> Telling:
        """The worksheet in words."""
        return Telling(self.worksheet, self.words.sheet, self.naming)

    @cached_property
    def state(self) -> State:
        """What stands decided."""
        return state_of(self.stored)

    @property
    def head(self) -> str:
        """The hash the next decision follows."""
        return head_of(self.stored)

    @cached_property
    def cells(self) -> Mapping[str, CellPlace]:
        """Where each fact of a list stands."""
        return {
            fact.id: CellPlace(rows, row)
            for rows in self.worksheet.rows
            for row in rows.rows
            for fact in row.cells.values()
        }

    @cached_property
    def lists(self) -> Mapping[str, tuple[RowSet, ...]]:
        """All lists of one kind together, in the order they were read."""
        found: dict[str, list[RowSet]] = {}
        for rows in self.worksheet.rows:
            if rows.rows:
                found.setdefault(rows.field, []).append(rows)
        return {field: tuple(sets) for field, sets in found.items()}

    def columns(self, field: str) -> tuple[str, ...]:
        """The columns of a list that were read, in the form's order."""
        read = dict.fromkeys(c for s in self.lists[field] for row in s.rows for c in row.cells)
        ordered = [c for c in self.naming.columns.get(field, ()) if c in read]
        return (*ordered, *(c for c in read if c not in ordered))

    @cached_property
    def failed(self) -> Mapping[str, Finding]:
        """Failed findings by ``check/severity``, gravest first."""
        return {
            f"{f.check}/{f.severity.value}": f for f in failed_findings(self.worksheet.findings)
        }

    @cached_property
    def criteria(self) -> Mapping[str, Criterion]:
        """Conditions by id."""
        return {c.id: c for c in self.worksheet.criteria}

    @cached_property
    def materials(self) -> Mapping[str, Material]:
        """Materials by id."""
        return {m.id: m for m in self.worksheet.materials}

    @cached_property
    def cited(self) -> frozenset[str]:
        """Facts that failed findings or conditions lean on."""
        found = {i for f in self.worksheet.findings if f.outcome is Outcome.FAILED for i in f.facts}
        for criterion in self.worksheet.criteria:
            if criterion.verdict is not Verdict.NOT_APPLICABLE:
                found.update(criterion.facts)
        return frozenset(found)

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """Fact id → items that lean on it: failed findings, then conditions."""
        found: dict[str, list[str]] = {}
        for key, finding in self.failed.items():
            for ident in dict.fromkeys(finding.facts):
                found.setdefault(ident, []).append(f"finding:{key}")
        for criterion in self.worksheet.criteria:
            for ident in dict.fromkeys(criterion.facts):
                found.setdefault(ident, []).append(f"criterion:{criterion.id}")
        return {ident: tuple(items) for ident, items in found.items()}

    @cached_property
    def places(self) -> tuple[Fact, ...]:
        """All facts in the order n and p walk: what matters first, then by page and place."""
        return tuple(sorted(self.telling.facts.values(), key=self._rank))

    def _rank(self, fact: Fact) -> tuple[bool, int, float, float, str]:
        box = fact.box or (0.0, 0.0, 0.0, 0.0)
        return (
            fact.id not in self.cited,
            fact.page if fact.page is not None else 1_000_000,
            round(box[1] / 6),
            box[0],
            fact.id,
        )

    @cached_property
    def doubtful(self) -> tuple[Fact, ...]:
        """Values in doubt, in the order they are walked."""
        return tuple(f for f in self.places if f.status is FactStatus.DOUBTFUL)

    def doubt_from(self, after: str, by: int) -> Fact | None:
        """The next (``by`` 1) or previous (-1) doubtful value seen from fact ``after``; round and round."""
        if not self.doubtful:
            return None
        open_ones = {fact.id for fact in self.doubtful}
        ids = [fact.id for fact in self.places if fact.id in open_ones or fact.id == after]
        at = ids.index(after) if after in ids else (-1 if by > 0 else 0)
        facts = self.telling.facts
        for step in range(1, len(ids) + 1):
            ident = ids[(at + by * step) % len(ids)]
            if ident in open_ones:
                return facts[ident]
        return None

    @cached_property
    def open_findings(self) -> int:
        """Failed findings of error and warning that nobody dealt with, or that changed since."""
        found = 0
        for finding in self.failed.values():
            said = self.state.disposition(finding)
            if finding.severity.value != "info" and (said is None or said.stale):
                found += 1
        return found

    @cached_property
    def open_judgements(self) -> int:
        """Conditions for people that have no opinion yet."""
        return sum(
            self.state.opinion(f"criterion:{c.id}") is None for c in for_judgement(self.worksheet)
        )

    @property
    def doubts_that_matter(self) -> int:
        """Values in doubt that a finding or a condition leans on."""
        return sum(f.id in self.cited for f in self.doubtful)

"""What reviewers decided, in words: who, when, what, old and new value, why; and who signed.

The machine's own words are never replaced: a reviewer's stand beside them. ``decisions.state`` says the
same for programs; it lies beside this folder, so what is needed of it is read off the chain here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractor.core.worksheet import (
    Criterion,
    Decision,
    FactStatus,
    Finding,
    Material,
    Row,
    Value,
    Worksheet,
)
from extractor.worksheet.telling import Telling

_OF_FINDINGS = frozenset({"confirm", "dismiss", "ask"})
_OPINIONS = frozenset({"verdict", "material"})
WHOLE = "worksheet"
"""What ``Decision.on`` names where the whole worksheet is meant."""
_MOST_NAME = 60  # characters of a clause or title in the record


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One line of the record. ``gone``: what was there is not to be counted on any more."""

    when: str
    who: str
    action: str
    on: str
    before: str
    after: str
    why: str
    page: int | None = None
    gone: bool = False


def is_removed(row: Row) -> bool:
    """Whether a reviewer said that this is no row of the list."""
    return bool(row.cells) and all(f.status is FactStatus.REJECTED for f in row.cells.values())


def signature_of(worksheet: Worksheet) -> Decision | None:
    """The sign-off in force; ``None`` where nobody signed, or it was reopened since."""
    closing = [d for d in worksheet.decisions if d.action in ("sign_off", "reopen")]
    return closing[-1] if closing and closing[-1].action == "sign_off" else None


@dataclass
class Decided:
    """The decisions of one worksheet, told in its language."""

    telling: Telling

    @cached_property
    def _opinions(self) -> Mapping[str, Decision]:
        return {d.on: d for d in self.telling.worksheet.decisions if d.action in _OPINIONS}

    @cached_property
    def _findings(self) -> Mapping[str, Decision]:
        return {d.on: d for d in self.telling.worksheet.decisions if d.action in _OF_FINDINGS}

    @cached_property
    def _remarks(self) -> Mapping[str, Sequence[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decision in self.telling.worksheet.decisions:
            if decision.action in ("comment", "ask"):
                found.setdefault(decision.on, []).append(decision)
        return found

    @cached_property
    def _rows(self) -> Mapping[str, tuple[str, Row]]:
        return {
            fact.id: (rows.field, row)
            for rows in self.telling.worksheet.rows
            for row in rows.rows
            for fact in row.cells.values()
        }

    def on_criterion(self, criterion: Criterion) -> str:
        """The reviewer's word on a condition, one line a decision; "" for none."""
        return self._beside(f"criterion:{criterion.id}", criterion.verdict.value)

    def on_material(self, material: Material) -> str:
        """The reviewer's word on a material, one line a decision; "" for none."""
        return self._beside(f"material:{material.id}", material.status.value)

    def on_finding(self, finding: Finding) -> str:
        """What was said of a finding; says so where the finding reads otherwise by now. "" for none."""
        exact = f"finding:{finding.check}/{finding.severity.value}"
        decision = self._findings.get(exact) or self._findings.get(f"finding:{finding.check}")
        lines = []
        if decision is not None:
            line = self._said(decision, self.telling.words(f"decision.{decision.action}"))
            if decision.before is not None and decision.before != finding.message:
                line += self.telling.words("decided.stale")
            lines.append(line)
        for on in (exact, f"finding:{finding.check}"):
            lines += [self._said(d, "") for d in self._remarks.get(on, ()) if d is not decision]
        return "\n".join(lines)

    def _beside(self, on: str, now: str) -> str:
        """``now``: our own verdict or status; an opinion on another one says so."""
        lines = []
        opinion = self._opinions.get(on)
        if opinion is not None:
            word = self.telling.words.either("opinion", str(opinion.after))
            stale = opinion.before is not None and opinion.before != now
            mark = self.telling.words("decided.stale_result") if stale else ""
            lines.append(self._said(opinion, word) + mark)
        for remark in self._remarks.get(on, ()):
            asked = self.telling.words("decision.ask") if remark.action == "ask" else ""
            lines.append(self._said(remark, asked))
        return "\n".join(lines)

    def _said(self, decision: Decision, word: str) -> str:
        words = self.telling.words
        text = words("list.clause").join(t for t in (word, decision.reason) if t)
        return words("decided.said").format(
            text=text or words("value.none"), who=decision.by, when=_when(decision)
        )

    def signed(self) -> str:
        """Who signed and what; that nobody did where there are decisions; "" where there are none."""
        worksheet, words = self.telling.worksheet, self.telling.words
        if not worksheet.decisions:
            return ""
        signature = signature_of(worksheet)
        if signature is None:
            return words("decided.unsigned").format(n=len(worksheet.decisions))
        return words("decided.signed").format(
            who=signature.by, when=_when(signature), basis=signature.before or "",
            digest=str(signature.after or "")[:16],
        )  # fmt: skip

    def lines(self) -> list[DecisionLine]:
        """The whole record, oldest first."""
        return [self._line(d) for d in self.telling.worksheet.decisions]

    def _line(self, decision: Decision) -> DecisionLine:
        words = self.telling.words
        on, field, page = self._named(decision.on)
        judged = decision.on.startswith(("criterion:", "material:"))
        if decision.action == "sign_off":
            before, after = str(decision.before or ""), str(decision.after or "")[:16]
        elif judged:
            kind = "verdict" if decision.on.startswith("criterion:") else "material"
            before = words.either(kind, str(decision.before)) if decision.before else ""
            after = words.either("opinion", str(decision.after)) if decision.after else ""
        else:
            before = self._value(decision.before, decision.on, field)
            after = self._value(decision.after, decision.on, field)
        return DecisionLine(
            when=_when(decision),
            who=decision.by,
            action=words.either("decision", decision.action),
            on=on,
            before=before,
            after=after,
            why=decision.reason,
            page=page,
            gone=decision.action in ("remove_row", "reject"),
        )

    def _value(self, value: Value | None, on: str, field: str) -> str:
        if value is None:
            return ""
        if isinstance(value, tuple) and on.startswith("row:"):
            pairs = [text.partition("=") for text in value]
            return self.telling.words("list.clause").join(
                f"{self.telling.naming.label(column)} {told}" for column, _, told in pairs
            )
        fact = self.telling.facts.get(on)
        unit = None if fact is None else fact.printed.unit or fact.unit
        return self.telling.value(value, unit, field)

    def _named(self, on: str) -> tuple[str, str, int | None]:
        """What ``Decision.on`` means: in words, the field of a value, its page."""
        words, telling = self.telling.words, self.telling
        kind, _, ident = on.partition(":")
        if kind == "row" and ident in self._rows:
            field, row = self._rows[ident]
            named = words("decided.row").format(list=telling.naming.label(field), n=row.no)
            return named, field, row.cells[next(iter(row.cells))].page
        if on in self._rows:
            field, row = self._rows[on]
            fact = telling.facts[on]
            named = words("decided.row").format(list=telling.naming.label(field), n=row.no)
            return f"{named} {telling.naming.label(fact.field)}", fact.field, fact.page
        if on in telling.facts:
            fact = telling.facts[on]
            return telling.naming.label(fact.field), fact.field, fact.page
        if kind == "finding":
            check = ident.partition("/")[0]
            title = next((f.title for f in telling.worksheet.findings if f.check == check), "")
            return f"{check} {title}"[:_MOST_NAME], "", None
        if kind == "criterion":
            found = [c for c in telling.worksheet.criteria if c.id == ident]
            return (
                (f"{found[0].article} {found[0].text}" if found else ident)[:_MOST_NAME],
                "",
                None,
            )
        if kind == "material":
            texts = [m.text for m in telling.worksheet.materials if m.id == ident]
            return (texts[0] if texts else ident)[:_MOST_NAME], "", None
        return (words("decided.worksheet") if on == WHOLE else on), "", None


def _when(decision: Decision) -> str:
    """Day and minute as the record has them, with the site's own offset left out."""
    return decision.at[:16].replace("T", " ")

"""Running the checks: every one ends passed, failed or not run, and says why.

A failed check gives one finding for each severity its breaches have; rows are listed in the sentence,
the facts of all of them are kept. Nothing here changes a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from extractor.core.worksheet import Fact, Finding, Outcome, Quantity, Severity
from extractor.rules.across import Card
from extractor.rules.checks.desk import Breach, Desk, Missing, NotApplicable, Result
from extractor.rules.checks.operations import OPERATIONS
from extractor.rules.checks.spec import GRAVITY, CheckSpec, SeverityWord
from extractor.rules.checks.words import (
    SHOWN,
    doubt_text,
    is_doubtful,
    listed,
    pages_text,
    shown_fact,
)
from extractor.rules.facts import FactBook
from extractor.setup.schemes import Scheme

#: Facts and values that a finding on a whole list still carries when nothing is wrong with it.
FACTS_WHEN_PASSED = 60
VALUES_SHOWN = 8


def run_checks(
    book: FactBook,
    scheme: Scheme,
    quantities: Mapping[str, Quantity],
    checks: Iterable[CheckSpec],
    others: tuple[Card, ...] = (),
) -> tuple[Finding, ...]:
    """The findings of all checks of ``scheme``: failed errors first, then by severity and id.

    ``others``: the cards of other packets of the same round, for checks across packets.
    """
    found = [
        finding
        for spec in checks
        if spec.is_for(scheme.id)
        for finding in run_check(spec, book, scheme, quantities, others)
    ]
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, int, str]:
    outcome = {Outcome.FAILED: 0, Outcome.NOT_RUN: 1, Outcome.PASSED: 1}[finding.outcome]
    gravity = GRAVITY[finding.severity.value] if outcome == 0 else 0
    return (outcome, -gravity, finding.check)


def run_check(
    spec: CheckSpec,
    book: FactBook,
    scheme: Scheme,
    quantities: Mapping[str, Quantity],
    others: tuple[Card, ...] = (),
) -> tuple[Finding, ...]:
    """The findings of one check: several only where its breaches weigh differently."""
    desk = Desk(spec, book, scheme, quantities, others)
    try:
        result = OPERATIONS[spec.check].run(desk)
    except Missing as lacking:
        return (_not_run(desk, lacking.names),)
    except NotApplicable as reason:
        return (_finding(desk, Outcome.NOT_RUN, f"未核对：{reason}"),)
    if result.breaches:
        return tuple(
            _failed(desk, severity, breaches, result)
            for severity, breaches in _by_severity(spec, result.breaches).items()
        )
    if result.missing:
        return (_not_run(desk, result.missing, result),)
    return (_passed(desk, result),)


HARDLY_READ = 0.3
"""A fact below this confidence is more likely misread than not (measured on the sample packets)."""


def _by_severity(
    spec: CheckSpec, breaches: Sequence[Breach]
) -> Mapping[SeverityWord, list[Breach]]:
    found: dict[SeverityWord, list[Breach]] = {}
    for breach in breaches:
        found.setdefault(_severity(spec, breach), []).append(breach)
    return dict(sorted(found.items(), key=lambda item: -GRAVITY[item[0]]))


def _severity(spec: CheckSpec, breach: Breach) -> SeverityWord:
    """The severity of a breach.

    An error that rests on a doubtful reading, and that one changed character would clear, is a
    doubt about the reading first: a warning. So is one that rests on a reading nobody trusts.
    """
    severity = spec.severity_of(breach.flags, breach.metrics)
    mendable = breach.repairs or breach.slip
    if severity == "error" and mendable and any(is_doubtful(f) for f in breach.facts):
        return "warn"
    if severity == "error" and any(f.confidence < HARDLY_READ for f in breach.facts):
        return "warn"
    return severity


def _failed(
    desk: Desk, severity: SeverityWord, breaches: Sequence[Breach], result: Result
) -> Finding:
    spec = desk.spec
    sentences = list(dict.fromkeys(_sentence(spec, b) for b in breaches))
    message = "；".join(sentences[:SHOWN])
    if len(sentences) > SHOWN:
        message += f"；等共 {len(sentences)} 处"
    facts = _distinct(f for b in breaches for f in b.facts) or tuple(desk.used.values())
    pages = {p for b in breaches for p in b.pages} | {f.page for f in facts if f.page is not None}
    repairs = tuple(dict.fromkeys(r for b in breaches for r in b.repairs))
    if repairs and "{repairs}" not in spec.finding_zh:
        message += f"；改动一个字符即相符：{listed(repairs, 3)}"
    message += _places(pages) + doubt_text(facts, _labels(desk, facts))
    if result.note:
        message += f"；{result.note}"
    if result.unread:
        message += f"；另有 {result.unread} 行未能识别，未计入"
    extra = {k: v for b in breaches[:1] for k, v in b.values.items() if not k.isascii()}
    return _finding(
        desk,
        Outcome.FAILED,
        message,
        severity=severity,
        facts=facts,
        pages=pages,
        values={**_values(desk, facts), **extra},
        difference=breaches[0].difference if len(breaches) == 1 else None,
        repairs=repairs,
    )


def _sentence(spec: CheckSpec, breach: Breach) -> str:
    return spec.finding_zh.format_map(_Blank(breach.values))


class _Blank(dict[str, str]):
    """An operation fills only what it knows; a place it left out reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def _places(pages: Iterable[int]) -> str:
    words = pages_text(pages)
    return f"（{words}）" if words else ""


def _not_run(desk: Desk, missing: Sequence[str], result: Result | None = None) -> Finding:
    label = desk.book.catalogue.label
    names = list(dict.fromkeys(missing))
    words = listed((f"{label(n)}（{n}）" for n in names), 4)
    return _finding(
        desk,
        Outcome.NOT_RUN,
        f"未核对：缺少 {words}",
        facts=tuple(desk.used.values())[:FACTS_WHEN_PASSED],
        missing=tuple(names),
        values={},
    )


def _passed(desk: Desk, result: Result) -> Finding:
    facts = tuple(desk.used.values())[:FACTS_WHEN_PASSED]
    pages = {f.page for f in facts if f.page is not None} | desk.seen_pages
    message = f"{desk.spec.zh}：未发现不符" + _places(pages)
    single = [f for f in facts if "." not in f.field]
    message += doubt_text(single, _labels(desk, single))
    if result.note:
        message += f"；{result.note}"
    if result.unread:
        message += f"；另有 {result.unread} 行未能识别，未计入"
    return _finding(
        desk, Outcome.PASSED, message, facts=facts, pages=pages, values=_values(desk, facts)
    )


def _finding(
    desk: Desk,
    outcome: Outcome,
    message: str,
    *,
    severity: SeverityWord | None = None,
    facts: Sequence[Fact] = (),
    pages: Iterable[int] = (),
    values: Mapping[str, str] | None = None,
    difference: str | None = None,
    repairs: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
) -> Finding:
    spec = desk.spec
    serves = tuple(i for i in spec.serves if i in desk.scheme.served_ids)
    return Finding(
        check=spec.id,
        title=spec.zh,
        severity=Severity(severity or spec.severity),
        outcome=outcome,
        message=message,
        values=dict(values or {}),
        difference=difference,
        facts=tuple(f.id for f in facts),
        pages=tuple(sorted(set(pages))),
        repairs=repairs,
        serves=serves,
        articles=tuple(dict.fromkeys(spec.articles[i] for i in serves)),
        missing=missing,
    )


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({f.id: f for f in facts}.values())


def _labels(desk: Desk, facts: Iterable[Fact]) -> dict[str, str]:
    return {f.field: desk.book.catalogue.label(f.field) for f in facts}


def _values(desk: Desk, facts: Sequence[Fact]) -> dict[str, str]:
    """The compared values by label, with units; a label that comes again gets its page."""
    found: dict[str, str] = {}
    for fact in facts[:VALUES_SHOWN]:
        label = desk.book.catalogue.label(fact.field)
        if label in found:
            label = f"{label}（第{fact.page}页）"
        if label in found:
            label = f"{label} #{len(found) + 1}"
        found[label] = shown_fact(fact, desk.book.catalogue)
    return found

"""Xinjiang's Art. 7: what each service function applied for must have done and must show."""

from __future__ import annotations

from extractor.core.worksheet import Fact, Value, Verdict
from extractor.rules.checks.desk import Breach, Desk, NotApplicable, Result
from extractor.rules.checks.equipment import functions_applied
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed
from extractor.rules.criteria import judge_criterion
from extractor.setup.schemes import CriterionSpec

_MISSED = (Verdict.NOT_MET, Verdict.READINGS_DIFFER, Verdict.RELAXABLE, Verdict.CONFLICT)


def _function(desk: Desk, spec: CriterionSpec) -> str | None:
    """The function applied for that a criterion is about; ``None`` where it is not applied for."""
    test = spec.precondition
    if test is None or test.field != "functions_applied":
        return None
    named = test.value if isinstance(test.value, tuple) else (test.value,)
    applied = functions_applied(desk)
    return next((str(f) for f in named if f in applied), None)


def _facts(desk: Desk, ids: tuple[str, ...]) -> tuple[Fact, ...]:
    found = tuple(f for i in ids if (f := desk.book.facts_by_id.get(i)) is not None)
    desk.take(*found)
    return found


@operation(shows="function what a min", flags="other_function_meets relaxable")
def functions_reach_minima(desk: Desk) -> Result:
    """Each function applied for reaches its numbers, as the served criteria judge them.

    ``other_function_meets``: another function applied for meets all that a machine can hold (AMB-16,
    reading B). ``relaxable``: a relaxation may apply. What nobody read is named as missing.
    """
    breaches, lacking, met = [], [], 0
    enum = desk.book.catalogue.enums["service_function"]
    for spec in desk.criteria():
        function = _function(desk, spec)
        if function is None:
            continue
        found = judge_criterion(desk.book, desk.scheme, spec)
        facts = _facts(desk, found.facts)
        if found.verdict is Verdict.NOT_SHOWN:
            lacking.append(spec.quantity)
        elif found.verdict in _MISSED:
            value = found.evidence if found.verdict is Verdict.CONFLICT else None
            shown = {
                "function": enum.zh(function),
                "what": desk.book.catalogue.label(spec.quantity),
                "a": _shown(value if value is not None else (found.stated or found.evidence)),
                "min": f"{spec.threshold_printed or _shown(found.threshold)}",
            }
            flags = {
                Verdict.READINGS_DIFFER: frozenset({"other_function_meets"}),
                Verdict.RELAXABLE: frozenset({"relaxable"}),
            }.get(found.verdict, frozenset())
            breaches.append(Breach(shown, facts, flags=flags))
        else:
            met += 1
    if not breaches and not lacking and not met:
        raise NotApplicable("所申报的功能没有可核的次数要求")
    return Result(tuple(breaches), missing=tuple(lacking))


def _shown(value: Value | None) -> str:
    return "未读到" if value is None else str(value)


@operation(shows="function missing")
def function_assets_shown(desk: Desk) -> Result:
    """What Art. 7 names for each function applied for was seen in the papers.

    Nothing is said where no reader looked; what was not seen may be there all the same, so this is
    for the reviewer to look up.
    """
    seen = desk.fact("xj_function_assets")
    values = set(seen.value) if isinstance(seen.value, tuple) else {str(seen.value)}
    functions, assets = (
        desk.book.catalogue.enums[e] for e in ("service_function", "function_asset")
    )
    breaches, asked = [], 0
    for spec in desk.criteria("xj_function_assets"):
        function = _function(desk, spec)
        if function is None or not isinstance(spec.threshold, str | tuple):
            continue
        wanted = (spec.threshold,) if isinstance(spec.threshold, str) else spec.threshold
        asked += 1
        lacking = [str(w) for w in wanted if w not in values]
        if lacking:
            words = listed(assets.zh(name) for name in lacking)
            breaches.append(Breach({"function": functions.zh(function), "missing": words}, (seen,)))
    if not asked:
        raise NotApplicable("所申报的功能没有须展示的设施")
    return Result(tuple(breaches))

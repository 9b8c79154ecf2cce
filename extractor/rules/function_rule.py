"""The rule on which service functions must be applied for together."""

from __future__ import annotations

from extractor.core.worksheet import Criterion, Verdict
from extractor.rules.facts import FactBook
from extractor.setup.scheme_head import FunctionRule
from extractor.setup.schemes import Scheme


def judge_functions(book: FactBook, scheme: Scheme, rule: FunctionRule) -> Criterion:
    """The rule on which service functions must be applied for together."""
    applied = book.quantity("functions_applied")
    names = {f.id: f.zh for f in scheme.head.functions}
    facts = tuple(dict.fromkeys(f for step in applied.trace for f in step.facts))
    pages = {p for i in facts if (f := book.facts_by_id.get(i)) and (p := f.page) is not None}
    verdict, note = Verdict.NOT_SHOWN, "申报的服务功能未读到"
    if isinstance(applied.value, tuple):
        missing = [names[f] for f in rule.all_of if f not in applied.value]
        chosen = [f for f in rule.at_least_one_of if f in applied.value]
        verdict = Verdict.NOT_MET if missing or not chosen else Verdict.MET
        shown = "、".join(names.get(f, f) for f in applied.value) or "无"
        note = f"申报的服务功能：{shown}"
        if missing:
            note += f"；缺少{'、'.join(missing)}"
        if not chosen:
            note += f"；须至少有{'、'.join(names[f] for f in rule.at_least_one_of)}之一"
    return Criterion(
        id=rule.id,
        article=rule.article,
        text=rule.text_zh,
        comparator="contains_all",
        threshold=rule.all_of or None,
        stated=applied.value,
        verdict=verdict,
        facts=facts,
        pages=tuple(sorted(pages)),
        kind="function_rule",
        note=note,
    )

"""Criteria: each condition of a scheme, with what is stated, what papers show, and how it ends.

The order of the decision, first that applies:

1. a precondition that is false: ``not_applicable``;
2. a comparator without machine verdict: ``for_judgement``, with the papers gathered;
3. stated and evidence each held against the threshold; on different sides: ``conflict``;
4. nothing known: ``not_shown``, naming the papers that would show it;
5. another reading of an ambiguous text that ends differently: as ``ambiguities.yaml`` says;
6. below the threshold where a relaxation may apply: ``relaxable``;
7. ``met`` by evidence, ``met_stated_only`` by statement alone, else ``not_met``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.worksheet import (
    Criterion,
    CriterionReading,
    FactStatus,
    Value,
    Verdict,
)
from extractor.rules.ambiguity import Question, Ruling, of_quantity, rulings
from extractor.rules.comparing import ask, equals_threshold, meets, meets_bound, value_of
from extractor.rules.facts import FactBook
from extractor.rules.quantities.base import decimal_text
from extractor.rules.side import FORM, Side, Sides, pages_text
from extractor.rules.sides import sides_of
from extractor.setup.scheme_head import FunctionRule
from extractor.setup.schemes import COMPARATORS, CriterionSpec, Scheme, Threshold

PASSAGES = "narrative_for_judgement"
"""The quantity that gathers text for a person and computes nothing."""

_NO_MACHINE_VERDICT = ("judge", "about", "route")
_TO_LOOK_UP = (Verdict.FOR_JUDGEMENT, Verdict.NOT_SHOWN, Verdict.MET_STATED_ONLY)


@dataclass(frozen=True, slots=True)
class _Ending:
    verdict: Verdict
    readings: tuple[CriterionReading, ...] = ()
    notes: tuple[str, ...] = ()


def judge_criteria(book: FactBook, scheme: Scheme) -> tuple[Criterion, ...]:
    """All criteria in the order of the scheme, its rule on functions before those of functions."""
    judged = [judge_criterion(book, scheme, spec) for spec in scheme.criteria]
    rule = scheme.head.function_rule
    if rule is not None:
        judged.insert(_place_of(rule, scheme), judge_functions(book, scheme, rule))
    return tuple(judged)


def _place_of(rule: FunctionRule, scheme: Scheme) -> int:
    """Before the first criterion of the rule's article, else first (articles run in order)."""
    for index, spec in enumerate(scheme.criteria):
        if spec.article.startswith(rule.article):
            return index
    return 0


def judge_criterion(book: FactBook, scheme: Scheme, spec: CriterionSpec) -> Criterion:
    """One criterion."""
    applies = None if spec.precondition is None else ask(spec.precondition, book)
    sides = sides_of(spec.quantity, book)
    if spec.precondition is not None and applies is False:
        ending = _Ending(Verdict.NOT_APPLICABLE, notes=("前提条件不成立，不适用",))
    elif spec.comparator in _NO_MACHINE_VERDICT:
        ending = _Ending(Verdict.FOR_JUDGEMENT, notes=_gathered(book, spec))
    else:
        ending = _decide(book, scheme, spec, sides)
        if spec.precondition is not None and applies is None:
            unknown = "申报的服务功能或主体类别未读到，是否适用本条不明"
            ending = _Ending(ending.verdict, ending.readings, (unknown, *ending.notes))
    return _criterion(book, spec, sides, ending)


def _criterion(book: FactBook, spec: CriterionSpec, sides: Sides, ending: _Ending) -> Criterion:
    recomputed = book.quantity(spec.quantity) if spec.quantity in book.catalogue.derived else None
    if spec.quantity == PASSAGES:
        sides, recomputed = Sides(evidence=_passages(book, spec)), None
    behind = () if recomputed is None else (f for step in recomputed.trace for f in step.facts)
    known = [side for side in (sides.stated, sides.evidence) if side.is_known]
    facts = tuple(dict.fromkeys((*(f for side in known for f in side.facts), *behind)))
    notes = [*ending.notes, *sides.notes, *(n for side in known for n in side.notes)]
    if spec.comparator == "increasing" and recomputed is not None:
        notes.insert(0, "，".join(f"{s.label}：{s.value}" for s in recomputed.trace))
    notes.extend(_doubts(book, facts))
    if spec.note_zh:
        notes.append(spec.note_zh)
    pages = {
        fact.page
        for ident in facts
        if (fact := book.facts_by_id.get(ident)) is not None and fact.page is not None
    }
    if ending.verdict in _TO_LOOK_UP:
        # No figure settles these: the papers themselves are what the reviewer turns to.
        papers = (d for e in spec.evidence if e.doc != FORM for d in book.documents_of(e.doc))
        pages |= {page for document in papers for page in document.pages}
    return Criterion(
        id=spec.id,
        article=spec.article,
        text=spec.text_zh,
        comparator=spec.comparator,
        threshold=threshold_value(spec),
        threshold_printed=spec.threshold_printed,
        unit=spec.canonical_unit,
        stated=_shown_value(spec, sides.stated.value),
        evidence=_shown_value(spec, sides.evidence.value),
        recomputed=None if recomputed is None else _shown_value(spec, recomputed.value),
        verdict=ending.verdict,
        readings=ending.readings,
        facts=facts,
        pages=tuple(sorted(pages)),
        kind=spec.kind,
        note="；".join(dict.fromkeys(n for n in notes if n)) or None,
    )


def _passages(book: FactBook, spec: CriterionSpec) -> Side:
    """The passages that speak to a criterion: those of its own papers only."""
    found = [f for item in spec.evidence if (f := book.best(item.field)) is not None]
    facts = tuple(f.id for f in found if "." not in f.field)
    return Side(value=tuple(dict.fromkeys(f.field for f in found)) or None, facts=facts)


def _shown_value(spec: CriterionSpec, value: Value | None) -> Value | None:
    """What was gathered for a person to judge is named in the note; a list of it is no figure."""
    return None if spec.comparator == "judge" and isinstance(value, tuple) else value


def threshold_value(spec: CriterionSpec) -> Value | None:
    """The canonical threshold as the worksheet holds it: money and ratios as text, counts as integers."""
    return _as_value(spec.canonical_threshold, text=spec.canonical_unit in (None, "元", "平方米"))


def _as_value(threshold: Threshold, *, text: bool) -> Value | None:
    if isinstance(threshold, tuple):
        return tuple(str(_as_value(t, text=True)) for t in threshold)
    if isinstance(threshold, Decimal):
        whole = not text and threshold == threshold.to_integral_value()
        return int(threshold) if whole else decimal_text(threshold)
    return threshold


def side_meets(spec: CriterionSpec, side: Side, book: FactBook) -> bool | None:
    """Whether a side meets the threshold; ``None``: it does not say."""
    if not side.is_known:
        return None
    if side.meets is not None:
        return side.meets
    if side.approximate and equals_threshold(spec, side.value):
        return None
    if side.low is not None and side.high is not None:
        low, high = meets_bound(spec, side.low), meets_bound(spec, side.high)
        return low if low == high else None
    answer = meets(spec, side.value, book)
    return None if side.at_least and answer is False else answer


def _decide(book: FactBook, scheme: Scheme, spec: CriterionSpec, sides: Sides) -> _Ending:
    stated = side_meets(spec, sides.stated, book)
    evidence = side_meets(spec, sides.evidence, book)
    deciding = sides.evidence if evidence is not None else sides.stated
    default = evidence if evidence is not None else stated
    others = _readings(book, scheme, spec, deciding, default)
    override = next((r.meets for r in others if r.overrides), None)
    if override is not None:
        default = override
        evidence = override if evidence is not None else None
        stated = override if evidence is None else stated
    readings = _shown_readings(others, by_evidence=evidence is not None)
    if stated is not None and evidence is not None and stated != evidence:
        return _Ending(Verdict.CONFLICT, readings, ("填报与佐证在门槛两侧",))
    notes = _unread_papers(book, spec, sides)
    if sides.evidence.judge:
        return _Ending(Verdict.FOR_JUDGEMENT, readings, notes)
    if default is None:
        return _undecided(sides, readings, notes)
    differs = _difference(scheme, spec, others, default)
    if differs is not None:
        verdict, note = differs
        if verdict is not None:
            return _Ending(verdict, readings, (note, *notes))
        notes = (note, *notes) if evidence is None or not default else (note,)
    elif evidence and default:
        notes = ()
    if default:
        verdict = Verdict.MET if evidence is not None else Verdict.MET_STATED_ONLY
        return _Ending(verdict, readings, notes)
    return _failed(book, scheme, spec, readings, notes)


def _undecided(
    sides: Sides, readings: tuple[CriterionReading, ...], notes: tuple[str, ...]
) -> _Ending:
    """Neither side says; a figure that stands exactly on the line but only approximately needs a
    person, anything else was not shown."""
    if sides.stated.approximate or sides.evidence.approximate:
        return _Ending(Verdict.FOR_JUDGEMENT, readings, ("所填为约数，恰在门槛上", *notes))
    return _Ending(Verdict.NOT_SHOWN, readings, notes)


def _failed(
    book: FactBook,
    scheme: Scheme,
    spec: CriterionSpec,
    readings: tuple[CriterionReading, ...],
    notes: tuple[str, ...],
) -> _Ending:
    for ident in spec.relaxable_by:
        relaxation = scheme.relaxation(ident)
        flag = book.quantity(relaxation.flag).value
        if flag is True:
            note = f"未达到，可适度放宽（{relaxation.article}），幅度未规定，由评审人员判断"
            return _Ending(Verdict.RELAXABLE, readings, (note,))
        if flag is None:
            notes = (*notes, f"所在地未读到，{relaxation.article}的放宽是否适用不明")
    return _Ending(Verdict.NOT_MET, readings, notes)


def _readings(
    book: FactBook, scheme: Scheme, spec: CriterionSpec, side: Side, default: bool | None
) -> tuple[Ruling, ...]:
    """Every reading: those of the quantity, then those that the ambiguity rules find."""
    found = {r.id: r for r in of_quantity(side.readings, spec, book)}
    for ident in spec.ambiguity:
        question = Question(book, spec, scheme.ambiguities[ident], side.value, default)
        for ruling in rulings(question):
            found[ruling.id] = ruling
            if ruling.id != "A" and "A" not in found and side.is_known:
                found["A"] = Ruling("A", question.title("A"), side.value, default)
    return tuple(sorted(found.values(), key=lambda r: r.id))


def _shown_readings(others: Iterable[Ruling], *, by_evidence: bool) -> tuple[CriterionReading, ...]:
    met = Verdict.MET if by_evidence else Verdict.MET_STATED_ONLY
    words = {True: met, False: Verdict.NOT_MET, None: Verdict.NOT_SHOWN}
    return tuple(
        CriterionReading(id=r.id, title=r.title, value=r.value, verdict=words[r.meets])
        for r in others
    )


def _difference(
    scheme: Scheme, spec: CriterionSpec, others: tuple[Ruling, ...], default: bool
) -> tuple[Verdict | None, str] | None:
    """What another reading does: a verdict and a note, a note alone (``show``), or nothing."""
    differing = [r for r in others if r.meets is not None and r.meets != default]
    if not differing:
        return None
    words = "、".join(f"{r.id}（{r.title}）" for r in differing)
    for ident in spec.ambiguity:
        effect = scheme.ambiguities[ident].on_difference
        if effect.verdict == "show" or (effect.when == "default_fails" and default):
            continue
        return Verdict(effect.verdict), f"{ident}：按读法{words}结论不同，由评审人员判断"
    return None, f"按读法{words}结论不同（{'、'.join(spec.ambiguity)}）"


def _doubts(book: FactBook, facts: tuple[str, ...]) -> tuple[str, ...]:
    """A note where the figures rest on doubtful readings; lists say how many."""
    doubtful = [
        f for i in facts if (f := book.facts_by_id.get(i)) and f.status is FactStatus.DOUBTFUL
    ]
    if not doubtful:
        return ()
    names = "、".join(dict.fromkeys(book.catalogue.label(f.field) for f in doubtful))
    return (f"识别存疑的取值{len(doubtful)}处：{names}",)


def _unread_papers(book: FactBook, spec: CriterionSpec, sides: Sides) -> tuple[str, ...]:
    """Which papers would show it: found but not read (with pages), or not found."""
    if sides.evidence.is_known and not sides.evidence.at_least:
        return ()
    unread: dict[str, str] = {}
    absent: dict[str, str] = {}
    for item in spec.evidence:
        name = book.catalogue.label(item.doc)
        papers = book.documents_of(item.doc)
        if _is_read(book, item.field, item.doc) or item.doc == FORM:
            continue
        if papers:
            pages = pages_text(tuple(p for d in papers for p in d.pages))
            unread[name] = f"{name}（第{pages}页）"
        else:
            absent[name] = name
    notes = []
    if unread:
        notes.append(f"佐证在{'、'.join(unread.values())}，其中的数据未读到，请核对原件")
    if absent:
        notes.append(f"未见{'、'.join(absent.values())}")
    return tuple(notes)


def _is_read(book: FactBook, field: str, doctype: str) -> bool:
    rows = book.row_sets(field, doctype)
    if any(rows_.rows for rows_ in rows):
        return True
    return any(book.doctype_of(f.document) == doctype for f in book.all(field))


def _gathered(book: FactBook, spec: CriterionSpec) -> tuple[str, ...]:
    """For a person to judge: which papers are there and on which pages, which are not."""
    found: dict[str, str] = {}
    absent: list[str] = []
    for item in spec.evidence:
        name = book.catalogue.label(item.doc)
        papers = book.documents_of(item.doc)
        if papers:
            found[name] = f"{name}（第{pages_text(tuple(p for d in papers for p in d.pages))}页）"
        elif name not in absent:
            absent.append(name)
    notes = []
    value = value_of(spec.quantity, book)
    if isinstance(value, tuple) and value and spec.quantity != PASSAGES:
        field = book.catalogue.fields.get(spec.quantity)
        enum = book.catalogue.enums.get(field.enum or "") if field is not None else None
        words = [enum.zh(v) for v in value] if enum is not None else list(value)
        notes.append("读到：" + "；".join(words))
    if found:
        notes.append(f"请评审人员查看{'、'.join(found.values())}")
    if absent:
        notes.append(f"未见{'、'.join(absent)}")
    if spec.comparator != "judge":
        notes.append(COMPARATORS[spec.comparator])
    return tuple(notes)


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

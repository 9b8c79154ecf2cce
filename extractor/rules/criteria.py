"""Criteria: each condition of a scheme, with what is stated, what papers show, and how it ends.

The order of the decision, first that applies:

1. a precondition that is false: ``not_applicable``;
2. words that are not loaded, or known from a translation or a hint: ``text_not_loaded``;
   a comparator without machine verdict: ``for_judgement``, with the papers gathered;
3. stated and evidence each held against the threshold; on different sides: ``conflict``;
4. nothing known: ``not_shown``, naming the papers that would show it;
5. another reading of an ambiguous text that ends differently: as ``ambiguities.yaml`` says;
6. below the threshold where a relaxation may apply: ``relaxable``;
7. another criterion may stand in its place and is met: ``not_applicable``;
8. ``met`` by evidence, ``met_stated_only`` by statement alone, else ``not_met``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from extractor.core.worksheet import (
    Criterion,
    CriterionReading,
    FactStatus,
    Value,
    Verdict,
)
from extractor.rules.ambiguity import Question, Ruling, of_quantity, rulings
from extractor.rules.comparing import ask, equals_threshold, meets, meets_bound
from extractor.rules.facts import FactBook
from extractor.rules.function_rule import judge_functions
from extractor.rules.gathered import PASSAGES, gathered, passages_of, unread_papers
from extractor.rules.logic import judge_groups
from extractor.rules.quantities.base import decimal_text
from extractor.rules.row_sides import sides_of_rows
from extractor.rules.side import FORM, Side, Sides
from extractor.rules.sides import sides_of
from extractor.setup.scheme_head import FunctionRule
from extractor.setup.schemes import CriterionSpec, Query, Scheme, Threshold

_NO_MACHINE_VERDICT = ("judge", "about", "route")
_ALWAYS_READ = ("functions_applied", "applicant_entity_class")
_NOT_LOADED = {
    None: "条文未载入，只列数据，未作判断",
    "low": "条文只见于译文，门槛未经核实，未作判断",
    "secondary": "只是其他通知中的线索，不是本办法条文，未作判断",
}
_TO_LOOK_UP = (Verdict.FOR_JUDGEMENT, Verdict.NOT_SHOWN, Verdict.MET_STATED_ONLY)


@dataclass(frozen=True, slots=True)
class _Ending:
    verdict: Verdict
    readings: tuple[CriterionReading, ...] = ()
    notes: tuple[str, ...] = ()


def judge_criteria(book: FactBook, scheme: Scheme) -> tuple[Criterion, ...]:
    """All criteria in the order of the scheme, its rule on functions before those of functions.

    After the last member of a group that the text joins by "or" stands how the group ends.
    """
    judged = [judge_criterion(book, scheme, spec) for spec in scheme.criteria]
    groups = tuple(judge_groups(scheme, {c.id: c for c in judged}))
    rule = scheme.head.function_rule
    if rule is not None:
        judged.insert(_place_of(rule, scheme), judge_functions(book, scheme, rule))
    for group in groups:
        members = [i for i, c in enumerate(judged) if f"；{c.id}：" in f"；{group.note}"]
        judged.insert(members[-1] + 1, group)
    return tuple(judged)


def _place_of(rule: FunctionRule, scheme: Scheme) -> int:
    """Before the first criterion of the rule's article, else first (articles run in order)."""
    for index, spec in enumerate(scheme.criteria):
        if spec.article.startswith(rule.article):
            return index
    return 0


def judge_criterion(book: FactBook, scheme: Scheme, spec: CriterionSpec) -> Criterion:
    """One criterion."""
    sides = sides_of_rows(book, spec) if spec.rows else sides_of(spec.quantity, book)
    ending = _by_alternative(book, scheme, spec, _ending(book, scheme, spec, sides))
    return _criterion(book, scheme, spec, sides, ending)


def _ending(book: FactBook, scheme: Scheme, spec: CriterionSpec, sides: Sides) -> _Ending:
    applies = None if spec.precondition is None else ask(spec.precondition, book)
    if spec.precondition is not None and applies is False:
        return _Ending(Verdict.NOT_APPLICABLE, notes=("前提条件不成立，不适用",))
    if spec.comparator == "not_loaded" or spec.text_confidence is not None:
        return _Ending(Verdict.TEXT_NOT_LOADED, notes=(_NOT_LOADED[spec.text_confidence],))
    if spec.comparator in _NO_MACHINE_VERDICT:
        return _for_judgement(book, scheme, spec, sides)
    ending = _decide(book, scheme, spec, sides)
    if spec.precondition is not None and applies is None:
        unknown = f"{_unknown_inputs(book, spec.precondition)}未读到，是否适用本条不明"
        return replace(ending, notes=(unknown, *ending.notes))
    return ending


def _unknown_inputs(book: FactBook, test: Query) -> str:
    if set(test.fields()) <= set(_ALWAYS_READ):
        return "申报的服务功能或主体类别"
    return "、".join(book.catalogue.label(n) for n in test.fields() if not book.all(n))


def _for_judgement(book: FactBook, scheme: Scheme, spec: CriterionSpec, sides: Sides) -> _Ending:
    """What a person decides; what only reports a figure shows nothing where there is none."""
    notes = gathered(book, spec)
    unknown = not (sides.stated.is_known or sides.evidence.is_known)
    if spec.comparator != "judge" and unknown:
        return _Ending(Verdict.NOT_SHOWN, notes=unread_papers(book, spec, sides))
    for relaxation in map(scheme.relaxation, spec.relaxable_by):
        if book.quantity(relaxation.flag).value is True:
            notes = (*notes, f"{relaxation.words_zh}（{relaxation.article}）")
    return _Ending(Verdict.FOR_JUDGEMENT, notes=notes)


def _by_alternative(
    book: FactBook, scheme: Scheme, spec: CriterionSpec, ending: _Ending
) -> _Ending:
    """Where another criterion may stand in place of this one and is met, this one need not be."""
    if spec.alternative is None or ending.verdict not in (Verdict.NOT_MET, Verdict.NOT_SHOWN):
        return ending
    other = scheme.criterion(spec.alternative)
    if other.precondition is not None and ask(other.precondition, book) is not True:
        return ending
    instead = _ending(book, scheme, other, sides_of(other.quantity, book))
    if instead.verdict not in (Verdict.MET, Verdict.MET_STATED_ONLY):
        return ending
    return _Ending(Verdict.NOT_APPLICABLE, notes=(f"已有{other.text_zh}（{other.id}）",))


def _criterion(
    book: FactBook, scheme: Scheme, spec: CriterionSpec, sides: Sides, ending: _Ending
) -> Criterion:
    recomputed = book.quantity(spec.quantity) if spec.quantity in book.catalogue.derived else None
    if spec.quantity == PASSAGES:
        sides, recomputed = Sides(evidence=passages_of(book, spec)), None
    behind = () if recomputed is None else (f for step in recomputed.trace for f in step.facts)
    known = [side for side in (sides.stated, sides.evidence) if side.is_known]
    facts = tuple(dict.fromkeys((*(f for side in known for f in side.facts), *behind)))
    notes = [*ending.notes, *sides.notes, *(n for side in known for n in side.notes)]
    notes.extend(_without_readings(scheme, spec))
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


def _without_readings(scheme: Scheme, spec: CriterionSpec) -> Iterator[str]:
    """What is done about an ambiguous text that no figure decides: a printed note each."""
    for ident in spec.ambiguity:
        ambiguity = scheme.ambiguities[ident]
        if not ambiguity.readings:
            yield f"{ident}：{ambiguity.default_zh}"


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
    notes = unread_papers(book, spec, sides)
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
            note = (
                f"未达到，{relaxation.words_zh}（{relaxation.article}），幅度未规定，由评审人员判断"
            )
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
        question = Question(
            book, spec, scheme.ambiguities[ident], side.value, default, scheme.criteria
        )
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

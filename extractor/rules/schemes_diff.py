"""Two schemes side by side, as a reviewer would compare them: conditions, papers, dates, validity.

Conditions are paired by service function and subject: the same quantity, or the same last part of the id
(``staff_ratio`` of two schemes that count different degrees). Whatever pairs with nothing is asked by one
scheme only. Words of the texts stay Chinese; headings and names of quantities follow the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from extractor.rules.materials import NEED_WORDS
from extractor.setup.catalogue import Catalogue
from extractor.setup.scheme_head import SchemeHead
from extractor.setup.schemes import COMPARATORS, CriterionSpec, MaterialSpec, Scheme

Lang = Literal["zh", "en"]


class Kind(StrEnum):
    """How two sides of a row stand to each other."""

    SAME = "same"
    DIFFERS = "differs"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One subject and what each scheme says of it; "" where it says nothing."""

    subject: str
    left: str
    right: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class DiffSection:
    title: str
    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, slots=True)
class SchemeDiff:
    """Everything compared; ``left`` and ``right`` are the titles with the ids."""

    left: str
    right: str
    sections: tuple[DiffSection, ...]


_WORDS: dict[str, tuple[str, str]] = {
    "basics": ("一、基本情况", "1. Basics"),
    "conditions": ("二、条件", "2. Conditions"),
    "papers": ("三、材料", "3. Papers"),
    "time": ("四、时限", "4. Dates and time limits"),
    "rules": ("五、放宽、计数与排除", "5. Relaxations, counting and exclusions"),
    "readings": ("六、两种读法", "6. Ambiguities"),
    "issuer": ("发文机关", "Issuer"),
    "date": ("日期", "Date"),
    "status": ("状态", "Status"),
    "text": ("条文", "Text"),
    "applies": ("适用的申报日", "Filed between"),
    "validity": ("有效期", "Validity"),
    "functions": ("服务功能", "Service functions"),
    "function_rule": ("功能组合", "Functions together"),
    "years": ("年", "years"),
    "subject": ("事项", "Subject"),
    "kind": ("比较", "Compared"),
    Kind.SAME: ("相同", "same"),
    Kind.DIFFERS: ("不同", "differs"),
    Kind.LEFT: ("仅甲", "A only"),
    Kind.RIGHT: ("仅乙", "B only"),
    "甲": ("甲", "A"),
    "乙": ("乙", "B"),
    "none": ("（无）", "(none)"),
    "counts": ("相同{same}，不同{differs}，仅甲{left}，仅乙{right}", "same {same}, differs {differs}, A only {left}, B only {right}"),
    "not_loaded": ("条文未载入", "text not loaded"),
    "mandatory": ("必报", "mandatory"),
    "optional": ("选报", "optional"),
    "conditional": ("视情况", "conditional"),
    "unknown": ("清单未载入", "list not loaded"),
    "any": ("任一", "any of"),
}  # fmt: skip


def _word(key: str, lang: Lang) -> str:
    return _WORDS[key][lang == "en"]


def diff_schemes(a: Scheme, b: Scheme, catalogue: Catalogue, lang: Lang = "zh") -> SchemeDiff:
    """Compare two schemes section by section."""
    sections = (
        DiffSection(_word("basics", lang), tuple(_basics(a, b, lang))),
        DiffSection(_word("conditions", lang), tuple(_conditions(a, b, catalogue, lang))),
        DiffSection(_word("papers", lang), tuple(_papers(a, b, catalogue, lang))),
        DiffSection(_word("time", lang), tuple(_one_sided(_times(a.head), _times(b.head)))),
        DiffSection(_word("rules", lang), tuple(_one_sided(_rules(a.head), _rules(b.head)))),
        DiffSection(_word("readings", lang), tuple(_readings(a, b))),
    )
    return SchemeDiff(_title(a, lang), _title(b, lang), sections)


def _title(scheme: Scheme, lang: Lang) -> str:
    head = scheme.head
    banner = f"【{head.banner}】" if head.banner else ""
    return f"{head.title_en if lang == 'en' else head.title_zh}{banner}（{head.id}）"


def _row(subject: str, left: str, right: str, same: bool | None = None) -> DiffRow:
    """A row; ``same`` where the shown words alone do not tell."""
    if not right:
        return DiffRow(subject, left, right, Kind.LEFT)
    if not left:
        return DiffRow(subject, left, right, Kind.RIGHT)
    equal = left == right if same is None else same
    return DiffRow(subject, left, right, Kind.SAME if equal else Kind.DIFFERS)


def _basics(a: Scheme, b: Scheme, lang: Lang) -> Iterator[DiffRow]:
    def validity(head: SchemeHead) -> str:
        found = head.validity
        return "" if found is None else f"{found.years} {_word('years', lang)}"

    def applies(head: SchemeHead) -> str:
        found = head.applies
        return "" if found is None else f"{found.from_day or '…'} — {found.to_day or '…'}"

    shown: Sequence[tuple[str, Callable[[SchemeHead], str]]] = (
        ("issuer", lambda head: head.issuer),
        ("date", lambda head: head.date or ""),
        ("status", lambda head: head.status),
        ("text", lambda head: head.text_coverage),
        ("applies", applies),
        ("validity", validity),
        ("functions", lambda head: "、".join(f.zh for f in head.functions)),
        ("function_rule", lambda head: head.function_rule.text_zh if head.function_rule else ""),
    )
    for key, text in shown:
        left, right = text(a.head), text(b.head)
        if left or right:
            yield _row(_word(key, lang), left, right)


def _function_of(spec: CriterionSpec) -> str | None:
    """The service function that a criterion is asked of; ``None``: of every applicant."""
    test = spec.precondition
    if test is None or test.field != "functions_applied":
        return None
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return "+".join(sorted(str(v) for v in values))


P = TypeVar("P", CriterionSpec, MaterialSpec)


def _paired(
    left: Sequence[P], right: Sequence[P], *keys: Callable[[P], object]
) -> Iterator[tuple[P | None, P | None]]:
    """Pairs by the first key that agrees, in the order of the left side; then what is left over."""
    partner: dict[str, P] = {}
    free = list(right)
    for key in keys:
        for item in left:
            if item.id in partner:
                continue
            for other in free:
                if key(item) == key(other):
                    partner[item.id] = other
                    free.remove(other)
                    break
    for item in left:
        yield item, partner.get(item.id)
    for item in free:
        yield None, item


def _conditions(a: Scheme, b: Scheme, catalogue: Catalogue, lang: Lang) -> Iterator[DiffRow]:
    def subject(spec: CriterionSpec) -> str:
        return spec.id.rpartition(".")[2]

    pairs = _paired(
        a.criteria,
        b.criteria,
        lambda c: (_function_of(c), c.kind, c.quantity, subject(c)),
        lambda c: (_function_of(c), c.quantity if c.comparator not in _WORDS_DECIDE else c.id),
        lambda c: (_function_of(c), subject(c)),
    )
    for left, right in pairs:
        spec = left or right
        assert spec is not None
        name = _quantity(spec.quantity, catalogue, lang)
        function = _function_of(spec)
        if function is not None:
            labels = catalogue.enums["service_function"]
            name = f"〔{'、'.join(labels.zh(f) for f in function.split('+'))}〕{name}"
        same = left is not None and right is not None and _asks(left) == _asks(right)
        yield _row(name, _condition(left, lang), _condition(right, lang), same)


_WORDS_DECIDE = ("judge", "not_loaded", "about")
"""What these compare stands in the words of the text alone: the same quantity says nothing."""


def _asks(spec: CriterionSpec) -> tuple[object, ...]:
    """What decides whether two conditions ask the same; the words of a judged one stand for it."""
    words = spec.text_zh if spec.comparator in _WORDS_DECIDE else ""
    return spec.quantity, spec.comparator, spec.canonical_threshold, spec.period, words


def _condition(spec: CriterionSpec | None, lang: Lang) -> str:
    if spec is None:
        return ""
    if spec.comparator == "not_loaded":
        return f"{spec.article}：{_word('not_loaded', lang)}"
    shown = spec.threshold_printed
    if lang == "en" and shown:
        return f"{spec.article}: {spec.comparator} {shown}"
    test = f"{COMPARATORS[spec.comparator]}{shown}" if shown else spec.text_zh
    return f"{spec.article}：{test}"


def _quantity(ident: str, catalogue: Catalogue, lang: Lang) -> str:
    if lang == "en":
        if ident in catalogue.derived:
            return catalogue.derived[ident].en
        if ident in catalogue.fields or ident in catalogue.columns:
            return catalogue.spec(ident).en
    return catalogue.label(ident)


def _papers(a: Scheme, b: Scheme, catalogue: Catalogue, lang: Lang) -> Iterator[DiffRow]:
    pairs = _paired(
        a.materials,
        b.materials,
        lambda m: (frozenset(m.doctypes), m.by is None),
        lambda m: m.doctypes[:1] or None,
        lambda m: m.status if m.status == "unknown" else m.id,
    )
    for left, right in pairs:
        spec = left or right
        assert spec is not None
        names = [_doctype(d, catalogue, lang) for d in spec.doctypes]
        subject = "、".join(names) or _word("unknown", lang)
        yield _row(
            subject,
            _paper(left, catalogue, lang),
            _paper(right, catalogue, lang),
            left is not None and right is not None and _wants(left) == _wants(right),
        )


def _wants(spec: MaterialSpec) -> tuple[object, ...]:
    return (
        frozenset(spec.doctypes),
        spec.any_of,
        spec.status,
        frozenset(spec.needs),
        spec.alternatives,
    )


def _paper(spec: MaterialSpec | None, catalogue: Catalogue, lang: Lang) -> str:
    if spec is None:
        return ""
    parts = [f"{spec.article}：{_word(spec.status, lang)}"]
    if len(spec.doctypes) > 1:
        names = "、".join(_doctype(d, catalogue, lang) for d in spec.doctypes)
        parts.append(f"{_word('any', lang)} {names}" if spec.any_of else names)
    if spec.needs:
        needs = spec.needs if lang == "en" else [NEED_WORDS[n] for n in spec.needs]
        parts.append("、".join(needs))
    return "；".join(parts)


def _doctype(ident: str, catalogue: Catalogue, lang: Lang) -> str:
    return catalogue.doctypes[ident].en if lang == "en" else catalogue.doctypes[ident].zh


def _times(head: SchemeHead) -> list[tuple[str, str]]:
    return [(r.article, r.text_zh or r.summary_zh or "") for r in head.time_rules]


def _rules(head: SchemeHead) -> list[tuple[str, str]]:
    rules = [(r.article, r.text_zh) for r in head.relaxations]
    rules += [(r.article, r.text_zh or "、".join(r.exclude_zh)) for r in head.counting_rules]
    return rules + [(r.article, r.text_zh or r.summary_zh or "") for r in head.exclusions]


def _one_sided(a: Iterable[tuple[str, str]], b: Iterable[tuple[str, str]]) -> Iterator[DiffRow]:
    """Rules in words: paired where the words are the same, else each on its own side."""
    right = {text: article for article, text in b}
    for article, text in a:
        other = right.pop(text, None)
        shown = "" if other is None else f"{other}：{text}"
        yield _row(text, f"{article}：{text}", shown, True)
    for text, article in right.items():
        yield _row(text, "", f"{article}：{text}")


def _readings(a: Scheme, b: Scheme) -> Iterator[DiffRow]:
    for ident in dict.fromkeys([*a.ambiguities, *b.ambiguities]):
        left, right = (s.ambiguities.get(ident) for s in (a, b))
        same = left is not None and right is not None and left.default_zh == right.default_zh
        shown = ["" if x is None else f"{x.text_zh} → {x.default_zh}" for x in (left, right)]
        yield _row(ident, shown[0], shown[1], same)


def diff_lines(diff: SchemeDiff, form: Literal["text", "markdown"], lang: Lang) -> Iterator[str]:
    """The comparison, line by line. What differs and what one alone asks comes before what is the same."""
    order = (Kind.DIFFERS, Kind.LEFT, Kind.RIGHT, Kind.SAME)
    a, b = _word("甲", lang), _word("乙", lang)
    mark = "**" if form == "markdown" else ""
    yield f"{mark}{a}{mark}：{diff.left}"
    if form == "markdown":
        yield ""
    yield f"{mark}{b}{mark}：{diff.right}"
    for section in diff.sections:
        counts = {k.value: sum(r.kind is k for r in section.rows) for k in Kind}
        told = _word("counts", lang).format(**counts)
        yield ""
        yield f"{'## ' if form == 'markdown' else ''}{section.title}（{told}）"
        rows = sorted(section.rows, key=lambda r: order.index(r.kind))
        if not rows:
            yield f"  {_word('none', lang)}"
        elif form == "markdown":
            yield ""
            yield f"| {_word('kind', lang)} | {_word('subject', lang)} | {a} | {b} |"
            yield "|---|---|---|---|"
            for row in rows:
                cells = (_word(row.kind, lang), row.subject, row.left or "—", row.right or "—")
                yield "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"
        else:
            for row in rows:
                yield f"  [{_word(row.kind, lang)}] {row.subject}"
                yield f"      {a}　{row.left or '—'}"
                yield f"      {b}　{row.right or '—'}"

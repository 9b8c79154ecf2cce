"""A scheme as a reviewer would read it: conditions with articles, papers, readings, gaps."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.rules.materials import NEED_WORDS
from extractor.setup.catalogue import Catalogue
from extractor.setup.scheme_head import Logic, SchemeHead
from extractor.setup.schemes import (
    COMPARATORS,
    WHENS,
    CriterionSpec,
    MaterialSpec,
    Part,
    Query,
    Scheme,
)

_CHECKABLE = {"machine": "机器核对", "partial": "机器核对、人工确认", "human": "人工判断"}
_EFFECT = {
    "show": "结论不同时提示",
    "readings_differ": "结论不同时不作判断",
    "for_judgement": "结论不同时由评审人员判断",
}
_CONFIDENCE = {"low": "条文只见于译文", "secondary": "其他通知中的线索"}
_BY = {
    "recommender": "推荐单位",
    "county bureau": "县（市、区）主管部门",
    "city bureau": "设区市主管部门",
}
_STATUS = {"mandatory": "必报", "optional": "选报", "conditional": "视情况", "unknown": "未知"}


def scheme_text(scheme: Scheme, catalogue: Catalogue) -> str:
    """The whole scheme in Chinese, line by line, with the article of everything."""
    return "\n".join(_lines(scheme, catalogue))


def _lines(scheme: Scheme, catalogue: Catalogue) -> Iterator[str]:
    head = scheme.head
    yield f"{head.title_zh}（{head.id}）"
    yield f"发文：{head.issuer}；文号：{head.doc_number or '未见'}；日期：{head.date or '未见'}"
    yield f"状态：{head.status}；条文：{head.text_coverage}"
    if head.banner:
        yield f"【{head.banner}】"
    yield f"依据：{sources_text(head)}"
    if head.based_on:
        yield f"所依据或参照的办法：{'、'.join(head.based_on)}"
    if head.applies is not None:
        yield f"适用：{head.applies.from_day or '…'} 至 {head.applies.to_day or '今'}（{head.region}）"
    else:
        yield "适用：未施行，只在指定时采用"
    if head.validity is not None:
        source = head.validity.source
        cited = "二手文本" if source.startswith(SECONDARY) else source.partition(" ")[2] or source
        yield f"有效期：{head.validity.years} 年（{cited}：{head.validity.text_zh}）"
    if head.function_rule is not None:
        yield f"服务功能（{head.function_rule.article}）：{head.function_rule.text_zh}"
    for function in head.functions:
        yield f"  {function.zh}（{function.article}，{function.id}）"
    yield ""
    yield "一、条件"
    for criterion in scheme.criteria:
        yield from _criterion(criterion, catalogue)
    if head.logic is not None:
        yield ""
        yield "  条件如何组合："
        yield from _logic(head.logic, 2)
    yield ""
    yield "二、材料"
    for material in scheme.materials:
        yield _material(material, catalogue)
    yield ""
    yield "三、两种读法"
    for ident, ambiguity in scheme.ambiguities.items():
        yield f"  {ident} {ambiguity.text_zh}"
        for reading in ambiguity.readings:
            yield f"      {reading.id}. {reading.text_zh}"
        effect = f"（{_EFFECT[ambiguity.on_difference.verdict]}）" if ambiguity.readings else ""
        yield f"      采用：{ambiguity.default_zh}{effect}"
    yield from _rules(scheme)


SECONDARY = "secondary-copy:"
"""Marks a copy on a page that is not the issuer's: evidence of the words, never shown as a link."""


def sources_text(head: SchemeHead) -> str:
    """Where the text comes from; copies at second hand are counted, not named."""
    every = (head.source, *head.further_sources)
    named = [source for source in every if not source.startswith(SECONDARY)]
    copies = len(every) - len(named)
    if copies:
        named.append(f"二手文本{copies}处（未核对原文）")
    return "、".join(named)


def _logic(group: Logic, depth: int) -> Iterator[str]:
    """The tree of conditions; conditions that stand alone in one group share a line."""
    indent = "  " * depth
    yield f"{indent}{'同时满足' if group.all else '满足其一'}："
    plain: list[str] = []
    for member in (*group.all, *group.any):
        if isinstance(member, str):
            plain.append(member)
            continue
        if plain:
            yield f"{indent}  {'、'.join(plain)}"
            plain = []
        yield from _logic(member, depth + 1)
    if plain:
        yield f"{indent}  {'、'.join(plain)}"


def _test_text(test: Query, catalogue: Catalogue) -> str:
    """A precondition in words."""
    if test.when is not None:
        return WHENS[test.when][0]
    if test.all:
        return "且".join(_test_text(part, catalogue) for part in test.all)
    words = {
        "contains": "含",
        "contains_any": "含其一",
        "in": "为",
        "not_in": "不为",
        "is_true": "成立",
        "is_false": "不成立",
        "present": "已提供",
    }
    value = test.value if isinstance(test.value, tuple) else (test.value,)
    shown = "、".join(_word(test.field or "", str(v), catalogue) for v in value if v is not None)
    return f"{catalogue.label(test.field or '')}{words.get(test.op or '', test.op or '')}{shown}"


def _word(field: str, value: str, catalogue: Catalogue) -> str:
    """A value of a test in words: of the field's own vocabulary, else of the service functions."""
    spec = catalogue.fields.get(field) or catalogue.columns.get(field)
    enum = catalogue.enums.get(spec.enum) if spec is not None and spec.enum else None
    return (enum or catalogue.enums["service_function"]).zh(value)


def _criterion(criterion: CriterionSpec, catalogue: Catalogue) -> Iterator[str]:
    yield f"  {criterion.article}  {criterion.text_zh}"
    shown = criterion.threshold_printed
    test = COMPARATORS[criterion.comparator] + (f"：{shown}" if shown else "")
    papers = "、".join(dict.fromkeys(catalogue.label(e.doc) for e in criterion.evidence))
    yield f"      [{criterion.id}] {test}；{_CHECKABLE[criterion.checkable]}；佐证：{papers}"
    if criterion.precondition is not None:
        yield f"      前提：{_test_text(criterion.precondition, catalogue)}"
    if criterion.rows is not None:
        yield f"      只看：{_test_text(criterion.rows, catalogue)}的一项，取最近的"
    for words in criterion.routes.values():
        yield f"      {words}"
    if criterion.alternative:
        yield f"      可由 {criterion.alternative} 代替"
    if criterion.text_confidence is not None:
        yield f"      {_CONFIDENCE[criterion.text_confidence]}，不作判断"
    if criterion.counting_rule:
        yield f"      计数：{criterion.counting_rule}"
    if criterion.ambiguity:
        yield f"      歧义：{'、'.join(criterion.ambiguity)}"
    if criterion.relaxable_by:
        yield f"      可放宽：{'、'.join(criterion.relaxable_by)}"
    if criterion.note_zh:
        yield f"      说明：{criterion.note_zh}"


def _material(material: MaterialSpec, catalogue: Catalogue) -> str:
    joined = "或" if material.any_of else "、"
    papers = joined.join(catalogue.label(d) for d in material.doctypes) or "清单未载入"
    needs = "、".join(NEED_WORDS[need] for need in material.needs)
    text = (
        f"  {material.article}  {material.text_zh}\n"
        f"      [{material.id}] {_STATUS[material.status]}：{papers}"
    )
    if needs:
        text += f"；需：{needs}"
    if material.condition is not None:
        text += f"；条件：{_test_text(material.condition, catalogue)}"
    if material.by is not None:
        text += f"；由{_BY.get(material.by, material.by)}提供"
    for number, alternative in enumerate(material.parsed_alternatives, 1):
        parts = "、".join(_part_text(part, catalogue) for part in alternative)
        text += f"\n      择一之{number}：{parts}"
    if material.note_zh:
        text += f"\n      说明：{material.note_zh}"
    return text


def _part_text(part: Part, catalogue: Catalogue) -> str:
    papers = "或".join(catalogue.label(d) for d in part.doctypes)
    least = f"（{part.least}份）" if part.least > 1 else ""
    carrying = f"（含{catalogue.label(part.with_field)}）" if part.with_field else ""
    only = f"（{catalogue.label(part.if_field)}）" if part.if_field else ""
    return f"{papers}{least}{carrying}{only}"


def _rules(scheme: Scheme) -> Iterator[str]:
    head = scheme.head
    yield ""
    yield "四、时限、放宽、计数与排除"
    for rule in head.time_rules:
        yield f"  {rule.article}  {rule.text_zh or rule.summary_zh or ''}"
    for exclusion in head.exclusions:
        yield f"  {exclusion.article}  {exclusion.text_zh or exclusion.summary_zh or ''}"
    for counting in head.counting_rules:
        text = counting.text_zh or "；".join(
            f"{word}：{'、'.join(items)}"
            for word, items in (("计入", counting.include_zh), ("不计入", counting.exclude_zh))
            if items
        )
        yield f"  {counting.article}  {text}"
    for relaxation in head.relaxations:
        yield f"  {relaxation.article}  {relaxation.text_zh}"
    yield ""
    yield "五、未见的条文"
    for gap in head.gaps or ("（无）",):
        yield f"  {gap}"

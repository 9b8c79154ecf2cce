"""Values that reviewers type, read with the same parsers as the papers, but stricter.

On paper an unclear figure is kept with doubt; from a person it is asked back: a wrong figure is worse
than a second question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.core.canonical import DateRange
from extractor.core.worksheet import Fact, Printed, Value
from extractor.decisions.model import DecisionError
from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.values import Parsed, UnitContext, parse_value

_AS_TYPED = frozenset({"uscc", "id_number", "code", "doc_number", "phone", "url", "email"})
"""Kinds whose check digit or form may be wrong on the paper itself: then that is what stands there."""

_FIGURES = frozenset(
    {"money", "ratio", "area", "count", "number", "score", "quantity_with_unit", "year"}
)
_NO_FIGURE = re.compile(r"[=+*/@<>|#^?？]|\d\s+\d")
"""Signs that a person types for a sum, a formula or a doubt, but not for one figure."""

_EXAMPLES = {
    "money": "315万元 或 3150000元", "ratio": "85% 或 0.85", "area": "1200平方米", "count": "35",
    "date": "2021-03-05 或 2021年3月", "year": "2021", "number": "3.5", "score": "95",
    "date_range": "2021-01-01至2023-12-31", "bool": "是 或 否", "phone": "0791-88888888",
    "id_number": "18 位身份证号", "uscc": "18 位统一社会信用代码", "url": "www.example.cn",
    "email": "name@example.cn", "quantity_with_unit": "12台",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A value as the contract holds it."""

    value: Value
    unit: str | None
    printed: Printed


def read_typed(
    field: str, text: str, catalogue: Catalogue, *, unit: str | None = None, at: Fact | None = None
) -> Typed:
    """The value that ``text`` means for ``field``.

    Args:
        field: id of a field or column.
        text: as typed.
        unit: the unit of a bare number.
        at: the fact being corrected; its printed unit tells how such values stand on the paper.

    Raises:
        DecisionError: there is no such field, or the text is no clear value of its kind.
    """
    try:
        spec = catalogue.spec(field)
    except KeyError:
        raise DecisionError(f"没有名为 {field} 的字段") from None
    if spec.type == "rows":
        raise DecisionError(f"{spec.zh[0]}（{field}）是列表，请指定其中的列")
    text = text.strip()
    if not text:
        raise DecisionError(f"{spec.zh[0]}：没有填写更正后的值；要弃用原值请选“不采纳”")
    if spec.type in _FIGURES and _NO_FIGURE.search(text):
        raise _unclear(spec, text, "不是一个数")
    own = _canonical(spec, text, catalogue)
    if own is not None:
        return Typed(own, at.unit if at is not None else None, Printed())
    enum = catalogue.enums[spec.enum].labels if spec.enum is not None else None
    parsed = parse_value(spec.type, text, units=_units(spec, unit, at), enum=enum)
    if parsed is None and enum is not None:
        known = "、".join(words[0] for words in enum.values())
        raise _unclear(spec, text, f"应为其一：{known}")
    if parsed is None:
        raise _unclear(spec, text, "读不出")
    _check_clear(spec, text, parsed)
    return Typed(parsed.value, parsed.unit or (at.unit if at is not None else None), parsed.printed)


def _canonical(spec: FieldSpec, text: str, catalogue: Catalogue) -> Value | None:
    """``text`` where it is in the contract's own form and cannot mean anything else."""
    if spec.type == "date_range" and "/" in text:
        try:
            return DateRange.parse(text).iso
        except ValueError:
            return None
    if spec.enum is not None:
        members = {member.id for member in catalogue.enums[spec.enum].members}
        if spec.type == "list":
            words = tuple(word.strip() for word in text.split(",") if word.strip())
            return words if words and set(words) <= members else None
        if (ident := text.replace(" ", "_")) in members:  # as English worksheets show them
            return ident
    return None


def _units(spec: FieldSpec, unit: str | None, at: Fact | None) -> UnitContext:
    """Units for a bare number: told; else, of money, 元 where the paper has 元 (never 万元)."""
    if unit is not None:
        return UnitContext(cell=unit)
    printed = at.printed.unit if at is not None else None
    if spec.type == "money":
        return UnitContext(cell=printed if printed == "元" else None)
    if spec.type == "ratio":
        return UnitContext()
    return UnitContext(cell=printed, default=spec.unit)


def _check_clear(spec: FieldSpec, text: str, parsed: Parsed) -> None:
    if spec.type in _AS_TYPED:
        return
    if parsed.printed.assumed and not _fraction(spec, text):
        raise _unclear(spec, text, "、".join(parsed.printed.assumed))
    if parsed.alternatives:
        readings = "、".join(dict.fromkeys((str(parsed.value), *parsed.alternatives)))
        raise _unclear(spec, text, f"可以有几种读法（{readings}）")


def _fraction(spec: FieldSpec, text: str) -> bool:
    return spec.type == "ratio" and text.startswith("0.")


def _unclear(spec: FieldSpec, text: str, why: str) -> DecisionError:
    example = _EXAMPLES.get(spec.type)
    hint = f"；应如 {example}" if example else ""
    return DecisionError(f"{spec.zh[0]}（{spec.id}）的值“{text}”不明确：{why}{hint}")

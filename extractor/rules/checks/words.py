"""Figures and places in the words of a finding. Chinese, no unit unless the name says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, FactStatus
from extractor.setup.catalogue import Catalogue

#: Below this a value counts as doubtfully read (catalogue rule; the same figure as for facts).
DOUBT_BELOW = 0.9

SHOWN = 5
"""How many rows, names or pairs a sentence lists before it says how many more there are."""


def plain(value: Decimal, places: int = 6) -> str:
    """A number without trailing zeros and with at most ``places`` decimals."""
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan(yuan: Decimal) -> str:
    """An amount of 元 in 万元."""
    return plain(yuan / 10000)


def grouped(yuan: Decimal) -> str:
    """An amount of 元 with thousands separators and two decimals."""
    return f"{yuan:,.2f}"


def percent(ratio: Decimal) -> str:
    """A ratio in percent with at most two decimals, cut off: 79.996% never reads as 80%."""
    cut = (ratio * 100).quantize(Decimal("0.01"), ROUND_FLOOR)
    return plain(cut, 2)


def listed(items: Iterable[str], most: int = SHOWN) -> str:
    """``甲、乙、丙 等共 12 项`` — a list cut after ``most``."""
    known = list(items)
    if len(known) <= most:
        return "、".join(known)
    return "、".join(known[:most]) + f" 等共 {len(known)} 项"


def pages_text(pages: Iterable[int]) -> str:
    """``第3、12页``; empty where there are none."""
    numbers = sorted(set(pages))
    if not numbers:
        return ""
    if len(numbers) > 12:
        return f"第{numbers[0]}—{numbers[-1]}页内共{len(numbers)}页"
    return "第" + "、".join(str(n) for n in numbers) + "页"


def is_doubtful(fact: Fact) -> bool:
    """Whether a value was read with doubt; one a reviewer corrected is not doubtful."""
    if fact.status is FactStatus.CORRECTED:
        return False
    return fact.status is not FactStatus.CERTAIN or fact.confidence < DOUBT_BELOW


def doubt_text(facts: Sequence[Fact], label: dict[str, str]) -> str:
    """``；识别存疑：上年末资产总额（第3页，置信度0.62）`` for the doubtful ones; else empty."""
    doubtful = [f for f in facts if is_doubtful(f)]
    if not doubtful:
        return ""
    shown = [
        f"{label.get(f.field, f.field)}（"
        + (f"第{f.page}页，" if f.page is not None else "")
        + f"置信度{f.confidence:.2f}）"
        for f in sorted(doubtful, key=lambda f: f.confidence)
    ]
    return "；识别存疑：" + listed(dict.fromkeys(shown), 3)


def masked(number: str) -> str:
    """A phone or identity number with its middle hidden."""
    tail = 2 if len(number) >= 15 else 4
    return f"{number[:3]}****{number[-tail:]}" if len(number) >= 7 else "****"


def shown_fact(fact: Fact, catalogue: Catalogue) -> str:
    """A fact's value for people, with its unit; identity and phone numbers masked."""
    spec = catalogue.spec(fact.field)
    value = fact.value
    if value is None:
        return masked(fact.raw) if spec.type in ("id_number", "phone") else fact.raw
    if spec.type in ("id_number", "phone"):
        return masked(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(_word(v, spec.enum, catalogue) for v in value)
    number = as_decimal(value)
    if spec.type == "money" and number is not None:
        return f"{wan(number)} 万元" if fact.printed.unit == "万元" else f"{grouped(number)} 元"
    if spec.type == "ratio" and number is not None:
        return f"{percent(number)}%"
    if spec.type == "area" and number is not None:
        return f"{plain(number)} 平方米"
    if spec.type == "count" and number is not None:
        return plain(number) + (f" {fact.unit}" if fact.unit else "")
    return _word(str(value), spec.enum, catalogue)


def _word(value: str, enum: str | None, catalogue: Catalogue) -> str:
    spec = catalogue.enums.get(enum or "")
    return spec.zh(value) if spec is not None else value

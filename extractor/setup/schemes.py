"""Schemes: the measures and notices under which packets are reviewed, as data with citations.

``config/schemes/<id>/`` holds ``scheme.yaml`` (title, status, functions, logic, relaxations, rules of
time and counting), ``materials.yaml``, ``criteria.yaml``, ``ambiguities.yaml`` and ``cases/*.yaml``.
Criteria name their quantity, comparator and evidence by id; nothing in a file is ever evaluated as
code. Loading checks every reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, PlainValidator, model_validator

from extractor.setup.scheme_head import (
    CountingRule,
    Exclusion,
    FunctionRule,
    Relaxation,
    SchemeHead,
    Text,
    TimeRule,
)
from extractor.setup.yaml_strict import ConfigModel, StrictFile, shown_value

Comparator = Literal[
    ">=", "<=", ">", "<", "between", "in", "not_in", "is_true", "equals_field", "increasing",
    "contains_all", "about", "route", "judge", "not_loaded",
]  # fmt: skip
"""How a value is held against the threshold; meanings in ``COMPARATORS``."""

COMPARATORS: Mapping[str, str] = {
    ">=": "不低于（含本数）",
    "<=": "不超过（含本数）",
    ">": "大于",
    "<": "小于（早于）",
    "between": "在两数之间（含两端）",
    "in": "属于其中之一",
    "not_in": "不属于其中任何一个",
    "is_true": "有材料表明如此",
    "equals_field": "与另一栏所填一致",
    "increasing": "增长（读法见歧义说明）",
    "contains_all": "各项齐全",
    "about": "未规定方向，仅列出",
    "route": "决定由谁评审",
    "judge": "不作机器判断，只列材料",
    "not_loaded": "条文未载入，只列数据，不作判断",
}

Period = Literal[
    "at_filing", "previous_year_end", "previous_year", "latest_year", "latest_period",
    "latest_three", "latest", "2018", "3_year_average", "3_year_cumulative", "growth_2_years",
    "growth_3_years", "3_years_back", "recognition_year",
]  # fmt: skip
Checkable = Literal["machine", "partial", "human"]
CriterionKind = Literal[
    "criterion", "form_rule", "document_rule", "scope_rule", "time_rule", "routing", "function_rule"
]
TestOp = Literal[
    "contains", "contains_any", "is_true", "is_false", "present", "in", "not_in", ">=", "<=", "==",
]  # fmt: skip
WHENS: Mapping[str, tuple[str, str]] = {
    "after recognition": ("认定以后", "认定后报送，申报时不需提供"),
    "three-year review": ("三年复核时", "三年复核时报送，申报时不需提供"),
}
"""What a ``when`` may name: papers due at another time than filing; its words, and those of the note."""

Scalar = Decimal | str | bool


def _threshold(value: object) -> Scalar | tuple[Scalar, ...] | None:
    """A number, a text, a truth value, or a list of them."""
    if isinstance(value, tuple):
        return tuple(_scalar(v) for v in value)
    return None if value is None else _scalar(value)


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise ValueError(f"found {shown_value(value)}; expected a number, a text or a list of them")


Threshold = Annotated[Scalar | tuple[Scalar, ...] | None, PlainValidator(_threshold)]
"""What a value is held against, as printed in the text."""


_UNIT_FACTOR: Mapping[str, tuple[Decimal, str | None]] = {
    "万元": (Decimal(10000), "元"),
    "亿元": (Decimal(100_000_000), "元"),
    "千元": (Decimal(1000), "元"),
    "%": (Decimal("0.01"), None),
    "‰": (Decimal("0.001"), None),
}
"""Printed unit to (factor, canonical unit); a ratio has no canonical unit."""


class Query(ConfigModel):
    """One question about a field or quantity, or ``all`` of several.

    ``present``: the field was read; no paper that carries it is in the packet: false; else unknown.
    """

    field: str | None = None
    op: TestOp | None = None
    value: Threshold = None
    when: str | None = None
    all: tuple[Query, ...] = ()

    @model_validator(mode="after")
    def _one_shape(self) -> Query:
        shapes = [self.field is not None, self.when is not None, bool(self.all)]
        if sum(shapes) != 1 or (self.field is None) != (self.op is None):
            raise ValueError("a test is {field, op, value}, or {when: words}, or {all: [tests]}")
        return self

    def fields(self) -> tuple[str, ...]:
        """Every field or quantity the test asks about."""
        own = () if self.field is None else (self.field,)
        return (*own, *(f for test in self.all for f in test.fields()))


class Evidence(ConfigModel):
    """A paper (doctype id) and the field in it that shows the figure."""

    doc: str
    field: str


class CriterionSpec(ConfigModel):
    """One condition with its article, verbatim text and source.

    ``threshold`` and ``unit`` are as printed in the text; ``canonical_threshold`` converts. ``rows``:
    only rows of the quantity's list that answer it count. ``routes``: who decides, by value.
    ``text_confidence``: the words come from a translation or a hint elsewhere and give no verdict.
    """

    id: str
    article: Text
    source: Text
    text_zh: Text
    quantity: str
    comparator: Comparator
    threshold: Threshold = None
    unit: str | None = None
    period: Period
    checkable: Checkable
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    kind: CriterionKind = "criterion"
    precondition: Query | None = None
    relaxable_by: tuple[str, ...] = ()
    ambiguity: tuple[str, ...] = ()
    counting_rule: str | None = None
    exception: str | None = None
    alternative: str | None = None
    rule: str | None = None
    text_confidence: Literal["low", "secondary"] | None = None
    rows: Query | None = None
    routes: dict[str, str] = Field(default_factory=dict)
    note: str | None = None
    note_zh: str | None = None

    @property
    def canonical_threshold(self) -> Scalar | tuple[Scalar, ...] | None:
        """The threshold in canonical units: 200万元 is 2000000, 80% is 0.8."""
        factor = _UNIT_FACTOR.get(self.unit or "", (Decimal(1), None))[0]

        def convert(value: Scalar) -> Scalar:
            if isinstance(value, Decimal):
                return value * factor
            return value

        if isinstance(self.threshold, tuple):
            return tuple(convert(v) for v in self.threshold)
        return None if self.threshold is None else convert(self.threshold)

    @property
    def canonical_unit(self) -> str | None:
        """The unit of the canonical threshold and of the values held against it."""
        return _UNIT_FACTOR.get(self.unit or "", (Decimal(1), self.unit))[1]

    @property
    def threshold_printed(self) -> str | None:
        """The threshold in the words of the text: ``200万元``, ``5000—10000字``; ``None`` without one,
        and where the text prints no number (``> 0`` for "has any")."""
        if self.threshold is None or self.comparator in ("in", "not_in", "equals_field"):
            return None
        values = self.threshold if isinstance(self.threshold, tuple) else (self.threshold,)
        if not all(str(v) in self.text_zh for v in values):
            return None
        return "—".join(str(v) for v in values) + (self.unit or "")


class MaterialSpec(ConfigModel):
    """One required paper: any or all of ``doctypes``, or one of the ``alternatives``.

    ``status: unknown``: the text that lists papers is not loaded; it names no ``doctypes``.

    An alternative is a list of parts, all needed; a part is ``doctype``, ``a | b`` (any of them),
    ``N of a | b`` (at least N of them), ``doctype with field`` (the field was read as true), or
    ``doctype if field``.
    """

    id: str
    article: Text
    source: Text
    text_zh: Text
    doctypes: tuple[str, ...] = ()
    status: Literal["mandatory", "optional", "conditional", "unknown"]
    any_of: bool = False
    parts: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    needs: tuple[str, ...] = ()
    by: str | None = None
    condition: Query | None = None
    note: str | None = None
    note_zh: str | None = None

    @model_validator(mode="after")
    def _papers_or_unknown(self) -> MaterialSpec:
        if bool(self.doctypes) == (self.status == "unknown"):
            raise ValueError("'doctypes' must name a paper, unless 'status' is unknown (then none)")
        return self

    @property
    def parsed_alternatives(self) -> tuple[tuple[Part, ...], ...]:
        """The alternatives as parts."""
        return tuple(tuple(Part.parse(t) for t in alternative) for alternative in self.alternatives)


@dataclass(frozen=True, slots=True)
class Part:
    """At least ``least`` documents of ``doctypes``, on which ``with_field`` was read as true; the part
    counts only if ``if_field`` is true."""

    doctypes: tuple[str, ...]
    least: int = 1
    with_field: str | None = None
    if_field: str | None = None

    _FORM: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:(?P<least>\d+) of )?(?P<types>\w+(?: \| \w+)*)"
        r"(?: with (?P<with>\w+))?(?: if (?P<if>\w+))?"
    )

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read one part; ``ValueError`` says what a part looks like."""
        match = cls._FORM.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} is no part; write 'doctype', 'a | b', '3 of a | b', "
                "'doctype with field' or 'doctype if field'"
            )
        return cls(
            tuple(match["types"].split(" | ")), int(match["least"] or 1), match["with"], match["if"]
        )


class ReadingText(ConfigModel):
    """One way to read an ambiguous text."""

    id: str
    text_zh: Text


class Difference(ConfigModel):
    """What to do where a reading ends otherwise than the default.

    ``show``: the default decides, the note says that another reading differs. ``when``: always, or
    only where the default fails.
    """

    verdict: Literal["show", "readings_differ", "for_judgement"]
    when: Literal["always", "default_fails"] = "always"


class AmbiguitySpec(ConfigModel):
    """A text that allows two readings. ``rule`` names a way to find the second reading that is not a
    reading of the quantity itself (closed set in ``rules.ambiguity``)."""

    id: str
    text_zh: Text
    readings: tuple[ReadingText, ...] = ()
    default_zh: Text
    on_difference: Difference
    rule: str | None = None
    source: Text


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case beside a scheme: where it stands and what it holds (read by ``rules.cases``)."""

    name: str
    file: StrictFile


@dataclass(frozen=True)
class Scheme:
    """A scheme with everything that belongs to it, each reference checked."""

    head: SchemeHead
    materials: tuple[MaterialSpec, ...]
    criteria: tuple[CriterionSpec, ...]
    ambiguities: Mapping[str, AmbiguitySpec]
    cases: tuple[CaseFile, ...]

    @property
    def id(self) -> str:
        return self.head.id

    def criterion(self, ident: str) -> CriterionSpec:
        """The criterion with this id; ``KeyError`` where there is none."""
        return next_by_id(self.criteria, ident)

    def material(self, ident: str) -> MaterialSpec:
        """The material with this id; ``KeyError`` where there is none."""
        return next_by_id(self.materials, ident)

    def relaxation(self, ident: str) -> Relaxation:
        """The relaxation with this id; ``KeyError`` where there is none."""
        return next_by_id(self.head.relaxations, ident)

    @property
    def documents(self) -> tuple[MaterialSpec, ...]:
        """The materials, under the word the cross-checks use for papers asked for."""
        return self.materials

    @cached_property
    def served_ids(self) -> frozenset[str]:
        """Everything a cross-check may serve: criteria, materials, rules of the head."""
        head = self.head
        rules: tuple[Relaxation | CountingRule | Exclusion | TimeRule, ...]
        rules = (*head.relaxations, *head.counting_rules, *head.exclusions, *head.time_rules)
        own = (head.function_rule.id,) if head.function_rule else ()
        listed: tuple[CriterionSpec | MaterialSpec, ...] = (*self.criteria, *self.materials)
        return frozenset((*(x.id for x in listed), *(r.id for r in rules), *own))

    def article_of(self, ident: str) -> str | None:
        """The article of anything in ``served_ids``; ``None`` for an unknown id."""
        head = self.head
        listed: tuple[CriterionSpec | MaterialSpec, ...] = (*self.criteria, *self.materials)
        for item in listed:
            if item.id == ident:
                return item.article
        rules: tuple[Relaxation | CountingRule | Exclusion | TimeRule | FunctionRule, ...]
        rules = (*head.relaxations, *head.counting_rules, *head.exclusions, *head.time_rules)
        if head.function_rule is not None:
            rules = (*rules, head.function_rule)
        return next((rule.article for rule in rules if rule.id == ident), None)


T = TypeVar("T", CriterionSpec, MaterialSpec, Relaxation)


def next_by_id(items: Iterable[T], ident: str) -> T:
    """The item with this id; ``KeyError`` where there is none."""
    for item in items:
        if item.id == ident:
            return item
    raise KeyError(ident)

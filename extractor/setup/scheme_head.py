"""What stands in ``scheme.yaml``: title, status, functions, logic, rules of time and counting."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator

from extractor.core.canonical import PartialDate
from extractor.setup.yaml_strict import ConfigModel

Text = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""


def _day(value: object) -> str | None:
    """A day, month or year as ``PartialDate`` writes it."""
    if value is None:
        return None
    try:
        return PartialDate.parse(str(value)).iso
    except ValueError:
        raise ValueError(f"found {value!r}; expected a date such as 2023-03-23") from None


Day = Annotated[str | None, PlainValidator(_day)]
"""A date with the precision that is known: ``2018``, ``2020-05``, ``2019-05-10``."""


class GeneralRule(ConfigModel):
    """A rule that holds for every scheme."""

    id: str
    rule: Text
    text_zh: str | None = None
    source: str | None = None


class TimeRule(ConfigModel):
    """A rule of time or number around filing. ``opens``/``closes``: the window (both days included),
    ``years``: first and last year meant (both included)."""

    id: str
    article: Text
    text_zh: str | None = None
    summary_zh: str | None = None
    days: int | None = None
    day_kind: str | None = None
    months: int | None = None
    opens: Day | None = None
    closes: Day | None = None
    years: tuple[int, int] | None = None
    copies: int | None = None
    source: str | None = None


class Function(ConfigModel):
    id: str
    zh: Text
    mandatory: bool
    article: Text


class FunctionRule(ConfigModel):
    """Which service functions must be applied for together."""

    id: str
    text_zh: Text
    article: Text
    source: Text
    all_of: tuple[str, ...] = ()
    at_least_one_of: tuple[str, ...] = ()
    ambiguity: tuple[str, ...] = ()


class Validity(ConfigModel):
    years: int
    source: Text
    text_zh: Text


class Applies(ConfigModel):
    """The filings a scheme is for, by date of filing (both ends included; ``None``: open).

    A scheme that was never in force has no such entry: it is judged by only when named.
    """

    from_day: Day
    to_day: Day = None


class Relaxation(ConfigModel):
    """A clause that lets conditions be relaxed. It never lowers a number here: a criterion that fails
    where ``flag`` is true ends as ``relaxable``."""

    id: str
    article: Text
    text_zh: Text
    flag: str
    effect: Text
    words_zh: Text = "可适度放宽"


class CountingRule(ConfigModel):
    id: str
    article: Text
    text_zh: str | None = None
    applies_to: tuple[str, ...] = ()
    include_zh: tuple[str, ...] = ()
    exclude_zh: tuple[str, ...] = ()
    product: str | None = None


class Exclusion(ConfigModel):
    id: str
    article: Text
    text_zh: str | None = None
    summary_zh: str | None = None
    product: str | None = None
    source: str | None = None


class Logic(ConfigModel):
    """How criteria join: ids and nested groups under ``all`` or ``any``."""

    all: tuple[str | Logic, ...] = ()
    any: tuple[str | Logic, ...] = ()
    note: str | None = None

    def ids(self) -> tuple[str, ...]:
        """All criterion ids in the tree, in order."""
        found: list[str] = []
        for member in (*self.all, *self.any):
            found.extend(member.ids() if isinstance(member, Logic) else [member])
        return tuple(found)


def _logic(value: object) -> Logic | None:
    """The tree as it stands in a file; anything else is a ``ValueError`` in words."""
    if value is None or isinstance(value, Logic):
        return value
    if not isinstance(value, dict) or not set(value) <= {"all", "any", "note"}:
        raise ValueError("a group of logic holds 'all' or 'any' with a list, and may have a 'note'")
    groups = {}
    for key in ("all", "any"):
        members = value.get(key, ())
        if not isinstance(members, tuple):
            raise ValueError(f"'{key}' needs a list of criterion ids and groups")
        groups[key] = tuple(m if isinstance(m, str) else _logic(m) or Logic() for m in members)
    if bool(groups["all"]) == bool(groups["any"]):
        raise ValueError("a group of logic has either 'all' or 'any', not both and not neither")
    return Logic(all=groups["all"], any=groups["any"], note=value.get("note"))


class SchemeHead(ConfigModel):
    """``scheme.yaml``: everything but materials, criteria, ambiguities and cases.

    ``source`` and ``further_sources``: where the text comes from; ``secondary-copy:…`` stands for a copy
    that must not be shown as a link. ``form_titles``: words printed on the scheme's own forms.
    """

    id: str
    title_zh: Text
    title_en: Text
    doc_number: str | None
    doc_number_note: str | None = None
    issuer: Text
    date: str | None
    date_note: str | None = None
    in_force_from: str | None = None
    region: Text
    status: Text
    status_note: str | None = None
    banner: str | None = None
    text_coverage: Text
    source: Text
    further_sources: tuple[str, ...] = ()
    applies: Applies | None = None
    form_titles: tuple[str, ...] = ()
    based_on: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    validity: Validity | None
    time_rules: tuple[TimeRule, ...] = ()
    functions: tuple[Function, ...] = ()
    function_rule: FunctionRule | None
    logic: Annotated[Logic | None, PlainValidator(_logic)]
    ambiguity: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    counting_rules: tuple[CountingRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

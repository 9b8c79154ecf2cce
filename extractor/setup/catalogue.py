"""The catalogue: what is read (fields), from which papers (doctypes), in which words (enums), and
what is computed from it (derived quantities). Data of ``config/``, checked while loading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from extractor.setup.source import ConfigSource, Entry
from extractor.setup.yaml_strict import ConfigModel, closest

NO_PAPER = ("packet", "any")
"""``found_in`` words beside doctype ids: case data or the files themselves; any paper."""

FieldType = Literal[
    "address", "area", "bool", "code", "count", "date", "date_range", "doc_number", "email",
    "enum", "id_number", "list", "money", "org_name", "org_or_person", "person", "phone",
    "quantity_with_unit", "ratio", "rows", "score", "text", "url", "uscc", "year",
]  # fmt: skip
"""Kinds of value, as ``values.parse_value`` knows them; ``rows`` is a list with columns."""


Share = Annotated[float, BeforeValidator(lambda v: float(v) if isinstance(v, Decimal) else v)]
"""A share 0..1 that is a measure of certainty, not a figure of the packet."""


class FoundIn(ConfigModel):
    """A paper (doctype id, ``packet`` or ``any``) and the place in it."""

    doc: str
    place: str


class FieldSpec(ConfigModel):
    """One field, or one column of a list of rows (id ``rows_id.column``).

    ``zh``: labels, the printed one of the national form first. ``ocr_variants``: usual misreadings of
    labels. ``unit``: the unit the label implies (``万元``), or words where papers differ.
    ``confidence_cap``: values of this field are never surer than this (handwriting).
    """

    id: str
    zh: tuple[str, ...] = Field(min_length=1)
    en: str
    type: FieldType
    unit: str | None = None
    enum: str | None = None
    ocr_variants: tuple[str, ...] = ()
    found_in: tuple[FoundIn, ...] = ()
    period: str | None = None
    pattern: str | None = None
    sensitive: bool = False
    computed: bool = False
    confidence_cap: Share | None = None
    total_row: str | None = None
    columns: tuple[FieldSpec, ...] = ()
    note: str | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """All spellings of the label, misreadings last."""
        return (*self.zh, *self.ocr_variants)

    @property
    def rows_id(self) -> str | None:
        """For a column the id of its list; ``None`` for a field."""
        head, dot, _ = self.id.partition(".")
        return head if dot else None


class AskedBy(ConfigModel):
    """A scheme that asks for a paper, with the article."""

    scheme: str
    article: str


class DoctypeSpec(ConfigModel):
    """One kind of paper: how it is recognised and what it carries."""

    id: str
    zh: str
    en: str
    titles: tuple[str, ...]
    keywords: tuple[str, ...]
    not_if: tuple[str, ...] = ()
    layout: str
    usual_pages: str | None = None
    part_of: str | None = None
    fields: tuple[str, ...]
    asked_by: tuple[AskedBy, ...]
    note: str | None = None


class EnumMember(ConfigModel):
    """One allowed value: its id, its printed words, and its rank where the values are ordered."""

    id: str
    zh: tuple[str, ...] = Field(min_length=1)
    rank: int | None = None


class EdgeCase(ConfigModel):
    """Words that look like a member but need a person."""

    text: str
    note: str


class EnumSpec(ConfigModel):
    """A closed vocabulary. No members: the values are known elsewhere (see ``note``)."""

    id: str
    members: tuple[EnumMember, ...] = ()
    edge_cases: tuple[EdgeCase, ...] = ()
    note: str | None = None

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Member id to printed words, as ``values.parse_value`` takes them."""
        return {member.id: member.zh for member in self.members}

    def rank(self, member: str) -> int | None:
        """The rank of a member id; ``None`` for an unknown id or an unordered vocabulary."""
        return next((m.rank for m in self.members if m.id == member), None)

    def zh(self, member: str) -> str:
        """The first printed word of a member id; the id itself where it is unknown."""
        words = self.labels.get(member)
        return words[0] if words else member


class ReadingSpec(ConfigModel):
    """One way to read an ambiguous text."""

    id: str
    zh: str
    en: str


class DerivedSpec(ConfigModel):
    """A quantity computed from fields. ``formula`` is for people; the code is in ``rules``."""

    id: str
    zh: str
    en: str
    type: str
    unit: str | None = None
    formula: str
    inputs: tuple[str, ...]
    readings: tuple[ReadingSpec, ...] = ()
    note: str | None = None


class Conventions(ConfigModel):
    """Which fields are stated by the applicant or recommender, which are evidence from papers."""

    stated: tuple[str, ...]
    evidence: tuple[str, ...]
    note: str

    def side(self, field: str) -> Literal["stated", "evidence", "other"]:
        """The side a field id (or column id) is on, by its prefix."""
        if any(field.startswith(p) for p in self.stated):
            return "stated"
        return "evidence" if any(field.startswith(p) for p in self.evidence) else "other"


class UnitSpec(ConfigModel):
    """How a kind of figure is kept and converted."""

    id: str
    canonical: str
    conversions: dict[str, str] = Field(default_factory=dict)
    aliases: dict[str, str] = Field(default_factory=dict)
    rules: tuple[str, ...] = ()


class IdentifierSpec(ConfigModel):
    """A code with a fixed shape, and its check digit where it has one."""

    id: str
    pattern: str
    charset: str | None = None
    weights: tuple[int, ...] = ()
    check: str | None = None
    example: str | None = None
    confusions: str | None = None
    source: str | None = None
    note: str | None = None


class Catalogue:
    """All of the above, by id, each reference checked.

    ``source`` is the configuration it was read from; ``None`` for one put together in memory.
    """

    def __init__(
        self,
        fields: Mapping[str, FieldSpec],
        doctypes: Mapping[str, DoctypeSpec],
        enums: Mapping[str, EnumSpec],
        derived: Mapping[str, DerivedSpec],
        conventions: Conventions,
        units: Mapping[str, UnitSpec],
        identifiers: Mapping[str, IdentifierSpec],
        source: ConfigSource | None = None,
    ) -> None:
        self.fields = fields
        self.doctypes = doctypes
        self.enums = enums
        self.derived = derived
        self.conventions = conventions
        self.units = units
        self.identifiers = identifiers
        self.source = source

    @cached_property
    def columns(self) -> Mapping[str, FieldSpec]:
        """Columns of all lists by their full id (``staff_roster.name``)."""
        return {c.id: c for f in self.fields.values() for c in f.columns}

    @cached_property
    def known_inputs(self) -> frozenset[str]:
        """Everything a rule may name: fields, columns, derived quantities."""
        return frozenset(self.fields) | frozenset(self.columns) | frozenset(self.derived)

    def spec(self, ident: str) -> FieldSpec:
        """The field or column with this id; ``KeyError`` where there is none."""
        return self.fields[ident] if ident in self.fields else self.columns[ident]

    def label(self, ident: str) -> str:
        """A Chinese name for a field, column, derived quantity or doctype; the id where unknown."""
        if ident in self.fields or ident in self.columns:
            return self.spec(ident).zh[0]
        if ident in self.derived:
            return self.derived[ident].zh
        return self.doctypes[ident].zh if ident in self.doctypes else ident


def load_catalogue(source: Path | ConfigSource) -> Catalogue:
    """Read and check the catalogue of a configuration folder (or folder with overlay).

    Raises:
        ConfigError: anything wrong in any of its files.
    """
    config = source if isinstance(source, ConfigSource) else ConfigSource(source)
    enums = {e.id: (e, e.as_model(EnumSpec)) for e in config.entries("enums.yaml", "enums")}
    fields = {e.id: (e, e.as_model(FieldSpec)) for e in config.entries("fields/*.yaml", "fields")}
    doctypes = {
        e.id: (e, e.as_model(DoctypeSpec)) for e in config.entries("doctypes.yaml", "doctypes")
    }
    derived = {
        e.id: (e, e.as_model(DerivedSpec)) for e in config.entries("derived.yaml", "derived")
    }
    units = {e.id: e.as_model(UnitSpec) for e in config.entries("units.yaml", "units")}
    identifiers = {
        e.id: e.as_model(IdentifierSpec) for e in config.entries("identifiers.yaml", "identifiers")
    }
    catalogue = Catalogue(
        {k: spec for k, (_, spec) in fields.items()},
        {k: spec for k, (_, spec) in doctypes.items()},
        {k: spec for k, (_, spec) in enums.items()},
        {k: spec for k, (_, spec) in derived.items()},
        config.one("conventions.yaml").as_model(Conventions),
        units,
        identifiers,
        config,
    )
    for entry, field in fields.values():
        _check_field(entry, field, catalogue)
    for entry, doctype in doctypes.values():
        _check_doctype(entry, doctype, catalogue)
    for entry, quantity in derived.values():
        _check_derived(entry, quantity, catalogue)
    for entry, enum in enums.values():
        _check_no_repeat(entry, "members", [m.id for m in enum.members])
    return catalogue


def _check_known(
    entry: Entry, found: Iterable[str], known: Iterable[str], what: str, key: str
) -> None:
    words = list(known)
    for index, name in enumerate(found):
        if name not in words:
            raise entry.error(
                f"{key}: {what} {name!r} is not known; {closest(name, words)}", key, index
            )


def _check_no_repeat(entry: Entry, key: str, names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise entry.error(f"{key}: {name!r} stands twice; keep one", key, index)


def _check_field(entry: Entry, field: FieldSpec, catalogue: Catalogue) -> None:
    if "." in field.id:
        raise entry.error(
            "a field id has no dot; columns stand under 'columns' of their list", "id"
        )
    if not field.found_in:
        raise entry.error("key 'found_in' is missing: name at least one paper")
    papers = [*catalogue.doctypes, *NO_PAPER]
    _check_known(entry, [f.doc for f in field.found_in], papers, "doctype", "found_in")
    if (field.type == "rows") != bool(field.columns):
        raise entry.error("type 'rows' and 'columns' go together", "type")
    _check_no_repeat(entry, "columns", [c.id for c in field.columns])
    for index, column in enumerate(field.columns):
        if column.rows_id != field.id:
            raise entry.error(
                f"columns: id {column.id!r} must start with {field.id + '.'!r}", "columns", index
            )
        if column.type == "rows":
            raise entry.error("columns: a column cannot be a list of rows", "columns", index)
    for spec in (field, *field.columns):
        _check_vocabulary(entry, spec, catalogue)


def _check_vocabulary(entry: Entry, spec: FieldSpec, catalogue: Catalogue) -> None:
    if spec.enum is not None and spec.enum not in catalogue.enums:
        raise entry.error(
            f"enum {spec.enum!r} of {spec.id} is not known; {closest(spec.enum, catalogue.enums)}"
        )
    if spec.type == "enum" and spec.enum is None:
        raise entry.error(f"{spec.id} has type 'enum' but names no 'enum'")
    if spec.pattern is not None:
        try:
            re.compile(spec.pattern)
        except re.error as error:
            raise entry.error(f"pattern is not a regular expression: {error}", "pattern") from error


def _check_doctype(entry: Entry, doctype: DoctypeSpec, catalogue: Catalogue) -> None:
    _check_known(entry, doctype.fields, catalogue.fields, "field", "fields")
    if doctype.part_of is not None and doctype.part_of not in catalogue.doctypes:
        raise entry.error(
            f"part_of: doctype {doctype.part_of!r} is not known; "
            + closest(doctype.part_of, catalogue.doctypes),
            "part_of",
        )


def _check_derived(entry: Entry, quantity: DerivedSpec, catalogue: Catalogue) -> None:
    if quantity.id in catalogue.fields:
        raise entry.error("a derived quantity cannot have the id of a field", "id")
    _check_known(entry, quantity.inputs, sorted(catalogue.known_inputs), "input", "inputs")
    _check_no_repeat(entry, "readings", [r.id for r in quantity.readings])

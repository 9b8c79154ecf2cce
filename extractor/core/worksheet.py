"""The worksheet contract ``extractor.worksheet/1``: the one result every door and writer speaks.

Frozen pydantic models; the published JSON Schema (``docs/schema/worksheet-1.json``) is generated from
them. Conventions, all from the architecture's contract:

* Values are canonical: money is a decimal string in 元, area a decimal string in 平方米, ratio a decimal
  string 0..1 (1 = 100%), counts and years are integers, dates ISO strings that keep their precision
  (``2016``, ``2016-05``, ``2016-05-20``), date ranges ``from/to`` with ``..`` for an open end
  (``2020-01-01/..``), enums the ids of ``config/fields``, lists tuples of those, names text.
* ``raw`` is what stood on the paper. A value nobody read is absent (``None``), never 0 and never "".
* Boxes are ``(x0, y0, x1, y1)`` in viewer points, page numbers count from 1.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from extractor.core.maybe import Maybe

SCHEMA_ID: Literal["extractor.worksheet/1"] = "extractor.worksheet/1"

Value = bool | int | str | tuple[str, ...]
BoxTuple = tuple[float, float, float, float]


class Model(BaseModel):
    """Frozen; unknown keys are errors. ``Maybe`` keys are left out of the file where unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


class FactStatus(StrEnum):
    CERTAIN = "certain"
    DOUBTFUL = "doubtful"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Method(StrEnum):
    """How a value was read."""

    TEXT_LAYER = "text_layer"
    OCR_LABEL = "ocr_label"  # found by a label outside a table
    OCR_CELL = "ocr_cell"  # a table or form cell
    PROSE = "prose"  # running text
    MARK = "mark"  # a tick or box, from pixels
    SEAL = "seal"
    COMPUTED = "computed"  # counted from the pages, not printed (narrative length …)
    CASE = "case"  # told by the user
    REVIEWER = "reviewer"  # added by a reviewer who saw it on the paper


class Severity(StrEnum):
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


class Verdict(StrEnum):
    """How a criterion ended (``general_rules`` G.verdicts)."""

    MET = "met"
    NOT_MET = "not_met"
    MET_STATED_ONLY = "met_stated_only"
    CONFLICT = "conflict"
    READINGS_DIFFER = "readings_differ"
    RELAXABLE = "relaxable"
    NOT_SHOWN = "not_shown"
    NOT_APPLICABLE = "not_applicable"
    FOR_JUDGEMENT = "for_judgement"
    TEXT_NOT_LOADED = "text_not_loaded"


class MaterialStatus(StrEnum):
    FOUND = "found"
    NOT_FOUND = "not_found"
    INSUFFICIENT = "insufficient"
    DEFECTIVE = "defective"
    NOT_APPLICABLE = "not_applicable"
    TEXT_NOT_LOADED = "text_not_loaded"


class Printed(Model):
    """How the value stood on the paper; tolerances and unit doubts need it.

    ``unit_from``: ``cell | label | header | page | default`` or ``None`` (no unit applies).
    ``decimals``: printed decimals of a number. ``label``: the label printed beside the value.
    """

    unit: Maybe[str] = None
    unit_from: Maybe[str] = None
    decimals: Maybe[int] = None
    approximate: bool = False
    label: Maybe[str] = None
    assumed: tuple[str, ...] = ()


class MaskedNumber(Model):
    """What masking hid of a personal number in ``value`` (in ``raw`` where there is no value).

    ``at``: offset of the first hidden character. ``shape``: the hidden characters, every digit as
    ``d``. ``no``: tells numbers apart that look the same while masked, from 1. ``valid``: whether the
    check character of an ID number was right; ``None`` for other numbers.
    """

    at: int
    shape: str
    no: int
    valid: Maybe[bool] = None


class AsRead(Model):
    """What the machine had read, kept beside a fact that a reviewer changed."""

    value: Value | None
    unit: Maybe[str] = None
    confidence: float
    alternatives: tuple[str, ...] = ()
    status: FactStatus
    printed: Printed = Printed()
    masked: Maybe[tuple[MaskedNumber, ...]] = None


class Fact(Model):
    """One value read in one place. Several facts may claim the same field; none is merged away.

    ``masked``: numbers hidden in this copy of the worksheet. ``as_read``: set once a reviewer changed
    the fact.
    """

    id: str
    field: str
    value: Value | None
    unit: Maybe[str] = None
    raw: str
    document: Maybe[str] = None
    page: Maybe[int] = None
    box: BoxTuple | None = None
    address: Maybe[str] = None
    confidence: float
    method: Method
    alternatives: tuple[str, ...] = ()
    status: FactStatus = FactStatus.DOUBTFUL
    printed: Printed = Printed()
    masked: Maybe[tuple[MaskedNumber, ...]] = None
    as_read: Maybe[AsRead] = None


class Row(Model):
    """``no`` counts from 1. ``cells`` maps column ids (``staff_roster.name``) to facts."""

    no: int
    cells: dict[str, Fact]


class RowSet(Model):
    """A list read from a document, possibly over several pages."""

    field: str
    document: str | None
    pages: tuple[int, ...]
    rows: tuple[Row, ...]
    stated_total: Maybe[int] = None


class FileProblem(Model):
    kind: str
    message: str


class SourceFile(Model):
    id: str
    name: str
    sha256: str
    media_type: str
    bytes: int
    pages: int
    problems: tuple[FileProblem, ...] = ()


class Problem(Model):
    """A page or stage that went badly; the rest of the packet goes on."""

    stage: str
    kind: str
    file: Maybe[str] = None
    page: Maybe[int] = None
    message: str


class PageInfo(Model):
    no: int
    file: str
    page_in_file: int
    width_pt: float
    height_pt: float
    source: Literal["text_layer", "ocr", "mixed"]
    rotation_deg: int
    skew_deg: float
    quality: float
    quality_reasons: tuple[str, ...] = ()
    document: Maybe[str] = None


class SealInfo(Model):
    page: int
    box: BoxTuple
    confidence: float
    shape: str = "round"
    text: Maybe[str] = None
    kind: Maybe[str] = None
    organisation: Maybe[str] = None
    text_confidence: float = 0.0
    printed: Maybe[str] = None
    edge: Maybe[str] = None


class SignatureInfo(Model):
    page: int
    box: BoxTuple
    confidence: float
    label: Maybe[str] = None


class Document(Model):
    """A run of pages of one type. ``type`` is an id of ``config/doctypes``."""

    id: str
    type: str
    title: str
    pages: tuple[int, ...]
    confidence: float
    seals: tuple[SealInfo, ...] = ()
    signatures: tuple[SignatureInfo, ...] = ()


class TraceStep(Model):
    """One input or intermediate figure of a quantity, in words a reviewer can follow."""

    label: str
    value: str
    facts: tuple[str, ...] = ()


class QuantityReading(Model):
    """The value under one reading of an ambiguous text (id ``A``, ``B`` …)."""

    id: str
    title: str
    value: Value | None


class Quantity(Model):
    id: str
    value: Value | None
    unit: Maybe[str] = None
    trace: tuple[TraceStep, ...] = ()
    formula: str = ""
    readings: tuple[QuantityReading, ...] = ()
    missing: tuple[str, ...] = ()


class Material(Model):
    id: str
    article: str
    text: str
    status: MaterialStatus
    requirement: str = "mandatory"
    documents: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    note: Maybe[str] = None


class CriterionReading(Model):
    id: str
    title: str
    value: Value | None
    verdict: Verdict


class Criterion(Model):
    id: str
    article: str
    text: str
    comparator: str
    threshold: Maybe[Value] = None
    threshold_printed: Maybe[str] = None
    unit: Maybe[str] = None
    stated: Maybe[Value] = None
    evidence: Maybe[Value] = None
    recomputed: Maybe[Value] = None
    verdict: Verdict
    readings: tuple[CriterionReading, ...] = ()
    facts: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    kind: str = "criterion"
    note: Maybe[str] = None


class Finding(Model):
    """What a check said. ``facts`` are ids; ``values`` the shown figures by name, as text."""

    check: str
    title: str
    severity: Severity
    outcome: Outcome
    message: str
    values: dict[str, str] = Field(default_factory=dict)
    difference: Maybe[str] = None
    facts: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    repairs: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Decision(Model):
    id: str
    at: str
    by: str
    on: str
    action: str
    before: Value | None
    after: Value | None
    reason: str
    previous_hash: str
    hash: str


class CaseEntry(Model):
    """One piece of case data and where it came from: ``option | case_file | packet_yaml | read |
    received | default``."""

    value: Value | None
    source: str
    fact: Maybe[str] = None


class Case(Model):
    filing_date: Maybe[CaseEntry] = None
    received_date: Maybe[CaseEntry] = None
    filing_year: Maybe[CaseEntry] = None
    region: Maybe[CaseEntry] = None
    functions: Maybe[CaseEntry] = None
    deadline: Maybe[CaseEntry] = None


class SchemeInfo(Model):
    id: str
    title: str
    status: str
    as_of: str
    as_of_source: str
    banner: Maybe[str] = None
    chosen_by: str = "option"
    gaps: tuple[str, ...] = ()


class PacketInfo(Model):
    id: str
    name: str
    received_at: str
    files: tuple[SourceFile, ...]


class ExtractorInfo(Model):
    version: str
    config_sha256: str
    engines: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()


class Reading(Model):
    """What the slow and the locating stages give: everything before the rules. Rules never change it."""

    packet: PacketInfo
    pages: tuple[PageInfo, ...]
    documents: tuple[Document, ...]
    facts: tuple[Fact, ...]
    rows: tuple[RowSet, ...]
    problems: tuple[Problem, ...]


class Judgement(Model):
    """What the rules say of a ``Reading`` under one scheme at one date."""

    scheme: SchemeInfo
    case: Case
    quantities: tuple[Quantity, ...]
    materials: tuple[Material, ...]
    criteria: tuple[Criterion, ...]
    findings: tuple[Finding, ...]


class Worksheet(Model):
    """All of one packet. Field order is the order of the published contract."""

    schema_: Literal["extractor.worksheet/1"] = Field(default=SCHEMA_ID, alias="schema")
    extractor: ExtractorInfo
    packet: PacketInfo
    scheme: SchemeInfo
    case: Case
    pages: tuple[PageInfo, ...]
    documents: tuple[Document, ...]
    facts: tuple[Fact, ...]
    rows: tuple[RowSet, ...]
    quantities: tuple[Quantity, ...]
    materials: tuple[Material, ...]
    criteria: tuple[Criterion, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    decisions: tuple[Decision, ...] = ()

    model_config = ConfigDict(populate_by_name=True)


def content_id(prefix: str, *parts: object) -> str:
    """A short id made of content, the same in every run: ``f_3a9c…`` (12 hex digits)."""
    digest = hashlib.sha256("\x1f".join(str(p) for p in parts).encode("utf-8")).hexdigest()
    return f"{prefix}_{digest[:12]}"


def file_id(path: str, sha256: str) -> str:
    """Id of a source file: its path inside the packet and its content."""
    return content_id("file", path, sha256)


def fact_id(file: str, page: int | None, field: str, row: int | None, box: BoxTuple | None) -> str:
    """Id of a fact: file, page, field, row, box."""
    return content_id("f", file, page, field, row, box)

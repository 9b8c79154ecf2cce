"""Cases of checks in plain words: what stands on the papers, and how the check must end.

``config/crosschecks/cases/*.yaml``; see the README there. A domain expert adds a case without Python:
values are written as printed (``312.4万元``, ``2023年4月``), the readers of ``extractor.values`` read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Document,
    Fact,
    FactStatus,
    Finding,
    Method,
    PacketInfo,
    PageInfo,
    Printed,
    Problem,
    Reading,
    Row,
    RowSet,
    SealInfo,
    Value,
    content_id,
)
from extractor.rules.across import card_of
from extractor.rules.checks.packet import DUPLICATE
from extractor.rules.checks.run import run_check
from extractor.rules.checks.spec import CheckSpec
from extractor.rules.facts import FactBook
from extractor.setup.catalogue import NO_PAPER, Catalogue, FieldSpec
from extractor.setup.schemes import Scheme
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, Number, StrictFile, closest
from extractor.values.chinese import to_chinese
from extractor.values.parse import parse_value
from extractor.values.parsed import UnitContext

FILED = "2024-04-18"
"""Filing date of a case that names none: the filing year is 2024, the year counted 2023."""

Cell = str | int | bool | Decimal
EnumWord = Literal["passed", "failed", "not_run"]


class Doubt(ConfigModel):
    """A value with how it was read: ``read`` as printed, ``confidence`` 0..1, on ``paper``, ``page``.

    ``alternatives``: other canonical values (money in 元) that the reader noted.
    """

    read: Cell
    confidence: Number = Decimal("0.99")
    paper: str | None = None
    page: int | None = None
    label: str | None = None
    alternatives: tuple[str, ...] = ()


class ManyRows(ConfigModel):
    """``times`` rows made of ``row`` with ``{n}`` (``{zh}``: in Chinese) counting from 1; ``but`` changes single rows."""

    times: int
    row: dict[str, Cell]
    but: dict[str, dict[str, Cell]] = Field(default_factory=dict)
    paper: str | None = None


class SomeRows(ConfigModel):
    """Rows on a paper other than the list's usual one."""

    rows: tuple[dict[str, Cell], ...]
    paper: str


class SealGiven(ConfigModel):
    """A seal on a paper; ``kind`` and ``text`` where they were read."""

    kind: str | None = None
    text: str | None = None


class Situation(ConfigModel):
    """One packet in words, and how the check must end.

    ``given``: field or list to what stands there (a list of ``read`` for a field read twice). ``papers``: papers in the packet beside those that
    ``given`` needs. ``says``: words the finding must hold. ``weighs``: its severity. ``source``: how
    the pages were read. ``received``,
    ``deadline``: told with the case. ``repeated``: page to the earlier page it repeats. ``others``: what
    stands in other packets of the round, each a ``given`` of its own.
    """

    given: dict[str, Cell | Doubt | ManyRows | SomeRows | tuple[dict[str, Cell], ...]] = Field(
        default_factory=dict
    )
    papers: tuple[str, ...] = ()
    sealed: dict[str, SealGiven] = Field(default_factory=dict)
    titles: dict[str, str] = Field(default_factory=dict)
    quality: tuple[Number, ...] = ()
    filed: str = FILED
    source: Literal["ocr", "text_layer"] = "ocr"
    received: str | None = None
    deadline: str | None = None
    region: str | None = None
    repeated: dict[str, int] = Field(default_factory=dict)
    others: tuple[dict[str, dict[str, Cell | tuple[dict[str, Cell], ...]]], ...] = ()
    scheme: str | None = None
    says: tuple[str, ...] = ()
    weighs: str | None = None
    missing: tuple[str, ...] = ()


class CheckCases(ConfigModel):
    """All cases of one check: sentence to situation, by outcome. ``scheme``: unless a case names one."""

    check: str
    scheme: str = "jiangxi_2023"
    passed: dict[str, Situation] = Field(default_factory=dict)
    failed: dict[str, Situation] = Field(default_factory=dict)
    not_run: dict[str, Situation] = Field(default_factory=dict)


class CaseFile(ConfigModel):
    """A file of cases."""

    cases: tuple[CheckCases, ...]


@dataclass(frozen=True, slots=True)
class CheckCase:
    """One case: the check, its sentence, the situation and the expected outcome; where it stands."""

    check: str
    sentence: str
    scheme: str
    expect: EnumWord
    situation: Situation
    where: str


def load_cases(source: Path | ConfigSource, checks: Iterable[CheckSpec]) -> tuple[CheckCase, ...]:
    """All cases of ``crosschecks/cases/*.yaml``.

    Raises:
        ConfigError: a file is wrong, or names a check that is not in the catalogue.
    """
    config = source if isinstance(source, ConfigSource) else ConfigSource(source)
    known = [spec.id for spec in checks]
    found: list[CheckCase] = []
    for name in config.names("crosschecks/cases/*.yaml"):
        file = config.one(name)
        for index, group in enumerate(file.as_model(CaseFile).cases):
            if group.check not in known:
                raise file.error(
                    ("cases", index, "check"),
                    f"check {group.check!r} is not known; {closest(group.check, known)}",
                )
            found.extend(_cases_of(file, index, group))
    return tuple(found)


def _cases_of(file: StrictFile, index: int, group: CheckCases) -> Iterable[CheckCase]:
    outcomes: tuple[tuple[EnumWord, dict[str, Situation]], ...] = (
        ("passed", group.passed),
        ("failed", group.failed),
        ("not_run", group.not_run),
    )
    for outcome, situations in outcomes:
        for sentence, situation in situations.items():
            line = file.line(("cases", index, outcome, sentence))
            scheme = situation.scheme or group.scheme
            where = f"{file.name}:{line}"
            yield CheckCase(group.check, sentence, scheme, outcome, situation, where)


def run_case(
    case: CheckCase, spec: CheckSpec, scheme: Scheme, catalogue: Catalogue
) -> tuple[tuple[Finding, ...], str | None]:
    """The findings of a case, and what is wrong with them (``None``: as expected)."""
    book = book_of(case.situation, catalogue)
    others = tuple(
        card_of(book_of(case.situation.model_copy(update=dict(other)), catalogue))
        for other in case.situation.others
    )
    findings = run_check(spec, book, scheme, {}, others)
    return findings, _fault(case, findings)


def _fault(case: CheckCase, findings: tuple[Finding, ...]) -> str | None:
    shown = " | ".join(f"{f.outcome}/{f.severity}: {f.message}" for f in findings)
    if any(f.outcome != case.expect for f in findings):
        return f"expected {case.expect}, found {shown}"
    wanted = case.situation
    if wanted.weighs is not None and wanted.weighs not in [f.severity for f in findings]:
        return f"expected severity {wanted.weighs}, found {shown}"
    for words in wanted.says:
        if not any(words in f.message for f in findings):
            return f"expected the words {words!r}, found {shown}"
    lacking = set(wanted.missing) - {name for f in findings for name in f.missing}
    if lacking:
        return f"expected missing {sorted(lacking)}, found {shown}"
    return None


def book_of(situation: Situation, catalogue: Catalogue) -> FactBook:
    """The fact book of a situation: each paper is one document on its own pages."""
    return _Desktop(situation, catalogue).book()


class _Desktop:
    """Lays the papers of a situation out: pages, documents, facts, rows."""

    def __init__(self, situation: Situation, catalogue: Catalogue) -> None:
        self.situation = situation
        self.catalogue = catalogue
        self.papers: dict[str, int] = {}
        self.facts: list[Fact] = []
        self.rows: list[RowSet] = []
        self.count = 0

    def book(self) -> FactBook:
        for paper in (*self.situation.papers, *self.situation.sealed, *self.situation.titles):
            self.page_of(paper)
        for ident, given in self.situation.given.items():
            spec = self.catalogue.spec(ident)
            if isinstance(given, tuple) and spec.type != "rows":
                for one in given:
                    self.single(spec, Doubt.model_validate(one))
            elif isinstance(given, ManyRows | SomeRows | tuple):
                self.rows.append(self.list_of(ident, given))
            else:
                self.single(spec, given if isinstance(given, Doubt) else Doubt(read=given))
        reading = Reading(
            packet=PacketInfo(id="p", name="case", received_at=self.situation.filed, files=()),
            pages=self.page_infos(),
            documents=self.documents(),
            facts=tuple(self.facts),
            rows=tuple(self.rows),
            problems=self.notices(),
        )
        told = Case(
            filing_date=CaseEntry(value=self.situation.filed, source="option"),
            region=CaseEntry(value=self.situation.region, source="option")
            if self.situation.region
            else None,
            received_date=_told(self.situation.received),
            deadline=_told(self.situation.deadline),
        )
        if not self.situation.filed:
            told = told.model_copy(update={"filing_date": None})
        return FactBook(reading, told, self.catalogue)

    def notices(self) -> tuple[Problem, ...]:
        return tuple(
            Problem(
                stage="pages",
                kind=DUPLICATE,
                page=int(page),
                message=f"第{page}页与第{n}页内容相同",
            )
            for page, n in self.situation.repeated.items()
        )

    def single(self, spec: FieldSpec, how: Doubt) -> None:
        paper = how.paper or _paper_of(spec)
        self.facts.append(self.fact(spec, how.read, paper, None, how))

    def page_of(self, paper: str) -> int:
        return self.papers.setdefault(paper, len(self.papers) + 1)

    def list_of(
        self, ident: str, given: ManyRows | SomeRows | tuple[dict[str, Cell], ...]
    ) -> RowSet:
        spec = self.catalogue.fields[ident]
        paper = _paper_of(spec)
        if isinstance(given, ManyRows):
            paper = given.paper or paper
            plain = [
                {
                    **{k: _numbered(v, n) for k, v in given.row.items()},
                    **given.but.get(str(n), {}),
                }
                for n in range(1, given.times + 1)
            ]
        elif isinstance(given, SomeRows):
            paper, plain = given.paper, list(given.rows)
        else:
            plain = list(given)
        rows = tuple(
            Row(no=n, cells=self.cells(ident, cells, paper, n)) for n, cells in enumerate(plain, 1)
        )
        page = self.page_of(paper)
        return RowSet(field=ident, document=f"d_{paper}", pages=(page,), rows=rows)

    def cells(self, ident: str, cells: Mapping[str, Cell], paper: str, n: int) -> dict[str, Fact]:
        found = {}
        for column, value in cells.items():
            if value == "":
                continue
            spec = self.catalogue.columns[f"{ident}.{column}"]
            found[spec.id] = self.fact(spec, value, paper, n, Doubt(read=value))
        return found

    def fact(self, spec: FieldSpec, read: Cell, paper: str, row: int | None, how: Doubt) -> Fact:
        value, unit, printed = self.value(spec, read)
        self.count += 1
        page = how.page or self.page_of(paper)
        confidence = float(how.confidence)
        certain = value is not None and confidence >= 0.9 and not how.alternatives
        if how.label is not None:
            printed = printed.model_copy(update={"label": how.label})
        return Fact(
            id=content_id("f", spec.id, row, self.count),
            field=spec.id,
            value=value,
            unit=unit,
            raw=str(read).removeprefix("?"),
            document=f"d_{paper}",
            page=page,
            box=(10.0, 10.0 + self.count, 20.0, 11.0 + self.count),
            confidence=confidence,
            method=Method.OCR_CELL,
            alternatives=how.alternatives,
            status=FactStatus.CERTAIN if certain else FactStatus.DOUBTFUL,
            printed=printed,
        )

    def value(self, spec: FieldSpec, read: Cell) -> tuple[Value | None, str | None, Printed]:
        """What stands there, read as the packet's readers would; ``?…`` could not be read."""
        if isinstance(read, bool):
            return read, None, Printed()
        text = str(read)
        if text.startswith("?"):
            return None, None, Printed()
        enum = self.catalogue.enums[spec.enum].labels if spec.enum else None
        if enum and text in enum:
            return text, None, Printed()
        if spec.type == "list" and text == "无":
            return (), None, Printed()  # looked at, and nothing was listed
        if spec.type == "list" and enum is None:
            return tuple(text.split("、")), None, Printed()
        parsed = parse_value(spec.type, text, units=UnitContext(default=_unit(spec)), enum=enum)
        if parsed is None:
            return None, None, Printed()
        printed = parsed.printed
        if printed.unit_from == "default":
            printed = printed.model_copy(update={"unit_from": "header"})
        return parsed.value, parsed.unit, printed

    def documents(self) -> tuple[Document, ...]:
        return tuple(
            Document(
                id=f"d_{paper}",
                type=paper,
                title=self.situation.titles.get(paper, ""),
                pages=(page,),
                confidence=1.0,
                seals=self.seals(paper, page),
            )
            for paper, page in self.papers.items()
        )

    def seals(self, paper: str, page: int) -> tuple[SealInfo, ...]:
        given = self.situation.sealed.get(paper)
        if given is None:
            return ()
        box = (100.0, 100.0, 200.0, 200.0)
        return (SealInfo(page=page, box=box, confidence=0.9, kind=given.kind, text=given.text),)

    def page_infos(self) -> tuple[PageInfo, ...]:
        last = max([*self.papers.values(), len(self.situation.quality)], default=0)
        last = max([last, *(f.page or 0 for f in self.facts)])
        quality = [float(q) for q in self.situation.quality]
        return tuple(
            PageInfo(
                no=n,
                file="file",
                page_in_file=n,
                width_pt=595.0,
                height_pt=842.0,
                source=self.situation.source,
                rotation_deg=0,
                skew_deg=0.0,
                quality=quality[n - 1] if n <= len(quality) else 1.0,
            )
            for n in range(1, last + 1)
        )


def _told(value: str | None) -> CaseEntry | None:
    return None if value is None else CaseEntry(value=value, source="option")


def _numbered(value: Cell, n: int) -> Cell:
    return value.format(n=n, zh=to_chinese(n)) if isinstance(value, str) and "{" in value else value


def _paper_of(spec: FieldSpec) -> str:
    if spec.rows_id is not None or not spec.found_in:
        return "application_form"
    doc = spec.found_in[0].doc
    return "application_form" if doc in NO_PAPER else doc


def _unit(spec: FieldSpec) -> str | None:
    """The unit the label implies; statements without a word are in 元."""
    if spec.type == "money":
        return spec.unit if spec.unit in ("元", "万元") else "元"
    return spec.unit if spec.unit and "|" not in spec.unit else None

"""What a worksheet says, in words: shared by the workbook, the report, the page and the tables.

Values of conditions in readable units, thresholds, readings, compared figures, which findings come
first and which places are shown with a picture. No format knows more than this about the contract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractor.core.worksheet import (
    Criterion,
    Document,
    Fact,
    FactStatus,
    Finding,
    Outcome,
    Severity,
    SourceFile,
    Value,
    Verdict,
    Worksheet,
)
from extractor.worksheet.naming import Naming
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.shown import (
    MONEY_UNITS,
    RATIO_UNITS,
    Shown,
    show_canonical,
    show_date,
    show_fact,
    show_value,
    to_decimal,
)
from extractor.worksheet.units_en import in_english
from extractor.worksheet.wording import Words

FUNCTIONS_FIELD = "app_service_functions"
"""The field whose vocabulary functions are named in (case data, function rules)."""
_DIRECTION = re.compile("以上|以下|以内|不低于|不少于|不超|至少|[≥≤><]")
_DAY = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}", re.ASCII)
_MOST_PICTURES = 6  # a finding: three rows of two; a list of forty firms is read by its pages
_MOST_CROPS = 400  # a workbook: keeps it under some 12 MB whatever the packet
_LISTED_FACTS = 12
# What the checks put behind a label that comes a second time.
_VALUE_NUMBER = re.compile(r"(（第\d+页）| \(page \d+\))?( #\d+)?$")
_SEVERITY_ORDER = (Severity.ERROR, Severity.WARN, Severity.INFO)


def page_ranges(pages: Iterable[int], separator: str) -> str:
    """Page numbers as ranges: ``3、5–8``."""
    runs: list[list[int]] = []
    for number in sorted(set(pages)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return separator.join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


@dataclass
class Telling:
    """A worksheet with the words and names of one language. It is masked where it has to be."""

    worksheet: Worksheet
    words: Words
    naming: Naming

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """All facts by id, those in table cells included."""
        found = {fact.id: fact for fact in self.worksheet.facts}
        for rows in self.worksheet.rows:
            for row in rows.rows:
                found.update((fact.id, fact) for fact in row.cells.values())
        return found

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Documents by id."""
        return {document.id: document for document in self.worksheet.documents}

    @cached_property
    def files(self) -> dict[str, SourceFile]:
        """Source files by id."""
        return {file.id: file for file in self.worksheet.packet.files}

    @cached_property
    def ratios(self) -> frozenset[Value]:
        """The computed shares, whose number alone does not say that they are some."""
        kinds = self.naming.kinds
        known = (q for q in self.worksheet.quantities if kinds.get(q.id) == "ratio")
        return frozenset(q.value for q in known if isinstance(q.value, str))

    def document_name(self, document_id: str | None) -> str:
        """The document as the reviewer calls it: its type, its title where that says more."""
        document = self.documents.get(document_id or "")
        if document is None:
            return ""
        name = self.naming.document_type(document.type)
        title = one_line(document.title)
        if not title or title == name:
            return name
        return self.words("fact.line").format(label=name, value=title)

    def document_type(self, document_id: str | None) -> str:
        """The name of a document's type; "" for no document."""
        document = self.documents.get(document_id or "")
        return "" if document is None else self.naming.document_type(document.type)

    def value(self, value: Value | None, unit: str | None = None, field_id: str = "") -> str:
        """A value that is no single fact's (case data, quantities), for people."""
        return show_value(value, self.words, self.naming, field_id=field_id, unit=unit).text

    def shown(self, fact: Fact) -> Shown:
        """A fact's value for people."""
        return show_fact(fact, self.words, self.naming)

    def canonical(self, fact: Fact) -> str:
        """A fact's value as the contract stores it."""
        return show_canonical(fact.value, fact.unit, self.words)

    def was(self, fact: Fact) -> str:
        """What the machine had read of a fact that a reviewer changed; "" where nothing was changed."""
        before = fact.as_read
        if before is None or before.value == fact.value:
            return ""
        if before.value is None:
            return self.words("value.unread")
        return self.shown(
            fact.model_copy(
                update={"value": before.value, "unit": before.unit, "printed": before.printed}
            )
        ).text

    def value_line(self, fact: Fact) -> str:
        """``paper · label：value`` of a fact: two papers often use the same label.

        A reviewer's value stands with what had been read; one that is not to be used says so.
        """
        words = self.words
        value = self.shown(fact).text if fact.value is not None else words("value.unread")
        if fact.status == FactStatus.REJECTED:
            value = words("decided.not_used").format(value=value)
        elif was := self.was(fact):
            value = words("decided.was").format(value=value, was=was)
        label, paper = self.naming.label(fact.field), self.document_type(fact.document)
        if paper:
            label = words("fact.on_paper").format(paper=paper, label=label)
        return words("fact.line").format(label=label, value=value)

    def fact_line(self, fact: Fact) -> str:
        """``paper · label：value（page 3）`` of a fact."""
        words = self.words
        place = words("place.page").format(n=fact.page) if fact.page is not None else fact.address
        return self.value_line(fact) + (
            words("place.brackets").format(place=place) if place else ""
        )

    def doubt_comment(self, fact: Fact) -> str | None:
        """What to tell about a doubtful fact; ``None`` for a certain one."""
        if fact.status == FactStatus.CERTAIN:
            return None
        words = self.words
        lines = [
            words("comment.status").format(
                status=words(f"fact_status.{fact.status}"), confidence=f"{fact.confidence:.2f}"
            ),
            words("comment.raw").format(raw=fact.raw or words("value.none")),
        ]
        if fact.alternatives:
            others = words("list.separator").join(fact.alternatives)
            lines.append(words("comment.alternatives").format(others=others))
        return "\n".join(lines)

    def join(self, items: Iterable[str]) -> str:
        """Several words as a list in one line; "—" for none."""
        return self.words("list.separator").join(items) or self.words("value.none")


def _display_unit(criterion: Criterion) -> str | None:
    """The unit to show a condition's values in: the one its own words use for money and ratios.

    Ratios have no canonical unit; their per cent sign stands in the threshold or the clause.
    """
    printed = criterion.threshold_printed or ""
    if criterion.unit in MONEY_UNITS:
        words = printed or criterion.text
        named = [unit for unit in MONEY_UNITS if unit != "元" and unit in words]
        return max(named, key=len) if named else criterion.unit
    if criterion.unit in RATIO_UNITS:
        return "%"
    if criterion.unit is None and any(sign in (printed or criterion.text) for sign in "%％‰"):
        return "%"
    return criterion.unit


def criterion_value(telling: Telling, criterion: Criterion, value: Value | None) -> str:
    """One of a condition's values for people."""
    if value is None:
        return telling.words("value.none")
    field_id = FUNCTIONS_FIELD if criterion.kind == "function_rule" else ""
    if isinstance(value, tuple) and not field_id and set(value) <= telling.naming.labels.keys():
        # What a clause is shown by where it is listed only: fields that were found filled.
        return telling.join(telling.naming.label(name) for name in value)
    unit = _display_unit(criterion)
    days = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    if days and all(_DAY.fullmatch(day) for day in days):
        return telling.join(show_date(day, telling.words) for day in days)
    if unit is None and isinstance(value, str) and to_decimal(value) is not None:
        # The clause names no unit (0.9761904761904761904761904761): the figure's own says it.
        cited = (telling.facts[i] for i in criterion.facts if i in telling.facts)
        alike = next((f for f in cited if f.value == value), None)
        if alike is not None:
            return telling.shown(alike).text
        unit = "%" if value in telling.ratios else None
    return telling.value(value, unit, field_id)


def threshold_text(telling: Telling, criterion: Criterion) -> str:
    """How the value is held against what: ``≥ 200万元``; the clause's own words where they say it."""
    sign = telling.words.either("comparator", criterion.comparator)
    printed = criterion.threshold_printed
    if printed and not telling.words.chinese:
        printed = in_english(printed)
    if printed and _DIRECTION.search(printed):
        return printed
    if criterion.threshold is None:
        return sign or telling.words("value.none")
    if criterion.comparator == "equals_field":
        shown = telling.naming.label(str(criterion.threshold))
    else:
        shown = printed or criterion_value(telling, criterion, criterion.threshold)
    return f"{sign} {shown}".strip()


def readings_text(telling: Telling, criterion: Criterion) -> str:
    """One line a reading of an ambiguous condition; "" where the text is clear."""
    words = telling.words
    lines = [
        words("reading.line").format(
            id=reading.id,
            title=reading.title,
            value=criterion_value(telling, criterion, reading.value),
            verdict=words(f"verdict.{reading.verdict}"),
        )
        for reading in criterion.readings
    ]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the packet that a person has to judge by. ``page`` is ``None`` without pages."""

    label: str
    text: str
    page: int | None


def for_judgement(worksheet: Worksheet) -> list[Criterion]:
    """The conditions that only a person can judge, in article order."""
    return [c for c in worksheet.criteria if c.verdict == Verdict.FOR_JUDGEMENT]


def passages_of(telling: Telling, criterion: Criterion) -> list[Passage]:
    """What the packet says about a condition: the texts and figures its rule gathered."""
    found: dict[tuple[str, str, int | None], Passage] = {}
    for fact in (telling.facts[i] for i in criterion.facts if i in telling.facts):
        label = telling.naming.label(fact.field)
        paper = telling.document_type(fact.document)
        if paper:
            label = telling.words("fact.on_paper").format(paper=paper, label=label)
        prose = isinstance(fact.value, str) and len(fact.raw) > len(fact.value)
        text = fact.raw if prose or fact.value is None else telling.shown(fact).text
        if text.strip():
            found.setdefault((label, text, fact.page), Passage(label, text, fact.page))
    return list(found.values())


def failed_findings(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that ask for a look, errors first, then in the order of the checks."""
    failed = [f for f in findings if f.outcome == Outcome.FAILED]
    return sorted(failed, key=lambda f: _SEVERITY_ORDER.index(f.severity))


def pictured_facts(finding: Finding, facts: dict[str, Fact]) -> list[Fact]:
    """The facts of a finding that get a picture: those with a place, one a place, at most six."""
    chosen: list[Fact] = []
    places: set[object] = set()
    for fact_id in finding.facts:
        fact = facts.get(fact_id)
        if fact is None or fact.page is None or fact.box is None:
            continue
        if (fact.page, fact.box) not in places:
            places.add((fact.page, fact.box))
            chosen.append(fact)
    return chosen[:_MOST_PICTURES]


def facts_for_crops(findings: Sequence[Finding], facts: dict[str, Fact]) -> list[Fact]:
    """All facts to crop, most serious findings first, within the workbook's limit."""
    wanted: dict[str, Fact] = {}
    for finding in failed_findings(findings):
        for fact in pictured_facts(finding, facts):
            wanted.setdefault(fact.id, fact)
    return list(wanted.values())[:_MOST_CROPS]


def compared_text(
    telling: Telling, finding: Finding, pictured: Sequence[Fact], most: int = _LISTED_FACTS
) -> str:
    """Figures, the difference, and the facts that have no picture (``most`` of them)."""
    words = telling.words
    cited = [telling.facts[i] for i in dict.fromkeys(finding.facts) if i in telling.facts]
    told = {f.field for f in cited} | {telling.naming.label(f.field) for f in cited}
    lines = [
        words("fact.line").format(label=telling.naming.label(name), value=value)
        for name, value in finding.values.items()
        # A value that is a cited fact's stands beside its picture or further down already.
        if _VALUE_NUMBER.sub("", name) not in told
    ]
    if finding.difference:
        lines.append(words("finding.difference").format(text=finding.difference))
    shown = {fact.id for fact in pictured}
    others = [fact for fact in cited if fact.id not in shown]
    lines.extend(telling.fact_line(fact) for fact in others[:most])
    if len(others) > most:
        lines.append(words("finding.more").format(n=len(others) - most))
    return "\n".join(lines)


def articles_text(finding: Finding) -> str:
    """The articles, each once; the criterion's id in front of an article is for machines."""
    return "\n".join(dict.fromkeys(a.partition(": ")[2] or a for a in finding.articles))

"""The head of a worksheet: who applied, under what, when, and how the checks ended, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor.core.worksheet import (
    CaseEntry,
    Fact,
    FactStatus,
    MaterialStatus,
    Outcome,
    Problem,
    Severity,
    Value,
    Verdict,
    Worksheet,
)
from extractor.worksheet.decided import Decided, signature_of
from extractor.worksheet.regions import region_text
from extractor.worksheet.shown import show_date
from extractor.worksheet.telling import FUNCTIONS_FIELD, Telling

# Where the applicant's name stands, the surest paper first (field catalogue).
APPLICANT_FIELDS = ("app_org_name", "lic_name", "pic_name", "npo_name", "decl_org_name")
USCC_SUFFIX = "_uscc"
USCC_CHECKS = ("ID-01", "ID-02", "ID-03")
"""Check digits of form and certificate, and both alike."""
_OWN_PAPERS = ("app_", "lic_", "pic_", "npo_", "cert_")
ENTITY_CLASS = "applicant_entity_class"
CASE_DATES = frozenset({"filing_date", "received_date", "filing_year"})


@dataclass(frozen=True, slots=True)
class HeadLine:
    """``label: value``; where it comes from, its page, and whether it asks for a look."""

    label: str
    value: str
    source: str = ""
    page: int | None = None
    care: bool = False


def best_fact(facts: Iterable[Fact]) -> Fact | None:
    """The surest of several readings of one thing; ``None`` where none has a value."""
    usable = [f for f in facts if f.status != FactStatus.REJECTED and f.value is not None]
    order = {FactStatus.CORRECTED: 0, FactStatus.CERTAIN: 1, FactStatus.DOUBTFUL: 2}
    return min(usable, key=lambda f: (order[f.status], -f.confidence), default=None)


def applicant_fact(telling: Telling) -> Fact | None:
    """The applicant's name, from the surest paper."""
    for field_id in APPLICANT_FIELDS:
        fact = best_fact(f for f in telling.worksheet.facts if f.field == field_id)
        if fact is not None:
            return fact
    return None


def uscc_facts(telling: Telling) -> list[Fact]:
    """The applicant's own credit codes, one a paper."""
    codes = [
        f
        for f in telling.worksheet.facts
        if f.field.endswith(USCC_SUFFIX) and f.field.startswith(_OWN_PAPERS)
    ]
    best = (
        best_fact(f for f in codes if f.field == i) for i in dict.fromkeys(f.field for f in codes)
    )
    return [fact for fact in best if fact is not None]


def case_value(telling: Telling, name: str, value: Value) -> str:
    """A piece of case data for people."""
    if name in CASE_DATES:
        return show_date(str(value), telling.words)
    if name == "region":
        return region_text(str(value), telling.words)
    return telling.value(value, field_id=FUNCTIONS_FIELD if name == "functions" else "")


def head_lines(telling: Telling) -> Iterator[HeadLine]:
    """Applicant, credit codes with their checks, entity class, scheme and its status, case data."""
    words, worksheet = telling.words, telling.worksheet
    name = applicant_fact(telling)
    if name is None:
        yield HeadLine(words("over.applicant"), words("value.unread"), care=True)
    else:
        yield _of_fact(telling, words("over.applicant"), name)
    codes = uscc_facts(telling)
    if not codes:
        yield HeadLine(words("over.uscc"), words("value.unread"), care=True)
    for code in codes:
        yield _of_fact(telling, telling.naming.label(code.field), code)
    for finding in (f for f in worksheet.findings if f.check in USCC_CHECKS):
        failed = finding.outcome == Outcome.FAILED
        text = words("over.check").format(title=finding.title, check=finding.check)
        outcome = words(f"outcome.{finding.outcome}")
        value = words("fact.line").format(label=text, value=outcome)
        source = finding.message if failed else ""
        yield HeadLine(words("over.uscc_check"), value, source, care=failed)
    for quantity in (q for q in worksheet.quantities if q.id == ENTITY_CLASS):
        known = telling.value(quantity.value, field_id=ENTITY_CLASS)
        yield HeadLine(
            words("over.entity_class"), known if quantity.value else words("value.unread")
        )
    scheme = worksheet.scheme
    status = words.either("scheme_status", scheme.status)
    yield HeadLine(words("over.scheme"), scheme.title, status, care=scheme.banner is not None)
    as_of_source = words.either("case_source", scheme.as_of_source)
    yield HeadLine(words("over.as_of"), show_date(scheme.as_of, words), as_of_source)
    yield from _case_lines(telling)
    for gap in scheme.gaps:
        yield HeadLine(words("over.gaps"), gap, care=True)
    signed = Decided(telling).signed()
    if signed:
        yield HeadLine(words("decided.state"), signed, care=signature_of(worksheet) is None)


def _of_fact(telling: Telling, label: str, fact: Fact) -> HeadLine:
    doubtful = fact.status == FactStatus.DOUBTFUL
    value = telling.shown(fact).text
    return HeadLine(label, value, telling.document_type(fact.document), fact.page, doubtful)


def _case_lines(telling: Telling) -> Iterator[HeadLine]:
    words, case = telling.words, telling.worksheet.case
    for name in type(case).model_fields:
        entry: CaseEntry | None = getattr(case, name)
        if entry is None or entry.value is None:
            yield HeadLine(words(f"case.{name}"), words("value.unknown"))
            continue
        fact = telling.facts.get(entry.fact or "")
        yield HeadLine(
            words(f"case.{name}"),
            case_value(telling, name, entry.value),
            words.either("case_source", entry.source),
            fact.page if fact is not None else None,
        )


def count_lines(telling: Telling) -> Iterator[HeadLine]:
    """How many findings, materials and conditions ended how; never a sum over the packet."""
    words, worksheet = telling.words, telling.worksheet
    failed = Counter(f.severity for f in worksheet.findings if f.outcome == Outcome.FAILED)
    outcomes = Counter(f.outcome for f in worksheet.findings)
    findings = [(f"severity.{s}", failed[s]) for s in Severity]
    findings += [(f"outcome.{o}", outcomes[o]) for o in (Outcome.NOT_RUN, Outcome.PASSED)]
    materials = Counter(m.status for m in worksheet.materials)
    verdicts = Counter(c.verdict for c in worksheet.criteria)
    for sheet, counts in (
        ("findings", findings),
        ("materials", [(f"material.{m}", materials[m]) for m in MaterialStatus]),
        ("criteria", [(f"verdict.{v}", verdicts[v]) for v in Verdict]),
    ):
        there = [words("over.count").format(word=words(k), n=n) for k, n in counts if n]
        told = words("list.clause").join(there) or words("value.none")
        yield HeadLine(words(f"sheet.{sheet}"), told)


def problem_groups(worksheet: Worksheet) -> list[tuple[Problem, tuple[int, ...]]]:
    """Problems with their pages; one that many pages of a file share is told once, for all of them."""
    groups: dict[tuple[str, str | None, str], tuple[Problem, list[int]]] = {}
    for problem in worksheet.problems:
        own = () if problem.page is None else (problem.page,)
        alike = problem.message
        for form in (f"第{problem.page}页", f"第 {problem.page} 页", f"page {problem.page}"):
            alike = alike.replace(form, "", 1)
        key = (
            problem.stage,
            problem.file,
            alike.replace(" ：", "：").strip() if own else problem.message,
        )
        groups.setdefault(key, (problem, []))[1].extend(own)
    shared = []
    for (_, _, alike), (problem, pages) in groups.items():
        told = problem if len(pages) < 2 else problem.model_copy(update={"message": alike})
        shared.append((told, tuple(pages)))
    return shared

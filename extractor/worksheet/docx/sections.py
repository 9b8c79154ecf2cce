"""The numbered sections of the report. Each adds itself and returns 1, or 0 where it has nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document as WordDocument

from extractor.core.worksheet import (
    Fact,
    Finding,
    MaterialStatus,
    Outcome,
    Severity,
    Verdict,
)
from extractor.worksheet.crops import Crop
from extractor.worksheet.decided import Decided
from extractor.worksheet.docx.parts import (
    TEXT_WIDTH_CM,
    Cell,
    Shade,
    add_section_head,
    add_table,
    add_text,
)
from extractor.worksheet.telling import (
    Telling,
    articles_text,
    compared_text,
    criterion_value,
    failed_findings,
    for_judgement,
    page_ranges,
    passages_of,
    pictured_facts,
    readings_text,
    threshold_text,
)

_WORTH_REFERRING = 60  # characters; a shorter passage is repeated
_SHORT_FINDING = 6  # rows: two of pictures at most
_LONGEST_PASSAGE = 1200  # characters; the whole text stands in worksheet.json and on its page

_MATERIAL_SHADES: Mapping[MaterialStatus, Shade] = {
    MaterialStatus.FOUND: "good",
    MaterialStatus.NOT_FOUND: "bad",
    MaterialStatus.INSUFFICIENT: "care",
    MaterialStatus.DEFECTIVE: "care",
    MaterialStatus.NOT_APPLICABLE: "none",
    MaterialStatus.TEXT_NOT_LOADED: "none",
}
_VERDICT_SHADES: Mapping[Verdict, Shade] = {
    Verdict.MET: "good",
    Verdict.NOT_MET: "bad",
    Verdict.CONFLICT: "bad",
    Verdict.FOR_JUDGEMENT: "ask",
    Verdict.NOT_APPLICABLE: "none",
    Verdict.TEXT_NOT_LOADED: "none",
}
_SEVERITY_SHADES: Mapping[Severity, Shade] = {
    Severity.ERROR: "bad",
    Severity.WARN: "care",
    Severity.INFO: "ask",
}


def _heading(document: WordDocument, telling: Telling, number: int, key: str, note: str) -> None:
    words = telling.words
    add_section_head(document, words, number, words(key))
    if note:
        add_text(document, note).paragraph_format.keep_with_next = True


def _heads(telling: Telling, *keys: str) -> list[Cell]:
    return [Cell(telling.words(key), "head", bold=True, centred=True) for key in keys]


def _pages(telling: Telling, pages: Sequence[int]) -> str:
    return page_ranges(pages, telling.words("list.separator")) or telling.words("value.none")


def add_completeness(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """材料清单: each material with its article, state, pages and what it still needs."""
    del crops
    words, decided = telling.words, Decided(telling)
    _heading(document, telling, number, "sheet.materials", "")
    rows = [
        _heads(
            telling, "col.no", "col.article", "col.material", "col.status", "col.pages", "col.note"
        )
    ]
    for count, material in enumerate(telling.worksheet.materials, start=1):
        needs = words("docx.needs").format(needs=telling.join(material.needs))
        said = decided.on_material(material)
        if said:
            said = words("decided.reviewer").format(text=said)
        notes = [needs if material.needs else "", material.note or "", said]
        rows.append(
            [
                Cell(str(count), centred=True, muted=True),
                Cell(material.article),
                Cell(material.text),
                Cell(
                    words(f"material.{material.status}"),
                    _MATERIAL_SHADES[material.status],
                    centred=True,
                ),
                Cell(_pages(telling, material.pages), centred=True),
                Cell("\n".join(note for note in notes if note)),
            ]
        )
    add_table(document, [0.9, 2.6, 5.6, 1.9, 2.0, 4.4], rows, heads=1)
    return 1


def add_criteria(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """认定条件 in article order; readings and notes stand under the condition they belong to."""
    del crops
    words, decided = telling.words, Decided(telling)
    _heading(document, telling, number, "sheet.criteria", words("note.criteria"))
    keys = ("col.article", "col.clause", "col.stated", "col.evidence", "col.recomputed")
    rows = [_heads(telling, *keys, "col.threshold", "col.verdict", "col.pages")]
    for criterion in telling.worksheet.criteria:
        named = ("stated", "evidence", "recomputed")
        values = {n: criterion_value(telling, criterion, getattr(criterion, n)) for n in named}
        rows.append(
            [
                Cell(criterion.article),
                Cell(criterion.text),
                *(Cell(_beginning(text), centred=True) for text in values.values()),
                Cell(threshold_text(telling, criterion), centred=True),
                Cell(
                    words(f"verdict.{criterion.verdict}"),
                    _VERDICT_SHADES.get(criterion.verdict, "care"),
                    centred=True,
                ),
                Cell(_pages(telling, criterion.pages), centred=True, size=8),
            ]
        )
        below = [readings_text(telling, criterion)]
        below += [
            words("fact.line").format(label=words(f"col.{name}"), value=text)
            for name, text in values.items()
            if len(text) > _NARROW
        ]
        below.append(criterion.note or "")
        text = "\n".join(part for part in below if part)
        if text:
            rows.append([Cell(), Cell(text, span=7, muted=True, size=8.5)])
        said = decided.on_criterion(criterion)
        if said:
            told = words("decided.reviewer").format(text=said)
            rows.append([Cell(), Cell(told, "ask", span=7)])
    add_table(document, [1.8, 4.3, 1.9, 1.9, 1.9, 1.9, 1.9, 1.8], rows, heads=1)
    return 1


_NARROW = 40  # characters: a longer value stands whole under its row, not in a column of one word


def _beginning(text: str) -> str:
    return text if len(text) <= _NARROW else text[:_NARROW].rstrip("，、；") + "…"


def add_findings(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """核对问题, errors first: the sentence, both places side by side, articles, room for a decision."""
    words = telling.words
    failed = failed_findings(telling.worksheet.findings)
    counts = {o: sum(f.outcome == o for f in telling.worksheet.findings) for o in Outcome}
    note = words("docx.findings").format(
        failed=len(failed), not_run=counts[Outcome.NOT_RUN], passed=counts[Outcome.PASSED]
    )
    _heading(document, telling, number, "sheet.findings", note)
    for count, finding in enumerate(failed, start=1):
        rows = _finding_rows(telling, finding, crops, count)
        # A long one breaks between its rows, or half a page stays empty before it.
        add_table(document, [TEXT_WIDTH_CM / 2] * 2, rows, together=len(rows) <= _SHORT_FINDING)
        add_text(document, "").paragraph_format.space_after = 0
    return 1


def _finding_rows(
    telling: Telling, finding: Finding, crops: Mapping[str, Crop], count: int
) -> list[list[Cell]]:
    words = telling.words
    head = words("docx.finding").format(
        n=count, severity=words(f"severity.{finding.severity}"), check=finding.check,
        title=finding.title,
    )  # fmt: skip
    rows = [
        [Cell(head, _SEVERITY_SHADES[finding.severity], bold=True, span=2, size=10)],
        [Cell(finding.message or finding.title, span=2, size=10)],
    ]
    facts = pictured_facts(finding, telling.facts)
    for start in range(0, len(facts), 2):
        pair = [_basis(telling, fact, crops) for fact in facts[start : start + 2]]
        rows.append(pair if len(pair) == 2 else [*pair, Cell()])
    compared = compared_text(telling, finding, facts)
    lines = [compared] if compared else []
    if finding.repairs:
        lines.append(words("docx.repairs").format(text=telling.join(finding.repairs)))
    articles = articles_text(finding).replace("\n", words("list.clause"))
    if articles:
        lines.append(words("fact.line").format(label=words("col.articles"), value=articles))
    if finding.pages:
        pages = _pages(telling, finding.pages)
        lines.append(words("fact.line").format(label=words("col.pages"), value=pages))
    if lines:
        rows.append([Cell("\n".join(lines), span=2, muted=True)])
    said = Decided(telling).on_finding(finding)
    told = words("decided.reviewer").format(text=said) if said else words("docx.decide")
    rows.append([Cell(told, "ask" if said else "", span=2)])
    return rows


def _basis(telling: Telling, fact: Fact, crops: Mapping[str, Crop]) -> Cell:
    crop = crops.get(fact.id)
    doubtful: Shade = "care" if telling.doubt_comment(fact) is not None else ""
    return Cell(telling.fact_line(fact), doubtful, crops=(crop,) if crop is not None else ())


def add_judgement(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """人工判断: what machines cannot judge, with what the packet says and where. No verdict."""
    del crops
    words, decided = telling.words, Decided(telling)
    criteria = for_judgement(telling.worksheet)
    if not criteria:
        return 0
    _heading(document, telling, number, "sheet.judgement", words("note.judgement"))
    rows = [_heads(telling, "col.article", "col.clause", "col.passages", "col.pages")]
    told: dict[str, str] = {}  # a narrative stands once; further conditions refer to it
    for criterion in criteria:
        lines = []
        for passage in passages_of(telling, criterion):
            text = _shortened(telling, passage.text)
            if len(text) > _WORTH_REFERRING and passage.text in told:
                text = words("docx.as_before").format(article=told[passage.text])
            told.setdefault(passage.text, criterion.article)
            lines.append(words("fact.line").format(label=passage.label, value=text))
        rows.append(
            [
                Cell(criterion.article),
                Cell(criterion.text),
                Cell("\n".join([*lines, criterion.note or ""]).strip()),
                Cell(_pages(telling, criterion.pages), centred=True),
            ]
        )
        rows.append([Cell(), Cell(words("docx.judged") + decided.on_criterion(criterion), span=3)])
    add_table(document, [2.0, 4.6, 8.6, 2.2], rows, heads=1)
    return 1


def _shortened(telling: Telling, text: str) -> str:
    if len(text) <= _LONGEST_PASSAGE:
        return text
    return text[:_LONGEST_PASSAGE] + telling.words("text.cut")


def add_lists(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """名单和表格: which lists were read, how many rows, where; the rows are in the workbook."""
    del crops
    words = telling.words
    row_sets = [s for s in telling.worksheet.rows if s.rows]
    if not row_sets:
        return 0
    _heading(document, telling, number, "docx.lists", words("docx.lists_note"))
    rows = [
        _heads(telling, "col.list", "col.document", "col.rows", "col.stated_total", "col.pages")
    ]
    for row_set in row_sets:
        total = row_set.stated_total
        rows.append(
            [
                Cell(telling.naming.label(row_set.field)),
                Cell(telling.document_name(row_set.document)),
                Cell(str(len(row_set.rows)), centred=True),
                Cell(words("value.none") if total is None else str(total), centred=True),
                Cell(_pages(telling, row_set.pages), centred=True),
            ]
        )
    add_table(document, [5.4, 6.2, 1.8, 2.0, 2.0], rows, heads=1)
    return 1


def add_decisions(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """审核处理记录: who decided what and why, old and new value; removed rows struck out."""
    del crops
    words = telling.words
    lines = Decided(telling).lines()
    if not lines:
        return 0
    _heading(document, telling, number, "section.decisions", words("decided.note"))
    rows = [
        _heads(
            telling, "col.when", "col.who", "col.action", "col.on", "col.before", "col.after",
            "col.why", "col.page",
        )
    ]  # fmt: skip
    for line in lines:
        page = words("value.none") if line.page is None else str(line.page)
        rows.append(
            [
                Cell(line.when, centred=True, size=8),
                Cell(line.who, centred=True),
                Cell(line.action, centred=True),
                Cell(line.on),
                Cell(line.before, struck=line.gone, muted=line.gone),
                Cell(line.after, bold=True),
                Cell(line.why),
                Cell(page, centred=True, size=8),
            ]
        )
    add_table(document, [1.9, 1.7, 1.8, 3.4, 2.7, 2.4, 2.5, 1.0], rows, heads=1)
    return 1


def add_problems(
    document: WordDocument, telling: Telling, crops: Mapping[str, Crop], number: int
) -> int:
    """读取中的问题: pages and files that could not be read as they should."""
    del crops
    words, worksheet = telling.words, telling.worksheet
    troubles = [
        (file.name, words("value.none"), trouble.message)
        for file in worksheet.packet.files
        for trouble in file.problems
    ]
    for problem in worksheet.problems:
        file_name = telling.files[problem.file].name if problem.file in telling.files else ""
        page = words("value.none") if problem.page is None else str(problem.page)
        troubles.append((file_name, page, problem.message))
    if not troubles:
        return 0
    _heading(document, telling, number, "section.problems", "")
    rows = [_heads(telling, "col.file", "col.page", "col.problems")]
    rows += [[Cell(a), Cell(b, centred=True), Cell(c)] for a, b, c in troubles]
    add_table(document, [5.0, 1.6, 10.8], rows, heads=1)
    return 1

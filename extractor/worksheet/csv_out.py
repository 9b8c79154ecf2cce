"""``csv/``: one table a file, for programs that want nothing else.

UTF-8 with a byte order mark (Excel takes it for GBK otherwise), CRLF. Text that a spreadsheet would take
for a formula gets an apostrophe in front; figures stay figures. Over-long text is cut with a mark, it is
whole in ``worksheet.json``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from extractor.core.worksheet import Fact
from extractor.worksheet.prepared import Prepared
from extractor.worksheet.safe_text import (
    EXCEL_CELL_LIMIT,
    cut_to_units,
    looks_like_formula,
    visible,
)
from extractor.worksheet.telling import (
    Telling,
    articles_text,
    criterion_value,
    page_ranges,
    readings_text,
    threshold_text,
)

FOLDER = "csv"
_FIGURE = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_-]")
Table = tuple[str, list[Sequence[str]]]


def csv_files(prepared: Prepared) -> Iterator[tuple[str, bytes]]:
    """File names and contents, in a fixed order. The same input gives the same bytes."""
    for name, rows in _tables(prepared.telling()):
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\r\n")
        for row in rows:
            writer.writerow([safe_csv(text, prepared.telling().words("text.cut")) for text in row])
        yield name, b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def safe_csv(text: str, cut_mark: str) -> str:
    """``text`` as a cell that every spreadsheet program reads as text (or as the figure it is)."""
    shown = visible(text)
    if looks_like_formula(shown) and not _FIGURE.fullmatch(shown):
        shown = "'" + shown
    return cut_to_units(shown, EXCEL_CELL_LIMIT, cut_mark)


def _tables(telling: Telling) -> Iterator[Table]:
    yield "materials.csv", list(_materials(telling))
    yield "criteria.csv", list(_criteria(telling))
    yield "findings.csv", list(_findings(telling))
    yield "facts.csv", list(_facts(telling))
    yield "pages.csv", list(_pages(telling))
    names: dict[str, int] = {}
    for row_set in telling.worksheet.rows:
        if not row_set.rows:
            continue
        stem = _NOT_IN_NAMES.sub("_", row_set.field)
        names[stem] = names.get(stem, 0) + 1
        number = f"-{names[stem]}" if names[stem] > 1 else ""
        columns = list(dict.fromkeys(c for row in row_set.rows for c in row.cells))
        ordered = [c for c in telling.naming.columns.get(row_set.field, ()) if c in columns]
        columns = ordered + [c for c in columns if c not in ordered]
        words = telling.words
        rows: list[Sequence[str]] = [
            [words("col.row"), *(telling.naming.head(c) for c in columns), words("col.page")],
            [words("col.field_id"), *columns, ""],
        ]
        for row in row_set.rows:
            facts = [row.cells.get(column) for column in columns]
            page = next((f.page for f in facts if f is not None and f.page is not None), None)
            cells = [_value(telling, fact) for fact in facts]
            rows.append([str(row.no), *cells, "" if page is None else str(page)])
        yield f"list-{stem}{number}.csv", rows


def _value(telling: Telling, fact: Fact | None) -> str:
    """A cell's value as shown; "" for nothing read (a table has no dash for it)."""
    return "" if fact is None or fact.value is None else telling.shown(fact).text


def _ranges(telling: Telling, pages: Sequence[int]) -> str:
    return page_ranges(pages, telling.words("list.separator"))


def _heads(telling: Telling, *keys: str) -> list[str]:
    return [telling.words(key) for key in keys]


def _materials(telling: Telling) -> Iterator[Sequence[str]]:
    yield _heads(
        telling, "col.field_id", "col.article", "col.material", "col.requirement", "col.status",
        "col.pages", "col.documents", "col.needs", "col.note",
    )  # fmt: skip
    for material in telling.worksheet.materials:
        yield [
            material.id,
            material.article,
            material.text,
            telling.words.either("requirement", material.requirement),
            telling.words(f"material.{material.status}"),
            _ranges(telling, material.pages),
            "\n".join(telling.document_name(d) for d in material.documents),
            telling.words("list.separator").join(material.needs),
            material.note or "",
        ]


def _criteria(telling: Telling) -> Iterator[Sequence[str]]:
    yield _heads(
        telling, "col.field_id", "col.article", "col.clause", "col.stated", "col.evidence",
        "col.recomputed", "col.threshold", "col.verdict", "col.readings", "col.pages", "col.note",
    )  # fmt: skip
    for criterion in telling.worksheet.criteria:
        values = (criterion.stated, criterion.evidence, criterion.recomputed)
        yield [
            criterion.id,
            criterion.article,
            criterion.text,
            *("" if v is None else criterion_value(telling, criterion, v) for v in values),
            threshold_text(telling, criterion),
            telling.words(f"verdict.{criterion.verdict}"),
            readings_text(telling, criterion),
            _ranges(telling, criterion.pages),
            criterion.note or "",
        ]


def _findings(telling: Telling) -> Iterator[Sequence[str]]:
    yield _heads(
        telling, "col.check", "col.severity", "col.status", "col.about", "col.message",
        "col.compared", "col.repairs", "col.articles", "col.pages",
    )  # fmt: skip
    for finding in telling.worksheet.findings:
        yield [
            finding.check,
            telling.words(f"severity.{finding.severity}"),
            telling.words(f"outcome.{finding.outcome}"),
            finding.title,
            finding.message,
            finding.difference or "",
            "\n".join(finding.repairs),
            articles_text(finding),
            _ranges(telling, finding.pages),
        ]


def _facts(telling: Telling) -> Iterator[Sequence[str]]:
    yield _heads(
        telling, "col.fact", "col.field_id", "col.field", "col.row", "col.value", "col.canonical",
        "col.raw", "col.document", "col.page", "col.confidence", "col.fact_status",
    )  # fmt: skip
    for fact in telling.worksheet.facts:
        yield _fact(telling, fact, "")
    for row_set in telling.worksheet.rows:
        for row in row_set.rows:
            for fact in row.cells.values():
                yield _fact(telling, fact, str(row.no))


def _fact(telling: Telling, fact: Fact, row: str) -> Sequence[str]:
    return [
        fact.id,
        fact.field,
        telling.naming.label(fact.field),
        row,
        _value(telling, fact),
        "" if fact.value is None else telling.canonical(fact),
        fact.raw,
        telling.document_name(fact.document),
        "" if fact.page is None else str(fact.page),
        f"{fact.confidence:.2f}",
        telling.words(f"fact_status.{fact.status}"),
    ]


def _pages(telling: Telling) -> Iterator[Sequence[str]]:
    yield _heads(
        telling, "col.page", "col.file", "col.page_in_file", "col.document", "col.source", "col.quality",
    )  # fmt: skip
    for page in telling.worksheet.pages:
        yield [
            str(page.no),
            telling.files[page.file].name if page.file in telling.files else page.file,
            str(page.page_in_file),
            telling.document_name(page.document),
            telling.words(f"source.{page.source}"),
            f"{page.quality:.2f}",
        ]

"""The hidden ``_index`` sheet: which fact, finding, criterion or material each editable cell speaks for.

Reviewers correct cells in place; ``read_back`` compares them with what stood there. So that a sorted
table is still understood, every table has a hidden last column with a key for each row, and the index
names cells by sheet, row key and column. The sheet is "very hidden": spreadsheet programs do not list it.

Each row is one cell with a JSON list. Row 1: schema, packet id, SHA-256 of ``worksheet.json`` as written beside, SHA-256 of the entries,
language. Row 2: heads. Below: ``sheet, cell, key, column, kind, id, role, shown, stored``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.worksheet.safe_text import cell_text, visible

INDEX_SHEET = "_index"
INDEX_SCHEMA = "extractor.index/2"
INDEX_HEADS = ("sheet", "cell", "key", "column", "kind", "id", "role", "shown", "stored")
KEY_HEAD = "_key"
HEAD_ROW = 3
"""Every table of the workbook has its head in this row."""

Kind = Literal["fact", "cell", "finding", "criterion", "material", "row", "worksheet"]
Role = Literal["value", "action", "opinion"]

_LONGEST_STORED = 500  # a longer text is told by its hash; the index stays small


@dataclass(frozen=True, slots=True)
class Edit:
    """What an editable cell speaks for.

    Attributes:
        id: a fact's, criterion's or material's id; a finding's check id; for a list row the ids of
            its facts, joined by commas; for a list cell in which nothing was read the id of another
            fact of its row, ``|`` and the column; ``worksheet`` for the whole.
        role: ``value`` corrects a fact, ``action`` is a choice of 处理, ``opinion`` free text.
    """

    kind: Kind
    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of the index; the order of the attributes is the order of the columns."""

    sheet: str
    cell: str
    key: str
    column: str
    kind: str
    id: str
    role: str
    shown: str
    stored: str

    def line(self) -> tuple[str, ...]:
        """The texts in the order of ``INDEX_HEADS``."""
        return (
            self.sheet, self.cell, self.key, self.column, self.kind, self.id, self.role, self.shown,
            self.stored,
        )  # fmt: skip


def plain_text(value: object) -> str:
    """A cell's text as a person sees it: programs differ in how they escape and end lines."""
    text: str = unescape(str(value))
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def stored_form(value: object) -> str:
    """A cell's content for comparing: numbers by value, text by its characters, long text by hash."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # 15 digits are what a spreadsheet keeps; a program may write the 16th and 17th differently.
        return "n:" + format(Decimal(f"{float(value):.15g}").normalize(), "f")
    text = plain_text(value)
    if len(text) > _LONGEST_STORED:
        return "h:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
    return "t:" + text if text else ""


def entries_hash(entries: Iterable[IndexEntry]) -> str:
    """SHA-256 over all entries in their order, unescaped."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update("\x1f".join(entry.line()).encode("utf-8"))
        digest.update(b"\x1e")
    return digest.hexdigest()


@dataclass
class EditIndex:
    """Collects the editable cells of one workbook while its tables are written."""

    packet_id: str
    content_sha256: str
    language: str
    entries: list[IndexEntry] = field(default_factory=list)

    def add_table(
        self,
        sheet: XlsxSheet,
        rows: Sequence[Sequence[tuple[Edit | None, str]]],
        columns: int,
        top: int = HEAD_ROW,
    ) -> None:
        """Registers a written table: for each cell what it speaks for, and how it was shown."""
        for offset, row in enumerate(rows, start=1):
            self.add_row(sheet, top + offset, row, columns)

    def add_row(
        self, sheet: XlsxSheet, row: int, cells: Sequence[tuple[Edit | None, str]], columns: int
    ) -> None:
        """Registers one row and gives it its key in the hidden column behind ``columns``.

        Every row of an editable table needs it, also one without an editable cell: a row without a key
        is one that a reviewer added.
        """
        key = f"k{row}"
        letter = get_column_letter(columns + 1)
        dimension = sheet.column_dimensions[letter]
        if not dimension.hidden:
            dimension.hidden = True
            sheet.cell(row=HEAD_ROW, column=columns + 1, value=KEY_HEAD)
        sheet.cell(row=row, column=columns + 1, value=key)
        for number, (edit, shown) in enumerate(cells, start=1):
            if edit is not None:
                self._add(sheet.cell(row=row, column=number), key, edit, shown)

    def _add(self, cell: Cell, key: str, edit: Edit, shown: str) -> None:
        self.entries.append(
            IndexEntry(
                sheet=cell.parent.title,
                cell=cell.coordinate,
                key=key,
                column=cell.column_letter,
                kind=edit.kind,
                id=edit.id,
                role=edit.role,
                shown=visible(shown[:_LONGEST_STORED]).strip(),
                stored=stored_form(cell.value),
            )
        )

    def write(self, workbook: Workbook) -> None:
        """Adds the sheet, last and very hidden."""
        sheet = workbook.create_sheet(INDEX_SHEET)
        sheet.sheet_state = "veryHidden"
        head = (
            INDEX_SCHEMA,
            self.packet_id,
            self.content_sha256,
            entries_hash(self.entries),
            self.language,
        )
        lines: list[Sequence[str]] = [head, INDEX_HEADS, *(e.line() for e in self.entries)]
        for row, line in enumerate(lines, start=1):
            # One cell a line: ten thousand lines are written and read in a third of the time.
            cell = sheet.cell(row=row, column=1)
            cell.value = cell_text(json.dumps(line, ensure_ascii=False), "")
            cell.data_type = "s"
        sheet.protection.sheet = True


def index_lines(sheet: XlsxSheet) -> Iterator[tuple[str, ...]]:
    """The lines of a stored index, the first two being its heads.

    Raises:
        ValueError: a line is no list of texts.
    """
    for (stored,) in sheet.iter_rows(max_col=1, values_only=True):
        if stored is None:
            continue
        line = json.loads(plain_text(stored))
        if not isinstance(line, list) or not all(isinstance(text, str) for text in line):
            raise ValueError("no list of texts")
        yield tuple(line)

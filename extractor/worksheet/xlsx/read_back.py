"""What a reviewer changed in ``worksheet.xlsx``: cells compared with the hidden index.

Nothing is guessed. A value is told as the text that stands in the cell now, with the unit the cell
prints; what it means is for the caller's value parsers. Rows may have been sorted; a row that is gone
or new is told as such; an index that is missing or does not fit is an error, never "no corrections".
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from extractor.core.errors import UsageError
from extractor.worksheet.units_en import as_typed
from extractor.worksheet.wording import words_of
from extractor.worksheet.xlsx.index import (
    HEAD_ROW,
    INDEX_HEADS,
    INDEX_SCHEMA,
    INDEX_SHEET,
    KEY_HEAD,
    IndexEntry,
    entries_hash,
    index_lines,
    plain_text,
    stored_form,
)

ACTIONS = ("accept", "ask", "reject")
"""Tokens of the 处理 choices, whatever language the workbook is in."""

_LARGEST_UNPACKED = 800_000_000  # bytes; our own largest workbook is a tenth of it
_SUFFIX = re.compile(r'"([^"]*)"')


class ReadBackError(UsageError):
    """The workbook cannot be taken back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SheetIdentity:
    """Which worksheet the workbook was made from.

    ``content_sha256`` is that of the ``worksheet.json`` written in the same run.
    """

    packet_id: str
    content_sha256: str
    language: str


@dataclass(frozen=True, slots=True)
class SheetCorrection:
    """One thing a reviewer did.

    Attributes:
        on: a fact's, criterion's or material's id; a finding's check id. For ``row`` the ids of the
            row's facts joined by commas, or "" for a row that was added; for ``cell`` the id of
            another fact of its row, ``|`` and its column.
        kind: ``fact`` (a value was changed, or only commented: then both texts are the same),
            ``cell`` (a list cell in which nothing was read was filled in), ``finding | criterion |
            material`` (处理 or 意见), ``row`` (处理 or 意见 of a list row), ``worksheet`` (the opinion
            on the whole), ``deleted_row``, ``added_row``.
        shown_before: the cell's text when it was written ("" for reviewer columns).
        shown_after: its text now. "" for a cleared cell. For 处理: ``accept | ask | reject``, or what
            was typed where it is none of the choices.
        comment: the 意见 beside it, "" for none.
        place: sheet and cell, for messages (``人员!C12``).
        cells: of a row that was added, its texts by the id of another fact in the same column.
    """

    on: str
    kind: str
    shown_before: str
    shown_after: str
    comment: str
    place: str
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """All that came back."""

    identity: SheetIdentity
    corrections: tuple[SheetCorrection, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Mapping[str, tuple[object, str]]  # column letter → (value, number format)


@dataclass(frozen=True, slots=True)
class _Table:
    rows: Mapping[str, _Row]  # by key
    added: tuple[_Row, ...]


def read_corrections(path: Path) -> tuple[SheetCorrection, ...]:
    """The corrections in ``path``; see ``read_sheet``."""
    return read_sheet(path).corrections


def read_sheet(path: Path) -> ReadSheet:
    """Everything a reviewer changed in the workbook at ``path``, in the order of its sheets.

    Raises:
        ReadBackError: it is no workbook of ours, or its index or a table was damaged.
    """
    workbook = _opened(path)
    try:
        if INDEX_SHEET not in workbook.sheetnames:
            raise ReadBackError(
                f"{path.name}：不是本程序写出的工作底稿（没有索引表），不能导入；"
                "请在原来的 worksheet.xlsx 里修改后再导入"
            )
        identity, entries = _index(workbook, path.name)
        found: list[SheetCorrection] = []
        by_sheet: dict[str, list[IndexEntry]] = {}
        for entry in entries:
            by_sheet.setdefault(entry.sheet, []).append(entry)
        for title, listed in by_sheet.items():
            found.extend(_of_sheet(workbook, path.name, title, listed, identity.language))
        return ReadSheet(identity, tuple(found))
    finally:
        workbook.close()


def _opened(path: Path) -> Workbook:
    try:
        with zipfile.ZipFile(path) as container:
            if sum(member.file_size for member in container.infolist()) > _LARGEST_UNPACKED:
                raise ReadBackError(f"{path.name}：展开后过大，没有打开")
        # Read-only streams the rows; values, since a cell may hold a reviewer's own formula.
        return load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise ReadBackError(f"{path}：没有这个文件") from None
    except ReadBackError:
        raise
    except Exception as error:  # whatever openpyxl meets inside a damaged file
        raise ReadBackError(
            f"{path.name}：打不开，不是完好的 xlsx 文件（{type(error).__name__}）；"
            "请用 Excel 或 LibreOffice 另存为 xlsx 后再导入"
        ) from error


def _index(workbook: Workbook, name: str) -> tuple[SheetIdentity, list[IndexEntry]]:
    broken = ReadBackError(f"{name}：索引表已损坏，不能判断改了哪些数据；请重新生成工作底稿后再改")
    try:
        lines = list(index_lines(workbook[INDEX_SHEET]))
    except ValueError:
        raise broken from None
    if len(lines) < 2 or len(lines[0]) != 5 or lines[0][0] != INDEX_SCHEMA:
        raise broken
    if lines[1] != INDEX_HEADS or any(len(line) != len(INDEX_HEADS) for line in lines[2:]):
        raise broken
    entries = [IndexEntry(*line) for line in lines[2:]]
    _schema, packet, content, digest, language = lines[0]
    if entries_hash(entries) != digest:
        raise broken
    return SheetIdentity(packet, content, language), entries


def _table(workbook: Workbook, name: str, title: str) -> _Table:
    rows: dict[str, _Row] = {}
    added: list[_Row] = []
    key_column: str | None = None
    for number, line in enumerate(workbook[title].iter_rows(), start=1):
        cells = {
            get_column_letter(column): (cell.value, str(cell.number_format or ""))
            for column, cell in enumerate(line, start=1)
            if cell.value is not None
        }
        if number == HEAD_ROW:
            key_column = next((c for c, (v, _f) in cells.items() if v == KEY_HEAD), None)
        if number <= HEAD_ROW or not cells:
            continue
        if key_column is None:
            raise ReadBackError(
                f"{name}：“{title}”表的行标识列不见了，不能判断各行对应的数据；请重新生成后再改"
            )
        key = plain_text(cells.get(key_column, ("", ""))[0])
        row = _Row(number, {c: v for c, v in cells.items() if c != key_column})
        if not key:
            added.append(row)
        elif key in rows:
            raise ReadBackError(
                f"{name}：“{title}”表第 {rows[key].number} 行和第 {number} 行标识相同（整行复制？）；"
                "请删去复制的行后再导入"
            )
        else:
            rows[key] = row
    return _Table(rows, tuple(added))


def _of_sheet(
    workbook: Workbook, name: str, title: str, entries: list[IndexEntry], language: str
) -> Iterator[SheetCorrection]:
    if title not in workbook.sheetnames:
        raise ReadBackError(f"{name}：没有“{title}”表（改名或删除？）；请恢复原名后再导入")
    table = _table(workbook, name, title)
    by_key: dict[str, list[IndexEntry]] = {}
    for entry in entries:
        by_key.setdefault(entry.key, []).append(entry)
    for key, listed in by_key.items():
        row = table.rows.get(key)
        if row is None:
            yield _deleted(title, listed)
        else:
            yield from _of_row(title, row, listed, language)
    for row in table.added:
        text = " | ".join(_shown(v, f) for v, f in row.cells.values() if v != "")
        if text and _beside_table(row, table):
            yield _added(title, row, text, entries)


def _added(title: str, row: _Row, text: str, entries: list[IndexEntry]) -> SheetCorrection:
    """A new row; each of its texts with a fact of the same column, which says what the column is."""
    columns = {e.column: e.id for e in reversed(entries) if e.kind == "fact" and e.role == "value"}
    opinions = {e.column for e in entries if e.role == "opinion"}
    cells = tuple(
        (columns[c], _shown(v, f)) for c, (v, f) in row.cells.items() if c in columns and v != ""
    )
    comment = next((plain_text(v) for c, (v, _f) in row.cells.items() if c in opinions), "")
    return SheetCorrection("", "added_row", "", text, comment, f"{title}!A{row.number}", cells)


def _beside_table(row: _Row, table: _Table) -> bool:
    """Whether a row without a key stands among or right under the table, where data would be typed.

    Our own lines of totals stand above the head; what lies far below a table is a note.
    """
    last = max((r.number for r in table.rows.values()), default=HEAD_ROW)
    return row.number <= last + 20


def _deleted(title: str, entries: list[IndexEntry]) -> SheetCorrection:
    ids = ",".join(dict.fromkeys(e.id for e in entries if e.kind in ("fact",)))
    before = " | ".join(e.shown for e in entries if e.role == "value")
    on = ids or entries[0].id
    return SheetCorrection(on, "deleted_row", before, "", "", f"{title}!{entries[0].cell}")


def _of_row(
    title: str, row: _Row, entries: list[IndexEntry], language: str
) -> Iterator[SheetCorrection]:
    """Changed values, each with the row's opinion; then the row's own action and opinion."""
    now = {e.column: row.cells.get(e.column, (None, "")) for e in entries}
    comment = next((plain_text(now[e.column][0] or "") for e in entries if e.role == "opinion"), "")
    values = [e for e in entries if e.role == "value"]
    actions = [e for e in entries if e.role == "action"]
    changed_value = False
    for entry in values:
        value, number_format = now[entry.column]
        if stored_form(value) == entry.stored:
            continue
        changed_value = True
        after = _shown(value, number_format)
        yield SheetCorrection(
            entry.id,
            entry.kind,
            entry.shown,
            as_typed(after) if language == "en" else after,
            comment,
            f"{title}!{entry.column}{row.number}",
        )
    for entry in actions:
        value = now[entry.column][0]
        kept = bool(entry.stored) and stored_form(value) == entry.stored
        action = "" if kept else _action(plain_text(value or ""), language)
        if action or (comment and not changed_value):
            place = f"{title}!{entry.column}{row.number}"
            yield SheetCorrection(entry.id, entry.kind, "", action, comment, place)
    if comment and not changed_value and not actions:
        for entry in (values or [e for e in entries if e.kind == "worksheet"])[:1]:
            place = f"{title}!{entry.column}{row.number}"
            yield SheetCorrection(entry.id, entry.kind, entry.shown, entry.shown, comment, place)


def _action(text: str, language: str) -> str:
    words = words_of("en" if language == "en" else "zh")
    return next((a for a in ACTIONS if words(f"action.{a}") == text), text)


def _shown(value: object, number_format: str) -> str:
    """A cell's content as it is printed: its number with the unit of its format, a day as ISO."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return _day(value, number_format)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        number = Decimal(f"{float(value):.15g}")
        if "%" in number_format:
            return f"{_plain(number * 100)}%"
        unit = _SUFFIX.search(number_format)
        return _plain(number) + (unit[1] if unit else "")
    return plain_text(value)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _day(value: dt.date, number_format: str) -> str:
    """A spreadsheet's date with no more precision than its format shows: 2021年3月 is no 1 March."""
    shown = _SUFFIX.sub("", re.sub(r"\[[^\]]*\]", "", number_format)).lower()
    if "d" in shown or not shown or shown == "general":
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"

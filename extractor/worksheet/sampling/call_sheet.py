"""The call sheet (xlsx): whom to ask, what they said; how the sample was drawn; and reading it back."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet as XlsxSheet

from extractor.core.errors import UsageError
from extractor.core.worksheet import Fact, FactStatus, Worksheet
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.sampling.draw import Firm, Sample
from extractor.worksheet.wording import words_of
from extractor.worksheet.xlsx.index import Edit
from extractor.worksheet.xlsx.looks import Tone
from extractor.worksheet.xlsx.sheet import (
    Column,
    Entry,
    protect,
    set_up_print,
    write_heading,
    write_spanning,
    write_table,
)

METHODS = ("上门拜访", "电话询问", "网络互动", "书面征求", "其他")
RATINGS = ("很满意", "基本满意", "满意", "不满意")
_WORDS = words_of("zh")
_CALLS, _DRAWN, _INDEX = "测评电话表", "抽样方法", "_sample"
_SCHEMA = "extractor.sample/1"
_HEAD_ROW = 4
_COLUMNS = (
    Column("序号", narrowest=6, align="center"),
    Column("类别", narrowest=7, align="center"),
    Column("企业名称", widest=32),
    Column("名单所列\n联系人", narrowest=9),
    Column("名单所列电话", widest=18),
    Column("名单所列服务内容", widest=26),
    Column("名单\n页码", narrowest=6, align="center"),
    Column("测评方法", narrowest=11),
    Column("被访人姓名", narrowest=11),
    Column("职务", narrowest=10),
    Column("联系电话", narrowest=15),
    Column("接受服务内容", narrowest=22),
    Column("总体评价", narrowest=11),
    Column("时间、备注", narrowest=20),
)
_FIRST_INPUT = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What one firm said. Texts as typed, "" for an empty cell; ``row``: of the sheet."""

    row: int
    enterprise: str
    method: str
    respondent: str
    post: str
    phone: str
    service: str
    rating: str
    remark: str


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A call sheet read back. ``answers``: the rows with a rating; ``unrated``: rows filled in without."""

    packet: str
    seed: str
    answers: tuple[Answer, ...]
    unrated: tuple[int, ...]


def call_sheet(worksheet: Worksheet, sample: Sample, caption: str = "") -> bytes:
    """The content of the call sheet; ``caption``: a line for readers of another language.

    Same input, same bytes.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_calls(book.create_sheet(_CALLS), worksheet, sample, caption)
    _write_drawn(book.create_sheet(_DRAWN), sample)
    index = book.create_sheet(_INDEX)
    index.sheet_state = "veryHidden"
    index.append([_SCHEMA, worksheet.packet.id, sample.seed, sample.wanted, sample.spare])
    received = stated_time(worksheet.packet.received_at)
    book.properties.creator = book.properties.lastModifiedBy = "Extractor"
    book.properties.created = book.properties.modified = received
    stream = io.BytesIO()
    book.save(stream)
    return fixed(stream.getvalue(), received)


def _write_calls(sheet: XlsxSheet, worksheet: Worksheet, sample: Sample, caption: str) -> None:
    asked = sample.firms[: sample.wanted + sample.spare]
    rows = [_call(firm, sample) for firm in asked]
    widths = write_table(sheet, _HEAD_ROW, _COLUMNS, rows, _WORDS, filtered=False)
    note = (
        f"种子：{sample.seed}　样本 {min(sample.wanted, len(sample.firms))} 家，"
        f"备用 {max(0, len(asked) - sample.wanted)} 家，名单共 {len(sample.firms)} 家。"
        "白色列由测评人填写；只把填了“总体评价”的行写回底稿。"
    )
    write_heading(sheet, f"服务企业满意度测评：{platform_name(worksheet)}", note, widths, _WORDS)
    masked = any(f.phone is not None and "*" in str(f.phone.value) for f in asked)
    warn = "号码已遮盖：请据原件拨打，或用 --unmask 写出的底稿重新生成本表。" if masked else ""
    warn = "\n".join(text for text in (caption, warn) if text)
    write_spanning(sheet, 3, warn, Tone.CARE if masked else Tone.MUTED, widths, _WORDS)
    last = _HEAD_ROW + len(rows)
    for column, choices in ((_FIRST_INPUT, METHODS), (13, RATINGS)):
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        rule.error, rule.errorTitle = "请从列表中选择：" + "、".join(choices), "请选择"
        sheet.add_data_validation(rule)
        letter = get_column_letter(column)
        rule.add(f"{letter}{_HEAD_ROW + 1}:{letter}{max(last, _HEAD_ROW + 1)}")
    protect(sheet)
    sheet.freeze_panes = sheet.cell(_HEAD_ROW + 1, 4)
    set_up_print(sheet, _HEAD_ROW, worksheet.packet.name, _WORDS)


def _call(firm: Firm, sample: Sample) -> list[Entry]:
    drawn = firm.place <= sample.wanted
    input_ = Entry("", Tone.PLAIN, edit=Edit("row", firm.enterprise.id, "value"))
    return [
        Entry(str(firm.place), Tone.NONE),
        Entry("样本" if drawn else "备用", Tone.NONE),
        Entry(str(firm.enterprise.value), _tone(firm.enterprise)),
        *(_told(fact) for fact in (firm.contact, firm.phone, firm.service)),
        Entry(str(firm.enterprise.page or "—"), Tone.NONE),
        *([input_] * (len(_COLUMNS) - _FIRST_INPUT + 1)),
    ]


def _tone(fact: Fact) -> Tone:
    return Tone.DOUBT if fact.status is FactStatus.DOUBTFUL else Tone.NONE


def _told(fact: Fact | None) -> Entry:
    return Entry("—", Tone.NONE) if fact is None else Entry(str(fact.value), _tone(fact))


def _write_drawn(sheet: XlsxSheet, sample: Sample) -> None:
    columns = [
        Column("次序", narrowest=6, align="center"),
        Column("企业名称（计算用）", widest=40),
        Column("SHA-256（种子|企业名称）", widest=76),
        Column("名单页码", narrowest=9, align="center"),
        Column("类别", narrowest=8, align="center"),
    ]
    kinds = ("样本", "备用", "")
    rows = [
        [
            Entry(str(f.place)),
            Entry(f.name),
            Entry(f.digest),
            Entry(str(f.enterprise.page or "—")),
            Entry(kinds[(f.place > sample.wanted) + (f.place > sample.wanted + sample.spare)]),
        ]
        for f in sample.firms
    ]
    widths = write_table(sheet, 4, columns, rows, _WORDS, filtered=False)
    left = (
        f"名单中 {sample.nameless} 行没有可读的企业名称、{sample.repeated} 行名称重复，未参加抽样。"
    )
    write_heading(sheet, f"抽样方法　种子：{sample.seed}", sample.method, widths, _WORDS)
    write_spanning(sheet, 3, left, Tone.MUTED, widths, _WORDS)
    sheet.freeze_panes = "A5"
    set_up_print(sheet, 4, _DRAWN, _WORDS)


def read_call_sheet(path: Path) -> CallSheet:
    """A filled call sheet.

    Raises:
        UsageError: it cannot be opened, or is no call sheet of ours.
    """
    try:
        book = load_workbook(path, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError(f"{path}：打不开（{error}）；请指定填好的测评电话表 xlsx") from error
    if _INDEX not in book.sheetnames or _CALLS not in book.sheetnames:
        raise UsageError(f"{path}：不是 extractor sample 生成的测评电话表")
    head = [cell.value for cell in book[_INDEX][1]]
    if len(head) < 3 or head[0] != _SCHEMA:
        raise UsageError(f"{path}：不是 extractor sample 生成的测评电话表，或版本不符")
    answers, unrated = [], []
    for number, values in enumerate(
        book[_CALLS].iter_rows(min_row=_HEAD_ROW + 1, values_only=True), _HEAD_ROW + 1
    ):
        texts = [_typed(v) for v in (*values, *([None] * len(_COLUMNS)))][: len(_COLUMNS)]
        if not texts[2] or not any(texts[_FIRST_INPUT - 1 :]):
            continue
        if not texts[12]:
            unrated.append(number)
            continue
        answers.append(Answer(number, texts[2], *texts[_FIRST_INPUT - 1 :]))
    return CallSheet(str(head[1]), str(head[2]), tuple(answers), tuple(unrated))


def _typed(value: object) -> str:
    """What was typed; a phone number that the program took for a figure has no decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()

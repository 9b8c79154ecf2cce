"""补正通知书: what the applicant is asked to add, correct or explain, with articles and pages.

A draft: it says what was not seen or does not agree, never that somebody did wrong, and leaves number,
deadline and seal to the bureau.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from extractor.core.worksheet import (
    Criterion,
    Finding,
    Material,
    MaterialStatus,
    Outcome,
    Severity,
    Verdict,
)
from extractor.worksheet.docx.fonts import set_fonts
from extractor.worksheet.docx.parts import (
    TEXT_WIDTH_CM,
    Cell,
    Shade,
    add_page_numbers,
    add_section_head,
    add_table,
    add_text,
    page_size_a4,
)
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.shown import show_date
from extractor.worksheet.telling import Telling, articles_text, page_ranges
from extractor.worksheet.wording import words_of

_LACKING = {
    MaterialStatus.NOT_FOUND: "材料中未见，请补交",
    MaterialStatus.INSUFFICIENT: "数量不足，请补充",
    MaterialStatus.DEFECTIVE: "有缺陷，请更换或补正",
}
_OPEN = {
    Verdict.NOT_MET: "所报或所附材料的数值未达到此项要求，请核实；确有依据的请补交证明材料",
    Verdict.NOT_SHOWN: "材料中未见相关内容，请补交证明材料或说明",
    Verdict.CONFLICT: "不同材料中的数值不一致，请核实并更正",
    Verdict.MET_STATED_ONLY: "只有申报数，未见证明材料，请补交",
}
_DRAFT = (
    "草稿：由程序按审核底稿起草。发出前请审核人员逐条核对原件（底色为黄的条目所依据的读数存疑），"
    "删去不需要的条目和本行，填写文号、期限并盖章。"
)
# Checks of the recommender's own papers, and of how surely a page was read: nothing an applicant can mend.
_NOT_THEIRS = ("RC-", "PK-03")
_SURVEY = ".form.survey"  # likewise the survey that the recommender makes
_FOR_REVIEWER = re.compile("；(?:识别存疑|可能的更正|改动一个字符即相符)：")


@dataclass(frozen=True, slots=True)
class Asked:
    """One item of the letter: what, of which article, on which pages, what is asked.

    ``doubt``: it rests on a doubtful reading; shaded, so that it is looked at before it is sent.
    """

    what: str
    article: str
    pages: str
    request: str
    doubt: bool = False


def supplement_letter(
    telling: Telling, dispositions: Mapping[str, str], *, office: str = "", caption: str = ""
) -> bytes:
    """The content of the docx. Same input, same bytes.

    Args:
        telling: the worksheet, masked where it has to be.
        dispositions: what a reviewer decided on a finding, by ``check/severity``: dismissed ones
            (``dismiss``) are left out, those to be asked about (``ask``) are always in.
        office: the bureau that writes; "" leaves it blank.
        caption: a line above the draft's own note, for readers of another language.
    """
    sheet = telling.worksheet
    document = Document()
    page_size_a4(document)
    set_fonts(document)
    add_page_numbers(document, words_of("zh"), "")
    draft = "\n".join(text for text in (caption, _DRAFT) if text)
    add_table(document, [TEXT_WIDTH_CM], [[Cell(draft, "care", size=10)]])
    title = add_text(document, "补正通知书", "Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before = Cm(0.6)
    _line(document, "〔　　　　〕　　号", WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, f"{platform_name(sheet)}：")
    filed = sheet.case.filing_date
    known = filed is not None and filed.value is not None and filed.source != "received"
    day = show_date(str(filed.value), telling.words) if filed is not None and known else ""
    when = f"{day}填报的" if day else "提交的"
    _line(
        document,
        f"　　你单位{when}申报材料（{one_line(sheet.packet.name)}，共 {len(sheet.pages)} 页）收悉。"
        f"按照{sheet.scheme.title}核对，下列事项需要补正或说明。请于　　　　年　　月　　日前将补正材料"
        "和书面说明送达我单位，逾期未补正的，按现有材料办理。",
    )
    number = 0
    for head, what, items in (
        ("需要补交或更换的材料", "材料", list(_materials(sheet.materials))),
        ("需要更正或说明的内容", "问题", list(_findings(sheet.findings, dispositions))),
        ("需要补充依据的条件", "条件", list(_criteria(sheet.criteria))),
    ):
        if items:
            number += 1
            add_section_head(document, telling.words, number, head)
            _items(document, what, items)
    if not number:
        _line(document, "　　（底稿中没有需要补正的事项。）")
    _line(
        document,
        "　　所列页码为材料全部页面连续编号后的页码。联系人：　　　　　　联系电话：　　　　　　",
    )
    for text in (office or "（单位名称、盖章）", "　　　　年　　月　　日"):
        _line(document, text, WD_ALIGN_PARAGRAPH.RIGHT)
    return _saved(document, telling)


def _materials(materials: Sequence[Material]) -> Iterator[Asked]:
    for m in materials:
        if m.status in _LACKING and m.requirement == "mandatory":
            request = "；".join(t for t in (_LACKING[m.status], m.note or "") if t)
            yield Asked(m.text, m.article, page_ranges(m.pages, "、"), request)


def _findings(findings: Sequence[Finding], dispositions: Mapping[str, str]) -> Iterator[Asked]:
    order = {s: n for n, s in enumerate(Severity)}
    for f in sorted(findings, key=lambda f: order[f.severity]):
        decided = dispositions.get(f"{f.check}/{f.severity}", "")
        if f.outcome is not Outcome.FAILED or decided == "dismiss":
            continue
        if f.severity is Severity.INFO and decided != "ask":
            continue
        if f.check.startswith(_NOT_THEIRS) and decided != "ask":
            continue
        # What the reading may have got wrong is between the reviewer and the machine.
        said = _FOR_REVIEWER.split(f.message, maxsplit=1)[0]
        articles = articles_text(f).replace("\n", "、") or "—"
        pages = page_ranges(f.pages, "、")
        request = "请核对原件，更正或作出书面说明"
        yield Asked(f"{said}（{f.check}）", articles, pages, request, said != f.message)


def _criteria(criteria: Sequence[Criterion]) -> Iterator[Asked]:
    for c in criteria:
        if c.verdict in _OPEN and not c.id.endswith(_SURVEY):
            yield Asked(c.text, c.article, page_ranges(c.pages, "、"), _OPEN[c.verdict])


def _items(document: WordDocument, what: str, items: Sequence[Asked]) -> None:
    heads = ("序号", what, "条款", "页码", "请补正")
    rows = [[Cell(h, "head", bold=True, centred=True, size=10) for h in heads]]
    for number, item in enumerate(items, 1):
        texts = (item.what, item.article, item.pages or "—", item.request)
        shade: Shade = "care" if item.doubt else ""
        cells = [Cell(str(number), shade, centred=True, size=10)]
        rows.append([*cells, *(Cell(t, shade, size=10) for t in texts)])
    add_table(document, [1.1, 7.0, 2.7, 1.8, 4.8], rows, heads=1)


def _line(
    document: WordDocument, text: str, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
) -> None:
    paragraph = add_text(document, text)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Cm(0.25)
    for run in paragraph.runs:
        run.font.size = Pt(12)


def _saved(document: WordDocument, telling: Telling) -> bytes:
    packet = telling.worksheet.packet
    received = stated_time(packet.received_at)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Extractor"
    properties.title = one_line(f"补正通知书 {packet.name}")[:200]
    properties.comments = ""
    properties.created = properties.modified = received
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue(), received)

"""A resubmission against the last time, in lines and as a Word file."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH

from extractor.core.worksheet import Finding
from extractor.worksheet.docx.fonts import set_fonts
from extractor.worksheet.docx.parts import Cell, add_section_head, add_table, add_text, page_size_a4
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.safe_text import one_line
from extractor.worksheet.telling import page_ranges
from extractor.worksheet.wording import words_of

_WORDS = words_of("zh")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that reads otherwise than last time; ``pages``: of the later packet."""

    what: str
    before: str
    after: str
    pages: str


@dataclass(frozen=True)
class Compared:
    """Two filings of one applicant.

    Attributes:
        days: when the two were received.
        mended: findings of last time whose check now passes.
        not_shown: findings of last time whose check can no longer be run: not mended, not failed.
        standing, new: failed findings of this time that failed last time too, and that did not.
        still_lacking: mandatory materials that are still not in order.
        figures: values and lengths of lists that differ.
    """

    name: str
    name_before: str
    same_scheme: bool
    received_at: str
    days: tuple[str, str]
    mended: tuple[Finding, ...]
    not_shown: tuple[Finding, ...]
    standing: tuple[Finding, ...]
    new: tuple[Finding, ...]
    verdicts: tuple[Moved, ...]
    materials: tuple[Moved, ...]
    still_lacking: tuple[str, ...]
    figures: tuple[Moved, ...]

    def cautions(self) -> Iterator[str]:
        """What makes the comparison doubtful as a whole."""
        if self.name != self.name_before:
            yield f"两份底稿的申报单位名称不同（上次：{self.name_before}），请先确认是同一单位"
        if not self.same_scheme:
            yield "两次所用的办法不同，条件和材料不能逐条对照"

    def findings(self) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """The groups of findings with their titles."""
        yield "已补正的问题", self.mended
        yield "仍然存在的问题", self.standing
        yield "新出现的问题", self.new
        yield "这次无法核对的问题（上次不符）", self.not_shown

    def moves(self) -> Iterator[tuple[str, tuple[Moved, ...]]]:
        """The groups of changes with their titles."""
        yield "材料的变化", self.materials
        yield "条件结论的变化", self.verdicts
        yield "数据的变化", self.figures


def comparison_lines(told: Compared) -> Iterator[str]:
    """The comparison for a terminal."""
    yield f"{told.name}：{told.days[0]} → {told.days[1]}"
    yield from told.cautions()
    for title, findings in told.findings():
        yield f"{title}：{len(findings)} 项"
        for finding in findings:
            yield f"  {finding.check}（{_WORDS(f'severity.{finding.severity}')}）{finding.message}"
    for title, moves in told.moves():
        yield f"{title}：{len(moves)} 项"
        for moved in moves:
            yield f"  {moved.what}：{_cut(moved.before)} → {_cut(moved.after)}"
    if told.still_lacking:
        yield f"仍不齐的必报材料：{'；'.join(told.still_lacking)}"


def comparison_docx(told: Compared) -> bytes:
    """The comparison as a docx. Same input, same bytes."""
    document = Document()
    page_size_a4(document)
    set_fonts(document)
    add_text(document, "补正前后对照", "Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    counts = "，".join(f"{title} {len(found)} 项" for title, found in told.findings())
    add_text(document, f"申报单位：{told.name}\n收件：{told.days[0]} → {told.days[1]}\n{counts}")
    for caution in told.cautions():
        add_text(document, f"注意：{caution}。")
    if told.still_lacking:
        add_text(document, "仍不齐的必报材料：" + "；".join(told.still_lacking))
    number = 0
    for title, findings in told.findings():
        if findings:
            number += 1
            add_section_head(document, _WORDS, number, title)
            _findings(document, findings)
    for title, moves in told.moves():
        if moves:
            number += 1
            add_section_head(document, _WORDS, number, title)
            heads = [Cell(t, "head", bold=True) for t in ("项目", "上次", "这次", "页码")]
            rows = [
                [Cell(m.what), Cell(_cut(m.before)), Cell(_cut(m.after)), Cell(m.pages)]
                for m in moves
            ]
            add_table(document, [6.4, 4.8, 4.8, 1.4], [heads, *rows], heads=1)
    received = stated_time(told.received_at)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Extractor"
    properties.title = one_line(told.name)[:200]
    properties.comments = ""
    properties.created = properties.modified = received
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue(), received)


def _cut(text: str) -> str:
    """A long text is in the worksheets; two of them side by side would fill pages."""
    return (
        text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……（共 {len(text)} 字，全文见底稿）"
    )


def _findings(document: WordDocument, findings: Sequence[Finding]) -> None:
    heads = [Cell(t, "head", bold=True) for t in ("核对项", "程度", "说明", "页码")]
    rows = [
        [
            Cell(f.check),
            Cell(_WORDS(f"severity.{f.severity}")),
            Cell(f.message),
            Cell(page_ranges(f.pages, "、")),
        ]
        for f in findings
    ]
    add_table(document, [2.0, 1.8, 11.6, 2.0], [heads, *rows], heads=1)

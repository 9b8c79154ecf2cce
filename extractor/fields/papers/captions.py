"""Captions of photo pages: each tells an event of its own, in a row or in a few lines below each other.

``2024年6月1日 银企对接会（市民中心）`` in one row, a name over its day, or labels with their values
(``活动：… / 时间：… / 地点：…``) that wrap in a narrow column beside the picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from extractor.core.geometry import Box
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact
from extractor.fields.lists.event_kinds import event_kind
from extractor.fields.lists.reader import derive
from extractor.fields.papers.reader import LOOSE, Paper, page_rows
from extractor.fields.prose import DATE
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView
from extractor.values.names import has_org_suffix

_PHOTO = re.compile(
    rf"^\s*(?:[（(]?\d{{1,2}}[）)]?[、.．]\s*)?(?:图\s*\d*|照片\s*\d*|照片说明|说明)?\s*[:：]?\s*(?P<date>{DATE})(?![\d月日号])\s*[，,、:：]?\s*"
    r"(?P<title>(?![月日号\d由在本我])[^（(，,。]{4,40}?)(?:活动)?(?:现场|合影|掠影|剪影|照片)*\s*(?:[（(](?P<place>[^）)]{2,40})[）)])?\s*。?\s*$"
)
#: A caption without its day, and a day that stands alone.
_CAPTIONED = re.compile(
    r"\s*(?:图片?|照片|相片)?\s*[（(]?\s*\d{0,2}\s*[）)]?\s*[:：、.．]?\s*"
    r"(?P<title>[\u4e00-\u9fa5A-Za-z“”\"（）()·、]{4,40}?)(?:活动)?(?:现场|合影|掠影|剪影|照片)*\s*"
)
_DAY_ALONE = re.compile(rf"\s*[（(]?\s*{DATE}\s*[）)]?\s*")
#: So many captions of this sort make a page of photos; one alone is a title over a date.
_LEAST_CAPTIONS = 2
#: Of a line over a day; what is read with less is the print of a seal.
_LEGIBLE = 0.5

#: Words of a sentence: a caption names what is seen, it does not tell that it was held.
_TOLD = re.compile(r"举办|举行|召开|开展了|定于|决定|[上下]午|\d[:：]\d\d")

#: Ends like the name of a body (协会, 商会, 产业园) and is none: people met, or went there.
_GATHERING = re.compile(
    "(?:对接|座谈|推介|交流|说明|宣讲|宣介|洽谈|恳谈|发布|培训|辅导|咨询|招聘|展示|分享|报告|动员|启动|研讨|论证|见面|联谊|年)会$"
    "|进(?:校园|企业|厂|[^，,]{0,6}园)$"
)

#: A title has words, and does not begin in the middle of a date.
TITLE_LIKE = re.compile(r"(?![年月日号])(?!.*(?:公司|中心)在)(?=(?:.*[\u4e00-\u9fa5]){4})")

_QUOTES = frozenset(" 　“”\"'‘’「」《》")

_PARTS = {
    "title": "(?:活动|培训|会议|讲座|课程)?(?:名称|主题|内容|项目)|活动|培训|会议|讲座|课程|(?:图片|照片)?(?:说明|内容)",
    "date": "(?:活动|培训|会议|举办|开展|拍摄|授课)?(?:时间|日期)",
    "place": "(?:活动|培训|会议|举办|开展|拍摄|授课)?(?:地点|场所|地址)",
    "organizer": "(?:主办|举办|组织)(?:单位|方|机构)",
    "persons": "(?:参加|参训|参会|培训|到场)?(?:人数|人次)",
    "enterprises": "(?:参加|参会|服务|到场)企业(?:数|户数|家数)?",
}
_LABELLED = re.compile(
    r"\s*(?:[（(]?\d{1,2}[）)、.．]\s*)?(?:" + "|".join(f"(?P<{k}>{v})" for k, v in _PARTS.items()) + r")\s*[:：]\s*"
)  # fmt: skip
#: A label that was misread before what can only be a day.
_DAY_BEHIND = re.compile(rf"\s*\S{{1,4}}[:：]\s*(?={DATE}\s*$)")
#: How a title and a place end; another end at the column's edge may have lost its last character.
_ENDS = {
    "title": re.compile(r"(?:会|班|营|课|堂|沙龙|论坛|活动|讲座|路演|大赛|比赛|[月周日]|行动|宣讲|宣讲[\u4e00-\u9fff]{2,3}|培训|对接|座谈|辅导|走访|调研|服务|咨询|签约|仪式)[”\"」]?$"),
    "place": re.compile(r"(?:厅|室|中心|大厦|酒店|宾馆|园区?|楼|馆|基地|学院|大学|学校|礼堂|会场|广场|会所|教室|公司|[市区县镇村]|\d+号?)[）)]?$"),
}  # fmt: skip
#: Line heights between a line and the one it goes on in, and ems its left edge may lie off.
_NEXT_LINE = 1.95
_SAME_EDGE = 1.2
#: Line heights between captions of different pictures at least.
_APART = 4.0


@dataclass(slots=True)
class _Block:
    """The labelled values of one picture, each with the lines it takes."""

    parts: dict[str, list[tuple[Line, int]]] = field(default_factory=dict)
    last: str = ""


def captions_of(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> list[dict[str, Fact]]:
    """Photo pages: each caption with a date and a title is an event of its own."""
    if page.read.tables or len(page.read.lines) > 24:
        return []
    found: list[dict[str, Fact]] = []
    for run in (part for row in page_rows(page) for part in _side_by_side(row)):
        match = _PHOTO.match(run.text)
        if match is None or not TITLE_LIKE.match(match["title"]) or _TOLD.search(match["title"]):
            continue
        paper = Paper(replace(view, pages=(page,)), specs, len(found) + 1, {})
        for name in ("date", "title", "place"):
            if match[name]:
                paper.add(
                    paper.read(
                        f"app_events.{name}", run, bare(run.text, *match.span(name)), factor=0.97
                    )
                )
        add_kind(paper)
        if {"app_events.date", "app_events.title"} <= set(paper.cells):
            found.append({k.split(".")[1]: v for k, v in paper.cells.items()})
    return found or _stacked_captions(view, specs, page) or _labelled_blocks(view, specs, page)


def _stacked_captions(
    view: DocumentView, specs: FieldSpecs, page: PacketPage
) -> list[dict[str, Fact]]:
    """Captions with their day on a row of its own under (or over) them: 图1 开放日 / 2018年2月5日."""
    days = [line for line in page.read.lines if _DAY_ALONE.fullmatch(line.text)]
    names = [line for line in page.read.lines if line not in days]
    found: list[dict[str, Fact]] = []
    for line in names:
        match = _CAPTIONED.fullmatch(line.text)
        near = [day for day in days if _belongs_to(day.box, line.box)]
        if match is None or not near or not TITLE_LIKE.match(match["title"]):
            continue
        signed = has_org_suffix(match["title"]) and not _GATHERING.search(match["title"])
        if signed or _TOLD.search(match["title"]):
            continue  # who signed over the day, or a sentence
        if line.confidence < _LEGIBLE:
            continue
        day = min(near, key=lambda other: abs(other.box.cy - line.box.cy))
        paper = Paper(replace(view, pages=(page,)), specs, len(found) + 1, {})
        name, when = TextRun(page, (line,)), TextRun(page, (day,))
        paper.add(
            paper.read("app_events.title", name, bare(name.text, *match.span("title")), factor=0.97)
        )
        paper.add(paper.read("app_events.date", when, (0, len(when.text)), factor=0.97))
        add_kind(paper)
        if {"app_events.date", "app_events.title"} <= set(paper.cells):
            found.append({k.split(".")[1]: v for k, v in paper.cells.items()})
    return found if len(found) >= _LEAST_CAPTIONS else []


def _belongs_to(day: Box, name: Box) -> bool:
    """Whether a day stands right under or over a caption, in its column."""
    return (
        abs(day.cx - name.cx) < max(day.width, name.width) / 2
        and name.height * 0.4 < abs(day.cy - name.cy) < name.height * 3
    )


def _side_by_side(row: TextRun) -> list[TextRun]:
    """Captions of pictures that stand beside one another: each begins with a day of its own."""
    dated = [line for line in row.lines if _PHOTO.match(line.text)]
    if len(dated) < 2 or len(dated) != len(row.lines):
        return [row]
    return [TextRun(row.page, (line,)) for line in dated]


def _labelled_blocks(
    view: DocumentView, specs: FieldSpecs, page: PacketPage
) -> list[dict[str, Fact]]:
    """Captions of several labelled lines; values go on in the lines below them, in their column."""
    blocks = [b for b in _blocks(page.read.lines) if {"title", "date"} <= set(b.parts)]
    if len(blocks) < _LEAST_CAPTIONS:
        return []
    found: list[dict[str, Fact]] = []
    for number, block in enumerate(blocks, 1):
        paper = Paper(replace(view, pages=(page,)), specs, number, {})
        for name, pieces in block.parts.items():
            run = TextRun(page, tuple(line for line, _ in pieces))
            text = run.text
            span = bare(text, pieces[0][1], len(text.rstrip(" 。；;，,")))
            ends = _ENDS.get(name)
            cut_off = ends is not None and not ends.search(fold_text(text[slice(*span)]))
            paper.add(
                paper.read(f"app_events.{name}", run, span, factor=LOOSE if cut_off else 0.97)
            )
        add_kind(paper)
        if {"app_events.date", "app_events.title"} <= set(paper.cells):
            found.append({k.split(".")[1]: v for k, v in paper.cells.items()})
    return found


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    blocks: list[_Block] = []
    for line in sorted(lines, key=lambda q: (q.box.y0, q.box.x0)):
        told = _LABELLED.match(line.text)
        day = None if told else _DAY_BEHIND.match(line.text)
        own = next((b for b in reversed(blocks) if _follows(line, b)), None)
        if told is not None or day is not None:
            name = (told.lastgroup if told else None) or "date"
            start = told.end() if told else day.end() if day else 0
            if own is None or name in own.parts:
                own = _Block()
                blocks.append(own)
            own.parts[name] = [(line, start)]
            own.last = name
        elif own is not None and _goes_on(line, own):
            own.parts[own.last].append((line, 0))
    return blocks


def _follows(line: Line, block: _Block) -> bool:
    """Whether a line stands below a block, in its column and close to it."""
    last = block.parts[block.last][-1][0].box
    em = max(last.height, line.box.height)
    return (
        abs(line.box.x0 - block.parts[block.last][0][0].box.x0) <= _SAME_EDGE * em
        and -0.5 * em < line.box.y0 - last.y1 < _APART * em
    )


def _goes_on(line: Line, block: _Block) -> bool:
    last = block.parts[block.last][-1][0].box
    return line.box.cy - last.cy <= _NEXT_LINE * max(last.height, line.box.height)


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without quotation marks and blanks around it."""
    while start < end and text[start] in _QUOTES:
        start += 1
    while end > start and text[end - 1] in _QUOTES:
        end -= 1
    return start, end


def add_kind(paper: Paper) -> None:
    """The kind of the event that the paper's title tells."""
    title = paper.cells.get("app_events.title")
    kind = event_kind(str(title.value)) if title is not None else None
    if title is not None and kind is not None:
        paper.add(derive(title, "app_events.kind", kind, 1.0))

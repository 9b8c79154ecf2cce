"""Evidence of service activities: notices, sign-in sheets, photo pages, summaries.

Title, date, place, organiser and numbers, as labels or sentences say them. Persons who signed in are
counted only where a sheet says how many; rows with handwriting are not a count of persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Row, RowSet
from extractor.fields.forms.answers import answers_on
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.forms.narrow import spans_in
from extractor.fields.lists.headers import find_headers
from extractor.fields.lists.reader import derive
from extractor.fields.papers.captions import TITLE_LIKE, add_kind, bare, captions_of
from extractor.fields.papers.reader import LOOSE, Paper, page_rows, printed
from extractor.fields.prose import DATE, page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.values.names import has_org_suffix

_INDEX = LabelIndex(
    [
        Label("title", ("活动名称", "培训名称", "会议名称", "培训主题", "活动主题", "培训课程", "课程名称", "培训内容", "会议主题", "主题")),
        Label("date", ("活动时间", "培训时间", "会议时间", "举办时间", "签到日期", "活动日期", "培训日期", "时间", "日期")),
        Label("place", ("活动地点", "培训地点", "会议地点", "举办地点", "地点", "地址")),
        Label("organizer", ("主办单位", "组织单位", "举办单位", "主办方", "主办")),
        Label("persons", ("参加人数", "参训人数", "培训人数", "参会人数", "签到人数", "实到人数", "到场人数", "参与人数", "实际参加人数", "人数")),
        Label("enterprises", ("参加企业数", "参会企业数", "服务企业数", "参加企业户数", "参与企业数", "企业数量", "参加企业")),
        Label("(stop)", ("承办单位", "协办单位", "支持单位", "指导单位", "主讲人", "授课老师", "授课专家", "参加人员", "参会人员", "参训人员", "培训对象", "参加对象", "活动对象", "活动内容", "会议内容", "活动议程", "日程安排", "联系人", "联系电话", "报名方式", "注意事项", "序号", "姓名", "单位", "职务", "电话", "签名", "备注", "签到", "应到人数", "主持人", "记录人")),
    ]
)  # fmt: skip
_KIND_END = r"(?:培训班|培训会|培训(?!中心|室|教室|基地|学校)|讲座|论坛|沙龙|对接会|推介会|宣讲会|宣讲|座谈会|交流会|研讨会|路演|大讲堂|公开课|活动|服务月|服务周|会议(?!中心|室|厅|大)|说明会|洽谈会|比赛|大赛|行动|走访)"
_QUOTED = re.compile(
    rf"[“\"「](?P<t>[^”\"」]{{4,40}})[”\"」]\s*(?P<k>(?:专题|系列|主题)?{_KIND_END})?"
)
_ABOUT = re.compile(
    r"关[于干丁千](?:举办|召开|开展|组织|组织开展|组织参加|举行|参加)(?:的)?(?P<t>[^《》]{4,60}?)(?:的)?(?:预)?(?:通知|函|邀请函|公告)"
)
_SHEET = re.compile(
    rf"^\s*(?P<t>[^，。：:]{{2,50}}?{_KIND_END})\s*(?:签\s*到\s*(?:表|簿|册)|现场照片|照片|活动照片|总结|活动总结|情况总结|台账|方案|会议纪要|议程)\s*$"
)
_HELD = re.compile(
    rf"(?:举办|举行|召开|开展|组织)(?:了|的)?[“\"「]?(?P<t>[^，,。；;“”\"]{{3,40}}?{_KIND_END})"
)
#: 由某某公司主办的某某宣讲会在…: who held it comes before what was held.
_HELD_BY = re.compile(
    rf"(?:主办|举办|承办|组织|开展)的[“\"「]?(?P<t>[^，,。；;“”\"]{{3,40}}?{_KIND_END})(?=[”\"」]|在|于|顺利|圆满|成功|隆重|如期|正式|[，,。]|$)"
)
_ORGANISER = (
    re.compile(
        r"由\s*(?P<o>[\u4e00-\u9fa5（）()]{4,40}?)\s*(?:联合)?(?:主办|举办|组织(?:举办|开展))"
    ),
    re.compile(
        rf"(?:^|[，,。；;])\s*(?P<o>[\u4e00-\u9fa5（）()]{{4,40}}?)\s*(?:拟|决定|计划|将)?(?:定于|将于|拟于|于)\s*{DATE}"
    ),
)
#: 2024年2月5日，某某公司在…举办了…
_HELD_ON = re.compile(
    rf"{DATE}\s*[，,]\s*(?P<o>[\u4e00-\u9fa5（）()]{{4,40}}?)\s*在(?=.{{2,40}}(?:举办|举行|召开|开展))"
)
#: 在…报告厅圆满落幕: a place is told by its last word and by what took place there.
_HELD_AT = re.compile(
    r"在(?P<place>[\u4e00-\u9fa5A-Za-z0-9·（）()]{2,36}?(?:厅|室|中心|大厦|酒店|宾馆|园区?|楼|馆|基地|学院|大学|礼堂|会场|广场|会所|教室))"
    r"(?=(?:隆重|顺利|成功|圆满|正式|如期|共同)?(?:举办|举行|召开|开展|落幕|闭幕|结束|开班|开讲|进行|拉开))"
)
_CAPTION = re.compile(
    rf"(?P<t>[^，,。；;：:\d]{{3,40}}?{_KIND_END})(?:现场|合影|签到|掠影|剪影|照片)?"
)
_DATE = re.compile(f"({DATE})")
_SMES = re.compile(
    r"(?<!\d)(?P<n>\d[\d,]{0,6})\s*(?:余|多)?\s*(?:家|户)(?:中小(?:微)?企业|小微企业)"
)
_FIRMS = re.compile(
    r"(?<!\d)(?P<n>\d[\d,]{0,6})\s*(?:余|多)?\s*(?:家|户)(?:次)?(?:企业|单位|公司)?"
)
_PEOPLE = re.compile(r"(?<!\d)(?P<n>\d[\d,]{0,6})\s*(?:余|多)?\s*(?:人次|人|名)(?!民|民币)")
_PEOPLE_WORDS = re.compile(r"参加|参训|参会|到场|出席|参与|签到|培训|学员|共|听课|人数")
_ONLINE = re.compile(r"线上|腾讯会议|钉钉|直播|网络培训|云课堂|视频会议|zoom", re.IGNORECASE)
_OFFLINE = re.compile(r"线下|现场")
_TRAINING = re.compile(r"培训|讲座|课程|研修|授课|学员|大讲堂|公开课")


@dataclass(frozen=True, slots=True)
class _Activity:
    """What one page tells, by column name without its prefix."""

    page: PacketPage
    told: dict[str, Fact]


def read_activity(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Rows of events and of training sessions that the pages prove; pages of one event are one row."""
    activities: list[_Activity] = []
    for page in view.pages:
        if _is_list(page, specs):
            continue  # a table of events or sessions is read as a list (config/rows)
        captions = captions_of(view, specs, page)
        if captions:
            activities += [_Activity(page, told) for told in captions]
            continue
        told = _page(Paper(replace(view, pages=(page,)), specs, len(activities) + 1, {}), page)
        if not told:
            continue
        if activities and _belongs(activities[-1].told, told):
            for name, fact in told.items():
                activities[-1].told.setdefault(name, fact)
        else:
            activities.append(_Activity(page, dict(told)))
    for activity in activities:
        title = activity.told.get("title")
        if title is not None and not TITLE_LIKE.match(str(title.value)):
            del activity.told["title"]
    kept = [a for a in activities if ("date" in a.told and len(a.told) >= 2) or "title" in a.told]
    sets = [
        _rows(view, specs, "app_events", kept),
        _rows(view, specs, "training_records", [a for a in kept if _is_training(a)]),
    ]
    return Extraction(rows=tuple(s for s in sets if s is not None))


def _page(paper: Paper, page: PacketPage) -> dict[str, Fact]:
    _labelled(paper, page)
    _titles(paper, page)
    _sentences(paper, page)
    _online(paper)
    add_kind(paper)
    return {k.split(".")[1]: v for k, v in paper.cells.items()}


def _is_list(page: PacketPage, specs: FieldSpecs) -> bool:
    """Whether the page holds a table with a column of titles beside one of days."""
    sessions = specs.rows["training_records"]
    for table in page.read.tables:
        if any(h.row1 + 2 <= table.n_rows for h in find_headers(table, sessions)):
            return True
        for number in range(min(3, table.n_rows)):
            heads = {fold_text(c.text) for c in table.row_cells(number)}
            if heads & {"活动名称", "培训名称", "会议名称"} and heads & {
                "活动时间",
                "时间",
                "日期",
                "活动日期",
                "培训时间",
                "会议时间",
            }:
                return True
    return False


def _labelled(paper: Paper, page: PacketPage) -> None:
    for answer in answers_on(page, _INDEX, prose=True):
        if answer.owner == "(stop)" or not answer.firm:
            continue
        field = f"app_events.{answer.owner}"
        kind = paper.specs.catalogue.spec(field).type
        for span in spans_in(kind, answer.run)[:1]:
            if kind == "count" and not answer.run.text[slice(*span)].strip()[:1].isdigit():
                continue
            if answer.owner == "title":
                span = bare(answer.run.text, *span)
            paper.add(paper.read(field, answer.run, span, label=answer.spelling))


def _titles(paper: Paper, page: PacketPage) -> None:
    if "app_events.title" in paper.cells:
        return
    head = page_rows(page)[:8]
    joined = [
        TextRun(page, tuple(ln for r in head[i : i + 2] for ln in r.lines))
        for i in range(len(head) - 1)
    ]
    for pattern, runs in (
        (_ABOUT, [*head, *joined]), (_SHEET, [*head, *joined]), (_QUOTED, page_paragraphs(page)),
        (_HELD_BY, page_paragraphs(page)), (_HELD, page_paragraphs(page)), (_CAPTION, page_rows(page)),
    ):  # fmt: skip
        for run in runs:
            match = pattern.search(run.text)
            if match is None:
                continue
            end = match.end("k") if pattern is _QUOTED and match["k"] else match.end("t")
            start = match.start() if pattern is _QUOTED and match["k"] else match.start("t")
            start, end = bare(run.text, start, end)
            if (
                quoted := re.search(r"[“\"「]([^“”\"「」]{4,40})[”\"」]?", run.text[start:end])
            ) is not None:
                start, end = start + quoted.start(1), start + quoted.end(1)
            elif (
                inner := re.search(r"([^“”\"「」]{4,40})[”\"」]", run.text[start:end])
            ) is not None:
                end = start + inner.end(1)
            if (date := _DATE.match(run.text, start)) is not None:
                start, end = bare(run.text, date.end(), end)
            factor = 0.97 if pattern in (_ABOUT, _SHEET) else LOOSE
            paper.add(paper.read("app_events.title", run, (start, end), factor=factor))
            return


def _sentences(paper: Paper, page: PacketPage) -> None:
    for run in page_paragraphs(page):
        _held(paper, run)
        date = _DATE.search(run.text)
        imprint = "印发" in run.text or "截止" in run.text or "报名" in run.text
        if date and not imprint and len(fold_text(run.text)) > len(fold_text(date.group())) + 2:
            paper.add(paper.read("app_events.date", run, date.span(1), factor=0.95))
        for pattern, field in ((_SMES, "smes"), (_FIRMS, "enterprises")):
            match = pattern.search(run.text)
            if match and re.search(r"参加|参会|参与|服务|来自|组织|到场|邀请|吸引", run.text):
                paper.add(paper.read(f"app_events.{field}", run, match.span("n"), factor=0.95))
        people = _PEOPLE.search(run.text)
        if people and _PEOPLE_WORDS.search(
            run.text[max(0, people.start() - 20) : people.end() + 10]
        ):
            paper.add(paper.read("app_events.persons", run, people.span("n"), factor=0.95))
    if "app_events.date" not in paper.cells:
        for run in page_rows(page):
            alone = _DATE.search(run.text)
            if alone:
                paper.add(paper.read("app_events.date", run, alone.span(1), factor=LOOSE))
                return


def _held(paper: Paper, run: TextRun) -> None:
    """Who holds the event and where, as a sentence tells it; a name without its kind is nobody."""
    for pattern in (*_ORGANISER, _HELD_ON):
        told = pattern.search(run.text)
        if told is not None and has_org_suffix(told["o"]):
            paper.add(paper.read("app_events.organizer", run, told.span("o"), factor=0.95))
    where = _HELD_AT.search(run.text)
    if where is not None:
        paper.add(paper.read("app_events.place", run, where.span("place"), factor=0.95))


def _online(paper: Paper) -> None:
    """线上 where it is said and 线下 is not; a paper that says nothing says nothing."""
    text = printed(paper)
    for run in paper.rows():
        match = _ONLINE.search(run.text)
        if match and not _OFFLINE.search(text):
            fact = paper.read("app_events.title", run, match.span())
            if fact is not None:
                paper.add(derive(fact, "app_events.online", True, LOOSE))
            return


def _belongs(told: dict[str, Fact], more: dict[str, Fact]) -> bool:
    """Whether a page goes on with the event before: same date or title, nothing that contradicts."""
    for name in ("date", "title"):
        a, b = told.get(name), more.get(name)
        if a is not None and b is not None:
            same = fold_text(str(a.value)) == fold_text(str(b.value))
            if name == "date" or same:
                return same
    return "title" not in more and "date" not in more


def _is_training(activity: _Activity) -> bool:
    title = activity.told.get("title")
    text = str(title.value) if title is not None else activity.page.read.text
    return _TRAINING.search(text) is not None


def _rows(
    view: DocumentView, specs: FieldSpecs, field: str, activities: list[_Activity]
) -> RowSet | None:
    rows: list[Row] = []
    for activity in activities:
        cells: dict[str, Fact] = {}
        for name, fact in activity.told.items():
            column = f"{field}.{name}"
            if column in specs.catalogue.columns and fact.value is not None:
                moved = fact if fact.field == column else derive(fact, column, fact.value)
                cells[column] = moved.model_copy(update={"unit": fact.unit})
        if cells:
            rows.append(Row(no=len(rows) + 1, cells=cells))
    if not rows:
        return None
    pages = tuple(sorted({f.page for r in rows for f in r.cells.values() if f.page is not None}))
    return RowSet(field=field, document=view.id, pages=pages, rows=tuple(rows))

"""Rules, price reductions, catalogues, plans, yearly summaries: found, and where; never "not there"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.geometry import union_box
from extractor.core.worksheet import Fact
from extractor.fields.make import Spot, spot_of
from extractor.fields.papers.reader import LOOSE, Paper, page_rows
from extractor.fields.prose import page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_DISCOUNT = re.compile(
    r"(?:优惠|减免|免收|免费|[一二三四五六七八九\d.]{1,3}\s*折|折扣|按\S{0,8}\d{1,2}\s*%)"
)
_SMALL = re.compile(r"小型微型企业|小微企业|小型企业|微型企业|中小微?企业|初创")
_PLAN = re.compile(
    r"(?:发展|服务|平台|工作|三年|五年|中长期).{0,14}规划|(?:年度|20\d\d\s*年).{0,12}(?:服务|工作|活动)?.{0,6}计划|(?:服务|工作|活动)计划"
)
_SECRET = re.compile(r"保密(?:制度|管理|规定|办法|承诺|义务|条款)|信息保密")
_RULES = (
    (
        "management",
        re.compile(
            r"(?:管理|考核|财务|人事|人员|薪酬|会议|档案|考勤|岗位)(?:制度|办法|规定|职责)|规章制度"
        ),
    ),
    ("process", re.compile(r"服务流程|工作流程|办事流程|服务程序|业务流程")),
    ("fees", re.compile(r"收费(?:标准|制度|办法|管理|公示)|服务价格")),
    (
        "quality",
        re.compile(
            r"(?:服务)?质量(?:保证|控制|管理|保障|监督|承诺)|满意度(?:测评|调查|评价)|服务规范"
        ),
    ),
    ("complaint", re.compile(r"投诉(?:处理|受理|管理|机制|制度|办法)")),
)
_CATALOGUE = (
    ("catalogue", re.compile(r"服务(?:项目)?目录|服务项目|服务内容")),
    ("process", re.compile(r"服务流程|办事流程")),
    ("fees", re.compile(r"收费标准|收费公示|服务价格|服务收费")),
    ("contact", re.compile(r"联系方式|联系电话|服务热线|咨询电话|联系人")),
    ("promise", re.compile(r"服务承诺")),
    ("hotline", re.compile(r"监督电话|投诉电话|监督热线")),
)
_SUMMARY = re.compile(
    r"(?P<a>20\d\d)\s*(?:年)?\s*(?:[-—~至到－]+\s*(?P<b>20\d\d)\s*年?)?\s*(?:年)?度?[^，。]{0,24}总结"
)


def read_rulebook(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """What a policy, rulebook, catalogue, plan or summary proves to exist."""
    paper = Paper(view, specs, None, {})
    reader = _READERS.get(view.type)
    facts = [f for f in (reader(paper) if reader else ()) if f is not None]
    return Extraction(facts=tuple(facts))


def _discount(paper: Paper) -> Sequence[Fact | None]:
    for page in paper.pages:
        for run in page_paragraphs(page):
            match = _DISCOUNT.search(run.text)
            if match and _SMALL.search(run.text):
                return [_there(paper, "has_fee_discount_policy", run, match.span())]
    return []


def _plan(paper: Paper) -> Sequence[Fact | None]:
    for page in paper.pages[:2]:
        for run in page_rows(page)[:12]:
            match = _PLAN.search(run.text)
            if match and len(run.text) <= 50:
                return [_there(paper, "has_service_plan", run, match.span())]
    return []


def _rules(paper: Paper) -> Sequence[Fact | None]:
    found: list[Fact | None] = [_several(paper, "has_rules", _RULES)]
    for run in paper.rows():
        match = _SECRET.search(run.text)
        if match:
            factor = 1.0 if len(run.text) <= 40 else LOOSE
            found.append(_there(paper, "has_confidentiality_rule", run, match.span(), factor))
            break
    return found


def _catalogue(paper: Paper) -> Sequence[Fact | None]:
    return [_several(paper, "has_public_catalogue", _CATALOGUE)]


def _several(paper: Paper, field: str, kinds: Sequence[tuple[str, re.Pattern[str]]]) -> Fact | None:
    """The kinds whose words stand on the paper, in the order of the catalogue; headings only."""
    spots: dict[str, Spot] = {}
    for run in paper.rows():
        if len(run.text) > 60:
            continue
        for kind, pattern in kinds:
            match = pattern.search(run.text)
            spot = spot_of(run, *match.span()) if match else None
            if spot is not None:
                spots.setdefault(kind, spot)
    if not spots:
        return None
    first = next(iter(spots.values()))
    same_page = [s for s in spots.values() if s.page is first.page]
    box = union_box(s.box for s in same_page) or first.box
    raw = "、".join(s.raw for s in spots.values())
    spot = Spot(first.page, box, raw, min(s.confidence for s in spots.values()), first.source)
    kept = tuple(kind for kind, _ in kinds if kind in spots)
    return paper.state(field, spot, kept, 0.9)


def _summary(paper: Paper) -> Sequence[Fact | None]:
    """The years in the titles of the summaries: 2021年度工作总结, 2021-2023年三年工作总结."""
    years: dict[str, None] = {}
    spot: Spot | None = None
    for page in paper.pages:
        for run in page_rows(page)[:10]:
            match = _SUMMARY.search(run.text)
            if match is None or len(run.text) > 60:
                continue
            first, last = int(match["a"]), int(match["b"] or match["a"])
            if first <= last <= first + 5:
                years |= dict.fromkeys(str(y) for y in range(first, last + 1))
                spot = spot or spot_of(run, *match.span())
    if spot is None or not years:
        return []
    return [paper.state("work_summary_years", spot, tuple(sorted(years)), 1.0)]


def _there(
    paper: Paper, field: str, run: TextRun, span: tuple[int, int], factor: float = 1.0
) -> Fact | None:
    spot = spot_of(run, *span)
    return paper.state(field, spot, True, factor) if spot is not None else None


_READERS = {
    "fee_discount_policy": _discount,
    "service_plan": _plan,
    "management_rules": _rules,
    "service_catalogue": _catalogue,
    "work_summary": _summary,
}

"""The parties of an agreement or contract, and whether both put their seals.

Parties stand behind 甲方, 乙方, 丙方 (or 委托方, 出租方 …), or in the opening sentence
(``A（以下简称“甲方”）与 B（以下简称“乙方”）``). A seal that nobody saw is never certainly missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.core.geometry import Box
from extractor.core.page import PacketPage, Seal
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.forms.answers import answers_on
from extractor.fields.forms.labels import Label, LabelIndex
from extractor.fields.forms.narrow import spans_in
from extractor.fields.make import Spot
from extractor.fields.papers.reader import Paper
from extractor.fields.prose import page_paragraphs
from extractor.fields.runs import TextRun
from extractor.prose.entities import EntityKind
from extractor.prose.pipeline import find_entities
from extractor.values.names import has_org_suffix, name_norm, parse_org_or_person

#: From this likeness (0..100) on two names of the same length are one name with a slip of OCR.
ALIKE = 88
#: Trust in a missing seal on a page without colours.
UNSEEN = 0.75
_ROLES = (
    Label("甲方", ("甲方", "甲方单位", "甲方名称")),
    Label("乙方", ("乙方", "乙方单位", "乙方名称")),
    Label("丙方", ("丙方", "丙方单位")),
    Label("丁方", ("丁方",)),
    Label("(stop)", (
        "法定代表人", "联系电话", "联系人", "地址", "统一社会信用代码", "授权代表", "委托代理人", "签订日期", "签约日期",
        "协议编号", "合同编号", "签订地点", "日期", "电话", "邮编", "开户行", "账号", "负责人",
    )),
)  # fmt: skip
_INDEX = LabelIndex(_ROLES)
_DEFINED = re.compile(
    r"[（(]\s*(?:以下|下)\s*(?:简称|统称|称)\s*[:：为]?\s*[“\"'‘「]?\s*(?P<role>[甲乙丙丁]方)"
    r"|[（(]\s*(?P<short>[甲乙丙丁]方)\s*[）)]"
)
#: Parties may go by other names: …有限公司（下称“服务平台”）与…（下称“合作机构”）.
_CALLED = re.compile(
    r"[（(]\s*(?:以下|下|下文)\s*(?:简称|统称|称)\s*(?:为|作)?\s*[:：]?\s*[“\"'‘「『]?\s*(?P<role>[\u4e00-\u9fa5]{2,10}?)\s*[”\"'’」』]?\s*[）)]"
)


_AGREE = re.compile(
    r"\s*(?:为[^，,。；;]{2,40}[，,]\s*)?(?:兹由|现由|由)?(?P<first>[\u4e00-\u9fa5（）()]{2,36}?(?:公司|中心|大学|学院|学校|研究院|研究所|事务所|协会|商会|学会|促进会|集团|银行|分行|支行|院|所|厂|社|局|基地|园区))\s*(?:与|和|及|同)\s*"
    r"(?P<second>[\u4e00-\u9fa5（）()]{2,36}?(?:公司|中心|大学|学院|学校|研究院|研究所|事务所|协会|商会|学会|促进会|集团|银行|分行|支行|院|所|厂|社|局|基地|园区))\s*"
    r"(?=(?:双方|共同)?(?:经|就|本着|为|在|达成|签订|签署|订立|建立|根据|依据|通过|于|决定|开展|[，,]))"
)


#: What stands beside 甲方（盖章） at the foot, where nobody is named: labels, no names.
_LABEL_ONLY = re.compile(
    r"(?:法定|授权|委托)?(?:代表|经办|负责|联系|委托|代理|法)人?(?:人|签字|签名|签章)?|(?:单位)?(?:盖章|公章|签章|签字|签名)|日期|地址|电话"
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its role as printed (甲方 …), its name and where the name stands."""

    role: str
    name: str
    run: TextRun
    span: tuple[int, int]


def parties_of(paper: Paper) -> tuple[Party, ...]:
    """The parties by role, first mention of each; ``()`` where no role names anybody."""
    found: dict[str, Party] = {}
    for page in paper.pages:
        for answer in answers_on(page, _INDEX, prose=True):
            if answer.owner == "(stop)" or not answer.firm:
                continue
            span = next(iter(spans_in("org_or_person", answer.run)), None)
            _take(found, answer.owner, answer.run, span)
        for run in page_paragraphs(page):
            for match in _DEFINED.finditer(run.text):
                role = match["role"] or match["short"]
                if role not in found:
                    _take(found, role, run, _name_before(run.text, match.start()))
    if not found:
        found = _called(paper) or _agreeing(paper) or _by_rows(paper)
        return tuple(found.values()) if len(found) >= 2 else ()
    return tuple(found[role] for role in sorted(found, key="甲乙丙丁".find))


def _called(paper: Paper) -> dict[str, Party]:
    """Parties that the opening sentence gives names of their own, printed order."""
    found: dict[str, Party] = {}
    for page in paper.pages[:1]:
        for run in page_paragraphs(page):
            for match in _CALLED.finditer(run.text):
                _take(found, match["role"], run, _org_before(run.text, match.start()))
            if len(found) >= 2:
                return found
            found.clear()  # both stand in one sentence, or these are no parties
    return found


def _agreeing(paper: Paper) -> dict[str, Party]:
    """Two bodies that an opening sentence joins and lets agree: 甲中心与乙公司经充分沟通，就…达成一致."""
    for page in paper.pages[:1]:
        for run in page_paragraphs(page):
            told = _AGREE.match(run.text)
            if told is None or not all(has_org_suffix(told[g]) for g in ("first", "second")):
                continue
            found: dict[str, Party] = {}
            for role, group in (("甲方", "first"), ("乙方", "second")):
                _take(found, role, run, told.span(group))
            return found
    return {}


#: A label of two characters of which only the second was read right: 申方, ∠方.
_HALF_ROLE = re.compile(r"\s*\S方\s*[:：]?\s*")


def _by_rows(paper: Paper) -> dict[str, Party]:
    """Parties in rows under each other of a ruled table whose labels all end in 方: 甲方 stands first."""
    for table in (table for page in paper.pages for table in page.read.tables):
        page = next(p for p in paper.pages if table in p.read.tables)
        labels = [table.at(row, 0) for row in range(table.n_rows)]
        rows = [n for n, c in enumerate(labels) if c is not None and _HALF_ROLE.fullmatch(c.text)]
        if len(rows) != 2 or rows[1] != rows[0] + 1:
            continue
        found: dict[str, Party] = {}
        for role, row in zip(("甲方", "乙方"), rows, strict=True):
            answer = table.at(row, 1)
            if answer is not None and has_org_suffix(answer.text.strip()):
                run = TextRun(page, answer.lines, answer)
                _take(found, role, run, next(iter(spans_in("org_or_person", run)), None))
        if len(found) == len(rows):
            return found
    return {}


def _org_before(text: str, end: int) -> tuple[int, int] | None:
    """The organisation before ``end``, back to the last word or sign that joins two names."""
    start = max(text.rfind(c, 0, end) for c in "。；;，,、：:）)\n") + 1
    lead = re.match(
        r"\s*(?:(?:本|此)[\u4e00-\u9fa5]{1,5}?(?=由|经))?(?:由|与|和|及|同|经)?\s*", text[start:end]
    )
    start += lead.end() if lead else 0
    return (start, end) if has_org_suffix(text[start:end].strip()) else None


def _take(found: dict[str, Party], role: str, run: TextRun, span: tuple[int, int] | None) -> None:
    if span is None or role in found or _LABEL_ONLY.fullmatch(fold_text(run.text[slice(*span)])):
        return
    parsed = parse_org_or_person(run.text[slice(*span)])
    if parsed is not None and isinstance(parsed.value, str) and parsed.factor >= 0.8:
        found[role] = Party(role, parsed.value, run, span)


def _name_before(text: str, end: int) -> tuple[int, int] | None:
    """The organisation or person whose name ends right before ``end``."""
    start = max(text.rfind(c, 0, end) for c in "。；;\n") + 1
    wanted = (EntityKind.ORGANISATION, EntityKind.PERSON)
    for entity in find_entities(text[start:end]):
        if entity.kind in wanted and start + entity.end >= end - 1:
            return start + entity.start, start + entity.end
    return None


def same_name(name: str, names: Collection[str]) -> bool:
    """Whether ``name`` is one of ``names``, a slip of OCR allowed in names of one length."""
    a = name_norm(name)
    for other in names:
        b = name_norm(other)
        if a == b or (len(a) >= 6 and len(a) == len(b) and fuzz.ratio(a, b) >= ALIKE):
            return True
    return False


def sealed_by_both(paper: Paper, field: str, needed: int = 2) -> Fact | None:
    """Whether as many seals as parties stand on the paper.

    ``None`` where the paper has no page, and on a page without colours unless but one is missing.
    """
    seals = [(page, s) for page in paper.pages for s in page.read.seals if not at_edge(page, s)]
    seals.sort(key=lambda pair: -pair[1].confidence)
    page = seals[0][0] if seals else (paper.pages[-1] if paper.pages else None)
    if page is None:
        return None
    size = page.read.upright
    foot = Box(0, size.height_pt * 0.5, size.width_pt, size.height_pt)
    if len(seals) >= needed:
        last = seals[needed - 1]
        spot = Spot(last[0], last[1].box, "（印章）", last[1].confidence)
        return paper.state(field, spot, True, 1.0, Method.SEAL)
    if page.read.coloured is False and len(seals) != needed - 1:
        return None  # without colours too many are overlooked
    raw = f"（见到{len(seals)}枚印章）" if seals else "（未见印章）"
    # Where the other party's seal is seen without colours, this one's absence can be told, in doubt.
    sure = 1.0 if page.read.coloured is not False else UNSEEN
    return paper.state(field, Spot(page, foot, raw, 0.7), False, sure, Method.SEAL)


def at_edge(page: PacketPage, seal: Seal) -> bool:
    """Whether a seal is cut by the page's edge: a half seal over several pages, not a signature's."""
    size, box = page.read.upright, seal.box
    return box.x0 < 3 or box.x1 > size.width_pt - 3


def name_fact(paper: Paper, field: str, party: Party) -> Fact | None:
    """The party's name as a fact of ``field``."""
    return paper.read(field, party.run, party.span, method=Method.OCR_LABEL, label=party.role)

"""Are two firm names one firm, and why.

Equal after ``name_norm`` is the same; so are spellings that mean the same by law or by layout (有限责任公司
for 有限公司, brackets lost). A short form, a missing region or a slip of one or two characters is
``LIKELY``: a reviewer should look. A branch is not its firm, another region or number is another firm.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA, Levenshtein

from extractor.matching.look_alikes import look_alike
from extractor.matching.org_parts import OrgParts, org_parts
from extractor.matching.verdict import Match, Sameness

SLIP_SIMILARITY = 0.83
"""Below it two names of the same build are two firms (crosschecks.yaml warns from 0.92 up)."""
BRAND_SIMILARITY = 0.65
"""Of the parts without region and legal form: long endings must not carry a different brand."""
MIN_SHORT = 2
_ORDINALS = frozenset("0123456789一二三四五六七八九十甲乙丙丁新老")
_TELLING = _ORDINALS | frozenset("东西南北上下")
_TRADES = frozenset(
    [
        "科技",
        "信息",
        "电子",
        "环保",
        "实业",
        "投资",
        "控股",
        "发展",
        "能源",
        "传媒",
        "文化",
        "食品",
        "医药",
        "药业",
        "盐业",
        "建设",
        "建筑",
        "物流",
        "贸易",
        "机械",
        "化工",
        "材料",
        "农业",
        "集团",
        "股份",
        "银行",
        "证券",
        "保险",
        "地产",
        "置业",
        "教育",
        "服务",
        "网络",
        "软件",
        "技术",
        "工程",
        "制造",
        "电力",
        "电气",
        "通信",
    ]
)
"""Words of trades: alone they are no brand."""


def _different(score: float, reason: str, reason_en: str) -> Match:
    return Match(Sameness.DIFFERENT, min(score, 0.5), reason, reason_en)


def _likely(score: float, reason: str, reason_en: str) -> Match:
    return Match(Sameness.LIKELY, score, reason, reason_en)


def _similarity(a: str, b: str) -> float:
    """Edit similarity 0..1 where two neighbours exchanged are one edit."""
    return OSA.normalized_similarity(a, b)


def _edits(a: str, b: str) -> list[tuple[str, str]]:
    """The differing stretches, aligned: ``[("宇", "字")]``; an insertion has an empty side."""
    return [
        (a[op.src_start : op.src_end], b[op.dest_start : op.dest_end])
        for op in Levenshtein.opcodes(a, b)
        if op.tag != "equal"
    ]


def _telling(edits: list[tuple[str, str]]) -> bool:
    """The difference is of the kind that tells firms apart: 一厂 and 二厂, 东 and 西."""
    return any(
        (x and y and set(x) <= _TELLING and set(y) <= _TELLING)
        or (not x and y and set(y) <= _ORDINALS)
        or (not y and x and set(x) <= _ORDINALS)
        for x, y in edits
    )


def _without_levels(flat: str) -> str:
    return re.sub("[省市县]", "", flat)


def short_form_score(short: OrgParts, full: OrgParts) -> float:
    """Score of ``short`` being a short form of ``full``; 0 where it cannot be one."""
    if short.form or short.branch or not full.form:
        return 0.0
    name = short.norm.replace("(", "").replace(")", "")
    body = full.region + full.core
    if len(name) < MIN_SHORT or name in _TRADES or len(name) >= len(full.flat):
        return 0.0
    share = min(1.0, len(name) / max(len(body), 1))
    if full.flat.startswith(name):
        return 0.65 + 0.25 * share
    if full.core.startswith(name) or body.startswith(name) or short.core == full.core:
        return 0.6 + 0.25 * share
    brand = name.removesuffix("股份").removesuffix("集团")
    # 同飞股份 for 三河同飞制冷股份有限公司: the brand stands behind a place without its 市
    if (
        brand != name
        and len(brand) >= MIN_SHORT
        and brand not in _TRADES
        and 0 <= body.find(brand) <= 3
    ):
        return 0.55 + 0.2 * share
    # 三峡能源 for 三峡新能源, 浦发银行 for 浦东发展银行: the characters in their order
    if len(name) >= 4 and _in_order(name, body) and name[0] in (full.core[:1] + body[:3]):
        return 0.5 + 0.2 * share
    return 0.0


def _in_order(short: str, text: str) -> bool:
    rest = iter(text)
    return all(ch in rest for ch in short)


def compare_parts(a: OrgParts, b: OrgParts) -> Match:
    """``compare_organisations`` for names already taken apart."""
    if a.key == b.key:
        return same_firm(a, b)
    match = _compare_present(a, b)
    if match.verdict is Sameness.DIFFERENT and (a.former or b.former):
        return _by_former(a, b) or match
    return match


def same_firm(a: OrgParts, b: OrgParts) -> Match:
    """Why two names with one ``key`` are one firm."""
    if a.norm == b.norm:
        return Match(Sameness.SAME, 1.0, "名称一致", "equal names")
    return Match(
        Sameness.SAME,
        0.98,
        "仅括号或公司类型写法不同",
        "only brackets or the spelling of the legal form differ",
    )


def _by_former(a: OrgParts, b: OrgParts) -> Match | None:
    """A former name printed beside one is the other's name, or both print the same former name."""
    for name, other in ((a.former, b.norm), (b.former, a.norm), (a.former, b.former)):
        if name and other and org_parts(name).key == org_parts(other).key:
            return _likely(
                0.9,
                f"注明的原名“{name}”与另一方一致",
                f"the former name {name} printed beside one is that of the other",
            )
    return None


def _compare_present(a: OrgParts, b: OrgParts) -> Match:
    score = _similarity(a.norm, b.norm)
    if a.branch != b.branch and (not a.branch or not b.branch):
        return _different(score, "一方为分支机构，不是同一单位", "one is a branch")
    if a.branch != b.branch and _similarity(a.branch, b.branch) < SLIP_SIMILARITY:
        return _different(score, "分支机构不同", "different branches")
    for short, full in ((a, b), (b, a)):
        part = short_form_score(short, full)
        if part and 0 < len(full.norm) - len(short.norm) < len(full.form):
            return _likely(part, "一方末尾不全", "the end of one is cut off")
        if part:
            return _likely(part, "可能是简称", "may be a short form")
    if _without_levels(a.flat) == _without_levels(b.flat) and a.branch == b.branch:
        return _likely(0.93, "仅省、市字样不同", "only 省 or 市 is left out")
    same_core, same_region = a.core == b.core, a.region == b.region
    if same_core and same_region and a.branch == b.branch:
        return _same_core(a, b)
    if a.region and b.region and not same_region:
        nested = (
            a.region.endswith(b.region)
            or b.region.endswith(a.region)
            or (a.region.startswith(b.region) or b.region.startswith(a.region))
        )
        if not nested and _similarity(a.region, b.region) < 0.5:
            return _different(score, "地区不同", "different places")
    if same_core and (a.form == b.form) and a.group == b.group:
        return _likely(
            0.85,
            "字号与行业一致，地区写法不同",
            "same brand and trade, the place written differently",
        )
    return _by_slips(a, b, score)


def _same_core(a: OrgParts, b: OrgParts) -> Match:
    if a.group != b.group:
        return _different(0.5, "一方为集团，另一方不是", "one is a group (集团)")
    if a.form == b.form:
        return _likely(
            0.93, "仅地区或集团写法不同", "only the place or 集团 is written differently"
        )
    if not a.form or not b.form:
        return _likely(0.85, "一方未写公司类型", "one lacks the legal form")
    return _likely(0.75, "公司类型不同，可能已改制", "different legal forms, perhaps reorganised")


def _other_word(x: str, y: str) -> bool:
    """More than two characters differ, or two side by side that do not look alike."""
    both = min(len(x), len(y)) == 2 and not any(
        look_alike(c, d) for c, d in zip(x, y, strict=False)
    )
    return both or len(x) > 2 or len(y) > 2


def _cut_off(a: str, b: str) -> bool:
    """One is the beginning of the other, long enough to hold the brand and cut inside the ending."""
    short, full = sorted((a, b), key=len)
    return len(short) >= 6 and full.startswith(short) and len(full) - len(short) <= 6


def _by_slips(a: OrgParts, b: OrgParts, score: float) -> Match:
    if _cut_off(a.norm, b.norm):
        return _likely(max(score, 0.6), "一方末尾不全", "the end of one is cut off")
    edits = _edits(a.norm, b.norm)
    if _telling(edits):
        return _different(
            score, "差别在序号或方位，不是同一单位", "they differ in a number or direction"
        )
    if min(len(a.norm), len(b.norm)) < 4 or score < SLIP_SIMILARITY:
        return _different(score, "名称不同", "different names")
    # only where the rest agrees: a slip in the ending spoils the cutting itself
    whole = a.form == b.form and a.region == b.region and a.group == b.group
    brand_slips = OSA.distance(a.core, b.core)
    if whole and brand_slips > 1 and _similarity(a.core, b.core) < BRAND_SIMILARITY:
        return _different(score, "字号不同", "different brands")
    shown = "、".join(f"“{x}”与“{y}”" if x and y else f"多“{x or y}”" for x, y in edits[:3])
    # a whole different word (白创, 航天) in a long name must not pass as a slip
    if any(_other_word(x, y) for x, y in edits):
        return _different(score, f"名称不同：{shown}", f"different names: {shown}")
    if all(look_alike(x, y) for x, y in edits):
        return _likely(
            min(score + 0.03, 0.97),
            f"形近字不同：{shown}，疑为识别错误",
            f"look-alike characters: {shown}; probably misread",
        )
    return _likely(
        min(score, 0.9) * 0.9,
        f"个别字不同：{shown}，可能是识别错误，也可能是另一家",
        f"few characters differ: {shown}; misread, or another firm",
    )


def compare_organisations(a: str, b: str) -> Match:
    """Whether two names are one organisation; an empty name is different from everything."""
    left, right = org_parts(a), org_parts(b)
    if not left.norm or not right.norm:
        return _different(0.0, "名称缺失", "a name is missing")
    return compare_parts(left, right)

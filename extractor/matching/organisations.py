"""Are two firm names one firm, and why.

Equal after ``name_norm`` is the same; so are spellings that mean the same by law or by layout (有限责任公司
for 有限公司, brackets lost). A short form, a missing region or a slip of one or two characters is
``LIKELY``: a reviewer should look. A branch is not its firm, another region or number is another firm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from extractor.matching.look_alikes import look_alike
from extractor.matching.org_parts import OrgParts, org_parts
from extractor.matching.verdict import BestMatch, Duplicate, Match, Sameness
from extractor.values.names import name_norm

SLIP_SIMILARITY = 0.83
"""Below it two names of the same build are two firms (crosschecks.yaml warns from 0.92 up)."""
BRAND_SIMILARITY = 0.65
"""Of the parts without region and legal form: long endings must not carry a different brand."""
DUPLICATE_SIMILARITY = 0.95
"""``fuzzy 0.95 for duplicates`` of crosschecks.yaml; look-alike characters count from 0.85."""
MIN_SHORT = 2
CHUNK = 512
"""Rows compared at once in a list of names: keeps the score matrix under a few megabytes."""
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


def _different(score: float, reason: str) -> Match:
    return Match(Sameness.DIFFERENT, min(score, 0.5), reason)


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


def _is_short_form(short: OrgParts, full: OrgParts) -> float:
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


def _compare_parts(a: OrgParts, b: OrgParts) -> Match:
    if a.norm == b.norm:
        return Match(Sameness.SAME, 1.0, "名称一致")
    score = _similarity(a.norm, b.norm)
    if a.branch != b.branch and (not a.branch or not b.branch):
        return _different(score, "一方为分支机构，不是同一单位")
    if a.branch != b.branch and _similarity(a.branch, b.branch) < SLIP_SIMILARITY:
        return _different(score, "分支机构不同")
    for short, full in ((a, b), (b, a)):
        part = _is_short_form(short, full)
        if part:
            return Match(Sameness.LIKELY, part, "可能是简称")
    if a.flat == b.flat and a.branch == b.branch:
        return Match(Sameness.SAME, 0.98, "仅括号或公司类型写法不同")
    if _without_levels(a.flat) == _without_levels(b.flat) and a.branch == b.branch:
        return Match(Sameness.LIKELY, 0.93, "仅省、市字样不同")
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
            return _different(score, "地区不同")
    if same_core and (a.form == b.form) and a.group == b.group:
        return Match(Sameness.LIKELY, 0.85, "字号与行业一致，地区写法不同")
    return _by_slips(a, b, score)


def _same_core(a: OrgParts, b: OrgParts) -> Match:
    if a.group != b.group:
        return _different(0.5, "一方为集团，另一方不是")
    if a.form == b.form:
        return Match(Sameness.LIKELY, 0.93, "仅地区或集团写法不同")
    if not a.form or not b.form:
        return Match(Sameness.LIKELY, 0.85, "一方未写公司类型")
    return Match(Sameness.LIKELY, 0.75, "公司类型不同，可能已改制")


def _cut_off(a: str, b: str) -> bool:
    """One is the beginning of the other, long enough to hold the brand and cut inside the ending."""
    short, full = sorted((a, b), key=len)
    return len(short) >= 6 and full.startswith(short) and len(full) - len(short) <= 6


def _by_slips(a: OrgParts, b: OrgParts, score: float) -> Match:
    if _cut_off(a.norm, b.norm):
        return Match(Sameness.LIKELY, max(score, 0.6), "一方末尾不全")
    edits = _edits(a.norm, b.norm)
    if _telling(edits):
        return _different(score, "差别在序号或方位，不是同一单位")
    if min(len(a.norm), len(b.norm)) < 4 or score < SLIP_SIMILARITY:
        return _different(score, "名称不同")
    # only where the rest agrees: a slip in the ending spoils the cutting itself
    whole = a.form == b.form and a.region == b.region and a.group == b.group
    brand_slips = OSA.distance(a.core, b.core)
    if whole and brand_slips > 1 and _similarity(a.core, b.core) < BRAND_SIMILARITY:
        return _different(score, "字号不同")
    shown = "、".join(f"“{x}”与“{y}”" if x and y else f"多“{x or y}”" for x, y in edits[:3])
    # a whole different brand word in a long name must not pass as a slip
    if any(len(x) > 2 or len(y) > 2 for x, y in edits):
        return _different(score, f"名称不同：{shown}")
    if all(look_alike(x, y) for x, y in edits):
        return Match(Sameness.LIKELY, min(score + 0.03, 0.97), f"形近字不同：{shown}，疑为识别错误")
    return Match(
        Sameness.LIKELY,
        min(score, 0.9) * 0.9,
        f"个别字不同：{shown}，可能是识别错误，也可能是另一家",
    )


def compare_organisations(a: str, b: str) -> Match:
    """Whether two names are one organisation; an empty name is different from everything."""
    left, right = org_parts(a), org_parts(b)
    if not left.norm or not right.norm:
        return _different(0.0, "名称缺失")
    return _compare_parts(left, right)


def _candidates(name: OrgParts, parts: Sequence[OrgParts], row: np.ndarray | None) -> list[int]:
    """Indexes worth a full comparison: the most similar ones and those the name may shorten."""
    if row is None:
        norms = [p.norm for p in parts]
        row = process.cdist([name.norm], norms, scorer=Levenshtein.normalized_similarity)[0]
    near = [int(i) for i in np.argsort(-row, kind="stable")[:12] if row[i] > 0.3]
    if len(name.norm) <= 12 and not name.form:
        first = name.norm[0]
        near += [i for i, p in enumerate(parts) if first in p.norm and _is_short_form(name, p)]
    return list(dict.fromkeys(near))


def _best(
    name: OrgParts, names: Sequence[str], parts: Sequence[OrgParts], row: np.ndarray | None
) -> BestMatch | None:
    if not name.norm:
        return None
    scored = [
        (i, _compare_parts(name, parts[i])) for i in _candidates(name, parts, row) if parts[i].norm
    ]
    scored = [(i, m) for i, m in scored if m.verdict is not Sameness.DIFFERENT]
    if not scored:
        return None
    index, match = max(scored, key=lambda pair: (pair[1].score, -pair[0]))
    rivals = tuple(
        i
        for i, m in scored
        if i != index and m.score >= match.score - 0.01 and parts[i].norm != parts[index].norm
    )
    return BestMatch(index, names[index], match, rivals)


def best_match(name: str, candidates: Sequence[str]) -> BestMatch | None:
    """The candidate that is or may be ``name``; ``None`` where all are different.

    With ``rivals`` the choice is not clear: show them.
    """
    return match_names([name], candidates)[0]


def match_names(names: Sequence[str], candidates: Sequence[str]) -> tuple[BestMatch | None, ...]:
    """``best_match`` for many names against the same candidates."""
    if not candidates:
        return (None,) * len(names)
    parts = [org_parts(c) for c in candidates]
    norms = [p.norm for p in parts]
    index = {norm: i for i, norm in reversed(list(enumerate(norms)))}
    left = [org_parts(n) for n in names]
    found: list[BestMatch | None] = [None] * len(names)
    open_rows = []
    for i, part in enumerate(left):
        at = index.get(part.norm) if part.norm else None
        if at is not None:  # most names are printed alike: no need to look further
            found[i] = BestMatch(at, candidates[at], Match(Sameness.SAME, 1.0, "名称一致"))
        else:
            open_rows.append(i)
    for start in range(0, len(open_rows), CHUNK):
        rows = open_rows[start : start + CHUNK]
        matrix = process.cdist(
            [left[i].norm for i in rows], norms, scorer=Levenshtein.normalized_similarity
        )
        for i, row in zip(rows, matrix, strict=True):
            found[i] = _best(left[i], candidates, parts, row)
    return tuple(found)


def find_duplicates(names: Sequence[str]) -> tuple[Duplicate, ...]:
    """Entries that repeat an earlier one of the list, for certain or likely, in list order.

    Empty names are no duplicates of each other. Each entry is reported once, against its first certain
    namesake, and against every likely one.
    """
    parts = [org_parts(n) for n in names]
    first_of: dict[str, int] = {}
    found: list[Duplicate] = []
    for i, part in enumerate(parts):
        if not part.norm:
            continue
        if part.norm in first_of:
            same = Match(Sameness.SAME, 1.0, "名称一致")
            found.append(Duplicate(first_of[part.norm], i, same))
        else:
            first_of[part.norm] = i
    unique = list(first_of.values())
    norms = [parts[i].norm for i in unique]
    for start in range(0, len(unique), CHUNK):
        matrix = process.cdist(
            norms[start : start + CHUNK],
            norms,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=0.6,
        )
        for row, column in np.argwhere(matrix > 0):
            i, j = start + int(row), int(column)
            if i >= j:
                continue
            match = _pair(parts[unique[i]], parts[unique[j]], float(matrix[row, column]))
            if match is not None:
                a, b = sorted((unique[i], unique[j]))
                found.append(Duplicate(a, b, match))
    return tuple(sorted(found, key=lambda d: (d.second, d.first)))


def _pair(a: OrgParts, b: OrgParts, similarity: float) -> Match | None:
    """A repeated entry, or ``None``: alike in writing, or of the same brand, trade and region."""
    if similarity < SLIP_SIMILARITY and a.core != b.core:
        return None
    match = _compare_parts(a, b)
    if match.verdict is Sameness.DIFFERENT:
        return None
    sure = similarity >= DUPLICATE_SIMILARITY or match.score >= 0.85
    return match if sure else None


def name_similarity(a: str, b: str) -> float:
    """Normalised edit similarity after ``name_norm``, 0..1: ``fuzzy n`` of crosschecks.yaml."""
    left, right = name_norm(a), name_norm(b)
    return _similarity(left, right) if left and right else 0.0

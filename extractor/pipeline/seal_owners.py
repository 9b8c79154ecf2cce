"""Whose seals they are, by the whole packet: a ring read nearly right against the names in print.

A ring of twelve characters often has one that was misread; the same name usually stands in print
somewhere in the packet. Where exactly one printed name fits the ring, or the ring is a known kind of
office in a place that the packet names, ``Seal.organisation`` becomes that name. ``Seal.text`` keeps
what was read, ``Seal.printed`` tells that the name came from print, and such a name is never certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from extractor.core.page import PacketPage, Seal
from extractor.core.text import fold_text
from extractor.pipeline.seal_names import ends_like_a_name, is_cut, kind_of, seal_words

_PIECE = re.compile(r"[\u4e00-\u9fff（）()·]+")
#: What stands before a name without a colon where OCR joined a label to its value.
_LABEL = re.compile(
    r"^(?:申报|推荐|填报|编制|审核|主管|登记|发证|被审计|委托|受托|出租|承租|服务|企业|机构|单位|公司)?"
    r"(?:单位|机构|机关|企业|公司)?(?:名称|全称)(?:（[^）]*）)?"
)
_CLOSING = re.compile(r"（?(?:公章|盖章|签章|印章|章)）?$")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:省|市|自治区|自治州|地区|区|县)")

#: Endings of offices' and firms' names, long enough to be known by most of their characters.
_ENDINGS = (
    "市场监督管理局", "工业和信息化局", "工业和信息化厅", "行政审批服务局", "行政审批局",
    "人力资源和社会保障厅", "人力资源和社会保障局", "社会保险事业管理局", "不动产登记中心",
    "住房和城乡建设局", "发展和改革委员会", "科学技术厅", "科学技术局", "注册会计师协会",
    "高新技术创业服务中心", "中小企业发展促进中心", "中小企业服务中心", "事业单位登记管理局",
    "房产管理局", "通信管理局", "自然资源和规划局", "自然资源局", "税务局", "财政厅", "民政局",
    "司法厅", "会计师事务所（普通合伙）", "会计师事务所（特殊普通合伙）", "会计师事务所有限公司",
    "有限责任公司", "科技有限公司", "服务有限公司", "咨询有限公司", "管理有限公司",
)  # fmt: skip
#: Parts that many names share; agreeing in them says little about who it is.
_COMMON = re.compile(
    r"有限责任公司|股份有限公司|有限公司|会计师事务所|普通合伙|特殊|中小企业|企业管理|公共服务|"
    r"服务|管理|咨询|科技|技术|创业|发展|促进|信息|工业|中心|协会|[省市区县局厅和（）]"
)

_BODY = r"[\u4e00-\u9fff（）·]{3,28}?(?:公司|中心|事务所|大学|学院|学校|研究院|协会|商会|银行|局|厅|委员会)"
_JOINED = re.compile(
    rf"(?P<first>{_BODY})[与和及同](?P<second>{_BODY})(?:双方|共同)?(?:经|就|本着|为|在|达成|签|$)"
)

#: How often more a name must stand in print than its misreading by one character.
_MORE = 2
#: A name on the seal's own page: of its characters, of those that are its own, and before any other.
_HERE_LIKE, _HERE_OWN, _CLEAR_HERE = 0.5, 0.5, 0.15
_LEAST_LIKE = 0.7  # of a name's characters on the ring
_LEAST_LIKE_CUT = 0.75  # … of those characters that a cut seal still shows
_LEAST_OWN = 0.66  # of the characters that not every second name has
_CLEAR_OF_OTHERS = 0.1
#: Below what is certain: the name is very likely, but not what the ring was read as.
_RESOLVED = 0.8
_AGREED = 0.65  # print agrees with most of a ring, however badly that was read
_EQUAL = 0.9
_LEAST_CUT = 4
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class PrintedNames:
    """``names`` of organisations in print with how often each stands there; ``places`` likewise."""

    names: Counter[str]
    places: Counter[str]


def with_owners(pages: Sequence[PacketPage]) -> tuple[PacketPage, ...]:
    """``pages`` with their seals' organisations settled by what is printed anywhere in the packet.

    Settling settled pages again changes nothing: it begins with the seals' own text.
    """
    if not any(seal.text for page in pages for seal in page.read.seals):
        return tuple(pages)
    printed = printed_names(line.text for page in pages for line in page.read.lines)
    out = []
    for page in pages:
        here = printed_names(line.text for line in page.read.lines) if page.read.seals else None
        seals = tuple(settled(seal, printed, here) for seal in page.read.seals)
        same = seals == page.read.seals
        out.append(page if same else replace(page, read=replace(page.read, seals=seals)))
    return tuple(out)


def printed_names(texts: Iterable[str]) -> PrintedNames:
    """The names that stand alone in a line or between its punctuation."""
    names: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for text in texts:
        for piece in _PIECE.findall(_wide(text)):
            name = _CLOSING.sub("", _LABEL.sub("", piece))
            if 5 <= len(name) <= 32 and ends_like_a_name(name):
                names[name] += 1
            else:
                names.update(_in_sentence(name))
            if place := _PLACE.match(name):
                places[place.group()] += 1
    return PrintedNames(names, places)


def _in_sentence(piece: str) -> list[str]:
    """The names that a sentence joins: 甲中心与乙公司经充分沟通."""
    told = _JOINED.match(piece)
    return [told["first"], told["second"]] if told is not None else []


def _usual(read: str, printed: PrintedNames) -> str | None:
    """The name that ``read`` is in print, too, but seldom: a slip in one character of a usual one."""
    often = [
        name
        for name, count in printed.names.items()
        if name != read
        and count >= max(_OFTEN, _MORE * printed.names[read])
        and abs(len(name) - len(read)) <= 1
        and Levenshtein.distance(name, read) == 1
    ]
    return often[0] if len(often) == 1 and printed.names[read] else None


def _on_this_page(read: str, here: PrintedNames, printed: PrintedNames) -> str | None:
    """The one name on the seal's own page that half of its ring, and of what is its own, agrees with."""
    likes = {
        name: 1 - Levenshtein.distance(read, name) / max(len(name), len(read))
        for name in here.names
    }
    ranked = sorted(likes, key=lambda n: likes[n], reverse=True)
    best = ranked[0] if ranked else None
    if best is None or likes[best] < _HERE_LIKE or _owns(read, best, printed) < _HERE_OWN:
        return None
    rivals = [n for n in ranked[1:] if best not in n and n not in best]
    return best if not rivals or likes[best] - likes[rivals[0]] >= _CLEAR_HERE else None


def settled(seal: Seal, printed: PrintedNames, here: PrintedNames | None = None) -> Seal:
    """``seal`` with the organisation that its ring is a reading of; unchanged where none is clear.

    ``here``: the names on the seal's own page; one of them may be known by less of its ring.
    """
    if not seal.text or seal.kind == "person":
        return seal
    ring = seal.text.split("\n", 1)[0]
    inner = seal.text.partition("\n")[2]
    if is_cut(seal):
        part = "".join(_PIECE.findall(_wide(ring)))
        name = _whole_name(part, printed) if len(part) >= _LEAST_CUT else None
        confidence = min(_RESOLVED, seal.text_confidence or _RESOLVED) if name else 0.0
        return replace(seal, organisation=name, printed=name, text_confidence=confidence)
    read = seal_words(ring, inner, 1.0, seal.shape).organisation
    if read is None:
        return seal
    usual = _usual(read, printed)
    if printed.names[read] and usual is None:
        confidence = max(seal.text_confidence, _EQUAL)
        return replace(seal, organisation=read, printed=None, text_confidence=confidence)
    name = usual or _fitting(read, printed) or _office(read, printed)
    if name is None and here is not None:
        name = _on_this_page(read, here, printed)
    if name is None or fold_text(name) == fold_text(read):
        return seal
    kind = kind_of(name + inner, name, seal.shape) if seal.kind == "official" else seal.kind
    likely = min(_RESOLVED, max(seal.text_confidence, _AGREED))
    return replace(seal, organisation=name, printed=name, kind=kind, text_confidence=likely)


def _wide(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    return folded.replace("(", "（").replace(")", "）").replace(" ", "")


def _fitting(read: str, printed: PrintedNames) -> str | None:
    """The one printed name that ``read`` is very likely a reading of."""
    likes = {
        name: 1 - Levenshtein.distance(read, name) / max(len(name), len(read))
        for name in printed.names
        if abs(len(name) - len(read)) <= max(1, len(name) // 5)
    }
    if any(read.endswith(e) for e in _ENDINGS if e[-1] in "局厅") and _place_known(read, printed):
        likes = {name: like for name, like in likes.items() if name.endswith(read[-3:])}
    near = {n: s for n, s in likes.items() if s >= _LEAST_LIKE and _is_own(read, n, s, printed)}
    return _only(near, printed)


def _place_known(name: str, printed: PrintedNames) -> bool:
    place = _PLACE.match(name)
    return place is not None and printed.places[place.group()] > 0


def _only(near: dict[str, float], printed: PrintedNames) -> str | None:
    """The best of ``near`` unless another, really different name is about as good."""
    if not near:
        return None
    # A name misread in print is rarer than the name itself.
    best = max(near, key=lambda n: (round(near[n], 2), printed.names[n]))
    for other, like in near.items():
        if other == best or like < near[best] - _CLEAR_OF_OTHERS:
            continue
        many, few = printed.names[best], printed.names[other]
        if other in best or best in other or few * 3 <= many:
            continue
        if many * 3 <= few and Levenshtein.distance(best, other) <= 1:
            best = other
            continue
        return None
    return best


def _is_own(read: str, name: str, like: float, printed: PrintedNames) -> bool:
    """Whether ``read`` has what makes ``name`` this one and not another of its sort in its place."""
    own = _owns(read, name, printed)
    if own >= _LEAST_OWN:
        return True
    return own >= 0.5 and like >= 0.85 and printed.names[name] >= _OFTEN


def _owns(read: str, name: str, printed: PrintedNames) -> float:
    """The share of the characters that make ``name`` this one which ``read`` has, in their order."""
    kept = [True] * len(name)
    for common in _COMMON.finditer(name):
        kept[common.start() : common.end()] = [False] * len(common.group())
    stems = (place[:-1] for place in printed.places if name.startswith(place[:-1]))
    for i in range(len(max(stems, key=len, default=""))):
        kept[i] = False
    if sum(kept) < 2:
        kept = [True] * len(name)
    same = [False] * len(name)
    for block in Levenshtein.opcodes(name, read):
        if block.tag == "equal":
            same[block.src_start : block.src_end] = [True] * (block.src_end - block.src_start)
    own = [s for s, k in zip(same, kept, strict=True) if k]
    return sum(own) / len(own)


def _office(read: str, printed: PrintedNames) -> str | None:
    """``read`` with the ending of its kind of office and the place in print that it nearly names."""
    name = _with_beginning(_with_ending(read), printed)
    place = _PLACE.match(name)
    if place and not printed.places[place.group()]:
        near = [
            (count, known)
            for known, count in printed.places.items()
            if count >= _OFTEN
            and len(known) == len(place.group())
            and known[-1] == place.group()[-1]
            and Levenshtein.distance(known, place.group()) == 1
        ]
        if len(near) == 1:
            name = near[0][1] + name[place.end() :]
    return name if name != read else None


def _with_beginning(read: str, printed: PrintedNames) -> str:
    """``read`` with the first character of its place, which a ring's gap sometimes swallows."""
    if _place_known(read, printed):
        return read
    often = [p for p, count in printed.places.items() if count >= _OFTEN and len(p) > 2]
    begun = [p for p in often if read.startswith(p[1:])]
    return begun[0][0] + read if len(begun) == 1 else read


def _with_ending(read: str) -> str:
    found: dict[str, str] = {}
    for ending in _ENDINGS:
        if len(ending) < 5 or read.endswith(ending):
            continue
        tail = read[-len(ending) :]
        # One character of six may be wrong; the length of the rest of the name is kept.
        if Levenshtein.distance(tail, ending) <= max(1, len(ending) // 6):
            found[ending] = read[: -len(ending)] + ending
    if len(found) != 1 or read.endswith((*_ENDINGS, "有限公司")):
        return read
    return next(iter(found.values()))


def _whole_name(part: str, printed: PrintedNames) -> str | None:
    """The name that begins or ends like ``part``, what is left of a ring."""
    near: dict[str, float] = {}
    for name in printed.names:
        size = len(part)
        if size > len(name):
            continue
        like = max(
            1 - Levenshtein.distance(part, end) / size
            for end in (name[:size], name[-size:], name[: size + 1], name[-size - 1 :])
        )
        if like >= _LEAST_LIKE_CUT and _touches_own(part, name, printed):
            near[name] = like
    return _only(near, printed)


def _touches_own(part: str, name: str, printed: PrintedNames) -> bool:
    """Whether ``part`` has two of the characters that not every second name in its place has."""
    stems = (place[:-1] for place in printed.places if name.startswith(place[:-1]))
    own = _COMMON.sub("", name.removeprefix(max(stems, key=len, default="")))
    return sum(1 for char in set(own) if char in part) >= 2

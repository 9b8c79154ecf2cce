"""Are two addresses one place. The same county and street are enough (crosschecks.yaml, ID-10)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from extractor.matching.verdict import Match, Sameness
from extractor.values.names import name_norm

_PROVINCE = re.compile(
    r"^(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|"
    r"云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区)?"
)
_CITY = re.compile(r"^([\u4e00-\u9fff]{2,7}?)(?:市|自治州|地区|盟)(?!场)")
_COUNTY = re.compile(
    r"^([\u4e00-\u9fff]{1,10}?)(?:新区|高新区|开发区|高新技术产业开发区|经济技术开发区|区|县|旗|市)(?!域)"
)
_STREET = re.compile(
    r"([\u4e00-\u9fff0-9]{1,10}?(?:大道|大街|路|街|巷|弄|胡同|道))(?:([0-9]+(?:-[0-9]+)?)号?)?"
)


@dataclass(frozen=True, slots=True)
class AddressParts:
    """Parts of an address, "" where not printed. ``rest`` is all behind the county."""

    province: str
    city: str
    county: str
    street: str
    number: str
    rest: str


def address_parts(text: str) -> AddressParts:
    """Take an address apart by its administrative words."""
    rest = re.sub(r"^中国|^中华人民共和国", "", name_norm(text))
    found = []
    for pattern in (_PROVINCE, _CITY, _COUNTY):
        match = pattern.match(rest)
        found.append(match[1] if match else "")
        rest = rest[match.end() :] if match else rest
    street = _STREET.search(rest)
    return AddressParts(
        found[0],
        found[1],
        found[2],
        street[1] if street else "",
        (street[2] or "") if street else "",
        rest,
    )


def _clash(a: str, b: str) -> bool:
    return bool(a) and bool(b) and not (a.startswith(b) or b.startswith(a))


def compare_addresses(a: str, b: str) -> Match:
    """Whether two addresses name one place; a part printed on one side only is no contradiction."""
    left, right = name_norm(a), name_norm(b)
    if not left or not right:
        return Match(Sameness.DIFFERENT, 0.0, "地址缺失", "an address is missing")
    if left == right:
        return Match(Sameness.SAME, 1.0, "地址一致", "equal addresses")
    x, y = address_parts(a), address_parts(b)
    for zh, en, p, q in (
        ("省", "province", x.province, y.province),
        ("市", "city", x.city, y.city),
        ("县区", "county", x.county, y.county),
    ):
        if _clash(p, q):
            return Match(Sameness.DIFFERENT, 0.2, f"{zh}不同", f"another {en}")
    similar = Levenshtein.normalized_similarity(x.rest, y.rest)
    if x.street and x.street == y.street:
        if x.number == y.number or not x.number or not y.number:
            return Match(Sameness.SAME, 0.9, "区县与街道一致", "same county and street")
        return Match(Sameness.LIKELY, 0.7, "街道一致，门牌号不同", "same street, another number")
    if similar >= 0.8:
        return Match(Sameness.LIKELY, similar, "写法相近", "similar spelling")
    return Match(Sameness.DIFFERENT, min(0.5, similar), "街道不同", "different streets")

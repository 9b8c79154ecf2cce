"""The parts of a Chinese organisation name: region, brand and trade, legal form, branch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractor.values.names import has_org_suffix, name_norm

_PROVINCES = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "中国",
]
_REGION = re.compile(
    "^(?:" + "|".join(_PROVINCES) + r")(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
# 城市 or 县 in front: two to four characters and 市/县/区/州; without the word only with a province
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,4}?(?:市|县|自治州|州|盟)(?=[\u4e00-\u9fff]{4})")
_DISTRICT = re.compile(r"^[\u4e00-\u9fff]{2,3}?(?:区|旗|镇)(?=[\u4e00-\u9fff]{6})")
_BRANCH = re.compile(
    r"(?:公司|中心|院|所|银行|学校|大学|集团|协会|厂|社)(?P<branch>[^公司]{0,12}?"
    r"(?:分公司|分行|支行|分院|分校|分所|分部|分店|分厂|分社|分中心|分会|办事处|代表处|营业部|经营部|营业厅|工作站))$"
)
_FORMS = (
    ("股份有限公司", ("股份有限责任公司", "股份有限公司", "股份公司")),
    ("有限公司", ("有限责任公司", "有限公司")),
    ("有限合伙", ("合伙企业(有限合伙)", "(有限合伙)", "有限合伙企业", "合伙企业有限合伙")),
    ("普通合伙", ("合伙企业(普通合伙)", "(普通合伙)", "普通合伙企业")),
    ("集团", ("集团公司",)),
    ("公司", ("公司",)),
)
_FORMERLY = r"(?:原名称?为?|曾用名称?为?|更名前名?称?为?|旧称|原(?!料|创|材))"
_NOW = r"(?:现名称?为?|现?已?更名为|现为)"
# (原名…) behind the name, or the words between two names; the later one long enough to be a name itself
_OTHER_NAME = re.compile(
    rf"^(?P<first>.{{4,}}?)\(?(?:(?P<formerly>{_FORMERLY})|{_NOW})"
    r"(?P<second>[^()]*(?:\([^()]*\)[^()]*)*)\)?$"
)
_ADDRESSEES = re.compile(r"(?:全体股东|全体出资人|全体合伙人|董事会|理事会)$")


@dataclass(frozen=True, slots=True)
class OrgParts:
    """Parts of ``name_norm``-ed name; brackets are dropped from ``core``.

    Attributes:
        norm: the whole compared form, without addressee endings.
        region: province, city and the like in front, their words 省市县区 dropped; may be empty.
        core: brand, trade and organisation words between region and legal form.
        form: the folded legal form, "" for names without one (schools, bureaus, short names).
        group: 集团 stands before the legal form.
        branch: the branch part (``南昌分公司``), "" for the organisation itself.
        flat: the name with its legal form folded and brackets dropped, the branch left out.
        former: a former name printed beside it (``（原名：…）``), compared form; "" where none is.
    """

    norm: str
    region: str
    core: str
    form: str
    group: bool
    branch: str
    flat: str
    former: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two names exactly where they are one organisation without doubt."""
        return self.flat, self.branch


def _take_region(text: str) -> tuple[str, str]:
    region = ""
    for pattern in (_REGION, _PLACE, _DISTRICT):
        match = pattern.match(text)
        if match is not None and len(text) - match.end() >= 2:
            region += re.sub(
                r"(?:省|市|县|区|州|盟|旗|镇|(?:壮族|回族|维吾尔)?自治区|特别行政区|自治州)$",
                "",
                match.group(),
            )
            text = text[match.end() :]
    return region, text


def _take_form(text: str) -> tuple[str, str]:
    for form, spellings in _FORMS:
        for spelling in spellings:
            if text.endswith(spelling) and len(text) > len(spelling):
                return form, text[: -len(spelling)]
    return "", text


def _former_apart(norm: str) -> tuple[str, str]:
    """The present name and the former one that is printed beside it, "" where none is."""
    match = _OTHER_NAME.match(norm)
    if match is None or not has_org_suffix(match["first"]) or not has_org_suffix(match["second"]):
        return norm, ""
    if match["formerly"]:
        return match["first"], match["second"]
    return match["second"], match["first"]


@lru_cache(maxsize=1024)  # about the names of one packet: several checks ask for the same list
def org_parts(name: str) -> OrgParts:
    """Take a name apart; the parts of an odd name may be empty, never wrong in total length."""
    whole = name_norm(name)
    norm, former = _former_apart(_ADDRESSEES.sub("", whole) or whole)
    branch_match = _BRANCH.search(norm)
    branch = ""
    body = norm
    if branch_match is not None and branch_match.start("branch") > 3:
        branch = branch_match["branch"]
        body = norm[: branch_match.start("branch")]
    region, rest = _take_region(body.lstrip("("))
    form, core = _take_form(rest)
    bare = core.replace("(", "").replace(")", "")
    group = bare.endswith("集团") or form == "集团"
    flat = body.removesuffix(rest) + bare + form
    flat = flat.replace("(", "").replace(")", "")
    core_only = bare.removesuffix("集团") or bare
    return OrgParts(norm, region, core_only, form, group, branch, flat, former)

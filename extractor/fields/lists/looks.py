"""What the cells of a column look like, and which words of a heading agree with that or speak against it.

A mobile number, a school or a day is told by itself; a whole number may be an age, a count or a year's
figure, so there the heading has to name the sort of thing (数, 龄, 价) even where its words are unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.values.contacts import find_phones
from extractor.values.dates import find_dates
from extractor.values.names import SURNAMES, has_org_suffix
from extractor.values.traditional import to_simplified

#: Filled cells of a column that must look alike, and the least number of them.
LOOKS_ALIKE = 0.8
LEAST_CELLS = 3
#: A column may be mostly empty: what its few cells look like says little then.
LEAST_FILLED = 0.5
#: Running numbers that are one more than that of the row before, of all: faint digits are misread.
COUNTS_UP = 0.6

_POST = re.compile(
    r"(?:经理|主任|主管|厂长|总监|会计|董事长?|负责人|秘书长?|科长|部长|处长|所长|院长|校长|会长|店长|"
    r"班长|助理|专员|出纳|总裁|总工|工程师|主席|理事长?|法人|股东|文员)$"
)
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?度?")
_EDUCATION = re.compile(
    r"(?:全日制|在职)?(?:博士后?|硕士|研究生|大学|本科|大学本科|专科|大学专科|大专|中专|中技|技校|高中|职高|初中|学士)+(?:研究生|学历|学位|生)?(?:及以[上下])?"
)
_TITLE = re.compile(
    r"(?:.*师|技术?员|技士|.*研究馆?员|.*教授|(?:副?高|中|初|正高)级(?:职称)?|无|[-—/／]+)"
)
_SCHOOL = re.compile(r".{2,}(?:大学|学院|学校|党校|电大|中专|技校)")
_OFFICE = re.compile(
    r".{2,}(?:厅|局|部|委|委员会|办公室|办|协会|学会|中心|[省市]政府|职改办|研究院)"
)
_NUMBER = re.compile(r"\D{0,2}(\d{1,4})\D{0,2}")
_MONEY = re.compile(r"[¥￥]?\d{1,3}(?:[,，]?\d{3})*(?:[.．]\d{1,4})?(?:万元|元)?")
_COUNT = re.compile(r"\d{1,5}(?:台套|台|套|个|件|项|人|次|家|户)?")
_AGE = re.compile(r"(?:1[6-9]|[2-7]\d|8[0-5])(?:周?岁)?")
_SPAN = re.compile(r"\d{1,2}(?:[.．]\d)?年(?:以上|多)?")
_YES_NO = frozenset({"是", "否", "有", "无", "√", "×"})


def _is_person(text: str) -> bool:
    return (
        2 <= len(text) <= 4
        and all("\u4e00" <= c <= "\u9fff" for c in text)
        and to_simplified(text[0]) in SURNAMES
        and not _POST.search(text)
    )


@dataclass(frozen=True, slots=True)
class Look:
    """What a cell holds, and which headings it may stand under.

    ``agrees``: words that name the sort of thing. ``against``: words that name another thing of the same
    sort (the day of a calibration is none of a purchase). ``bare``: also told below no heading at all.
    ``alone``: also below a heading whose words say nothing, for no other sort of thing looks like it.
    """

    fits: Callable[[str], bool]
    agrees: re.Pattern[str]
    against: re.Pattern[str]
    bare: bool = True
    alone: bool = False

    def may_stand_under(self, heading: str) -> bool:
        """Whether a folded heading, unknown to its list, may be one over such cells."""
        if self.against.search(heading):
            return False
        return self.alone or self.agrees.search(heading) is not None


def _full(pattern: re.Pattern[str], longest: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= longest and pattern.fullmatch(text) is not None


_NOBODY = r"法定|法人|填表|填报|制表|审核|复核|服务人|服务专家|专家|顾问|讲师|主讲|授课|导师|介绍|推荐|签字|签名|签收"
_OTHER_DAY = r"检定|校准|检验|有效|到期|截止|报废|出生|生日|入职|成立|注册|毕业|填[表报写]|签订|发布|通知|报名|出厂|生产|维[护修]|验收"

LOOKS: Mapping[str, Look] = {
    "person": Look(_is_person, re.compile(r"姓名|人$|人员$|同志|代表"), re.compile(_NOBODY)),
    "post": Look(
        lambda t: len(t) <= 8 and _POST.search(t) is not None,
        re.compile(r"职[务位]|岗位|身份"), re.compile(r"职称|资格"),
    ),
    "org": Look(
        lambda t: len(t) >= 6 and has_org_suffix(t),
        re.compile(r"企业|公司|单位|机构|名称|对象|客户|户名"),
        re.compile(r"主管|推荐|上级|开户|主办|承办|供应|供货|厂家|生产|制造|评定|发证|工作单位"),
    ),
    "phone": Look(
        lambda t: len(find_phones(t)) == 1 and sum(c.isdigit() for c in t) >= len(t) - 3,
        re.compile(r"电话|手机|联系|号码|通讯|联络"), re.compile(r"传真|账号|客服|投诉|监督|邮编"),
        alone=True,
    ),
    "year": Look(_full(_YEAR, 8), re.compile(r"年"), re.compile(r"出生|毕业|入职|成立")),
    "date": Look(
        lambda t: len(t) <= 24 and len(find_dates(t)) == 1,
        re.compile(r"日期|时间|年月|日子|[年月日]份?$"), re.compile(_OTHER_DAY),
    ),
    "education": Look(
        _full(_EDUCATION, 12), re.compile(r"学历|文化|教育|程度"), re.compile(r"学位"), alone=True
    ),
    "title": Look(_full(_TITLE, 14), re.compile(r"职称|资格|等级|技术职务"), re.compile(r"证书编?号|时间|部门|单位|岗位")),
    "school": Look(
        lambda t: len(t) <= 24 and _SCHOOL.match(t) is not None,
        re.compile(r"[院学]校|母校|毕业|院系"), re.compile(r"工作|就职|合作"), alone=True,
    ),
    "office": Look(
        _full(_OFFICE, 24), re.compile(r"部门|单位|机[构关]"), re.compile(r"工作|所在|任职|隶属|就职|主管")
    ),
    "age": Look(_full(_AGE, 5), re.compile(r"龄|岁"), re.compile(r"工龄|教龄|司龄")),
    "span": Look(_full(_SPAN, 6), re.compile(r"年限|年数|工龄|从业|司龄"), re.compile(r"质保|使用|折旧|合同")),
    "money": Look(
        _full(_MONEY, 16), re.compile(r"[价额值金费款]|万?元"),
        re.compile(r"单价|折旧|净值|净额|残值|税|增长|占比|[率数量]$"), bare=False,
    ),
    "count": Look(
        _full(_COUNT, 8), re.compile(r"[数量]|台|套|件"),
        re.compile(r"编号|序|[额价值号年]|电话|参数|人数|系数|型"), bare=False,
    ),
    "yes_no": Look(lambda t: t in _YES_NO, re.compile(r"是否|领先|先进"), re.compile(r"共享|进口|计量|在用|完好")),
    "number": Look(lambda t: _NUMBER.fullmatch(t) is not None, re.compile(r"[序号次]|no", re.IGNORECASE), re.compile(r"编号|型号|证|电话|账号|人次")),
}  # fmt: skip


def has_look(text: str, looks: str) -> bool:
    """Whether a folded text looks like what a column of ``ColumnSpec.looks`` holds."""
    return LOOKS[looks].fits(text)


def look_alike(texts: Sequence[str], looks: str) -> bool:
    """Whether a column's folded cells, empty ones among them, hold such values."""
    filled = [t for t in texts if t]
    if looks == "year" and len(filled) > 1 and all(map(LOOKS[looks].fits, filled)):
        return True  # the two years of a statement, side by side
    if len(filled) < LEAST_CELLS or len(filled) < LEAST_FILLED * len(texts):
        return False
    if looks == "number":
        return _count_up(texts)
    return sum(map(LOOKS[looks].fits, filled)) >= LOOKS_ALIKE * len(filled)


def _count_up(texts: Sequence[str]) -> bool:
    """Whether most of the texts are running numbers: 1. 2 3 q 5, each one more than that before."""
    seen = [(row, int(m.group(1))) for row, t in enumerate(texts) if (m := _NUMBER.fullmatch(t))]
    filled = sum(bool(t) for t in texts)
    if len(seen) < LEAST_CELLS or len({n for _, n in seen}) < LEAST_CELLS:
        return False
    begins = Counter(number - row for row, number in seen).most_common(1)[0][1]
    steps = sum(b[1] == a[1] + 1 for a, b in pairwise(seen))
    return max(begins, steps + 1) >= COUNTS_UP * filled

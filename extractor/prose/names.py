"""Rules for organisations: endings, and what may stand before a name.

An ending (有限公司, 工业和信息化局) says where an organisation's name stops; where it begins is told by
punctuation, by a place known by name, or by a word that leads up to a name (由, 经, 与, 委托 …). A name
that begins at a place is ``anchored``: there the rule is surer than the trained component (``pipeline``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.prose.places import COUNTY, KNOWN, LEVEL

_HAN = r"\u4e00-\u9fa5"
_FIRM = (
    r"股份有限公司|有限责任公司|集团有限公司|有限公司|合伙企业|公司(?!章程|法)|事务所|合作社|经营部"
)
_BODY = (
    r"集团(?!公司|有限|股份|[）)])|研究总院|研究院|研究所|科学院|中心(?!小学|中学|城区|思想|任务|工作|[）)])|学院(?!长)|大学(?!生|城)|学校(?!长)|党校"
    r"|中学|协会|学会|商会|联合会|促进会|基金会|联盟|医院|幼儿园|孵化器|产业园(?!区)|孵化基地|实验室|图书馆|总工会|服务社|交易所"
    r"|(?:专业|管理|仲裁|认可|改革|信息化|监督|科技|健康|计划|生育|建设|[\u4e00-\u9fa5])委员会|管委会|法院|检察院|(?:人民|[省市县区])政府|信用社|设计院|检测院|检验院"
    r"|监测站|检测站|服务站|俱乐部|众创空间|街道办事处|办事处|居委会|村委会"
)
_OFFICE = (
    r"(?:信息化|财政|技术|保障|商务)部(?!门)|发展改革委|发改委|国资委|(?<![大展餐客前])厅(?![长堂])|局(?![长面部限域])"
    r"|(?:市委|省委|县委|区委|政府)?办公[厅室](?!主任)|电商办|经信委"
)
_BANK = r"(?<!向)银行(?!卡|账|存|流水|贷|对接|业|保函|转账|回单|股份)"
_MILL = r"(?<=[\u4e00-\u9fa5]{4})厂(?![房长商区家])"
_TAIL = rf"(?:{_FIRM}|{_BODY}|{_OFFICE}|{_BANK}|{_MILL})"
_NO_NAME = "和与及由向在对同为经到于从至的是被将把"
_BRANCH = (
    r"(?:[（(](?:(?:特殊)?普通合伙|有限合伙|集团|[\u4e00-\u9fa5]{2,4}(?<!甲方|乙方|丙方|盖章|公章|签章|签字|主管|部门|牵头))[）)])?"
    rf"(?:(?:(?![{_NO_NAME}])[{_HAN}]){{1,8}}?(?:分公司|分所|分院|支行|分行|分中心|分校|分会|营业部))?"
)
_ENDING = re.compile(rf"{_TAIL}{_BRANCH}")
_BREAK = re.compile(r"[，,。；;：:、！？!?\s“”\"'‘’《》<>/|_＿…\[\]【】〔〕\d.．]")
#: Words that lead up to a name, or end the clause before it: what stands behind the last one may be a name.
_WORDS = (
    "委托 聘请 特聘 邀请 邀请到 通过 根据 来自 参照 协助 依托 联合 携手 走进 走访 前往 位于 坐落 租给 转租 交由 提交 报送 请 上报 划入 汇至 汇入 存入 授予 授权 授牌 颁发给 颁发 批准 认定 评为 列为 "
    "推荐 同意 兹证明 证明 命名 决定 承诺给予 给予 关于 隶属 归属 主办 承办 协办 牵头 支持 组织 受聘于 毕业于 就职于 任职于 入驻 担任 现任 原任 曾任 并入 转入 加入 前身是 审阅了 审计了 走访了 考察了 参观了 "
    "应由 已由 系由 现由 均由 贯彻落实 落实 贯彻 按照 依照 依据 遵照 经过 已经 鉴于 定于 设在 名称 甲方 乙方 丙方 丁方 供方 需方 买方 卖方 客户 单位 机构 机关 账户 账号 开户行 开户银行 出租人 承租人 产权人 "
    "权利人 旗下 所属 直属 下属 及其 以及 双方 三方 纳入 移送 转交 抄送 抄报 主送 发给 交给 送达 送至 递交 寄至 帮助 帮扶 涉及 包括 包含 其中 例如 诸如 组建 创办 创建 设立 控股 参股 获得 荣获 期间 参加 出席 "
    "此证 子公司 公章 盖章 参加了 获批 获评 共同 经营者 用人单位 受托人 委托人 供应商 采购人 中标人 成为 加挂 授课 依据 准则 查询 贯标 反映 向 赴 从 让 被 对"
)
_SPLIT = re.compile("|".join(sorted(_WORDS.split(), key=len, reverse=True)))
#: Grammar before a name; 和 and 与 inside 工业和信息化 or 发展与改革 join nothing.
_JOINT = re.compile(
    r"和(?!信息化|改革|社会保障|城乡|旅游|规划|体育|自然|计划|健康|田|平|谐|县)|与(?!改革|信息化|社会保障|健康|规划)|及(?!时)|暨|的|了|等"
)
_LEADS = "由经与和及同在给为以将受按据到至系是于并即因乃报归任致谨兹本"
_GENERIC = re.compile(
    r"(?:本|该|我(?!爱)|贵(?!州|阳|港|溪)|各|设区市|其|此|该|某|一家|两家|多家|对方|有关|相关|上述|以上|你)"
)
#: What alone before an ending names nobody: 信息中心, 培训中心, 创业服务中心, 财务办公室.
_COMMON = re.compile(
    r"(?:信息|培训|创业|创新|服务|企业|公共|中小|小微|微|检测|检验|实验|研发|技术|工程|研究|会议|发展|促进|管理|财务|综合|行政|数据|运营|客服|呼叫|人力资源|市场|人才"
    r"|项目|活动|展示|展览|咨询|评审|专家|指导|教育|职业|职工|学术|行业|产业|战略|合作|科技|孵化|示范|成果|转化|党群|政务|便民|审计|会计师|律师|税务师|地方|股份|集团"
    r"|有限|责任|全资|控股|参股|母|子|分|总|专门|主管|当地|上级|下级|同级|工业|商业|监督|考核|认证|技能|鉴定|考试|中介|社会|民营|国有|外资|优秀|龙头|多家|重点|设有|平台|一个|个|办|物业|明确|与|全|资|市级|省级|国家级)*"
)
_ORDINARY = re.compile(
    r"(?![由经与在同给为以将受按据到至系是于并即因乃报归任致谨兹本])[\u4e00-\u9fa5（）()]+"
)
_SCHOOL = re.compile(r"(?:大学|学院)$")
_LED_SCHOOL = re.compile(r"(?:常务|党委)?(?:副)?(?:院长|所长|书记)")


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation ``text[start:end]``; ``anchored`` where its left edge is told by more than a guess."""

    start: int
    end: int
    anchored: bool


def organisations(folded: str) -> list[Named]:
    """Organisations of a width-folded text, left to right, none over another."""
    found: list[Named] = []
    for match in _ENDING.finditer(folded):
        last = found[-1] if found else None
        floor = last.end if last is not None else 0
        if match.end() <= floor:
            continue
        start, anchored = _left_edge(folded, floor, match.start())
        if last is not None:
            joined = _with_part(folded, last, match)
            if joined is not None:
                found[-1] = joined
                continue
        if _accepted(folded, start, match, anchored=anchored):
            found.append(Named(start, match.end(), anchored))
    return found


def _with_part(folded: str, last: Named, match: re.Match[str]) -> Named | None:
    """``last`` and what goes on with it at once: 大学 + 商学院, 工信厅 + 办公室, 研究院 + 有限公司."""
    whole = Named(last.start, match.end(), last.anchored)
    between = folded[last.end : match.start()]
    before = folded[last.start : last.end]
    if not between:
        return None if before.endswith("公司") else whole
    part = folded[last.end : match.end()]
    if before.endswith("中国人民银行") and part == "征信中心":
        return whole
    if (
        len(between) > 12
        or _JOINT.search(between)
        or _SPLIT.search(between)
        or _BREAK.search(between)
    ):
        return None
    if re.search(r"(?:国家税务总局|科学院)$", before) and re.search(
        r"(?:税务局|研究[院所])$", part
    ):
        return whole
    if _SCHOOL.search(before) and re.search(r"(?:学院|研究院|研究所|研究中心|实验室)$", part):
        # 航空大学经济管理学院副院长: the faculty belongs to the office of the person named.
        return last if _LED_SCHOOL.match(folded, match.end()) else whole
    if len(between) > 8 or not _ORDINARY.fullmatch(between):
        return None
    if KNOWN.match(between) or before.endswith(("公司", "事务所", "厂")):
        return None
    return whole if part.endswith("公司") and len(between) <= 6 else None


def _left_edge(folded: str, floor: int, ending: int) -> tuple[int, bool]:
    """Where the name begins, and whether a place says so."""
    start = max(floor, ending - 32)
    depth = 0
    for at in range(ending - 1, start - 1, -1):
        depth += (folded[at] in "）)") - (folded[at] in "（(")
        if _BREAK.match(folded[at]) or depth < 0:
            start = at + 1
            break
    if depth > 0:
        start = max(
            start, folded.rfind("）", start, ending) + 1, folded.rfind(")", start, ending) + 1
        )
    for pattern in (_SPLIT, _JOINT):
        cuts = [m for m in pattern.finditer(folded, start, ending) if ending - m.end() >= 2]
        whole = [m for m in cuts if not _inside_place(folded, start, m.start(), ending)]
        start = max([start, *(m.end() for m in whole)])
    stretch = folded[start:ending]
    place = _first_place(stretch)
    if place is not None:
        return start + place, True
    lead = len(stretch) > 2 and stretch[0] in _LEADS
    return start + lead, False


def _first_place(stretch: str) -> int | None:
    """Where the first place of a stretch begins; ``None`` where none is told well."""
    known = next((m.start() for m in KNOWN.finditer(stretch)), None)
    county = COUNTY.search(stretch)
    level = LEVEL.match(stretch, 1 if stretch[:1] in _LEADS and stretch[1:2] in "省市区县" else 0)
    options = [known, county.start() if county else None, level.start() if level else None]
    told = [o for o in options if o is not None]
    if known is not None and county is not None and county.start() < known < county.end():
        return known
    return min(told) if told else None


def _inside_place(folded: str, start: int, at: int, ending: int) -> bool:
    return any(m.start() < at < m.end() for m in KNOWN.finditer(folded, start, ending))


def ends_like_one(folded: str) -> bool:
    """Whether a text ends where an organisation's name may end, and is more than a common word."""
    if folded[:1] in "市区县" and not LEVEL.match(folded):
        return False
    for match in _ENDING.finditer(folded):
        if match.end() == len(folded):
            return _accepted(folded, 0, match, anchored=False)
    return False


def _accepted(folded: str, start: int, match: re.Match[str], *, anchored: bool) -> bool:
    head = folded[start : match.start()]
    name = folded[start : match.end()]
    if _GENERIC.search(head[:3]) or _COMMON.fullmatch(head):
        return False
    if match.group()[-1:] in "厅局室办" and not anchored and len(head) < 3:
        return False
    return len(head) >= 1 and 4 <= len(name) <= 40

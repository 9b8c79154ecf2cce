"""Rules for persons: a name beside a title, behind a label, in a list of names, or at a sentence's start."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from extractor.values.names import COMPOUND_SURNAMES, SURNAMES

_HAN = r"\u4e00-\u9fa5"
_ONE = "".join(sorted(SURNAMES))
_TWO = "|".join(sorted({*COMPOUND_SURNAMES, "鲜于"}))
#: More surnames than the common list has, only beside words that call for a name.
_RARE = "税苟党桂覃段龙冷敖涂闵揭晏万席殷官郫麦雍尧佟仝蹇"
_NAME = rf"(?:(?:{_TWO})[{_HAN}]{{1,2}}|[{_ONE}{_RARE}][{_HAN}]{{1,2}})"
_TITLES = (
    r"(?:副教授|教授|教师|讲师|老师|博士|工程师|律师|会计师|经济师|研究员|处长|科长|局长|股长|主任|院长|所长|校长|会长|理事长|秘书长|董事长|总经理|经理|总监|书记|组长|主席"
    r"|负责人|联系人|经办人|主讲人?|主持人|代表人|签字人|签发人|申请人|共有人|受理人|受托人|委托人|出租人|承租人|法定代表人|授课嘉宾|嘉宾|专家|顾问|评委|学员|所有权人|候选人|见证人|评估人|审核人|校对人|记录人|制表人|复核人|收款人|付款人|房东|业主|会员|成员|员工|职工|质检员|技术员|业务员|记录员|讲解员|代表|签字|签名|变更为)"
)
_CALLS = r"(?:兹?特?聘请?|特邀|邀请|兹证明|推荐|授予|指派|委派|派遣|由)"
#: Verbs and words of grammar that may follow a name.
_AFTER = (
    r"(?:同志|先生|女士|小姐|同学|副?教授|老师|讲师|博士|副?处长|副?主任|副?总经理|副?经理|律师|会计师|研究员|高级工程师|主讲|主持|担任|出任|现任|原任|参加|出席|致辞|讲话|发言|宣读|领衔"
    r"|指出|认为|表示|介绍|解读|讲解|剖析|分享|现场|达到|考核|审核|审阅|联系|签署|签字|办理|持|拥有|同意|将|为|任|与|和|及|等|的|在|以|向|两位|两名|三位|三名|毕业|达到|代表|受邀|到场|承诺|提供|出具|宣布|受聘|于|是|负责)"
)
_END = rf"(?=$|[\s，,。；;、：:（(）)/|\d”\"]|{_AFTER})"
_BESIDE = re.compile(
    rf"(?:{_TITLES}|{_CALLS})\s*(?:[（(][{_HAN}]{{1,6}}[）)])?\s*(?:为|是|有|:|：)?\s*({_NAME}){_END}"
)
#: Beside a title three characters that begin like a name are one, whatever follows.
_FULL = re.compile(
    rf"(?<!副)(?:{_TITLES})(?:为|是|有|:|：)?((?:(?:{_TWO})[{_HAN}]|[{_ONE}])[{_HAN}]{{2}}(?![{_HAN}]*(?:公司|中心|协会)))"
)
_BEFORE_TITLE = re.compile(
    rf"(?<![{_HAN}])({_NAME})(?=同志|先生|女士|副?教授|老师|博士|处长|主任|秘书长|会长|局长|院长|总经理|律师|会计师|副?研究员|现任|拥有|毕业于|将自)"
    rf"|(?<=[的邀聘请])({_NAME})(?=同志|先生|女士|副?教授|老师|博士|现任|和)"
)
_CLEAR = re.compile(rf"({_NAME})(?=同志|先生|女士|老师(?:主讲|讲|负责)|博士)")
_LIST = re.compile(
    rf"(?<![{_HAN}])({_NAME})(?:[、，](?:{_NAME})){{1,}}(?=两|三|四|五|等|[。；\s]|$)"
)
_JOINED = re.compile(rf"(?:[、和与及]|和[\u4e00-\u9fa5]{{4,20}}的)({_NAME}){_END}")
#: Behind an organisation only full names: two characters there are mostly verbs (印发, 应于).
_BEHIND = re.compile(rf"的?({_NAME}){_END}")
_NOT = re.compile(
    r"(?:周[一二三四五六日]|部门|每[年月周]|宣布|文件|常驻|常年|常务|公司|中心|单位|人员|有关|代表|专家|企业|活动|时间|方面|和|平台|任何|高级|高新|经理|主任|万元|应当|相关|于是|安全|金额|成立|管理|服务|项目|双方|甲方|乙方|丙方|贺信|何时|全体|余[名家人]|许可|支持|宣传|方式|方法)"
)


def person_spans(folded: str, ends: Collection[int] = ()) -> Iterator[tuple[int, int]]:
    """Where persons are named, surest rule first; spans may overlap.

    ``ends`` are the places where names of organisations end: 某某中心单国樑联系.
    """
    seen: list[tuple[int, int]] = []
    for match in _LIST.finditer(folded):
        names = list(re.finditer(_NAME, match.group()))
        parts = re.split("[、，]", match.group())
        if all(re.fullmatch(_NAME, p) and not _NOT.search(p) for p in parts) and len(names) >= 2:
            offset = match.start()
            for part in parts:
                seen.append((offset, offset + len(part)))
                offset += len(part) + 1
    for pattern in (_BESIDE, _CLEAR, _BEFORE_TITLE, _FULL):
        for match in pattern.finditer(folded):
            group = match.lastindex or 1
            seen.append(match.span(group))
    for at in ends:
        behind = _BEHIND.match(folded, at)
        if behind is not None and len(behind[1]) > 2:
            seen.append(behind.span(1))
    for _, end in list(seen):
        joined = _JOINED.match(folded, end)
        if joined is not None:
            seen.append(joined.span(1))
    for start, end in seen:
        if not _NOT.search(folded[start:end]):
            yield start, end

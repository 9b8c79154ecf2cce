"""Rules for organisations and persons: endings, what may stand before a name, titles beside a person.

An ending (有限公司, 工业和信息化局) says where an organisation's name stops; where it begins is told by
punctuation, by a place name, or by a word that leads up to a name (由, 经, 与, 委托 …). That is the weak
side of rules, and why a trained component stands beside them (``pipeline``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.prose.entities import Entity, EntityKind
from extractor.values.folding import fold_width
from extractor.values.names import COMPOUND_SURNAMES, SURNAMES

_HAN = r"\u4e00-\u9fa5"
_NAME_CHAR = rf"[{_HAN}A-Za-z0-9·（）()&\-]"
_TAIL = (
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|合伙企业|事务所|集团公司|研究院|研究所|研究中心|服务中心|发展中心|促进中心"
    r"|创业中心|检测中心|生产力中心|信息中心|中心|职业技术学院|学院|大学|学校|党校|商学院|协会|学会|商会|联合会|促进会|基金会|联盟"
    r"|工业和信息化厅|工业和信息化局|工业和信息化委员会|工业和信息化部|经济和信息化厅|经济和信息化局|经济和信息化委员会|科学技术厅"
    r"|科学技术局|发展和改革委员会|财政厅|财政局|民政厅|民政局|商务局|商务厅|市场监督管理局|行政审批局|行政审批服务局|人力资源和社会保障局"
    r"|人力资源和社会保障厅|中小企业局|中小企业发展局|中小企业服务局|税务局|教育局|教育厅|知识产权局|机关事务管理局|管理委员会|管委会"
    r"|办公室|人民政府|工信厅|工信局|支行|分行|银行|实验室|医院|合作社|幼儿园|孵化器|产业园)"
)
_BRANCH = (
    r"(?:[（(](?:普通合伙|有限合伙|特殊普通合伙|集团)[）)])?"
    rf"(?:[{_HAN}]{{1,8}}?(?:分公司|分所|分院|支行|分行|分中心|分校))?"
)
_ENDING = re.compile(_TAIL + _BRANCH)
_PLACE = re.compile(
    r"(?:中国|中华|全国|国家|北京|上海|天津|重庆|江西|江苏|山西|浙江|安徽|福建|山东|河南|河北|湖北|湖南|广东|广西|海南|四川|贵州|云南"
    r"|陕西|甘肃|青海|宁夏|新疆|西藏|内蒙古|辽宁|吉林|黑龙江|南昌|太原|南京|苏州|无锡|九江|赣州|宜春|上饶|吉安|抚州|萍乡|景德镇|鹰潭"
    r"|乌鲁木齐|大同|长治|晋中|运城|临汾|徐州|常州|合肥|武汉|长沙|杭州|广州|深圳|成都|西安)"
)
_SUBDIVISION = re.compile(
    rf"[{_HAN}]{{2,3}}?(?:省|市|县|区|州)(?=[{_HAN}])|[省市区县](?=[{_HAN}]{{2,}})"
)
_LEAD = re.compile(
    r"(?:由|经|与|和|及|同|向|在|对|给|为|以|被|将|让|受|按|据|从|到|至|请|是|系|于|并|即|因|乃|报|赴|年|月|日|任|联合|委托|聘请|特聘|邀请|通过|根据"
    r"|来自|包括|其中|称为|参加|参照|组织|协助|依托|支持|指导|主管|承办|主办|协办|单位|名称|甲方|乙方|关于|推荐|同意|认定|授予|授权|证明|命名|批准)$"
)
_BREAK = re.compile(r"[，,。；;：:、！？!?\s“”\"'‘’《》<>/|_＿…]")
_SCHOOL = re.compile(r"(?:学院|研究院|研究所|研究中心|实验室|党校)$")
_GENERIC = re.compile(
    r"^(?:本|该|我|贵|各|其|此|某|一家|两家|双方|对方|有关|相关|上述|以上|中小|全国各|服务|活动|培训|会议)"
)
_PERSON_BEFORE = re.compile(
    rf"(?:法定代表人|负责人|联系人|经办人|主讲人|主讲|主持人|授课老师|授课专家|聘请|特聘|授予|由|代表人|签字人|申请人|姓名|专家)"
    rf"(?:[（(][{_HAN}]{{1,6}}[）)])?\s*(?:为|是)?\s*[:：]?\s*([{_HAN}]{{2,4}}?)"
    rf"(?=[\s，,。；;、（(]|同志|先生|女士|教授|老师|主讲|担任|博士|为|任|$)"
)
_PERSON_AFTER = re.compile(
    rf"(?<![{_HAN}])([{_HAN}]{{2,4}}?)(?=同志|先生|女士|教授|老师|博士|处长|主任|总经理|律师|会计师)"
)


def find_names(text: str) -> Iterator[Entity]:
    """Organisations by ending and left edge, persons by title or label; ``text`` as given."""
    folded = fold_width(text)
    yield from _organisations(text, folded)
    for pattern in (_PERSON_BEFORE, _PERSON_AFTER):
        for match in pattern.finditer(folded):
            if is_person_name(match[1]):
                yield Entity(
                    match.start(1), match.end(1), EntityKind.PERSON, text[slice(*match.span(1))]
                )


def is_person_name(name: str) -> bool:
    """Two to four characters that begin with a surname."""
    if name[:2] in COMPOUND_SURNAMES:
        return len(name) in (3, 4)
    return 2 <= len(name) <= 3 and name[0] in SURNAMES


def _organisations(text: str, folded: str) -> Iterator[Entity]:
    done = 0
    spans: list[tuple[int, int]] = []
    for match in _ENDING.finditer(folded):
        end = match.end()
        start = _left_edge(folded, done, match.start())
        if spans and spans[-1][1] == start and _SCHOOL.search(folded[start:end]):
            spans[-1] = (spans[-1][0], end)  # a part of the one before: 某大学 + 商学院
            done = end
            continue
        if match.start() - start < 2 or _GENERIC.match(folded[start:end]):
            continue
        done = end
        spans.append((start, end))
    for start, end in spans:
        yield Entity(start, end, EntityKind.ORGANISATION, text[start:end])


def _left_edge(folded: str, floor: int, ending: int) -> int:
    """Where the name begins: the last break, then the first place name, then the last leading word."""
    start = max(floor, ending - 28)
    for at in range(ending - 1, start - 1, -1):
        if _BREAK.match(folded[at]):
            start = at + 1
            break
    stretch = folded[start:ending]
    led = [m for m in range(len(stretch) - 1) if _LEAD.search(stretch[:m]) or m == 0]
    for at in led:
        if _PLACE.match(stretch, at) or _SUBDIVISION.match(stretch, at):
            return start + at
    place = _PLACE.search(stretch)
    if place is not None:
        return start + place.start()
    return start + (led[-1] if led and len(stretch) > 14 else 0)

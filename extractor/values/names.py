"""Names of organisations and persons, addresses: cleaned for showing, folded for comparing.

Shown names keep what is printed, after width folding and without the spaces of forms. ``name_norm`` is
for comparing only (``crosschecks.yaml``, tolerances.name_norm).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from extractor.core.worksheet import Printed
from extractor.values.folding import after_label, fold_width, is_blank, is_han, squeeze
from extractor.values.parsed import Parsed
from extractor.values.traditional import to_simplified

NO_SUFFIX = 0.85
"""Factor of an organisation name without a usual ending."""
RARE_SURNAME = 0.85
SEVERAL_NAMES = 0.4

_BRACKETS = str.maketrans("[]{}【】〔〕〈〉《》「」﹙﹚", "()()()()()()()()")
_ORG_SUFFIX = re.compile(
    r"(?:公司|中心|研究[院所]|学院|大学|学校|党校|[院所社站店厂局委办厅部处室会馆行队园盟]|协会|学会|商会|联合会|促进会|基金会|"
    r"联盟|集团|银行|合作社|事务所|工作[室站]|政府|合伙企业|合伙\)?|\(有限合伙\)|企业|支行|分行|"
    r"基地|平台|孵化器|服务部|经营部|实验室|交易所|法院|税务局|医院|农场|林场|矿|港|幼儿园|工商户|"
    r"办公室|管委会|管理委员会|居委会|村委会|俱乐部|Ltd\.?|Inc\.?|LLC|GmbH)"
    r"(?:\((?:[^()]{1,20})\))?$",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\((?:盖章|公章|签章|签字|签名|章|签字或盖章|签章处|加盖公章|单位盖章|盖公章|甲方|乙方|丙方|法人章|以下简称.{0,12}|下称.{0,12})\)"
)
_PLACEHOLDER = re.compile(
    r"^(?:无|暂无|空|同上|以上|本单位|略|详见附件|见附件|盖章|公章|签字|签章|待定|/+|-+|[×xX*]+)$"
)
_ORG_LABEL = re.compile(
    r"^(?:单位名称|企业名称|公司名称|申[报请]单位(?:名称)?|名称|被审计单位|甲方|乙方|承担单位)\s*[::]?\s*"
)

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "长孙",
        "宇文",
        "端木",
        "南宫",
        "百里",
        "独孤",
        "完颜",
        "呼延",
        "闻人",
        "申屠",
        "太史",
        "澹台",
        "轩辕",
        "钟离",
        "淳于",
        "单于",
        "赫连",
        "濮阳",
        "第五",
    ]
)
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄"
    "和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻"
    "莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向"
    "古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾"
    "沙养鞠须丰巢关蒯相查后荆红游竺权盖益桓公肖闫岳付代覃仝佟佘但信候冼初召员商图塔延开戢揭冷暴"
    "楚沐涂牟矫硕禤税练腾苑苟茆藏衣豆贠邸郄隋青革靖亓仵刑原战敬植泽洛才由年矣敖粟缑晋种"
)
_HONORIFIC = re.compile(r"(?:先生|女士|同志|小姐)$")
_NOT_A_NAME = frozenset(
    [
        "姓名",
        "联系人",
        "电话",
        "手机",
        "签字",
        "签名",
        "盖章",
        "法人",
        "法人代表",
        "法定代表人",
        "负责人",
        "单位",
        "日期",
        "年月日",
        "性别",
        "职务",
        "职称",
        "学历",
        "年龄",
        "合计",
        "小计",
        "总计",
        "备注",
        "序号",
        "男",
        "女",
        "无",
        "同上",
        "经办人",
        "联系电话",
        "传真",
    ]
)


@lru_cache(maxsize=16384)
def name_norm(text: str) -> str:
    """For comparing names: width and brackets folded, spaces and punctuation dropped, simplified, upper case.

    Brackets stay, as ``()``: （）→() in the tolerance. Empty where nothing but punctuation stood.
    """
    folded = to_simplified(fold_width(unicodedata.normalize("NFC", text))).translate(_BRACKETS)
    kept = (c for c in folded if c in "()" or unicodedata.category(c)[0] in "LN")
    return "".join(kept).upper()


def clean_name(text: str) -> str:
    """A name as printed after width folding, without the spaces forms put in, seals' notes and labels."""
    name = squeeze(fold_width(text))
    name = _NOTE.sub("", name)
    name = after_label(name)
    name = _ORG_LABEL.sub("", name) if _ORG_LABEL.sub("", name) else name
    name = name.strip(" :;,。、.·_-—*/\\|\"'“”‘’=~<>")
    if name.startswith("(") and name.endswith(")") and name.count("(") == 1:
        name = name[1:-1]
    if name.count("(") != name.count(")"):
        name = name.strip("()") if name.count("(") + name.count(")") == 1 else name
    return name


def has_org_suffix(name: str) -> bool:
    """Ends like the name of a firm, body, school or office."""
    return _ORG_SUFFIX.search(name) is not None


def parse_org_name(text: str) -> Parsed | None:
    """The name of an organisation as printed; ``None`` for placeholders, numbers and lone marks."""
    if is_blank(text):
        return None
    name = clean_name(text)
    letters = sum(c.isalpha() for c in name)
    if letters < 2 or _PLACEHOLDER.match(name) or len(name) > 80:
        return None
    if not any(is_han(c) for c in name) and letters < 3:
        return None
    return Parsed(name, factor=1.0 if has_org_suffix(name) else NO_SUFFIX)


def _person_tokens(text: str) -> list[str]:
    """Names in a cell. One-character pieces belong together: 张 三, 李 小 明."""
    pieces = [p for p in re.split(r"[\s]+", text) if p]
    names: list[str] = []
    for piece in pieces:
        joined = names and (
            (len(names[-1]) == 1 and is_han(names[-1][0]))
            or (len(piece) == 1 and is_han(piece) and len(names[-1]) < 3)
            or names[-1] in COMPOUND_SURNAMES
            or (names[-1].isascii() and piece.isascii())
        )
        if joined:
            glue = " " if piece.isascii() and names[-1].isascii() else ""
            names[-1] = names[-1] + glue + piece
        else:
            names.append(piece)
    return names


def person_names(text: str) -> tuple[str, ...]:
    """The person names in a short text, in print order; nothing that cannot be a name."""
    folded = fold_width(text).replace("•", "·").replace("・", "·").replace("‧", "·")
    folded = after_label(_NOTE.sub(" ", folded))
    folded = re.sub(r"\([^()]*\)|[\d+\-*]{5,}", " ", folded)
    found: dict[str, None] = {}
    for part in re.split(r"[、,，;；/／|:\n]+", folded):
        for token in _person_tokens(part):
            name = _HONORIFIC.sub("", token.strip("·.-_—~*()<>\"'“”"))
            if _is_person(name):
                found[name] = None
    return tuple(found)


def _is_person(name: str) -> bool:
    if name in _NOT_A_NAME or not name:
        return False
    han = sum(is_han(c) for c in name)
    if han:
        return han >= 2 and all(is_han(c) or c == "·" for c in name) and len(name) <= 20
    return name.isascii() and len(name) >= 3 and all(c.isalpha() or c in " .'-" for c in name)


def _person_factor(name: str) -> float:
    if "·" in name or name.isascii():
        return 0.9
    if name[:2] in COMPOUND_SURNAMES and len(name) <= 4:
        return 1.0
    if len(name) > 4:
        return 0.6  # minority names without their dots do occur; so do two names run together
    known = to_simplified(name[0]) in SURNAMES
    return (1.0 if known else RARE_SURNAME) * (0.8 if len(name) == 4 else 1.0)


def parse_person(text: str) -> Parsed | None:
    """A person's name as printed; two or more names: the first, factor 0.4, the others listed."""
    if is_blank(text):
        return None
    names = person_names(text)
    if not names or (len(names) == 1 and has_org_suffix(names[0]) and len(names[0]) > 4):
        return None
    factor = _person_factor(names[0]) * (SEVERAL_NAMES if len(names) > 1 else 1.0)
    return Parsed(names[0], factor=factor, alternatives=names[1:])


def parse_org_or_person(text: str) -> Parsed | None:
    """Whichever the text is: two to four characters that begin with a surname are a person."""
    if is_blank(text):
        return None
    name = clean_name(text)
    person = parse_person(text)
    short = 2 <= len(name) <= 4 or "·" in name
    if person is not None and short and not (has_org_suffix(name) and len(name) >= 4):
        return person
    return parse_org_name(text)


_ADDRESS_WORDS = re.compile(r"[省市区县州盟旗镇乡村路街道巷弄号楼室层栋幢座园厦苑城场屯组段]")
_ADDRESS_LABEL = re.compile(
    r"^(?:(?:办公|注册|通讯|通信|联系|单位|企业|经营)?地址|住所|经营场所|营业场所|坐落)\s*[::]?\s*"
)


_ADDRESS_HINT = re.compile(
    r"\((?:[省地区市州盟县旗、/或]|自治区|自治州|自治县|直辖市|具体到|街道|乡镇|门牌号)+\)"
)


def parse_address(text: str) -> Parsed | None:
    """An address as printed, without spaces between Chinese characters.

    The form's own brackets of choices (``（区、市、旗）``) are left out.
    """
    if is_blank(text):
        return None
    address = _ADDRESS_HINT.sub("", squeeze(fold_width(text)))
    address = _ADDRESS_LABEL.sub("", address).strip(" :;,。、_-—*")
    if sum(is_han(c) for c in address) < 2 or _PLACEHOLDER.match(address) or len(address) > 200:
        return None
    known = len(_ADDRESS_WORDS.findall(address)) >= 2
    return Parsed(address, factor=1.0 if known else 0.7)


def parse_text(text: str) -> Parsed | None:
    """Free text: width kept, runs of spaces made one; ``None`` for blanks and lone dashes."""
    if is_blank(text):
        return None
    return Parsed(squeeze(text), printed=Printed())

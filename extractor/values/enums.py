"""Printed words to enum ids: longest match first, ticks where there are any, titles and education.

``enum`` maps an id to its printed words, as in ``config/fields``. A text that names two ids and ticks
none says nothing and gives ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from extractor.core.worksheet import Printed
from extractor.values.folding import fold_width, is_blank
from extractor.values.names import name_norm
from extractor.values.parsed import Parsed
from extractor.values.traditional import to_simplified

EnumWords = Mapping[str, tuple[str, ...]]

FUZZY = 0.6
FUZZY_SIMILARITY = 0.75
PART_OF_TEXT = 0.9
_TICKED = re.compile(r"[√✓✔☑■●▣☒✅◉⊙]")
_ANY_BOX = re.compile(r"[√✓✔☑■●▣☒✅◉⊙□☐○〇◯▢◻]")


@dataclass(frozen=True, slots=True)
class Found:
    """An enum id and where its word stands in ``fold_width(text)``."""

    id: str
    start: int
    end: int


def _norm_words(text: str) -> str:
    """Width folded and simplified, same length."""
    return to_simplified(fold_width(text)).upper()


def find_options(text: str, enum: EnumWords) -> tuple[Found, ...]:
    """All enum words in a text, left to right; a longer word hides the shorter inside it."""
    body = _norm_words(text)
    words = sorted(
        ((_norm_words(w), i) for i, ws in enum.items() for w in ws if w.strip()),
        key=lambda pair: -len(pair[0]),
    )
    taken: list[Found] = []
    for word, enum_id in words:
        pattern = r"\s*".join(re.escape(c) for c in word if not c.isspace())
        for match in re.finditer(pattern, body):
            start, end = match.span()
            if not any(t.start < end and start < t.end for t in taken):
                taken.append(Found(enum_id, start, end))
    return tuple(sorted(taken, key=lambda f: f.start))


def ticked_options(text: str, enum: EnumWords) -> tuple[str, ...] | None:
    """Ids whose box is ticked, in print order; ``None`` where the text has no tick marks or boxes.

    Whether boxes stand before or behind their words is judged from the first mark of the text.
    """
    folded = fold_width(text)
    if not _ANY_BOX.search(folded):
        return None
    options = find_options(text, enum)
    if not options:
        return ()
    marks = [m.start() for m in _ANY_BOX.finditer(folded)]
    before = marks[0] < options[0].start
    ticked: dict[str, None] = {}
    for at in marks:
        if not _TICKED.match(folded[at]):
            continue
        if before:
            near = next((o for o in options if o.start > at), None)
        else:
            near = next((o for o in reversed(options) if o.end <= at), None)
        if near is not None:
            ticked[near.id] = None
    return tuple(ticked)


def _fuzzy(text: str, enum: EnumWords) -> str | None:
    """The only id with a word nearly equal to the whole text (one slip in four characters)."""
    body = name_norm(text)
    if len(body) < 4:
        return None
    scored = sorted(
        (
            (Levenshtein.normalized_similarity(body, name_norm(word)), enum_id)
            for enum_id, words in enum.items()
            for word in words
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < FUZZY_SIMILARITY:
        return None
    rivals = {enum_id for score, enum_id in scored if score == scored[0][0]}
    return scored[0][1] if len(rivals) == 1 else None


def parse_enum(text: str, enum: EnumWords) -> Parsed | None:
    """One enum id; see the module docstring. Titles and education are recognised by their ids."""
    if {"intermediate", "associate_senior"} <= enum.keys():
        return _title_parsed(text)
    if is_blank(text) and not any(text.strip() in words for words in enum.values()):
        return None
    if "bachelor" in enum:
        return parse_education(text, enum)
    for enum_id, words in enum.items():
        if text.strip() and text.strip() in (enum_id, *words):
            return Parsed(enum_id)
    ticked = ticked_options(text, enum)
    if ticked is not None and (ticked or len(find_options(text, enum)) > 1):
        return Parsed(ticked[0]) if len(ticked) == 1 else None
    ids = list(dict.fromkeys(f.id for f in find_options(text, enum)))
    if len(ids) == 1:
        whole = sum(f.end - f.start for f in find_options(text, enum))
        full = whole >= len(re.sub(r"[\W_]", "", text))
        return Parsed(ids[0], factor=1.0 if full else PART_OF_TEXT)
    if ids:
        return None
    near = _fuzzy(text, enum)
    return None if near is None else Parsed(near, factor=FUZZY)


def parse_list(text: str, enum: EnumWords | None) -> Parsed | None:
    """Several enum ids (ticked ones where there are ticks), or, without an enum, the printed items."""
    if is_blank(text):
        return None
    if enum is None:
        parts = re.split(r"[、,，;；\n]+", text)
        items = tuple(dict.fromkeys(p.strip(" .。:") for p in parts if not is_blank(p)))
        return Parsed(items) if items else None
    ticked = ticked_options(text, enum)
    if ticked is not None:
        return Parsed(ticked) if ticked else None
    ids = tuple(dict.fromkeys(f.id for f in find_options(text, enum)))
    return Parsed(ids) if ids else None


_EDUCATION: tuple[tuple[str, str], ...] = (
    ("doctor", r"博士(?!后?\s*在读)"),
    ("master", r"硕士|研究生|MBA|EMBA|MPA"),
    ("bachelor", r"本科|学士|大学(?!专科|\s*专)|二本|一本|专升本"),
    ("college", r"大专|专科|高职|大普|专升本前"),
    ("secondary", r"高中|中专|技校|职高|中技|中师|技工"),
    ("junior_or_less", r"初中|小学|文盲"),
)


def parse_education(text: str, enum: EnumWords) -> Parsed | None:
    """The highest education named; ``None`` where none is.

    In the 学历 column 大学 means 本科; in running text the name of a school would too, so a text with a
    school name (…大学, …学院 with something before it) counts only its degree words.
    """
    body = _norm_words(text)
    body = re.sub(r"\s", "", body)
    body = re.sub(r"[\u4e00-\u9fa5]{2,}大学(?!本科|专科)(?=[\u4e00-\u9fa5])", "", body)
    level = next((i for i, pattern in _EDUCATION if i in enum and re.search(pattern, body)), None)
    if level is None:
        options = list(dict.fromkeys(f.id for f in find_options(text, enum)))
        return Parsed(options[0], factor=PART_OF_TEXT) if len(options) == 1 else None
    hits = {i for i, pattern in _EDUCATION if re.search(pattern, body)}
    assumed = ("在读学历",) if "在读" in body else ()
    factor = 0.5 if assumed else 1.0 if len(hits) == 1 else 0.9
    others = tuple(i for i, _ in _EDUCATION if i in hits and i != level and i in enum)
    return Parsed(level, printed=Printed(assumed=assumed), factor=factor, alternatives=others)


@dataclass(frozen=True, slots=True)
class TitleReading:
    """Level of a 职称 text: an id of ``title_level`` or ``None`` (unknown), with the reviewer's hint."""

    level: str | None
    factor: float
    hint: str | None = None


_VOCATIONAL = re.compile(
    r"注册[\u4e00-\u9fa5]{0,6}师|执业[\u4e00-\u9fa5]{0,4}师|(?<![一二三四]级)律师|税务师|专利代理(?:师|人)|咨询工程师|建造师|造价工程师|"
    r"监理工程师|资产评估师|房地产估价师|法律职业资格|CPA"
)
_SKILL = re.compile(
    r"高级技师|技师(?!学院)|高级工(?!程)|中级工(?!程)|初级工(?!程)|[一二三四五]级工"
)
_JOB = re.compile(
    r"(?:软件|售后|售前|测试|运维|网络|系统|前端|后端|算法|开发|项目|产品|实施|技术支持|硬件|电气|机械|安全|数据|硬件|现场|服务|销售|客户|培训|咨询)工程师"
)
_SENIOR = re.compile(
    r"正高|教授级|(?<![副助])教授|(?<![副理习])研究员|一级(?:律师|公证员|教师|编剧|美术师)|(?<!副)主任(?:医|药|护|技)师|编审|译审|(?<!副)研究馆员"
)
_ASSOCIATE = re.compile(
    r"副高|副教授|副研究员|副编审|副主任(?:医|药|护|技)师|副研究馆员|二级律师|高级(?=工程师|会计师|经济师|统计师|审计师|农艺师|政工师|讲师|实验师|教师|记者|编辑|兽医师|工艺美术师|畜牧师|人力|知识产权|信息)|高工|特级教师"
)
_INTERMEDIATE = re.compile(
    r"中级|中职|(?<!助理)(?<!级)(?:工程|会计|经济|统计|审计|农艺|政工|实验|馆|兽医|工艺美术|畜牧|知识产权|人力资源管理|规划|建筑|设计|园艺)师(?!傅)|馆员(?!助)|"
    r"(?<!助理)讲师|助理研究员|三级律师|主治医师|主管(?:药|护|技)师|编辑(?!助理)|翻译|一级教师|技术主管师"
)
_JUNIOR = re.compile(
    r"初级|助理级|员级|助理(?!研究员)[\u4e00-\u9fa5]{0,6}[师员]|助工|助教|助讲|技术员|会计员|经济员|统计员|(?<!主管)(?:药|护|技)士|医士|实习研究员|[四五]级律师|二级教师|三级教师"
)


def title_reading(text: str, *, in_title_column: bool = True) -> TitleReading | None:
    """Level of a professional title; ``None`` for an empty text.

    ``level`` stays ``None`` with a hint where the text is a vocational qualification, a skill grade or a
    job name (``fields.yaml``, title_edge_cases). A dash or 无 is ``none``: the person has no title.
    """
    if not text.strip():
        return None
    body = re.sub(r"\s", "", _norm_words(text))
    if re.fullmatch(r"(?:无|暂无|没有|无职称|未评|空)[。.]?", body) or is_blank(body):
        return TitleReading("none", 1.0)
    plain = _VOCATIONAL.sub("", body)
    for level, pattern in (
        ("senior", _SENIOR),
        ("associate_senior", _ASSOCIATE),
    ):
        if pattern.search(plain):
            return TitleReading(level, 1.0)
    if _JOB.search(plain):
        rest = _JOB.sub("", plain)
        known = "intermediate" if _INTERMEDIATE.search(rest) else None
        if known is None:
            graded = re.search(r"(高级|中级|助理|初级)", plain)
            if not graded and in_title_column:
                return TitleReading("intermediate", 0.4, "可能是岗位名称")
            if not graded:
                return TitleReading(None, 0.5, "岗位名称，不是职称")
    if _SKILL.search(plain):
        return TitleReading(None, 0.5, "职业技能等级，不是职称，请人工判断")
    for level, pattern in (("junior", _JUNIOR), ("intermediate", _INTERMEDIATE)):
        if pattern.search(plain):
            return TitleReading(level, 1.0)
    if _VOCATIONAL.search(body):
        return TitleReading(None, 0.5, "职业资格，可能相当于中级，请人工判断")
    if "高级" in plain:
        return TitleReading("associate_senior", 0.5, "只写“高级”，按副高级计")
    if "工程师" in plain:
        return TitleReading("intermediate", 0.4, "可能是岗位名称")
    return TitleReading(None, 0.5, "未识别的职称")


def _title_parsed(text: str) -> Parsed | None:
    reading = title_reading(text)
    if reading is None or reading.level is None:
        return None
    assumed = (reading.hint,) if reading.hint else ()
    return Parsed(reading.level, printed=Printed(assumed=assumed), factor=reading.factor)


_TRUE = re.compile(
    r"^(?:是|有|对|已|Y|YES|TRUE|√|✓|✔|☑|■|●|V|1|线上|在线|网上|已签|已签字|已盖章|已签订|合格)$",
    re.I,
)
_FALSE = re.compile(
    r"^(?:否|无|没有|不是|未|N|NO|FALSE|×|✗|✘|X|0|☐|□|线下|未签|未盖章|未签订)$",
    re.I,
)
_YES_NO: EnumWords = {"yes": ("是", "有"), "no": ("否", "无", "没有")}


def parse_bool(text: str) -> Parsed | None:
    """Yes or no: 是/否, 有/无, a tick, 线上/线下; both or neither give ``None``."""
    body = re.sub(r"[\s。.:()]", "", fold_width(text))
    if not body:
        return None
    if _TRUE.match(body):
        return Parsed(True)
    if _FALSE.match(body):
        return Parsed(False)
    ticked = ticked_options(text, _YES_NO)
    if ticked is not None:
        return Parsed(ticked[0] == "yes") if len(ticked) == 1 else None
    return None

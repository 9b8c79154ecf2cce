"""Rules for entities whose shape decides: dates, money, document numbers, periods, party labels.

Patterns work on ``fold_width(text)``, which keeps every character's index, so spans fit the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.prose.entities import Entity, EntityKind
from extractor.values.folding import fold_width

_S = r"[ \t\u3000\n]*"
_HAN_YEAR = r"[〇零○OoＯ一二三四五六七八九]{4}"
_HAN_SMALL = r"[〇零○一二三四五六七八九十廿]{1,3}"
#: A date with at least a month. A year alone (2023年度) is a figure of its own, not a date.
_DATE = re.compile(
    rf"(?:(?<![\d.])(?:19|20)\d\d{_S}年{_S}\d{{1,2}}{_S}月(?:份|{_S}\d{{1,2}}{_S}[日号])?"
    rf"|{_HAN_YEAR}{_S}年{_S}{_HAN_SMALL}{_S}月(?:份|{_S}{_HAN_SMALL}{_S}[日号])?"
    rf"|(?<![\d.])(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:[0-2]?\d|3[01])(?![\d.])"
    rf"|(?<![\d.])(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])(?![\d./]|-\d{1, 2}(?!\d)))"
)
#: The end of a period, whose year or month may be left out: 2023年3月1日至5日.
_END = re.compile(rf"(?:\d{{1,2}}{_S}月)?{_S}\d{{1,2}}{_S}[日号]|\d{{1,2}}{_S}月(?!\d)")
_TO = re.compile(rf"{_S}(?:起|开始)?{_S}(?:至|到|[-~—–－]+){_S}")
_OPEN = re.compile(r"长期|无固定期限|永久|今")
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CAPITAL = "零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿貳參陸萬億一二三四五六七八九十百千两"
_MONEY = re.compile(
    rf"(?:[¥￥]{_S})(?:{_DIGITS})(?:{_S}(?:亿|千万|百万|十万|万|千)?元)?(?:整)?"
    rf"|(?<![\d.,])(?:{_DIGITS})(?:余)?{_S}(?:亿|千万|百万|十万|万|千)?元(?:整)?"
    rf"|(?<![{_CAPITAL}\d])(?!万元|千元|百元)[{_CAPITAL}]{{1,24}}余?{_S}[元圆圓]"
    rf"(?:[零壹贰叁肆伍陆柒捌玖一二三四五六七八九]角)?(?:零?[壹贰叁肆伍陆柒捌玖一二三四五六七八九]分)?[整正]?"
)
_NUMBERED = re.compile(
    rf"[\u4e00-\u9fa5]{{1,16}}{_S}[〔\[(【﹝「〈<{{]{_S}(?:19|20){_S}\d{_S}\d{_S}(?:年)?{_S}[〕\])】﹞」〉>}}]"
    rf"{_S}(?:第)?{_S}\d{{1,5}}{_S}号"
)
#: Words that may run into the letters of a document number from the left.
_BEFORE_NUMBER = re.compile(
    r".*(?:根据|依据|按照|按|参照|遵照|执行|印发|出具|下发|发布|文号|编号|文件|字号|以|见|和|及|与|的|由|号|了|为|经(?![信贸发委济开管工])|在|(?<=\d)[月日])(?=[\u4e00-\u9fa5])"
)
_PARTY = re.compile(
    r"(?:甲|乙|丙|丁)\s*方|出租\s*方|承租\s*方|出租人|承租人|委托\s*方|受托\s*方|委托人|受托人|采购人|供应商"
    r"|聘用\s*方|受聘\s*方|买\s*方|卖\s*方|发包\s*方|承包\s*方"
)


def _entity(text: str, kind: EntityKind, start: int, end: int) -> Entity:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Entity(start, end, kind, text[start:end])


def find_shapes(text: str) -> Iterator[Entity]:
    """Dates, money, document numbers, periods and party labels by their shape, strongest kind first."""
    folded = fold_width(text)
    yield from _document_numbers(text, folded)
    yield from _periods(text, folded)
    for match in _DATE.finditer(folded):
        yield _entity(text, EntityKind.DATE, *match.span())
    for match in _MONEY.finditer(folded):
        yield _entity(text, EntityKind.MONEY, *match.span())
    for match in _PARTY.finditer(folded):
        yield _entity(text, EntityKind.PARTY, *match.span())


def _document_numbers(text: str, folded: str) -> Iterator[Entity]:
    for match in _NUMBERED.finditer(folded):
        start, end = match.span()
        bracket = re.search(r"[〔\[(【﹝「〈<{]", folded[start:end])
        letters = folded[start : start + bracket.start()] if bracket else ""
        lead = _BEFORE_NUMBER.match(letters)
        if lead is not None and lead.end() < len(letters.rstrip()):
            start += lead.end()
        yield _entity(text, EntityKind.DOCUMENT_NUMBER, start, end)


def _periods(text: str, folded: str) -> Iterator[Entity]:
    """From a date to a date, also where the end leaves out its year or is open."""
    for match in _DATE.finditer(folded):
        between = _TO.match(folded, match.end())
        if between is None:
            continue
        for pattern in (_DATE, _OPEN, _END):
            end = pattern.match(folded, between.end())
            if end is not None:
                yield _entity(text, EntityKind.PERIOD, match.start(), end.end())
                break

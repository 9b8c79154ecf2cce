"""Where in an answer the value itself stands: its exact stretch, by the kind of value.

``第三条 租赁期限：自2022年1月1日起至2024年12月31日止，共三年。`` answers a label with a clause; the value
is the period in it. The box of a fact is that of the value, never of the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from extractor.fields.runs import TextRun
from extractor.prose.entities import EntityKind
from extractor.prose.patterns import find_shapes
from extractor.values.dates import find_dates
from extractor.values.folding import fold_width
from extractor.values.names import has_org_suffix

Span = tuple[int, int]

#: Kinds whose values never go on in the next row.
_ONE_ROW = frozenset({"code", "uscc", "count", "person"})
_NAME_ONLY = re.compile(r"[\u4e00-\u9fa5（）()·]+")

_EDGE = ' \t\u3000:：_＿-—－,，;；、|/.。·*“”"'
_CLAUSE_END = re.compile(r"[。；;\n]")
_AREA = re.compile(
    r"(?<![\d.])\d[\d,，]*(?:[.．]\d+)?\s*(?:平方米|平方公尺|平米|㎡|m²|m2|M2|平方|[mM](?![A-Za-z0-9]))|(?<=[:：共计约积）)])\s*\d[\d,]*(?:\.\d+)?\s*$|^\s*\d[\d,]*(?:\.\d+)?\s*$"
)
_COUNT = re.compile(
    r"(?<![\d.,])(\d[\d,]{0,8})\s*(?:余)?\s*(?:人次|人|名|家次|家|户|个)?(?![\d年月日.])"
)
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-Z](?:\s?[0-9A-Z]){17}(?![0-9A-Z])|(?<!\d)\d{13,15}(?!\d)")
_CODE_CHARS = r"0-9A-Za-z\u4e00-\u9fa5〔〕\[\]()（）【】/\-—.·#"
#: Groups of digits and letters set apart by single blanks are one code: ZL 2019 2 1234567.8.
_CODE = re.compile(rf"[{_CODE_CHARS}]+(?: (?![0-9]+年)[0-9A-Za-z.\-]+(?![0-9A-Za-z.\-]|年))*")
_BARE_MONEY = re.compile(r"(?<![\d.,])-?\d[\d,，]*(?:[.．]\d+)?(?!\d)")
_OPEN_RANGE = re.compile(r"\s*(?:起)?\s*(?:至|到|[-~—–－]+)\s*(?:长期|无固定期限|永久)|长\s*期")
_NAME_END = re.compile(
    r"\s*[0-9A-Z]{15,18}|[，,。；;、\n|＿_]|[（(](?:以下|下称|简称|盖章|公章|签章|签字|章|单位|甲方|乙方|全称)|\s{2,}|　"
    r"|(?:法定代表人|负责人|统一社会信用代码|纳税人识别号|地\s*址|住\s*所|电\s*话|联系人|身份证|委托代理人|授权代表|签订日期|日\s*期)[:：]?"
    r"|[（(]?(?:19|20)\d\d年"
)
_PERSON_END = re.compile(
    r"[，,。；;、：:\s（(）)/|_]|同志|先生|女士|教授|老师|博士|身份证|性别|[男女](?=[，,\s。]|$)|联系|电话|为|担任|任|\d"
)
_ADDRESS_END = re.compile(
    r"[。；;\n]|[，,](?:建筑|面积|使用|共计|总|该|租|产权|房屋|用于|以下|即|其|权|房)|[（(](?:以下|下称)|的(?:房屋|办公|场地|房产|写字楼|厂房)|(?:电\s*话|邮\s*编|联系人)[:：]"
)


def spans_of(kind: str, text: str) -> tuple[Span, ...]:
    """Where values of ``kind`` may stand in the answer, likeliest first; ``()`` where none can.

    ``kind`` is a field type of the catalogue. Kinds without a rule take the trimmed text.
    """
    folded = fold_width(text)
    finder = _FINDERS.get(kind)
    spans = finder(folded) if finder is not None else [trimmed(folded, 0, len(folded))]
    return tuple(s for s in spans if s[0] < s[1])


def spans_in(kind: str, run: TextRun) -> tuple[Span, ...]:
    """The same for an answer that may have gone on below its first row.

    Codes, counts and names of persons end with their row. An organisation's goes on only while the next
    row is short and the whole still ends like a name: 江西省中小企业服务中心 / 有限公司.
    """
    rows = _row_ends(run)
    text = run.text
    if kind in _ONE_ROW:
        return spans_of(kind, text[: rows[0]]) or spans_of(kind, text)
    if kind not in ("org_name", "org_or_person") or len(rows) == 1:
        return spans_of(kind, text)
    end = rows[0]
    for above, below in pairwise(rows):
        added = text[above:below].strip()
        if (
            len(added) > 16
            or not has_org_suffix(fold_width(added))
            or not _NAME_ONLY.fullmatch(added)
        ):
            break
        end = below
    first = spans_of(kind, text[:end])
    if first and has_org_suffix(fold_width(text[slice(*first[0])])):
        return first
    return spans_of(kind, text)


def _row_ends(run: TextRun) -> list[int]:
    """Where each printed row of the run ends, as an index into its text."""
    ends: list[int] = []
    offset = 0
    for i, line in enumerate(run.lines):
        offset += len(line.text)
        below = run.lines[i + 1] if i + 1 < len(run.lines) else None
        if below is None or below.box.cy > line.box.y1 - 0.2 * line.box.height:
            ends.append(offset)
    return ends


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without blanks and separators at its ends."""
    while start < end and text[start] in _EDGE:
        if text[start] == "“" and "”" in text[start + 1 : end - 1]:
            break  # “专精特新”服务项目: the quotation is the value's own
        start += 1
    while end > start and text[end - 1] in _EDGE:
        if text[end - 1] == "”" and "“" in text[start + 1 : end - 1]:
            break
        end -= 1
    return start, end


def _shapes(kind: EntityKind, text: str) -> list[Span]:
    return sorted((e.start, e.end) for e in find_shapes(text) if e.kind is kind)


def _dates(text: str) -> list[Span]:
    found = _shapes(EntityKind.DATE, text)
    return found or [(d.start, d.end) for d in find_dates(text) if d.date.month is not None]


def _periods(text: str) -> list[Span]:
    """A period with both ends; else what stands from the first date on to where its length is told."""
    found = [
        (a, b)
        for a, b in _shapes(EntityKind.PERIOD, text)
        if not re.search(r"\d\s*[-/.]\s*$", text[:a])
    ]
    if found:
        return found
    dates = _dates(text)
    if len(dates) >= 2 and dates[1][0] - dates[0][1] <= 12:
        return [(dates[0][0], dates[1][1])]
    spans: list[Span] = []
    if dates:
        start, end = dates[0]
        tail = _OPEN_RANGE.match(text, end)
        clause = _CLAUSE_END.search(text, end)
        lead = re.search(r"(?:自|从|至|到|截至)\s*$", text[:start])
        spans.append(
            (
                lead.start() if lead else start,
                tail.end() if tail else clause.start() if clause else len(text),
            )
        )
    elif (lone := re.search(r"长\s*期|无固定期限|永久", text)) is not None:
        spans.append(lone.span())
    return spans


def _money(text: str) -> list[Span]:
    """Amounts; one in capitals with the same in figures behind it counts once, by both."""
    found = _shapes(EntityKind.MONEY, text)
    if len(found) >= 2 and re.fullmatch(
        r"[\s（(,，:：;；、]*(?:小写|大写|即|人民币|RMB|CNY|￥|¥)*[\s:：]*(?:人民币|￥|¥)?\s*",
        text[found[0][1] : found[1][0]],
    ):
        found = [found[1] if any(c.isdigit() for c in text[slice(*found[1])]) else found[0], *found]
    if not found:
        found = [m.span() for m in _BARE_MONEY.finditer(text)][:1]
    return found


def _until(pattern: re.Pattern[str]) -> Callable[[str], list[Span]]:
    def find(text: str) -> list[Span]:
        lead = re.match(r"[\s\"'“”]*[）)]+", text)
        start, _ = trimmed(text, lead.end() if lead else 0, len(text))
        while (
            hint := re.match(r"[（(][^（()）]{0,14}[）)]\s*[:：]?\s*", text[start:])
        ) is not None and (hint.end() < len(text) - start):
            start, _ = trimmed(text, start + hint.end(), len(text))
        stop = pattern.search(text, start + 1)
        end = stop.start() if stop else len(text)
        return [trimmed(text, start, _own_end(text, start, end))]

    return find


def _own_end(text: str, start: int, end: int) -> int:
    """Where a bracket closes that began before the value: （工作单位：某某学院）担任…."""
    depth = 0
    for i in range(start, end):
        depth += 1 if text[i] in "（(" else -1 if text[i] in "）)" else 0
        if depth < 0:
            return i
    return end


def _matches(pattern: re.Pattern[str]) -> Callable[[str], list[Span]]:
    return lambda text: [m.span() for m in pattern.finditer(text)]


def _codes(text: str) -> list[Span]:
    start, end = trimmed(text, 0, len(text))
    stop = re.search(r"[，,。；;、\n]|\s{2,}|[)）]?的", text[start:end])
    end = start + stop.start() if stop else end
    if text[end - 1 : end] in (")", "）") and not re.search(r"[(（]", text[start:end]):
        end -= 1  # （编号：0122-Q-00456）: the bracket began before the label
    found = [
        trimmed(text, start + m.start(), start + m.end())
        for m in _CODE.finditer(text[start:end])
        if any(c.isdigit() for c in m.group())
    ]
    return sorted(found, key=lambda s: s[0] - s[1])[:1] if len(found) > 1 else found


def _doc_numbers(text: str) -> list[Span]:
    return _shapes(EntityKind.DOCUMENT_NUMBER, text) or _codes(text)


_FINDERS: dict[str, Callable[[str], list[Span]]] = {
    "date": _dates,
    "date_range": _periods,
    "money": _money,
    "area": _matches(_AREA),
    "count": _matches(_COUNT),
    "uscc": _matches(_USCC),
    "code": _codes,
    "doc_number": _doc_numbers,
    "org_name": _until(_NAME_END),
    "org_or_person": _until(_NAME_END),
    "person": _until(_PERSON_END),
    "address": _until(_ADDRESS_END),
    "text": _until(_CLAUSE_END),
}

"""The value behind a label: which part of a text belongs to it, and the fact it makes.

A blank between two labels is found by the labels. What no label bounds is cut where the sentence
plainly goes on to something else (``1200 万元，其中：固定资产 300 万元``), so that a sub-label nobody
listed neither lends its figure to an empty blank nor makes two figures of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, FactStatus, Method, Value
from extractor.fields.forms.blanks import says_nothing, trim
from extractor.fields.forms.labels import LabelHit
from extractor.fields.make import Enums, read_fact, spot_of, status_for
from extractor.fields.runs import TextRun
from extractor.fields.view import DocumentView
from extractor.setup.catalogue import FieldSpec
from extractor.setup.forms import FormEntry
from extractor.values.parsed import UnitContext

#: Kinds whose value must parse; the others take the text as it stands.
TYPED = frozenset(
    {
        "money", "count", "ratio", "area", "date", "date_range", "year", "uscc", "id_number",
        "phone", "email", "url", "number", "code", "score", "doc_number", "bool",
    }
)  # fmt: skip
_FIGURES = frozenset({"money", "count", "ratio", "area", "number", "score"})
_NAMES = frozenset({"org_name", "person", "org_or_person", "address"})
_EDGE = " \t\u3000:：_＿—-，,；;。、|/"

#: A cell of its own that begins like this holds a negative figure, not a dash behind a label.
_MINUS = re.compile(r"\s*[-－−]\s*\d")
_SEAL_TAIL = re.compile(r"[（(][^（()）]{0,12}(盖章|公章|签字|签章)[^（()）]{0,6}[）)]?$")
#: Where a sentence goes on to something else.
_CLAUSE = re.compile(
    r"[，,；;。、（(\s]*其中|[，；;。](?=\s*[^\d\s])|,(?=\s*[\u4e00-\u9fa5（(])|、(?=\s*[\u4e00-\u9fa5])"
    r"|(?<=[次家人个项元%％套台户])\s*[：:](?=\s*[\u4e00-\u9fa5])"
)
_DIGIT = re.compile(r"[\d０-９OＯ〇零一二三四五六七八九十两壹贰叁肆伍陆柒捌玖拾]")
_HAN = re.compile(r"[\u4e00-\u9fa5]")
#: Words between a label and its figure that change nothing.
_LEADS = re.compile(
    r"合计|总计|总共|共计|共有|共|约为|约|接近|近|达到|达|为|是|计|有|人民币|大写|小写|余额|金额|数量|总数|总额|总量|人数|面积|"
    r"比例|比率|比重|上年末|上年度末|年末|期末|上年度?|截至|截止|当年|(?:19|20)\d\d年(?:度|末|底)?|\d{1,2}月(?:底|末)?|"
    r"仅|超过|不足|逾|大于|小于|情况|自|从|于|起|始|日期|时间|有效期|号码|座机|固话|区号|手机|邮箱|网址|官网|账号|编号|备案号|"
    r"合同价|原值|净值|单位|折合|折|等值|实有|现有|全职|在职|在岗|登记|注册|成立"
)
#: The rest of a long label: joined to the words known, and ended by its colon.
_LABEL_REST = re.compile(
    r"\s*[；;，,、和及与][^：:。]{2,48}(?:情况|说明|简介|介绍|内容|名称|如下)\s*(?:[（(][^（()）]{0,20}[）)])?\s*[:：]"
)
#: A label nobody listed inside a value (two to eight characters and a colon, set off from what is
#: before), or a date: neither is part of a name.
_INNER_LABEL = re.compile(
    r"(?:^|[\s，,；;。、])[\s]*[\u4e00-\u9fa5]{2,8}\s*[：:]|\s+(?:19|20)\d\d\s*年"
)
_UNKNOWN_WORDS = 0.7
"""Factor where unknown words stand between a label and its figure: perhaps another label."""
_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[48]00-?\d{3,4}-?\d{3,4}|[（(]?0\d{2,3}[）)]?\s?[-—－]?\s?[2-9]\d{6,7})"
    r"(?:\s*[-—转]\s*\d{1,5}(?!\d))?"
)
_UNIT_WORD = re.compile(
    r"(亿元|百万元|万元|千元|元|平方米|㎡|台\s*[（(]?套[)）]?|人次|人|家|户|次|%|％|岁|年|项)"
)
#: Bare amounts from here on (in 元) are no applicant's figure in 万元: it was written in 元.
_TOO_MUCH = Decimal(10) ** 10
_WAN = Decimal(10) ** 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A label's question: its field, entry and hit, and the words that name its unit."""

    view: DocumentView
    spec: FieldSpec
    entry: FormEntry
    hit: LabelHit
    enums: Enums
    label_unit: str | None = None


def unit_in(text: str) -> str | None:
    """The last unit word of a text; ``None`` without one."""
    found = _UNIT_WORD.findall(text)
    return found[-1] if found else None


def before_figure(text: str) -> str:
    """What stands before the first digit: a unit behind it belongs to that figure alone."""
    first = re.search(r"[\d０-９]", text)
    return text if first is None else text[: first.start()]


def fact_in(asked: Asked, run: TextRun, start: int, end: int) -> Fact | None:
    """The fact that ``run.text[start:end]`` holds; ``None`` where nothing was written there."""
    spec, text = asked.spec, run.text
    kind = asked.entry.kind or spec.type
    minus = start == 0 and kind in _FIGURES and _MINUS.match(text) is not None
    if kind == "text":
        start = _past_label(text, start, end)
    start, end = trim(text, start, end, "" if minus else _EDGE)
    tail = _SEAL_TAIL.search(text[start:end])
    if tail:
        end = start + tail.start()
    if says_nothing(text[start:end]):
        return None
    factor = 1.0
    if kind in _FIGURES:
        end = _own_clause(text, start, end)
    elif kind in _NAMES:
        end = _before_inner_label(run, start, end)
    elif kind == "code" and spec.pattern is not None:
        start, end = _patterned(text, start, end, spec.pattern)
    if start >= end or (kind not in TYPED and not fold_text(text[start:end])):
        return None
    if asked.entry.strip and fold_text(text[start:end]) in map(fold_text, asked.entry.strip):
        return None
    if kind == "phone":
        start, end = _nth_phone(run, start, end, asked.entry.nth)
    elif kind in TYPED and _words_before(text[start:end]):
        factor = _UNKNOWN_WORDS
    spot = spot_of(run, start, end)
    if spot is None:
        return None
    fact = read_fact(
        spec,
        spot,
        document=asked.view.id,
        method=Method.OCR_LABEL if run.cell is None else Method.OCR_CELL,
        units=UnitContext(label=asked.label_unit, default=asked.entry.unit or spec.unit),
        enums=asked.enums,
        label=asked.hit.spelling,
        kind=asked.entry.kind,
    )
    if fact is None:
        return None
    return _with_doubt(fact, factor * (0.5 + asked.hit.score / 2), kind)


def _past_label(text: str, start: int, end: int) -> int:
    """Where an answer begins whose label goes on behind the words known: …认证情况；与…相关的专利等情况：."""
    rest = _LABEL_REST.match(text, start, end)
    return rest.end() if rest is not None and fold_text(text[rest.end() : end]) else start


def _own_clause(text: str, start: int, end: int) -> int:
    """The end of a figure's own clause; ``start`` where that clause holds no figure."""
    cut = _CLAUSE.search(text, start, end)
    if cut is None:
        return end
    head = text[start : cut.start()]
    return cut.start() if _DIGIT.search(head) else start


def _before_inner_label(run: TextRun, start: int, end: int) -> int:
    """The end of a name or address: where a label that nobody listed begins."""
    text = run.text
    for begin in [start, *(i for i in range(start + 1, end) if run.line_break_before(i))]:
        inner = _INNER_LABEL.search(text[begin:end])
        if inner is not None:
            return begin + inner.start()
    return end


def _patterned(text: str, start: int, end: int, pattern: str) -> tuple[int, int]:
    """The one place that looks like the field's own codes; all of it where none or several do."""
    bare = pattern.removeprefix("^").removesuffix("$")
    found = list(re.finditer(rf"(?<![0-9A-Za-z]){bare}(?![0-9A-Za-z])", text[start:end]))
    return (start + found[0].start(), start + found[0].end()) if len(found) == 1 else (start, end)


def _words_before(text: str) -> bool:
    """Whether two or more unknown Chinese characters stand before the figure."""
    first = re.search(r"[\dA-Za-z０-９]", text)
    if first is None:
        return False
    return len(_HAN.findall(_LEADS.sub("", text[: first.start()]))) >= 2


def _with_doubt(fact: Fact, factor: float, kind: str) -> Fact:
    alternatives = fact.alternatives
    if (
        kind == "money"
        and fact.printed.unit_from == "default"
        and isinstance(fact.value, str)
        and abs(Decimal(fact.value)) >= _TOO_MUCH
    ):
        as_yuan: Value = f"{Decimal(fact.value) / _WAN:f}"
        alternatives = (*alternatives, str(as_yuan))
        factor *= 0.5
    if factor >= 1.0 and alternatives == fact.alternatives:
        return fact
    confidence = round(fact.confidence * factor, 4)
    status = status_for(confidence, alternatives, fact.printed, fact.method)
    if fact.status is FactStatus.DOUBTFUL:
        status = FactStatus.DOUBTFUL
    return fact.model_copy(
        update={"confidence": confidence, "alternatives": alternatives, "status": status}
    )


def _nth_phone(run: TextRun, start: int, end: int, nth: int) -> tuple[int, int]:
    """The place of the ``nth`` number where several share a cell; empty where there are fewer.

    Looked for line by line: two numbers below each other are not one long one.
    """
    found: list[tuple[int, int]] = []
    offset = 0
    for line in run.lines:
        for match in _PHONE.finditer(line.text):
            a, b = match.start() + offset, match.end() + offset
            if start <= a and b <= end:
                found.append((a, b))
        offset += len(line.text)
    if not found:
        return (start, end) if nth == 1 else (start, start)
    return found[nth - 1] if nth <= len(found) else (start, start)

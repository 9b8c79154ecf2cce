"""What a form prints where something is to be written: never a value.

Units, underscores, dotted leaders, slashes, brackets with instructions (（盖章）, （根据…填写）, 如：…),
the skeleton of an address (省 地 县), and the words for nothing (无, 暂无).
"""

from __future__ import annotations

import re

from extractor.core.text import fold_text

#: A bracket that holds an instruction and no value.
_BRACKET = re.compile(r"[（(\[【][^（()）\[\]【】]{0,48}[）)\]】]")
_HINT_WORDS = re.compile(
    r"盖章|签字|签名|签章|填写|填报|具体|打√|打勾|注明|公章|如有|写明|副本|可多选|可单选|多选|单选|手写|请附|另附|"
    r"另纸|附后|必填|选填|不填|不少于|以上|勾选|划√|格式|自测|聘用|代表性|^[（(]如|例如|年月日|加盖|示例|字以内|字左右"
)
_UNIT_BRACKET = re.compile(
    r"[（(\[【]\s*(?:单位[：:]?)?\s*(?:亿元|百万元|万元|千元|元|%|％|平方米|㎡|m2|M2|台套?|套|台/套|家|户|人次?|人/次|次|个|项|年|岁|"
    r"自治区、?直辖市|区、?市、?州、?盟|区、?市、?旗|[省市县区]、?)+\s*[）)\]】]"
)
_UNITS = re.compile(
    r"亿元|百万元|万元|千元|人民币|元|平方米|平米|㎡|m2|台套|台|套|人次|人|家|户|次|个|项|年|月|日|岁|[%％]|共|计|约|合计"
)
_EXAMPLE = re.compile(r"^\s*[（(]?\s*(?:如|例|例如|示例|举例|样例|注|说明|提示)\s*[：:]")
_NOTHING = frozenset(
    ("无", "暂无", "没有", "略", "空", "未填", "不适用", "无此项", "暂缺", "na", "none")
)
_ADDRESS_SKELETON = re.compile(
    r"自治区|直辖市|自治州|具体到|街道|门牌号|乡镇|省|地|市|区|州|盟|县|旗|路|号"
)
_LEADERS = re.compile(r"[.．。·…‥⋯┈_＿]{2,}|…|⋯|‥|＿")


def without_hints(text: str) -> str:
    """``text`` with bracketed instructions, bracketed units, leaders and units blanked."""

    def blank(match: re.Match[str]) -> str:
        return " " if _is_hint(match.group()) else match.group()

    text = _LEADERS.sub(" ", _BRACKET.sub(blank, _UNIT_BRACKET.sub(" ", text)))
    return _UNITS.sub(" ", text)


def hint_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where brackets with instructions stand, brackets included."""
    return tuple(m.span() for m in _BRACKET.finditer(text) if _is_hint(m.group()))


def _is_hint(bracket: str) -> bool:
    return bool(_HINT_WORDS.search(re.sub(r"\s", "", bracket)))


def says_nothing(text: str) -> bool:
    """Whether a text is a blank form's: nothing in it was written by the applicant."""
    if _EXAMPLE.match(text):
        return True
    rest = fold_text(without_hints(text))
    return not rest or rest in _NOTHING or not _ADDRESS_SKELETON.sub("", rest)


def trim(text: str, start: int, end: int, edge: str) -> tuple[int, int]:
    """``start`` and ``end`` moved past edge characters, leaders and instructions at both ends."""
    while True:
        before = (start, end)
        # a closing bracket without its opening one ends the label: （自测情况）
        while start < end and (text[start] in edge or text[start] in ")）】]"):
            start += 1
        while end > start and text[end - 1] in edge:
            end -= 1
        part = text[start:end]
        for pattern in (_LEADERS, _BRACKET, _UNIT_BRACKET):
            head = pattern.match(part)
            if head is not None and (pattern is not _BRACKET or _is_hint(head.group())):
                start += head.end()
                break
        part = text[start:end]
        tail = next(
            (
                m
                for m in (*_LEADERS.finditer(part), *_BRACKET.finditer(part))
                if m.end() == len(part)
            ),
            None,
        )
        if tail is not None and (tail.re is _LEADERS or _is_hint(tail.group())):
            end = start + tail.start()
        if (start, end) == before:
            return start, end

"""Every form of the five official texts, filled in and laid out in a dozen ways, gives its values."""

from __future__ import annotations

import re

import pytest
from support.filled_forms import FORMS, GEOMETRIES, Item
from support.reading import extract

from extractor.core.worksheet import Method


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("form", FORMS)
def test_a_filled_form_gives_its_values_however_it_is_laid_out(form: str, geometry: str) -> None:
    doctype, items = FORMS[form]
    pages = GEOMETRIES[geometry](items)
    wanted = {name: value for entry in items for name, value in entry.fields.items()}
    facts, _ = extract(doctype, *pages)
    found: dict[str, set[object]] = {}
    for fact in facts:
        found.setdefault(fact.field, set()).add(fact.value)
    wrong = {
        name: found.get(name, "(nothing)")
        for name, value in wanted.items()
        if found.get(name) != {value}
    }
    assert not wrong


NOTHING = ("", "____", "/", "无", "——", "（盖章）", "年    月    日", "    万元", "……………", "（万元）", "如：1200",
           "省（自治区、直辖市） 地(区、市、州、盟) 县(区、市、旗)（具体到街道、门牌号）")  # fmt: skip


@pytest.mark.parametrize("nothing", NOTHING)
@pytest.mark.parametrize("geometry", ["label_left", "label_above", "inside_the_cell", "underlined"])
@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_gives_nothing(form: str, geometry: str, nothing: str) -> None:
    doctype, items = FORMS[form]
    blank = [
        Item(e.label, nothing, {})
        if e.label
        else Item("", re.sub(r"\d[\d.,]*", "____" if "_" in nothing else "    ", e.text), {})
        for e in items
    ]
    facts, _ = extract(doctype, *GEOMETRIES[geometry](blank))
    read = {
        (f.field, f.raw)
        for f in facts
        if f.method not in (Method.SEAL, Method.MARK, Method.COMPUTED)
    }
    assert not read

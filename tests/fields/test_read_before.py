"""A packet looked at again while its pages come in says the same as one looked at once."""

from __future__ import annotations

import dataclasses

import pytest
from support.config import the_tools
from support.pages import body, page, view

from extractor.fields import extract
from extractor.fields.extract import ReadBefore, extract_fields


def test_what_was_read_before_is_not_read_anew_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    specs, before = the_tools().fields, ReadBefore()
    lines = body("营业执照", "统一社会信用代码：91360106MA35F1AB2X", "类型：有限责任公司")
    first, again = (view("business_license", page(*lines)) for _ in range(2))
    at_once = extract_fields([first], specs)
    assert extract_fields([first], specs, before) == at_once
    asked = []
    honest = extract._read
    monkeypatch.setattr(extract, "_read", lambda v, s: asked.append(v) or honest(v, s))
    assert extract_fields([first], specs, before) == at_once
    assert asked == []
    rewrapped = dataclasses.replace(first, pages=tuple(dataclasses.replace(p) for p in first.pages))
    assert extract_fields([rewrapped], specs, before) == at_once
    assert asked == []  # the same readings in pages of somebody else's making
    assert extract_fields([again], specs, before) == at_once
    assert asked == [again]  # other pages, however alike: read themselves

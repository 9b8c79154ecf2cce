"""What one decision changed, in words."""

from __future__ import annotations

from support.config import the_tools
from support.review_site import doubted_worksheet

from extractor.core.worksheet import Outcome, Severity, Worksheet
from extractor.doors.review.changes import change_lines
from extractor.doors.review.desk import Desk
from extractor.doors.review.words import page_words
from extractor.pipeline.naming import naming_of


def desk(sheet: Worksheet) -> Desk:
    return Desk("p", sheet, page_words("zh"), naming_of(the_tools().catalogue), stored=sheet)


def test_a_finding_that_weighs_less_now_is_neither_gone_nor_new() -> None:
    sheet = doubted_worksheet()
    grave = next(
        f for f in sheet.findings
        if f.outcome is Outcome.FAILED and sum(g.check == f.check for g in sheet.findings) == 1
    ).model_copy(update={"severity": Severity.ERROR})  # fmt: skip
    others = tuple(f for f in sheet.findings if f.check != grave.check)
    light = grave.model_copy(update={"severity": Severity.WARN})
    before = desk(sheet.model_copy(update={"findings": (*others, grave)}))
    after = desk(sheet.model_copy(update={"findings": (*others, light)}))
    (line,) = change_lines(before, after)
    assert grave.check in line.text and "不符 → 存疑" in line.text
    assert line.on == f"finding:{grave.check}/warn"
    (gone,) = change_lines(before, desk(sheet.model_copy(update={"findings": others})))
    assert "问题消除" in gone.text and gone.tone == "good"

"""The survey's sample: anybody can draw it again; its answers come back as rows of the survey."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.config import the_tools
from support.decided import filled_worksheet

from extractor.core.errors import UsageError
from extractor.decisions.heads import FileHeadStore
from extractor.decisions.model import Reviewer
from extractor.decisions.signing import site_key
from extractor.doors.cli_sample import answers_as_rows, least_asked
from extractor.pipeline.deciding import decide
from extractor.worksheet.sampling.call_sheet import call_sheet, read_call_sheet
from extractor.worksheet.sampling.draw import draw


def drawn_names(seed: str, wanted: int = 3) -> list[str]:
    return [f.name for f in draw(filled_worksheet(), seed, wanted, 1).firms[:wanted]]


def test_the_same_seed_draws_the_same_firms_and_another_seed_others() -> None:
    assert drawn_names("a") == drawn_names("a")
    assert len({tuple(drawn_names(str(n))) for n in range(12)}) > 6


def test_the_order_is_what_the_printed_method_says() -> None:
    sample = draw(filled_worksheet(), "种子", 3, 1)
    by_hand = sorted(hashlib.sha256(f"种子|{f.name}".encode()).hexdigest() for f in sample.firms)
    assert [f.digest for f in sample.firms] == by_hand
    assert "取前 3 家" in sample.method


def test_the_order_of_the_list_does_not_matter() -> None:
    base = filled_worksheet()
    turned = base.model_copy(
        update={"rows": tuple(r.model_copy(update={"rows": r.rows[::-1]}) for r in base.rows)}
    )
    assert [f.name for f in draw(turned, "x", 3, 1).firms] == [
        f.name for f in draw(base, "x", 3, 1).firms
    ]


def test_the_scheme_says_how_many_are_asked() -> None:
    assert least_asked(filled_worksheet(), the_tools()) == 12


def filled(tmp_path: Path, ratings: list[str]) -> Path:
    worksheet = filled_worksheet()
    content = call_sheet(worksheet, draw(worksheet, "x", 3, 1))
    assert content == call_sheet(worksheet, draw(worksheet, "x", 3, 1))
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for row, rating in enumerate(ratings, 5):
        sheet.cell(row, 9).value = "王某"
        sheet.cell(row, 13).value = rating
    book.save(tmp_path / "calls.xlsx")
    return tmp_path / "calls.xlsx"


def test_answers_become_rows_and_feed_the_satisfaction_of_the_survey(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    worksheet = filled_worksheet()
    path = filled(tmp_path, ["满意", "不满意"])
    rows = answers_as_rows(worksheet, read_call_sheet(path))
    assert len(rows) == 2
    decided = decide(
        worksheet, rows, Reviewer("王审核"), the_tools(),
        key=site_key(), heads=FileHeadStore(tmp_path / "heads"),
    ).worksheet  # fmt: skip
    ratio = next(q for q in decided.quantities if q.id == "satisfaction_ratio_survey")
    assert str(ratio.value) in ("0.5", "0.50")
    assert answers_as_rows(decided, read_call_sheet(path)) == []


def test_a_row_without_a_rating_is_told_and_not_taken(tmp_path: Path) -> None:
    sheet = read_call_sheet(filled(tmp_path, ["满意", ""]))
    assert len(sheet.answers) == 1
    assert sheet.unrated == (6,)


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK no workbook")
    with pytest.raises(UsageError, match="测评电话表"):
        read_call_sheet(path)

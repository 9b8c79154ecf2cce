"""A round of packets: what two of them share is found and told why; ranking; two filings compared."""

from __future__ import annotations

import io
import re

import numpy as np
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from support.config import the_tools
from support.decided import filled_worksheet, made_fact

from extractor.core.worksheet import Outcome, Worksheet
from extractor.pipeline.naming import naming_of
from extractor.pipeline.resubmission import Filing, resubmission
from extractor.pipeline.reused_photos import photo_prints, photos_on
from extractor.pipeline.rounds import round_of
from extractor.worksheet.summary.compared import comparison_docx
from extractor.worksheet.summary.model import SharedKind
from extractor.worksheet.summary.page import summary_page
from extractor.worksheet.summary.ranking import rankings
from extractor.worksheet.summary.workbook import summary_workbook

NAMING = naming_of(the_tools().catalogue)
ENGLISH = naming_of(the_tools().catalogue, "en")
_HAN = re.compile("[\u4e00-\u9fff]")


def other(**changed: str) -> Worksheet:
    """Another packet with the same lists; ``changed``: values by cell's text."""
    base = filled_worksheet()

    def cell(text: object) -> object:
        return changed.get(str(text), text)

    rows = tuple(
        listed.model_copy(
            update={
                "rows": tuple(
                    row.model_copy(
                        update={
                            "cells": {
                                k: f.model_copy(update={"value": cell(f.value)})
                                for k, f in row.cells.items()
                            }
                        }
                    )
                    for row in listed.rows
                )
            }
        )
        for listed in base.rows
    )
    packet = base.packet.model_copy(update={"id": "p_other", "name": "另一份.pdf"})
    return base.model_copy(update={"rows": rows, "packet": packet})


def photo(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 220, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((480, 360), Image.Resampling.BICUBIC)


def page_with(picture: Image.Image, at: tuple[int, int]) -> Image.Image:
    page = Image.new("RGB", (1000, 1400), "white")
    page.paste(picture, at)
    return page


def kinds(*worksheets: Worksheet) -> dict[SharedKind, list[tuple[bool, str]]]:
    made = round_of(worksheets, ["甲"] * len(worksheets), the_tools(), {})
    found: dict[SharedKind, list[tuple[bool, str]]] = {}
    for shared in made.shared:
        found.setdefault(shared.kind, []).append((shared.sure, shared.why))
    return found


def test_firms_on_two_lists_are_found_and_those_on_one_are_not() -> None:
    renamed = {f"南昌{n}有限公司": f"宜春{n}厂" for n in ("甲科技", "乙机械", "丙食品", "丁电子")}
    found = kinds(filled_worksheet(), other(**renamed))
    assert found[SharedKind.FIRM] == [(True, "名称一致")]


def test_a_person_with_the_same_age_is_the_same_and_with_the_name_only_likely() -> None:
    found = kinds(filled_worksheet(), other(**{"31": "50", "32": "51"}))[SharedKind.PERSON]
    assert len(found) >= 6
    assert {sure for sure, _ in found} == {True} or any("重名" in why for _, why in found)


def test_one_phone_beside_different_firms_of_two_packets_is_told() -> None:
    found = kinds(filled_worksheet(), other(南昌戊服装有限公司="九江己纺织有限公司"))
    assert any(sure and "不同的企业" in why for sure, why in found[SharedKind.PHONE])


def test_masked_numbers_are_at_most_likely() -> None:
    numbers = {f"1370000{n:04d}": f"137****{n:04d}" for n in range(10)}
    left = other(**numbers, 南昌丁电子有限公司="甲一有限公司")
    right = other(**numbers, 南昌丁电子有限公司="乙二有限公司")
    found = kinds(left, right)[SharedKind.PHONE]
    assert (False, "号码已遮盖，可见的数字相同") in found


def test_packets_that_share_nothing_are_told_to_share_nothing() -> None:
    bare = other().model_copy(update={"rows": (), "facts": ()})
    assert kinds(filled_worksheet(), bare) == {}


def test_one_audit_report_in_two_packets_is_found_whatever_its_brackets() -> None:
    pair = []
    for sheet, number in ((filled_worksheet(), "赣审〔2024〕12号"), (other(), "赣审[2024]12号")):
        fact = made_fact("aud_report_no", number, page=3)
        pair.append(sheet.model_copy(update={"facts": (*sheet.facts, fact)}))
    assert len(kinds(*pair)[SharedKind.AUDIT]) == 1


def test_a_photo_is_found_again_at_another_place_and_size_and_others_are_not() -> None:
    base = filled_worksheet()
    small = photo(1).resize((440, 330))
    pages = {1: page_with(photo(1), (100, 100)), 2: page_with(photo(2), (100, 100))}
    again = {3: page_with(small, (300, 700)), 1: page_with(photo(3), (100, 100))}
    prints = {0: photo_prints(base, pages.get), 1: photo_prints(base, again.get)}
    assert [len(p) for p in prints.values()] == [2, 2]
    made = round_of([base, other()], ["a", "b"], the_tools(), prints)
    (shared,) = [s for s in made.shared if s.kind is SharedKind.PHOTO]
    assert [(s.packet, s.page) for s in shared.seen] == [(0, 1), (1, 3)]


def test_a_page_of_text_and_rules_has_no_photo() -> None:
    page = Image.new("RGB", (1000, 1400), "white")
    for y in range(100, 1300, 40):
        page.paste("black", (100, y, 900, y + 3))
        page.paste("black", (100, y + 10, 115, y + 30))
    assert list(photos_on(page)) == []


def test_the_same_applicant_in_two_packets_is_found_by_the_checks_across_packets() -> None:
    made = round_of([filled_worksheet(), other()], ["a", "b"], the_tools(), {})
    assert {f.check for _, f in made.findings} <= {"RC-10", "QR-04", "QR-05", "QR-06"}
    assert all(f.outcome is not Outcome.NOT_RUN for _, f in made.findings)


def test_equal_figures_share_a_rank_and_missing_ones_have_none() -> None:
    for _, _, ranked in rankings([filled_worksheet(), other()]):
        assert {r.rank for r in ranked} <= {1, None}
        assert all((r.rank is None) == (r.figure is None) for r in ranked)


def test_the_summary_is_the_same_bytes_twice_and_hostile_names_are_text() -> None:
    hostile = '=cmd|"/c calc"!A1<script>'
    pair = [filled_worksheet(), other(南昌戊服装有限公司=hostile)]
    made = round_of(pair, [hostile, hostile], the_tools(), {})
    assert made.names[0] != made.names[1]
    content = summary_workbook(made, NAMING)
    assert content == summary_workbook(made, NAMING)
    book = load_workbook(io.BytesIO(content))
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert len(book.worksheets[0]._charts) == 2
    assert b"<script" not in summary_page(made, NAMING)


def test_a_mended_figure_is_told_with_both_values() -> None:
    before = filled_worksheet()
    facts = tuple(
        f.model_copy(update={"value": 30}) if f.field == "app_staff_total" else f
        for f in before.facts
    )
    told = resubmission(
        Filing(before, NAMING), Filing(before.model_copy(update={"facts": facts}), NAMING)
    )
    (moved,) = told.figures
    assert (moved.before, moved.after) == ("24人", "30人")
    assert not told.mended and not told.new
    assert comparison_docx(told) == comparison_docx(told)


def test_a_finding_that_passes_now_is_mended_and_one_that_cannot_run_is_not() -> None:
    before = filled_worksheet()
    failed = [f for f in before.findings if f.outcome is Outcome.FAILED][:2]
    turned = {
        failed[0].check: Outcome.PASSED,
        failed[1].check: Outcome.NOT_RUN,
    }
    findings = tuple(
        f.model_copy(update={"outcome": turned[f.check]}) if f.check in turned else f
        for f in before.findings
    )
    told = resubmission(
        Filing(before, NAMING), Filing(before.model_copy(update={"findings": findings}), NAMING)
    )
    assert {f.check for f in told.mended} == {failed[0].check}
    assert failed[1].check in {f.check for f in told.not_shown}


def test_an_english_summary_has_english_heads_notes_and_reasons() -> None:
    made = round_of([filled_worksheet(), other()], ["one", "two"], the_tools(), {})
    book = load_workbook(io.BytesIO(summary_workbook(made, ENGLISH, "en")))
    for sheet in book:
        assert not _HAN.search(sheet.title)
        heads = [str(c.value or "") for row in sheet.iter_rows(max_row=3) for c in row]
        assert not [h for h in heads if _HAN.search(h)]
    shared = book["Shared served firms"]
    reasons = {row[5].value for row in shared.iter_rows(min_row=4)}
    assert reasons and not [r for r in reasons if _HAN.search(str(r or ""))]
    page = summary_page(made, ENGLISH, "en").decode()
    heads = re.findall(r"<(?:th|h1|h2|p)>(.*?)</", page)
    assert heads and not [h for h in heads if _HAN.search(h)]


def test_charts_of_a_summary_stand_on_a_page_of_their_own() -> None:
    made = round_of([filled_worksheet(), other()], ["one", "two"], the_tools(), {})
    first = load_workbook(io.BytesIO(summary_workbook(made, NAMING))).worksheets[0]
    (page,) = first.row_breaks.brk
    assert all(c.anchor._from.row >= page.id for c in first._charts)


def test_a_comparison_in_english_has_english_heads_and_page_numbers() -> None:
    before = filled_worksheet()
    facts = tuple(
        f.model_copy(update={"value": 30}) if f.field == "app_staff_total" else f
        for f in before.facts
    )
    after = before.model_copy(update={"facts": facts})
    told = resubmission(Filing(before, ENGLISH, "en"), Filing(after, ENGLISH, "en"))
    (moved,) = told.figures
    assert (moved.before, moved.after) == ("24 persons", "30 persons")
    document = Document(io.BytesIO(comparison_docx(told)))
    heads = [c.text for t in document.tables for c in t.rows[0].cells]
    heads += [p.text for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert heads and not [h for h in heads if _HAN.search(h)]
    assert "NUMPAGES" in document.sections[0].footer._element.xml

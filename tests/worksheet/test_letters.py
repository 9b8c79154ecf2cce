"""补正通知书: what failed and what lacks is in it, what a reviewer dismissed is not."""

from __future__ import annotations

import io

from docx import Document
from support.config import the_tools
from support.decided import filled_worksheet

from extractor.core.worksheet import MaterialStatus, Outcome, Severity
from extractor.pipeline.naming import naming_of
from extractor.worksheet.letters.supplement import supplement_letter
from extractor.worksheet.telling import Telling
from extractor.worksheet.wording import words_of

NAMING = naming_of(the_tools().catalogue)


def letter_text(dispositions: dict[str, str]) -> str:
    content = supplement_letter(Telling(filled_worksheet(), words_of("zh"), NAMING), dispositions)
    assert content == supplement_letter(
        Telling(filled_worksheet(), words_of("zh"), NAMING), dispositions
    )
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for c in t._cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_every_error_and_every_missing_material_is_in_the_letter() -> None:
    sheet, text = filled_worksheet(), letter_text({})
    errors = [
        f
        for f in sheet.findings
        if f.outcome is Outcome.FAILED
        and f.severity is Severity.ERROR
        and not f.check.startswith("RC-")
    ]
    missing = [
        m
        for m in sheet.materials
        if m.status is MaterialStatus.NOT_FOUND and m.requirement == "mandatory"
    ]
    assert errors and missing
    assert all(f"（{f.check}）" in text and "、".join(f.articles) in text for f in errors)
    assert all(m.text in text and m.article in text for m in missing)


def test_a_dismissed_finding_is_left_out_and_an_asked_one_is_in() -> None:
    failed = [f for f in filled_worksheet().findings if f.outcome is Outcome.FAILED]
    error = next(
        f for f in failed if f.severity is Severity.ERROR and not f.check.startswith("RC-")
    )
    assert f"（{error.check}）" in letter_text({})
    assert f"（{error.check}）" not in letter_text({f"{error.check}/error": "dismiss"})
    for info in (f for f in failed if f.severity is Severity.INFO):
        assert f"（{info.check}）" in letter_text({f"{info.check}/info": "ask"})


def test_the_letter_never_says_how_the_application_ends() -> None:
    text = letter_text({})
    assert not [word for word in ("不予认定", "予以认定", "不通过", "造假") if word in text]


def test_what_the_machine_suspects_of_its_own_reading_is_not_told_to_the_applicant() -> None:
    text = letter_text({})
    assert "识别存疑" not in text and "改动一个字符" not in text and "置信度" not in text
    assert "（RC-01）" not in text


def test_a_letter_has_page_numbers_and_a_caption_for_readers_of_another_language() -> None:
    telling = Telling(filled_worksheet(), words_of("zh"), NAMING)
    caption = words_of("en")("caption.letter")
    document = Document(io.BytesIO(supplement_letter(telling, {}, caption=caption)))
    assert "NUMPAGES" in document.sections[0].footer._element.xml
    assert document.tables[0].rows[0].cells[0].text.startswith(caption)


def test_articles_in_a_letter_come_without_the_ids_of_conditions() -> None:
    sheet = filled_worksheet()
    failed = next(f for f in sheet.findings if f.outcome is Outcome.FAILED)
    cited = failed.model_copy(
        update={"articles": ("JX23.6.1.assets: 第六条（一）",), "severity": Severity.ERROR}
    )
    shown = sheet.model_copy(update={"findings": (cited,)})
    content = supplement_letter(
        Telling(shown, words_of("zh"), NAMING), {f"{cited.check}/error": "ask"}
    )
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for c in t._cells]
    assert "第六条（一）" in cells
    assert not [c for c in cells if "JX23.6.1" in c]

"""English of what rules say: complete, with the figures, units and pages of the Chinese."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from extractor.core.worksheet import Finding, Outcome, Worksheet
from extractor.pipeline.naming import english_of, naming_of
from extractor.rules.checks.cases import book_of, load_cases, run_case
from extractor.rules.checks.spec import CheckSpec
from extractor.rules.criteria import judge_criterion
from extractor.rules.evaluate import checks_of
from extractor.rules.facts import FactBook
from extractor.rules.materials import judge_material
from extractor.rules.scheme_cases import book_of_case, cases_of
from extractor.setup.catalogue import load_catalogue
from extractor.setup.paths import config_dir
from extractor.setup.scheme_loading import load_schemes
from extractor.setup.schemes import Scheme
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.prepared import for_people, prepare

CATALOGUE = load_catalogue(config_dir())
SCHEMES = load_schemes(config_dir(), CATALOGUE)
CHECKS: dict[str, CheckSpec] = {spec.id: spec for spec in checks_of(CATALOGUE)}
ENGLISH = english_of(CATALOGUE)
GOLDEN = Path(__file__).parents[1] / "bench" / "golden"
_HAN = re.compile("[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LABELS = "".join(english for _, english in ENGLISH.labels.values())
"""English labels quote what is printed on a form."""
_NAMES = "北京江西中国中小企业协会七"
"""Names that stand on no paper of a case: provinces of a code, another packet's recommender."""


def _left(english: str, book: FactBook) -> list[str]:
    """Chinese in an English text that stood neither on the paper nor in a label."""
    facts = book.facts_by_id.values()
    paper = "".join(f"{f.value}{f.raw}{f.printed.label}" for f in facts)
    paper += "".join(
        f"{d.title}{[(s.text, s.kind, s.organisation) for s in d.seals]}" for d in book.documents
    )
    known = paper + _LABELS + _NAMES
    return [run for run in _HAN.findall(english) if any(ch not in known for ch in run)]


def _texts_of(scheme: Scheme) -> Iterator[str]:
    head = scheme.head
    yield from (head.title_zh, head.status, *head.gaps, *(f.zh for f in head.functions))
    yield from (r.words_zh for r in head.relaxations)
    if head.banner:
        yield head.banner
    for item in (*scheme.criteria, *scheme.materials):
        yield item.text_zh
        if item.note_zh:
            yield item.note_zh
    for criterion in scheme.criteria:
        yield from criterion.routes.values()
    for ambiguity in scheme.ambiguities.values():
        yield from (ambiguity.text_zh, ambiguity.default_zh)
        yield from (reading.text_zh for reading in ambiguity.readings)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda s: s.id)
def test_every_text_of_a_scheme_has_its_english(scheme: Scheme) -> None:
    assert [text for text in _texts_of(scheme) if _HAN.search(ENGLISH.message(text))] == []


def test_every_check_says_its_finding_in_english() -> None:
    assert [spec.id for spec in CHECKS.values() if not spec.finding_en] == []
    assert [spec.id for spec in CHECKS.values() if _HAN.search(spec.finding_en + spec.en)] == []


def _findings() -> Iterator[tuple[str, Finding, FactBook]]:
    """Of the cases that fail all, of the others the first of each check."""
    seen = set()
    for case in load_cases(config_dir(), CHECKS.values()):
        if case.expect != "failed" and (case.check, case.expect) in seen:
            continue
        seen.add((case.check, case.expect))
        found, _ = run_case(case, CHECKS[case.check], SCHEMES[case.scheme], CATALOGUE)
        for finding in found:
            yield case.where, finding, book_of(case.situation, CATALOGUE)


def test_every_finding_of_the_cases_is_told_in_english_with_its_figures() -> None:
    seen = set()
    for where, finding, book in _findings():
        fields = {ident: fact.field for ident, fact in book.facts_by_id.items()}
        english = ENGLISH.finding(finding, fields)
        assert _left(english.message, book) == [], f"{where}: {finding.message}\n{english.message}"
        assert _left(english.difference or "", book) == [], f"{where}: {finding.difference}"
        if finding.outcome is Outcome.FAILED:
            lost = set(_NUMBER.findall(finding.message)) - set(_NUMBER.findall(english.message))
            assert lost == set(), f"{where}: {finding.message}\n{english.message}"
        assert english.pages == finding.pages and english.facts == finding.facts
        seen.add((finding.check, finding.outcome))
    assert len(seen) == 3 * len(CHECKS), "each check passed, failed and not run"


def test_notes_of_criteria_and_papers_are_told_in_english() -> None:
    for scheme in SCHEMES.values():
        own = {spec.id for spec in scheme.criteria}
        for case in cases_of(scheme, CATALOGUE):
            book = book_of_case(case, CATALOGUE)
            expected = (scheme.criterion(ident) for ident in case.situation.expect if ident in own)
            judged = (judge_criterion(book, scheme, spec) for spec in expected)
            for criterion in map(ENGLISH.criterion, judged):
                said = "".join((criterion.note or "", *(r.title for r in criterion.readings)))
                assert _left(said, book) == [], f"{scheme.id} {criterion.id}: {said}"
            papers = map(scheme.material, case.situation.materials)
            for material in (ENGLISH.material(judge_material(book, m)) for m in papers):
                assert _left(material.note or "", book) == [], f"{scheme.id} {material.id}"


def test_names_from_the_paper_stay_as_they_were_printed() -> None:
    told = ENGLISH.message(
        "申请单位名称“申报培训服务中心”与证照名称“南昌未见有限公司”不一致（第2、3页）", "ID-04"
    )
    assert told == (
        "Name of the applicant “申报培训服务中心” is not that on the certificate, "
        "“南昌未见有限公司” (pages 2, 3)"
    )


def test_a_finding_of_a_check_that_has_no_english_stays_chinese() -> None:
    finding = Finding(
        check="ZZ-99", title="县级要求", severity="warn", outcome=Outcome.FAILED,
        message="县里另有要求：面积 80 平方米（第4页）", values={"面积": "80 平方米"},
    )  # fmt: skip
    english = ENGLISH.finding(finding)
    assert english.title == "县级要求"
    assert english.message == "县里另有要求：面积 80 平方米 (page 4)"
    assert english.values == {"面积": "80 m²"}


@pytest.mark.parametrize(
    "text",
    [
        "（" * 3000, "“" * 500 + "；" * 500, "未见" * 2000, "第1、2行" * 300, "：（）、，" * 400, "{x}{0}未见{x!r}",
        "未核对：缺少 " + "、" * 3000, "；".join(["并且：或：第1行甲（第2页）"] * 300),
    ],
)  # fmt: skip
def test_words_of_a_hostile_page_are_told_without_harm(text: str) -> None:
    assert ENGLISH.message(text, "ID-04")
    assert ENGLISH.message(f"申请单位名称“{text}”与证照名称“甲”不一致（第2页）", "ID-04")


def _golden() -> Worksheet:
    plain = json.loads((GOLDEN / "jiangxi-clean.worksheet.json").read_bytes())
    plain["extractor"] |= {"version": "1", "config_sha256": "0" * 64}  # left out of the golden file
    return Worksheet.model_validate_json(json.dumps(plain))


class NoPictures:
    """Page pictures that are not there."""

    def get(self, page_no: int) -> Image.Image | None:
        """None of any page."""
        return None


def test_the_stored_worksheet_is_the_same_in_every_language() -> None:
    worksheet = _golden()
    names = {lang: naming_of(CATALOGUE, lang) for lang in ("zh", "en")}
    chinese = prepare(worksheet, NoPictures(), naming=names["zh"], lang="zh", pictures=False)
    english = prepare(worksheet, NoPictures(), naming=names["en"], lang="en", pictures=False)
    assert chinese.content == english.content
    masked = mask_worksheet(worksheet, names["zh"].sensitive)
    assert chinese.shown.findings == for_people(masked, names["zh"], "zh").findings
    told = zip(worksheet.findings, english.shown.findings, strict=True)
    assert any(before.message != after.message for before, after in told)

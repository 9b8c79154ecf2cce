"""The declaration of truthfulness: year and recommender in its sentence, signature, seal and date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.baselines import baseline_rows
from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import Spot, build_fact
from extractor.fields.marks.signatures import signature_after
from extractor.fields.prose import find_fact, last_date, page_paragraphs, seal_fact
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.values.names import has_org_suffix

_SIGNERS = ("法定代表人", "法人代表", "单位负责人")


#: Longest line (folded) that is a title, and how titles of such papers end.
_TITLE = 24
_TITLES = ("承诺书", "承诺函", "声明书", "声明函", "保证书", "诚信声明", "申报声明")
_SIGNER = (
    r"(?:法定代表人|法人代表|单位负责人|负责人)\s*(?:[（(]\s*(?:签字|签名|签章|签署|签字或盖章|签字盖章)\s*[）)])?\s*"
    r"[:：]\s*([\u4e00-\u9fa5·]{2,4}|[\u4e00-\u9fa5·]+·[\u4e00-\u9fa5·]+)(?=\s|$)"
)
#: 对2024年度申报…, 自愿申报2023年度太原市…示范平台: the year applied in, never one of an earlier recognition.
_YEARS = (
    r"对?\s*[（(]?\s*((?:19|20)\d\s?\d)\s*[）)]?\s*年度?\s*申报",
    r"(?:申报|申请|参加|参与|参评)[\s_＿]*[（(]?\s*((?:19|20)\d\s?\d)\s*[）)]?[\s_＿]*年度?"
    r"[^，。；;]{0,24}?(?:示范平台|星级平台|服务平台|示范基地|评审|评定|认定|复核|复评)",
)
_SEALED_NAME = r"^\s*([\u4e00-\u9fa5（）()]{4,40}?)\s*[（(]\s*(?:单位)?(?:盖章|公章|加盖公章|盖公章)\s*[）)]\s*$"


#: The text itself may say who declares: 某某中心现就申报…有关事项承诺如下, 本单位（某某公司）郑重承诺.
_DECLARES = (
    r"^\s*([\u4e00-\u9fa5（）()·]{4,40}?(?:公司|中心|协会|院|所|厂|社|商会|学会|促进会|基金会|联合会|大学|学校))\s*"
    r"(?:谨此|谨|现|特|在此|兹)?(?:就|对|向|郑重|承诺|声明|保证)[^。；;]{0,60}?(?:承诺|声明|保证)",
    r"(?:我|本)(?:单位|公司|企业|机构|中心|协会)\s*[（(]\s*(?:单位名称|名称|全称)?\s*[:：]?\s*"
    r"([\u4e00-\u9fa5（）()·]{4,40}?)\s*[）)]\s*[^。；;]{0,30}?(?:承诺|声明|保证)",
)


def read_declaration(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Facts of a declaration beside its labelled foot (which the form reader takes)."""
    catalogue = specs.catalogue
    facts: list[Fact | None] = []
    for page in view.pages:
        runs = page_paragraphs(page)
        facts.append(_present(view, page))
        years = (
            find_fact(view, catalogue, "decl_year", runs, pattern, kind="year")
            for pattern in _YEARS
        )
        facts.append(next((year for year in years if year is not None), None))
        facts.append(
            find_fact(
                view,
                catalogue,
                "decl_recommender",
                runs,
                r"[只仅]?(?:通过|由|向)[\s_＿]*(?![（(]?\s*推荐单位)([\u4e00-\u9fa5（）()]{4,30}?)[\s_＿]*"
                r"(?:[（(]?(?:这?一[家个]|作为)?推荐(?:单位|部门|机构)[）)]?|[这]?一[家个](?:单位|部门)?)?\s*(?:进行)?(?:推荐|申报)",
            )
        )
        facts.append(_signer(view, specs, page))
        facts.append(
            _named_beside_seal(view, specs, page)
            or _signed_alone(view, specs, page)
            or _declaring(view, specs, runs)
        )
        facts.append(last_date(view, catalogue, "decl_date", page, _foot(page)))
        facts.append(seal_fact(view, "decl_sealed", page, page.read.seals, bool(page.read.seals)))
        facts.append(signature_after(view, "decl_signed", page, _SIGNERS))
    return Extraction(facts=tuple(f for f in facts if f is not None))


def _signer(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The name behind 法定代表人（签字）: never certain, for it is usually written by hand."""
    runs = [TextRun(page, tuple(row)) for row in baseline_rows(_foot(page))]
    return find_fact(view, specs.catalogue, "decl_signature_name", runs, _SIGNER)


def _named_beside_seal(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The organisation of a foot without labels: 某某公司（盖章）."""
    runs = [
        run
        for row in baseline_rows(_foot(page))
        if has_org_suffix(
            re.sub(r"\s*[（(][^（()）]*[）)]\s*$", "", (run := TextRun(page, tuple(row))).text)
        )
    ]
    return find_fact(view, specs.catalogue, "decl_org_name", runs, _SEALED_NAME)


def _signed_alone(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The one organisation that stands alone on a row of the foot, under a text that says 我/本单位."""
    alone = [
        run
        for row in baseline_rows(_foot(page))
        if has_org_suffix(fold_text((run := TextRun(page, tuple(row))).text))
        and re.fullmatch(r"\s*[\u4e00-\u9fa5（）()]{6,40}\s*", run.text)
        and not re.search(r"[局厅委部]$", fold_text(run.text))
    ]
    if len({fold_text(run.text) for run in alone}) != 1:
        return None
    return find_fact(view, specs.catalogue, "decl_org_name", alone, r"^\s*(\S.*\S)\s*$")


def _declaring(view: DocumentView, specs: FieldSpecs, runs: Sequence[TextRun]) -> Fact | None:
    """The organisation that the opening sentence lets declare, where the foot names none."""
    for pattern in _DECLARES:
        found = find_fact(view, specs.catalogue, "decl_org_name", runs, pattern)
        if found is not None and has_org_suffix(str(found.value)):
            return found
    return None


def _present(view: DocumentView, page: PacketPage) -> Fact | None:
    for line in page.read.lines:
        text = fold_text(line.text)
        titled = len(text) <= _TITLE and text.endswith(_TITLES)
        if ("真实性" in text and ("声明" in text or "承诺" in text)) or titled:
            spot = Spot(page, line.box, line.text, line.confidence, line.source)
            return build_fact("decl_present", spot, True, document=view.id, method=Method.PROSE)
    return None


def _foot(page: PacketPage) -> list[Line]:
    middle = page.read.upright.height_pt * 0.35
    return [line for line in page.read.lines if line.box.cy > middle]

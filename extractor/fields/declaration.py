"""The declaration of truthfulness: year and recommender in its sentence, signature, seal and date."""

from __future__ import annotations

from extractor.core.page import Line, PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.make import Spot, build_fact
from extractor.fields.prose import find_fact, last_date, page_paragraphs, seal_fact
from extractor.fields.signatures import signature_after
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_SIGNERS = ("法定代表人", "法人代表", "单位负责人")


def read_declaration(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Facts of a declaration beside its labelled foot (which the form reader takes)."""
    catalogue = specs.catalogue
    facts: list[Fact | None] = []
    for page in view.pages:
        runs = page_paragraphs(page)
        facts.append(_present(view, page))
        facts.append(
            find_fact(
                view,
                catalogue,
                "decl_year",
                runs,
                r"对?\s*[（(]?\s*((?:19|20)\d\s?\d)\s*[）)]?\s*年度?\s*申报",
                kind="year",
            )
        )
        facts.append(
            find_fact(
                view,
                catalogue,
                "decl_recommender",
                runs,
                r"只?通过[\s_＿]*([\u4e00-\u9fa5（）()]{4,30}?)[\s_＿]*[（(]?推荐单位[）)]?进行申报",
            )
        )
        facts.append(last_date(view, catalogue, "decl_date", page, _foot(page)))
        facts.append(seal_fact(view, "decl_sealed", page, page.read.seals, bool(page.read.seals)))
        facts.append(signature_after(view, "decl_signed", page, _SIGNERS))
    return Extraction(facts=tuple(f for f in facts if f is not None))


def _present(view: DocumentView, page: PacketPage) -> Fact | None:
    for line in page.read.lines:
        text = fold_text(line.text)
        if "真实性" in text and ("声明" in text or "承诺" in text):
            spot = Spot(page, line.box, line.text, line.confidence, line.source)
            return build_fact("decl_present", spot, True, document=view.id, method=Method.PROSE)
    return None


def _foot(page: PacketPage) -> list[Line]:
    middle = page.read.upright.height_pt * 0.35
    return [line for line in page.read.lines if line.box.cy > middle]

"""Property certificates and leases: what kind of paper it is, and what it says only in sentences."""

from __future__ import annotations

import re

from extractor.core.worksheet import Method
from extractor.fields.forms.narrow import spans_of
from extractor.fields.papers.agreements import complete_term
from extractor.fields.papers.parties import name_fact, parties_of
from extractor.fields.papers.reader import LOOSE, Paper, first_words, page_rows, printed
from extractor.fields.prose import page_paragraphs
from extractor.values.names import has_org_suffix

_FREE = ("无偿使用证明", "无偿提供", "无偿使用", "免费提供", "免费使用", "免收租金", "无偿借用")
_LEASED = (
    "房屋租赁合同",
    "租赁合同",
    "租赁协议",
    "场地租赁",
    "房屋出租",
    "写字楼租赁",
    "出租方",
    "承租方",
)
_OWNED = (
    "不动产权证书",
    "不动产权证",
    "房屋所有权证",
    "房地产权证",
    "房产证",
    "不动产权",
    "房权证",
)
_SITUATED = re.compile(
    r"(?:位于|坐落于|坐落在|座落于|坐落|地址为|地处)\s*[:：]?\s*(?P<address>[^，。；;、]{6,60}?)"
    r"(?=的|[，。；;]|$)"
)
_AREA_WORDS = re.compile(r"(?:建筑|租赁|使用|计租|房屋|场地|总)?面积")
_CERT_NO = re.compile(
    r"[\u4e00-\u9fa5]{1,6}\s*[（(〔\[]\s*\d{4}\s*[）)〕\]]\s*[\u4e00-\u9fa5]{0,12}(?:不动产权|房权证|房产证|房地证)\s*第?\s*\d{4,12}\s*号"
    r"|[\u4e00-\u9fa5]{0,4}(?:房权证|房产证|房地权证|房地证|不动产权证?)[\u4e00-\u9fa5A-Za-z]{0,14}?字?\s*第?\s*[A-Z0-9\-]{4,14}\s*号"
)


def finish_premises(paper: Paper) -> None:
    """Kind, certificate number, and what a lease tells in sentences."""
    _kind(paper)
    _cert_number(paper)
    if paper.view.type == "property_certificate":
        _of_the_building(paper)
        return
    for field, role in (("premises_docs.owner", "甲方"), ("premises_docs.user", "乙方")):
        party = next((p for p in parties_of(paper) if p.role == role), None)
        if party is not None:
            paper.add(name_fact(paper, field, party))
    _sentences(paper)
    _free_use(paper)
    complete_term(paper, "premises_docs.term")


#: A certificate of today tells land and building in one line: 宗地面积3020㎡/房屋建筑面积286㎡, 商业用地/办公.
_BUILT = re.compile(
    r"(?:房屋建筑|房屋|专有建筑|建筑)面积\s*[:：]?\s*(?P<area>\d[\d,，]*(?:[.．]\d+)?)\s*(?:平方米|平方|㎡|m²|m2|m)?(?![\d.])"
)
_LAND_AND_HOUSE = re.compile(
    r"[\u4e00-\u9fa5、]{2,16}用地\s*[/／|]\s*(?P<use>[\u4e00-\u9fa5、]{2,16})"
)


def _of_the_building(paper: Paper) -> None:
    """Area and use of the building where the certificate tells those of its land with them."""
    for row in paper.rows():
        for pattern, name in ((_BUILT, "area"), (_LAND_AND_HOUSE, "use")):
            told = pattern.search(row.text)
            if told is None:
                continue
            field = f"premises_docs.{name}"
            before = paper.cells.pop(field, None)
            paper.add(
                paper.read(field, row, told.span(name), method=Method.OCR_LABEL, unit="平方米")
            )
            if field not in paper.cells and before is not None:
                paper.add(before)


def _kind(paper: Paper) -> None:
    """Free use outweighs a lease, a certificate outweighs neither in a contract that cites it."""
    order = (("owned", _OWNED),) if paper.view.type == "property_certificate" else (
        ("free_use", _FREE), ("leased", _LEASED),
    )  # fmt: skip
    for kind, words in order:
        spot = first_words(paper, words)
        if spot is not None:
            paper.add(paper.state("premises_docs.kind", spot, kind, 1.0))
            return


def _cert_number(paper: Paper) -> None:
    if "premises_docs.cert_no" in paper.cells:
        return
    for page in paper.pages:
        for run in page_rows(page):
            match = _CERT_NO.search(run.text)
            if match:
                paper.add(paper.read("premises_docs.cert_no", run, match.span()))
                return


_GIVEN_TO = re.compile(
    r"(?:提供给?|给予?|交由|供)\s*(?P<user>[\u4e00-\u9fa5（）()]{4,40}?)(?=作为|作|用于|使用|免费|无偿|办公)"
)


def _free_use(paper: Paper) -> None:
    """A certificate of free use names its user in a sentence; who gives it stands alone at the foot."""
    if "premises_docs.user" not in paper.cells:
        for page in paper.pages:
            for run in page_paragraphs(page):
                given = _GIVEN_TO.search(run.text)
                if given and has_org_suffix(given["user"]):
                    paper.add(
                        paper.read("premises_docs.user", run, given.span("user"), factor=0.95)
                    )
    told = printed(paper)
    if "premises_docs.owner" in paper.cells or not re.search(r"兹证明|特此证明|证明", told):
        return
    for page in reversed(paper.pages):
        for run in reversed(page_rows(page)):
            name = run.text.strip()
            if (
                has_org_suffix(name)
                and 4 <= len(name) <= 30
                and re.fullmatch(r"[\u4e00-\u9fa5（）()]+", name)
            ):
                paper.add(paper.read("premises_docs.owner", run, (0, len(run.text)), factor=0.95))
                return


def _sentences(paper: Paper) -> None:
    for page in paper.pages:
        for run in page_paragraphs(page):
            place = _SITUATED.search(run.text)
            if place:
                paper.add(
                    paper.read("premises_docs.address", run, place.span("address"), factor=0.95)
                )
            for area in spans_of("area", run.text):
                if _AREA_WORDS.search(run.text[max(0, area[0] - 16) : area[0]]):
                    paper.add(paper.read("premises_docs.area", run, area, factor=LOOSE))
            use = re.search(
                r"(?:作为|用作|用于|作|用途(?:为|是|:|：))\s*(?P<use>(?:办公|经营|商业|生产|仓储|培训|服务)[^，,。；;：:]{0,16}?)(?=使用|之用|[，,。；;]|$)",
                run.text,
            )
            if use:
                paper.add(paper.read("premises_docs.use", run, use.span("use"), factor=LOOSE))

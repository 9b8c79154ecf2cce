"""Certificates: their kind by what is printed on them, holder and standard where no label gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.text import fold_text
from extractor.fields.forms.narrow import spans_of
from extractor.fields.make import spot_of
from extractor.fields.papers.agreements import complete_sign_date
from extractor.fields.papers.parties import same_name
from extractor.fields.papers.reader import LOOSE, Paper, first_words, page_rows
from extractor.fields.prose import page_paragraphs
from extractor.fields.runs import TextRun
from extractor.values.names import has_org_suffix
from extractor.values.traditional import to_simplified

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("professional_qms", ("专业技术服务领域质量管理体系", "专业技术服务领域")),
    ("cma", ("检验检测机构资质认定证书", "检验检测机构资质认定", "资质认定证书", "计量认证证书")),
    ("iso17025", ("实验室认可证书", "检验机构认可证书", "CNAS-CL01", "ISO/IEC 17025")),
    (
        "gbt19001",
        ("GB/T 19001", "GB/T19001", "ISO 9001", "质量管理体系认证证书", "质量管理体系认证"),
    ),
    ("training_qualification", ("民办学校办学许可证", "办学许可证", "培训资质", "培训机构资质")),
    ("licence", ("许可证", "经营许可")),
)
_STANDARD = re.compile(
    r"GB\s*/?\s*T\s*\d{4,5}(?:\.\d+)?\s*[-－—]?\s*\d{4}(?:\s*(?:idt|/|，|,)?\s*I[S5][O0](?:/IEC)?\s*\d{4,5}\s*[:：-]\s*\d{4})?"
    r"|ISO(?:\s*/\s*IEC)?\s*\d{4,5}\s*[:：-]\s*\d{4}|RB\s*/?\s*T\s*214\s*[-－—]\s*\d{4}|CNAS\s*-\s*CL01(?:\s*[:：]\s*\d{4})?",
    re.IGNORECASE,
)
#: No. 09822Q10427R0S, (编号: 0122-Q-0045), 证书 No 12345678 on a row of its own.
_NO = re.compile(
    r"\s*[（(\[【]?\s*(?:证书|注册|登记|备案)?\s*(?:N[Oo0o°º][.。:：]?|№|编\s*号|字号)\s*[:：.]?\s*(?P<no>(?=[^\s]*\d{3})[0-9A-Z][0-9A-Z\-—/.]{5,30})\s*[）)\]】]?\s*$"
)
_HOLDER_BEFORE = re.compile(r"兹\s*证\s*明|特发此证|授予|颁发给|批准|经审查|经评审")
_ADDRESS = re.compile(r"地址|住所|邮编")
_SCOPE = re.compile(
    r"(?:适用于|覆盖(?:了|范围)?|认证(?:覆盖)?范围(?:为|包括)?|从事|具备)\s*(?:如下)?\s*[:：]?\s*(?P<scope>[^。\n]{4,120})"
)


def finish_certificate(paper: Paper) -> None:
    """Kind, standard, holder and scope of a qualification or management system certificate."""
    _kind(paper)
    for run in paper.rows():
        match = _STANDARD.search(run.text)
        if match:
            slip = re.search(r"I5|IS0", match.group()) is not None  # O read as a nought
            paper.add(
                paper.read(
                    "certificates.standard", run, match.span(), factor=LOOSE if slip else 1.0
                )
            )
    _number(paper)
    _holder(paper)
    _issuer(paper)
    for page in paper.pages:
        for run in page_paragraphs(page):
            match = _SCOPE.search(run.text)
            if match and "certificates.scope" not in paper.cells and "标准" not in match["scope"]:
                paper.add(paper.read("certificates.scope", run, match.span("scope"), factor=0.8))
    _dates_of_period(paper)


def _kind(paper: Paper) -> None:
    for kind, words in _KINDS:
        spot = first_words(paper, words)
        if spot is not None:
            paper.add(paper.state("certificates.kind", spot, kind, 1.0))
            return
    spot = first_words(paper, ("证书", "资质", "资格"))
    if spot is not None:
        paper.add(paper.state("certificates.kind", spot, "other", 0.8))


def _number(paper: Paper) -> None:
    """A number that only No. or 编号 leads, or that stands in brackets under the title."""
    if "certificates.number" in paper.cells:
        return
    for page in paper.pages:
        for run in page_rows(page)[:12]:
            told = _NO.match(run.text)
            if told is not None:
                paper.add(paper.read("certificates.number", run, told.span("no"), factor=0.97))
                return


def _holder(paper: Paper) -> None:
    """The organisation alone on a row under 兹证明, or in the heading of the certificate."""
    field = "certificates.holder"
    if field in paper.cells:
        return
    for page in paper.pages:
        rows = page_rows(page)
        for i, run in enumerate(rows):
            lead = _HOLDER_BEFORE.search(run.text)
            if lead is None:
                continue
            own = TextRun(page, run.lines)
            tail = run.text[lead.end() :]
            for candidate, offset in ((own, lead.end()), *((r, 0) for r in rows[i + 1 : i + 4])):
                text = tail if offset else candidate.text
                for a, b in spans_of("org_name", text):
                    name = text[a:b]
                    if (
                        has_org_suffix(name)
                        and 4 <= len(fold_text(name)) <= 40
                        and not _ADDRESS.search(name)
                    ):
                        fact = paper.read(field, candidate, (offset + a, offset + b), factor=0.97)
                        if fact is not None:
                            paper.add(fact)
                            return


def _issuer(paper: Paper) -> None:
    """The body whose name stands alone over the certificate's title, where no label names it."""
    if "certificates.issuer" in paper.cells or not paper.pages:
        return
    for run in page_rows(paper.pages[0])[:4]:
        name = fold_text(run.text)
        if "证书" in name:
            break
        if (
            has_org_suffix(name)
            and 6 <= len(name) <= 30
            and re.fullmatch(r"[\u4e00-\u9fa5（）()\s]+", run.text)  # no label before it
        ):
            paper.add(paper.read("certificates.issuer", run, (0, len(run.text)), factor=0.95))
            return
    _issuer_at_foot(paper)


def _issuer_at_foot(paper: Paper) -> None:
    """The one body alone on a row of the page's lowest third that is not the holder."""
    page = paper.pages[0]
    low = page.read.upright.height_pt * 0.67
    holder = paper.cells.get("certificates.holder")
    if holder is None:
        return  # nobody knows whose name this would be
    rows = [r for r in page_rows(page) if r.lines[0].box.cy > low]
    named = [
        r
        for r in rows
        if re.fullmatch(r"[\u4e00-\u9fa5（）()\s]{6,30}", r.text)
        and has_org_suffix(fold_text(r.text))
        and not same_name(r.text.strip(), (str(holder.value),))
    ]
    if len(named) == 1:
        run = named[0]
        paper.add(paper.read("certificates.issuer", run, (0, len(run.text)), factor=0.95))


def _dates_of_period(paper: Paper) -> None:
    """有效期：2021年3月1日至2024年2月28日 also says when the certificate began."""
    if "certificates.issue_date" in paper.cells:
        return
    for run in paper.rows():
        if "有效期" not in fold_text(run.text):
            continue
        spans = spans_of("date", run.text)
        if len(spans) == 2:
            paper.add(paper.read("certificates.issue_date", run, spans[0], factor=0.8))
            return
    complete_sign_date(paper, "certificates.issue_date")


_IP_KINDS = (
    ("invention", ("发明专利证书", "发明名称")),
    ("utility", ("实用新型专利证书", "实用新型名称")),
    ("design", ("外观设计专利证书", "外观设计名称")),
    ("software", ("计算机软件著作权登记证书", "软件著作权", "软件名称")),
    ("trademark", ("商标注册证", "核定使用商品", "核定使用服务项目")),
    ("standard", ("团体标准", "地方标准", "国家标准", "行业标准", "企业标准")),
    ("brand", ("名牌产品", "品牌证书", "著名商标")),
)
_IP_NUMBER = re.compile(
    r"(?:ZL\s*)?(?:19|20)\d{2}\s*\d\s*\d{7}\s*[.．]\s*[\dXx]|\d{4}SR\d{6,7}|(?<=第)\s*\d{6,9}(?=\s*号)|[A-Z/]{2,8}\s*\d{3,6}(?:\.\d+)?[-—]\d{4}"
)


def finish_ip(paper: Paper) -> None:
    """Kind of the right and its number by its shape."""
    for kind, words in _IP_KINDS:
        spot = first_words(paper, words)
        if spot is not None:
            paper.add(paper.state("ip_items.kind", spot, kind, 1.0))
            break
    for run in paper.rows():
        match = _IP_NUMBER.search(run.text)
        if match and not re.search(
            r"公告号|证书号|申请号|证书\s*第", run.text[: match.start() + 1]
        ):
            paper.add(paper.read("ip_items.number", run, match.span(), factor=0.9))
    foot_date(paper, "ip_items.date")


_PERSON_KINDS = (
    ("academic_degree", ("学士学位证书", "硕士学位证书", "博士学位证书", "学位证书", "学位证")),
    ("degree", ("毕业证书", "学历证书", "毕业证", "学历认证")),
    ("appointment", ("聘书", "聘任证书", "专业技术职务聘任")),
    ("title", ("专业技术资格证书", "专业技术职务任职资格证书", "专业技术职务任职资格", "职称证书", "专业技术资格", "任职资格", "高级工程师", "评审委员会")),
    ("vocational", ("职业资格证书", "执业资格证书", "职业技能等级证书", "资格证书")),
)  # fmt: skip
_STUDENT = re.compile(
    r"(?:学生|研究生|学员|同学)\s*[:：]?\s*(?P<name>[\u4e00-\u9fa5·]{2,4}?|[\u4e00-\u9fa5]\s+[\u4e00-\u9fa5])\s*[，,、;；]?\s*(?:(?:性别)?\s*[,，]?\s*[男女]|(?:(?:19|20)\d\d|[一二]九?[〇零○一二三四五六七八九]{3})\s*年)"
)
_NAME_FIRST = re.compile(
    r"^\s*(?P<name>[\u4e00-\u9fa5·]{2,4}?|[\u4e00-\u9fa5]\s+[\u4e00-\u9fa5])\s*[，,、]\s*(?:性别)?\s*[男女]"
)
_LEVEL = re.compile(r"(?P<level>博士研究生|硕士研究生|专升本|本\s*科|专\s*科|大\s*专|高职)")
_DEGREE = re.compile(r"(?P<level>硕\s*士|博\s*士|学\s*士)")
_BORN = re.compile(
    r"(?P<date>[\d〇零○一二三四五六七八九十]{2,4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月(?:\s*[\d一二三四五六七八九十]{1,3}\s*日)?)\s*(?:出)?生"
)
_TITLE_WORDS = re.compile(
    r"(?P<level>(?:正高级|高级|助理|副)?(?:工程师|经济师|会计师|讲师|教授|研究员|统计师|审计师|政工师|农艺师|建造师|律师|馆员)(?:资格)?)"
)


def finish_person(paper: Paper) -> None:
    """Kind, and what a diploma says in its one long sentence."""
    for kind, words in _PERSON_KINDS:
        spot = first_words(paper, words)
        if spot is not None:
            paper.add(paper.state("person_certificates.kind", spot, kind, 1.0))
            break
    levels = (_LEVEL, _DEGREE) if paper.view.type == "education_certificate" else (_TITLE_WORDS,)
    for page in paper.pages:
        for run in page_paragraphs(page):
            _take(paper, run, (_STUDENT, _NAME_FIRST), "person_certificates.name", "name")
            _take(paper, run, (_BORN,), "person_certificates.birth", "date")
    for level in levels:
        for page in paper.pages:
            for run in page_paragraphs(page):
                _take(paper, run, (level,), "person_certificates.level", "level")
    _school(paper)
    foot_date(paper, "person_certificates.date")


def _take(
    paper: Paper, run: TextRun, patterns: Sequence[re.Pattern[str]], field: str, group: str
) -> None:
    for pattern in patterns:
        match = pattern.search(run.text)
        if match and field not in paper.cells:
            paper.add(paper.read(field, run, match.span(group), factor=0.95))


def _school(paper: Paper) -> None:
    """The school stands alone on a row, above or below the sentence, often in large type."""
    field = "person_certificates.issuer"
    if field in paper.cells or paper.view.type != "education_certificate":
        return
    for run in paper.rows():
        text = to_simplified(run.text)
        match = re.fullmatch(
            r"\s*(?:学校|校名|院校)?(?:名称)?[:：]?\s*(?P<name>[\u4e00-\u9fa5\s（）()]{3,24}(?:大学|学院|学校|党校))\s*",
            text,
        )
        if match and re.fullmatch(
            r"(?:普通|成人)?(?:高等|中等)(?:专科|职业)?学校", fold_text(match["name"])
        ):
            continue  # the head of the paper: 普通高等学校 毕业证书
        if match and spot_of(run, *match.span("name")) is not None:
            paper.add(paper.read(field, run, match.span("name"), factor=0.95))
            return


def foot_date(paper: Paper, field: str) -> None:
    """The lowest date of the paper that stands alone, where no label gave one."""
    if field in paper.cells:
        return
    for page in reversed(paper.pages):
        for line in sorted(page.read.lines, key=lambda ln: -ln.box.cy):
            run = TextRun(page, (line,))
            spans = spans_of("date", run.text)
            alone = (
                spans and len(fold_text(run.text)) - len(fold_text(run.text[slice(*spans[0])])) <= 3
            )
            if alone and len(spans) == 1:
                fact = paper.read(field, run, spans[0], factor=0.95, kind="date")
                if fact is not None:
                    paper.add(fact)
                    return

"""Cooperation agreements, service contracts, expert appointments: who, what for, from when to when."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Row, RowSet
from extractor.fields.lists.reader import derive
from extractor.fields.papers.parties import Party, name_fact, parties_of, same_name, sealed_by_both
from extractor.fields.papers.reader import INFERRED, LOOSE, Paper, page_rows, papers_of, printed
from extractor.fields.prose import DATE, page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.prose.entities import EntityKind
from extractor.prose.patterns import find_shapes
from extractor.values.names import has_org_suffix

_HEADING = re.compile(
    r"^\s*(?:第\s*[一二三四五六七八九十\d]{1,3}\s*[条章]|[一二三四五六七八九十]{1,3}\s*[、.．])"
)
_CONTENT = re.compile(
    r"^\s*(?:第\s*[一二三四五六七八九十\d]{1,3}\s*[条章]|[一二三四五六七八九十]{1,3}\s*[、.．]|\d{1,2}\s*[、.．])?\s*"
    r"(?:(?:双方|主要)?(?:合作|服务|协作|共建|共享|委托|支持)(?:的)?(?:主要)?(?:内容|事项|范围|项目|领域|方向|业务|主题)(?:[和及与](?:方式|范围|形式|内容))?\s*[:：]?"
    r"|[（(【]\s*(?:合作|服务|协作)?(?:的)?(?:主要)?(?:内容|事项|范围|项目|领域)\s*[）)】]\s*[:：]?)\s*"
)
#: A clause that says no more than who offers what to whom: 甲方为乙方服务的企业提供法律咨询服务。
_OFFERED_TO = re.compile(
    r"(?:[甲乙丙]方|双方|合作机构|服务机构|平台)[^，,。；;：:]{0,4}(?:为|向|面向|对)[^，,。；;：:]{2,30}?提供(?P<content>[^，,。；;：:]{2,30}?)(?:方面|领域|等)?(?:的)?(?:专业)?服务?[。；;]?\s*"
)
#: 双方在以下方面开展合作：… only leads to what follows.
_CONTENT_LEAD = re.compile(
    r"(?:甲乙)?双方[在就](?:以下|下列|如下)[^：:。]{0,10}(?:合作|服务)[:：]\s*"
)
_TERM_WORDS = re.compile(r"期|自.{0,24}起")
_DATE = re.compile(DATE)
_GOVERNMENT = re.compile(
    r"(?:厅|局|委员会|人民政府|管委会|管理委员会|办公室|工业和信息化部|财政部|机关事务\S{0,4}中心|街道办事处|中小企业\S{0,4}中心)$"
)
_SME = re.compile(r"中小(?:微)?企业|小微企业|专精特新|民营企业")


def read_agreement(view: DocumentView, specs: FieldSpecs, applicant: Collection[str]) -> Extraction:
    """One row a partner of a cooperation agreement; ``applicant`` are the names the applicant goes by."""
    rows: list[Row] = []
    for paper in papers_of(view, specs):
        parties = parties_of(paper)
        complete_term(paper, "agreements.term")
        complete_sign_date(paper, "agreements.sign_date")
        _content(paper)
        paper.add(sealed_by_both(paper, "agreements.sealed_both", max(2, len(parties))))
        own = next((p for p in parties if same_name(p.name, applicant)), None)
        others: list[Party | None] = [p for p in parties if p is not own]
        if not others and not paper.cells:
            continue
        for partner in others or [None]:
            rows.append(_agreement_row(paper, len(rows) + 1, own, partner, others))
            if own is None:
                break  # nobody here is the applicant: one row, both parties as printed
    if not any(c for r in rows for c in r.cells if not c.endswith("sealed_both")):
        return Extraction()
    pages = tuple(p.no for p in view.pages)
    found = RowSet(field="agreements", document=view.id, pages=pages, rows=tuple(rows))
    return Extraction(rows=(found,))


def _agreement_row(
    paper: Paper, no: int, own: Party | None, partner: Party | None, others: Sequence[Party | None]
) -> Row:
    numbered = Paper(paper.view, paper.specs, no, {})
    cells = {k: v for k, v in paper.cells.items() if k.startswith("agreements.")}
    named = own
    if own is None and len(others) >= 2:
        # Which of two is the applicant nobody knows here: printed order, both doubtful.
        partner, named = others[0], others[1]
    for field, party in (("agreements.partner", partner), ("agreements.applicant", named)):
        if party is None:
            continue
        fact = name_fact(numbered, field, party)
        if fact is not None and own is None:
            fact = numbered.read(field, party.run, party.span, factor=LOOSE, label=party.role)
        if fact is not None:
            cells[field] = fact
    return Row(no=no, cells=cells)


def complete_term(paper: Paper, field: str) -> None:
    """A period told in a sentence (本协议有效期三年，自…至…), where no label gave one."""
    if field in paper.cells:
        return
    for page in paper.pages:
        for run in page_paragraphs(page):
            for shape in find_shapes(run.text):
                around = run.text[max(0, shape.start - 30) : shape.end + 12]
                if shape.kind is EntityKind.PERIOD and _TERM_WORDS.search(around):
                    paper.add(paper.read(field, run, (shape.start, shape.end), factor=0.95))
                    return


#: 于2023年3月10日在…签署: the opening says when it was signed.
_SIGNED_ON = re.compile(
    rf"(?:于|在)\s*(?P<date>{DATE})\s*(?:在[^，,。；;]{{2,30}}?)?\s*(?:共同)?(?:签署|签订|订立|签约)"
)
#: 就财务规范与税务辅导达成如下共识, 在实训师资与场地方面建立…: what it is about, in its first sentence.
_ABOUT = re.compile(
    r"(?:就|围绕|针对)(?:在|于)?(?P<content>[^，,。；;：:（()）]{3,40}?)(?:等)?(?:方面|领域|事宜|事项|工作|业务|合作|服务)*(?:达成|开展|签订|订立|进行|经)"
    r"|(?:在|于)(?P<field>[^，,。；;：:（()）]{3,40}?)(?:等)?(?:方面|领域)(?:达成|开展|建立|进行|展开|加强|深化)"
)
_VAGUE = re.compile(r"^(?:以下|下列|如下|有关|相关|合作|本|双方|此|上述|前述|该)")


def complete_sign_date(paper: Paper, field: str) -> None:
    """The date of signing: told in the opening, else the lowest row with nothing but a date."""
    if field in paper.cells:
        return
    for page in paper.pages[:1]:
        for run in page_paragraphs(page):
            told = _SIGNED_ON.search(run.text)
            if told is not None:
                paper.add(paper.read(field, run, told.span("date"), factor=0.97, kind="date"))
                return
    for page in reversed(paper.pages):
        for run in reversed(page_rows(page)):
            dates = list(_DATE.finditer(run.text))
            rest = _DATE.sub("", run.text)
            if dates and len(re.sub(r"[\s日期:：年月签订署约甲乙方双]", "", rest)) <= 4:
                fact = paper.read(field, run, dates[-1].span(), factor=0.95, kind="date")
                if fact is not None:
                    different = {m.group().replace(" ", "") for m in dates}
                    if len(different) > 1:
                        fact = paper.read(field, run, dates[-1].span(), factor=LOOSE, kind="date")
                    paper.add(fact)
                    return


def _content(paper: Paper) -> None:
    """What the parties agreed to do: behind the heading, or the clauses under it up to the next."""
    for page in paper.pages:
        runs = page_paragraphs(page)
        for i, run in enumerate(runs):
            match = _CONTENT.match(run.text)
            if match is None:
                continue
            if len(fold_text(run.text[match.end() :])) >= 3:
                lead = _CONTENT_LEAD.match(run.text, match.end())
                start = lead.end() if lead else match.end()
                bare = run.text.rstrip()
                one = lead is not None and bare.endswith("。") and bare.count("。") == 1
                end = len(bare) - 1 if one else len(run.text)
                clause = _OFFERED_TO.fullmatch(run.text, start, end)
                span = clause.span("content") if clause else (start, end)
                fact = paper.read("agreements.content", run, span)
            else:
                below = list(takewhile(lambda r: not _HEADING.match(r.text), runs[i + 1 :]))
                lines = tuple(line for other in below for line in other.lines)
                block = TextRun(page, lines)
                fact = paper.read("agreements.content", block, (0, len(block.text)))
            paper.add(fact)
            return
    _subject(paper)


def _subject(paper: Paper) -> None:
    """What an agreement without such a heading is about: the opening sentence says it."""
    for page in paper.pages[:1]:
        for run in page_paragraphs(page):
            told = _ABOUT.search(run.text)
            if told is None:
                continue
            group = "content" if told["content"] else "field"
            if not _VAGUE.match(told[group]):
                paper.add(paper.read("agreements.content", run, told.span(group), factor=0.95))
                return


def finish_contract(paper: Paper) -> None:
    """What a contract has beside its labels: parties of the opening, seals, who commissions."""
    parties = parties_of(paper)
    for field, role in (("contracts.party_a", "甲方"), ("contracts.party_b", "乙方")):
        party = next((p for p in parties if p.role == role), None)
        if party is not None:
            paper.add(name_fact(paper, field, party))
    _award(paper)
    _title(paper)
    complete_term(paper, "contracts.term")
    complete_sign_date(paper, "contracts.sign_date")
    if not re.search(r"中标通知书|成交通知书|委托函", printed(paper)[:60]):
        paper.add(sealed_by_both(paper, "contracts.sealed_both"))
    _government(paper)


#: 贵单位参加某某局的“某某项目”的投标: who asked for offers, and for what.
_OFFERED = re.compile(
    r"(?:参加|参与)了?\s*(?P<a>[\u4e00-\u9fa5（）()]{4,30}?)(?:组织|委托|发起|采购|招标)?的?\s*[“\"《「](?P<title>[^”\"》」]{4,50})[”\"》」]"
)
_ADDRESSEE = re.compile(r"^\s*(?P<b>[\u4e00-\u9fa5（）()]{4,40})\s*[:：]\s*$")


def _award(paper: Paper) -> None:
    """A notice of award: the winner is addressed, client and project stand in its first sentence."""
    if not re.search(r"中标通知书|成交通知书|中选通知书", printed(paper)[:60]):
        return
    for page in paper.pages:
        for run in page_rows(page)[:8]:
            to = _ADDRESSEE.match(run.text)
            if to and has_org_suffix(to["b"]):
                paper.add(paper.read("contracts.party_b", run, to.span("b"), factor=0.97))
        for run in page_paragraphs(page):
            offered = _OFFERED.search(run.text)
            if offered is None:
                continue
            if has_org_suffix(offered["a"]):
                paper.add(paper.read("contracts.party_a", run, offered.span("a"), factor=0.97))
            paper.add(paper.read("contracts.title", run, offered.span("title"), factor=0.97))


def _title(paper: Paper) -> None:
    """The heading: the largest of the first rows that ends like the name of a contract."""
    rows = page_rows(paper.pages[0])[:12] if paper.pages else []
    named = [r for r in rows if re.search(r"(?:合同|协议|协议书|合同书)\s*$", r.text)]
    named.sort(key=lambda r: -max(line.box.height for line in r.lines))
    if named and "contracts.title" not in paper.cells:
        paper.add(paper.read("contracts.title", named[0], (0, len(named[0].text))))


def _government(paper: Paper) -> None:
    client = paper.cells.get("contracts.party_a")
    if client is None or not isinstance(client.value, str) or client.page is None:
        return
    government = bool(_GOVERNMENT.search(client.value))
    if government or client.value.endswith(("公司", "厂", "合作社", "商行", "经营部")):
        paper.add(_told_by(paper, client, "contracts.is_government", government))
    if government and _SME.search(printed(paper)):
        paper.add(_told_by(paper, client, "contracts.is_sme_service", True))


def _told_by(paper: Paper, fact: Fact, field: str, value: bool) -> Fact:
    """A fact that follows from another one, for a person to confirm: same place, never certain."""
    return derive(fact, field, value, INFERRED)


_LETTER = re.compile(
    r"(?:聘请|特聘|聘任|聘用|敬聘|诚聘|兹聘|邀请|聘)\s*(?P<name>(?![请任用您你])[\u4e00-\u9fa5·]{2,4}?|[\u4e00-\u9fa5]\s[\u4e00-\u9fa5])\s*"
    r"(?:同志|先生|女士|教授|老师|研究员|博士|律师|会计师|高级工程师|[（(]|为|担任|任|作为)"
)
_ADDRESSED = re.compile(
    r"^\s*(?:尊敬的|敬爱的)?\s*(?P<employer>[\u4e00-\u9fa5（）()]{2,36}?(?:公司|中心|大学|学院|研究院|研究所|事务所|协会|商会|学会|集团|厂|院|所))?\s*(?P<name>[\u4e00-\u9fa5·]{2,4}?|[\u4e00-\u9fa5]\s+[\u4e00-\u9fa5])\s*(?:同志|先生|女士|教授|老师|研究员|博士|律师)(?:\s*[/／、]\s*(?:先生|女士))?\s*(?:[（(][^）)]{0,8}[）)])?\s*[:：]"
)
_ROLE = re.compile(
    r"(?:聘(?:请|任|用)?(?:乙方|受聘人|[\u4e00-\u9fa5]{2,3})?|同志|先生|女士|教授|老师|博士|您|你)\s*(?:为|担任|出任|作为|任)\s*(?:我单位|我公司|我中心|本单位|本公司|本平台|本中心|本院|本会|本所)?(?:的)?(?!协议|合同|书|期|证)\s*(?P<role>[^，,。；;\s（(]{2,30})"
)
#: 聘请您（江苏大学）担任我单位技术专家: who is addressed stands above, where they work in brackets.
_TOLD_YOU = re.compile(
    r"聘(?:请|任|用)?\s*(?:您|你|[\u4e00-\u9fa5·]{2,4}?(?:同志|先生|女士|教授|老师|博士)?)\s*[（(]\s*(?:(?:现?工作|任职|所在)?单位\s*[:：为]?\s*)?(?P<employer>[\u4e00-\u9fa5（）()]{2,36}?(?:公司|中心|大学|学院|学校|研究院|研究所|事务所|协会|商会|学会|集团|厂|院|所|局|站|银行|分行))[^（()）]{0,8}\s*[）)]\s*"
    r"(?:为|担任|出任|作为|任)\s*(?:我单位|我公司|我中心|我平台|我院|我会|本单位|本公司|本平台|本中心|本院|本会|本所|平台)?(?:的)?(?P<role>[^，,。；;\s（(]{2,30})"
)
#: 聘为某某公司专家: the body that appoints is no part of the role.
_OWN_BODY = re.compile(
    r"[\u4e00-\u9fa5（）()]{4,30}?(?:公司|中心|协会|学会|研究院)的?(?=[\u4e00-\u9fa5]{2})"
)
_WORKS_AT = re.compile(
    r"(?:工作|任职|所在|人事关系)\s*单位\s*(?:为|是|[:：])\s*(?P<name>[\u4e00-\u9fa5（）()]{4,40}?)(?=[，,。；;、]|\s|$)"
)
_NOT_NAMES = frozenset(
    [
        "专家",
        "顾问",
        "外部",
        "以下",
        "下列",
        "贵方",
        "有关",
        "行业",
        "优秀",
        "资深",
        "相关",
        "您为",
        "你为",
        "乙方",
    ]
)


def finish_letter(paper: Paper) -> None:
    """A letter of appointment says it in sentences; seals and issuer stand at its foot."""
    for page in paper.pages:
        for run in page_paragraphs(page):
            told = _TOLD_YOU.search(run.text)
            if told is not None:
                for field, group in (("employer", "employer"), ("role", "role")):
                    if told[group]:
                        paper.add(
                            paper.read(
                                f"expert_letters.{field}", run, told.span(group), factor=0.97
                            )
                        )
            for pattern in (_LETTER, _ADDRESSED):
                match = pattern.search(run.text)
                if (
                    match
                    and match["name"] not in _NOT_NAMES
                    and match["name"][:2] not in _NOT_NAMES
                ):
                    paper.add(
                        paper.read("expert_letters.expert", run, match.span("name"), factor=0.97)
                    )
            told = _ADDRESSED.search(run.text)
            if told is not None and told["employer"]:
                paper.add(
                    paper.read("expert_letters.employer", run, told.span("employer"), factor=0.97)
                )
            role = _ROLE.search(run.text)
            if role:
                body = _OWN_BODY.match(role["role"])
                start = role.start("role") + (body.end() if body else 0)
                paper.add(
                    paper.read("expert_letters.role", run, (start, role.end("role")), factor=0.97)
                )
            where = _WORKS_AT.search(run.text)
            if where and has_org_suffix(where["name"]):
                paper.add(
                    paper.read("expert_letters.employer", run, where.span("name"), factor=0.97)
                )
    complete_term(paper, "expert_letters.term")
    _issuer(paper)
    seals = [(p, s) for p in paper.pages for s in p.read.seals]
    paper.add(sealed_by_both(paper, "expert_letters.sealed", 1) if paper.cells or seals else None)


def _issuer(paper: Paper) -> None:
    """The organisation that signs: alone on a row in the lower half, right above the date."""
    if "expert_letters.issuer" in paper.cells:
        return
    for page in reversed(paper.pages):
        rows = page_rows(page)
        dated = [i for i, r in enumerate(rows) if _DATE.search(r.text)]
        for i in range(dated[-1] if dated else len(rows) - 1, -1, -1):
            run = rows[i]
            text = _DATE.sub("", run.text)
            if run.lines[0].box.cy < page.read.upright.height_pt * 0.35:
                break
            if re.fullmatch(r"[\s\u4e00-\u9fa5（）()·]{5,40}", text) and re.search(
                r"(?:公司|中心|协会|学会|商会|院|大学|局|厅|所|会|平台|基地)(?:[（(][盖公]?章[）)])?\s*$",
                text,
            ):
                fact = paper.read(
                    "expert_letters.issuer",
                    run,
                    (run.text.find(text.strip()), len(text.rstrip())),
                    factor=0.97,
                )
                if fact is not None:
                    paper.add(fact)
                    return

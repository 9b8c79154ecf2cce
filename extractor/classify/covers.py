"""Pages that only announce: tables of contents, and dividers before an annex."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.classify.titles import MIN_TABLE_CELLS, TitleLine, wanted_title
from extractor.core.baselines import baseline_rows
from extractor.core.page import ReadPage
from extractor.core.text import fold_text
from extractor.setup.catalogue import Catalogue

#: Papers of so many kinds named on lines of their own make a list of contents; fewer below 目录.
KINDS_LISTED = 4
KINDS_BELOW_HEADING = 2
#: A line that names a paper and little else.
_LISTED_LENGTH = 30
_HEADINGS = ("目录", "目次", "材料清单", "附件清单", "材料目录", "证明材料清单", "资料清单")
_NUMBERED = re.compile(
    r"^\s*(?:附件|附表|附录|第[一二三四五六七八九十\d]{1,3}[部章节]|[（(]?[一二三四五六七八九十\d]{1,3}[）)]?\s*[、.．:：])"
)
_PAGE_TAIL = re.compile(r"[.…·\s—-]*\(?\d{1,3}(?:[-—~]\d{1,3})?\)?\s*$")
#: What a cover carries and a divider does not: a party, a number, a date, a label with its blank.
_COVER_WORDS = re.compile(
    r"公司|中心|事务所|协会|[:：]|〔|\[20|\(20|20\d\d|二[〇○零0O]|年.{0,3}月|日期|单位|编制|盖章"
)
#: A divider has at most so many rows, none longer than this.
_DIVIDER_ROWS = 3
_DIVIDER_ROW = 26


def listed_kinds(
    page: ReadPage, catalogue: Catalogue, titles: Sequence[TitleLine]
) -> frozenset[str]:
    """The kinds of papers a page lists, one on each line or row; empty where it is no such list.

    One kind alone: the contents of one paper that has such parts (审计报告, 财务报表, 附注).
    """
    headed = any(
        t.rank < 4 and not t.numbered and any(t.text == h or t.text.endswith(h) for h in _HEADINGS)
        for t in titles
    )
    families: set[str] = set()
    listed = 0
    rows = baseline_rows(page.lines)
    for row in rows:
        found = {f for line in row if (f := _family(line.text, catalogue))}
        if found:
            listed += 1
            families |= found
    if len(rows) - listed > 3 * listed + 6:
        return frozenset()
    if len(families) >= (KINDS_BELOW_HEADING if headed else KINDS_LISTED):
        return frozenset(families)
    has_parts = {spec.part_of for spec in catalogue.doctypes.values()}
    return frozenset(families & has_parts) if headed and len(families) == 1 else frozenset()


def _family(text: str, catalogue: Catalogue) -> str | None:
    """The kind of paper a short line names; parts of a paper count as that paper."""
    bare = fold_text(_PAGE_TAIL.sub("", _NUMBERED.sub("", text, count=1)))
    if not 3 <= len(bare) <= _LISTED_LENGTH:
        return None
    for name, spec in catalogue.doctypes.items():
        for title in spec.titles:
            parts = wanted_title(title).parts
            known = len(parts) == 1 and len(parts[0]) >= max(3.0, 0.4 * len(bare))
            if known and parts[0] in bare:
                return spec.part_of or name
    return None


#: A heading over the contents of the application report itself.
_OWN_CONTENTS = re.compile(r"(?:申请|申报)报告?书?的?主要内容|报告的?主要内容")
#: What the cover of an application report asks for.
_COVER_PARTY = re.compile(
    r"(?:申请|申报|填报|编制)(?:单位|机构|企业)(?:名称)?(?:[（(][^）)]{0,6}[）)])?[:：]?"
)
_COVER_DATE = re.compile(r"(?:填报|申报|申请|填表|编制)(?:日期|时间)[:：]?")
#: From this fit on the report's title stands on the page.
_TITLED = 0.85


def is_own_cover(page: ReadPage, report_title: float) -> bool:
    """Whether a page with a list of papers is the application report's own cover: its title, who and when.

    The cover of a whole packet lists papers, too; it is headed 材料目录 or names no date of filing.
    """
    texts = [fold_text(line.text) for line in page.lines]
    if any(text.endswith(_HEADINGS) for text in texts):
        return False
    asked = any(_COVER_PARTY.match(t) for t in texts) and any(_COVER_DATE.match(t) for t in texts)
    return asked and (report_title >= _TITLED or any(_OWN_CONTENTS.search(t) for t in texts))


def is_divider(page: ReadPage, titles: Sequence[TitleLine], titled: bool) -> bool:
    """Whether the page bears nothing but the name of what follows."""
    if page.seals or any(len(t.cells) >= MIN_TABLE_CELLS for t in page.tables):
        return False
    texts = ["".join(x.text for x in row).strip() for row in baseline_rows(page.lines)]
    texts = [t for t in texts if fold_text(t) and not re.fullmatch(r"[-\s\d—]{1,8}", t)]
    if (
        not texts
        or len(texts) > _DIVIDER_ROWS
        or any(len(fold_text(t)) > _DIVIDER_ROW for t in texts)
    ):
        return False
    if any(_COVER_WORDS.search(_NUMBERED.sub("", t)) for t in texts):
        return False
    numbered = any(_NUMBERED.match(t) for t in texts)
    return numbered or (titled and len(texts) == 1)

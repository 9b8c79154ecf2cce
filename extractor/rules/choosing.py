"""Which scheme a packet is filed under, where nobody says so: by date, place and printed titles.

A scheme that was never in force is never chosen by itself. Where more than one scheme is left, the
user is asked: which rules apply is not for a machine to settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractor.core.canonical import PartialDate
from extractor.core.errors import UsageError
from extractor.core.text import fold_text
from extractor.rules.facts import FactBook
from extractor.setup.scheme_head import SchemeHead

OWN_FORMS = (
    "application_report", "application_form", "recommendation_form", "recommendation_letter",
    "declaration", "reevaluation_form", "annual_evaluation_form", "summary_table",
)  # fmt: skip
"""Papers made for one scheme, whose title says which; a recognition names another one."""


class SchemeUndecided(UsageError):
    """No scheme, or more than one, fits what is known; the message names them and what would settle it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a filing. ``filed_from``: where the date comes from (``CaseEntry.source``);
    ``region``: division code, 2 to 6 digits; ``titles``: of the packet's own forms."""

    filed: PartialDate | None = None
    filed_from: str = ""
    region: str | None = None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """The scheme chosen and why, in a sentence."""

    scheme: str
    why: str


_SOURCES = {"received": "收件日期", "read": "所读填报日期"}


def known_of(book: FactBook) -> Known:
    """What a packet and its case say: the date of filing, the place, the titles of its own forms."""
    entry, region = book.case.filing_date, book.case.region
    code = region.value if region is not None else None
    if code is None:
        uscc = book.quantity("cert_uscc").value
        code = str(uscc)[2:8] if uscc is not None else None
    return Known(
        filed=book.filing_date,
        filed_from="" if entry is None else entry.source,
        region=None if code is None else str(code),
        titles=tuple(d.title for d in book.documents_of(*OWN_FORMS) if d.title),
    )


def choose_scheme(heads: Iterable[SchemeHead], known: Known) -> Choice:
    """The one scheme that fits.

    Of the schemes in force at the date and place, those whose own titles stand on the forms; of those
    left, the ones of the smallest place.

    Raises:
        SchemeUndecided: none or several fit.
    """
    every = tuple(heads)
    fitting = [h for h in every if _in_force(h, known.filed) and _covers(h, known.region)]
    if not fitting:
        raise SchemeUndecided(
            f"没有与{_words(known)}相符的办法；请用 --scheme 指定：{_named(every)}"
        )
    reasons = [_words(known)]
    titled = [h for h in fitting if _is_titled(h, known.titles)]
    if titled:
        fitting = titled
        reasons.append("表上所印名称")
    if known.region is not None:
        smallest = max(len(h.region) for h in fitting)
        fitting = [h for h in fitting if len(h.region) == smallest]
    if len(fitting) > 1:
        raise SchemeUndecided(
            f"按{'、'.join(reasons)}，不止一个办法相符；请用 --scheme 指定其一：{_named(fitting)}"
        )
    found = fitting[0]
    return Choice(found.id, f"未指定，按{'、'.join(reasons)}选定（适用{_span(found)}）")


def _in_force(head: SchemeHead, filed: PartialDate | None) -> bool:
    """Whether the scheme may apply at the date; an unknown date rules out nothing that was in force."""
    if head.applies is None:
        return False
    if filed is None:
        return True
    start, end = head.applies.from_day, head.applies.to_day
    if start is not None and filed.latest() < PartialDate.parse(start).earliest():
        return False
    return end is None or filed.earliest() <= PartialDate.parse(end).latest()


def _covers(head: SchemeHead, region: str | None) -> bool:
    code = head.region.partition("-")[2]
    return region is None or region.startswith(code)


def _is_titled(head: SchemeHead, titles: Sequence[str]) -> bool:
    return any(fold_text(own) in fold_text(title) for own in head.form_titles for title in titles)


def _words(known: Known) -> str:
    date = (
        "申报日期未知"
        if known.filed is None
        else (f"{_SOURCES.get(known.filed_from, '申报日期')}{known.filed.iso}")
    )
    return f"{date}、" + ("所在地未知" if known.region is None else f"所在地{known.region}")


def _span(head: SchemeHead) -> str:
    if head.applies is None:
        return "未施行"
    return f"{head.applies.from_day or '…'}至{head.applies.to_day or '今'}"


def _named(heads: Iterable[SchemeHead]) -> str:
    return "、".join(f"{h.id}（{h.title_zh}，{_span(h)}）" for h in heads)

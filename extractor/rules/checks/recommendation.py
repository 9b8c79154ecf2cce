"""The recommendation form: survey method, opinion, experts, one recommender."""

from __future__ import annotations

from extractor.core.worksheet import Fact
from extractor.rules.checks.desk import Breach, Desk, Missing, NotApplicable, Result, text_of
from extractor.rules.checks.lists import rows_by_name
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, plain
from extractor.values.names import name_norm

SURVEY = "sample_survey"
PANEL = "expert_panel"


@operation(params="per_row:texts", shows="rows")
def survey_method_given(desk: Desk) -> Result:
    """A survey method is ticked; in the schemes ``per_row`` each surveyed firm has one instead.

    A method cell that could not be read is not counted as empty.
    """
    if not desk.was_read(desk.paper("recommendation_form")):
        raise Missing("rec_survey_methods")
    if desk.scheme.id not in desk.texts("per_row"):
        ticked = desk.maybe("rec_survey_methods")
        return (
            Result()
            if ticked is not None
            else Result((Breach({"rows": "整表"}, pages=_first_pages(desk)),))
        )
    rows = desk.rows(SURVEY)
    cells = {row.no: row.cells.get(f"{SURVEY}.method") for row in rows}
    given = desk.column(rows, f"{SURVEY}.method")
    wrong = [f for _, f in given if str(f.value) not in ("1", "2", "3", "4", "5")]
    empty = [no for no, fact in cells.items() if fact is None]
    unread = sum(1 for fact in cells.values() if fact is not None and fact.value is None)
    if not wrong and not empty:
        return Result(unread=unread)
    numbers = sorted({*empty, *(no for no, f in cells.items() if f in wrong)})
    return Result((Breach({"rows": f"第{listed((str(n) for n in numbers), 8)}行"}, tuple(wrong)),))


def _first_pages(desk: Desk) -> tuple[int, ...]:
    return tuple(p for d in desk.papers("recommendation_form") for p in d.pages)[:3]


@operation(shows="n m min")
def experts_enough_and_signed(desk: Desk) -> Result:
    """Once the panel's opinion is written, it has enough experts and each signed.

    A panel that has not met yet (no expert, no opinion) is no defect of the applicant.
    """
    desk.paper("recommendation_form")
    rows = desk.book.rows(PANEL)
    opinion = desk.maybe("expert_panel_opinion")
    if not rows and opinion is None:
        raise NotApplicable("专家组意见尚未填写")
    named = desk.column(rows, f"{PANEL}.name")
    least = desk.threshold("expert_panel_rows")
    signed = [desk.cell(row, f"{PANEL}.signed") for row, _ in named]
    unsigned = sum(1 for fact in signed if fact is not None and fact.value is False)
    unknown = sum(1 for fact in signed if fact is None)
    shown = {"n": str(len(named)), "m": str(unsigned), "min": plain(least)}
    if len(named) < least or unsigned:
        if len(named) < least <= len(rows) and not unsigned:
            return Result(values=shown, missing=(f"{PANEL}.name",))
        facts = tuple(f for _, f in named)
        return Result((Breach(shown, facts),), shown)
    if opinion is not None and unknown:
        return Result(values=shown, missing=(f"{PANEL}.signed",))
    return Result(values=shown)


@operation(shows="name why")
def experts_independent(desk: Desk) -> Result:
    """No panel expert works for the applicant, is its outside expert, or works for a partner."""
    applicant = desk.fact("cert_name")
    panel = desk.column(desk.rows(PANEL), f"{PANEL}.name")
    if not panel:
        raise Missing(f"{PANEL}.name")
    partners = rows_by_name(desk, desk.book.rows("app_partners"), "app_partners.name")
    letters = rows_by_name(desk, desk.book.rows("expert_letters"), "expert_letters.expert")
    breaches = []
    for row, name in panel:
        employer = desk.cell(row, f"{PANEL}.employer")
        firm = name_norm(text_of(employer)) if employer is not None else ""
        person = name_norm(text_of(name))
        why, other = "", applicant
        if firm and firm == name_norm(text_of(applicant)):
            why = "在申请单位任职"
        elif person in letters or person in partners:
            why, other = "为申请单位外部专家", (letters.get(person) or partners[person])[0][1]
        elif firm in partners:
            why, other = f"任职于合作单位{text_of(partners[firm][0][1])}", partners[firm][0][1]
        if why:
            facts: tuple[Fact, ...] = tuple(f for f in (name, employer, other) if f is not None)
            breaches.append(Breach({"name": text_of(name), "why": why}, facts))
    return Result(tuple(breaches))

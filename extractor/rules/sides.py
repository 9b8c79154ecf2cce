"""The two sides of a criterion: what is stated on the form, and what other papers show.

They stay apart to the end. A side holds a value and the facts behind it; where only bounds are known
(papers that prove "at least", a roster that does not list everybody) it holds those, and passes or
fails only when the bounds leave no doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.facts import FactBook
from extractor.rules.quantities.applicant import (
    class_of_code,
    founding_on_paper,
    start_of,
    years_since,
)
from extractor.rules.quantities.base import Result, Workings
from extractor.rules.quantities.finance import mean_of_gov_ratios
from extractor.rules.quantities.people import (
    distinct_names,
    distinct_partners,
    qualified_range,
)
from extractor.rules.quantities.services import (
    EVENT_PAPER,
    count_events,
    matchmaking,
    recorded_training,
    stated_training,
)
from extractor.rules.side import (
    NOTHING,
    Side,
    Sides,
    all_read,
    at_least,
    by_convention,
    of_fact,
    of_quantity,
    worked,
)
from extractor.rules.side_papers import PAPER_SIDES, evidence_only

# --- applicant ---------------------------------------------------------------------------------

_NATURE = {
    "public_institution": "nonprofit_legal_person",
    "social_group": "nonprofit_legal_person",
    "private_non_enterprise": "nonprofit_legal_person",
    "foundation": "nonprofit_legal_person",
    "state_owned_enterprise": "enterprise_legal_person",
    "private_enterprise": "enterprise_legal_person",
}


def _stated_class(book: FactBook) -> Side:
    code, nature = book.best("app_uscc"), book.best("app_entity_nature")
    for fact, found in (
        (code, None if code is None else class_of_code(str(code.value))),
        (nature, None if nature is None else _NATURE.get(str(nature.value))),
    ):
        if fact is not None and found is not None:
            return Side(value=found, facts=(fact.id,))
    return NOTHING


def _entity_class(book: FactBook) -> Sides:
    evidence = of_quantity(book, "applicant_entity_class")
    # The form never says "legal person": its code or nature only stands in where no paper was read.
    return Sides(NOTHING if evidence.is_known else _stated_class(book), evidence)


def _legal_person(book: FactBook) -> Sides:
    evidence = of_quantity(book, "applicant_is_legal_person")
    stated = NOTHING if evidence.is_known else _stated_class(book)
    if stated.is_known:
        legal = stated.value in ("nonprofit_legal_person", "enterprise_legal_person")
        stated = replace(stated, value=legal)
    return Sides(stated, evidence)


def _in_jiangxi(book: FactBook) -> Sides:
    def stated(book: FactBook, work: Workings) -> Result:
        address, code = work.fact("app_registered_address"), work.fact("app_uscc")
        if address is not None and str(address.value).startswith("江西"):
            return True
        return None if code is None else str(code.value)[2:4] == "36"

    return Sides(worked(book, stated), of_quantity(book, "registered_in_jiangxi"))


def _operating_years(book: FactBook) -> Sides:
    filed = book.filing_date

    def since(fact: Fact | None) -> Side:
        def years(book: FactBook, work: Workings) -> Result:
            if fact is None or filed is None or start_of(fact) is None:
                return None
            work.step(book.catalogue.label(fact.field), str(fact.value), fact)
            return years_since(work, fact, filed)

        side = worked(book, years)
        most = next((r.value for r in side.readings if r.id == "C"), None)
        if most is not None:
            low, high = as_decimal(side.value), as_decimal(most)
            side = replace(side, low=low, high=high)
        titles = {r.id: r.zh for r in book.catalogue.derived["operating_years_at_filing"].readings}
        readings = tuple(
            r if r.title else r.model_copy(update={"title": titles[r.id]})
            for r in side.readings
            if r.id != "C"
        )
        return replace(side, readings=readings)

    proven = founding_on_paper(Workings(book))
    evidence = since(proven)
    exact = proven is not None and proven.field == "lic_established_date"
    evidence = at_least(evidence, exact, "现行证书的日期只能证明不少于该年数")
    return Sides(since(book.best("app_registration_date")), evidence)


# --- money and place ---------------------------------------------------------------------------


def _assets(book: FactBook) -> Sides:
    stated = of_fact(book, "app_total_assets_prev_year_end")
    return Sides(stated, of_quantity(book, "assets_audited_prev_year"))


def _premises(book: FactBook) -> Sides:
    evidence = of_quantity(book, "premises_area_evidence")
    complete = all_read(book, "premises_docs", "property_certificate", "lease_contract")
    evidence = at_least(evidence, complete, "场所证明材料未全部读取")
    return Sides(of_fact(book, "app_premises_area_total"), evidence)


def _equipment(book: FactBook) -> Sides:
    return Sides(of_fact(book, "app_equipment_count"), of_quantity(book, "equipment_qty_sum"))


def _gov_ratio(book: FactBook) -> Sides:
    stated = of_quantity(book, "gov_income_ratio_3y_avg")
    audited = worked(book, lambda book, work: mean_of_gov_ratios(work, "svc_statement"))
    titles = {r.id: r.title for r in stated.readings}
    spec = {r.id: r.zh for r in book.catalogue.derived["gov_income_ratio_3y_avg"].readings}
    readings = tuple(
        r.model_copy(update={"title": titles.get(r.id) or spec.get(r.id, r.id)})
        for r in audited.readings
    )
    notes: tuple[str, ...] = ()
    if not audited.is_known and book.rows("svc_statement"):
        notes = ("审计的服务收支未覆盖全部三个年度，未覆盖的年度只有申请表所填数（AMB-21）",)
    return Sides(stated, replace(audited, readings=readings), notes)


def _gov_contracts(book: FactBook) -> Sides:
    evidence = of_quantity(book, "gov_contract_amount_3y")
    complete = all_read(book, "contracts", "government_service_contract")
    return Sides(evidence=at_least(evidence, complete, "政府委托（采购）合同未全部读取"))


def _public_benefit(book: FactBook) -> Sides:
    share = of_quantity(book, "public_benefit_share_income")
    evidence = at_least(
        replace(share, readings=()), False, "按收入计算，与申请表口径可能不同（AMB-13）"
    )
    return Sides(of_quantity(book, "public_benefit_share_latest"), evidence)


# --- people and partners -----------------------------------------------------------------------


def _staff(book: FactBook) -> Sides:
    return Sides(of_fact(book, "app_staff_total"), of_quantity(book, "staff_count_roster"))


def _staff_ratio(kind: str) -> Callable[[FactBook], Sides]:
    def sides(book: FactBook) -> Sides:
        evidence = of_quantity(book, f"staff_qual_ratio_{kind}")
        if evidence.is_known:
            evidence = _bounded_by_roster(book, kind, evidence)
        return Sides(_stated_ratio(book), evidence)

    return sides


def _bounded_by_roster(book: FactBook, kind: str, side: Side) -> Side:
    """Bounds of the ratio: persons not listed, or whose education was not read, may count or not."""
    low, high, listed = qualified_range(book, kind)
    everyone = as_decimal(of_fact(book, "app_staff_total").value)
    missing = max(0, int(everyone) - listed) if everyone is not None else 0
    if not listed or (low == high and not missing):
        return side
    total = listed + missing
    notes = side.notes
    if missing:
        notes = (*notes, f"名单{listed}人，少于申请表所填{total}人，未列入的人员情况不明")
    if low != high:
        notes = (*notes, f"名单中{high - low}人的学历或职称未读到")
    return replace(
        side, low=Fraction(low, total), high=Fraction(high + missing, total), notes=notes
    )


def _stated_ratio(book: FactBook) -> Side:
    side = of_fact(book, "app_staff_qualified_ratio")
    if side.is_known:
        return replace(side, notes=())

    def ratio(book: FactBook, work: Workings) -> Result:
        part, whole = work.number("app_staff_qualified"), work.number("app_staff_total")
        return None if part is None or not whole else Fraction(part) / Fraction(whole)

    return worked(book, ratio)


def _institutions(book: FactBook) -> Sides:
    def stated(book: FactBook, work: Workings) -> Result:
        found = distinct_partners(book, work, "institution", signed_only=True)
        work.step("所列单位", len(found), *found.values())
        return len(found) or None

    def proven(book: FactBook, work: Workings) -> Result:
        found = distinct_names(book, work, "agreements.partner")
        work.step("协议上的单位", len(found), *found.values())
        return len(found) or None

    on_form = worked(book, stated)
    if not on_form.is_known:
        on_form = of_fact(book, "app_partner_count")
    readings = book.quantity("partner_institution_count").readings
    evidence = worked(book, proven)
    if not all_read(book, "agreements", "cooperation_agreement"):
        evidence = at_least(evidence, False, "合作协议未全部读取")
    else:
        # Some of the listed partners' agreements prove those, and nothing against the others.
        listed, shown = as_decimal(on_form.value), as_decimal(evidence.value)
        fewer = listed is not None and shown is not None and shown < listed
        evidence = at_least(evidence, not fewer, f"读到协议{shown}家，少于所列{listed}家")
    return Sides(replace(on_form, readings=readings), replace(evidence, readings=readings))


def _experts(book: FactBook) -> Sides:
    def stated(book: FactBook, work: Workings) -> Result:
        found = distinct_partners(book, work, "expert", signed_only=True)
        work.step("所列专家", len(found), *found.values())
        return len(found) or None

    def proven(book: FactBook, work: Workings) -> Result:
        found = distinct_names(book, work, "expert_letters.expert")
        work.step("聘书上的专家", len(found), *found.values())
        return len(found) or None

    complete = all_read(book, "expert_letters", "expert_appointment")
    evidence = at_least(worked(book, proven), complete, "专家聘书未全部读取")
    return Sides(worked(book, stated), evidence)


def _expert_panel(book: FactBook) -> Sides:
    side = of_quantity(book, "expert_panel_rows")
    if side.value == 0:
        # An empty panel page is the usual state at filing: nothing was shown, nothing failed.
        return Sides(notes=("专家组评审意见未填写",))
    return Sides(evidence=side)


# --- services ----------------------------------------------------------------------------------


def _served(ident: str) -> Callable[[FactBook], Sides]:
    def sides(book: FactBook) -> Sides:
        return Sides(of_quantity(book, ident), of_quantity(book, "served_list_unique"))

    return sides


def _satisfaction(book: FactBook) -> Sides:
    return Sides(
        of_quantity(book, "satisfaction_stated"), of_quantity(book, "satisfaction_ratio_list")
    )


def _events(book: FactBook) -> Sides:
    on_form = worked(
        book, lambda book, work: count_events(book, work, _event_rows(book, evidence=False))
    )
    stated = of_fact(book, "app_event_count_stated")
    notes: tuple[str, ...] = ()
    if not stated.is_known:
        stated = on_form
    elif on_form.is_known and str(on_form.value) != str(stated.value):
        notes = (f"申请表所填{stated.value}次，所列上一年度活动{on_form.value}次",)
    stated = replace(stated, facts=tuple(dict.fromkeys((*stated.facts, *on_form.facts))))
    shown = worked(
        book, lambda book, work: count_events(book, work, _event_rows(book, evidence=True))
    )
    return Sides(stated, at_least(shown, False, "活动证明材料中读到的次数，未必齐全"), notes)


def _matchmaking(book: FactBook) -> Sides:
    stated = worked(
        book, lambda book, work: matchmaking(book, work, _event_rows(book, evidence=False))
    )
    shown = worked(
        book, lambda book, work: matchmaking(book, work, _event_rows(book, evidence=True))
    )
    return Sides(stated, at_least(shown, False, "活动证明材料中读到的次数，未必齐全"))


def _event_rows(book: FactBook, *, evidence: bool) -> tuple[Row, ...]:
    return tuple(
        row
        for rows in book.row_sets("app_events")
        if (book.doctype_of(rows.document) == EVENT_PAPER) is evidence
        for row in rows.rows
    )


def _training(book: FactBook) -> Sides:
    shown = at_least(worked(book, recorded_training), False, "培训记录中读到的人次，未必齐全")
    return Sides(worked(book, stated_training), shown)


_SIDES: Mapping[str, Callable[[FactBook], Sides]] = {
    "applicant_entity_class": _entity_class,
    "applicant_is_legal_person": _legal_person,
    "registered_in_jiangxi": _in_jiangxi,
    "operating_years_at_filing": _operating_years,
    "assets_for_test": _assets,
    "app_premises_area_total": _premises,
    "equipment_qty_sum": _equipment,
    "gov_income_ratio_3y_avg": _gov_ratio,
    "gov_contract_amount_3y": _gov_contracts,
    "public_benefit_share_latest": _public_benefit,
    "staff_count_for_test": _staff,
    "staff_qual_ratio_bachelor": _staff_ratio("bachelor"),
    "staff_qual_ratio_college": _staff_ratio("college"),
    "partner_institution_count": _institutions,
    "expert_count": _experts,
    "expert_panel_rows": _expert_panel,
    "served_enterprises_latest": _served("served_enterprises_latest"),
    "served_smes_latest": _served("served_smes_latest"),
    "satisfaction_ratio_list": _satisfaction,
    "large_event_count": _events,
    "matchmaking_events_ge20": _matchmaking,
    "training_person_times": _training,
    **PAPER_SIDES,
    "served_list_unique": evidence_only("served_list_unique"),
    "survey_rows": evidence_only("survey_rows"),
    "staff_roster_rows": evidence_only("staff_roster_rows"),
    "partner_or_expert_rows_ok": evidence_only("partner_or_expert_rows_ok"),
}


def sides_of(quantity: str, book: FactBook) -> Sides:
    """Both sides for a quantity or field id; by the side its facts are on where nothing special holds."""
    special = _SIDES.get(quantity)
    return special(book) if special is not None else by_convention(quantity, book)

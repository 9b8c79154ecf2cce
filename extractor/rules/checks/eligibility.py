"""Checks on the conditions: functions, route of Art. 5, thresholds met on paper but not by evidence."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.rules.checks.compare import similarity
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    canonical_threshold,
    decimal_of,
    text_of,
)
from extractor.rules.checks.equipment import function_words, functions_applied
from extractor.rules.checks.identity import ENTITY_CLASSES, text_of_quantity
from extractor.rules.checks.lists import possible_rows
from extractor.rules.checks.mending import runs_on
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, percent, plain, wan
from extractor.values.names import name_norm

#: Quantities that count rows, with the column that makes a row count.
UNREAD_COLUMN = {
    "staff_count_roster": "staff_roster.name",
    "partner_institution_count": "app_partners.name",
    "expert_count": "app_partners.name",
}

Known = tuple[Decimal, tuple[Fact, ...]]


def _known(desk: Desk, ident: str) -> Known | None:
    """A field or quantity as a number, with the fact where it is a field; ``None``: not known."""
    try:
        if ident in desk.book.catalogue.derived:
            return desk.quantity_number(ident), desk.behind(ident)
        fact = desk.fact(ident)
        return decimal_of(fact), (fact,)
    except Missing:
        return None


def _unread(desk: Desk, ident: str) -> int:
    """Rows behind a counting quantity that nobody could read; 0 for other quantities."""
    column = UNREAD_COLUMN.get(ident)
    if column is None:
        return 0
    rows_id = column.partition(".")[0]
    return possible_rows(desk, rows_id) - len(desk.column(desk.book.rows(rows_id), column))


@operation(params="pairs:mapping", shows="criterion a b min")
def stated_and_evidence_agree(desk: Desk) -> Result:
    """No threshold is met by what is stated and missed by what the papers show.

    ``pairs``: ``quantity of the criterion: stated > evidence``. A roster shorter than the form's
    total is no evidence against it where the scheme does not ask for everybody.
    """
    breaches, compared, lacking = [], 0, []
    for quantity, pair in desk.mapping("pairs").items():
        stated_id, _, evidence_id = (part.strip() for part in pair.partition(">"))
        criteria = desk.criteria(quantity)
        if not criteria:
            continue
        stated, evidence = _known(desk, stated_id), _known(desk, evidence_id)
        if stated is None or evidence is None:
            lacking.append(stated_id if stated is None else evidence_id)
            continue
        limit = canonical_threshold(criteria[0])
        if stated[0] >= limit > evidence[0] and evidence[0] + _unread(desk, evidence_id) >= limit:
            lacking.append(UNREAD_COLUMN[evidence_id])
            continue
        compared += 1
        if stated[0] >= limit > evidence[0]:
            money = criteria[0].unit == "万元"
            figures = (stated[0], evidence[0], limit)
            a, b, least = (wan(x) if money else plain(x) for x in figures)
            words = {"criterion": desk.book.catalogue.label(quantity), "a": a, "b": b, "min": least}
            breaches.append(Breach(words, stated[1] + evidence[1]))
    if not compared and lacking:
        raise Missing(*lacking)
    if not compared:
        raise NotApplicable("本办法无对应门槛")
    return Result(tuple(breaches))


@operation(params="mandatory:text one_of:texts", shows="f")
def functions_combine(desk: Desk) -> Result:
    """The functions applied for hold ``mandatory`` and at least one of ``one_of``."""
    applied = functions_applied(desk)
    shown = {"f": function_words(desk, applied)}
    if desk.text("mandatory") in applied and set(applied) & set(desk.texts("one_of")):
        return Result(values=shown)
    return Result((Breach(shown, tuple(desk.used.values())),), shown)


@operation(shows="class a b")
def article_5_route(desk: Desk) -> Result:
    """Art. 5: a non-profit, or an enterprise with enough government income or contracts.

    An enterprise whose income share falls short is not refuted before its contracts were read.
    """
    kind = text_of_quantity(desk, "applicant_entity_class")
    shown = {"class": ENTITY_CLASSES.get(kind, kind), "a": "—", "b": "—"}
    if kind == "nonprofit_legal_person":
        return Result(values=shown)
    facts = tuple(desk.used.values())
    if kind not in ("enterprise_legal_person", "unincorporated"):
        return Result((Breach(shown, facts),), shown)
    ratio = _known(desk, "gov_income_ratio_3y_avg")
    contracts = _known(desk, "gov_contract_amount_3y")
    if ratio is not None:
        shown["a"] = percent(ratio[0])
    if contracts is not None:
        shown["b"] = wan(contracts[0])
    if ratio is not None and ratio[0] >= desk.threshold("gov_income_ratio_3y_avg"):
        return Result(values=shown)
    if contracts is not None and contracts[0] >= desk.threshold("gov_contract_amount_3y"):
        return Result(values=shown)
    if ratio is None or contracts is None:
        lacking = [
            name
            for name, value in (("gov_income_ratio_3y_avg", ratio), ("contracts", contracts))
            if value is None
        ]
        return Result(values=shown, missing=tuple(lacking))
    return Result((Breach(shown, tuple(desk.used.values())),), shown)


@operation(params="quantity:field", shows="a b min")
def averages_agree(desk: Desk) -> Result:
    """Mean of yearly ratios and ratio of sums fall on one side of the threshold (AMB-03)."""
    ident = desk.text("quantity")
    limit = desk.threshold(ident)
    mean, pooled = desk.reading(ident, "A"), desk.reading(ident, "B")
    if mean is None or pooled is None:
        raise Missing(*(desk.book.quantity(ident).missing or (ident,)))
    shown = {"a": percent(mean), "b": percent(pooled), "min": percent(limit)}
    if (mean >= limit) == (pooled >= limit):
        return Result(values=shown)
    return Result((Breach(shown, tuple(desk.used.values())),), shown)


@operation(shows="why")
def not_a_branch(desk: Desk) -> Result:
    """The certificate is not a branch's."""
    kind = text_of_quantity(desk, "applicant_entity_class")
    if kind != "branch":
        return Result()
    facts = tuple(
        f for i in ("lic_rep_label", "lic_type", "lic_address") if (f := desk.maybe(i)) is not None
    )
    words = listed(f"{desk.book.catalogue.label(f.field)}：{f.raw}" for f in facts)
    return Result((Breach({"why": words}, facts),))


@operation(params="flag:field", shows="criterion article a min")
def relaxation_may_apply(desk: Desk) -> Result:
    """Where a relaxation may apply, each relaxable threshold that is missed is named."""
    if desk.quantity(desk.text("flag")).value is not True:
        return Result()
    breaches = []
    for criterion in desk.scheme.criteria:
        numeric = isinstance(criterion.threshold, Decimal) and criterion.comparator in (">=", ">")
        if not criterion.relaxable_by or not numeric:
            continue
        value = _known(desk, criterion.quantity)
        least = canonical_threshold(criterion)
        if value is not None and value[0] < least:
            money = criterion.unit == "万元"
            ratio = criterion.unit == "%"
            show = wan if money else percent if ratio else plain
            shown = {
                "criterion": criterion.text_zh,
                "article": criterion.article,
                "a": show(value[0]),
                "min": show(least),
            }
            breaches.append(Breach(shown, value[1]))
    return Result(tuple(breaches))


@operation(
    params="events:mapping training:mapping",
    shows="f n min what",
    flags="side_function stated_reaches",
)
def events_reach_minimum(desk: Desk) -> Result:
    """Each function applied for reaches its own minimum of events or training.

    ``events`` and ``training``: criterion id to the functions it is for. A miss while another
    function's minimum is met carries the flag ``side_function`` (AMB-14, reading B); one where the number stated on the form
    suffices, though fewer events are listed, carries ``stated_reaches``.
    """
    applied = functions_applied(desk)
    rules = [("events", k, v) for k, v in desk.mapping("events").items()]
    rules += [("training", k, v) for k, v in desk.mapping("training").items()]
    misses, met, lacking, stated_reaches = [], 0, [], False
    for kind, ident, functions in rules:
        mine = tuple(f for f in applied if f in functions.split())
        criterion = next((c for c in desk.scheme.criteria if c.id == ident), None)
        if not mine or criterion is None:
            continue
        quantity = "training_person_times" if kind == "training" else "large_event_count"
        value = _known(desk, quantity)
        if value is None:
            lacking.append(quantity)
            continue
        least = canonical_threshold(criterion)
        if value[0] >= least:
            met += 1
            continue
        stated = desk.maybe("app_event_count_stated") if kind == "events" else None
        if stated is not None and decimal_of(stated) >= least:
            stated_reaches = True
        shown = {
            "f": function_words(desk, mine),
            "what": "年培训" if kind == "training" else "大型服务活动",
            "n": plain(value[0]) + (" 人次" if kind == "training" else " 次"),
            "min": plain(least),
        }
        if kind == "events" and value[0] + _undated_events(desk) >= least:
            lacking.append("app_events.date")
            continue
        misses.append((shown, value[1]))
    if not misses and lacking:
        raise Missing(*lacking)
    if not misses and not met:
        raise NotApplicable("所申报功能无活动次数要求")
    flags = frozenset(["side_function"] * bool(met) + ["stated_reaches"] * stated_reaches)
    return Result(tuple(Breach(shown, facts, flags=flags) for shown, facts in misses))


def _undated_events(desk: Desk) -> int:
    rows = desk.book.rows("app_events")
    return sum(1 for row in rows if desk.cell(row, "app_events.date") is None)


@operation(shows="a b c")
def online_numbers_proven(desk: Desk) -> Result:
    """The list proves as many firms as were stated to be served online and offline."""
    online, offline = _known(desk, "policy_online_smes"), _known(desk, "policy_offline_smes")
    if online is None and offline is None:
        raise Missing("policy_online_smes", "policy_offline_smes")
    proven = _known(desk, "served_list_unique")
    if proven is None:
        raise Missing("served_list")
    shown = {
        "a": plain(online[0]) if online else "—",
        "b": plain(offline[0]) if offline else "—",
        "c": plain(proven[0]),
    }
    stated = max(x[0] for x in (online, offline) if x is not None)
    if proven[0] >= stated:
        return Result(values=shown)
    return Result((Breach(shown, tuple(desk.used.values())[:6]),), shown)


@operation(params="institutions:field experts:field", shows="a b mins")
def partners_or_experts(desk: Desk) -> Result:
    """Enough partner institutions or enough outside experts are stated."""
    first, second = desk.text("institutions"), desk.text("experts")
    a, b = _known(desk, first), _known(desk, second)
    limits = desk.threshold(first), desk.threshold(second)
    shown = {
        "a": plain(a[0]) if a else "—",
        "b": plain(b[0]) if b else "—",
        "mins": f"{plain(limits[0])} 家/{plain(limits[1])} 名",
    }
    if (a is not None and a[0] >= limits[0]) or (b is not None and b[0] >= limits[1]):
        return Result(values=shown)
    unread = _unread(desk, first)
    if a is None or b is None or (unread and max(a[0], b[0]) + unread >= min(limits)):
        raise Missing("app_partners")
    return Result((Breach(shown, tuple(desk.used.values())[:8]),), shown)


@operation(shows="a b")
def matchmaking_proven(desk: Desk) -> Result:
    """Who applies for consulting shows enough matchmaking events with twenty firms or more."""
    if "consulting" not in functions_applied(desk):
        raise NotApplicable("未申报咨询服务")
    rows = desk.book.rows("app_events", "service_activity_evidence")
    if not rows:
        raise Missing("app_events")
    value, least = desk.quantity_number("matchmaking_events_ge20"), desk.threshold()
    shown = {"a": plain(value), "b": plain(least)}
    if value >= least:
        return Result(values=shown)
    return Result((Breach(shown),), shown)


@operation(shows="a b")
def events_have_evidence(desk: Desk) -> Result:
    """As many large events have papers as the form states."""
    stated = desk.fact("app_event_count_stated")
    rows = desk.book.rows("app_events", "service_activity_evidence")
    if not rows:
        raise Missing("app_events")
    titles = {text_of(f) for _, f in desk.column(rows, "app_events.title")}
    a = decimal_of(stated)
    shown = {"a": plain(a), "b": str(len(titles))}
    if len(titles) >= a:
        return Result(values=shown)
    return Result((Breach(shown, (stated,), plain(a - len(titles))),), shown)


@operation(params="slack:number", shows="a b")
def training_has_records(desk: Desk) -> Result:
    """The training records add up to what is stated, less ``slack`` (a share)."""
    cells = [f for _, f in desk.column(desk.rows("training_records"), "training_records.persons")]
    if not cells:
        raise Missing("training_records.persons")
    b = sum((decimal_of(f) for f in cells), Decimal(0))
    column = "app_service_content.served_smes"
    stated = [
        f
        for row, f in desk.column(desk.book.rows("app_service_content"), column)
        if (name := desk.cell(row, "app_service_content.function")) is not None
        and "培训" in text_of(name)
    ]
    if not stated:
        raise Missing("training_person_times")
    a = decimal_of(stated[0])
    shown = {"a": plain(a), "b": plain(b)}
    if b >= a * (1 - desk.number("slack")):
        return Result(values=shown)
    return Result((Breach(shown, (stated[0], *cells), plain(a - b)),), shown)


@operation(params="alike:number", shows="a", flags="")
def recognition_names_applicant(desk: Desk) -> Result:
    """At least one recognition paper's list names the applicant."""

    applicant = desk.fact("cert_name")
    cells = desk.column(desk.rows("recognitions"), "recognitions.listed_name")
    if not cells:
        raise Missing("recognitions.listed_name")
    name = text_of(applicant)
    for _, fact in cells:
        other = text_of(fact)
        if name_norm(name) == name_norm(other) or similarity(name, other) >= desk.number("alike"):
            return Result()
    cut = any(runs_on(applicant, text_of(fact)) for _, fact in cells)
    return Result((Breach({"a": name}, (applicant, *(f for _, f in cells)), slip=cut),))

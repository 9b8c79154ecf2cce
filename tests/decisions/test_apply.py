"""Corrections put into a worksheet: what changes, what stays, what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.config import the_tools
from support.decided import CONTACT, cell_of, fact_of, filled_worksheet

from extractor.core.worksheet import FactStatus, Method, Worksheet
from extractor.decisions.apply import apply
from extractor.decisions.chain import chain_troubles
from extractor.decisions.model import Action, Correction, DecisionError, Reviewer
from extractor.worksheet.mask import Hider

AT = "2024-05-06T08:00:00+00:00"
WANG = Reviewer("王审核")
SENSITIVE = frozenset({"app_legal_rep_id_no", "app_contact_mobile"})


def done(*corrections: Correction, worksheet: Worksheet | None = None) -> Worksheet:
    return apply(
        worksheet or filled_worksheet(), corrections, WANG, the_tools().catalogue,
        at=AT, hide=Hider(SENSITIVE),
    )  # fmt: skip


def on_fact(action: Action, field: str, value: str | None = None, reason: str = "") -> Correction:
    ident = fact_of(filled_worksheet(), field).id
    return Correction(action=action, on=ident, value=value, reason=reason)


def test_a_corrected_value_is_certain_and_the_paper_s_words_and_the_machine_s_value_stay() -> None:
    field = "app_staff_qualified"
    before = fact_of(filled_worksheet(), field)
    after_all = done(on_fact(Action.CORRECT, field, "21人", "看原件为21"))
    after = fact_of(after_all, field)
    assert (after.value, after.status, after.confidence) == (21, FactStatus.CORRECTED, 1.0)
    assert (after.raw, after.box, after.id) == (before.raw, before.box, before.id)
    assert after.as_read is not None
    assert (after.as_read.value, after.as_read.status) == (20, FactStatus.DOUBTFUL)
    (decision,) = after_all.decisions
    assert (decision.before, decision.after, decision.on) == (20, 21, before.id)
    assert (decision.by, decision.at, decision.reason) == ("王审核", AT, "看原件为21")


def test_restoring_gives_back_exactly_what_was_read() -> None:
    field = "app_staff_qualified"
    changed = done(
        on_fact(Action.CORRECT, field, "21"),
        on_fact(Action.CORRECT, field, "22"),
        on_fact(Action.RESTORE, field),
    )
    assert fact_of(changed, field) == fact_of(filled_worksheet(), field)
    assert [(d.before, d.after) for d in changed.decisions] == [(20, 21), (21, 22), (22, 20)]


def test_a_rejected_fact_keeps_its_value_for_the_record_and_counts_for_nobody() -> None:
    changed = done(on_fact(Action.REJECT, "app_staff_total", reason="另一家的表"))
    fact = fact_of(changed, "app_staff_total")
    assert (fact.status, fact.value) == (FactStatus.REJECTED, 24)
    assert changed.decisions[0].after is None


def test_an_accepted_doubtful_fact_is_certain() -> None:
    fact = fact_of(
        done(on_fact(Action.ACCEPT, "app_premises_area_total")), "app_premises_area_total"
    )
    assert (fact.status, fact.confidence, fact.value) == (FactStatus.CERTAIN, 1.0, "1200")


def test_a_missing_value_is_added_with_its_page_and_paper() -> None:
    changed = done(Correction(action=Action.ADD, on="app_contact_name", value="李明", page=1))
    fact = fact_of(changed, "app_contact_name")
    assert (fact.value, fact.method, fact.page, fact.document) == (
        "李明",
        Method.REVIEWER,
        1,
        "d_1",
    )
    assert (changed.decisions[0].before, changed.decisions[0].after) == (None, "李明")


def test_rows_are_added_changed_and_removed() -> None:
    second = cell_of(filled_worksheet(), "staff_roster.name", 2)
    changed = done(
        Correction(
            action=Action.ADD_ROW, on="staff_roster", page=2,
            cells={"name": "周强", "staff_roster.age": "41", "education": "硕士研究生", "school": " "},
        ),
        Correction(action=Action.CHANGE_ROW, on=second.id, cells={"age": "35", "school": "南昌大学"}),
        Correction(action=Action.REMOVE_ROW, on=f"row:{cell_of(filled_worksheet(), 'staff_roster.name', 3).id}"),
    )  # fmt: skip
    rows = next(r for r in changed.rows if r.field == "staff_roster").rows
    assert [row.no for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    new = {c: f.value for c, f in rows[6].cells.items()}
    assert new == {
        "staff_roster.name": "周强",
        "staff_roster.age": 41,
        "staff_roster.education": "master",
    }
    assert rows[1].cells["staff_roster.age"].value == 35
    assert rows[1].cells["staff_roster.school"].value == "南昌大学"
    assert {f.status for f in rows[2].cells.values()} == {FactStatus.REJECTED}
    actions = [d.action for d in changed.decisions]
    assert actions == ["add_row", "correct", "add", "remove_row"]
    removed = changed.decisions[-1].before
    assert isinstance(removed, tuple)
    assert "staff_roster.name=王芳" in removed


def test_a_removed_row_comes_back() -> None:
    name = f"row:{cell_of(filled_worksheet(), 'staff_roster.name', 3).id}"
    changed = done(
        Correction(action=Action.REMOVE_ROW, on=name), Correction(action=Action.RESTORE, on=name)
    )
    assert changed.rows == filled_worksheet().rows


def test_an_accepted_row_settles_its_doubts_only() -> None:
    cells = [cell_of(filled_worksheet(), f"staff_roster.{c}", 2).id for c in ("name", "age")]
    changed = done(Correction(action=Action.ACCEPT, on=",".join(cells)))
    assert changed.rows == filled_worksheet().rows  # nothing was in doubt
    assert [d.action for d in changed.decisions] == ["accept"]


def test_findings_verdicts_materials_and_remarks_are_recorded_and_change_no_value() -> None:
    before = filled_worksheet()
    criterion, material = before.criteria[0], before.materials[0]
    changed = done(
        Correction(action=Action.DISMISS, on="RO-02", reason="同名不同人"),
        Correction(action=Action.CONFIRM, on="SL-01"),
        Correction(action=Action.ASK, on="CP-01/info", reason="请补"),
        Correction(action=Action.VERDICT, on=criterion.id, value="met", reason="见原件"),
        Correction(action=Action.MATERIAL, on=material.id, value="disagree"),
        Correction(action=Action.COMMENT, on="worksheet", reason="总体齐全"),
        Correction(action=Action.COMMENT, on=fact_of(before, "app_org_name").id, reason="已核"),
    )
    assert (changed.facts, changed.rows, changed.findings) == (
        before.facts, before.rows, before.findings,
    )  # fmt: skip
    on = [d.on for d in changed.decisions]
    assert on == [
        "finding:RO-02/warn", "finding:SL-01/error", "finding:CP-01/info",
        f"criterion:{criterion.id}", f"material:{material.id}", "worksheet",
        fact_of(before, "app_org_name").id,
    ]  # fmt: skip
    verdict = changed.decisions[3]
    assert (verdict.before, verdict.after) == (criterion.verdict.value, "met")


_FIELDS = ("app_staff_total", "app_staff_qualified", "app_registered_capital", "app_org_name")
_VALUES = {"app_registered_capital": "600万元", "app_org_name": "南昌某某有限公司"}
steps = st.tuples(
    st.sampled_from((Action.CORRECT, Action.REJECT, Action.ACCEPT)), st.sampled_from(_FIELDS)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=12))
def test_whatever_was_done_can_be_undone_and_every_step_stays_on_record(
    taken: list[tuple[Action, str]],
) -> None:
    changed = done(*(on_fact(a, f, _VALUES.get(f, "30")) for a, f in taken))
    assert chain_troubles(changed.packet.id, changed.decisions) == ()
    assert [d.action for d in changed.decisions] == [a.value for a, _ in taken]
    for field in _FIELDS:
        steps_here = [d for d in changed.decisions if d.on == fact_of(changed, field).id]
        for earlier, later in pairwise(steps_here):
            assert earlier.after == later.before
    undone = done(
        *(on_fact(Action.RESTORE, field) for field in {f for _, f in taken}), worksheet=changed
    )  # fmt: skip
    assert undone.facts == filled_worksheet().facts


def test_decisions_hold_no_readable_personal_number() -> None:
    changed = done(
        on_fact(Action.CORRECT, "app_contact_mobile", "13712340000", "原件为 13712340000"),
        on_fact(Action.CORRECT, "app_legal_rep_id_no", "360102209803124516"),
    )
    text = "".join(d.model_dump_json() for d in changed.decisions)
    assert not any(n in text for n in (CONTACT, "13712340000", "360102209803124516"))
    assert changed.decisions[0].after == "137****0000"


@pytest.mark.parametrize(
    ("correction", "says"),
    [
        (on_fact(Action.CORRECT, "app_staff_total", "很多"), "不明确"),
        (on_fact(Action.CORRECT, "app_staff_total", ""), "没有填写"),
        (on_fact(Action.CORRECT, "app_registered_capital", "500"), "万元"),
        (on_fact(Action.RESTORE, "app_staff_total"), "没有可恢复"),
        (Correction(action=Action.CORRECT, on="f_none", value="1"), "f_none"),
        (Correction(action=Action.ADD, on="no_field", value="1"), "no_field"),
        (Correction(action=Action.ADD, on="staff_roster.name", value="张三"), "列"),
        (Correction(action=Action.ADD, on="app_fax", value="0791-88888888", page=9), "第 9 页"),
        (Correction(action=Action.ADD_ROW, on="app_org_name", cells={"x": "1"}), "列表"),
        (Correction(action=Action.ADD_ROW, on="staff_roster"), "没有填写"),
        (Correction(action=Action.ADD_ROW, on="staff_roster", cells={"served_list.seq": "1"}), "列"),
        (Correction(action=Action.REMOVE_ROW, on="row:f_none"), "找不到"),
        (Correction(action=Action.DISMISS, on="RO-99"), "RO-99"),
        (Correction(action=Action.VERDICT, on="JX23.6.1.legal", value="好"), "意见"),
        (Correction(action=Action.COMMENT, on="worksheet"), "没有内容"),
        (Correction(action=Action.COMMENT, on="nothing", reason="x"), "nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_its_reason(correction: Correction, says: str) -> None:
    with pytest.raises(DecisionError, match=says):
        done(correction)


def test_all_or_nothing_and_every_fault_is_told() -> None:
    good = on_fact(Action.CORRECT, "app_staff_total", "25")
    bad = Correction(action=Action.DISMISS, on="RO-99", source="核对问题!H9")
    with pytest.raises(DecisionError) as refused:
        done(good, bad, Correction(action=Action.ADD, on="no_field", value="1"))
    assert "核对问题!H9" in str(refused.value)
    assert "第 3 条" in str(refused.value)
    assert "没有写入" in str(refused.value)


def test_nobody_decides_anonymously() -> None:
    with pytest.raises(DecisionError, match="审核人"):
        apply(
            filled_worksheet(), (on_fact(Action.ACCEPT, "app_staff_total"),), Reviewer(" "),
            the_tools().catalogue, at=AT, hide=Hider(),
        )  # fmt: skip

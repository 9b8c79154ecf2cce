"""Decisions taken over into a new reading: what is unchanged holds, the rest is to be looked at again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from support.config import the_tools
from support.decided import cell_of, fact_of, filled_worksheet

from extractor.core.worksheet import Fact, FactStatus, Method, Outcome, Row, Worksheet
from extractor.decisions.heads import FileHeadStore
from extractor.decisions.model import Action, Correction, DecisionError, Frozen, Reviewer
from extractor.decisions.signing import site_key
from extractor.pipeline.carrying import CarriedOver, carry
from extractor.pipeline.deciding import decide, keep_head, verify
from extractor.pipeline.judging import judge_worksheet

AT = dt.datetime(2024, 5, 6, 8, tzinfo=dt.UTC)
WANG = Reviewer("王审核")


class Site:
    def __init__(self, folder: Path) -> None:
        self.key, self.heads = site_key(folder), FileHeadStore(folder / "heads")

    def decide(self, *corrections: Correction) -> Worksheet:
        done = decide(
            filled_worksheet(), corrections, WANG, the_tools(), key=self.key, heads=self.heads, at=AT
        )  # fmt: skip
        keep_head(done, self.heads)
        return done.worksheet

    def carry(self, old: Worksheet, new: Worksheet) -> CarriedOver:
        done = carry(old, new, WANG, the_tools(), key=self.key, heads=self.heads, at=AT)
        keep_head(done.decided, self.heads)
        assert not verify(
            done.decided.worksheet, the_tools(), key=self.key.public, heads=self.heads
        )
        return done


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def reread(change: Callable[[Fact], Fact | None]) -> Worksheet:
    """The packet as another program reads it: each fact changed, or not read any more."""
    before = filled_worksheet()
    facts = tuple(made for f in before.facts if (made := change(f)) is not None)
    rows = tuple(
        rows.model_copy(
            update={
                "rows": tuple(
                    Row(no=row.no, cells={c: m for c, f in row.cells.items() if (m := change(f))})
                    for row in rows.rows
                )
            }
        )
        for rows in before.rows
    )
    return judge_worksheet(
        before.model_copy(update={"facts": facts, "rows": rows}), the_tools()
    )  # fmt: skip


def corrections() -> list[Correction]:
    before = filled_worksheet()
    failed = next(f for f in before.findings if f.outcome is Outcome.FAILED and f.facts)
    first = cell_of(before, "served_list.enterprise", 2)
    return [
        Correction(
            action=Action.CORRECT,
            on=fact_of(before, "app_total_assets_prev_year_end").id,
            value="320万元",
        ),
        Correction(action=Action.REJECT, on=fact_of(before, "app_registered_capital").id),
        Correction(action=Action.ACCEPT, on=fact_of(before, "app_premises_area_total").id),
        Correction(action=Action.REMOVE_ROW, on=f"row:{first.id}", reason="重复"),
        Correction(action=Action.ADD_ROW, on="served_list", cells={"enterprise": "南昌己有限公司"}),
        Correction(action=Action.ADD, on="app_contact_phone", value="0791-88886666"),
        Correction(action=Action.DISMISS, on=failed.check, reason="已说明"),
        Correction(action=Action.VERDICT, on=before.criteria[0].id, value="agree"),
    ]


def test_the_same_reading_takes_every_decision_over_unchanged(site: Site) -> None:
    old = site.decide(*corrections())
    done = site.carry(old, reread(lambda fact: fact))
    assert done.again == ()
    assert done.decided.worksheet.decisions == old.decisions
    for name in ("facts", "rows", "findings", "criteria", "materials"):
        assert getattr(done.decided.worksheet, name) == getattr(old, name), name


def test_a_value_read_otherwise_is_in_doubt_and_its_decision_is_to_be_looked_at_again(
    site: Site,
) -> None:
    old = site.decide(*corrections())

    def change(fact: Fact) -> Fact | None:
        if fact.field == "app_total_assets_prev_year_end":
            return fact.model_copy(update={"value": "3200000"})
        return None if fact.field == "app_registered_capital" else fact

    done = site.carry(old, reread(change))
    new = done.decided.worksheet
    assets = fact_of(new, "app_total_assets_prev_year_end")
    assert (assets.value, assets.status) == ("3200000", FactStatus.DOUBTFUL)
    assert fact_of(new, "app_premises_area_total").status is FactStatus.CERTAIN
    added = new.decisions[len(old.decisions) :]
    assert new.decisions[: len(old.decisions)] == old.decisions
    assert {d.action for d in added} == {"look_again"}
    about = {d.on: d for d in added}
    assert about[assets.id].after == "3200000"
    gone = fact_of(old, "app_registered_capital").id
    assert about[gone].after is None and "没有再读到" in about[gone].reason


def test_a_removed_row_that_reads_otherwise_stands_again_until_somebody_looks(site: Site) -> None:
    old = site.decide(*corrections())
    row = cell_of(old, "served_list.enterprise", 2)

    def change(fact: Fact) -> Fact | None:
        return fact.model_copy(update={"value": "南昌庚有限公司"}) if fact.id == row.id else fact

    done = site.carry(old, reread(change))
    cell = cell_of(done.decided.worksheet, "served_list.enterprise", 2)
    assert (cell.value, cell.status) == ("南昌庚有限公司", FactStatus.DOUBTFUL)
    assert row.id in {item.on for item in done.again}


def test_what_only_a_person_saw_stays_and_is_in_question_once_the_machine_reads_it(
    site: Site,
) -> None:
    old = site.decide(*corrections())
    phone = fact_of(old, "app_contact_phone")
    assert phone.method is Method.REVIEWER
    plain = reread(lambda fact: fact)
    read = phone.model_copy(
        update={"id": "f_new", "method": Method.OCR_CELL, "status": FactStatus.CERTAIN}
    )
    new = plain.model_copy(update={"facts": (*plain.facts, read)})
    done = site.carry(old, new)
    both = [f for f in done.decided.worksheet.facts if f.field == "app_contact_phone"]
    assert {f.id for f in both} == {phone.id, "f_new"}
    assert [item.on for item in done.again] == ["f_new"]


def test_an_opinion_on_another_result_is_to_be_looked_at_again(site: Site) -> None:
    old = site.decide(*corrections())
    about = next(d for d in old.decisions if d.action == "dismiss")
    everything = reread(lambda fact: None)
    done = site.carry(old, everything)
    assert about.on in {item.on for item in done.again}


def test_decisions_go_to_no_other_packet_nor_out_of_a_signed_worksheet(site: Site) -> None:
    new = reread(lambda fact: fact)
    other = new.model_copy(update={"packet": new.packet.model_copy(update={"id": "p_other"})})
    old = site.decide(corrections()[0])
    with pytest.raises(DecisionError, match="不是同一份"):
        site.carry(old, other)
    with pytest.raises(DecisionError, match="没有处理记录"):
        site.carry(new, new)
    signed = decide(
        old, [Correction(action=Action.SIGN_OFF, on="worksheet")], WANG, the_tools(),
        key=site.key, heads=site.heads, at=AT,
    ).worksheet  # fmt: skip
    with pytest.raises(Frozen, match="签字"):
        site.carry(signed, new)

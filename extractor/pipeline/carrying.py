"""Decisions of an earlier reading carried over to a new one, judged, chained and signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from extractor.core.worksheet import Worksheet
from extractor.decisions.carrying import Again, carry_over, judgements_again, recorded
from extractor.decisions.heads import HeadStore
from extractor.decisions.model import DecisionError, Frozen, Reviewer
from extractor.decisions.sealing import is_signed
from extractor.decisions.signing import SiteKey
from extractor.pipeline.deciding import Decided, fitting_head
from extractor.pipeline.judging import judge_worksheet, sensitive_fields
from extractor.pipeline.tools import Tools
from extractor.worksheet.mask import Hider, is_masked, mask_worksheet


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What came of it. ``held``: values and rows that hold; ``again``: what is to be looked at again."""

    decided: Decided
    held: int
    again: tuple[Again, ...]


def carry(
    old: Worksheet,
    new: Worksheet,
    reviewer: Reviewer,
    tools: Tools,
    *,
    key: SiteKey,
    heads: HeadStore,
    at: dt.datetime | None = None,
) -> CarriedOver:
    """``new``, another reading of the packet of ``old``, with its decisions.

    ``heads`` is only looked at: ``keep_head`` puts the new head there.

    Raises:
        DecisionError: they are two packets, nothing was decided, or ``new`` has decisions of its own.
        Frozen: ``old`` is signed. HeadMoved: decisions are known that ``old`` lacks.
    """
    if old.packet.id != new.packet.id:
        raise DecisionError("两份底稿不是同一份申报材料（来源文件不同），处理记录不能带过去")
    if not old.decisions:
        raise DecisionError("原底稿没有处理记录，不需要带过去")
    if new.decisions:
        raise DecisionError(f"新底稿已有 {len(new.decisions)} 条处理记录，不能再带入另一份的")
    if not reviewer.name.strip():
        raise DecisionError("请写明由谁处理（审核人姓名）")
    if is_signed(old):
        raise Frozen(
            "原底稿已签字；要改用新的读取结果，请由负责人写明理由重新打开（reopen）后再带入"
        )
    before = fitting_head(old, heads, key.public)
    sensitive = sensitive_fields(tools)
    hide = Hider(sensitive)
    carried = carry_over(old, new, hide, tools.catalogue.label)
    changed = carried.worksheet
    if is_masked(new):
        changed = mask_worksheet(changed, sensitive)
    judged = judge_worksheet(changed, tools)
    again = (*carried.again, *judgements_again(judged))
    stamp = (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    done = recorded(judged, again, reviewer, stamp, hide)
    chain = done.decisions
    head = key.signed(done.packet.id, len(chain), chain[-1].hash, stamp)
    return CarriedOver(Decided(done, head, before), carried.held, again)

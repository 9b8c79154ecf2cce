"""A reviewer's corrections from start to end: put in, judged again, chained, signed; and verified.

One worksheet comes in, one goes out; the signed head of its chain is kept by the caller's store. A
masked worksheet stays masked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from extractor.core.worksheet import Decision, Fact, FactStatus, Method, Worksheet
from extractor.decisions.apply import apply, value_text
from extractor.decisions.chain import (
    Tampering,
    Trouble,
    chain_troubles,
    genesis,
    head_troubles,
)
from extractor.decisions.draft import row_name
from extractor.decisions.heads import HeadMoved, HeadStore, SignedHead
from extractor.decisions.model import Action, Correction, DecisionError, Reviewer
from extractor.decisions.sealing import basis_of, reopen, sign_off, signature_of
from extractor.decisions.signing import PublicKey, SiteKey
from extractor.pipeline.judging import judge_worksheet, sensitive_fields
from extractor.pipeline.tools import Tools
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import Hider, is_masked, mask_worksheet


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of some corrections: the worksheet, and the head that vouches for its chain."""

    worksheet: Worksheet
    head: SignedHead
    before: SignedHead | None


def decide(
    worksheet: Worksheet,
    corrections: Sequence[Correction],
    reviewer: Reviewer,
    tools: Tools,
    *,
    key: SiteKey,
    heads: HeadStore,
    at: dt.datetime | None = None,
) -> Decided:
    """``worksheet`` with the corrections in it, judged by its own scheme and date, and signed.

    All or nothing; ``heads`` is only looked at: ``keep_head`` puts the new head there.

    Args:
        corrections: in this order; sign-off and reopening may be among them.
        at: now, where nothing else is said (UTC).

    Raises:
        HeadMoved: decisions about the packet are known that this worksheet lacks.
        Frozen: it is signed. DecisionError: a correction cannot be carried out.
    """
    if not corrections:
        raise DecisionError("没有可写入的处理意见")
    before = fitting_head(worksheet, heads, key.public)
    stamp = (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
    for group in _groups(corrections):
        worksheet = _decided(worksheet, group, reviewer, tools, stamp)
    chain = worksheet.decisions
    head = key.signed(worksheet.packet.id, len(chain), chain[-1].hash, stamp)
    return Decided(worksheet, head, before)


def keep_head(decided: Decided, heads: HeadStore) -> None:
    """Make the new head the packet's; do it before the worksheet is written.

    Raises:
        HeadMoved: somebody else decided meanwhile; the worksheet must not be written.
    """
    heads.put_head(decided.head, decided.before.hash if decided.before is not None else None)


def take_back_head(decided: Decided, heads: HeadStore) -> None:
    """Undo ``keep_head``, where the worksheet could not be written after all."""
    if decided.before is None:
        heads.forget_head(decided.head.packet)
    else:
        heads.put_head(decided.before, decided.head.hash)


_CLOSING = (Action.SIGN_OFF, Action.REOPEN)


def _groups(corrections: Sequence[Correction]) -> Iterator[tuple[Correction, ...]]:
    """Corrections that are put in together; each closing one stands alone."""
    for closing, listed in groupby(corrections, lambda c: c.action in _CLOSING):
        if closing:
            yield from ((one,) for one in listed)
        else:
            yield tuple(listed)


def _decided(
    worksheet: Worksheet,
    group: tuple[Correction, ...],
    reviewer: Reviewer,
    tools: Tools,
    at: str,
) -> Worksheet:
    sensitive = sensitive_fields(tools)
    first = group[0]
    if first.action is Action.SIGN_OFF:
        digest = content_sha256(worksheet, tools)
        return sign_off(worksheet, reviewer, at=at, content_sha256=digest, reason=first.reason)
    if first.action is Action.REOPEN:
        return reopen(worksheet, reviewer, at=at, reason=first.reason)
    hidden = is_masked(worksheet)
    changed = apply(
        worksheet, group, reviewer, tools.catalogue, at=at, hide=Hider(sensitive)
    )  # fmt: skip
    if hidden:  # judged as it will be judged again: new numbers beside the stand-ins of old ones
        changed = mask_worksheet(changed, sensitive)
    return judge_worksheet(changed, tools)


def fitting_head(worksheet: Worksheet, heads: HeadStore, key: PublicKey) -> SignedHead | None:
    """The stored head, which must be that of the worksheet's chain; ``None`` before any decision.

    Raises:
        HeadMoved: decisions about the packet are known that this worksheet lacks. DecisionError: its
            chain is broken, or nothing here vouches for it.
    """
    chain, packet = worksheet.decisions, worksheet.packet.id
    head = heads.get_head(packet)
    broken = chain_troubles(packet, chain)
    if broken:
        raise DecisionError(f"底稿的处理记录已不完好，不能在其上继续：{broken[0].message}")
    if head is None:
        if chain:
            raise DecisionError(
                f"本机没有这份材料的签名记录，而底稿已有 {len(chain)} 条处理记录："
                "请在原来的机器上继续处理，或先把那里的签名记录移过来"
            )
        return None
    if head.length != len(chain) or head.hash != (chain[-1].hash if chain else genesis(packet)):
        raise HeadMoved(
            f"此份材料已有 {head.length} 条处理记录，这份底稿只含 {len(chain)} 条或内容不同："
            "请用最新的底稿继续"
        )
    troubles = head_troubles(packet, chain, head, key)
    if troubles:
        raise DecisionError(troubles[0].message)
    return head


def content_sha256(worksheet: Worksheet, tools: Tools) -> str:
    """Digest of all of a worksheet but its decisions, the same for its masked and unmasked form."""
    masked = mask_worksheet(worksheet, sensitive_fields(tools))
    return hashlib.sha256(worksheet_bytes(masked.model_copy(update={"decisions": ()}))).hexdigest()


# -- verifying ----------------------------------------------------------------------------------


def verify(
    worksheet: Worksheet,
    tools: Tools,
    *,
    key: PublicKey,
    heads: HeadStore,
    written: bytes | None = None,
) -> tuple[Trouble, ...]:
    """Everything about a worksheet that is not as it was decided and signed; nothing for a sound one.

    Args:
        written: the file's content, so that a byte changed where it says nothing is told too.
    """
    packet, chain = worksheet.packet.id, worksheet.decisions
    found = list(chain_troubles(packet, chain))
    found += head_troubles(packet, chain, heads.get_head(packet), key)
    found += _unrecorded(worksheet, Hider(sensitive_fields(tools)))
    signed = signature_of(worksheet)
    if signed is None:
        return tuple(found)
    if content_sha256(worksheet, tools) != signed.after:
        found.append(_changed_content(worksheet, signed))
    elif written is not None and not found and written != worksheet_bytes(worksheet):
        found.append(
            Trouble(Tampering.BYTES, "文件在签字后被改写过（数据相同，但与写出时的字节不一致）")
        )
    return tuple(found)


def _changed_content(worksheet: Worksheet, signed: Decision) -> Trouble:
    if signed.before != basis_of(worksheet):
        return Trouble(
            Tampering.CONTENT,
            f"签字的是按 {signed.before} 评审的底稿，这份是按 {basis_of(worksheet)} 另行评审的",
        )
    return Trouble(
        Tampering.CONTENT,
        f"底稿内容在签字后被改动过（{signed.by}，{signed.at} 签字）",
    )


def _unrecorded(worksheet: Worksheet, hide: Hider) -> Iterator[Trouble]:
    """Facts that bear a reviewer's mark without a decision that says so, or with another value."""
    about: dict[str, list[Decision]] = {}
    for decision in worksheet.decisions:
        if decision.action not in (Action.COMMENT, Action.ASK):
            about.setdefault(decision.on, []).append(decision)
    for fact, row in _facts(worksheet):
        own, rows = about.get(fact.id, []), about.get(row, [])
        if fact.status is FactStatus.REJECTED:
            recorded = [d for d in own[-1:] if d.after is None]
            if not recorded and not any(d.action == Action.REMOVE_ROW for d in rows):
                yield _fault(fact, "标为弃用，却没有对应的处理记录")
        elif own:
            if own[-1].after != hide.value(fact.field, fact.value):
                yield _fault(fact, "现值与最后一条处理记录不一致")
        elif fact.method is Method.REVIEWER and any(d.action == Action.ADD_ROW for d in rows):
            if f"{fact.field}={value_text(hide.value(fact.field, fact.value))}" not in _row_text(
                rows
            ):
                yield _fault(fact, "现值与新增这一行的处理记录不一致")
        elif _is_marked(fact):
            yield _fault(fact, "有更正标记，却没有对应的处理记录")


def _is_marked(fact: Fact) -> bool:
    return (
        fact.as_read is not None
        or fact.method is Method.REVIEWER
        or fact.status is FactStatus.CORRECTED
    )


def _row_text(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """The cells that adding a row recorded."""
    found = [d.after for d in decisions if d.action == Action.ADD_ROW]
    return found[-1] if found and isinstance(found[-1], tuple) else ()


def _fault(fact: Fact, why: str) -> Trouble:
    place = f"第 {fact.page} 页 " if fact.page is not None else ""
    return Trouble(Tampering.CONTENT, f"{place}{fact.field}（{fact.id}）{why}")


def _facts(worksheet: Worksheet) -> Iterable[tuple[Fact, str]]:
    """Every fact with the name of its row (``""`` outside lists)."""
    for fact in worksheet.facts:
        yield fact, ""
    for rows in worksheet.rows:
        for row in rows.rows:
            name = row_name(row)
            for fact in row.cells.values():
                yield fact, name

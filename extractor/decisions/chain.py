"""The chain of decisions: each carries the hash of the one before and of itself.

Hashes are SHA-256 over canonical JSON (keys sorted, no blanks, UTF-8). The first decision follows a
hash made of the packet's id, so that a chain cannot be moved to another packet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from extractor.core.worksheet import Decision, Value, content_id
from extractor.decisions.heads import SignedHead
from extractor.decisions.signing import PublicKey


class Tampering(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"  # an entry's words are not those its hash was made of
    REORDERED = "reordered"  # entries are whole but do not follow one another
    REMOVED = "removed"  # entries are missing between others
    TRUNCATED = "truncated"  # the end is missing
    REHASHED = "rehashed"  # consistent in itself, but not what the site signed
    ADDED = "added"  # entries after the signed end
    UNSIGNED = "unsigned"  # no head is known: nothing vouches for it
    FOREIGN_KEY = "foreign_key"  # the head was signed with another key, or altered
    CONTENT = "content"  # the worksheet is not the one that was signed off
    BYTES = "bytes"  # the file was rewritten, though it says the same


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong, in words for people. ``at``: number of the decision, from 1."""

    kind: Tampering
    message: str
    at: int | None = None


def genesis(packet: str) -> str:
    """What the first decision of a packet follows."""
    return hashlib.sha256(f"extractor.decisions/1\x1f{packet}".encode()).hexdigest()


def hash_of(decision: Decision) -> str:
    """The hash that belongs to a decision's words."""
    plain = decision.model_dump(mode="json", exclude={"hash"})
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def next_decision(
    packet: str,
    chain: Sequence[Decision],
    *,
    at: str,
    by: str,
    on: str,
    action: str,
    before: Value | None,
    after: Value | None,
    reason: str,
) -> Decision:
    """The decision that follows ``chain``."""
    previous = chain[-1].hash if chain else genesis(packet)
    bare = Decision(
        id=content_id("dec", packet, len(chain) + 1, previous),
        at=at, by=by, on=on, action=action, before=before, after=after, reason=reason,
        previous_hash=previous, hash="",
    )  # fmt: skip
    return bare.model_copy(update={"hash": hash_of(bare)})


def chain_troubles(packet: str, chain: Sequence[Decision]) -> tuple[Trouble, ...]:
    """What is wrong with a chain by itself, without a head."""
    found = [
        Trouble(
            Tampering.CHANGED,
            f"第 {no} 条处理记录（{d.by}，{d.at}）被改动过：内容与其校验值不符",
            no,
        )
        for no, d in enumerate(chain, 1)
        if hash_of(d) != d.hash
    ]
    found.extend(_broken_links(packet, chain))
    return tuple(found)


def _broken_links(packet: str, chain: Sequence[Decision]) -> Iterator[Trouble]:
    follows = {d.previous_hash: d for d in chain}
    expected = genesis(packet)
    for no, decision in enumerate(chain, 1):
        if decision.previous_hash != expected:
            if expected in follows or decision.previous_hash in {d.hash for d in chain[no:]}:
                kind, words = Tampering.REORDERED, "次序被调换过"
            else:
                kind, words = Tampering.REMOVED, "它前面有记录被删除或替换"
            yield Trouble(kind, f"第 {no} 条处理记录与前一条不衔接：{words}", no)
        expected = decision.hash


def head_troubles(
    packet: str, chain: Sequence[Decision], head: SignedHead | None, key: PublicKey
) -> tuple[Trouble, ...]:
    """What is wrong with a chain beside the head that the site signed."""
    if head is None:
        if not chain:
            return ()
        return (
            Trouble(
                Tampering.UNSIGNED,
                f"本机没有这份材料的签名记录，无法证明这 {len(chain)} 条处理记录未被改动",
            ),
        )
    if head.packet != packet or head.key != key.fingerprint or not key.vouches_for(head):
        return (
            Trouble(
                Tampering.FOREIGN_KEY,
                "签名记录不是用所给的密钥签的，或已被改动，不能用来核对处理记录",
            ),
        )
    last = chain[-1].hash if chain else genesis(packet)
    if (len(chain), last) == (head.length, head.hash):
        return ()
    return (_differing(chain, last, head),)


def _differing(chain: Sequence[Decision], last: str, head: SignedHead) -> Trouble:
    signed = f"签名时（{head.at}）共 {head.length} 条"
    if len(chain) > head.length and (head.length == 0 or chain[head.length - 1].hash == head.hash):
        more = len(chain) - head.length
        return Trouble(Tampering.ADDED, f"{signed}，其后多出 {more} 条未经本机签名的记录")
    if len(chain) < head.length:
        return Trouble(
            Tampering.TRUNCATED,
            f"处理记录被截短：{signed}，现只有 {len(chain)} 条（或这是较早的一份底稿）",
        )
    return Trouble(
        Tampering.REHASHED,
        f"处理记录被整体重算过：{signed}，末条校验值 {head.hash[:12]}…，现为 {last[:12]}…",
    )

"""The chain of decisions: every kind of tampering is told by its name."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Decision
from extractor.decisions.chain import (
    Tampering,
    chain_troubles,
    genesis,
    hash_of,
    head_troubles,
    next_decision,
)
from extractor.decisions.heads import FileHeadStore, HeadMoved, SignedHead
from extractor.decisions.signing import KEY_FILE, PUBLIC_FILE, SiteKey, public_key, site_key

PACKET = "p_1"
AT = "2024-05-06T08:00:00+00:00"


def chain_of(count: int, packet: str = PACKET) -> tuple[Decision, ...]:
    chain: list[Decision] = []
    for n in range(count):
        chain.append(
            next_decision(
                packet, chain, at=AT, by="王审核", on=f"f_{n}", action="correct",
                before=n, after=str(n), reason="看原件",
            )
        )  # fmt: skip
    return tuple(chain)


@pytest.fixture
def key(tmp_path: Path) -> SiteKey:
    return site_key(tmp_path)


def head_of(chain: Sequence[Decision], key: SiteKey) -> SignedHead:
    return key.signed(PACKET, len(chain), chain[-1].hash if chain else genesis(PACKET), AT)


def rehashed(chain: Sequence[Decision]) -> tuple[Decision, ...]:
    """The same words with all hashes made anew, as somebody who can write the file would."""
    previous, out = genesis(PACKET), []
    for decision in chain:
        linked = decision.model_copy(update={"previous_hash": previous})
        out.append(linked.model_copy(update={"hash": hash_of(linked)}))
        previous = out[-1].hash
    return tuple(out)


def kinds(chain: Sequence[Decision], head: SignedHead | None, key: SiteKey) -> set[Tampering]:
    found = (*chain_troubles(PACKET, chain), *head_troubles(PACKET, chain, head, key.public))
    assert all(trouble.message for trouble in found)
    return {trouble.kind for trouble in found}


@given(st.integers(0, 12))
def test_an_untouched_chain_is_sound(count: int) -> None:
    chain = chain_of(count)
    assert chain_troubles(PACKET, chain) == ()


def test_an_untouched_chain_fits_its_head(key: SiteKey) -> None:
    chain = chain_of(5)
    assert kinds(chain, head_of(chain, key), key) == set()
    assert kinds((), None, key) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "另有原因"}, {"by": "李某"}, {"at": "2024-05-07"}, {"after": "9"},
        {"before": None}, {"on": "f_9"}, {"action": "reject"}, {"id": "dec_x"}, {"hash": "0" * 64},
    ],
)  # fmt: skip
def test_a_changed_word_is_told_with_its_number(change: dict[str, object], key: SiteKey) -> None:
    chain = chain_of(5)
    changed = (*chain[:2], chain[2].model_copy(update=change), *chain[3:])
    found = [t for t in chain_troubles(PACKET, changed) if t.kind is Tampering.CHANGED]
    assert [t.at for t in found] == [3]


def test_a_chain_hashed_anew_is_told_by_the_head(key: SiteKey) -> None:
    chain = chain_of(5)
    changed = rehashed((*chain[:2], chain[2].model_copy(update={"after": "9"}), *chain[3:]))
    assert chain_troubles(PACKET, changed) == ()
    assert kinds(changed, head_of(chain, key), key) == {Tampering.REHASHED}


def test_a_cut_chain_is_told(key: SiteKey) -> None:
    chain = chain_of(5)
    head = head_of(chain, key)
    assert kinds(chain[:3], head, key) == {Tampering.TRUNCATED}
    assert kinds((), head, key) == {Tampering.TRUNCATED}
    assert Tampering.REMOVED in kinds(chain[1:], head, key)
    assert Tampering.REMOVED in kinds((*chain[:2], *chain[3:]), head, key)


def test_another_order_is_told(key: SiteKey) -> None:
    a, b, c, d = chain_of(4)
    head = head_of((a, b, c, d), key)
    assert Tampering.REORDERED in kinds((a, c, b, d), head, key)
    assert Tampering.REORDERED in kinds((d, c, b, a), head, key)
    assert kinds(rehashed((a, c, b, d)), head, key) == {Tampering.REHASHED}


def test_entries_behind_the_signed_end_are_told(key: SiteKey) -> None:
    chain = chain_of(5)
    assert kinds(chain, head_of(chain[:3], key), key) == {Tampering.ADDED}


def test_without_a_head_nothing_vouches(key: SiteKey) -> None:
    assert kinds(chain_of(2), None, key) == {Tampering.UNSIGNED}


def test_a_head_of_another_key_another_packet_or_with_another_word_vouches_for_nothing(
    key: SiteKey, tmp_path: Path
) -> None:
    chain = chain_of(3)
    head = head_of(chain, key)
    other = site_key(tmp_path / "other")
    for wrong in (
        head_of(chain, other),
        head.model_copy(update={"packet": "p_2"}),
        head.model_copy(update={"at": "2030-01-01"}),
        head.model_copy(update={"length": 2}),
        head.model_copy(update={"signature": "00" * 64}),
        head.model_copy(update={"signature": "no hex"}),
    ):
        assert kinds(chain, wrong, key) == {Tampering.FOREIGN_KEY}


def test_a_chain_of_another_packet_does_not_fit() -> None:
    assert chain_troubles(PACKET, chain_of(3, packet="p_2")) != ()


def test_the_key_is_made_once_for_its_owner_only_and_its_public_half_lies_beside_it(
    tmp_path: Path,
) -> None:
    first, second = site_key(tmp_path), site_key(tmp_path)
    assert first.public.fingerprint == second.public.fingerprint
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert public_key(tmp_path / PUBLIC_FILE).fingerprint == first.public.fingerprint


def test_a_key_that_others_can_read_or_that_is_damaged_is_refused(tmp_path: Path) -> None:
    site_key(tmp_path)
    path = tmp_path / KEY_FILE
    path.chmod(0o644)
    with pytest.raises(ExtractorError, match="chmod 600"):
        site_key(tmp_path)
    path.write_text("no key")
    path.chmod(0o600)
    with pytest.raises(ExtractorError, match="损坏"):
        site_key(tmp_path)


def test_the_key_lives_where_the_site_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_HOME", str(tmp_path / "home"))
    site_key()
    assert (tmp_path / "home" / KEY_FILE).is_file()


def test_heads_are_kept_as_files_and_only_follow_the_one_that_was_known(
    tmp_path: Path, key: SiteKey
) -> None:
    store = FileHeadStore(tmp_path / "heads")
    one, two = head_of(chain_of(1), key), head_of(chain_of(2), key)
    assert store.get_head(PACKET) is None
    store.put_head(one, None)
    with pytest.raises(HeadMoved):
        store.put_head(two, None)
    store.put_head(two, one.hash)
    assert store.get_head(PACKET) == two
    with pytest.raises(HeadMoved):
        store.put_head(one, one.hash)
    assert store.forget_head(PACKET)
    assert not store.forget_head(PACKET)


def test_a_damaged_head_file_is_named(tmp_path: Path, key: SiteKey) -> None:
    store = FileHeadStore(tmp_path)
    store.put_head(head_of(chain_of(1), key), None)
    next(tmp_path.glob("*.json")).write_text("{}")
    with pytest.raises(ExtractorError, match="损坏"):
        store.get_head(PACKET)

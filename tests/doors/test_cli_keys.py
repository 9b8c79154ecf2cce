"""``extractor keys``: made, listed, revoked; the secret that webhooks are signed with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.doors.http.keys import KeyFile, Role, Scope


@pytest.fixture
def keys(extractor: Callable[..., object], tmp_path: Path) -> Callable[..., object]:
    def call(command: str, *args: object) -> object:
        return extractor("keys", command, *args, "--state", tmp_path)

    return call


def test_a_key_is_shown_once_and_listed_without_its_secret(keys, tmp_path: Path) -> None:
    made = keys(
        "add", "[bold]李审核", "--role", "reviewer", "--tenant", "city", "--expires", "2099-12-31"
    )
    assert made.code == 0
    key = made.out.strip()
    record = KeyFile(tmp_path / "keys.json").find(key)
    assert record is not None and record.role is Role.REVIEWER and record.tenant == "city"
    listed = keys("list")
    assert listed.code == 0
    for told in (record.id, "[bold]李审核", "reviewer", "city", "read,decide", "2099-12-31"):
        assert told in listed.out
    assert key.rpartition("_")[2] not in listed.text


def test_scopes_may_be_named_and_wrong_ones_are_refused_in_words(keys, tmp_path: Path) -> None:
    assert keys("add", "抓取", "--role", "admin", "--scopes", "read, admin").code == 0
    (record,) = KeyFile(tmp_path / "keys.json").all()
    assert set(record.scopes) == {Scope.READ, Scope.ADMIN}
    wrong = keys("add", "抓取", "--role", "admin", "--scopes", "everything")
    assert wrong.code == 2 and "submit、read、decide、admin" in wrong.text
    assert keys("add", "某", "--role", "portal", "--tenant", "../别家").code == 2
    assert keys("add", "某", "--role", "portal", "--expires", "明年").code == 2
    assert len(KeyFile(tmp_path / "keys.json").all()) == 1


def test_a_revoked_key_is_none_and_an_unknown_one_is_told(keys, tmp_path: Path) -> None:
    key = keys("add", "门户", "--role", "portal").out.strip()
    ident = key.split("_")[1]
    gone = keys("revoke", ident)
    assert gone.code == 0 and ident in gone.out
    assert KeyFile(tmp_path / "keys.json").find(key) is None
    again = keys("revoke", ident)
    assert again.code == 2 and f"没有编号为 {ident} 的密钥" in again.text


def test_each_tenant_has_a_webhook_secret_of_its_own_that_stays(keys) -> None:
    own, again = (keys("webhook-secret", "--tenant", "city").out.strip() for _ in range(2))
    other = keys("webhook-secret", "--tenant", "elsewhere").out.strip()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]+=*", own) and own == again != other


def test_damaged_keys_are_an_error_and_not_an_open_door(keys, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("[{", encoding="utf-8")
    told = keys("list")
    assert told.code != 0 and "密钥文件已损坏" in told.text

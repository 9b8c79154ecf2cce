"""Packets and requests for ledger tests."""

from __future__ import annotations

import datetime as dt
import hashlib

from extractor.jobs.ledger import Ledger
from extractor.jobs.records import (
    Claim,
    Finished,
    NewPacket,
    PacketContent,
    PacketFile,
    Request,
    same_work_key,
)
from extractor.setup.case import CaseFile

DAY = dt.date(2026, 5, 4)
DONE = Finished("complete", 0, 3)


def content(name: str = "甲公司.pdf", data: str = "a") -> PacketContent:
    sha256 = hashlib.sha256(data.encode()).hexdigest()
    return PacketContent(name, (PacketFile(name, sha256, len(data)),))


def request(scheme: str = "jiangxi_2023", day: dt.date = DAY) -> Request:
    return Request(CaseFile(scheme=scheme), day)


def packet(
    name: str = "甲公司.pdf", data: str = "a", *, key: str | None = None, once: bool = False,
    notify: str | None = None, tenant: str = "local",
) -> NewPacket:  # fmt: skip
    held, asked = content(name, data), request()
    same = same_work_key(held, asked, "1") if once else None
    return NewPacket(held, asked, tenant, key, same, notify)


def claimed(ledger: Ledger, owner: str = "me") -> Claim:
    claim = ledger.jobs.claim(owner)
    assert claim is not None
    return claim

"""Webhooks: the outbox of the ledger, sent with Standard Webhooks signatures.

Rules, each with a test: only hosts of the allow-list; their addresses are looked up first, every one of
them must be public unless the site allows private ones, and the connection goes to the very address that
was checked (a name that changes its answer meanwhile gains nothing); https unless private addresses are
allowed; no redirects, no proxies, ten seconds. What fails is tried again (``RETRY_SECONDS`` of the
outbox); a 410 or a target no longer allowed ends it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import httpx

from extractor.core.errors import ExtractorError
from extractor.doors.http.keys import site_secret
from extractor.doors.http.problems import Trouble
from extractor.jobs.message_book import Message, MessageBook
from extractor.jobs.owners import this_owner

_LOG = logging.getLogger(__name__)
_TIMEOUT = 10.0
_PREFIX = "whsec_"
_MAX_URL = 2000

Resolve = Callable[[str, int], "list[str]"]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host.

    Raises:
        OSError: it has none, or nobody can say.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class TargetRefused(ExtractorError):
    """This address must not be told; it never will be."""


@dataclass(frozen=True, slots=True)
class WebhookTargets:
    """Who may be told. ``hosts``: names, ``*.`` before one stands for all below it."""

    hosts: tuple[str, ...]
    private: bool = False

    def check(self, url: str) -> SplitResult:
        """The address in parts.

        Raises:
            TargetRefused: it is none that may be told; says why.
        """
        if len(url) > _MAX_URL or not url.isascii() or any(c <= " " for c in url):
            raise TargetRefused("回调地址有误")
        try:
            parts = urlsplit(url)
            host, _port = (parts.hostname or "").lower(), parts.port
        except ValueError as error:
            raise TargetRefused("回调地址有误") from error
        if parts.scheme != "https" and not (self.private and parts.scheme == "http"):
            raise TargetRefused("回调地址须以 https:// 开头")
        if not host or parts.username is not None or parts.password is not None:
            raise TargetRefused("回调地址有误")
        if not any(_fits(host, allowed.lower()) for allowed in self.hosts):
            raise TargetRefused(f"回调地址的主机 {host} 不在允许的名单中")
        return parts

    def address_of(self, parts: SplitResult, look_up: Resolve = resolve) -> str:
        """The address to connect to; all addresses of the host must be allowed.

        Raises:
            TargetRefused: one is private. OSError: the host is not found.
        """
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = [ipaddress.ip_address(a.partition("%")[0]) for a in look_up(host, port)]
        if not found:
            raise OSError("no address")
        for address in found:
            real = getattr(address, "ipv4_mapped", None) or address
            unusable = real.is_multicast or real.is_unspecified
            if unusable or (not self.private and not real.is_global):
                raise TargetRefused(f"回调地址的主机 {host} 指向内部地址，不能通知")
        return str(found[0])


def _fits(host: str, allowed: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:]) and len(host) > len(allowed) - 1
    return host == allowed


def allowed_target(url: str | None, targets: WebhookTargets) -> str | None:
    """``url`` as a packet may name it.

    Raises:
        Trouble: it may not be told.
    """
    if url is None or not url:
        return None
    try:
        targets.check(url)
    except TargetRefused as error:
        raise Trouble("invalid", str(error), "This webhook target is not allowed.") from error
    return url


def secret_of(folder: Path, tenant: str) -> str:
    """The tenant's secret (``whsec_…``), made from the site's own; what receivers verify with."""
    site = site_secret(folder, "webhook.secret")
    made = hmac.new(site, f"webhook\0{tenant}".encode(), hashlib.sha256).digest()
    return _PREFIX + base64.b64encode(made).decode("ascii")


def signature(secret: str, ident: str, at: int, body: bytes) -> str:
    """The ``webhook-signature`` header (Standard Webhooks 1.0, symmetric)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{ident}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def verify(
    secret: str, headers: httpx.Headers, body: bytes, now: float, tolerance_seconds: float = 300.0
) -> bool:
    """For receivers: whether a message is the service's own and fresh."""
    ident, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not ident or not at.isdigit() or abs(int(at) - now) > tolerance_seconds:
        return False
    expected = signature(secret, ident, int(at), body)
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), g.encode()) for g in given)


@dataclass(slots=True)
class Sender:
    """Works off the outbox."""

    messages: MessageBook
    targets: WebhookTargets
    folder: Path
    look_up: Resolve = resolve
    clock: Callable[[], float] = time.time
    transport: httpx.BaseTransport | None = None
    _owner: str = field(default_factory=this_owner)

    def run(self, stop: threading.Event, seconds: float) -> None:
        """Until told to stop."""
        while not stop.is_set():
            try:
                while not stop.is_set() and self.send_next():
                    pass
            except (ExtractorError, OSError) as error:
                _LOG.warning("outbox: %s", error)
            stop.wait(seconds)

    def send_next(self) -> bool:
        """Send the oldest message that is due; False: there is none.

        Raises:
            LedgerError, OSError: not now.
        """
        message = self.messages.claim(self._owner)
        if message is None:
            return False
        why, for_good = self._send(message)
        if not why:
            self.messages.sent(message)
        else:
            _LOG.warning("webhook %s not delivered: %s", message.id, why)
            self.messages.not_sent(message, why, for_good=for_good)
        return True

    def _send(self, message: Message) -> tuple[str, bool]:
        """Why it did not arrive (empty: it did), and whether it never will."""
        try:
            parts = self.targets.check(message.target)
            address = self.targets.address_of(parts, self.look_up)
        except TargetRefused as error:
            return str(error), True
        except OSError:
            return "找不到回调地址的主机", False
        at = int(self.clock())
        body = message.body.encode("utf-8")
        headers = {
            "content-type": "application/json",
            "host": parts.netloc,
            "user-agent": "extractor-webhooks/1",
            "webhook-id": message.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(
                secret_of(self.folder, message.tenant), message.id, at, body
            ),
        }
        shown = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        url = parts._replace(netloc=f"{shown}{port}", fragment="").geturl()
        try:
            with (
                httpx.Client(
                    timeout=_TIMEOUT, follow_redirects=False, trust_env=False,
                    transport=self.transport,
                ) as client,
                client.stream(
                    "POST", url, content=body, headers=headers,
                    extensions={"sni_hostname": parts.hostname or ""},
                ) as answer,
            ):  # fmt: skip
                status = answer.status_code
        except httpx.HTTPError as error:
            return f"通知失败（{type(error).__name__}）", False
        if 200 <= status < 300:
            return "", False
        return f"对方回答 {status}", status == 410

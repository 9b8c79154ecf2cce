"""Who stands at the page: sessions in signed cookies, and the token that protects every form.

The rules, all tested:

* A session is a cookie signed with the site's own secret (HMAC-SHA256): ``HttpOnly``,
  ``SameSite=Strict``, ``Path`` of the page only, ``Secure`` over HTTPS, at most ``LIFETIME`` seconds.
  It holds who the viewer is and a random number; nothing of a packet.
* Every request that changes something carries a token made of that number, in the header
  ``X-CSRF-Token`` (htmx) or the field ``csrf``; it is compared in constant time. A browser that says
  the request comes from another site (``Sec-Fetch-Site``) is refused before that.
* Where the portal says who is there (single sign-on), the session is bound to that name: a cookie of
  another name is not honoured.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass, replace
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from extractor.decisions.model import Reviewer

COOKIE = "extractor_review"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
LIFETIME = 12 * 3600
"""Seconds a session lasts: one working day."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page.

    Attributes:
        name: goes into the decisions. lead: may reopen what was signed.
        may_decide: otherwise the page is for reading only.
        tenant: whose packets; "" where there is one tenant.
    """

    name: str
    lead: bool = False
    may_decide: bool = True
    tenant: str = ""

    @property
    def reviewer(self) -> Reviewer:
        """The viewer as decisions name one."""
        return Reviewer(self.name, self.lead)


class Gate(Protocol):
    """How viewers become known. The service brings its own."""

    async def known(self, request: Request) -> Viewer | None:
        """The viewer whom the request itself names (the portal's header); ``None`` for the cookie's."""

    def login(self, word: str) -> Viewer | None:
        """The viewer whom a key or token stands for; ``None`` for a wrong one."""

    def still(self, viewer: Viewer) -> bool:
        """Whether a viewer who entered earlier may still come in (key not withdrawn meanwhile)."""


@dataclass(frozen=True, slots=True)
class TokenGate:
    """One token, one viewer: the page opened on one's own machine."""

    token: str
    viewer: Viewer

    async def known(self, request: Request) -> Viewer | None:
        """Nobody: a request names no one here."""
        return None

    def login(self, word: str) -> Viewer | None:
        """The viewer, for the token."""
        same = hmac.compare_digest(word.encode("utf-8"), self.token.encode("utf-8"))
        return self.viewer if same else None

    def still(self, viewer: Viewer) -> bool:
        """As long as the page is open."""
        return viewer == self.viewer


@dataclass(frozen=True, slots=True)
class Session:
    """A viewer's stay. ``nonce`` is random; ``until`` in seconds since 1970."""

    viewer: Viewer
    nonce: str
    until: int


class Sessions:
    """Makes and reads session cookies; ``secret`` is shared by all processes that serve one site."""

    def __init__(self, secret: bytes, lifetime: int = LIFETIME) -> None:
        if len(secret) < 16:
            raise ValueError("a session secret has at least 16 bytes")
        self._secret = secret
        self._lifetime = lifetime

    def begun(self, viewer: Viewer) -> Session:
        """A new session."""
        return Session(viewer, secrets.token_urlsafe(24), int(time.time()) + self._lifetime)

    def written(self, session: Session) -> str:
        """The cookie's value."""
        plain = {"v": asdict(session.viewer), "n": session.nonce, "u": session.until}
        body = _encoded(json.dumps(plain, ensure_ascii=False).encode("utf-8"))
        return f"{body}.{self._mac('session', body)}"

    def read(self, cookie: str) -> Session | None:
        """The session a cookie stands for; ``None`` where it is none of ours, or over."""
        body, dot, mac = cookie.partition(".")
        if not dot or not hmac.compare_digest(self._mac("session", body).encode(), mac.encode()):
            return None
        try:
            plain = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            session = Session(Viewer(**plain["v"]), str(plain["n"]), int(plain["u"]))
        except (binascii.Error, ValueError, KeyError, TypeError):
            return None
        return session if session.until > time.time() else None

    def csrf(self, session: Session) -> str:
        """The token that forms of this session carry."""
        return self._mac("csrf", f"{session.nonce}\x1f{session.viewer.name}")

    def csrf_fits(self, session: Session, given: str) -> bool:
        """Whether a form's token is this session's."""
        return hmac.compare_digest(self.csrf(session).encode(), given.encode("utf-8"))

    def give(self, response: Response, session: Session, request: Request) -> None:
        """Put the session into ``response`` as a cookie."""
        response.set_cookie(
            COOKIE,
            self.written(session),
            max_age=self._lifetime,
            path=base_of(request) or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    def take(self, response: Response, request: Request) -> None:
        """End the session in the browser."""
        response.delete_cookie(COOKIE, path=base_of(request) or "/")

    def _mac(self, purpose: str, text: str) -> str:
        message = f"{purpose}\x1f{text}".encode()
        return _encoded(hmac.new(self._secret, message, hashlib.sha256).digest())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


async def session_of(
    request: Request, gate: Gate, sessions: Sessions
) -> tuple[Session | None, bool]:
    """The session of a request, and whether it is new and must be given to the browser."""
    kept = sessions.read(request.cookies.get(COOKIE, ""))
    known = await gate.known(request)
    if known is None:
        return (kept, False) if kept is not None and gate.still(kept.viewer) else (None, False)
    if kept is not None and kept.viewer.name == known.name and kept.viewer.tenant == known.tenant:
        return replace(kept, viewer=known), False  # today's rights, the session's token
    return sessions.begun(known), True


def base_of(request: Request) -> str:
    """The path the page is mounted at, as it stands in addresses; "" at the root."""
    return quote(request.scope.get("root_path", ""))


def from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site caused this request."""
    site = request.headers.get("sec-fetch-site")
    return site is not None and site not in ("same-origin", "none")

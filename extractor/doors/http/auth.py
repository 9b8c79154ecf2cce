"""Who asks, and whether they may.

Three ways in, in this order: what the portal's own ``authenticate`` says; an API key
(``Authorization: Bearer exk_…``); a header from a trusted proxy (single sign-on). The interface knows no
cookies of its own. Where a proxy, or a portal that looks at cookies, vouches for a browser, a request that
changes something must carry the header ``X-Extractor`` (no other site can make a browser send it: cross-origin preflights are never granted) and
must not come from another site. The review page has sessions of its own (``doors/review/gate``).
"""

from __future__ import annotations

import inspect
import ipaddress
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from extractor.decisions.model import Reviewer
from extractor.doors.http.keys import SCOPES_OF, TENANT, KeyFile, KeyRecord, Role, Scope
from extractor.doors.http.problems import Trouble
from extractor.doors.http.settings import ServiceSettings
from extractor.jobs.records import LOCAL

OWN_HEADER = "x-extractor"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="extractor"'}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. ``key``: id of the API key, where one was shown."""

    name: str
    tenant: str = LOCAL
    role: Role = Role.REVIEWER
    scopes: frozenset[Scope] = frozenset()
    key: str = ""

    @property
    def reviewer(self) -> Reviewer:
        """As decisions name them."""
        return Reviewer(self.name, lead=self.role in (Role.LEAD, Role.ADMIN))


Authenticate = Callable[[Request], "Awaitable[Principal | None] | Principal | None"]
"""A portal's own way: gives who asks, or ``None`` to let the service look for keys itself."""


def principal_of(key: KeyRecord) -> Principal:
    """Whom a key speaks for."""
    return Principal(key.name, key.tenant, key.role, frozenset(key.scopes), key.id)


@dataclass(slots=True)
class RateLimit:
    """So many requests a minute for each key, in bursts of as many. Counted in this process."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait_for(self, who: str) -> float:
        """0 where the request may go on, else seconds until the next one may."""
        if not self.per_minute:
            return 0.0
        now, rate = self.clock(), self.per_minute / 60.0
        left, at = self._left.get(who, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - at) * rate)
        if len(self._left) > 10_000:  # names come from outside: never without end
            self._left.clear()
        if left < 1.0:
            self._left[who] = (left, now)
            return (1.0 - left) / rate
        self._left[who] = (left - 1.0, now)
        return 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    """Finds out who asks."""

    settings: ServiceSettings
    keys: KeyFile
    limit: RateLimit
    authenticate: Authenticate | None = None

    async def who(self, request: Request) -> Principal:
        """Who asks.

        Raises:
            Trouble: nobody known, too often, or a browser without its token.
        """
        found = await self._asked_portal(request) or self.of_key(request) or self._browser(request)
        if found is None:
            raise Trouble(
                "unauthorized", "请提供有效的密钥（Authorization: Bearer …）或先登录",
                "Give a valid API key (Authorization: Bearer …) or sign in.", _CHALLENGE,
            )  # fmt: skip
        wait = self.limit.wait_for(found.key or f"{found.tenant}/{found.name}")
        if wait > 0:
            raise Trouble(
                "rate_limited", "请求过于频繁，请稍后再试", "Too many requests; try again later.",
                {"Retry-After": str(int(wait) + 1)},
            )  # fmt: skip
        return found

    async def _asked_portal(self, request: Request) -> Principal | None:
        found = await self.of_portal(request)
        if found is not None and "cookie" in request.headers:
            _refuse_forged(request)
        return found

    async def of_portal(self, request: Request) -> Principal | None:
        """Whom the portal's own ``authenticate`` names; a plain function or a coroutine."""
        if self.authenticate is None:
            return None
        said = self.authenticate(request)
        return await said if inspect.isawaitable(said) else said

    def of_key(self, request: Request) -> Principal | None:
        """Whom the request's API key speaks for."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = self.keys.find(given.strip())
        return None if key is None else principal_of(key)

    def _browser(self, request: Request) -> Principal | None:
        if "authorization" in request.headers:
            return None  # a wrong key is not made good by a proxy
        found = self.signed_on(request)
        if found is not None:
            _refuse_forged(request)
        return found

    def signed_on(self, request: Request) -> Principal | None:
        """A person the portal's proxy vouches for; the header of anybody else is not believed."""
        told = request.headers
        name = unquote(told.get(self.settings.user_header, "")).strip()
        if not name or not self._is_trusted(request):
            return None
        tenant = unquote(told.get(self.settings.tenant_header, LOCAL)).strip()
        try:
            role = Role(told.get(self.settings.role_header, Role.REVIEWER.value).strip().lower())
        except ValueError:
            return None
        if len(name) > 100 or not TENANT.fullmatch(tenant):
            return None
        return Principal(name, tenant, role, SCOPES_OF[role])

    def _is_trusted(self, request: Request) -> bool:
        if request.client is None:
            return False
        try:
            peer = ipaddress.ip_address(request.client.host)
            return any(
                peer in ipaddress.ip_network(n, strict=False) for n in self.settings.trusted_proxies
            )
        except ValueError:
            return False


def _refuse_forged(request: Request) -> None:
    if request.method in _SAFE:
        return
    foreign = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or not request.headers.get(OWN_HEADER):
        raise Trouble(
            "forbidden", "请求可能来自别的网站：须带请求头 X-Extractor",
            "The request may come from another site: it must carry the header X-Extractor.",
        )  # fmt: skip


_BEARER = HTTPBearer(auto_error=False, description="API key: `exk_…`")


async def _who(request: Request, _shown: Annotated[object, Security(_BEARER)] = None) -> Principal:
    gate: Gate = request.app.state.service.gate
    return await gate.who(request)


Known = Annotated[Principal, Depends(_who)]
"""Anybody known, whatever they may do."""


def _needs(scope: Scope) -> Callable[[Principal], Awaitable[Principal]]:
    async def allowed(who: Known) -> Principal:
        if scope not in who.scopes:
            raise Trouble(
                "forbidden", f"此密钥或角色没有“{scope.value}”权限",
                f"This key or role lacks the scope {scope.value!r}.",
            )  # fmt: skip
        return who

    return allowed


MaySubmit = Annotated[Principal, Depends(_needs(Scope.SUBMIT))]
MayRead = Annotated[Principal, Depends(_needs(Scope.READ))]
MayDecide = Annotated[Principal, Depends(_needs(Scope.DECIDE))]
MayAdmin = Annotated[Principal, Depends(_needs(Scope.ADMIN))]

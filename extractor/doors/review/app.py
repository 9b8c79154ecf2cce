"""The review page as an ASGI app: alone on one's own machine, or mounted by the service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extractor.core.errors import ExtractorError
from extractor.doors.review import views
from extractor.doors.review.gate import (
    CSRF_FIELD,
    CSRF_HEADER,
    Gate,
    Session,
    Sessions,
    Viewer,
    base_of,
    from_elsewhere,
    session_of,
)
from extractor.doors.review.rendering import Asked, Page, Templates
from extractor.doors.review.store import ReviewStore
from extractor.doors.review.words import page_words
from extractor.pipeline.naming import english_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.wording import Language

_FOLDER = Path(__file__).resolve().parent
_LANGUAGE_COOKIE = "extractor_language"
_MOST_FORM = 64 * 1024
"""Bytes of the largest form that is read: a row of a list with long cells."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy of every answer: nothing inline, nothing from elsewhere, no framing."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

_STATUS: Mapping[str, int] = {"not_found": 404, "conflict": 409, "frozen": 409, "usage": 422}
"""Kind of error → HTTP status; anything else of ours is 500."""

_Endpoint = Callable[[Request], Awaitable[Response]]


def review_app(
    store_of: Callable[[Viewer], ReviewStore],
    gate: Gate,
    tools: Tools,
    secret: bytes,
    *,
    title: str = "",
) -> Starlette:
    """The page, to be served alone or mounted (``app.mount("/review", review_app(…))``).

    Args:
        store_of: the packets a viewer may see.
        gate: who the viewers are.
        secret: at least 16 bytes, shared by all processes of one site; sessions end when it changes.
        title: the site's own name for the page, where it has one.
    """
    door = _Door(store_of, gate, tools, Sessions(secret), Templates(title))
    routes = [
        Route("/", door.reading(views.queue)),
        Route("/login", door.show_login, methods=["GET"]),
        Route("/login", door.login, methods=["POST"]),
        Route("/enter", door.enter),
        Route("/logout", door.logout, methods=["POST"]),
        Route("/p/{packet}/", door.reading(views.packet)),
        Route("/p/{packet}/part/{part}", door.reading(views.part)),
        Route("/p/{packet}/rows/{field}", door.reading(views.rows)),
        Route("/p/{packet}/item", door.reading(views.item)),
        Route("/p/{packet}/next", door.reading(views.following)),
        Route("/p/{packet}/boxes/{no:int}", door.reading(views.boxes)),
        Route("/p/{packet}/image/{no:int}", door.reading(views.image)),
        Route("/p/{packet}/sign", door.reading(views.sign_form)),
        Route("/p/{packet}/export/{fmt}", door.reading(views.export)),
        Route("/p/{packet}/decide", door.deciding, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_FOLDER / "static")),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(_Guarded)
    return app


class _Guarded:
    """Puts the security headers on every answer; nothing of a packet is kept by proxies."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, guarded)


@dataclass(frozen=True)
class _Door:
    store_of: Callable[[Viewer], ReviewStore]
    gate: Gate
    tools: Tools
    sessions: Sessions
    templates: Templates

    # -- reading and deciding --------------------------------------------------------------------

    def reading(self, show: Callable[[Asked], Page | Response]) -> _Endpoint:
        """An endpoint that shows something to whoever has a session."""

        async def endpoint(request: Request) -> Response:
            return await self._answer(request, show, {})

        return endpoint

    async def deciding(self, request: Request) -> Response:
        """Decisions: the session's own token is asked for, and the right to decide."""
        form = await _form_of(request)
        session, _ = await session_of(request, self.gate, self.sessions)
        words = page_words(_language(request))
        refusal = self._refusal(request, session, form)
        if refusal:
            return self._failure(request, session, words(refusal[1]), refusal[0])
        return await self._answer(request, views.decide, form)

    def _refusal(
        self, request: Request, session: Session | None, form: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """Status and word for a form that must not be obeyed; ``None`` for a good one."""
        if from_elsewhere(request):
            return 403, "error.elsewhere"
        if session is None:
            return 401, "error.session"
        given = request.headers.get(CSRF_HEADER) or form.get(CSRF_FIELD, "")
        if not self.sessions.csrf_fits(session, given):
            return 403, "error.csrf"
        return None if session.viewer.may_decide else (403, "error.rights")

    async def _answer(
        self, request: Request, show: Callable[[Asked], Page | Response], form: Mapping[str, str]
    ) -> Response:
        session, fresh = await session_of(request, self.gate, self.sessions)
        if session is None:
            return self._to_login(request)
        asked = self._asked(request, session, form)
        try:
            shown = await run_in_threadpool(show, asked)
        except ExtractorError as error:
            message = self._told(error, _language(request))
            return self._failure(request, session, message, _STATUS.get(error.kind, 500))
        response = shown if isinstance(shown, Response) else self.templates.answer(shown, asked)
        if fresh:
            self.sessions.give(response, session, request)
        return _speaking(request, response)

    def _told(self, error: ExtractorError, language: Language) -> str:
        if language == "zh":
            return str(error)
        return english_of(self.tools.catalogue).message(str(error))

    def _asked(self, request: Request, session: Session, form: Mapping[str, str]) -> Asked:
        return Asked(
            path=request.path_params,
            query=dict(request.query_params),
            form=form,
            viewer=session.viewer,
            store=self.store_of(session.viewer),
            tools=self.tools,
            words=page_words(_language(request)),
            base=base_of(request),
            csrf=self.sessions.csrf(session),
            here=request.url.path,
        )

    def _failure(
        self, request: Request, session: Session | None, message: str, status: int
    ) -> Response:
        """An error: as a notice where htmx asked, else as a page of its own."""
        words = page_words(_language(request))
        if request.headers.get("hx-request"):
            page = Page("notice.html", {"message": message, "status": status})
            response = self.templates.plain(page, words, base_of(request))
            response.headers["HX-Retarget"] = "#notice"
            response.headers["HX-Reswap"] = "innerHTML"
        else:
            page = Page("error.html", {"message": message})
            response = self.templates.plain(page, words, base_of(request))
        response.status_code = status
        return response

    # -- coming and going ------------------------------------------------------------------------

    def _to_login(self, request: Request) -> Response:
        base = base_of(request)
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": f"{base}/login"})
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{base}/login", status_code=303)
        return PlainTextResponse(page_words(_language(request))("error.session"), status_code=401)

    async def show_login(self, request: Request) -> Response:
        """The form that asks for a key."""
        return self._login_page(request, wrong=False)

    def _login_page(self, request: Request, *, wrong: bool) -> Response:
        page = Page("login.html", {"wrong": wrong})
        words = page_words(_language(request))
        response = self.templates.plain(page, words, base_of(request))
        response.status_code = 401 if wrong else 200
        return _speaking(request, response)

    async def login(self, request: Request) -> Response:
        """A key, typed in."""
        form = await _form_of(request)
        if from_elsewhere(request):
            words = page_words(_language(request))
            return self._failure(request, None, words("error.elsewhere"), 403)
        return await self._entered(request, form.get("key", ""))

    async def enter(self, request: Request) -> Response:
        """An address with a token in it, as ``extractor review`` prints one; the token leaves the bar."""
        return await self._entered(request, request.query_params.get("token", ""))

    async def _entered(self, request: Request, word: str) -> Response:
        viewer = await run_in_threadpool(self.gate.login, word.strip()) if word.strip() else None
        if viewer is None:
            return self._login_page(request, wrong=True)
        response = RedirectResponse(f"{request.scope.get('root_path', '')}/", status_code=303)
        self.sessions.give(response, self.sessions.begun(viewer), request)
        return response

    async def logout(self, request: Request) -> Response:
        """End the session."""
        form = await _form_of(request)
        session, _ = await session_of(request, self.gate, self.sessions)
        refusal = self._refusal(request, session, form)
        words = page_words(_language(request))
        if refusal is not None and refusal[1] != "error.rights":
            return self._failure(request, session, words(refusal[1]), refusal[0])
        response = RedirectResponse(f"{request.scope.get('root_path', '')}/login", status_code=303)
        self.sessions.take(response, request)
        return response


def _language(request: Request) -> Language:
    asked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE)
    return "en" if asked == "en" else "zh"


def _speaking(request: Request, response: Response) -> Response:
    """Keep the language that was asked for."""
    asked = request.query_params.get("lang")
    if asked in ("zh", "en"):
        path = base_of(request) or "/"
        response.set_cookie(
            _LANGUAGE_COOKIE,
            asked,
            max_age=365 * 86400,
            path=path,
            samesite="strict",
            httponly=True,
        )
    return response


async def _form_of(request: Request) -> dict[str, str]:
    """A small form's fields; a later one of the same name wins. Nothing where it is too large."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200))
    except (UnicodeDecodeError, ValueError):
        return {}

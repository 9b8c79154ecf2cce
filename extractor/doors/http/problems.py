"""Errors as the service tells them: problem+json (RFC 9457), Chinese first, English for who asks.

One table gives each kind of trouble its status and titles, so that every route answers alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from extractor.core.errors import ExtractorError
from extractor.jobs.database import LedgerError
from extractor.jobs.job_book import KeyConflict
from extractor.pipeline.naming import english_of

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
#: How much of a refused upload is still taken from the wire (and thrown away), so that the sender
#: gets to see the answer instead of a broken connection.
_DRAIN_BYTES = 512 << 20
_DRAIN_SECONDS = 30.0

_KINDS: Mapping[str, tuple[int, str, str]] = {
    "bad_request": (400, "请求无法理解", "The request cannot be understood"),
    "unauthorized": (401, "未登录或密钥无效", "No valid API key or session"),
    "forbidden": (403, "没有权限", "Not allowed with this key or role"),
    "not_found": (404, "没有找到", "Not found"),
    "method_not_allowed": (405, "不支持这种请求方法", "Method not allowed"),
    "timeout": (408, "上传中断或过慢", "The upload stalled or was too slow"),
    "conflict": (409, "与现状冲突", "In conflict with the present state"),
    "not_ready": (409, "结果还没有", "There is no result yet"),
    "outdated": (412, "处理记录已被他人更新", "Somebody else decided meanwhile"),
    "too_large": (413, "材料超过允许的大小", "The packet is larger than allowed"),
    "media_type": (415, "不支持的内容类型", "Unsupported content type"),
    "invalid": (422, "内容有误", "The content is not right"),
    "frozen": (423, "底稿已签字", "The worksheet is signed"),
    "precondition_required": (428, "缺少 If-Match", "If-Match is missing"),
    "rate_limited": (429, "请求过于频繁", "Too many requests"),
    "internal": (500, "程序出错", "Internal error"),
    "unavailable": (503, "暂时不能处理", "Cannot be done right now"),
    "full": (507, "磁盘已满", "The disk is full"),
}
_BY_STATUS = {
    status: kind for kind, (status, _zh, _en) in _KINDS.items() if kind != "not_ready"
}  # fmt: skip
_BY_ERROR = {
    "usage": "invalid", "frozen": "frozen", "conflict": "outdated", "config": "internal",
    "model": "unavailable", "engine": "unavailable", "packet": "invalid", "error": "invalid",
}  # fmt: skip


class FieldFault(BaseModel):
    """One wrong part of a request: where, and what is wrong with it."""

    at: str
    message: str


class ProblemBody(BaseModel):
    """An error as the service tells it. ``detail_zh`` is always Chinese, for the clerk's screen."""

    type: str = Field(description="`urn:extractor:problem:<kind>`")
    title: str
    status: int
    kind: str
    detail: str
    detail_zh: str
    faults: list[FieldFault] = []


class Trouble(Exception):
    """An error to be told to the client. ``en`` may be empty: then the title stands for it."""

    def __init__(
        self, kind: str, zh: str, en: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(zh)
        self.kind = kind
        self.zh = zh
        self.en = en
        self.headers = dict(headers or {})


def no_if_match() -> Trouble:
    """A decision that does not say what it was made on."""
    return Trouble(
        "precondition_required", "请用 If-Match 说明所依据的处理记录（见 decisions 的 ETag）",
        "Name the head you saw in If-Match (the ETag of decisions).",
    )  # fmt: skip


def wants_english(accept_language: str | None) -> bool:
    """Whether English is liked better than Chinese; Chinese where nothing is said."""
    best: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.partition("=")[2]) if "q=" in rest else 1.0
        except ValueError:
            weight = 0.0
        lang = tag.strip().lower()[:2]
        best[lang] = max(best.get(lang, 0.0), weight)
    return best.get("en", 0.0) > max(best.get("zh", 0.0), best.get("*", 0.0))


class _Drained(JSONResponse):
    """An answer to a request whose body was not taken: the rest is read and dropped, within limits."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        )
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        dropped = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while dropped < _DRAIN_BYTES:
                    message = await receive()
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        break
                    dropped += len(message.get("body", b""))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def problem(request: Request, trouble: Trouble, faults: list[FieldFault] | None = None) -> Response:
    """The answer for a trouble, in the language the client asked for."""
    status, zh, en = _KINDS[trouble.kind]
    english = wants_english(request.headers.get("accept-language"))
    body = ProblemBody(
        type=f"urn:extractor:problem:{trouble.kind}",
        title=en if english else zh,
        status=status,
        kind=trouble.kind,
        detail=(trouble.en or f"{en}.") if english else trouble.zh,
        detail_zh=trouble.zh,
        faults=faults or [],
    )
    headers = {"Content-Language": "en" if english else "zh", "Cache-Control": "no-store"}
    is_more = trouble.kind == "too_large" and not getattr(request.state, "body_taken", False)
    made = _Drained if is_more else JSONResponse
    return made(body.model_dump(), status, headers=headers | trouble.headers, media_type=MEDIA_TYPE)


def trouble_of(error: ExtractorError) -> Trouble:
    """What an error of the product is to the client; its message says what can be done."""
    if isinstance(error, LedgerError):
        kind = "full" if error.trouble == "full" else "unavailable"
        return Trouble(kind, str(error), headers={"Retry-After": "5"})
    if isinstance(error, KeyConflict):
        return Trouble("conflict", str(error), "This idempotency key stands for another packet.")
    return Trouble(_BY_ERROR.get(error.kind, "invalid"), str(error))


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem."""
    for kind, answer in (
        (Trouble, _of_trouble), (ExtractorError, _of_ours), (RequestValidationError, _of_request),
        (HTTPException, _of_http), (OSError, _of_disk), (Exception, _of_bug),
    ):  # fmt: skip
        app.add_exception_handler(kind, answer)  # type: ignore[arg-type]


async def _of_trouble(request: Request, error: Trouble) -> Response:
    return problem(request, error)


async def _of_ours(request: Request, error: ExtractorError) -> Response:
    trouble = trouble_of(error)
    if not trouble.en and wants_english(request.headers.get("accept-language")):
        trouble.en = _english(request, trouble.zh)
    return problem(request, trouble)


def _english(request: Request, zh: str) -> str:
    """What an error of the product says, in English; "" where there is none for it."""
    told = english_of(request.app.state.service.tools.catalogue).message(zh)
    return "" if told == zh else told


async def _of_request(request: Request, error: RequestValidationError) -> Response:
    if any(e["loc"] == ("header", "If-Match") and e["type"] == "missing" for e in error.errors()):
        return problem(request, no_if_match())
    faults = [
        FieldFault(at=".".join(str(part) for part in e["loc"]), message=str(e["msg"]))
        for e in error.errors()[:20]
    ]
    where = [f.at for f in faults]
    trouble = Trouble("invalid", f"请求有误：{'、'.join(where)}", f"Not right: {', '.join(where)}")
    return problem(request, trouble, faults)


async def _of_http(request: Request, error: HTTPException) -> Response:
    kind = _BY_STATUS.get(error.status_code, "bad_request")
    headers = dict(error.headers or {})
    if kind == "method_not_allowed":
        headers["Allow"] = ", ".join(_methods_of(request)) or headers.get("allow", "")
    title = _KINDS[kind]
    return problem(request, Trouble(kind, title[1], title[2], headers))


async def _of_disk(request: Request, error: OSError) -> Response:
    _LOG.error("storage failed: %s", error.strerror or type(error).__name__)
    trouble = Trouble(
        "full", "磁盘已满或不能写入，没有收下；请通知管理员，稍后再试",
        "The disk is full or cannot be written; nothing was taken.", {"Retry-After": "60"},
    )  # fmt: skip
    return problem(request, trouble)


async def _of_bug(request: Request, error: Exception) -> Response:
    _LOG.error("unexpected %s", type(error).__name__, exc_info=error)
    trouble = Trouble(
        "internal", "程序出错，已记入日志；请通知管理员", "Logged; tell the operator."
    )
    return problem(request, trouble)


def _methods_of(request: Request) -> list[str]:
    """All methods that the requested address knows; the router alone names those of one route."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    known: set[str] = set()
    for template, methods in request.app.openapi()["paths"].items():
        if compile_path(template)[0].match(path):
            known |= {method.upper() for method in methods}
    return sorted(known)


def told(*kinds: str) -> dict[int | str, dict[str, object]]:
    """For a route's description: the problems it may answer with, beside those of every route."""
    every = ("bad_request", "unauthorized", "forbidden", "invalid", "rate_limited", "internal",
             "unavailable")  # fmt: skip
    found: dict[int | str, dict[str, object]] = {}
    for kind in (*every, *kinds):
        status, zh, en = _KINDS[kind]
        before = found.get(status, {}).get("description")
        words = f"{zh} ({en})" if before is None else f"{before}; {zh} ({en})"
        found[status] = {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
    return found

"""The service as an ASGI app: to run alone, or to be mounted in a portal's own.

Mounted, its ``lifespan`` does not run by itself; the portal runs it inside its own::

    service = create_app(ServiceSettings(), authenticate=who_is_signed_in)

    @asynccontextmanager
    async def portal_lifespan(app):
        async with lifespan(service):
            yield

    portal.mount("/extractor", service)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from extractor import __version__
from extractor.doors.http import packets, precheck, problems, worksheets
from extractor.doors.http.auth import Authenticate, Known, MayAdmin
from extractor.doors.http.bodies import Healthy, Me
from extractor.doors.http.keys import site_secret
from extractor.doors.http.problems import ProblemBody, told
from extractor.doors.http.review_store import LedgerStore, ReviewGate, SummaryCache
from extractor.doors.http.service import Service, Work, make_service
from extractor.doors.http.settings import ServiceSettings
from extractor.doors.review.app import review_app
from extractor.doors.review.gate import Viewer
from extractor.jobs.metrics import metrics_page
from extractor.pipeline.tools import Tools

_SCRIPT = Path(__file__).resolve().parent / "static" / "precheck.js"
_ABOUT = """Hand in application packets, follow them, fetch worksheets, decide.

Send `Authorization: Bearer exk_…`. Errors are problem+json, Chinese unless `Accept-Language` likes
English better; `detail_zh` is Chinese always."""


def create_app(
    settings: ServiceSettings | None = None,
    *,
    authenticate: Authenticate | None = None,
    work: Work | None = None,
    tools: Tools | None = None,
) -> FastAPI:
    """The app. No ledger is opened and nothing started before its lifespan runs.

    Args:
        settings: from the environment where left out.
        authenticate: a portal's own way to tell who asks; gives a ``Principal``, or ``None`` to let API
            keys and trusted headers speak.
        work, tools: others than the real ones, for trials.

    Raises:
        ConfigError: the rules cannot be loaded.
    """
    service = make_service(settings or ServiceSettings(), authenticate, work, tools)
    app = FastAPI(
        title="Extractor", version=__version__, description=_ABOUT, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json",
    )  # fmt: skip
    app.state.service = service
    problems.install(app)
    for router in (packets.router, worksheets.router, precheck.router):
        app.include_router(router)
    _add_own_routes(app)
    _describe(app)
    _mount_review(app, service)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Everything the service runs beside its requests; ``app`` is what ``create_app`` gave."""
    service: Service = app.state.service
    await run_in_threadpool(service.start)
    try:
        yield
    finally:
        await run_in_threadpool(service.stop)


def _add_own_routes(app: FastAPI) -> None:
    @app.get("/v1/me", operation_id="whoAmI", tags=["service"], responses=told())
    async def me(who: Known) -> Me:
        """Who you are to the service."""
        return Me.of(who)

    @app.get("/healthz", operation_id="healthy", tags=["service"])
    def healthy(request: Request) -> Healthy:
        """Whether the service answers and its ledger can be read; for load balancers."""
        service: Service = request.app.state.service
        service.ledger.jobs.counts()
        state = "degraded" if service.trouble else "ok"
        return Healthy(status=state, version=__version__, trouble=service.trouble)

    @app.get(
        "/metrics", operation_id="metrics", tags=["service"], response_class=Response,
        responses=told() | {200: {"description": "Prometheus text", "content": {"text/plain": {}}}},
    )  # fmt: skip
    def metrics(request: Request, who: MayAdmin) -> Response:
        """Figures for Prometheus; give the scraper a key with scope admin."""
        del who
        service: Service = request.app.state.service
        content, media_type = metrics_page(service.ledger, service.prechecks)
        return Response(content, headers={"Content-Type": media_type})

    @app.get(
        "/precheck.js", operation_id="precheckScript", tags=["pre-check"], response_class=Response,
        responses={200: {"description": "the script", "content": {"text/javascript": {}}}},
    )  # fmt: skip
    def script() -> Response:
        """The drop-in script for the portal's page; see docs/api.md."""
        headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return Response(_SCRIPT.read_bytes(), media_type="text/javascript", headers=headers)


def _describe(app: FastAPI) -> None:
    """The description with the one schema of all errors, which no route returns by itself."""
    made: Callable[[], dict[str, object]] = app.openapi

    def described() -> dict[str, object]:
        schema = made()
        components = schema.setdefault("components", {})
        schemas = components.setdefault("schemas", {})  # type: ignore[attr-defined]
        if "ProblemBody" not in schemas:
            own = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(own.pop("$defs", {}))
            schemas["ProblemBody"] = own
        return schema

    app.openapi = described  # type: ignore[method-assign]


def _mount_review(app: FastAPI, service: Service) -> None:
    """The review page at ``/review``."""
    cache = SummaryCache()

    def store_of(viewer: Viewer) -> LedgerStore:
        return LedgerStore(service, viewer.tenant, cache)

    secret = site_secret(service.settings.place.state, "review.secret")
    page = review_app(store_of, ReviewGate(service.gate), service.tools, secret)
    app.mount("/review", page, name="review")

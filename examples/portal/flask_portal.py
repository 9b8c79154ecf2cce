"""A Flask portal with the service beside it in one process. Run: python examples/portal/flask_portal.py

Flask speaks WSGI: a bridge makes it an ASGI app, and one router serves both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from a2wsgi import WSGIMiddleware
from flask import Flask, Response, request
from portal_page import CSP, PAGE, STYLE, who_is_signed_in
from starlette.applications import Starlette
from starlette.routing import Mount

from extractor.doors.http.app import create_app, lifespan
from extractor.doors.http.settings import ServiceSettings


def make_flask() -> Flask:
    """The portal as it was before."""
    portal = Flask(__name__)

    @portal.get("/")
    def start() -> Response:
        page = Response(PAGE, headers={"Content-Security-Policy": CSP})
        name = request.args.get("as_", "applicant")
        page.set_cookie("portal_user", name, httponly=True, samesite="Strict")
        return page

    @portal.get("/portal.css")
    def style() -> Response:
        return Response(STYLE, mimetype="text/css")

    return portal


def make_portal(settings: ServiceSettings) -> Starlette:
    """The portal and the service under one roof."""
    service = create_app(settings, authenticate=who_is_signed_in)

    @asynccontextmanager
    async def both(app: Starlette) -> AsyncIterator[None]:
        async with lifespan(service):
            yield

    bridge = WSGIMiddleware(make_flask())  # type: ignore[arg-type]
    return Starlette(routes=[Mount("/extractor", service), Mount("/", bridge)], lifespan=both)


if __name__ == "__main__":
    uvicorn.run(make_portal(ServiceSettings()), host="127.0.0.1", port=8001)

"""A FastAPI portal that mounts the service. Run: python examples/portal/fastapi_portal.py"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from portal_page import CSP, PAGE, STYLE, who_is_signed_in

from extractor.doors.http.app import create_app, lifespan
from extractor.doors.http.settings import ServiceSettings


def make_portal(settings: ServiceSettings) -> FastAPI:
    """The portal, the service inside."""
    service = create_app(settings, authenticate=who_is_signed_in)

    @asynccontextmanager
    async def portal_lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(service):  # a mounted app's own lifespan does not run by itself
            yield

    portal = FastAPI(lifespan=portal_lifespan)

    @portal.get("/", response_class=HTMLResponse)
    def start(as_: str = "applicant") -> HTMLResponse:
        page = HTMLResponse(PAGE, headers={"Content-Security-Policy": CSP})
        page.set_cookie("portal_user", as_, httponly=True, samesite="strict")
        return page

    @portal.get("/portal.css")
    def style() -> Response:
        return Response(STYLE, media_type="text/css")

    portal.mount("/extractor", service)
    return portal


if __name__ == "__main__":
    uvicorn.run(make_portal(ServiceSettings()), host="127.0.0.1", port=8000)

"""The application: reads top to bottom as the list of what the service is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

from gis_service import __version__, errors, pages_context, routes
from gis_service.compressing import Compressing
from gis_service.database import Database
from gis_service.front_door import FrontDoor
from gis_service.limits import BodyLimit
from gis_service.settings import Settings
from gis_service.telemetry import RequestTelemetry, configure_logging
from gis_service.tile_serving.path import TilePath
from gis_service.tile_serving.serving import Serving


class Application(FastAPI):
    """Tiles are answered in front of the framework, which costs more than a tile from memory does."""

    tile_path: TilePath

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.tile_path(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(settings: Settings, database: Database | None = None) -> Application:
    """Build the application on a migrated database. It opens its pools when it is started."""
    configure_logging(settings)
    pools = database or Database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await pools.open_tile_pools()
        app.state.tiles.open()
        yield
        await app.state.tiles.close()
        await pools.close()

    app = Application(
        title="Industrial zone GIS service",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # the stock page loads its scripts from another host
        redoc_url=None,
        middleware=[
            Middleware(RequestTelemetry, secure=settings.secure_cookies, on_defect=errors.defect),
            Middleware(Compressing),
            Middleware(TrustedHostMiddleware, allowed_hosts=settings.trusted_hosts.split(",")),
            Middleware(ExceptionMiddleware, handlers=errors.early_handlers()),
            Middleware(BodyLimit, settings=settings),
            Middleware(FrontDoor),
        ],
    )
    app.state.settings = settings
    app.state.database = pools
    app.state.tiles = Serving(pools)
    app.tile_path = TilePath(super(Application, app).__call__, app.state.tiles, settings)
    app.state.html_error = pages_context.error_page
    errors.register(app)
    for router in routes.all_routers():
        app.include_router(router)
    routes.mount_assets(app)
    return app

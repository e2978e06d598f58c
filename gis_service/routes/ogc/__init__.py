"""The standards: OGC API - Features and OGC API - Tiles below /ogc.

`registry` is where a standard says what it adds to the landing page, the collections, the
conformance declaration and the API document.
"""

from __future__ import annotations

from fastapi import APIRouter

from gis_service.routes.ogc import api_document, landing
from gis_service.routes.ogc.registry import parts

router = APIRouter(prefix="/ogc", tags=["ogc"], include_in_schema=False)
router.include_router(landing.router)
router.include_router(api_document.router)
for part in parts():
    for one in part.routers:
        router.include_router(one)

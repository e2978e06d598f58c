"""OGC API - Features, Parts 1 to 4: what it adds to the shared resources."""

from __future__ import annotations

from gis_service.routes.ogc.registry import Part

_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"

PART = Part(routers=(), conforms_to=(_PART_1 + "core",))

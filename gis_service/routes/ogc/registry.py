"""What each standard adds to the resources that all of them share.

A module of this package that implements a standard says so with one value `PART`, and its name
stands in `MODULES`. The landing page, the conformance declaration, the collections and the API
document are put together from all parts; nobody edits another's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from typing import Any

from fastapi import APIRouter

from gis_service.routes.ogc.site import Link, Site

MODULES = [
    "features",
    "tiles",
]
"""Modules of this package that hold a `PART`, in the order of their links. Append yours."""

Object = dict[str, Any]


def _no_links(site: Site) -> list[Link]:
    return []


def _no_collection_links(site: Site, collection: str) -> list[Link]:
    return []


def _nothing(site: Site) -> Object:
    return {}


@dataclass(frozen=True, slots=True)
class Part:
    """One standard, as far as it shows in what is shared."""

    routers: tuple[APIRouter, ...]
    """Routes with paths below /ogc, such as /collections."""
    conforms_to: tuple[str, ...] = ()
    """Requirements classes by their URI."""
    landing_links: Callable[[Site], list[Link]] = _no_links
    collection_links: Callable[[Site, str], list[Link]] = _no_collection_links
    """Links of one collection, named by its id."""
    paths: Callable[[Site], Object] = _nothing
    """Path items of the OpenAPI 3.0 document; paths begin with a slash, below /ogc."""
    components: Callable[[Site], dict[str, Object]] = field(default=_nothing)
    """Its components: {"parameters": {...}, "schemas": {...}, "responses": {...}}. Names are shared by all parts."""
    tags: tuple[tuple[str, str], ...] = ()
    """(name, description) of its groups of operations."""


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """Every part, in the order of `MODULES`."""
    return tuple(import_module(f"gis_service.routes.ogc.{name}").PART for name in MODULES)

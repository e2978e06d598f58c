"""Import files of others into our layers: one door, no trust, a reason for every row refused.

The names below are loaded when first used: the reading process starts from this package too, and
must be confined before it loads any library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layers.ingest.importing import import_file
    from layers.ingest.layouts import LAYOUTS
    from layers.ingest.report import ImportReport

__all__ = ["LAYOUTS", "ImportReport", "import_file"]

_HOMES = {"LAYOUTS": "layouts", "ImportReport": "report", "import_file": "importing"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

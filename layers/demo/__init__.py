"""The made-up demonstration province: everything in it is labelled as such, on every row.

Invariant: `build` in `province` touches no database; the same seed, scale and CRS give the same bytes.
"""

from layers.demo.load import DEFAULT_SEED, DemoRefused, DemoReport, is_empty, load

__all__ = ["DEFAULT_SEED", "DemoRefused", "DemoReport", "is_empty", "load"]

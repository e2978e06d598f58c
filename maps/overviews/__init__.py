"""Overviews: what a map draws when features are too small or too many to be drawn one by one.

`counting` keeps exact counts in cells, `generalising` makes shapes simpler, `refreshing` does what
is due, `triggers` puts the recipes of the catalogue into the database, `cells` answers a click.
"""

from maps.overviews.counting import is_long, merge
from maps.overviews.refreshing import Report, is_due, rebuild, refresh
from maps.overviews.triggers import install

__all__ = ["Report", "install", "is_due", "is_long", "merge", "rebuild", "refresh"]

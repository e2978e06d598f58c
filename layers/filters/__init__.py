"""Filters in CQL2 (OGC 21-065): read from text or JSON, checked against a vocabulary, made into SQL.

`read(text, language)` gives an expression, `compile_filter` a condition with bound parameters. What a
client may name is what the vocabulary lists; nothing a client writes becomes part of a statement.
"""

from layers.filters.compiling import Queryable, Vocabulary, compile_filter
from layers.filters.errors import FilterRefused
from layers.filters.functions import FUNCTIONS, Function
from layers.filters.reading import LANGUAGES, read

__all__ = ["FUNCTIONS", "LANGUAGES", "FilterRefused", "Function", "Queryable", "Vocabulary", "compile_filter", "read"]

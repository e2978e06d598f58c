"""Each sentence of the law that the rules rest on, by its id; the sentences themselves stand by noun beside this."""

from __future__ import annotations

from datetime import date

from addressing.rules.clause import Clause, Standing
from addressing.rules.clauses_of_alleys import OF_ALLEYS
from addressing.rules.clauses_of_estates import OF_ESTATES
from addressing.rules.clauses_of_plates import OF_PLATES
from addressing.rules.clauses_of_register import OF_REGISTER
from addressing.rules.clauses_of_streets import OF_STREETS
from addressing.rules.model import COMMUNES_DECIDE_SINCE

__all__ = ["CLAUSES", "Clause", "Standing", "implemented", "who_sets_special_directions"]

_LIST = (*OF_STREETS, *OF_ALLEYS, *OF_ESTATES, *OF_PLATES, *OF_REGISTER)

CLAUSES: dict[str, Clause] = {clause.id: clause for clause in _LIST}
"""Every clause by its id."""


def implemented() -> list[Clause]:
    """The clauses that some function decides."""
    return [clause for clause in _LIST if clause.decided_in]


def who_sets_special_directions(on: date) -> str:
    """The clause that names the body competent for special streets on a day."""
    return "A6.special.commune" if on >= COMMUNES_DECIDE_SINCE else "A6.special"

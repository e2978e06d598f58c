"""One sentence of the law as data: restated, with its standing and source.

The ids are ours and permanent, since stored proposals quote them: `A6` is Article 6 of the
circular, `R` the repealed regulation of 2006, `P` a practice of this service where the law that we
could read is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from addressing.rules.model import CIRCULAR_IN_FORCE


class Standing(StrEnum):
    """How sure we are that this is the law."""

    CONFIRMED_2024 = "confirmed-2024"
    CONFIRMED_2026 = "confirmed-2026"
    # stated of the consolidated text 05/VBHN-BXD
    DRAFT_2024 = "draft-2024"
    REGULATION_2006 = "regulation-2006"
    INFERRED = "inferred"
    UNKNOWN = "unknown"

    @property
    def is_confirmed(self) -> bool:
        """A rule; everything else is a policy value that an authorised person may set."""
        return self in (Standing.CONFIRMED_2024, Standing.CONFIRMED_2026)


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence, in our own words."""

    id: str
    article: str
    standing: Standing
    text: str
    text_vi: str
    source: str
    decided_in: str = ""
    # dotted name of the function that decides it, below addressing; "" while not implemented
    valid_from: date = CIRCULAR_IN_FORCE


PRESS = "newspapers and legal portals that report Article 6, Sep-Oct 2024 (lawnet.vn 171333)"
CONSOLIDATED = "vneconomy.vn, 25 Feb 2026, on the consolidated text 05/VBHN-BXD"
ON_ALLEYS = "tintuc.thuvienphapluat.com 70604; lawnet.vn 171433, on Article 7"
ON_GROUPS = "lawnet.vn 171335 and a portal's questions and answers on Articles 8, 11-13"
ON_FLATS = "giadinh.suckhoedoisong.vn, 9 Sep 2024, on Article 13"
OURS = "own reading; the text that we could see does not say"
OLD = "Decision 05/2006/QĐ-BXD, repealed; carry-over into the 2024 text not verified"

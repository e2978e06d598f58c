"""Clauses that are not confirmed and still have no policy value, each with the reason."""

from __future__ import annotations

WITHOUT_POLICY = {
    "A6.kept": "A number in use is an act of an authority; only another act changes it, number by number.",
    "P.natural": "It follows from the confirmed natural numbers of A6.series; the database refuses anything else.",
    "P.codes": "Other authorities issue these codes by law; no local decision can let this service make one.",
}
"""Id of a clause -> why nobody can set anything about it."""

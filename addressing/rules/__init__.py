"""The numbering rules of Circular 08/2024/TT-BXD as pure functions on a one-dimensional street.

Standard library only: no database, no geometry. Every decision names the clauses that made it;
where the text or the facts are silent the answer is an open question, never a guess.
"""

"""Coverage: what a cell reaches, what share of a zone that is, and how stations are counted.

Every number leaves with its definition, the data it was made from, the method and an error bound.
"""

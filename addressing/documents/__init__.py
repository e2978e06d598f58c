"""The papers of house numbering as data: PURE functions from facts to blocks. `maps.reports` draws them."""

"""Serving tiles: from memory, from the store, or drawn now. docs/tiles.md tells how it works."""

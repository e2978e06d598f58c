"""House numbers, places and their identifiers under Circular 08/2024/TT-BXD."""

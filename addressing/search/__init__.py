"""Finding a place as people write it: reading an address line, dated units, conversion, search, reverse."""

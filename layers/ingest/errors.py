"""What can be wrong with a whole file. A bad row is no error: it is a value in the report.

Every class takes the English and the Vietnamese message; further facts become attributes of the
problem that a client sees. The reading process hands errors over by their `code`.
"""

from __future__ import annotations

from layers.errors import LayersError, UnknownCrs


class ImportRefused(LayersError):
    """Base: the file as a whole cannot be imported, and nothing of it was stored."""

    code = "import_refused"

    def __init__(self, message: str, message_vi: str, **facts: object) -> None:
        super().__init__(message, message_vi)
        self.facts = facts


class UnknownFormat(ImportRefused):
    """A file of a kind that is not read here, or whose content is not what its name says."""

    code = "unknown_format"


class FileTooLarge(ImportRefused):
    """More bytes, rows or members than an import may have."""

    code = "file_too_large"


class BrokenFile(ImportRefused):
    """A file of the right kind that cannot be read to its end."""

    code = "broken_file"


class UnsafeArchive(ImportRefused):
    """A zip archive with links, paths, bombs or strangers in it."""

    code = "unsafe_archive"


class EmptyFile(ImportRefused):
    """A file without a single row."""

    code = "empty_file"


class ReadingStopped(ImportRefused):
    """The reading process died or used up its time or memory."""

    code = "reading_stopped"


class ChooseTable(ImportRefused):
    """A file with several tables (GeoPackage layers, sheets): the asker must name one."""

    code = "choose_table"


class WrongColumns(ImportRefused):
    """Columns that a layer needs are missing, or a mapping names one that is not there."""

    code = "wrong_columns"


class UnknownEncoding(ImportRefused):
    """Text bytes of which no encoding makes Vietnamese."""

    code = "unknown_encoding"


class CrsInDisguise(UnknownCrs):
    """Looks like a VN-2000 zone that was labelled otherwise; the asker must confirm the code."""

    code = "crs_in_disguise"

    def __init__(self, message: str, message_vi: str, **facts: object) -> None:
        super().__init__(message, message_vi)
        self.facts = facts


class WrongPlace(ImportRefused):
    """Nearly all rows lie outside the territory: most likely another CRS than stated."""

    code = "wrong_place"


class WrongCommune(ImportRefused):
    """Rows lie inside the territory but not in the communes they name: most likely another meridian."""

    code = "wrong_commune"


def from_code(code: str, message: str, message_vi: str, facts: dict[str, object]) -> LayersError:
    """The error that the reading process reported; an unknown code becomes `BrokenFile`."""
    if code == UnknownCrs.code:
        return UnknownCrs(message, message_vi)
    if code == CrsInDisguise.code:
        return CrsInDisguise(message, message_vi, **facts)
    kinds = {kind.code: kind for kind in ImportRefused.__subclasses__()}
    return kinds.get(code, BrokenFile)(message, message_vi, **facts)

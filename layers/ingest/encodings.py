"""Which encoding do these bytes have? Decided by column, from the syllables that come out.

GDAL is never asked to decode: its TCVN and CP1258 readers drop the last letter of every value. Bytes
come here as ISO-8859-1 text.
"""

from __future__ import annotations

import re
import unicodedata

from layers.ingest.charsets import READERS
from layers.ingest.errors import UnknownEncoding
from layers.ingest.syllables import is_syllable

Column = list[str | None]

_WORD = re.compile(r"[^\s!-@\[-`{-~]+")
_ENOUGH_WORDS = 3
_SURE = 0.6
_SAMPLE = 2_000


def decode_columns(columns: dict[str, Column], stated: str | None) -> tuple[dict[str, Column], dict[str, str]]:
    """Decode columns of byte text. Returns them with the encoding of each that was not plain ASCII.

    `stated` is what a person or a .cpg file says: one of utf-8, tcvn3, vni, viscii, cp1258 or any
    codec of Python. Raises `UnknownEncoding` when nothing fits and nothing is stated.
    """
    if stated:
        return {name: _decode(values, stated) for name, values in columns.items()}, {
            name: stated.lower() for name, values in columns.items() if _has_high(values)
        }
    told = {name: values for name, values in columns.items() if _has_high(values)}
    if not told:
        return columns, {}
    whole = _guess([value for values in told.values() for value in values])
    decoded, found = dict(columns), {}
    for name, values in told.items():
        encoding = _guess(values) or whole
        if encoding is None:
            raise UnknownEncoding(
                f"The text of column '{name}' is in no encoding that makes Vietnamese words. State it with"
                " --encoding: utf-8, tcvn3, vni, viscii, cp1258, or iso-8859-1 for other languages.",
                f"Không nhận ra bảng mã của cột '{name}'. Hãy ghi rõ bằng --encoding: utf-8, tcvn3, vni,"
                " viscii, cp1258, hoặc iso-8859-1 cho tiếng khác.",
                column=name,
            )
        decoded[name] = _decode(values, encoding)
        found[name] = encoding
    return decoded, found


def unmask_columns(columns: dict[str, Column]) -> tuple[dict[str, Column], dict[str, str]]:
    """Find columns of a Unicode file that hold an old font's bytes (seen in Excel: '§¹i An').

    Only converted when the old reading is clearly Vietnamese and the present one clearly is not.
    """
    changed, found = dict(columns), {}
    for name, values in columns.items():
        masked = _as_bytes(values)
        if masked is None or _score(values) > 0.3:
            continue
        scores = {e: _score(_try(masked, e)) for e in ("tcvn3", "vni", "viscii")}
        best = max(scores, key=lambda e: scores[e])
        if scores[best] >= 0.8 and len(_words(values)) >= _ENOUGH_WORDS:
            changed[name] = _decode(masked, best)
            found[name] = best
    return changed, found


def decode_name(name: str, encodings: dict[str, str], stated: str | None) -> str:
    """A column name in the encoding that the file's values have."""
    encoding = stated or next(iter(encodings.values()), "utf-8")
    try:
        return _decode([name], encoding)[0] or name
    except UnknownEncoding:
        return name


def _has_high(values: Column) -> bool:
    return any(value is not None and not value.isascii() for value in values)


def _guess(values: Column) -> str | None:
    sample: Column = list([value for value in values if value and not value.isascii()][:_SAMPLE])
    utf8 = _try(sample, "utf-8")
    if utf8 and all(value is not None for value in utf8):
        return "utf-8"  # text in another encoding is never valid UTF-8 by accident for so long
    if len(_words(sample)) < _ENOUGH_WORDS:
        return None
    scores = {encoding: _score(_try(sample, encoding)) for encoding in READERS if encoding != "utf-8"}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] >= _SURE else None


def _try(values: Column, encoding: str) -> Column:
    """Decoded values; None where the bytes are impossible."""
    read = READERS[encoding]
    result: Column = []
    for value in values:
        try:
            result.append(None if value is None else read(value))
        except UnicodeError:
            result.append(None)
    return result


def _decode(values: Column, encoding: str) -> Column:
    read = READERS.get(encoding.lower().replace("_", "-"))
    try:
        if read is None:
            return [
                None if v is None else unicodedata.normalize("NFC", v.encode("latin-1").decode(encoding))
                for v in values
            ]
        return [value if value is None else read(value) for value in values]
    except (UnicodeError, LookupError) as error:
        raise UnknownEncoding(
            f"The text is not in encoding '{encoding[:40]}'.", f"Văn bản không theo bảng mã '{encoding[:40]}'."
        ) from error


def _as_bytes(values: Column) -> Column | None:
    if not _has_high(values):
        return None
    try:
        return [v if v is None else v.encode("cp1252", "strict").decode("latin-1") for v in values]
    except UnicodeError:
        pass
    try:
        return [v if v is None else v.encode("latin-1").decode("latin-1") for v in values]
    except UnicodeError:
        return None


def _words(values: Column) -> list[str]:
    return [word for value in values if value for word in _WORD.findall(value) if not word.isascii()]


def _score(values: Column) -> float:
    """Share of the words with marks that are Vietnamese syllables; undecodable values count as wrong."""
    words = _words(values)
    lost = sum(value is None for value in values)
    return sum(map(is_syllable, words)) / (len(words) + lost) if words else 0.0

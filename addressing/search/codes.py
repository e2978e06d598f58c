"""Codes inside an address that need no gazetteer: positions, plus codes, place ids, postcodes. Pure.

They are taken out before words are read: a coordinate must not become a house number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from addressing.errors import InvalidIdentifier
from addressing.identifiers import PLACE_ALPHABET, PlaceId
from addressing.open_location_code import ALPHABET
from addressing.search.elements import Coordinates
from layers.crs import TM3_MERIDIANS_DEG, WGS84

_LONGITUDES, _LATITUDES = (101.5, 118.5), (6.0, 24.0)
"""Where Vietnam is, its islands with it, in degrees."""
_EASTINGS, _NORTHINGS = (200_000.0, 900_000.0), (700_000.0, 2_700_000.0)
_SRID_OF_MERIDIAN = {meridian: srid for srid, meridian in TM3_MERIDIANS_DEG.items()}
_OLC = ALPHABET.lower()
_PLUS_CODE = re.compile(
    rf"(?<![a-z0-9])((?:[{_OLC[:9]}][{_OLC[:18]}])?(?:[{_OLC}]{{2}}){{2,3}}\+[{_OLC}]{{2,7}})(?![a-z0-9])"
)
"""A whole code (`7PH8W9MR+H5`), or one shortened before a locality (`W9MR+H5 Hải Dương`)."""
_PLACE_ID = re.compile(rf"(?<![a-z0-9-])([{PLACE_ALPHABET[10:].lower()}][a-z0-9](?:-?[a-z0-9]){{7}})(?![a-z0-9])")
_SPACED_PLACE_ID = re.compile(r"\s*([a-z](?:[ -]?[a-z0-9]){8})\s*\Z")
_SIGNED = r"[-+]?\d{1,3}(?:[.,]\d{2,12})"
_DEGREES = (
    r"(\d{1,3})\s*(?:[°º˚]|do|d(?=\s*\d))\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:'|phut|m(?=\s*\d)))?"
    r"\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|''|giay|s(?=\W)))?"
)
_SEXAGESIMAL = re.compile(
    rf"([nb])?\s*{_DEGREES}\s*(n|b(?:ac)?|e|d(?:ong)?)?(?![a-z])[\s,;]*(?:v[ai]\s+)?([ed])?\s*{_DEGREES}\s*(e|d(?:ong)?|n|b(?:ac)?)?(?![a-z])"
)
_DECIMAL_DEGREES = re.compile(
    r"(\d{1,3}[.,]\d+)\s*[°º˚]?\s*([nbed])(?![a-z])[\s,;]*(\d{1,3}[.,]\d+)\s*[°º˚]?\s*([nbed])(?![a-z])"
)
_PAIR = re.compile(
    r"(?<![\d.,/-])(?:(?:lat(?:itude)?|vi do)\s*[:=]?\s*)?([-+]?\d{1,3}\.\d{3,12})\s*[°]?\s*(?:[,;|/]|\s)\s*"
    r"(?:(?:lo?ng?(?:itude)?|kinh do)\s*[:=]?\s*)?([-+]?\d{1,3}\.\d{3,12})\s*°?(?![\d.,]*\d)"
)
_PAIR_COMMA = re.compile(r"(?<![\d.,/-])(\d{1,3},\d{3,12})\s*[;|\s]\s*(\d{1,3},\d{3,12})(?!\d)")
_PAIR_ALONE = re.compile(r"\s*\(?\s*([-+]?\d{1,3}\.\d{1,12})\s*[,;\s]\s*([-+]?\d{1,3}\.\d{1,12})\s*\)?\s*")
"""With so few decimals it is a position only when nothing else is written."""
_METRE = r"(\d{6,7}(?:[.,]\d{1,4})?|\d{1,3}(?:[ .]\d{3}){1,2}(?:,\d{1,4})?)"
_XY = re.compile(
    rf"(?<![a-z0-9])([xyen])\s*[:=(]?\s*(?:m\)\s*[:=]?)?\s*{_METRE}\s*m?\s*[,;\s-]\s*([xyen])\s*[:=]?\s*{_METRE}(?!\d)"
)
_METRES = re.compile(r"(?<![\d.,/])(\d{6,7}(?:[.,]\d{1,4})?)\s*[,;|/\s]\s*(\d{6,7}(?:[.,]\d{1,4})?)(?![\d.,]*\d)")
_MERIDIAN = re.compile(r"(?:ktt|kinh tuyen(?: truc)?|kinh tuyen)\s*[:=]?\s*(\d{3})\s*(?:[°º˚]|do|-)?\s*(\d{2})?")
_EPSG = re.compile(r"epsg\s*[:.]?\s*(\d{4,5})")
_CRS_WORDS = re.compile(
    r"(?:he toa do|toa do|he)?\s*(?:vn\s*-?\s*2000|wgs\s*-?\s*84|epsg\s*[:.]?\s*\d{4,5})|toa do\s*:?"
    r"|mui(?: chieu)? 3|(?:ktt|kinh tuyen truc|kinh tuyen)\s*[:=]?\s*\d{3}\s*(?:[°º˚]|do|-)?\s*(?:\d{2}\s*'?)?"
)
_POSTCODE_SAID = re.compile(
    r"(?:(?:ma (?:so )?)?buu (?:chinh|cuc|dien)|ma bc|zip(?:\s*code)?|postcode|postal code|post code)"
    r"\s*[:.]?\s*(\d{5,6})(?!\d)"
)
_POSTCODE_LAST = re.compile(r"(?<![a-z0-9./+-])(\d{5,6})\s*(?:[,;.\s-]*(?:viet\s*nam|vietnam|vn))?\s*[.;,]*\s*\Z")
_COUNTRY = re.compile(r"(?<![a-z0-9])(?:viet\s*nam|vn|s\.?r\.? viet\s*nam|chxhcn viet nam)\s*[.;,]*\s*(?=\Z|;|\()")
_PART_OF = re.compile(r"mot phan(?=\s+(?:lo|thua)\s)")
_MANY_DIGITS = re.compile(r"\d(?:\D{0,12}\d){6}")
"""A position takes seven digits: 20.93, 106.3."""
_COUNTRY_FIRST = re.compile(r"\s*(?:viet\s*nam|vn)\s*(?=[,;])")
_OPENING = re.compile(
    r"\s*(?:[-*•]\s*)?(?:(?:tru so|dia chi|d/c|dc|add(?:ress)?|dia diem|noi o|van phong)"
    r"(?:\s*(?:chinh|tru so|tru so chinh|lien he|giao hang|thuc hien du an|nha rieng))?\s*(?:[:=]|tai\b)\s*[.-]*\s*)+"
)
_PHONE = re.compile(
    r"(?:(?:,|;|-|\s)\s*(?:(?:(?:so )?dien thoai|sdt|tel|phone|hotline|fax|mobile|lien he|lh)\s*[:.]*\s*"
    r"|(?:dt|dd)(?:\s*[:.]\s*|\s+(?=0\d)))"
    r"(?=[+(\d])[+()\d .\-/]{7,})"
    r"|(?<![\d/])0\d{2,3}[. ]?\d{3}[. ]?\d{3,4}(?!\d)"
)


@dataclass(slots=True)
class Codes:
    """What was found, and the text without it."""

    folded: str
    # with `;` where a code stood
    coordinates: Coordinates | None = None
    plus_code: str | None = None
    place_id: str | None = None
    postcode: str | None = None
    notes: list[str] = field(default_factory=list)


def take_codes(text: str, folded: str) -> Codes:
    """Find every code; `text` and `folded` are of one length."""
    codes = Codes(folded)
    _opening(codes)
    if any(letter.isdigit() for letter in folded):
        if _MANY_DIGITS.search(folded) is not None:
            _coordinates(codes)
        if "+" in text:
            _plus_code(codes)
        _place_id(codes, text)
        _phone(codes)
        _postcode(codes)
    codes.folded = _PART_OF.sub("        ", codes.folded)
    country = _COUNTRY.search(codes.folded) or _COUNTRY_FIRST.match(codes.folded)
    if country is not None:
        _cut(codes, *country.span())
    return codes


def _cut(codes: Codes, start: int, end: int) -> None:
    codes.folded = codes.folded[:start] + ";" * (end - start) + codes.folded[end:]


def _opening(codes: Codes) -> None:
    found = _OPENING.match(codes.folded)
    if found is not None:
        _cut(codes, *found.span())


def _phone(codes: Codes) -> None:
    for found in _PHONE.finditer(codes.folded):
        _cut(codes, *found.span())


def _plus_code(codes: Codes) -> None:
    found = _PLUS_CODE.search(codes.folded)
    if found is not None and any(letter.isdigit() for letter in found[1]):
        codes.plus_code = found[1].upper()
        _cut(codes, *found.span())


def _place_id(codes: Codes, text: str) -> None:
    alone = _SPACED_PLACE_ID.match(codes.folded)
    for found in (alone,) if alone is not None else _PLACE_ID.finditer(codes.folded):
        written = found[1]
        if not any(c.isdigit() for c in written) and not text[found.start() : found.end()].isupper():
            continue
        try:
            codes.place_id = str(PlaceId.parse(written))
        except InvalidIdentifier:
            continue
        _cut(codes, *found.span())
        return


def _postcode(codes: Codes) -> None:
    found = _POSTCODE_SAID.search(codes.folded)
    if found is None:
        found = _POSTCODE_LAST.search(codes.folded)
        if (
            found is None
            or found.start(1) == 0
            or codes.folded[: found.start(1)].rstrip().endswith(("so", "thua", "km", "lo"))
        ):
            return
    codes.postcode = found[1]
    _cut(codes, *found.span(1))
    said = _POSTCODE_SAID.search(codes.folded[: found.start(1)] + "00000")
    if said is not None:
        _cut(codes, said.start(), found.end(1))


# --- positions ---------------------------------------------------------------------------------------------


def _coordinates(codes: Codes) -> None:
    for reader in (_sexagesimal, _decimal_degrees, _pair, _named_metres, _bare_metres):
        found = reader(codes.folded)
        if found is not None:
            codes.coordinates, (start, end) = found
            _cut(codes, start, end)
            for words in _CRS_WORDS.finditer(codes.folded):
                _cut(codes, *words.span())
            return


Found = tuple[Coordinates, tuple[int, int]]


def _number(written: str) -> float:
    return float(written.replace(",", ".").replace(" ", ""))


def _metre_value(written: str) -> float:
    tidy = written.replace(" ", "")
    if tidy.count(".") + tidy.count(",") > 1 or re.fullmatch(r"\d{1,3}[.,]\d{3}", tidy):
        whole, _, decimals = (
            tidy.rpartition(",") if "," in tidy and tidy.count(",") == 1 and "." in tidy else (tidy, "", "")
        )
        return float((whole.replace(".", "").replace(",", "") or "0") + ("." + decimals if decimals else ""))
    return float(tidy.replace(",", "."))


def _degrees(whole: str, minutes: str | None, seconds: str | None) -> float:
    return int(whole) + (_number(minutes) if minutes else 0.0) / 60 + (_number(seconds) if seconds else 0.0) / 3600


def _sexagesimal(folded: str) -> Found | None:
    for found in _SEXAGESIMAL.finditer(folded):
        first = _degrees(found[2], found[3], found[4])
        second = _degrees(found[7], found[8], found[9])
        if not (found[3] or found[8] or "°" in found.group()):
            continue
        lon_lat = _as_lon_lat(first, second)
        if lon_lat is not None:
            return Coordinates(*lon_lat, WGS84), found.span()
    return None


def _decimal_degrees(folded: str) -> Found | None:
    found = _DECIMAL_DEGREES.search(folded)
    if found is None:
        return None
    lon_lat = _as_lon_lat(_number(found[1]), _number(found[3]))
    return None if lon_lat is None else (Coordinates(*lon_lat, WGS84), found.span())


def _pair(folded: str) -> Found | None:
    found = _PAIR.search(folded) or _PAIR_COMMA.search(folded) or _PAIR_ALONE.fullmatch(folded)
    if found is None:
        return None
    lon_lat = _as_lon_lat(_number(found[1]), _number(found[2]))
    return None if lon_lat is None else (Coordinates(*lon_lat, WGS84), found.span())


def _as_lon_lat(one: float, other: float) -> tuple[float, float] | None:
    """Latitude first is what people write; a pair that fits only the other way round is turned."""
    for lat, lon in ((one, other), (other, one)):
        if _LATITUDES[0] <= lat <= _LATITUDES[1] and _LONGITUDES[0] <= lon <= _LONGITUDES[1]:
            return round(lon, 9), round(lat, 9)
    return None


def _named_metres(folded: str) -> Found | None:
    found = _XY.search(folded)
    if found is None:
        return None
    position = _as_metres(_metre_value(found[2]), _metre_value(found[4]), folded)
    return None if position is None else (position, found.span())


def _bare_metres(folded: str) -> Found | None:
    found = _METRES.search(folded)
    if found is None:
        return None
    position = _as_metres(_metre_value(found[1]), _metre_value(found[2]), folded)
    return None if position is None else (position, found.span())


def _as_metres(one: float, other: float, folded: str) -> Coordinates | None:
    """VN-2000 papers call the northing X; whichever it is called, it is the larger number here."""
    east, north = sorted((one, other))
    if not (_EASTINGS[0] <= east <= _EASTINGS[1] and _NORTHINGS[0] <= north <= _NORTHINGS[1]):
        return None
    return Coordinates(east, north, _zone_named(folded))


def _zone_named(folded: str) -> int | None:
    epsg = _EPSG.search(folded)
    if epsg is not None:
        return int(epsg[1])
    meridian = _MERIDIAN.search(folded)
    if meridian is None:
        return None
    degrees = int(meridian[1]) + int(meridian[2] or 0) / 60
    return _SRID_OF_MERIDIAN.get(degrees)

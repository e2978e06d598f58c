"""Vietnamese code lists as far as this service checks them. What is checked:

VSIC: the version (2018: Quyết định 27/2018/QĐ-TTg; 2025: Quyết định 36/2025/QĐ-TTg), the letter of a
section, and the first two digits of a code, which must be a division of that version. The digits
behind the division are NOT checked. The 2025 divisions are those of the international list it
follows (ISIC revision 5); their number, 87 in 22 sections, is that of the decision.

Land use: the three letters against annex II of Thông tư 08/2024/TT-BTNMT, put together from public
code lists and not from the circular itself: have a person compare the annex before it goes into a
form. Codes of older circulars are checked for their shape only, under their own version.
"""

from __future__ import annotations

_SECTIONS_2018 = (
    "A 01-03 B 05-09 C 10-33 D 35-35 E 36-39 F 41-43 G 45-47 H 49-53 I 55-56 J 58-63 K 64-66 L 68-68 M 69-75"
    " N 77-82 O 84-84 P 85-85 Q 86-88 R 90-93 S 94-96 T 97-98 U 99-99"
)
_SECTIONS_2025 = (
    "A 01-03 B 05-09 C 10-33 D 35-35 E 36-39 F 41-43 G 46-47 H 49-53 I 55-56 J 58-60 K 61-63 L 64-66 M 68-68"
    " N 69-75 O 77-82 P 84-84 Q 85-85 R 86-88 S 90-93 T 94-96 U 97-98 V 99-99"
)


def _divisions(listed: str) -> dict[str, str]:
    """Division -> section."""
    words = listed.split()
    return {
        f"{number:02d}": section
        for section, span in zip(words[::2], words[1::2], strict=True)
        for number in range(int(span[:2]), int(span[3:]) + 1)
    }


VSIC_DIVISIONS = {"2018": _divisions(_SECTIONS_2018), "2025": _divisions(_SECTIONS_2025)}
"""Version -> division (two digits) -> section (letter)."""

LAND_USE_VERSION = "08/2024/TT-BTNMT"
LAND_USE_GROUPS = {
    "NNP": "LUA LUC LUK CHN HNK CLN LNP RSX RPH RDD NTS CNT LMU NKH",
    "PNN": "OTC ONT ODT TSC CQP CAN DSN DVH DXH DYT DGD DTT DKH DMT DKT DNG DSK CSK SKK SKN SKT SCT TMD SKC SKS SKX"
    " CCC DGT DTL DCT DPC DDD DRA DNL DBV DCH DKV TON TIN NTD MNC SON PNK",
    "CSD": "CGT BCS DCS NCS MCS",
}
"""Main group -> codes in it."""
LAND_USE_CODES = {*LAND_USE_GROUPS, *(code for listed in LAND_USE_GROUPS.values() for code in listed.split())}


def is_vsic(code: str, version: str) -> bool:
    """Whether the code begins as one of that version: a section, or digits under a division."""
    divisions = VSIC_DIVISIONS[version]
    if len(code) == 1:
        return code in divisions.values()
    return code.isascii() and code.isdigit() and 2 <= len(code) <= 5 and code[:2] in divisions


def is_land_use(code: str, version: str = LAND_USE_VERSION) -> bool:
    """Whether the code is on the list of that version; of older versions only the shape is known."""
    if version == LAND_USE_VERSION:
        return code in LAND_USE_CODES
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()

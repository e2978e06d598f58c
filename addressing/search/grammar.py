"""How the elements in front of the units are written: one pattern for each word that announces one. Pure.

Patterns run on folded text (small letters, no marks) of the same length as the cleaned text; where
folding makes two words one (`ngõ` and `Ngô`), the marked form decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = (
    r"\d{1,5}(?:\s?(?:bis|ter|quater)(?![a-z0-9])|[a-z]{1,2}\d{0,2}(?![a-z0-9])|\s[a-c](?=\s+[a-z]{2}|\s*[,;/]|\s*\Z))?"
)
_LABEL = r"(?:\d{1,5}[a-z]{0,3}\d{0,2}(?![a-z0-9]))"
_ID = r"(?:[a-z]{0,5}[\s]?[-.]?\s?\d{1,4}[a-z]{0,2}\d{0,2}|[a-z]{1,2}(?![a-z0-9]))"
_LOT_END = r"(?:-(?!kcn|ccn|kcx|kdt|kdc|kkt|ktt|khu|cum|ql|dt|tl)[a-z]{2,3}(?![a-z0-9]))?(?![a-z0-9])"
LOT_ID = rf"{_ID}(?:\s?[-./_]\s?(?:[a-z]{{0,3}}\d{{1,4}}[a-z]?\d?|[a-z](?![a-z])))*{_LOT_END}"
SLASH = r"(?:\s?/\s?|\s+(?:xuyet|suyet|xuyec|xet|set|xec|sec|xiec)\s+)"
"""Between the numbers of a chain; in the south the stroke is also spelt out: 27 xuyệt 5."""
ROMAN = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v|x))(?![a-z0-9])"
NUMBER_WORDS = {
    "mot": 1, "nhat": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12,
}  # fmt: skip
_WORD_NUMBER = "(?:" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")(?![a-z0-9]|\s+[a-z])"
_ORDINAL = rf"(?:so\s*)?(?P<v>\d{{1,3}}[a-z]?(?:[-/.]\d{{1,3}}[a-z]?)?(?![a-z0-9])|{ROMAN})"
_ORDINAL_OR_WORD = rf"(?:so\s*)?(?P<v>\d{{1,3}}[a-z]?(?:[-/.]\d{{1,3}}[a-z]?)?(?![a-z0-9])|{ROMAN}|{_WORD_NUMBER})"
_GAP = r"[\s.:]*"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to announce an element."""

    element: str
    # which handler takes it
    pattern: re.Pattern[str]
    kind: str = ""
    true_forms: tuple[str, ...] = ()
    # marked forms of the announcing word; empty: any
    is_open: bool = False
    # a name follows, up to the next announcement


def _form(element: str, word: str, rest: str, kind: str = "", true: str = "", is_open: bool = False) -> Form:
    pattern = re.compile(rf"(?P<w>{word}){rest}")
    return Form(element, pattern, kind, tuple(true.split("|")) if true else (), is_open)


_NAMED = _GAP + r"(?=[a-z0-9])"

FORMS: dict[str, tuple[Form, ...]] = {}
"""First letters of the announcing word -> the forms that may begin there, longest first."""


def _add(first: str, *forms: Form) -> None:
    for word in first.split():
        FORMS[word] = (*FORMS.get(word, ()), *forms)


# --- parcels, lots ---------------------------------------------------------------------------------------
_PARCEL_NUMBERS = r"(?P<v>\d{1,5}(?:\s*(?:,|&|va|\+|-)\s*\d{1,5})*)(?![\d/])"
_add("thua", _form("parcel", "thua", rf"(?:\s*dat)?\s*(?:so)?{_GAP}{_PARCEL_NUMBERS}", true="thửa"))
_add("to", _form("map_sheet", "to", rf"\s*ban\s*do\s*(?:dia chinh\s*)?(?:so)?{_GAP}(?P<v>\d{{1,4}})", true="tờ"))
_add("to", _form("map_sheet", "to", r"\s*(?:so\s*)?(?P<v>\d{1,4})(?!\d)", true="tờ"))
_add(
    "lo lots lot plot plots khu",
    _form(
        "lot",
        "lots?|plots?|lo|khu lo",
        rf"(?:\s*dat)?(?:\s*so)?(?:\s*no)?{_GAP}(?P<v>{LOT_ID})",
        true="lô|lot|lots|plot|plots|khu lô",
    ),
)
_add("lk bt sh btlk", _form("lot", "", r"(?P<v>(?:lk|bt|sh|btlk)\s?\d{1,3}(?:[-./]\d{1,3}[a-z]?)*)(?![a-z0-9])"))
_add(
    "lien biet shophouse",
    _form(
        "lot",
        r"lien\s+ke|biet\s+thu|shophouse",
        rf"(?:\s*so)?{_GAP}(?P<v>(?=[a-z]{{0,3}}[-.\s]?\d){LOT_ID})",
        true="liền kề|biệt thự|shophouse",
    ),
)
_add("o", _form("lot", "o", rf"\s+(?:dat(?:\s+so)?|so|quy\s+hoach){_GAP}(?P<v>{LOT_ID})", true="ô"))
_add("o", _form("lot", "o", rf"{_GAP}(?P<v>(?=[a-z]{{0,3}}[-.]?\d){LOT_ID})", true="ô!"))

# --- numbers and alleys ----------------------------------------------------------------------------------
_add("so", _form("house", "so", rf"(?:\s*nha)?{_GAP}(?=\d|k\d)", true="số"))
_add("nha", _form("house", "nha", rf"\s*(?:so{_GAP})?(?=\d)", true="nhà"))
_add("sn no number house", _form("house", "sn|no|number|house", r"(?:\s*(?:no|number))?[\s.:]*(?=\d)"))
_CHAIN = rf"(?:so\s*)?(?P<v>{_LABEL}(?:{SLASH}{_LABEL})*)"
_add("ngo", _form("alley", "ngo", rf"{_GAP}{_CHAIN}", "ngõ", "ngõ"))
_add("ngo", _form("alley_name", "ngo", r"\s+(?=[a-z])", "ngõ", "ngõ", is_open=True))
_add("ngach", _form("alley", "ngach", rf"{_GAP}{_CHAIN}", "ngách", "ngách"))
_add("hem", _form("alley", "hem", rf"{_GAP}{_CHAIN}", "hẻm", "hẻm"))
_add("hem", _form("alley_name", "hem", r"\s+(?=[a-z])", "hẻm", "hẻm!", is_open=True))
_add("kiet", _form("alley", "kiet", rf"{_GAP}{_CHAIN}", "kiệt", "kiệt"))
_add("lane alley", _form("alley", "lane|alley", rf"(?:\s*no)?{_GAP}{_CHAIN}", "ngõ"))
_add("sublane", _form("alley", "sublane", rf"(?:\s*no)?{_GAP}{_CHAIN}", "hẻm"))
_add("ng", _form("alley", "ng", rf"\.?\s?{_CHAIN}", "ngõ"))
_add("h", _form("alley", "h", rf"\.?\s?{_CHAIN}", "hẻm"))
_add("k", _form("k_chain", "k", r"(?P<v>\d{1,4}[a-z]?(?:/h?\d{1,4}[a-z]?)*)(?![a-z0-9])", "kiệt"))

# --- roads -----------------------------------------------------------------------------------------------
_ROAD_NUMBER = r"(?:so\s*)?[-.\s]*(?P<v>\d{1,4}[a-z]?\d?)(?![a-z0-9])"
_add("ql", _form("road", "ql", _ROAD_NUMBER, "quốc lộ"))
_add("quoc", _form("road", r"quoc\s*lo", rf"\s*{_ROAD_NUMBER}", "quốc lộ"))
_add(
    "national highway",
    _form("road", r"(?:national\s+)?(?:highway|road)", rf"\s*(?:no)?{_GAP}{_ROAD_NUMBER}", "quốc lộ"),
)
_add("road street", _form("road", "road|street", rf"\s*(?:no)?{_GAP}{_ROAD_NUMBER}", "đường"))
_add("tl", _form("road", "tl", _ROAD_NUMBER, "đường tỉnh"))
_add("dt", _form("road", "dt", _ROAD_NUMBER, "đường tỉnh"))
_add("tinh", _form("road", r"tinh\s*lo", rf"\s*{_ROAD_NUMBER}", "đường tỉnh"))
_add("provincial", _form("road", r"provincial\s+road", rf"\s*(?:no)?{_GAP}{_ROAD_NUMBER}", "đường tỉnh"))
_add("hl", _form("road", "hl", _ROAD_NUMBER, "hương lộ"))
_add("huong", _form("road", r"huong\s*lo", rf"\s*{_ROAD_NUMBER}", "hương lộ"))
_add("dh", _form("road", "dh", _ROAD_NUMBER, "đường huyện"))
_add("huyen", _form("road", r"huyen\s*lo", rf"\s*{_ROAD_NUMBER}", "đường huyện"))
_add("ct", _form("road", "ct", r"\.\s?(?P<v>\d{1,2})(?![a-z0-9])", "cao tốc"))
_SIDE_ROAD = (
    r"\s+(?P<v>gom|song\s+hanh|tranh|nhanh)\s+"
    r"(?:(?:cua\s+)?(?:duong\s+)?(?:ql|quoc\s*lo|dt|tl|tinh\s*lo|ct)[\s.]*(?P<no>\d{1,4}[a-z]?\d?)(?![a-z0-9])"
    r"|(?:duong\s+)?(?:cao\s*toc\s+)?(?=[a-z0-9]))"
)
_add("duong", _form("side_road", "duong", _SIDE_ROAD, "đường", "đường"))
_add("tuyen", _form("side_road", "tuyen", _SIDE_ROAD, "đường", "tuyến"))
_add(
    "duong",
    _form("road", r"duong\s+(?:tinh\s*lo|tinh)", rf"\s*{_ROAD_NUMBER}", "đường tỉnh", "đường tỉnh|đường tỉnh lộ"),
    _form("road", r"duong\s+(?:quoc\s*lo|ql)", rf"\s*{_ROAD_NUMBER}", "quốc lộ", "đường quốc lộ|đường ql"),
    _form("road", r"duong\s+(?:huyen|dh)", rf"\s*{_ROAD_NUMBER}", "đường huyện", "đường huyện"),
    _form("road", r"duong\s*(?:dt|tl)", rf"\s*{_ROAD_NUMBER}", "đường tỉnh", "đường đt|đường tl"),
    _form("street", "duong", _NAMED, "đường", "đường|đuờng|đừơng|đưòng|dường", is_open=True),
)
_add("pho", _form("street", "pho", _NAMED, "phố", "phố", is_open=True))
_add("dai", _form("street", r"dai\s*lo", _NAMED, "đại lộ", "đại lộ", is_open=True))
_add("dl", _form("street", "dl", r"\.?\s*(?=[a-z])", "đại lộ", is_open=True))
_add("d", _form("street", "d", r"(?:\.\s*|\s+)(?=[a-z0-9])", "đường", "đ", is_open=True))
_add("cao", _form("street", r"cao\s*toc", _NAMED, "cao tốc", "cao tốc", is_open=True))
_add("km", _form("km", "km", r"[\s.:]*(?:so\s*)?(?P<v>\d{1,4}(?:\s?\+\s?\d{1,3}|[.,]\d{1,3})?)(?!\d)"))
_add("kilomet kilometre", _form("km", "kilomet(?:re)?", r"\s*(?:so\s*)?(?P<v>\d{1,4}(?:\+\d{1,3})?)"))

# --- zones -----------------------------------------------------------------------------------------------
_ZONE_WORDS = {
    "KCN": (r"khu\s+cong\s+nghiep", r"khu\s+cn(?![a-z0-9])", "kcn"),
    "CCN": (r"cum\s+cong\s+nghiep", r"cum\s+cn(?![a-z0-9])", r"khu\s+tieu\s+thu\s+cong\s+nghiep", "ccn"),
    "KCX": (r"khu\s+che\s+xuat\s+va\s+(?:khu\s+)?cong\s+nghiep", r"khu\s+che\s+xuat", "kcx"),
    "KKT": (r"khu\s+kinh\s+te", "kkt"),
    "KCNC": (r"khu\s+cong\s+nghe\s+cao", "kcnc", "kcnc"),
    "KĐT": (r"khu\s+do\s+thi\s+moi", r"khu\s+do\s+thi", r"kdt\s+moi", "kdtm", "kdt"),
    "KDC": (r"khu\s+dan\s+cu", r"khu\s+nha\s+o", r"khu\s+tai\s+dinh\s+cu", r"khu\s+biet\s+thu", "kdc", "kdcm", "ktdc"),
    "KTT": (r"khu\s+tap\s+the", "ktt"), "cư xá": (r"cu\s+xa",),
}  # fmt: skip
_add("khoi khu", _form("wing", "khoi|khu", r"(?:\s+nha)?\s+(?P<v>[a-h]\d?)(?![a-z0-9])", "", "khối|khu"))
_add("khu", _form("hamlet", r"khu\s+dan\s+cu", rf"{_GAP}{_ORDINAL}", "khu dân cư", "khu dân cư"))
_add("kdc", _form("hamlet", "kdc", rf"{_GAP}{_ORDINAL}", "khu dân cư"))
for _kind, _words in _ZONE_WORDS.items():
    for _word in _words:
        _add(_word.split("\\")[0], _form("zone", _word, _GAP, _kind, is_open=True))

# --- hamlets and groups ----------------------------------------------------------------------------------
for _word, _kind, _true in (
    (r"to\s+dan\s+pho", "tổ dân phố", "tổ dân phố"), ("tdp", "tổ dân phố", ""), (r"khu\s+pho", "khu phố", "khu phố"),
    (r"khu\s+vuc", "khu vực", "khu vực"), ("kv", "khu vực", ""),
    ("kp", "khu phố", ""), (r"khoi\s+pho", "khối phố", "khối phố"), ("khoi", "khối", "khối"), ("khom", "khóm", "khóm"),
):  # fmt: skip
    _add(_word.split("\\")[0], _form("hamlet", _word, rf"{_GAP}{_ORDINAL_OR_WORD}", _kind, _true))
    _add(_word.split("\\")[0], _form("hamlet_name", _word, _NAMED, _kind, _true, is_open=True))
for _word, _kind, _true in (("to", "tổ", "tổ"), ("doi", "đội", "đội"), ("cum", "cụm", "cụm"), ("khu", "khu", "khu"),
                            (r"tieu\s+khu", "tiểu khu", "tiểu khu"), ("tk", "tiểu khu", "")):  # fmt: skip
    _add(_word.split("\\")[0], _form("hamlet", _word, rf"{_GAP}{_ORDINAL}", _kind, _true))
_add("khu", _form("hamlet_name", "khu", r"\s+(?!vuc\b)(?=[a-z])", "khu", "khu", is_open=True))
for _word, _kind, _true in (
    ("thon", "thôn", "thôn"), ("xom", "xóm", "xóm"), ("ap", "ấp", "ấp"), ("ban", "bản", "bản"),
    ("buon", "buôn", "buôn"), ("lang", "làng", "làng"), ("soc", "sóc", "sóc"), ("plei", "plei", ""),
    ("bon", "bon", "bon"),
):  # fmt: skip
    _add(_word, _form("hamlet", _word, rf"{_GAP}{_ORDINAL_OR_WORD}(?!\s+[a-z])", _kind, _true))
    _add(_word, _form("hamlet_name", _word, r"\.?\s+(?=[a-z0-9])", _kind, _true, is_open=True))
_add("hamlet village", _form("hamlet_name", "hamlet|village", r"\s+(?=[a-z0-9])", "thôn", is_open=True))

_add("quarter group", _form("hamlet", "quarter", rf"{_GAP}{_ORDINAL}", "khu phố"))
_add("group", _form("hamlet", "group", rf"{_GAP}{_ORDINAL}", "tổ"))
_add("residential", _form("hamlet", r"residential\s+group", rf"{_GAP}{_ORDINAL}", "tổ dân phố"))

# --- buildings -------------------------------------------------------------------------------------------
_FLAT = r"(?P<v>(?!km\s?\d)[a-z]{0,2}\d{1,5}(?:[a-z]\d{0,3})?(?:[.\-]\d{1,4}[a-z]?)*)(?![a-z0-9])"
_FLOOR = rf"(?P<v>\d{{1,2}}[a-z]?(?:\s?[-&+]\s?\d{{1,2}}[a-z]?)?(?![a-z0-9])|tret|ham|lung|{ROMAN}|{_WORD_NUMBER})"
_add(
    "tang lau floor level",
    _form("floor", "tang|lau|floor|level", rf"(?:\s*so)?{_GAP}{_FLOOR}", "", "tầng|lầu|floor|level"),
)
_add("can", _form("flat", r"can(?:\s*ho)?", rf"(?:\s*so)?{_GAP}{_FLAT}", "", "căn|căn hộ"))
_add("phong", _form("flat", "phong", rf"(?:\s*so)?{_GAP}{_FLAT}", "", "phòng"))
_add(
    "room unit apartment apt flat suite",
    _form("flat", "room|unit|apartment|apt|flat|suite", rf"(?:\s*no)?{_GAP}{_FLAT}"),
)
_add("p", _form("flat", "p", r"\.?\s?(?P<v>\d{3,4}[a-z]?)(?![a-z0-9])"))
_BLOCK = r"(?P<v>[a-z]{0,3}-?\d{1,3}[a-z]?\d?(?:[-.]\d{1,2})?|[a-z])(?![a-z0-9])"
_add("block", _form("building", "block", rf"{_GAP}{_BLOCK}"))
_add(
    "nha", _form("building", "nha", r"\s+(?P<v>[a-z]{1,2}\d{1,3}[a-z]?|[a-h](?=\s*(?:[,;]|\Z)))(?![a-z0-9])", "", "nhà")
)
_add("toa", _form("building", r"toa(?:\s+nha)?", rf"\s+{_BLOCK}", "", "tòa|tòa nhà"))
_ROAD_FOLLOWS = r"\s+(?=(?:ql|tl|dt|quoc\s*lo|duong|pho|tinh\s*lo)[\s.\d])"
_CROSSINGS = "ngã ba|ngã tư|ngã năm|ngã sáu|ngã bảy"
_add("nga", _form("crossing", r"nga\s+(?:ba|tu|nam|sau|bay)", _ROAD_FOLLOWS, "", _CROSSINGS))
_add("thuoc", _form("connective", "thuoc", r"(?:\s+dia\s+(?:ban|phan))?\s+(?=[a-z])", "", "thuộc"))
_add("nam", _form("connective", r"nam\s+(?:trong|tren|tai|o)", r"\s+(?=[a-z])", "", "nằm trong|nằm trên|nằm tại|nằm ở"))
_HOUSE_FOLLOWS = r"(?=\s+(?:so\s*)?\d+[a-z]?(?:[/-]\d+[a-z]?)*\s+[a-z]{2}|\s+so\s*\d)"
_add("toa chung cao", _form("building_word", r"toa(?:\s+nha)?|chung\s+cu|cao\s+oc", _HOUSE_FOLLOWS))
_add("toa", _form("building_name", r"toa\s+nha|toa", r"\s+(?=[a-z])", "", "tòa|tòa nhà", is_open=True))
_add("chung cc", _form("building_name", r"chung\s+cu|cc", r"\s+(?=[a-z0-9])", "", "chung cư|cc", is_open=True))
_add("day", _form("building", r"day(?:\s+nha)?", rf"{_GAP}{_BLOCK}", "", "dãy|dãy nhà"))
_add("nha xuong", _form("building", r"(?:nha\s+)?xuong", rf"\s+(?:so\s*)?{_BLOCK}", "", "nhà xưởng|xưởng"))
_add("thap", _form("building", "thap", rf"\s+{_BLOCK}", "", "tháp"))
_add("thap", _form("building_name", "thap", r"\s+(?=[a-z0-9])", "", "tháp", is_open=True))
_add("tower building", _form("building", "tower|building", rf"\s+{_BLOCK}"))

FIRST_LETTERS = re.compile(r"[a-z]+")
HOUSE = re.compile(
    rf"(?P<first>{NUMBER})(?P<chain>(?:{SLASH}(?:{NUMBER}|h\d+[a-z]?))*)(?:(?:\s?-\s?|\s+den\s+(?:so\s+)?)(?P<last>{NUMBER})(?:\s?-\s?(?P<last2>{NUMBER}))?)?(?![a-z0-9+]|\.\d)"
)
BEHIND_NAME = re.compile(
    r"(?<![a-z0-9])(?:(?P<street>street|str|st|road|rd)|(?P<avenue>avenue|ave|boulevard|blvd)"
    r"|(?P<zone>(?:new\s+)?(?:industrial\s+(?:park|zone|cluster|estate)|export\s+processing\s+zone|economic\s+zone"
    r"|urban\s+area|residential\s+area)|ip|iz)"
    r"|(?P<building>building|tower|plaza)|(?P<hamlet>hamlet|village|quarter))(?![a-z0-9])\.?"
)
LETTERED_CHAIN = re.compile(r"[a-z]\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)+(?![a-z0-9./])")
"""`D10/89Q`: numbers in the outskirts of Hồ Chí Minh City begin with the letter of the hamlet."""
ORDINAL_FLOOR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\s+floor\b|(\d{1,2})f\b")
DATE = re.compile(r"(\d{1,2})\s?(?:/|-|\s+thang\s+)\s?(\d{1,2}|" + "|".join(NUMBER_WORDS) + r")(?![a-z0-9/])")
NAMES_OF_DUONG = re.compile(
    r"(?:vuong|dinh nghe|quang ham|ba trac|khue|van an|tu giang|thi xuan|van noi|lam|thieu|van be)\b"
)
NAMES_OF_NGO = re.compile(
    r"(?:quyen|gia tu|thi nham|van so|duc ke|tat to|si lien|thi thu|van nam|nhan tinh|gia kham|thoi nhiem|chan luu|kinh"
    r"|minh|quang|tung chau|bao chau|thi huong|den|xuan|the lan|duc|gia)\b"
)
"""What follows the family name Ngô in names of streets; without marks it looks like ngõ, an alley."""
LANDMARK = re.compile(
    r"(?:gan|doi dien|canh|ben canh|sau lung|dang sau|phia sau|truoc cua"
    r"|cach(?!\s+mang)|near|opposite|next to|behind)\s+"
)
CROSSING = re.compile(r"(?:nut giao|nga (?:ba|tu|nam|sau|bay))\s+(?=[a-z])")
ORGANISATION = re.compile(
    r"(?:cong ty|cty|tap doan|doanh nghiep|dntn|hop tac xa|htx|chi nhanh|ngan hang|tong cong ty|benh vien|ubnd|uy ban"
    r"|ban quan ly|nha may|xi nghiep|van phong|khach san|nha hang|cua hang|sieu thi|buu dien|buu cuc|tram y te|kho "
    r"|so (?:cong|xay|tai|tu|giao|y|ke|nong|noi|khoa|van|thong|lao|ngoai|du)|cuc |chi cuc|toa an|cong an|cho |chua "
    r"|truong (?:thpt|thcs|th |tieu|mam|dai|cao|trung|mau|mn)|trung tam|vien |hoc vien|kho bac|bao hiem|quy |hoi "
    r"|trung tam thuong mai|tttm|company|co\b|jsc\b|bank\b|hotel\b|school\b|hospital\b)"
)

"""Names of units as phrases of a text: which units does this run of words name, exactly or with one slip. Pure.

A phrase is compared without blanks, so that `TP.HồChíMinh` is found like `Hồ Chí Minh`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock

from addressing.search.merged_districts import MERGED_DISTRICTS
from addressing.search.merged_names import merged_names
from addressing.search.normalise import clean, key
from addressing.search.spelling import Neighbours
from addressing.search.units import REFORM, Gazetteer, Unit

LONGEST_PHRASE = 6
"""Words in the longest name of a unit."""

_ALIASES = {
    "hồ chí minh": ("hcm", "tphcm", "sài gòn", "sg", "hcmc", "tp hcmc"),
    "hà nội": ("hn", "tphn"),
    "hải phòng": ("hp", "tphp"),
    "hải dương": ("hd", "tphd"),
    "bà rịa - vũng tàu": ("brvt", "vũng tàu - bà rịa"),
    "huế": ("thừa thiên huế", "thừa thiên - huế", "tt huế", "tth"),
    "đà nẵng": ("đn", "tpđn"),
    "đắk lắk": ("đăc lăc", "đaklak"),
    "an giang": ("ag",),
    "bình dương": ("bd",),
    "kiên giang": ("kg",),
    "nam định": ("nđ",),
    "ninh bình": ("nb",),
    "vĩnh phúc": ("vp",),
    "quảng ninh": ("qn",),
    "bắc ninh": ("bn",),
    "hưng yên": ("hy",),
    "thanh hóa": ("th",),
}
"""Other ways to write a province."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """One unit under the key of its name, with what tells it from its namesakes."""

    unit: Unit
    key: str
    # of its name, without blanks
    kind: str
    # as its full name says it
    marked: str
    # its name in small letters with marks, no blanks
    districts: frozenset[str]
    # keys of its district, and of the districts it was made of
    provinces: frozenset[str]
    # keys of its province, and of the provinces before or after the reform; of itself for a province
    is_alias: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Namesakes:
    """All units of one key, by level."""

    communes: tuple[Named, ...]
    districts: tuple[Named, ...]
    provinces: tuple[Named, ...]


@dataclass(slots=True, eq=False)
class UnitIndex:
    """Exact phrases, and phrases one slip away; made once from a gazetteer."""

    exact: dict[str, Namesakes]
    _neighbours: Neighbours | None = None

    def near(self, joined: str) -> list[str]:
        """Keys one slip away: a letter more, less or other, or two exchanged. Not the key itself."""
        if self._neighbours is None:
            self._neighbours = Neighbours(self.exact, shortest=4)  # numbers and initials are not repaired
        return self._neighbours.of(joined)


_MADE: list[tuple[Gazetteer, UnitIndex]] = []
_MAKING = Lock()


def index_of(gazetteer: Gazetteer) -> UnitIndex:
    """The index of a gazetteer; made at the first call (a fraction of a second for the country), then kept."""
    with _MAKING:  # whoever comes while it is made waits, rather than make it a second time
        for known, index in _MADE:
            if known is gazetteer:
                return index
        index = _build(gazetteer)
        _MADE[:] = [*_MADE[-3:], (gazetteer, index)]
        return index


@lru_cache(maxsize=30_000)
def join(words: str) -> str:
    """The key of a name without blanks: `Tứ Minh` is `tuminh`."""
    return key(words).replace(" ", "")


def bare_name(unit: Unit) -> str:
    """The name without the word for the kind: `4` for `Phường 4`, `Kỳ Anh` for `Kỳ Anh (Thị xã)`."""
    kind = _kind_of(unit)
    return unit.full_name[len(kind) :].strip() if unit.full_name.lower().startswith(kind) else unit.name


def _build(gazetteer: Gazetteer) -> UnitIndex:
    exact: dict[str, list[Named]] = defaultdict(list)
    for unit in (*gazetteer.units, *_gone(gazetteer)):
        name = bare_name(unit)
        districts, provinces = _surroundings(gazetteer, unit)
        joined = _without_zero(join(name))
        if unit.level == "commune":
            districts |= _earlier_districts(unit.province_code, districts)
        named = Named(unit, joined, _kind_of(unit), clean(name).text.lower().replace(" ", ""), districts, provinces)
        exact[joined].append(named)
        if unit.level == "province" or (unit.level == "district" and joined in provinces):
            for alias in _ALIASES.get(name.lower(), ()):
                if alias.startswith("tp") and named.kind != "thành phố":
                    continue
                exact[join(alias)].append(
                    Named(unit, joined, named.kind, named.marked, districts, provinces, is_alias=True)
                )
    for merged in merged_names():
        for unit in gazetteer.by_code("commune", merged.into_code):
            if unit.valid_to == REFORM:
                joined = join(merged.joined)
                if not any(_is_or_became(gazetteer, named.unit, unit) for named in exact.get(joined, ())):
                    districts, provinces = _surroundings(gazetteer, unit)
                    exact[joined].append(Named(unit, joined, merged.kind, "", districts, provinces, is_alias=True))
    return UnitIndex({phrase: _by_level(sorted(found, key=_current_first)) for phrase, found in exact.items()})


def _is_or_became(gazetteer: Gazetteer, one: Unit, unit: Unit) -> bool:
    """Whether a unit on file is the one that a merged name stands for: itself, or a part of it before."""
    return one is unit or any(change.new.code == unit.code for change in gazetteer.successors(one))


@lru_cache(maxsize=2000)
def _earlier_districts(province_code: str, districts: frozenset[str]) -> frozenset[str]:
    """Keys of districts that ended and may have held a commune of these ones."""
    return frozenset(
        join(one.name)
        for one in MERGED_DISTRICTS
        if one.province_code == province_code and districts & {join(name) for name in one.into}
    )


def _by_level(found: list[Named]) -> Namesakes:
    levels: dict[str, list[Named]] = {"commune": [], "district": [], "province": []}
    for named in found:
        levels[named.unit.level].append(named)
    return Namesakes(tuple(levels["commune"]), tuple(levels["district"]), tuple(levels["province"]))


def _gone(gazetteer: Gazetteer) -> list[Unit]:
    """Districts that the national tables leave out, unless the Authority imported them."""
    known = {(unit.province_code, unit.full_name) for unit in gazetteer.units if unit.level == "district"}
    provinces = {unit.code for unit in gazetteer.units if unit.level == "province"}
    return [
        Unit("district", one.code, one.kind, one.name, one.full_name, one.province_code, valid_to=one.ended,
             source=one.source)
        for one in MERGED_DISTRICTS
        if one.province_code in provinces and (one.province_code, one.full_name) not in known
    ]  # fmt: skip


_KINDS = ("thành phố", "thị trấn", "đặc khu", "phường", "thị xã", "huyện", "quận", "tỉnh", "xã")


def _kind_of(unit: Unit) -> str:
    """The first words of the full name; the tables have units whose kind says something else."""
    full = unit.full_name.lower()
    return next((kind for kind in _KINDS if full.startswith(kind)), unit.kind)


def _current_first(named: Named) -> int:
    """Today's form, then the one that ended last."""
    return -(named.unit.valid_to or date.max).toordinal()


def _without_zero(joined: str) -> str:
    return joined.lstrip("0") if joined.isdigit() else joined


def _surroundings(gazetteer: Gazetteer, unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
    related = [unit, *(change.new for change in gazetteer.successors(unit))]
    related += [change.old for change in gazetteer.predecessors(unit)]
    related += [other for form in gazetteer.by_code(unit.level, unit.code) if form is not unit for other in (form,)
                if other.name == unit.name]  # fmt: skip
    districts: set[str] = set()
    provinces: set[str] = set()
    for one in related:
        if one.level == "province":
            provinces.add(join(one.name))
        for parent in gazetteer.parents(one):
            (districts if parent.level == "district" else provinces).add(join(bare_name(parent)))
    if unit.level == "district":
        for child in gazetteer.children(unit):
            for change in gazetteer.successors(child):
                provinces.update(join(above.name) for above in gazetteer.parents(change.new))
    return frozenset(districts), frozenset(provinces)

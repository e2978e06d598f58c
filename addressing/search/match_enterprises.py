"""Which enterprise of the register a row of a list is: by tax code, else by name; never by a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from addressing.search.normalise import key

MatchStatus = Literal["tax_code", "tax_code_other_name", "name", "other_tax_code", "several", "none", "nothing_given"]
# tax_code: code and name agree, or the row has no name; tax_code_other_name: the code is on file under another name;
# name: one enterprise has that name and no code speaks against it; other_tax_code: enterprises of that name are on
# file, all under other codes; several: more than one could be meant

STATUS_WORDS: dict[MatchStatus, tuple[str, str]] = {
    "tax_code": ("khớp mã số thuế", "same tax code"),
    "tax_code_other_name": ("khớp mã số thuế, khác tên", "same tax code, other name"),
    "name": ("khớp tên", "same name"),
    "other_tax_code": ("cùng tên, khác mã số thuế", "same name, other tax code"),
    "several": ("nhiều doanh nghiệp cùng tên", "several of that name"),
    "none": ("không có trong hệ thống", "not on file"),
    "nothing_given": ("không có mã số thuế và tên", "neither tax code nor name"),
}

_LEGAL_FORMS = re.compile(
    r"\b(cong ti|cti|ct|tnhh|trach nhiem huu han|co phan|cp|mot thanh vien|1 thanh vien|mtv|1tv|hai thanh vien|tap doan"
    r"|doanh nghiep tu nhan|dntn|company|co|ltd|limited|jsc|joint stock|corporation|corp|inc|llc)\b"
)


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One of the register, with its position in metres of the storage CRS if it has one."""

    id: int
    code: str
    tax_code: str | None
    name: str
    address_text: str | None
    x: float | None
    y: float | None


@dataclass(frozen=True, slots=True)
class EnterpriseMatch:
    """What a row matched; `candidates` are those of `several`, at most five."""

    status: MatchStatus
    enterprise: Enterprise | None = None
    candidates: tuple[Enterprise, ...] = ()


def core_name(name: str) -> str:
    """The name without marks, case and the words for its legal form: ``Công ty TNHH MTV Đại An`` is ``dai an``."""
    plain = key(name)
    core = " ".join(_LEGAL_FORMS.sub(" ", plain).split())
    return core or plain


class Register:
    """The enterprises that the audience of a connection sees, read once for a whole list."""

    def __init__(self, conn: Connection, read_tax_code: Callable[[str], str | None]) -> None:
        """`read_tax_code` gives the stored form of a code as people write it, None for what is none."""
        self.read_tax_code = read_tax_code
        self.by_tax: dict[str, Enterprise] = {}
        self.by_name: dict[str, list[Enterprise]] = defaultdict(list)
        rows = conn.execute(
            text(
                "SELECT id, code, tax_code, name, address_text, ST_X(geom) AS x, ST_Y(geom) AS y, name_en, short_name"
                " FROM enterprises ORDER BY id"
            )
        )
        for row in rows:
            one = Enterprise(row.id, row.code, row.tax_code, row.name, row.address_text, row.x, row.y)
            if row.tax_code:
                self.by_tax[row.tax_code] = one
            for name in {core_name(given) for given in (row.name, row.name_en, row.short_name) if given}:
                self.by_name[name].append(one)

    def match(self, tax_code: str, name: str) -> EnterpriseMatch:
        """The enterprise that the row means. A code on file decides; a name alone only if it is the only one."""
        code = self.read_tax_code(tax_code) if tax_code else None
        core = core_name(name) if name else ""
        if code is None and not core:
            return EnterpriseMatch("nothing_given")
        if code is not None and (known := self.by_tax.get(code)) is not None:
            agrees = not core or known in self.by_name.get(core, ())
            return EnterpriseMatch("tax_code" if agrees else "tax_code_other_name", known)
        # A row with a code of its own is not an enterprise of another code, whatever its name.
        namesakes = self.by_name.get(core, []) if core else []
        named = [one for one in namesakes if code is None or one.tax_code is None]
        if len(named) == 1:
            return EnterpriseMatch("name", named[0])
        status: MatchStatus = "several" if named else "other_tax_code" if namesakes else "none"
        return EnterpriseMatch(status, None, tuple((named or namesakes)[:5]))

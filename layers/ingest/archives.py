"""Zip archives are opened by our own code: nothing in them names a place on our disk.

Only the members that a shapefile needs are unpacked, under names that we choose, and their bytes
are counted as they really come out, not as the directory of the archive claims.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from layers.ingest.errors import BrokenFile, FileTooLarge, UnknownFormat, UnsafeArchive
from layers.ingest.limits import MB, Limits

NEEDED = {".shp", ".shx", ".dbf"}
WANTED = NEEDED | {".prj", ".cpg"}
IDLE = {
    ".qpj",
    ".qmd",
    ".qix",
    ".sbn",
    ".sbx",
    ".xml",
    ".txt",
    ".pdf",
    ".fbn",
    ".fbx",
    ".ain",
    ".aih",
    ".atx",
    ".lyr",
    ".qml",
    ".md",
}
"""Left in the archive unread."""

_BLOCK = 256 * 1024


def unpack_shapefile(archive: Path, folder: Path, limits: Limits) -> Path:
    """Unpack the one shapefile of the archive into `folder`; path of its .shp.

    Raises `UnsafeArchive`, `FileTooLarge`, `UnknownFormat` or `BrokenFile`.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            members = _chosen_members(packed, limits)
            budget = _Budget(limits, archive.stat().st_size)
            for suffix, member in members.items():
                _unpack(packed, member, folder / f"input{suffix}", budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BrokenFile(
            "The zip archive is damaged, encrypted or packed in an unusual way.",
            "Tệp zip bị hỏng, có mật khẩu hoặc nén theo kiểu lạ.",
        ) from error
    return folder / "input.shp"


def check_sizes(archive: Path, limits: Limits) -> None:
    """Refuse an XLSX (a zip too) whose members unpack to more than allowed, by unpacking them."""
    try:
        with zipfile.ZipFile(archive) as packed:
            members = packed.infolist()
            if len(members) > limits.members * 10:
                raise _too_many(len(members))
            budget = _Budget(limits, archive.stat().st_size)
            for member in members:
                with packed.open(member) as stream:
                    while block := stream.read(_BLOCK):
                        budget.spend(len(block))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BrokenFile("The workbook is damaged or encrypted.", "Tệp Excel bị hỏng hoặc có mật khẩu.") from error


class _Budget:
    """Bytes that may still be unpacked."""

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self.used = 0
        self.allowed = min(limits.unpacked_bytes, max(10 * MB, packed_bytes * limits.unpacking_ratio))

    def spend(self, count: int) -> None:
        self.used += count
        if self.used > self.allowed:
            raise FileTooLarge(
                f"The archive unpacks to more than {self.allowed // MB} MB.",
                f"Tệp nén bung ra lớn hơn {self.allowed // MB} MB.",
            )


def _too_many(count: int) -> UnsafeArchive:
    return UnsafeArchive(f"The archive holds {count} files.", f"Tệp nén chứa tới {count} tệp.")


def _chosen_members(packed: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) > limits.members:
        raise _too_many(len(members))
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names):
        raise UnsafeArchive("The archive holds two files of one name.", "Tệp nén chứa hai tệp trùng tên.")
    for member in members:
        _refuse_unsafe(member)
    shapes = [m for m in members if _suffix(m) == ".shp" and not _is_litter(m)]
    if len(shapes) != 1:
        listed = ", ".join(PurePosixPath(m.filename).name for m in shapes[:10]) or "–"
        raise UnknownFormat(
            f"The archive must hold exactly one shapefile; found: {listed}.",
            f"Tệp nén phải chứa đúng một shapefile; tìm thấy: {listed}.",
        )
    stem = shapes[0].filename[:-4].lower()
    chosen = {_suffix(m): m for m in members if m.filename[:-4].lower() == stem and _suffix(m) in WANTED}
    missing = sorted(NEEDED - chosen.keys())
    if missing:
        raise UnknownFormat(
            f"The shapefile is incomplete: {', '.join(missing)} is missing from the archive.",
            f"Shapefile thiếu tệp {', '.join(missing)} trong tệp nén.",
        )
    return chosen


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _is_litter(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("__MACOSX/")


def _refuse_unsafe(member: zipfile.ZipInfo) -> None:
    path = PurePosixPath(member.filename)
    mode = member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
        raise UnsafeArchive("The archive names a path outside itself.", "Tệp nén chứa đường dẫn trỏ ra ngoài.")
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise UnsafeArchive("The archive holds a link or a device.", "Tệp nén chứa liên kết hoặc thiết bị.")
    if member.flag_bits & 0x1:
        raise UnsafeArchive("The archive is encrypted.", "Tệp nén có mật khẩu.")
    if not _is_litter(member) and _suffix(member) not in WANTED | IDLE:
        raise UnsafeArchive(
            f"The archive holds a file that does not belong to a shapefile: {path.name[:60]!r}.",
            f"Tệp nén có tệp không thuộc shapefile: {path.name[:60]!r}.",
        )


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: _Budget) -> None:
    with packed.open(member) as source, target.open("xb") as out:
        while block := source.read(_BLOCK):
            budget.spend(len(block))
            out.write(block)

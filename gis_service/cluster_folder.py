"""Where a private cluster lives, whom it belongs to, and how files in it are written.

PostgreSQL refuses to run as root, so a cluster started by root belongs to an unprivileged account;
everything inside its folder is then done as that account, never as root: what a compromised server
could plant there (a symbolic link, say) must not be followed with root's rights.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gis_service.cluster_errors import ClusterBroken, ClusterNotOurs

MARKER = "gis-cluster.json"
POINTER = "cluster.path"

_SYSTEM_FOLDER = Path("/var/lib")
# sun_path holds 108 bytes with the closing zero; the server adds ".lock" to a name beside it.
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that runs the server."""

    name: str
    uid: int
    gid: int

    def run(self, *command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, away from our own environment; never raises on failure."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": "/"}
        root = os.geteuid() == 0
        try:
            return subprocess.run(
                command,
                input=text or "",
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env=environment,
                umask=0o077,
                user=self.uid if root else None,
                group=self.gid if root else None,
                extra_groups=[] if root else None,
            )
        except PermissionError as error:  # a sandbox that lets root be root but not become another
            raise ClusterBroken(
                f"may not run {command[0]} as {self.name}: {error}",
                f"không được phép chạy {command[0]} bằng tài khoản {self.name}: {error}",
            ) from error


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of one cluster; it carries our marker file."""

    path: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def password(self) -> Path:
        return self.path / "password"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def start_log(self) -> Path:
        return self.path / "start.log"

    def write(self, path: Path, text: str) -> None:
        """Replace a file at once, as the account, readable by it alone."""
        self.run("sh", "-c", 'cat > "$1.new" && mv -f "$1.new" "$1"', "sh", str(path), text=text)

    def run(self, *command: str, text: str | None = None) -> str:
        """Run a program as the account and return what it printed; ClusterBroken when it fails."""
        done = self.account.run(*command, text=text)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise ClusterBroken(
                f"{Path(command[0]).name} failed: {said}", f"chương trình {Path(command[0]).name} báo lỗi: {said}"
            )
        return done.stdout

    def socket_directory(self) -> Path:
        """A folder for the socket that only the account enters, short enough for the kernel; made here."""
        beside = self.path / "socket"
        if len(os.fsencode(beside / ".s.PGSQL.65535")) <= _LONGEST_SOCKET_PATH:
            self.run("mkdir", "-p", str(beside))
            return beside
        for attempt in range(10):
            short = Path("/tmp") / f"gis-{_digest(self.path)}-{attempt}"  # noqa: S108  # owner and mode are checked
            made = self.account.run("mkdir", "-m", "0700", str(short)).returncode == 0
            if made or self._is_private(short):
                return short
        raise ClusterBroken(
            "no folder for the database socket could be made in /tmp", "không tạo được thư mục socket trong /tmp"
        )

    def _is_private(self, path: Path) -> bool:
        found = path.lstat()
        return stat.S_ISDIR(found.st_mode) and found.st_uid == self.account.uid and found.st_mode & 0o077 == 0


def find_folder(home: Path) -> Folder | None:
    """The cluster's folder of this home, None when there is none yet.

    ClusterNotOurs when something else stands in its place, or it belongs to another user.
    """
    beside, pointer = home / "cluster", home / POINTER
    if os.path.lexists(beside):
        return _open(beside, home=None)  # may have been moved along with the checkout
    if pointer.is_file():
        elsewhere = Path(pointer.read_text().strip())
        if os.path.lexists(elsewhere):
            return _open(elsewhere, home=home)
    return None


def create_folder(home: Path) -> Folder:
    """Make the folder and its marker: under home, or under /var/lib when the account cannot get to home."""
    account = _server_account()
    if account.run("test", "-x", str(home)).returncode == 0:
        path = home / "cluster"
    else:
        name = re.sub(r"[^A-Za-z0-9]+", "-", home.parent.name).strip("-").lower() or "home"
        path = _SYSTEM_FOLDER / f"gis-{name}-{_digest(home)}"
        (home / POINTER).write_text(f"{path}\n")
        if os.path.lexists(path):
            return _open(path, home=home)
    path.mkdir(mode=0o700)
    os.chown(path, account.uid, account.gid)
    folder = Folder(path, account)
    folder.write(path / MARKER, json.dumps({"home": str(home)}) + "\n")
    return folder


def _open(path: Path, home: Path | None) -> Folder:
    if not _is_plain_directory(path):
        raise ClusterNotOurs(path, "it is not a plain folder", "đó không phải là thư mục")
    owner = path.stat().st_uid
    if os.geteuid() not in (0, owner):
        who = _account_of(owner).name
        raise ClusterNotOurs(path, f"it belongs to {who}; run this as root or {who}", f"thư mục thuộc về {who}")
    try:
        marker = json.loads((path / MARKER).read_text())
    except (OSError, ValueError):
        marker = None
    if not isinstance(marker, dict) or "home" not in marker:
        raise ClusterNotOurs(path, f"it does not carry {MARKER}", f"thư mục không có tệp {MARKER}")
    if home is not None and marker["home"] != str(home):
        raise ClusterNotOurs(path, f"it belongs to {marker['home']}", f"thư mục thuộc về {marker['home']}")
    if owner == 0:
        raise ClusterNotOurs(path, "it belongs to root, which cannot run PostgreSQL", "thư mục thuộc về root")
    return Folder(path, _account_of(owner))


def _server_account() -> Account:
    if os.geteuid() != 0:
        return _account_of(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ClusterBroken(
        "started as root, and there is neither a system user postgres nor nobody to run the database as",
        "đang chạy bằng root nhưng không có tài khoản hệ thống postgres hay nobody để chạy cơ sở dữ liệu",
    )


def _account_of(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container started with a bare number
        return Account(str(uid), uid, os.getegid() if uid == os.geteuid() else uid)
    return Account(entry.pw_name, uid, entry.pw_gid)


def _is_plain_directory(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]

"""What can be wrong with the embedded database, one class per thing that a caller treats differently."""

from __future__ import annotations

from pathlib import Path


class ClusterError(Exception):
    """The embedded database cannot do what was asked."""

    code = "cluster_error"

    def __init__(self, message: str, message_vi: str) -> None:
        super().__init__(message)
        self.message_vi = message_vi


class PostgresMissing(ClusterError):
    """No installed PostgreSQL is new enough and has PostGIS; the message says what to ask for."""

    code = "postgres_missing"

    def __init__(self, reason: str, reason_vi: str, command: str) -> None:
        self.command = command
        # The exact line for the administrator.
        super().__init__(
            f"{reason} Ask the administrator to run: {command}",
            f"{reason_vi} Nhờ quản trị hệ thống chạy lệnh: {command}",
        )


class ClusterBroken(ClusterError):
    """The cluster's own programs or files fail; the message ends with what they said."""

    code = "cluster_broken"


class ClusterBusy(ClusterError):
    """Another process holds the cluster's lock for longer than making and starting one takes."""

    code = "cluster_busy"

    def __init__(self, lock: Path) -> None:
        self.lock = lock
        super().__init__(
            f"another process is starting or stopping the database (it holds {lock})",
            f"một tiến trình khác đang khởi động hoặc dừng cơ sở dữ liệu (giữ khóa {lock})",
        )


class ClusterNotOurs(ClusterError):
    """A folder that stands where the cluster belongs but was not made by us, or not by this user."""

    code = "cluster_not_ours"

    def __init__(self, path: Path, reason: str, reason_vi: str) -> None:
        self.path = path
        super().__init__(f"{path} is left alone: {reason}", f"không đụng đến {path}: {reason_vi}")

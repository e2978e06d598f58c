"""The embedded database on the real thing: made, killed, healed, and careful with what is not ours."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gis_service import cluster
from gis_service.cluster import ClusterNotOurs, PostgresMissing

CHECKOUT = Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that every account may enter; pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="gis-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(place: Path) -> Iterator[Path]:
    home = place / "var"
    yield home
    cluster.reset(home)


def start(home: Path) -> cluster.Cluster:
    return cluster.ensure_running(home, fast_and_unsafe=True)


def ask(running: cluster.Cluster, question: str) -> object:
    with psycopg.connect(running.url("postgres")) as conn:
        row = conn.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def postmaster(running: cluster.Cluster) -> int:
    return int((running.directory / "postmaster.pid").read_text().split()[0])


def test_it_is_made_as_promised(home: Path) -> None:
    running = start(home)
    assert ask(running, "SHOW data_checksums") == "on"
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SELECT datcollate FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
    assert ask(running, "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'") == 1
    assert ask(running, "SHOW jit") == "off"
    assert ask(running, "SELECT current_user") == running.owner
    assert Path(str(ask(running, "SHOW data_directory"))) == running.directory == home / "cluster" / "data"
    assert running.socket_directory.stat().st_mode & 0o777 == 0o700
    owner = running.directory.stat().st_uid
    assert owner == running.socket_directory.stat().st_uid
    assert (owner != 0) if ROOT else (owner == os.geteuid())


def test_durability_is_given_up_only_on_demand(home: Path) -> None:
    running = cluster.ensure_running(home)
    assert [ask(running, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    cluster.stop(home)
    running = start(home)
    assert [ask(running, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["off"] * 3


def test_tcp_wants_the_password_and_only_loopback_is_open(home: Path) -> None:
    running = start(home)
    where = f"host=127.0.0.1 port={running.port} user={running.owner} dbname=postgres"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(where)
    secret = home / "cluster" / "password"
    assert secret.stat().st_mode & 0o777 == 0o600
    with psycopg.connect(f"{where} password={secret.read_text().strip()}") as conn:
        assert conn.info.port == running.port
    assert ask(running, "SHOW listen_addresses") == "127.0.0.1"
    rules = "SELECT array_agg(type || ' ' || coalesce(address, '') || ' ' || auth_method) FROM pg_hba_file_rules"
    assert ask(running, rules) == ["local  trust", "host 127.0.0.1 scram-sha-256"]


def test_starting_again_changes_nothing(home: Path) -> None:
    first = start(home)
    pid = postmaster(first)
    assert start(home) == first
    assert postmaster(first) == pid


def test_stop_and_start_keep_the_data_and_the_port(home: Path) -> None:
    running = start(home)
    with psycopg.connect(running.url("postgres")) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 'Hải Phòng' AS name")
    assert cluster.stop(home) is True
    assert cluster.stop(home) is False
    assert cluster.status(home).state == "stopped"
    again = start(home)
    assert again == running
    assert ask(again, "SELECT name FROM kept") == "Hải Phòng"


def test_status_says_what_stands_there(home: Path) -> None:
    assert cluster.status(home) == cluster.ClusterStatus("absent")
    assert not home.exists()
    running = start(home)
    found = cluster.status(home)
    assert (found.state, found.port, found.directory) == ("running", running.port, running.directory)
    assert found.version is not None
    assert int(found.version.split(".")[0]) >= 15
    assert found.pid == postmaster(running)
    assert found.size_bytes is not None
    assert found.size_bytes > 10_000_000


def test_settings_of_the_machine_are_respected(home: Path) -> None:
    start(home)
    cluster.stop(home)
    (home / "cluster" / "local.conf").write_text("work_mem = '7MB'\n")
    (home / "cluster" / "local.conf").chmod(0o644)
    assert ask(start(home), "SHOW work_mem") == "7MB"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""  # empty for one that only waits to be buried
    except FileNotFoundError:
        return False


def test_it_heals_after_kill_9(home: Path) -> None:
    running = cluster.ensure_running(home)  # durable: what was committed must survive
    with psycopg.connect(running.url("postgres")) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    # A backend that is busy outlives the killed postmaster for as long as its statement runs.
    with contextlib.closing(psycopg.connect(running.url("postgres"), autocommit=True)) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
        killed = postmaster(running)
        os.kill(killed, signal.SIGKILL)

        healed = cluster.ensure_running(home)
        assert postmaster(healed) != killed
        assert not is_alive(busy.info.backend_pid)
        assert ask(healed, "SELECT answer FROM kept") == 42


def test_a_pid_that_is_now_someone_elses_is_not_believed_and_not_touched(home: Path) -> None:
    running = start(home)
    pid_file = running.directory / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    # The worst case for the server's own check: a living process of the account that runs the server.
    account = running.directory.stat().st_uid if ROOT else None
    with subprocess.Popen(["sleep", "600"], user=account) as foreign:
        try:
            pid_file.write_text("\n".join([str(foreign.pid), *lines[1:]]) + "\n")
            healed = start(home)
            assert postmaster(healed) != foreign.pid
            assert foreign.poll() is None
        finally:
            foreign.kill()


def test_two_starters_at_once_make_one_cluster(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from gis_service.cluster import ensure_running\n"
        "c = ensure_running(Path(sys.argv[1]), fast_and_unsafe=True); print(c.port, (c.directory / 'postmaster.pid')"
        ".read_text().split()[0])"
    )
    command = [sys.executable, "-c", script, str(home)]
    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) for _ in range(2)]
    said = [starter.communicate(timeout=120)[0] for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0]
    assert said[0] == said[1] != ""


def test_another_port_is_taken_when_ours_is_occupied(home: Path) -> None:
    running = start(home)
    cluster.stop(home)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", running.port))
        squatter.listen()
        moved = start(home)
        assert moved.port != running.port
        assert ask(moved, "SELECT 1") == 1


def test_a_copy_of_a_running_cluster_does_not_disturb_the_original(home: Path, place: Path) -> None:
    original = start(home)
    copy_home = place / "copy"
    subprocess.run(["cp", "-a", home, copy_home], check=True)
    try:
        copy = start(copy_home)
        assert copy.directory == copy_home / "cluster" / "data"
        assert copy.port != original.port
        cluster.reset(copy_home)
        assert ask(original, "SELECT 1") == 1
    finally:
        cluster.reset(copy_home)


def test_a_path_too_long_for_a_socket_gets_a_short_folder(place: Path) -> None:
    home = place / ("a-checkout-in-a-very-deep-place" * 3) / "with ' a quote, a comma and Hải Phòng" / "var"
    try:
        running = start(home)
        assert len(os.fsencode(running.socket_directory / f".s.PGSQL.{running.port}")) < 108
        assert running.socket_directory.stat().st_mode & 0o777 == 0o700
        assert ask(running, "SELECT 1") == 1
        assert start(home) == running
    finally:
        cluster.reset(home)
    assert not running.socket_directory.exists()


def test_a_closed_checkout_keeps_its_data_unless_the_account_cannot_enter_it(place: Path) -> None:
    checkout = place / "closed"
    checkout.mkdir(mode=0o700)
    home = checkout / "var"
    pointer = home / "cluster.path"
    try:
        running = start(home)
        folder = running.directory.parent
        if ROOT:  # the server's account is another one, and may not enter
            assert folder.parent == Path("/var/lib")
            assert folder.name.startswith("gis-closed-")
            assert pointer.read_text().strip() == str(folder)
        else:
            assert folder == home / "cluster"
        assert start(home) == running
    finally:
        cluster.reset(home)
    assert not folder.exists()
    assert not pointer.exists()


def test_a_pointer_to_the_cluster_of_another_checkout_is_not_followed(home: Path, place: Path) -> None:
    running = start(home)
    liar = place / "liar"
    liar.mkdir()
    (liar / "cluster.path").write_text(str(home / "cluster"))
    for act in (cluster.reset, cluster.stop, cluster.ensure_running):
        with pytest.raises(ClusterNotOurs, match="belongs to"):
            act(liar)
    assert ask(running, "SELECT 1") == 1


def test_reset_deletes_only_what_carries_our_marker(place: Path) -> None:
    home = place / "var"
    precious = home / "cluster" / "data" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("years of work")
    for act in (cluster.reset, cluster.ensure_running):
        with pytest.raises(ClusterNotOurs) as error:
            act(home)
        assert error.value.code == "cluster_not_ours"
        assert str(home / "cluster") in error.value.message_vi
    assert precious.read_text() == "years of work"


def test_reset_does_not_follow_a_symbolic_link(home: Path, place: Path) -> None:
    running = start(home)
    other = place / "other"
    other.mkdir()
    (other / "cluster").symlink_to(home / "cluster")
    with pytest.raises(ClusterNotOurs):
        cluster.reset(other)
    assert ask(running, "SELECT 1") == 1


def test_reset_leaves_nothing_and_a_new_start_is_empty(home: Path) -> None:
    running = start(home)
    with psycopg.connect(running.url("postgres")) as conn:
        conn.execute("CREATE TABLE gone ()")
    cluster.reset(home)
    assert cluster.status(home).state == "absent"
    assert [path.name for path in home.iterdir()] == ["cluster.lock"]
    cluster.reset(home)
    assert ask(start(home), "SELECT to_regclass('gone')") is None


def test_an_interrupted_initdb_is_made_good(home: Path) -> None:
    start(home)
    cluster.reset(home)
    folder = home / "cluster"
    (folder / "data.new" / "half").mkdir(parents=True)
    (folder / "gis-cluster.json").write_text(json.dumps({"home": str(home)}))
    if ROOT:
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "data.new", "postgres")
        shutil.chown(folder / "data.new" / "half", "postgres")
    folder.chmod(0o700)
    assert cluster.status(home).state == "absent"
    assert ask(start(home), "SELECT 1") == 1
    assert not (folder / "data.new").exists()


def test_without_postgresql_it_says_what_to_ask_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_service.postgres._program_folders", list)
    with pytest.raises(PostgresMissing) as error:
        start(home)
    assert error.value.command == "apt-get install postgresql postgresql-postgis"
    assert error.value.command in str(error.value)
    assert error.value.command in error.value.message_vi


def test_data_of_a_version_that_is_gone_is_not_touched(home: Path) -> None:
    running = start(home)
    cluster.stop(home)
    version = running.directory / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("14\n")
    with pytest.raises(PostgresMissing, match="postgresql-14-postgis-3"):
        start(home)
    version.write_text(made_by)
    assert ask(start(home), "SELECT 1") == 1

"""The scripts do what the README says of them, from any folder, and their locks keep their promises."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from benchmarks import harness
from benchmarks.harness import Row

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((CHECKOUT / "script").iterdir())
LOCKS = sorted(CHECKOUT.glob("requirements*.txt"))


def run(*command: str | Path, cwd: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, check=False, timeout=900)


def test_the_scripts_of_the_house_are_there() -> None:
    assert {script.name for script in SCRIPTS} >= {"bootstrap", "server", "test", "bench", "lock", "vendor"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_posix_shell(script: Path) -> None:
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert text.startswith("#!/bin/sh\n")
    assert "set -eu" in text
    assert run("sh", "-n", script).returncode == 0
    # What bash and dash understand differently, or only one of them.
    code = re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)
    assert not re.search(r"\[\[ |^\s*local |^function |\$'|<<<|&>|^\s*source ", code, re.MULTILINE)


def test_ci_runs_what_a_developer_runs() -> None:
    script = CHECKOUT / ".ci" / "run"
    assert "script/test" in script.read_text()
    assert run("bash", "-n", script).returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--dev",)], ids=["plain", "dev"])
def test_bootstrap_with_nothing_to_do_starts_no_installer(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run(CHECKOUT / "script" / "bootstrap", "--dev")  # whatever was edited since the last time
    stamps = [".venv/.installed-dev", ".venv/.installed", "maps/web/vendor/.installed"]
    before = [(CHECKOUT / stamp).stat().st_mtime_ns for stamp in stamps]
    for name in ("apt-get", "npm", "sudo", "pip"):
        trap = tmp_path / name
        trap.write_text("#!/bin/sh\necho called $0 >&2\nexit 99\n")
        trap.chmod(0o755)
    done = run(
        CHECKOUT / "script" / "bootstrap", *arguments, cwd=tmp_path, PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [(CHECKOUT / stamp).stat().st_mtime_ns for stamp in stamps] == before


def test_bootstrap_explains_itself_when_misused() -> None:
    done = run(CHECKOUT / "script" / "bootstrap", "--no-such-thing")
    assert done.returncode == 2
    assert "script/bootstrap --dev" in done.stdout


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH with the tools of any Debian, without Python, sudo or a browser; apt-get only pretends."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("sh", "sed", "cat", "cut", "dirname", "sha256sum", "head", "grep", "mkdir", "env"):
        found = shutil.which(tool)
        assert found is not None, tool
        (folder / tool).symlink_to(found)
    for name, text in {"apt-get": "exit 99", "id": "echo 1000"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def test_without_rights_and_packages_it_says_what_to_ask_for_in_both_languages(tmp_path: Path, bare_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(CHECKOUT / "script", checkout / "script")
    for name in ("package-lock.json", "pyproject.toml", *(lock.name for lock in LOCKS)):
        shutil.copy(CHECKOUT / name, checkout)
    done = run(checkout / "script" / "bootstrap", PATH=str(bare_path), cwd=tmp_path)
    assert done.returncode == 1
    command = re.search(
        r"^    apt-get update && apt-get install --no-install-recommends (.+)$", done.stderr, re.MULTILINE
    )
    assert command is not None
    assert "python3-venv" in command[1].split()
    assert "Nhờ quản trị hệ thống" in done.stderr
    assert "Ask the administrator" in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_none_an_address(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|--trusted-host)", text, re.MULTILINE)
    packages = re.findall(r"^[A-Za-z0-9].*", text.replace("\\\n", ""), re.MULTILINE)
    assert packages
    for package in packages:
        assert re.match(r"[\w.\[\],-]+==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_the_locks_agree_with_one_another() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", (CHECKOUT / name).read_text(), re.MULTILINE))

    service, tools = versions("requirements.txt"), versions("requirements-dev.txt")
    assert {name: tools.get(name) for name in service} == service


def test_every_dependency_is_locked_and_bounded() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    locked = (CHECKOUT / "requirements.txt").read_text()
    for dependency in project["dependencies"]:
        name = re.match(r"[\w.-]+", dependency)
        assert name is not None
        assert re.search(rf"^{re.escape(name[0])}(\[[^]]*\])?==", locked, re.MULTILINE | re.IGNORECASE), dependency
        assert re.search(r"[<>=~]", dependency), f"{dependency} has no bound"


def test_front_end_libraries_are_pinned_and_their_lock_names_no_download() -> None:
    package = json.loads((CHECKOUT / "package.json").read_text())
    lock = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    for name, version in package["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"
        assert lock[f"node_modules/{name}"]["version"] == version
    for name, entry in lock.items():
        assert "resolved" not in entry, name
        assert not name or entry["integrity"].startswith("sha512-"), name


def test_front_end_files_lie_beside_their_licences_and_reach_nothing_outside() -> None:
    vendor = CHECKOUT / "maps" / "web" / "vendor"
    for folder in ("be-vietnam-pro", "htmx", "leaflet", "maplibre-gl", "tinos"):
        assert list((vendor / folder).glob("LICENSE*")), folder
    for style in vendor.rglob("*.css"):
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", style.read_text()):
            if not address.startswith(("data:", "#")):
                assert (style.parent / address).is_file(), f"{style.name} asks for {address}"
    font = (vendor / "be-vietnam-pro" / "be-vietnam-pro.css").read_text()
    assert font.count("@font-face") == 12  # three subsets in four weights


@pytest.mark.skipif(not (CHECKOUT / ".git").exists(), reason="an unpacked archive has no history to ask")
def test_nothing_that_is_installed_or_made_is_committed() -> None:
    tracked = run("git", "ls-files").stdout.splitlines()
    assert tracked
    for path in tracked:
        assert not re.match(r"(\.venv|node_modules|var|maps/web/vendor)/", path), path


def test_hooks_before_a_commit_come_from_this_machine_only() -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    done = run(CHECKOUT / ".venv" / "bin" / "pre-commit", "validate-config")
    assert done.returncode == 0, done.stdout


# --- script/bench --------------------------------------------------------------------------------------


def test_bench_lists_every_benchmark_with_a_summary(tmp_path: Path) -> None:
    done = run(CHECKOUT / "script" / "bench", "--list", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = harness.find_benchmarks()
    assert all(summary.endswith(".") for summary in listed.values()), listed
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(listed)


def test_bench_refuses_an_unknown_name() -> None:
    done = run(CHECKOUT / "script" / "bench", "no-such-benchmark")
    assert done.returncode == 2
    assert "no-such-benchmark" in done.stderr


def test_a_row_works_out_its_ratio_and_whether_the_goal_holds() -> None:
    row = Row("tile", ours=3.0, unit="ms", peer=2.0, peer_name="raw SQL", goal="ratio <= 1.5")
    assert (row.ratio, row.holds) == (1.5, True)
    assert Row("tile", ours=3.1, unit="ms", peer=2.0, peer_name="raw SQL", goal="ratio <= 1.5").holds is False
    assert Row("load", ours=59.0, unit="s", goal="ours < 60").holds is True
    assert Row("load", ours=59.0, unit="s").holds is None


def test_a_missing_peer_is_said_and_never_faked() -> None:
    row = Row("import", ours=3.0, unit="s", peer_name="ogr2ogr", goal="ratio <= 2", note="ogr2ogr is not installed")
    assert (row.ratio, row.holds) == (None, None)
    with pytest.raises(ValueError, match="the note must say why"):
        Row("import", ours=3.0, unit="s", peer_name="ogr2ogr", goal="ratio <= 2")


def test_a_goal_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="a goal reads like"):
        Row("tile", ours=3.0, unit="ms", goal="fast")


def test_bench_prints_a_table_and_writes_every_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "made_up.py").write_text(
        '"""Counts to three.\n\nMore."""\nfrom benchmarks.harness import Row\n\n\n'
        "def run(quick: bool) -> list[Row]:\n"
        '    row = Row("count", 3.0, "s", 2.0, peer_name="đếm tay", goal="ratio <= 2", note=f"{quick}")\n'
        "    return [row]\n"
    )
    monkeypatch.setattr(harness, "find_benchmarks", lambda: {"made_up": "Counts to three."})
    monkeypatch.setattr("benchmarks.__path__", [str(tmp_path)])
    harness.main(["made_up", "--quick", "--json", str(tmp_path / "rows.json")])
    printed = capsys.readouterr().out
    assert "Counts to three." in printed
    assert "đếm tay" in printed
    assert json.loads((tmp_path / "rows.json").read_text()) == [
        {
            "name": "count", "ours": 3.0, "unit": "s", "peer": 2.0, "peer_name": "đếm tay", "goal": "ratio <= 2",
            "note": "True", "ratio": 1.5, "holds": True,
        }
    ]  # fmt: skip

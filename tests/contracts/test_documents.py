"""The documents say what the code does: settings, commands, links."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from gis_service import cli
from gis_service.settings import CHECKOUT, Settings

OPERATIONS = (CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")


def as_documented(default: object) -> str:
    if default is None or default == "":
        return "(none)"
    if isinstance(default, Path):
        return default.relative_to(CHECKOUT).as_posix()
    return str(default).lower() if isinstance(default, bool) else str(default)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    line = re.search(rf"^\| `GIS_{name.upper()}` \| `?(.*?)`? \|", OPERATIONS, re.M)
    assert line, f"docs/operations.md has no line for GIS_{name.upper()}"
    assert line[1] == as_documented(Settings.model_fields[name].default)


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `GIS_([A-Z0-9_]+)` \|", OPERATIONS, re.M))
    assert documented == {name.upper() for name in Settings.model_fields}


def commands(group: Any, path: str) -> Iterator[str]:
    if not hasattr(group, "commands"):
        yield path
        return
    for name, command in group.commands.items():
        yield from commands(command, f"{path} {name}")


def every_command() -> list[str]:
    cli._register(list(cli.VERBS))
    return sorted(set(commands(typer.main.get_command(cli.app), "gis")))


def test_every_command_is_documented() -> None:
    documented = set(re.findall(r"^\| `(gis [a-z -]+?)(?: [A-Z\[<].*)?` \|", OPERATIONS, re.M))
    assert documented == set(every_command())


def committed_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    return [CHECKOUT / name for name in listed.decode().split("\0") if name]


def texts() -> Iterator[tuple[Path, str]]:
    for path in committed_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def test_no_file_holds_an_absolute_path_of_a_machine() -> None:
    pattern = re.compile(r"(?<![\w.$}])/(?:work|root|home/\w+|Users/\w+)/\w")
    found = [f"{path.relative_to(CHECKOUT)}: {match[0]}" for path, text in texts() for match in pattern.finditer(text)]
    assert found == []


def test_no_page_script_or_style_refers_to_another_host() -> None:
    """Namespaces and links for people (in <a href>) are not loads; everything else would be."""
    load = re.compile(
        r"""(?:src|srcset|action|href)\s*=\s*["']\s*(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//|import\(?\s*["']https?:|fetch\(\s*["']https?:"""
    )
    anchors = re.compile(r"<a\b[^>]*>", re.S)
    folder = CHECKOUT / "maps"
    found = [
        f"{path.relative_to(CHECKOUT)}: {match[0]}"
        for path, text in texts()
        if path.is_relative_to(folder) and path.suffix in {".html", ".css", ".mjs", ".js", ".svg", ".jinja"}
        for match in load.finditer(anchors.sub("", text))
    ]
    assert found == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path, text in texts():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(CHECKOUT)} -> {target}")
    assert broken == []

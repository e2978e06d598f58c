"""script/conformance: everybody who has something to say about our standards, one table, one report.

    python -m tests.contracts.ogc.run [--keep] [--url LANDING_PAGE]

Exit code 0: all were asked and none found a fault. 1: a fault. 3: no fault, but somebody could not be asked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from gis_service import __version__
from tests.contracts.ogc import official, served
from tests.contracts.ogc.official import Outcome
from tests.contracts.ogc.served import HOME, ROOT

REPORT = ROOT / "docs" / "conformance" / "report.md"
QGIS_PYTHON = Path("/usr/bin/python3")
OWN = {
    "test_features_core": "OGC API - Features Part 1: Core (own port)",
    "test_features_crs": "OGC API - Features Part 2: CRS (own port)",
    "test_tiles": "OGC API - Tiles Part 1: Core (own port)",
    "test_api_definition": "API definition, OpenAPI 3.0 (own port)",
}


def own_port(root: str) -> list[Outcome]:
    """Our port of the abstract tests, over HTTP."""
    results = HOME / "own.xml"
    files = [str(Path(__file__).with_name(f"{name}.py")) for name in OWN]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={results}", *files],
        cwd=ROOT, env=os.environ | {"GIS_CONFORMANCE_URL": root}, stdout=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    outcomes = {name: Outcome(title, __version__) for name, title in OWN.items()}
    for case in ET.parse(results).getroot().iter("testcase"):
        outcome = outcomes[(case.get("classname") or "").rsplit(".", 1)[1]]
        ended = {child.tag for child in case}
        into = (
            outcome.failed
            if ended & {"failure", "error"}
            else outcome.skipped
            if "skipped" in ended
            else outcome.passed
        )
        into.append(case.get("name") or "")
    return list(outcomes.values())


def qgis(root: str, base: str, folder: Path) -> Outcome:
    """QGIS, without a screen, in a process of its own."""
    outcome = Outcome("QGIS", "")
    if subprocess.run([QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        outcome.missing = "the Debian package python3-qgis is not installed"
        return outcome
    archives = [served.archive(folder / f"khu{ending}") for ending in (".mbtiles", ".pmtiles")]
    done = subprocess.run(
        [QGIS_PYTHON, Path(__file__).with_name("qgis_check.py"), root, base, folder / "pictures", *archives],
        capture_output=True, text=True, timeout=900, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))},
    )  # fmt: skip
    for line in done.stdout.splitlines():
        said = json.loads(line)
        if said["name"] == "version":
            outcome.version = said["detail"].removeprefix("QGIS ")
        else:
            (outcome.passed if said["ok"] else outcome.failed).append(f"{said['name']}: {said['detail']}")
    if done.returncode or not outcome.version:
        outcome.failed.append(f"QGIS ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return outcome


def table(outcomes: list[Outcome]) -> str:
    """The summary, as Markdown."""
    lines = ["| asked | version | passed | failed | skipped |", "|---|---|---|---|---|"]
    for one in outcomes:
        counts = f"{len(one.passed)} | {len(one.failed)} | {len(one.skipped)}"
        lines.append(f"| {one.name} | {one.version} | {f'not run: {one.missing} | |' if one.missing else counts} |")
    return "\n".join(lines)


def report(outcomes: list[Outcome], when: datetime) -> str:
    """The kept report: date, versions, counts and the name of every test; no host, no path."""
    parts = [
        "# Conformance report",
        (
            f"Written by `script/conformance --keep` on {when:%Y-%m-%d %H:%M} UTC, service {__version__}, on the small"
            " demonstration province. How to read it: [howto](../howto/conformance.md)."
        ),
        table(outcomes),
    ]
    for one in outcomes:
        if one.missing:
            continue
        marks = [*(f"- passed: {_plain(name)}" for name in one.passed),
                 *(f"- **failed**: {_plain(name)}" for name in one.failed),
                 *(f"- skipped: {_plain(name)}" for name in one.skipped)]  # fmt: skip
        parts += [f"## {one.name}", "\n".join(marks)]
    return "\n\n".join(parts) + "\n"


def _plain(name: str) -> str:
    return " ".join(name.replace(str(ROOT), "").replace("|", "/").split())


def main() -> int:
    """Ask everybody, print the table, keep the report if wanted."""
    arguments = argparse.ArgumentParser(prog="script/conformance")
    arguments.add_argument("--keep", action="store_true", help="write docs/conformance/report.md")
    arguments.add_argument("--url", help="landing page of a service that runs already, as http://127.0.0.1:8000/ogc")
    given = arguments.parse_args()
    with nullcontext(given.url.rstrip("/").removesuffix("/ogc")) if given.url else served.running() as base:
        root = f"{base}/ogc"
        outcomes = own_port(root)
        outcomes.append(official.run_parser(root))
        outcomes.append(official.run_suite(official.FEATURES, official.features_properties(root)))
        outcomes.append(official.run_suite(official.TILES, official.tiles_properties(root)))
        outcomes.append(qgis(root, base, HOME))
    text = report(outcomes, datetime.now(UTC)).replace(base, "")
    (HOME / "report.md").write_text(text, encoding="utf-8")
    if given.keep:
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        REPORT.write_text(text, encoding="utf-8")
    print(table(outcomes))  # noqa: T201
    for one in outcomes:
        for name in one.failed:
            print(f"FAILED {one.name}: {_plain(name)}")  # noqa: T201
    if any(one.failed for one in outcomes):
        return 1
    return 3 if any(one.missing for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())

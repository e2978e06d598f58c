"""What others wrote to check services like ours: the executable test suites of the OGC, and their OpenAPI parser.

All come through an ordinary Maven client into var/conformance, never into the project. Where a registry
does not have a suite, its jar may be laid into var/conformance/jars by hand.
"""

from __future__ import annotations

import math
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import httpx2

from tests.contracts.ogc.served import HOME

FEATURES = ("ets-ogcapi-features10", "1.9")
TILES = ("ets-ogcapi-tiles10", "1.2")
PARSER = ("com.reprezen.kaizen", "openapi-parser", "4.0.4")
"""The parser that both suites read the API definition with."""
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
_MVN = ["mvn", "-B", "-q"]


@dataclass(slots=True)
class Outcome:
    """What one examiner said."""

    name: str
    version: str
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    missing: str = ""
    """Why it could not be asked; empty when it was."""


def run_suite(suite: tuple[str, str], properties: dict[str, str]) -> Outcome:
    """Run one official suite with its properties and read what TestNG wrote."""
    name, version = suite
    outcome = Outcome(name, version)
    jar = HOME / "jars" / f"{name}-{version}-aio.jar"
    if not jar.exists():
        artifact = f"org.opengis.cite:{name}:{version}:jar:aio"
        said = _maven([f"{_PLUGIN}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={jar.parent}"])
        if not jar.exists():
            outcome.missing = said
            return outcome
    out = HOME / name
    out.mkdir(parents=True, exist_ok=True)
    asked = out / "properties.xml"
    asked.write_text(properties_xml(properties), encoding="utf-8")
    before = set(out.rglob("testng-results.xml"))
    done = subprocess.run(
        ["java", "-jar", jar, "-o", out, asked], capture_output=True, text=True, timeout=1800, check=False
    )
    results = set(out.rglob("testng-results.xml")) - before
    if not results:
        outcome.failed.append(f"the suite did not run: {done.stderr.strip()[-500:]}")
        return outcome
    read_testng(results.pop(), outcome)
    return outcome


def properties_xml(properties: dict[str, str]) -> str:
    """The test run arguments. No DOCTYPE: the parser would fetch it from another host."""
    entries = "".join(f'<entry key="{escape(key)}">{escape(value)}</entry>' for key, value in properties.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<properties version="1.0">{entries}</properties>\n'


def read_testng(results: Path, outcome: Outcome) -> None:
    """Sort the test methods of a testng-results.xml by how they ended; set-up methods are left out."""
    into = {"PASS": outcome.passed, "FAIL": outcome.failed, "SKIP": outcome.skipped}
    for method in ET.parse(results).getroot().iter("test-method"):
        if method.get("is-config") == "true":
            continue
        wanted = [value.text or "" for value in method.iter("value")]
        label = f"{method.get('name')} {' '.join(part.strip()[:60] for part in wanted)}".strip()
        into[method.get("status", "FAIL")].append(label)


def features_properties(root: str) -> dict[str, str]:
    """Every collection is tested (-1)."""
    return {"iut": root, "noofcollections": "-1"}


def tiles_properties(root: str) -> dict[str, str]:
    """The suite wants one tile that holds something: that over the first zone."""
    asked = httpx2.get(f"{root}/collections/zones/items?f=json&limit=1", timeout=60).json()
    position = asked["features"][0]["geometry"]["coordinates"]
    while isinstance(position[0], list):
        position = position[0]
    n = 1 << 12
    column = int((position[0] + 180) / 360 * n)
    row = int((1 - math.asinh(math.tan(math.radians(position[1]))) / math.pi) / 2 * n)
    return {
        "iut": root,
        "tilematrixsetdefinitionuri": "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
        "urltemplatefortiles": f"{root}/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
        "tilematrix": "12",
        "mintilerow": str(row), "maxtilerow": str(row), "mintilecol": str(column), "maxtilecol": str(column),
    }  # fmt: skip


def run_parser(root: str) -> Outcome:
    """Put the API definition before the OpenAPI parser of the suites."""
    group, name, version = PARSER
    outcome = Outcome(f"{name} (the suites' parser)", version)
    folder = HOME / "parser"
    if not list(folder.glob(f"{name}-*.jar")):
        folder.mkdir(parents=True, exist_ok=True)
        pom = folder / "pom.xml"
        pom.write_text(
            "<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId>"
            "<artifactId>parser</artifactId><version>1</version><dependencies><dependency>"
            f"<groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>"
            "</dependency></dependencies></project>",
            encoding="utf-8",
        )
        said = _maven(["-f", str(pom), f"{_PLUGIN}:copy-dependencies", f"-DoutputDirectory={folder}"])
        if not list(folder.glob(f"{name}-*.jar")):
            outcome.missing = said
            return outcome
    document = folder / "api.json"
    document.write_text(httpx2.get(f"{root}/api?f=json", timeout=60).text, encoding="utf-8")
    program = Path(__file__).with_name("ApiDefinitionCheck.java")
    done = subprocess.run(
        ["java", "-cp", f"{folder}/*", program, document, f"{root}/api"], capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and done.stdout.startswith("valid"):
        outcome.passed.append(f"API definition: {done.stdout.strip()}")
    else:
        outcome.failed += (done.stdout + done.stderr).strip().splitlines()[:40] or ["the parser did not run"]
    return outcome


def _maven(arguments: list[str]) -> str:
    """Run Maven; the reason when it did not do what it should, "" when it did."""
    try:
        done = subprocess.run([*_MVN, *arguments], capture_output=True, text=True, timeout=900, check=False)
    except FileNotFoundError:
        return "Maven is not installed"
    except subprocess.TimeoutExpired:
        return "Maven did not come back within 15 minutes"
    if done.returncode == 0:
        return ""
    told = next((line for line in done.stdout.splitlines() if "ERROR" in line and "artifact" in line), "Maven failed")
    if "Could not find" in told or "was not found" in told:
        return "the registry that Maven reaches from here does not have it"
    return told[-200:]

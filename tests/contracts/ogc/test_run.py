"""The runner reads what the official suites write, and never calls somebody content who was not asked."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

from tests.contracts.ogc import official, run
from tests.contracts.ogc.official import Outcome

TESTNG = """<?xml version="1.0" encoding="UTF-8"?>
<testng-results skipped="1" failed="1" total="3" passed="1"><suite name="ogcapi"><test name="Core"><class name="Tile">
<test-method is-config="true" status="PASS" name="initCommonFixture"/>
<test-method status="PASS" name="landingPageRetrieval"/>
<test-method status="FAIL" name="validateLimit"><params>
<param index="0"><value><![CDATA[ zones ]]></value></param></params></test-method>
<test-method status="SKIP" name="verifyBboxCrs"/></class></test></suite></testng-results>"""


def test_results_of_testng_are_sorted_by_how_tests_ended(tmp_path: Path) -> None:
    (tmp_path / "testng-results.xml").write_text(TESTNG, encoding="utf-8")
    outcome = Outcome("suite", "1")
    official.read_testng(tmp_path / "testng-results.xml", outcome)
    assert outcome.passed == ["landingPageRetrieval"]
    assert outcome.failed == ["validateLimit zones"]
    assert outcome.skipped == ["verifyBboxCrs"]


def test_test_run_arguments_are_xml_without_a_doctype() -> None:
    written = official.properties_xml({"iut": "http://127.0.0.1/ogc?a=1&b=2"})
    assert "DOCTYPE" not in written
    entries = {one.get("key"): one.text for one in ET.fromstring(written.encode()).iter("entry")}
    assert entries == {"iut": "http://127.0.0.1/ogc?a=1&b=2"}


def test_the_report_counts_names_tests_and_says_who_was_not_asked() -> None:
    outcomes = [
        Outcome("ours", "1", passed=["a | b"], failed=[f"{run.ROOT}/x"], skipped=["c"]),
        Outcome("theirs", "1.9", missing="the registry does not have it"),
    ]
    text = run.report(outcomes, datetime(2026, 11, 23, tzinfo=UTC))
    assert "| ours | 1 | 1 | 1 | 1 |" in text
    assert "| theirs | 1.9 | not run: the registry does not have it | | |" in text
    assert "- passed: a / b" in text
    assert "- **failed**: /x" in text
    assert str(run.ROOT) not in text
    assert "## theirs" not in text

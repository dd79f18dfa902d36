"""A known fault fails the audit; data out of reach do not, and are not taken for good news."""

from __future__ import annotations

import json

from scripts.audit_dependencies import judge

SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
FAULTY = {
    "name": "jinja2",
    "version": "3.0.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
UNKNOWN = {"name": "corredor", "skip_reason": "Dependency not found on PyPI"}


def answer(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_known_fault_fails_with_the_version_that_mends_it() -> None:
    code, told = judge(answer(SOUND, FAULTY), "Found 2 known vulnerabilities in 1 package")
    assert code == 1
    assert "jinja2 3.0.0: PYSEC-1, mended in 3.1.6" in told
    assert "PYSEC-2, mended in no version yet" in told
    assert "numpy" not in told


def test_no_known_fault_says_of_how_many() -> None:
    code, told = judge(answer(SOUND, UNKNOWN), "")
    assert (code, told) == (0, "No fault is known of 1 locked packages. Not in its data: corredor.")


def test_data_that_know_no_package_are_no_good_news() -> None:
    code, told = judge(answer(UNKNOWN), "No known vulnerabilities found")
    assert (code, "nothing is known" in told) == (0, True)


def test_data_out_of_reach_are_said_and_pass() -> None:
    code, told = judge("", "Traceback\nrequests.exceptions.ConnectionError: no name")
    assert (code, "did not reach" in told) == (0, True)


def test_another_failure_of_the_tool_is_a_failure() -> None:
    code, told = judge("", "usage: pip-audit\nerror: unrecognized arguments: --formt")
    assert (code, "unrecognized" in told) == (1, True)

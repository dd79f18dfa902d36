"""Ask pip-audit whether a fault of what users install is known; part of ``make check-slow``.

It asks about ``requirements/run.lock`` and installs nothing. A known fault fails the check; data
out of reach do not, because they tell nothing of the packages.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements" / "run.lock"
SECONDS = 600  # for all packages
OUT_OF_REACH = ("ConnectionError", "ConnectionFailed", "Timeout", "ServiceError")
"""Words in what pip-audit says last, if its data cannot be had."""


def main() -> int:
    """Ask, say what was found, and return 1 for a known fault or a failure of pip-audit."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip",
               "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"pip-audit had no answer within {SECONDS} seconds; nothing is known of faults.")
        return 0
    code, told = judge(done.stdout, done.stderr)
    print(told)
    return code


def judge(output: str, errors: str) -> tuple[int, str]:
    """Return the exit code, and what to say.

    Parameters
    ----------
    output : str
        pip-audit's answer, as JSON; empty if it has none.
    errors : str
        What it said besides.
    """
    try:
        answered: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except ValueError:
        last = errors.strip().rpartition("\n")[2]
        if any(word in last for word in OUT_OF_REACH):
            return 0, f"pip-audit did not reach its data; nothing is known of faults. {last}"
        return 1, f"pip-audit failed. {errors.strip()}"
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in answered
        for fault in one.get("vulns", [])
    ]
    if faults:
        return 1, "\n".join(["Known faults of locked packages:", *faults])
    unknown = [one["name"] for one in answered if "skip_reason" in one]
    asked = len(answered) - len(unknown)
    if not asked:
        return 0, "pip-audit's data have none of the packages here; nothing is known of faults."
    left_out = f" Not in its data: {', '.join(unknown)}." if unknown else ""
    return 0, f"No fault is known of {asked} locked packages.{left_out}"


if __name__ == "__main__":
    sys.exit(main())

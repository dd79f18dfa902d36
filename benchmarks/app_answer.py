"""The web app: seconds from pressing Run to the first days on the map and to the whole answer.

``python -m benchmarks.app_answer`` prints them with the machine's load and the processor's seconds.
"""

from __future__ import annotations

import json
import os
import re
import socket
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import uvicorn

from corredor.app.access.entry import Entry
from corredor.app.jobs.queue import Runner
from corredor.app.routes.server import create_app
from corredor.inputs import shipped as assets

REPLICATES = 50
SCENARIOS = {"eighteen-months": "2024-03-31", "baseline": "2024-06-30"}  # their last days
TOLD = {"eighteen-months": "18 months", "baseline": "the baseline's 21 months"}
POLL = 0.02
Row = tuple[str, str, str]


@contextmanager
def served() -> Iterator[tuple[str, Runner]]:
    """Serve the app over scenarios of these lengths; give its address and its runner."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listening:
        scenarios = Path(folder) / "scenarios"
        scenarios.mkdir()
        baseline = (assets.folder("scenarios") / "baseline.toml").read_text(encoding="utf-8")
        for name, end in SCENARIOS.items():
            text = re.sub(r"(?m)^end = .*$", f"end = {end}", baseline, count=1)
            (scenarios / f"{name}.toml").write_text(text, encoding="utf-8")
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        app = create_app(Path(folder) / "runs", Entry(port), scenarios)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}", app.state.runner
        finally:
            server.should_exit = True
            thread.join()


def ask(address: str, body: dict[str, Any] | None = None) -> Any:
    """Send a request as the page does."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
        return json.loads(answer.read())


def answer(address: str, runner: Runner, scenario: str) -> dict[str, float]:
    """Run a scenario and take what the page takes; return the seconds of each."""
    worker = psutil.Process(runner.worker_pid)
    processor = sum(worker.cpu_times()[:2])
    started, seconds, days = time.perf_counter(), dict[str, float](), 0
    request = {"name": scenario, "scenario": scenario, "replicates": REPLICATES}
    run = ask(f"{address}/api/runs", request)
    one = f"{address}/api/runs/{run['id']}"
    while run["status"] in ("waiting", "running"):
        time.sleep(POLL)
        run = next(each for each in ask(f"{address}/api/runs") if each["id"] == run["id"])
        if run["part"] == REPLICATES and "whole" not in seconds:
            for name in ("people", "monthly", "links"):
                ask(f"{one}/{name}.json")
            seconds["whole"] = time.perf_counter() - started
        elif run["days"] > days and not run["part"]:
            days += sum(part["people"]["days"] for part in ask(f"{one}/so-far?day={days}"))
            seconds.setdefault("first", time.perf_counter() - started)
    if run["status"] != "done":
        raise RuntimeError(f"The run {run['status']}: {run['reason']} {run['message']}")
    seconds["kept"] = time.perf_counter() - started
    seconds["processor"] = sum(worker.cpu_times()[:2]) - processor
    return seconds


def rows() -> list[Row]:
    """Return the best of three by length, against the whole answer over 18 months."""
    listed, base = [], 0.0
    with served() as (address, runner):
        ask_warm(address)
        for scenario in SCENARIOS:
            found = min((answer(address, runner, scenario) for _ in range(3)),
                        key=lambda each: each["whole"])  # fmt: skip
            base = base or found["whole"]
            for key, what in (("first", "the first days on the map"), ("whole", "the whole answer"),
                              ("kept", "the result on the disk"),
                              ("processor", "seconds of the processor")):  # fmt: skip
                row = (f"{TOLD[scenario]}: {what}", f"{found[key]:.1f}", f"{found[key] / base:.2f}")
                listed.append(row)
    return listed


def ask_warm(address: str) -> None:
    """Wait until the worker is ready: a planner takes longer to press Run."""
    request = {"name": "warm", "scenario": "baseline", "replicates": 1, "draw": "expected"}
    ask(f"{address}/api/runs", request)
    while (run := ask(f"{address}/api/runs")[0])["status"] in ("waiting", "running"):
        time.sleep(POLL)
    if run["status"] != "done":
        raise RuntimeError(f"The worker did not get ready: {run['reason']} {run['message']}")


if __name__ == "__main__":
    for what, seconds, ratio in rows():
        print(f"{what:55s} {seconds:>6s} {ratio:>6s}")
    print("load:", *(f"{load:.1f}" for load in os.getloadavg()), "on", os.cpu_count(), "cores")

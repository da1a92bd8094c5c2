#!/usr/bin/env python3
"""The same query, read by rowprint and by the tools people use today, each in a process of its own.

    run.py --bin build/release [--rows N] [--repeat N] [--without WORDS ...] [--venv DIR]

Makes a virtual environment with the versions of requirements.txt (from PyPI), then prints Markdown; `--without` leaves out the tools whose
title has one of the words. Needs psycopg2: run it with Debian's python3.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from daemon import Daemon  # noqa: E402
from sales import Sales  # noqa: E402

# program, its words, what it does, the goal of rowprint's rows/s by its.
PEERS = (
    ("use_datachain.py", (), "datachain `read_database` (takes no numeric: as float)", 10),
    ("use_dlt.py", ("sqlalchemy",), "dlt `sql_table`, sqlalchemy backend, into DuckDB", 10),
    ("use_dlt.py", ("pyarrow",), "dlt `sql_table`, pyarrow backend, into DuckDB", None),
    ("use_connectorx.py", (), "connectorx into memory (Arrow), nothing kept", None),
)
PACKAGES = ("datachain", "dlt", "duckdb", "connectorx", "pyarrow", "SQLAlchemy", "psycopg2-binary")


class Environment:
    """A virtual environment with the pinned versions; made once, kept where `--venv` says."""

    def __init__(self, folder: pathlib.Path):
        self.python = folder / "bin" / "python"
        requirements = HERE / "requirements.txt"
        installed = folder / "installed.txt"
        if not installed.exists() or installed.read_text() != requirements.read_text():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([self.python, "-m", "pip", "install", "-q", "-r", requirements], check=True, stdout=sys.stderr)
            installed.write_text(requirements.read_text())

    def versions(self):
        program = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
        answer = subprocess.run([self.python, "-c", program, *PACKAGES], check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)

    def run(self, program, words, work):
        """Seconds that the reading took, without imports, and peak resident memory of the process, in MiB."""
        environment = {**os.environ, "HOME": str(work), "DLT_DATA_DIR": str(work / "dlt"), "DO_NOT_TRACK": "1", "RUNTIME__DLTHUB_TELEMETRY": "false",
                       "DATACHAIN_NO_ANALYTICS": "1", "ITERATIVE_DO_NOT_TRACK": "1"}
        log = work / "log"
        with open(log, "wb") as errors:
            process = subprocess.Popen([self.python, HERE / "tools" / program, *words], cwd=work, env=environment,
                                       stdout=subprocess.PIPE, stderr=errors)
            answer = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"run.py: {program} ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
        said = json.loads(answer.splitlines()[-1])
        return said["rows"], said["seconds"], usage.ru_maxrss / 1024


def measured(repeat, read):
    """Median seconds and the largest peak; `read` gives rows, seconds, MiB."""
    runs = [read() for _ in range(repeat)]
    return runs[0][0], statistics.median(seconds for _, seconds, _ in runs), max(peak for _, _, peak in runs)


def row(title, rows, seconds, peak, ratio, goal):
    return f"| {title} | {rows / seconds:,.0f} | {peak:,.0f} MiB | {ratio} | {goal or ''} |"


class Comparison:
    def __init__(self, options, sales, work, environment):
        self.options = options
        self.sales = sales
        self.work = work
        self.environment = environment

    def rowprint(self):
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            program = self.options.bin.resolve() / "daemon" / "rowprintd"
            with Daemon(program, pathlib.Path(folder) / "data", {"sales": self.sales.url()}) as daemon:
                seconds, receipt = daemon.pull("bench", "sales", self.sales.query())
                return receipt["rows"]["stored"], seconds, daemon.peak_resident_mib()

    def peer(self, program, words):
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            rows, seconds, peak = self.environment.run(program, (self.sales.url(), self.sales.query(), *words), pathlib.Path(folder))
        if rows != self.sales.rows:
            raise SystemExit(f"run.py: {program} read {rows} rows of {self.sales.rows}")
        return rows, seconds, peak

    def table(self):
        repeat = self.options.repeat
        rows, ours_s, peak = measured(repeat, self.rowprint)
        print("| | rows/s | peak resident memory | rowprint is faster by | goal |\n|---|---|---|---|---|")
        print(row("rowprint pull into SQLite, with fingerprint", rows, ours_s, peak, "", None), flush=True)
        for program, words, title, goal in PEERS:
            if any(left_out in title for left_out in self.options.without):
                continue
            rows, seconds, peak = measured(repeat, lambda: self.peer(program, words))
            print(row(title, rows, seconds, peak, f"{seconds / ours_s:.1f}", goal), flush=True)
        print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--without", nargs="+", default=[], help="words of the titles to leave out")
    parser.add_argument("--venv", type=pathlib.Path, help="where the tools are, or are to be, installed; otherwise a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rowprint-peers-") as temporary:
        work = pathlib.Path(temporary)
        environment = Environment(options.venv.resolve() if options.venv else work / "venv")
        with Sales(options.rows) as sales:
            versions = ", ".join(f"{name} {version}" for name, version in environment.versions().items())
            print(f"## Beside other tools: {options.rows:,} rows of 8 columns from {sales.server()}\n")
            print(f"{versions}; Python {sys.version.split()[0]}. The same query for each, in a fresh process and folder, median of"
                  f" {options.repeat}. Theirs are seconds without start-up and imports; memory is that of the whole process, for rowprint"
                  " the daemon.\n")
            Comparison(options, sales, work, environment).table()


if __name__ == "__main__":
    main()

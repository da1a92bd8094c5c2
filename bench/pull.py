#!/usr/bin/env python3
"""Pulls from a PostgreSQL of its own, against what they are to be measured by, in turn within one run.

    pull.py --bin build/release [--rows N] [--repeat N] [--only NAME …]

Prints Markdown. A ratio is the median over pairs that ran one after the other. Needs psycopg2: run it with Debian's python3.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

from daemon import Daemon
from pairs import table_row
from sales import Sales

HERE = pathlib.Path(__file__).resolve().parent
RESIDENT_GOAL_MIB = 64
PARTS = ("ratios", "python", "memory")


class Bench:
    def __init__(self, binaries: pathlib.Path, work: pathlib.Path, sales: Sales, repeat: int):
        self.rowprintd = binaries / "daemon" / "rowprintd"
        self.storeless = binaries / "bench" / "rowprintd_storeless"
        self.work = work
        self.sales = sales
        self.repeat = repeat
        self.fingerprints = {}

    def daemon(self, name, program=None):
        return Daemon(program or self.rowprintd, self.work / name, {"sales": self.sales.url()})

    def pull_s(self, daemon, order):
        """The version is removed again, so that every pull stores its rows. All pulls of the same rows have one fingerprint."""
        seconds, receipt = daemon.pull("bench", "sales", self.sales.query(), order)
        asked = self.sales.rows
        stored = receipt["rows"]["stored"]
        if stored != asked or receipt["reused"]:
            raise SystemExit(f"pull.py: {asked} rows were asked for, stored are {stored} (reused: {receipt['reused']})")
        fingerprint = self.fingerprints.setdefault(order, receipt["fingerprint"])
        if receipt["fingerprint"] != fingerprint:
            raise SystemExit(f"pull.py: one query has two fingerprints, {fingerprint} and {receipt['fingerprint']}")
        daemon.ask("DELETE", "/v1/datasets/bench")
        return seconds

    def copy_s(self):
        begin = time.perf_counter()
        subprocess.run(
            [*self.sales.psql(), f"COPY ({self.sales.query()}) TO STDOUT (FORMAT binary)"], check=True, stdout=subprocess.DEVNULL
        )
        return time.perf_counter() - begin

    def python_s(self):
        target = self.work / "python.sqlite"
        target.unlink(missing_ok=True)
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, HERE / "baselines" / "python_pull.py", self.sales.url(), self.sales.query(), target],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - begin

    def ratios(self):
        rows = self.sales.rows
        print("| pull | against | pull | the other | ratio (range) | goal |\n|---|---|---|---|---|---|")
        copy = "`psql -c \"COPY (…) TO STDOUT (FORMAT binary)\" > /dev/null`"
        with self.daemon("null", self.storeless) as null, self.daemon("sqlite") as sqlite:
            for daemon, store, goal in ((null, "a null store", 0.8), (sqlite, "SQLite", 0.7)):
                for order in ("set", "sequence"):
                    self.pull_s(daemon, order)
                    title = f"into {store}, {order} | {copy}"
                    print(table_row(title, goal, lambda: self.pull_s(daemon, order), self.copy_s, self.repeat), flush=True)
            best = min(self.pull_s(sqlite, "set") for _ in range(self.repeat))
        print(f"\nBest of {self.repeat} into SQLite, set: {rows / best / 1e6:.2f} M rows/s (both cores are shared with the server).\n")

    def python(self):
        """One pair: the other takes a minute and a half for 5 M rows."""
        print("| pull | against | pull | the other | ratio (range) | goal |\n|---|---|---|---|---|---|")
        with self.daemon("python") as sqlite:
            self.pull_s(sqlite, "set")
            print(table_row("into SQLite, set | Python: psycopg2 cursor, SHA-256 of repr, executemany", 10,
                            lambda: self.pull_s(sqlite, "set"), self.python_s, 1))
        print()

    def memory(self):
        print("One fresh daemon a line.\n")
        print("| pull | rows | rows/s | peak resident memory of the daemon | goal |\n|---|---|---|---|---|")
        for name, program, store in (("null", self.storeless, "a null store"), ("sqlite", self.rowprintd, "SQLite")):
            for order in ("set", "sequence"):
                with self.daemon(f"memory-{name}-{order}", program) as daemon:
                    seconds = self.pull_s(daemon, order)
                    peak = daemon.peak_resident_mib()
                print(f"| into {store}, {order} | {self.sales.rows:,} | {self.sales.rows / seconds / 1e6:.2f} M | {peak:.1f} MiB"
                      f" | {RESIDENT_GOAL_MIB} MiB |", flush=True)
        print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rowprint-bench-") as work, Sales(options.rows) as sales:
        bench = Bench(options.bin.resolve(), pathlib.Path(work), sales, options.repeat)
        print(f"## Pull: {options.rows:,} rows of 8 columns from {sales.server()}\n")
        print(f"int8, int4, numeric(12,2), float8, text, timestamptz, bool, nullable text; {sales.row_bytes():.0f} bytes a row as the"
              f" server keeps it. The server runs on the same machine, {options.repeat} pairs in turn.\n")
        for name in options.only:
            getattr(bench, name)()
            sys.stdout.flush()


if __name__ == "__main__":
    main()

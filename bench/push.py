#!/usr/bin/env python3
"""Pushes over loopback into SQLite, against what they are to be measured by, in turn within one run.

    push.py --bin build/release [--rows N] [--repeat N] [--only NAME …]

Prints Markdown. A ratio is the median over pairs that ran one after the other.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import rows as bench_rows
from daemon import Daemon
from pairs import table_row

HERE = pathlib.Path(__file__).resolve().parent
CEILING_ROWS_PER_S = 3_000_000


class Bench:
    def __init__(self, binaries: pathlib.Path, work: pathlib.Path, rows: int, repeat: int):
        self.rowprint = binaries / "cli" / "rowprint"
        self.rowprintd = binaries / "daemon" / "rowprintd"
        self.unhashed = binaries / "bench" / "rowprintd_unhashed"
        self.work = work
        self.rows = rows
        self.repeat = repeat
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
        self.file = self.ndjson(rows)
        self.csv = work / "rows.csv"
        bench_rows.write_csv(self.csv, rows)

    def ndjson(self, rows, salt=0):
        path = self.work / f"rows-{rows}-{salt}.ndjson"
        if not path.exists():
            bench_rows.write_ndjson(path, rows, salt)
        return path

    def daemon(self, name="data", program=None, config=""):
        return Daemon(program or self.rowprintd, self.work / name, config=config)

    def command(self, daemon, *words, stdin=None):
        environment = {**self.environment, "ROWPRINT_URL": daemon.url}
        return subprocess.Popen(
            [self.rowprint, *words], env=environment, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def run(self, daemon, *words, stdin=None):
        process = self.command(daemon, *words, stdin=stdin)
        _, errors = process.communicate()
        if process.returncode != 0:
            raise SystemExit(f"push.py: {' '.join(map(str, words))}: {errors.decode()}")

    def push_stream_s(self, daemon, file=None):
        """A generator: sent chunked, hashed as it is inserted. The version is removed again, so that none is reused."""
        with open(file or self.file, "rb") as stream:
            begin = time.perf_counter()
            self.run(daemon, "push", "bench", "-", stdin=stream)
            seconds = time.perf_counter() - begin
        self.run(daemon, "rm", "bench", "--all")
        return seconds

    def curl_s(self, daemon):
        begin = time.perf_counter()
        subprocess.run(
            ["curl", "-sS", "--fail", "-o", "/dev/null", "-X", "POST", "-H", "Expect:", "-H", "Content-Type: application/x-ndjson",
             "-T", self.file, f"{daemon.url}/v1/datasets/bench/versions"],
            check=True,
        )
        seconds = time.perf_counter() - begin
        self.run(daemon, "rm", "bench", "--all")
        return seconds

    def import_s(self):
        target = self.work / "import.sqlite"
        target.unlink(missing_ok=True)
        begin = time.perf_counter()
        subprocess.run(["sqlite3", target, ".mode csv", f".import {self.csv} rows"], check=True)
        return time.perf_counter() - begin

    def python_s(self):
        target = self.work / "python.sqlite"
        target.unlink(missing_ok=True)
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, HERE / "baselines" / "python_ingest.py", self.file, target],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - begin

    def against(self, title, goal, ours, theirs, repeat=None):
        """One row of the table of ratios: `theirs` over `ours`, pair by pair."""
        print(table_row(title, goal, ours, theirs, repeat or self.repeat), flush=True)

    def push_ratios(self):
        print(f"## Push: {self.rows:,} rows of 8 columns over loopback into SQLite\n")
        size = self.file.stat().st_size
        print(f"NDJSON, {size / self.rows:.0f} bytes a line, streamed by `rowprint push DATASET -`, {self.repeat} pairs in turn.\n")
        print("| against | push | the other | ratio (range) | goal |\n|---|---|---|---|---|")
        with self.daemon() as daemon:
            self.push_stream_s(daemon)
            self.against("`sqlite3 .import` of the same rows as CSV", "2.5", lambda: self.push_stream_s(daemon), self.import_s)
            self.against("Python: json.loads, SHA-256 of repr, executemany", "10", lambda: self.push_stream_s(daemon), self.python_s, 3)
            # Without small contents, which are kept as their encoding.
            with self.daemon("unhashed", self.unhashed, "[ingests]\nsmall_bytes = 0\n") as unhashed:
                self.against(
                    "the same daemon without encoding and hashing",
                    "0.85",
                    lambda: self.push_stream_s(daemon),
                    lambda: self.push_stream_s(unhashed),
                    self.repeat * 2,
                )
            self.against("the same body by `curl -T`", "", lambda: self.push_stream_s(daemon), lambda: self.curl_s(daemon))
            best = min(self.push_stream_s(daemon) for _ in range(self.repeat))
            rate = self.rows / best
        print(f"\nBest of {self.repeat}: {rate / 1e6:.2f} M rows/s, {rate / CEILING_ROWS_PER_S:.0%} of the ceiling of 3 M rows/s"
              " (both cores are shared with the client).\n")

    def second_push(self):
        print(f"## Push of a file of {self.rows:,} rows, first and second time\n")
        print("| first | second | ratio (range) | goal |\n|---|---|---|---|")
        pairs = []
        for _ in range(self.repeat):
            shutil.rmtree(self.work / "cache", ignore_errors=True)
            with self.daemon() as daemon:
                times = []
                for _ in range(2):
                    begin = time.perf_counter()
                    self.run(daemon, "push", "bench", self.file)
                    times.append(time.perf_counter() - begin)
                pairs.append(times)
        ratios = [first / second for first, second in pairs]
        first, second = (statistics.median(times) for times in zip(*pairs))
        print(f"| {first:.2f} s | {second:.3f} s | {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}) | 5 |\n")

    def growth(self):
        print("## How cost grows\n")
        print("One fresh daemon a line. With several pushes at once each sends rows of its own.\n")
        print("| pushes at once | rows each | rows/s in all | peak resident memory of the daemon |\n|---|---|---|---|")
        cases = [(1, self.rows // 10), (1, self.rows), (1, self.rows * 10), (8, self.rows // 8), (64, self.rows // 64)]
        for pushes, count in cases:
            files = [self.ndjson(count, salt) for salt in range(pushes)]
            with self.daemon() as daemon:
                begin = time.perf_counter()
                processes = []
                for index, file in enumerate(files):
                    with open(file, "rb") as stream:
                        processes.append(self.command(daemon, "push", f"bench-{index}", "-", stdin=stream))
                for process in processes:
                    _, errors = process.communicate()
                    if process.returncode != 0:
                        raise SystemExit(f"push.py: {errors.decode()}")
                seconds = time.perf_counter() - begin
                print(f"| {pushes} | {count:,} | {pushes * count / seconds / 1e6:.2f} M | {daemon.peak_resident_mib():.0f} MiB |", flush=True)
            for file in files:
                if file != self.file:
                    file.unlink()
        print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=["push_ratios", "second_push", "growth"], default=["push_ratios", "second_push", "growth"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rowprint-bench-") as work:
        bench = Bench(options.bin.resolve(), pathlib.Path(work), options.rows, options.repeat)
        for name in options.only:
            getattr(bench, name)()
            sys.stdout.flush()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a core of the daemon takes in over loopback, with a store that drops the rows, against simdjson reading the same lines.

    receive.py --bin build/release [--rows N] [--repeat N] [--only BODY …]

Prints Markdown. Both sides are processor time, the daemon's of all its threads: whatever the client takes does not count. All run on one
core: two threads of one would slow each other, but only one side.
"""

import argparse
import json
import os
import pathlib
import socket
import subprocess
import tempfile

import rows as bench_rows
from daemon import Daemon

GOALS = {"ndjson": "0.40"}
BODIES = {
    "ndjson": ("NDJSON", "", {"Content-Type": "application/x-ndjson"}),
    "csv": ("CSV, all text", "", {"Content-Type": "text/csv"}),
    "csv-inferred": ("CSV, inferred", "?infer=true&null=", {"Content-Type": "text/csv"}),
    "zstd": ("NDJSON, zstd", "", {"Content-Type": "application/x-ndjson", "Content-Encoding": "zstd"}),
}


def processor_seconds(process):
    """User and system time of all threads, also of those that have ended."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Bench:
    def __init__(self, binaries: pathlib.Path, work: pathlib.Path, rows: int, repeat: int):
        self.storeless = binaries / "bench" / "rowprintd_storeless"
        self.reader = binaries / "bench" / "rowprint_bench_on_demand"
        self.work, self.rows, self.repeat = work, rows, repeat
        self.lines = work / "rows.ndjson"
        bench_rows.write_ndjson(self.lines, rows)
        self.table = work / "rows.csv"
        bench_rows.write_csv(self.table, rows)

    def body(self, name):
        if name != "zstd":
            return self.lines if name == "ndjson" else self.table
        packed = self.work / "rows.ndjson.zst"
        subprocess.run(["zstd", "-q", "-f", self.lines, "-o", packed], check=True)
        return packed

    def push(self, daemon, body, query, headers):
        """The body as one, from the file into the socket."""
        fields = {"Host": "localhost", "Content-Length": body.stat().st_size, **headers}
        head = f"POST /v1/datasets/bench/versions{query} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
        with socket.create_connection(("127.0.0.1", daemon.port), 600) as connection, open(body, "rb") as file:
            connection.sendall(head.encode())
            connection.sendfile(file)
            answer = connection.makefile("rb")
            status = answer.readline().split()[1]
            length = 0
            while (line := answer.readline().strip()):
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            receipt = json.loads(answer.read(length))
        if status != b"201" or receipt["rows"]["stored"] != self.rows or receipt["reused"]:
            raise SystemExit(f"receive.py: {status.decode()} {receipt}")
        daemon.ask("DELETE", "/v1/datasets/bench")

    def ours(self, daemon, body, query, headers):
        begin = processor_seconds(daemon.process)
        self.push(daemon, body, query, headers)
        return processor_seconds(daemon.process) - begin

    def theirs(self):
        return float(subprocess.run([self.reader, self.lines], check=True, capture_output=True, text=True).stdout)

    def measure(self, name):
        title, query, headers = BODIES[name]
        body = self.body(name)
        with Daemon(self.storeless, self.work / name) as daemon:
            self.push(daemon, body, query, headers)
            pairs = [(self.ours(daemon, body, query, headers), self.theirs()) for _ in range(self.repeat)]
        ratios = [theirs / ours for ours, theirs in pairs]
        our, their = (min(seconds) for seconds in zip(*pairs))
        size = self.lines.stat().st_size
        print(f"| {title} | {body.stat().st_size / our / 1e6:.0f} | {our * 1e9 / self.rows:.0f} | {size / their / 1e6:.0f} | {their / our:.2f}"
              f" ({min(ratios):.2f} to {max(ratios):.2f}) | {GOALS.get(name, '')} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--only", nargs="*", choices=BODIES, default=list(BODIES))
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="rowprint-bench-") as work:
        bench = Bench(options.bin.resolve(), pathlib.Path(work), options.rows, options.repeat)
        print(f"## Receiving: {options.rows:,} rows of 8 columns over loopback, the store drops them\n")
        print("Processor time of the whole daemon, hashing included, for a core's MB/s of body, all on one core; ratio: against simdjson on demand reading every value"
              f" of the same rows as lines. The best of {options.repeat} of each, in turn: what else the machine does only adds. Range: that of the pairs.\n")
        print("| body | MB/s a core | ns a row | simdjson MB/s | ratio (range) | goal |\n|---|---|---|---|---|---|")
        for name in options.only:
            bench.measure(name)
        print()


if __name__ == "__main__":
    main()

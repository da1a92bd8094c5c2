#!/usr/bin/env python3
"""Small pushes over loopback, each to a dataset of its own and each durable when it is answered.

    small_pushes.py --bin build/release [--pushes N] [--clients N] [--repeat N]

Prints Markdown. Against it, in turn within one run: the same pushes where each content is a file of its own, and as many
commits of the same bytes into SQLite, one after the other, each synced.
"""

import argparse
import pathlib
import selectors
import socket
import sqlite3
import statistics
import tempfile
import time

from daemon import Daemon

ROWS = 10
FILES_SHARE = 10  # of the pushes are enough to know what files cost


def body(number):
    return b"".join(b'{"id":%d,"push":%d,"name":"row %d of push %d","price":%d.25}\n' % (i, number, i, number, number + i)
                    for i in range(ROWS))


def request(prefix, number):
    rows = body(number)
    return (b"POST /v1/datasets/%s-%d/versions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            b"Content-Length: %d\r\n\r\n" % (prefix, number, len(rows))) + rows


def answer_length(received):
    """How long the answer that `received` begins with is, once that is known."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    return end + 4 + int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])


class Client:
    """One keep-alive connection, which has one push under way at a time."""

    def __init__(self, port, selector):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = 0.0
        selector.register(self.socket, selectors.EVENT_READ, self)

    def send(self, data):
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self):
        """The seconds that the push took, once its answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise SystemExit(f"small_pushes.py: the daemon closed the connection after {self.received!r}")
        self.received += piece
        length = answer_length(self.received)
        if length is None or len(self.received) < length:
            return None
        if not self.received.startswith(b"HTTP/1.1 201 "):
            raise SystemExit(f"small_pushes.py: {self.received.decode()}")
        return time.perf_counter() - self.sent_at


def push_all(port, prefix, pushes, clients):
    """Pushes a second, and the seconds that each took."""
    # Made before, so that the clients cost as little as they can of the cores that they share with the daemon.
    requests = iter([request(prefix, number) for number in range(pushes)])
    selector = selectors.DefaultSelector()
    everybody = [Client(port, selector) for _ in range(min(clients, pushes))]
    took = []
    begin = time.perf_counter()
    for client in everybody:
        client.send(next(requests))
    while len(took) < pushes:
        for key, _ in selector.select():
            seconds = key.data.receive()
            if seconds is None:
                continue
            took.append(seconds)
            following = next(requests, None)
            if following is not None:
                key.data.send(following)
    rate = pushes / (time.perf_counter() - begin)
    for client in everybody:
        client.socket.close()
    selector.close()
    return rate, took


def commits(folder, count):
    """Commits a second."""
    database = sqlite3.connect(folder / "commits.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS pushes(name TEXT PRIMARY KEY, rows BLOB)")
    database.execute("DELETE FROM pushes")
    bodies = [body(number) for number in range(count)]
    begin = time.perf_counter()
    for number, rows in enumerate(bodies):
        database.execute("INSERT INTO pushes VALUES (?, ?)", (f"dataset-{number}", rows))
    rate = count / (time.perf_counter() - begin)
    database.close()
    return rate


class Bench:
    def __init__(self, binaries, work, pushes, clients, repeat):
        self.program = binaries / "daemon" / "rowprintd"
        self.work, self.pushes, self.clients, self.repeat = work, pushes, clients, repeat

    def small(self, clients, pushes):
        with Daemon(self.program, self.work / "small") as daemon:
            return push_all(daemon.port, b"small", pushes, clients)

    def files(self):
        with Daemon(self.program, self.work / "files", config="[ingests]\nsmall_bytes = 0\n") as daemon:
            return push_all(daemon.port, b"files", self.pushes // FILES_SHARE, self.clients)

    def run(self):
        runs = [(self.small(self.clients, self.pushes), self.files(), commits(self.work, self.pushes // FILES_SHARE),
                 self.small(1, self.pushes // FILES_SHARE)) for _ in range(self.repeat)]
        small = [run[0][0] for run in runs]
        print(f"## Small pushes: {ROWS} rows each, {self.pushes:,} distinct datasets, {self.clients} keep-alive clients\n")
        took = sorted(seconds for run in runs for seconds in run[0][1])
        print(f"{statistics.median(small):,.0f} pushes/s ({min(small):,.0f} to {max(small):,.0f}; goal 1,000), each durable when"
              f" answered; an answer takes {took[len(took) // 2] * 1000:.1f} ms, one in a hundred more than"
              f" {took[len(took) * 99 // 100] * 1000:.1f} ms. Clients and daemon share the cores.\n")
        print("| against | per second | ratio (range) |\n|---|---|---|")
        others = {"the same, each content a file of its own (`small_bytes = 0`)": [run[1][0] for run in runs],
                  "SQLite: one synced commit after the other": [run[2] for run in runs],
                  "the same pushes by one client": [run[3][0] for run in runs]}
        for title, rates in others.items():
            ratios = [ours / theirs for ours, theirs in zip(small, rates)]
            print(f"| {title} | {statistics.median(rates):,.0f} | {statistics.median(ratios):.1f}"
                  f" ({min(ratios):.1f} to {max(ratios):.1f}) |")
        print()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--pushes", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=48)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rowprint-bench-") as work:
        Bench(options.bin.resolve(), pathlib.Path(work), options.pushes, options.clients, options.repeat).run()


if __name__ == "__main__":
    main()

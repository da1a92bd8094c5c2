"""A body cut at any byte publishes nothing: every format in every coding, sized and in chunks, on connections that end and that are reset.

Each request is sent up to each of its body's bytes, so that a cut in a row, in a coding, in a form, in the size of a chunk or in a trailer are
all among them. What must not be there afterwards is looked for by the name of the cut, which is its dataset's.
"""
import concurrent.futures
import gzip
import json
import socket
import struct
import tempfile
import time
import unittest

import cbor2

from support.coding import field, form, zstd
from support.daemon import REFERENCE, Daemon
from support.spellings import TYPES
from support.wire import Wire

CODINGS = {"identity": lambda body: body, "gzip": gzip.compress, "zstd": lambda body: zstd(body, "--check")}
# name: (Content-Type, query, rows)
FORMATS = {
    "ndjson": (TYPES["ndjson"], "", b'{"a":1,"b":"x"}\n\n{"a":2}\r\n{"b":"\\u00e9"}'),
    "array": (TYPES["json"], "", b' [{"a":1,"b":"x"},\n{"a":2}, {"b":[{}]}]\n'),
    "columns": (TYPES["json"], "", b' {"a":[1,2,null],"b":["x",[{}], "y"]}\n'),
    "csv": (TYPES["csv"], "", b'a,b\r\n1,"x\r\n""y"""\r\n2,\r\n3,z'),
    "csv-bare": (TYPES["csv"], "?header=absent&schema=a=int", b"1\n2\n3\n"),
    "tsv": (TYPES["tsv"], "", b"a\tb\n1\tx\n2\t\n3\tz\n"),
    "cbor": (TYPES["cbor"], "", cbor2.dumps({"a": 1, "b": "x"}) + cbor2.dumps({"a": [2, {}]}) + cbor2.dumps({})),
}
WORKERS = 24


class Push:
    """A request. `stream` is what stands behind its head."""

    def __init__(self, name, content_type, query, headers, framing, stream):
        self.name, self.query, self.stream = name, query, stream
        self.lines = [f"Content-Type: {content_type}", *headers, framing]

    def send(self, wire, dataset, size):
        """The head and that much of the body, at once."""
        lines = [f"POST /v1/datasets/{dataset}/versions{self.query} HTTP/1.1", "Host: x", *self.lines, "", ""]
        wire.send("\r\n".join(lines).encode() + self.stream[:size])


def chunked(body, trailers=b""):
    """Three chunks, one with an extension, and the last one."""
    half = len(body) // 2
    first, second, third = body[:1], body[1:half], body[half:]
    return b"1\r\n%s\r\n%x;name=\"value\"\r\n%s\r\n%X\r\n%s\r\n0\r\n%s\r\n" % (first, len(second), second, len(third), third, trailers)


def framed(name, content_type, query, headers, body):
    """The same request sized, and in chunks."""
    yield Push(f"{name}-sized", content_type, query, headers, f"Content-Length: {len(body)}", body)
    yield Push(f"{name}-chunked", content_type, query, headers, "Transfer-Encoding: chunked", chunked(body))


def pushes(fingerprint):
    """Every request there is."""
    for coding, code in CODINGS.items():
        headers = [f"Content-Encoding: {coding}"]
        for name, (content_type, query, rows) in FORMATS.items():
            yield from framed(f"{name}-{coding}", content_type, query, headers, code(rows))
        content_type, body = form(FORMATS["csv"][2], "r.csv", fields=[("order", "set")], boundary="x")
        # What stands behind the closing boundary is no part of the form.
        yield from framed(f"form-{coding}", content_type, "", headers, code(body.removesuffix(b"\r\n")))
    content_type, query, rows = FORMATS["ndjson"]
    for coding in ("identity", "gzip"):
        coded = CODINGS[coding](rows)
        trailers = b"X-Other: 1\r\nContent-Digest: " + field(coded, "sha-256").encode() + b"\r\n"
        yield Push(f"trailer-{coding}", content_type, query, [f"Content-Encoding: {coding}", "Trailer: Content-Digest"], "Transfer-Encoding: chunked",
                   chunked(coded, trailers))
    yield from framed("reference", REFERENCE, "", [], json.dumps({"fingerprint": fingerprint}).encode())


class CutTest(unittest.TestCase):
    CONFIG = ""

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.daemon = self.enterContext(Daemon(self.folder, config=self.CONFIG))
        self.fingerprint = self.daemon.push("there", FORMATS["ndjson"][2]).json()["fingerprint"]
        self.pushes = list(pushes(self.fingerprint))
        self.contents = self.daemon.files("contents")

    def end(self, push, size):
        """Sends that much and says that this was all. Nothing, or what is wrong with the answer."""
        with Wire(self.daemon.port) as wire:
            push.send(wire, f"{push.name}-{size}", size)
            wire.finish_sending()
            status, head, body = wire.answer()
            right = status == 400 and json.loads(body)["code"] == "truncated" and "Connection: close" in head and not wire.read_rest()
        return None if right else f"{push.name} cut at {size}: {status} {body.decode()}"

    def reset(self, push, size):
        """Sends that much and is gone."""
        with Wire(self.daemon.port) as wire:
            push.send(wire, f"{push.name}-{size}", size)
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def sweep(self, cut):
        """Cuts every request behind every byte but its last."""
        cuts = [(push, size) for push in self.pushes for size in range(len(push.stream))]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            wrong = list(filter(None, pool.map(lambda one: cut(*one), cuts)))
        self.assertEqual(wrong, [])
        self.assertGreater(len(cuts), 3000)

    def assert_nothing_is_left(self):
        deadline = time.monotonic() + 60
        while self.daemon.get("/v1/status").json()["ingests"]["running"]:
            self.assertLess(time.monotonic(), deadline, "a push whose client is gone goes on")
            time.sleep(0.01)
        self.assertEqual([one["name"] for one in self.daemon.get("/v1/datasets").json()["datasets"]], ["there"])
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.files("contents"), self.contents)
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def assert_whole_is_taken(self):
        """Else nothing of the above would say anything."""
        for push in self.pushes:
            with Wire(self.daemon.port) as wire:
                push.send(wire, push.name, len(push.stream))
                status, _, body = wire.answer()
            self.assertEqual(status, 201, (push.name, body))
            self.assertEqual(json.loads(body)["content"]["rows"], 3, (push.name, body))
        self.assertEqual(self.daemon.files("staging"), [])

    def test_connections_that_end(self):
        self.sweep(self.end)
        self.assert_nothing_is_left()
        self.assert_whole_is_taken()

    def test_connections_that_are_reset(self):
        self.sweep(self.reset)
        self.assert_nothing_is_left()
        self.assert_whole_is_taken()


class CutStagingTest(CutTest):
    """The same where every row goes through a file in staging."""
    CONFIG = "[ingests]\nsmall_bytes = 0\n"


if __name__ == "__main__":
    unittest.main()

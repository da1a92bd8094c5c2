"""What a connection does to those who are slow, too many, or not speaking HTTP."""
import json
import tempfile
import threading
import time
import unittest

from support.daemon import Daemon
from support.wire import Wire

CONFIG = """
[timeouts]
idle = "400 ms"
header = "300 ms"
body_stall = "500 ms"
drain = "500 ms"
[limits]
connections = 4
header_bytes = "2 KiB"
"""


class ConnectionsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.daemon = Daemon(self.folder.name, config=CONFIG).start()

    def tearDown(self):
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())
        self.daemon.close()
        self.folder.cleanup()

    def test_idle_connection_is_ended(self):
        with Wire(self.daemon.port) as wire:
            wire.head("GET", "/healthz")
            self.assertEqual(wire.answer()[0], 200)
            self.assertTrue(wire.ended())

    def test_silent_connection_is_ended(self):
        with Wire(self.daemon.port) as wire:
            self.assertTrue(wire.ended())

    def test_head_that_takes_too_long_is_ended(self):
        with Wire(self.daemon.port) as wire:
            wire.send("GET /healthz HTTP/1.1\r\n")
            began = time.monotonic()
            self.assertTrue(wire.ended())
            self.assertLess(time.monotonic() - began, 5)

    def test_body_that_stalls_is_ended_and_publishes_nothing(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/stalled/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            wire.chunk(b'{"a":1}\n')
            self.assertTrue(wire.ended())
        self.assertEqual(self.daemon.get("/v1/datasets/stalled").status, 404)
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.get("/v1/ingests").json()["ingests"][0]["problem"]["code"], "truncated")

    def test_reader_that_stalls_is_ended(self):
        rows = b"".join(b'{"n":%d,"filler":"%s"}\n' % (i, b"z" * 1000) for i in range(20000))
        self.assertEqual(self.daemon.push("large", rows).status, 201)
        with Wire(self.daemon.port) as wire:
            wire.head("GET", "/v1/datasets/large/versions/1/rows")
            deadline = time.monotonic() + 20
            while self.daemon.get("/v1/status").json()["connections"] > 1:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.1)
            self.assertFalse(wire.read_rest().endswith(b"0\r\n\r\n"))

    def test_refused_body_is_drained_for_a_while_only(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/x/versions", "Content-Type: text/plain", "Content-Length: 100000000")
            status, head, _ = wire.answer()
            self.assertEqual(status, 415)
            self.assertIn("Connection: close", head)
            with self.assertRaises((BrokenPipeError, ConnectionResetError)):
                for _ in range(2000):
                    wire.send(b"x" * 65536)

    def test_too_many_connections_are_told_so_and_operating_goes_on(self):
        wires = [Wire(self.daemon.port) for _ in range(4)]
        try:
            for wire in wires:
                wire.head("POST", "/v1/datasets/held/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
                wire.chunk(b'{"a":')
            refused = self.daemon.get("/v1/datasets")
            self.assertEqual((refused.status, refused.json()["code"]), (503, "busy"))
            self.assertTrue(refused.headers["Retry-After"])
            self.assertEqual(self.daemon.get("/healthz").status, 200)
            self.assertEqual(self.daemon.get("/readyz").status, 200)
            for wire in wires:
                wire.chunk(b"1}\n")
                wire.send("0\r\n\r\n")
            self.assertEqual({wire.answer()[0] for wire in wires}, {201})
        finally:
            for wire in wires:
                wire.close()
        deadline = time.monotonic() + 10
        while self.daemon.get("/v1/datasets").status != 200:
            self.assertLess(time.monotonic(), deadline)

    def test_many_more_connections_than_allowed_are_all_answered_in_the_end(self):
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(self.daemon.get("/v1/datasets").status)) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(statuses), 100)
        self.assertLessEqual(set(statuses), {200, 503})

    def test_head_that_is_too_long(self):
        with Wire(self.daemon.port) as wire:
            wire.head("GET", "/healthz", "X-Long: " + "x" * 3000)
            self.assertEqual(wire.answer()[0], 431)

    def test_what_is_not_http(self):
        for text in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"HELLO\r\n\r\n", b"GET / HTTQ/1.1\r\n\r\n"):
            with Wire(self.daemon.port) as wire:
                wire.send(text)
                status, head, body = wire.answer()
                self.assertEqual(status, 400, text)
                self.assertIn("application/problem+json", head)
                self.assertEqual(json.loads(body)["code"], "bad_input")
                self.assertTrue(wire.ended())

    def test_requests_that_could_be_read_in_two_ways(self):
        push = "POST /v1/datasets/smuggled/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
        for lines in ("Content-Length: 8\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 8\r\nContent-Length: 9\r\n",
                      "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: xchunked\r\n", "Content-Length: -1\r\n"):
            with Wire(self.daemon.port) as wire:
                wire.send(push + lines + "\r\n{\"a\":1}\n")
                status, _, _ = wire.answer()
                self.assertIn(status, (400, 501), lines)
                self.assertTrue(wire.ended())
        self.assertEqual(self.daemon.versions("smuggled"), [])

    def test_request_without_a_host(self):
        with Wire(self.daemon.port) as wire:
            wire.send("GET /healthz HTTP/1.1\r\n\r\n")
            self.assertEqual(wire.answer()[0], 400)

    def test_http_1_0_ends_after_its_answer(self):
        with Wire(self.daemon.port) as wire:
            wire.send("GET /healthz HTTP/1.0\r\n\r\n")
            self.assertIn(b"200 OK", wire.read_rest())


if __name__ == "__main__":
    unittest.main()

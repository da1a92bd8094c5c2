"""HTTP/1.1 to the letter: one reading of every request, or none; and the bounds of what a client may ask for."""
import json
import re
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from support.daemon import NDJSON, Daemon
from support.wire import Wire

ROW = b'{"a":1}\n'
PUSH = "POST /v1/datasets/first/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
# What a smuggled request would do, so that one that was taken for a request can be told.
MARKER = (b"POST /v1/datasets/marker/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
          b"Content-Length: 8\r\n\r\n" + ROW)


class OneDaemon(unittest.TestCase):
    """A daemon for all tests of a class."""
    CONFIG = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name, config=cls.CONFIG).start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def wire(self):
        return Wire(self.daemon.port)

    def said(self, *parts):
        """All that is answered to bytes on one connection."""
        with self.wire() as wire:
            for part in parts:
                wire.send(part)
            wire.finish_sending()
            return wire.read_rest()


class SmugglingTest(OneDaemon):
    """Behind each request that could be read in two ways stands another: it is never seen."""

    def assert_refused(self, request, statuses=(400,)):
        answer = self.said(request if isinstance(request, bytes) else request.encode("latin-1"), MARKER)
        shown = f"{request!r} was answered {answer[:300]!r}"
        self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d\d\d ", answer)), 1, shown)
        self.assertIn(int(answer.split()[1]), statuses, shown)
        head, _, body = answer.partition(b"\r\n\r\n")
        self.assertIn(b"\r\nConnection: close\r\n", head + b"\r\n", shown)
        self.assertIn(b"\r\nContent-Type: application/problem+json\r\n", head, shown)
        self.assertIn(b"\r\nDate: ", head, shown)
        self.assertTrue(json.loads(body)["reason"], shown)

    def tearDown(self):
        self.assertEqual(self.daemon.versions("marker"), [])
        self.assertEqual(self.daemon.versions("first"), [])

    def test_marker_is_taken_where_it_stands_alone(self):
        answer = self.said(MARKER.replace(b"marker", b"alone"))
        self.assertTrue(answer.startswith(b"HTTP/1.1 201 "), answer)

    def test_transfer_encodings(self):
        for value in ("identity", "gzip", "xchunked", "chunked, chunked", "chunked, identity", "chunked,", "chunked;q=1", "",
                      "\x0bchunked", "chunked\x00", "\"chunked\"", "chunked\xa0"):
            self.assert_refused(f"{PUSH}Transfer-Encoding: {value}\r\n\r\n0\r\n\r\n")
        self.assert_refused(f"{PUSH}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", (501,))

    def test_transfer_encoding_in_several_places(self):
        for lines in ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                      "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
                      "Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked", " Transfer-Encoding: chunked",
                      "X: y\r\n Transfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: chunked\nX: y",
                      "X: y\rTransfer-Encoding: chunked"):
            self.assert_refused(f"{PUSH}{lines}\r\n\r\n0\r\n\r\n")

    def test_transfer_encoding_of_http_1_0(self):
        self.assert_refused(PUSH.replace("HTTP/1.1", "HTTP/1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    def test_lengths(self):
        for value in ("+8", "-8", "0x8", "8,8", "8, 8", "08", "8 8", "8\x0b", "", "8x", "8.0", "18446744073709551624",
                      "9223372036854775808", "8\x00"):
            self.assert_refused(f"{PUSH}Content-Length: {value}\r\n\r\n".encode() + ROW)
        for lines in ("Content-Length: 8\r\nContent-Length: 8", "Content-Length: 8\r\nContent-Length: 0", "Content-Length : 8",
                      "Content-Length:\r\n 8", "Content-Length: 8\n", "Content-Length: 8\r\n\x00: x"):
            self.assert_refused(f"{PUSH}{lines}\r\n\r\n".encode() + ROW)

    def test_chunks(self):
        for chunks in ("+8\r\n{R}\r\n0\r\n\r\n", "0x8\r\n{R}\r\n0\r\n\r\n", "8 \r\n{R}\r\n0\r\n\r\n", " 8\r\n{R}\r\n0\r\n\r\n",
                       "8\n{R}\n0\n\n", "8\r\n{R}\n0\r\n\r\n", "8\r\n{R}\r\n0\n\n", "8;\n{R}\r\n0\r\n\r\n",
                       "8;x=\"\n\"\r\n{R}\r\n0\r\n\r\n", "8\r\n{R}0\r\n\r\n", "8\r\n{R}\r\n\r\n0\r\n\r\n", "-8\r\n{R}\r\n0\r\n\r\n",
                       "00000000000000008\r\n{R}\r\n0\r\n\r\n", "10000000000000008\r\n{R}\r\n0\r\n\r\n", "g\r\n{R}\r\n0\r\n\r\n",
                       "8\r{R}\r\n0\r\n\r\n", "\r\n8\r\n{R}\r\n0\r\n\r\n", "8\r\n{R}\r\n0\r\nX\r\n\r\n", "8\r\n{R}\r\n0\r\nX : y\r\n\r\n",
                       "8\r\n{R}\r\n0\r\n X: y\r\n\r\n", "8\r\n{R}\r\n0\r\nX: \x00\r\n\r\n",
                       "8;" + "x" * 2000 + "\r\n{R}\r\n0\r\n\r\n", "8\r\n{R}\r\n0\r\n" + "X: y\r\n" * 2000 + "\r\n"):
            body = chunks.replace("{R}", ROW.decode())
            self.assert_refused(f"{PUSH}Transfer-Encoding: chunked\r\n\r\n{body}")

    def test_lines(self):
        for head in ("GET /healthz HTTP/1.1\nHost: x\n\n", "GET /healthz HTTP/1.1\r\nHost: x\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\n",
                     "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
                     "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nX : a\r\n\r\n",
                     "GET /healthz HTTP/1.1\r\nHost: x\r\nX\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
                     "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n", "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
            self.assert_refused(head)

    def test_request_lines(self):
        for line in ("GET /healthz", "GET  /healthz HTTP/1.1", "GET /healthz  HTTP/1.1", "GET\t/healthz HTTP/1.1", "GET /healthz HTTP/1.1 ",
                     "GET /health z HTTP/1.1", "G(T /healthz HTTP/1.1", "GET /healthz http/1.1", "GET /healthz HTTP/1.1x",
                     "GET http://x/healthz HTTP/1.1", "CONNECT x:80 HTTP/1.1", "GET x HTTP/1.1", "GET * HTTP/1.1",
                     "GET /healthz#x HTTP/1.1", "GET /healthz\x00 HTTP/1.1", "GET /healthz\xe9 HTTP/1.1", "GET /%zz HTTP/1.1"):
            self.assert_refused(f"{line}\r\nHost: x\r\n\r\n")
        for version in ("0.9", "1.2", "2.0", "9.9"):
            self.assert_refused(f"GET /healthz HTTP/{version}\r\nHost: x\r\n\r\n", (505,))

    def test_hosts(self):
        for lines in ("", "Host: x\r\nHost: x\r\n", "Host: x\r\nHost: y\r\n", "Host:\r\n", "Host: a b\r\n", "Host: x/y\r\n", "Host: u@x\r\n",
                      "Host: x:99999\r\n", "Host: [::1\r\n"):
            self.assert_refused(f"GET /healthz HTTP/1.1\r\n{lines}\r\n")

    def test_expectations(self):
        self.assert_refused("GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: something\r\n\r\n", (417,))

    def test_body_that_is_not_read(self):
        """It is refused by its head: what follows is its body, whatever that looks like."""
        self.assert_refused(PUSH.replace("x-ndjson", "x-nothing") + f"Content-Length: {len(MARKER)}\r\n\r\n", (415,))
        self.assert_refused(f"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: {len(MARKER)}\r\n\r\n", (404,))
        self.assert_refused(f"POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{len(MARKER):x}\r\n", (404,))


class ConversationTest(OneDaemon):
    """Several requests on one connection, and what every answer has."""

    def test_pipelined_requests_are_answered_in_order(self):
        push = (b"POST /v1/datasets/pipelined/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n8\r\n" + ROW + b"\r\n0\r\nContent-Digest: md5=:AAAA:\r\nX-Other: y\r\n\r\n")
        with self.wire() as wire:
            wire.send(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + push
                      + b"GET /v1/datasets/pipelined HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /healthz HTTP/1.0\r\n\r\n")
            answers = [wire.answer() for _ in range(4)]
            self.assertEqual([answer[0] for answer in answers], [404, 201, 200, 200])
            self.assertEqual(json.loads(answers[2][2])["name"], "pipelined")
            self.assertTrue(wire.ended())

    def test_head_is_answered_without_its_body(self):
        with self.wire() as wire:
            wire.send("HEAD /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            head = wire.read_until(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 200 "), head)
            self.assertRegex(head, rb"Content-Length: [1-9]")
            wire.head("GET", "/healthz")
            self.assertEqual(wire.answer()[0], 200)

    def test_options_name_the_methods(self):
        with self.wire() as wire:
            for path, methods in (("/v1/datasets/x/versions", "OPTIONS, POST"), ("/v1/datasets/x", "DELETE, GET, HEAD, OPTIONS"),
                                  ("*", "DELETE, GET, HEAD, OPTIONS, POST")):
                wire.head("OPTIONS", path)
                status, head, _ = wire.answer()
                self.assertEqual(status, 204)
                self.assertIn(f"\r\nAllow: {methods}\r\n", head)
                self.assertNotIn("content-length", head.lower())
            wire.head("OPTIONS", "/nowhere")
            self.assertEqual(wire.answer()[0], 404)

    def test_wrong_method_names_the_right_ones(self):
        with self.wire() as wire:
            for method in ("PUT", "PATCH", "get", "BREW"):
                wire.head(method, "/v1/datasets/x")
                status, head, _ = wire.answer()
                self.assertEqual(status, 405)
                self.assertIn("\r\nAllow: DELETE, GET, HEAD, OPTIONS\r\n", head)

    def test_every_answer_has_a_date(self):
        for request in ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "HELLO\r\n\r\n",
                        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "PUT /healthz HTTP/1.0\r\n\r\n", "GET / HTTP/2.0\r\n\r\n"):
            self.assertRegex(self.said(request), rb"\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", request)

    def test_requests_in_pieces_of_every_size(self):
        request = MARKER.replace(b"marker", b"pieces")
        for size in (1, 2, 3, 7, 50):
            with self.wire() as wire:
                for at in range(0, len(request), size):
                    wire.send(request[at:at + size])
                self.assertEqual(wire.answer()[0], 201)

    def test_client_that_sends_much_reads_why_its_first_row_is_refused(self):
        body = b'{"a":1,}\n' + b'{"a":"%s"}\n' % (b"x" * 990) * 50_000
        request = urllib.request.Request(f"{self.daemon.url}/v1/datasets/bad/versions", body, {"Content-Type": NDJSON})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        with caught.exception as answer:
            self.assertEqual((answer.code, json.loads(answer.read())["row"]), (400, 1))


class ExpectationTest(OneDaemon):
    """`Expect: 100-continue`: who is refused by the head is refused before the body."""
    CONFIG = '[limits]\ningest_bytes = "1 MiB"\n'

    def ask(self, path, *lines):
        with self.wire() as wire:
            wire.send("\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", "Expect: 100-continue", *lines, "", ""]))
            return wire.answer()

    def test_refusals_come_before_the_body(self):
        sized = f"Content-Length: {len(ROW)}"
        kind = f"Content-Type: {NDJSON}"
        versions = "/v1/datasets/x/versions"
        for status, path, *lines in ((404, "/nowhere", sized), (405, "/healthz", sized), (415, versions, sized, "Content-Type: text/nothing"),
                                     (411, versions, kind), (413, versions, kind, "Content-Length: 1048577"), (400, "/v1/datasets/-/versions", kind, sized),
                                     (400, f"{versions}?order=x", kind, sized), (413, "/v1/pulls", "Content-Type: application/json", "Content-Length: 1048577"),
                                     (415, "/v1/pulls", sized)):
            answer = self.ask(path, *lines)
            self.assertEqual(answer[0], status, (path, lines, answer))
            self.assertIn("Connection: close", answer[1])

    def test_body_that_is_wanted_is_asked_for(self):
        with self.wire() as wire:
            wire.head("POST", "/v1/datasets/x/versions", "Expect: 100-Continue", f"Content-Type: {NDJSON}", f"Content-Length: {len(ROW)}")
            self.assertEqual(wire.read_until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue\r\n\r\n")
            wire.send(ROW)
            self.assertEqual(wire.answer()[0], 201)

    def test_http_1_0_is_not_asked(self):
        with self.wire() as wire:
            wire.send(f"POST /v1/datasets/x/versions HTTP/1.0\r\nExpect: 100-continue\r\nContent-Type: {NDJSON}\r\n"
                      f"Content-Length: {len(ROW)}\r\n\r\n")
            wire.send(ROW)
            self.assertEqual(wire.answer()[0], 201)


class LimitsTest(OneDaemon):
    CONFIG = """
[limits]
ingest_bytes = "64 KiB"
ingest_rows = 100
nesting = 3
header_fields = 16
target_bytes = "256 B"
header_bytes = "4 KiB"
connections_per_client = 12
ingests = 2
"""

    def assert_problem(self, answer, status, **members):
        problem = answer.json()
        self.assertEqual(answer.status, status, problem)
        self.assertEqual({name: problem.get(name) for name in members}, members)

    def test_bytes_of_a_body(self):
        body = b'{"a":"%s"}\n' % (b"x" * 1000) * 80
        self.assert_problem(self.daemon.push("long", body), 413, code="limit_exceeded")
        pieces = (body[at:at + 4096] for at in range(0, len(body), 4096))
        self.assert_problem(self.daemon.push("long", pieces), 413, code="limit_exceeded", offset=65536)
        self.assertEqual(self.daemon.versions("long"), [])

    def test_rows_of_an_ingest(self):
        self.assertEqual(self.daemon.push("rows", ROW * 100).status, 201)
        self.assert_problem(self.daemon.push("rows", ROW * 101), 413, code="limit_exceeded", row=101, offset=100 * len(ROW))
        self.assertEqual(len(self.daemon.versions("rows")), 1)

    def test_nesting(self):
        self.assertEqual(self.daemon.push("deep", b'{"a":[[{"b":1}]]}\n').status, 201)
        self.assert_problem(self.daemon.push("deep", ROW + b'{"a":[[{"b":[1]}]]}\n'), 413, code="limit_exceeded", row=2,
                            offset=len(ROW) + 12, column="a[0][0].b")

    def test_lines_of_a_header(self):
        fields = {f"X-{i}": "y" for i in range(16)}
        self.assertEqual(self.daemon.get("/healthz", headers=fields).status, 431)

    def test_target(self):
        self.assertEqual(self.daemon.get("/healthz/" + "x" * 200).status, 404)
        self.assertEqual(self.daemon.get("/healthz/" + "x" * 300).status, 414)
        self.assertTrue(self.said("GET /" + "x" * 5000).startswith(b"HTTP/1.1 414 "))

    def held(self, dataset):
        """A push in mid-body."""
        wire = self.wire()
        wire.head("POST", f"/v1/datasets/{dataset}/versions", f"Content-Type: {NDJSON}", "Transfer-Encoding: chunked", "Expect: 100-continue")
        self.assertEqual(wire.read_until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue\r\n\r\n")
        wire.chunk(ROW)
        return wire

    def wait_for_room(self):
        deadline = time.monotonic() + 20
        while self.daemon.get("/v1/status").json()["connections"] > 1:
            self.assertLess(time.monotonic(), deadline)

    def test_pushes_at_once(self):
        wires = [self.held("held") for _ in range(2)]
        try:
            answer = self.daemon.push("more", ROW, headers={"Expect": "100-continue"})
            self.assert_problem(answer, 503, code="busy")
            self.assertTrue(answer.headers["Retry-After"])
            self.assertEqual(self.daemon.get("/v1/datasets").status, 200)
            for wire in wires:
                wire.send("0\r\n\r\n")
                self.assertEqual(wire.answer()[0], 201)
            self.assertEqual(self.daemon.push("more", ROW).status, 201)
        finally:
            for wire in wires:
                wire.close()
        self.wait_for_room()

    def test_connections_of_one_client(self):
        wires = [self.wire() for _ in range(12)]
        try:
            for wire in wires:
                wire.head("GET", "/healthz")
                self.assertEqual(wire.answer()[0], 200)
            refused = self.daemon.get("/v1/datasets")
            self.assert_problem(refused, 429, code="busy")
            self.assertTrue(refused.headers["Retry-After"])
            self.assertEqual(refused.headers["Connection"], "close")
            self.assertEqual(self.daemon.get("/healthz").status, 200)
        finally:
            for wire in wires:
                wire.close()
        self.wait_for_room()


class ReserveTest(OneDaemon):
    CONFIG = '[limits]\ndisk_reserve = "1000000 TiB"\n'

    def test_nothing_is_taken_below_the_reserve(self):
        with self.wire() as wire:
            wire.head("POST", "/v1/datasets/x/versions", f"Content-Type: {NDJSON}", "Content-Length: 8", "Expect: 100-continue")
            status, _, body = wire.answer()
        self.assertEqual((status, json.loads(body)["code"]), (507, "no_space"))
        self.assertEqual(self.daemon.get("/v1/datasets").json(), {"datasets": []})
        self.assertEqual(self.daemon.get("/readyz").status, 200)


class SlowClientsTest(OneDaemon):
    CONFIG = """
[limits]
body_rate = "4 KiB"
[timeouts]
header = "3 s"
body_rate_grace = "100 ms"
body_rate_window = "3 s"
drain = "500 ms"
"""

    def test_slow_clients_are_dropped_and_others_unharmed(self):
        slow = [self.wire() for _ in range(10)]
        try:
            for wire in slow:
                wire.head("POST", "/v1/datasets/slow/versions", f"Content-Type: {NDJSON}", "Content-Length: 1000000")
                wire.send(ROW)
            for _ in range(5):
                self.assertEqual(self.daemon.push("quick", ROW * 1000).status, 201)
            # They go on, byte by byte, as long as they are let.
            answers = [self.drip(wire) for wire in slow]
            for head in answers:
                self.assertTrue(head.startswith(b"HTTP/1.1 408 "), head)
        finally:
            for wire in slow:
                wire.close()
        self.assertEqual(self.daemon.versions("slow"), [])
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(len(self.daemon.versions("quick")), 5)

    def drip(self, wire):
        wire.socket.settimeout(0.02)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if part := wire.socket.recv(65536):
                    return part
                return b"ended without an answer"
            except TimeoutError:
                wire.send(b" ")
        return b"still there"

    def test_slow_head_is_told_so(self):
        with self.wire() as wire:
            wire.send("GET /healthz HTTP/1.1\r\nHost")
            status, head, _ = wire.answer()
            self.assertEqual(status, 408)
            self.assertIn("Connection: close", head)


if __name__ == "__main__":
    unittest.main()

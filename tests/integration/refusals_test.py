"""Bad input: each a problem with row, offset, column and reason, nothing published, nothing left in staging."""
import json
import tempfile
import time
import unittest

from support.daemon import Daemon
from support.wire import Wire

GOOD = b'{"a":1,"b":{"c":"x"}}\n'


class RefusalsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name, config='[limits]\nrow_bytes = "4 KiB"\ncolumns = 50\n').start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def setUp(self):
        self.before = self.daemon.files("contents")

    def tearDown(self):
        self.assertEqual(self.daemon.versions("bad"), [])
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.files("contents"), self.before)
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def assert_problem(self, answer, status, code, **members):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual((problem["status"], problem["code"]), (status, code))
        self.assertEqual(problem["type"], f"urn:rowprint:problem:{code}")
        self.assertTrue(problem["reason"])
        self.assertIn(problem["reason"], problem["detail"])
        for name, value in members.items():
            self.assertEqual(problem.get(name), value, f"{name} in {problem}")

    def refused_row(self, line, status=400, code="bad_input", rows_before=2, **members):
        """The bad line after good ones, sized and chunked: the same problem."""
        start = len(GOOD) * rows_before
        body = GOOD * rows_before + line + b"\n" + GOOD
        if "at" in members:
            members["offset"] = start + members.pop("at")
        for send in (body, (body[i:i + 11] for i in range(0, len(body), 11))):
            self.assert_problem(self.daemon.push("bad", send), status, code, row=rows_before + 1, **members)

    def test_invalid_json_at_a_row(self):
        self.refused_row(b'{"a":1,}', at=7)
        self.refused_row(b'{"a":nul}', column="a")
        self.refused_row(b'{"a":01}', column="a")
        self.refused_row(b'{"a":1', rows_before=5000)

    def test_invalid_utf8(self):
        self.refused_row(b'{"a":"x\xff"}', at=7, column="a")

    def test_duplicate_keys(self):
        self.refused_row(b'{"a":1,"a":2}', column="a")
        self.refused_row(b'{"a":1,"\\u0061":null}', column="a")
        self.refused_row(b'{"a":{"b":1,"b":2}}', column="a.b")

    def test_lone_surrogate(self):
        self.refused_row(b'{"a":"\\ud800"}', column="a")

    def test_row_that_is_no_object(self):
        for line in (b"[1]", b"7", b'"x"', b"null"):
            self.refused_row(line, at=0)

    def test_row_over_the_limit(self):
        self.refused_row(b'{"a":"' + b"x" * 5000 + b'"}', 413, "limit_exceeded")

    def test_nesting_over_the_limit(self):
        self.refused_row(b'{"a":' + b"[" * 65 + b"]" * 65 + b"}", 413, "limit_exceeded")

    def test_too_many_columns(self):
        self.refused_row(json.dumps({f"c{i}": i for i in range(60)}).encode(), 413, "limit_exceeded")

    def test_number_out_of_range(self):
        self.refused_row(b'{"a":1e999}', 400, "unsupported_value", column="a")

    def test_value_that_its_declared_type_does_not_take(self):
        answer = self.daemon.push("bad", b'{"a":"2026-01-01"}\n{"a":"no date"}\n', headers={"Rowprint-Schema": "a=date"})
        self.assert_problem(answer, 400, "bad_input", row=2, column="a")

    def test_byte_order_mark(self):
        self.assert_problem(self.daemon.push("bad", b"\xef\xbb\xbf" + GOOD), 400, "bad_input", row=1, offset=0)

    def test_wrong_content_type(self):
        for kind in ("text/plain", "application/xml", ""):
            answer = self.daemon.push("bad", GOOD, headers={"Content-Type": kind})
            self.assert_problem(answer, 415, "bad_input")
        self.assert_problem(self.daemon.push("bad", GOOD, headers={"Content-Encoding": "br"}), 415, "bad_input")

    def test_unknown_path(self):
        for path in ("/", "/v1", "/v1/datasets/x/versions/1/cells", "/v1/datasets//versions", "/v2/datasets"):
            self.assert_problem(self.daemon.get(path), 404, "not_found")
            self.assert_problem(self.daemon.request("POST", path, GOOD), 404, "not_found")

    def test_wrong_method_names_the_right_ones(self):
        answer = self.daemon.request("PUT", "/v1/datasets/bad/versions", GOOD)
        self.assert_problem(answer, 405, "bad_input")
        self.assertEqual(answer.headers["Allow"], "OPTIONS, POST")
        answer = self.daemon.request("POST", "/v1/datasets/bad")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "DELETE, GET, HEAD, OPTIONS"))

    def test_bad_names_and_parameters(self):
        for name in ("-x", ".x", "a%20b", "a%2Fb", "x" * 129, "%C3%A9"):
            self.assert_problem(self.daemon.push(name, GOOD), 400, "bad_input")
            self.assert_problem(self.daemon.get(f"/v1/datasets/{name}"), 400, "bad_input")
        for query in ("?order=random", "?orders=set", "?order=set&order=set", "?schema=a%3Dblob", "?schema=a"):
            self.assert_problem(self.daemon.push("bad", GOOD, query), 400, "bad_input")
        self.assert_problem(self.daemon.get("/v1/datasets?limit=1"), 400, "bad_input")
        for number in ("0", "-1", "x", "1x", "18446744073709551616"):
            self.assert_problem(self.daemon.get(f"/v1/datasets/bad/versions/{number}"), 400, "bad_input")
        self.assert_problem(self.daemon.get("/v1/datasets/%zz"), 400, "bad_input")

    def test_bad_headers(self):
        self.assert_problem(self.daemon.push("bad", GOOD, "?schema=a%3Dint", headers={"Rowprint-Schema": "a=int"}), 400, "bad_input")
        self.assert_problem(self.daemon.push("bad", GOOD, headers={"Rowprint-Expect": "sha256:00"}), 400, "bad_input")
        self.assert_problem(self.daemon.push("bad", GOOD, headers={"Rowprint-Expect": "rp1m:" + "0" * 64}), 400, "bad_input")

    def test_sized_body_that_is_cut(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/bad/versions", "Content-Type: application/x-ndjson", "Content-Length: 1000")
            wire.send(GOOD)
            wire.finish_sending()
            status, _, body = wire.answer()
        self.assertEqual((status, json.loads(body)["code"]), (400, "truncated"))

    def test_chunked_body_cut_before_its_last_chunk(self):
        for last in (b"", b"0", b"0\r\n", b"5\r\n{\"a\""):
            with Wire(self.daemon.port) as wire:
                wire.head("POST", "/v1/datasets/bad/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
                wire.chunk(GOOD)
                wire.send(last)
                wire.finish_sending()
                status, _, body = wire.answer()
            self.assertEqual((status, json.loads(body)["code"]), (400, "truncated"), last)

    def test_connection_that_is_gone(self):
        for tail in (b"", GOOD * 4000):
            with Wire(self.daemon.port) as wire:
                wire.head("POST", "/v1/datasets/bad/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
                wire.chunk(GOOD + tail)
        self.wait_until_nothing_runs()

    def test_body_of_unknown_length(self):
        for version in ("1.0", "1.1"):
            with Wire(self.daemon.port) as wire:
                wire.send(f"POST /v1/datasets/bad/versions HTTP/{version}\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n\r\n")
                wire.send(GOOD)
                wire.finish_sending()
                self.assertEqual(wire.answer()[0], 411)

    def test_body_of_unknown_length_that_comes_after_its_refusal(self):
        """Neither taken for a request nor reset before the client has read why."""
        for version in ("1.0", "1.1"):
            with Wire(self.daemon.port) as wire:
                wire.send(f"POST /v1/datasets/bad/versions HTTP/{version}\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n\r\n")
                status, head, _ = wire.answer()
                self.assertEqual(status, 411)
                self.assertNotIn("keep-alive", head)
                self.assertEqual("Connection: close" in head, version == "1.1")
                for _ in range(3):
                    wire.send(GOOD)
                    time.sleep(0.05)
                wire.finish_sending()
                self.assertEqual(wire.read_rest(), b"")

    def test_malformed_chunks(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/bad/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            wire.chunk(GOOD)
            wire.send("xyz\r\n")
            status, head, body = wire.answer()
        self.assertEqual((status, json.loads(body)["code"]), (400, "bad_input"))
        self.assertIn("Connection: close", head)

    def test_refusal_in_mid_body_is_read_by_the_client(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/bad/versions", "Content-Type: application/x-ndjson", "Content-Length: 900000")
            wire.send(b"not json\n")
            wire.send(GOOD * 30000)
            status, head, body = wire.answer()
            self.assertEqual((status, json.loads(body)["row"]), (400, 1))
            self.assertIn("Connection: close", head)
            self.assertTrue(wire.ended())

    def test_row_content_is_not_logged(self):
        self.daemon.push("bad", b'{"secret":"hunter2",}\n')
        self.daemon.push("bad", b'{"hunter2":1,"hunter2":1}\n')
        self.assertNotIn("hunter2", self.daemon.log())

    def wait_until_nothing_runs(self):
        for _ in range(600):
            if self.daemon.get("/v1/status").json()["ingests"]["running"] == 0:
                return
        self.fail("an ingest whose client is gone goes on")


if __name__ == "__main__":
    unittest.main()

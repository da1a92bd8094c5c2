"""Pushes: every way of sending the same rows gives the same version, and the second time nothing is stored."""
import concurrent.futures
import json
import tempfile
import time
import unittest

from support.daemon import Daemon
from support.wire import Wire

ROWS = b"".join(b'{"n":%d,"text":"row %d","half":%s}\n' % (i, i, repr(i / 2).encode()) for i in range(20000))


def cut(data, size):
    """The data in pieces of `size` bytes."""
    return (data[at:at + size] for at in range(0, len(data), size))


class PushTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name).start()

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def test_receipt_says_what_happened(self):
        receipt = self.daemon.push("receipts", ROWS)
        self.assertEqual(receipt.status, 201)
        self.assertEqual(receipt.headers["Location"], "/v1/datasets/receipts/versions/1")
        said = receipt.json()
        self.assertEqual((said["dataset"], said["version"], said["order"], said["ack"]), ("receipts", 1, "sequence", "durable"))
        self.assertEqual(said["rows"], {"received": 20000, "stored": 20000, "quarantined": 0})
        self.assertEqual(said["bytes"], len(ROWS))
        self.assertEqual(said["schema"], [{"name": "n", "type": "int"}, {"name": "text", "type": "text"}, {"name": "half", "type": "float"}])
        self.assertEqual(said["content"]["fingerprint"], said["fingerprint"])
        self.assertRegex(said["started"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertLessEqual(said["started"], said["sealed"])
        ingest = self.daemon.get(f"/v1/ingests/{said['ingest']}").json()
        self.assertEqual((ingest["state"], ingest["rows"], ingest["bytes"]), ("reused" if said["reused"] else "sealed", 20000, len(ROWS)))

    def test_chunking_of_the_body_changes_nothing(self):
        whole = self.daemon.push("chunking", ROWS).json()["fingerprint"]
        for size in (7, 1000, 4093, 65536, 262147):
            body = ROWS if size > 100 else ROWS[:20000]
            if body is not ROWS:
                body = body[:body.rindex(b"\n") + 1]
            expected = whole if body is ROWS else self.daemon.push("chunking", body).json()["fingerprint"]
            answer = self.daemon.push("chunking", cut(body, size))
            self.assertEqual(answer.status, 201, answer.body)
            self.assertEqual(answer.json()["fingerprint"], expected, f"chunks of {size} bytes")
            self.assertTrue(answer.json()["reused"])

    def test_slow_body_is_taken(self):
        fast = self.daemon.push("slow", b'{"a":1}\n{"a":2}\n').json()
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/slow/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            for byte in b'{"a":1}\n{"a":2}\n':
                wire.chunk(bytes([byte]))
                time.sleep(0.01)
            wire.send("0\r\n\r\n")
            status, _, body = wire.answer()
        self.assertEqual(status, 201)
        self.assertEqual(json.loads(body)["fingerprint"], fast["fingerprint"])

    def test_slow_clients_hold_no_thread(self):
        wires = [Wire(self.daemon.port) for _ in range(40)]
        try:
            for wire in wires:
                wire.head("POST", "/v1/datasets/patient/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
                wire.chunk(b'{"a":')
            self.assertEqual(self.daemon.push("impatient", b'{"a":1}\n').status, 201)
            for wire in wires:
                wire.chunk(b"1}")
                wire.send("0\r\n\r\n")
            self.assertEqual({wire.answer()[0] for wire in wires}, {201})
        finally:
            for wire in wires:
                wire.close()
        self.assertEqual(len(self.daemon.versions("patient")), 40)

    def test_length_of_a_push_costs_no_memory(self):
        def rows():
            for start in range(0, 400000, 1000):
                yield b"".join(b'{"n":%d,"filler":"%s"}\n' % (start + i, b"m" * 80) for i in range(1000))

        for query in ("", "?order=set"):
            self.assertEqual(self.daemon.push("long", rows(), query).json()["rows"]["received"], 400000)
            self.assertLess(self.daemon.resident_bytes(), 64 << 20)

    def test_empty_body_is_the_empty_dataset(self):
        first = self.daemon.push("empty", b"").json()
        second = self.daemon.push("empty", cut(b"\n\n", 1)).json()
        self.assertEqual(first["rows"]["received"], 0)
        self.assertEqual(first["schema"], [])
        self.assertEqual(first["fingerprint"], second["fingerprint"])
        self.assertEqual(self.daemon.rows("empty").body, b"")

    def test_late_reuse_of_a_stream(self):
        first = self.daemon.push("late", cut(ROWS[:-1], 5000)).json()
        before = self.daemon.files("contents")
        again = self.daemon.push("late", cut(ROWS, 777)).json()
        self.assertTrue(again["reused"])
        self.assertEqual((again["version"], again["fingerprint"]), (2, first["fingerprint"]))
        self.assertEqual(again["rows"]["stored"], 20000)
        self.assertEqual(self.daemon.files("contents"), before)
        self.assertEqual(self.daemon.files("staging"), [])

    def test_reference_finds_what_is_there_and_says_what_is_not(self):
        unknown = self.daemon.refer("references", "rp1s:" + "0" * 64)
        self.assertEqual((unknown.status, unknown.json()["code"]), (404, "not_found"))
        stored = self.daemon.push("references", b'{"there":true}\n').json()
        found = self.daemon.refer("references", stored["fingerprint"])
        self.assertEqual(found.status, 201)
        said = found.json()
        self.assertEqual((said["version"], said["reused"]), (2, True))
        self.assertEqual(said["rows"], {"received": 0, "stored": 0, "quarantined": 0})
        self.assertEqual(self.daemon.rows("references", 2).body, b'{"there":true}\n')
        self.assertEqual(self.daemon.get(f"/v1/contents/{stored['fingerprint']}").json()["rows"], 1)
        self.assertEqual(self.daemon.request("HEAD", f"/v1/contents/{stored['fingerprint']}").status, 200)
        self.assertEqual(self.daemon.request("HEAD", "/v1/contents/rp1s:" + "0" * 64).status, 404)

    def test_malformed_references_are_refused(self):
        for body in ("", "[]", "{}", '{"fingerprint": 7}', '{"fingerprint": "rp1s:12"}', "{"):
            answer = self.daemon.request("POST", "/v1/datasets/r/versions", body,
                                         {"Content-Type": "application/vnd.rowprint.reference+json"})
            self.assertEqual((answer.status, answer.json()["code"]), (400, "bad_input"), body)
        long = '{"fingerprint": "' + "x" * 5000 + '"}'
        answer = self.daemon.request("POST", "/v1/datasets/r/versions", long, {"Content-Type": "application/vnd.rowprint.reference+json"})
        self.assertEqual((answer.status, answer.json()["code"]), (413, "limit_exceeded"))
        self.assertEqual(self.daemon.versions("r"), [])

    def test_expectation_that_fails_publishes_nothing(self):
        right = self.daemon.push("expected", b'{"v":1}\n').json()["fingerprint"]
        wrong = self.daemon.push("expected", b'{"v":2}\n', headers={"Rowprint-Expect": right})
        self.assertEqual((wrong.status, wrong.json()["code"]), (409, "conflict"))
        self.assertEqual(len(self.daemon.versions("expected")), 1)
        self.assertEqual(self.daemon.files("staging"), [])
        met = self.daemon.push("expected", b'{"v":1}\n', headers={"Rowprint-Expect": right})
        self.assertEqual(met.status, 201)

    def test_set_order_finds_the_rows_in_any_order(self):
        first = self.daemon.push("sets", b'{"v":1}\n{"v":2}\n', "?order=set").json()
        turned = self.daemon.push("sets", b'{"v":2}\n{"v":1}\n', "?order=set").json()
        self.assertTrue(first["fingerprint"].startswith("rp1m:"))
        self.assertEqual(first["fingerprint"], turned["fingerprint"])
        self.assertEqual(turned["content"]["multiset"], first["fingerprint"])
        self.assertTrue(turned["reused"])
        other = self.daemon.push("sets", b'{"v":2}\n{"v":2}\n{"v":1}\n', "?order=set").json()
        self.assertNotEqual(other["fingerprint"], first["fingerprint"])
        self.assertTrue(self.daemon.verify("sets")["agrees"])

    def test_schema_is_declared_by_parameter_or_header(self):
        rows = b'{"at":"2026-11-22T13:00:00+02:00","amount":"1.50"}\n'
        by_header = self.daemon.push("declared", rows, headers={"Rowprint-Schema": "at=timestamptz, amount=decimal"}).json()
        by_parameter = self.daemon.push("declared", rows, "?schema=at=timestamptz,amount%3Ddecimal").json()
        self.assertEqual(by_header["schema"], [{"name": "at", "type": "timestamptz"}, {"name": "amount", "type": "decimal"}])
        self.assertEqual(by_parameter["fingerprint"], by_header["fingerprint"])
        self.assertNotEqual(self.daemon.push("declared", rows).json()["fingerprint"], by_header["fingerprint"])
        self.assertEqual(json.loads(self.daemon.rows("declared", 1).body), {"at": "2026-11-22T11:00:00Z", "amount": "1.5"})

    def test_equal_content_pushed_at_once_is_kept_once(self):
        rows = b"".join(b'{"k":%d,"filler":"%s"}\n' % (i, b"x" * 50) for i in range(5000))
        before = set(self.daemon.files("contents"))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: self.daemon.push("race", cut(rows, 1000 + i)), range(8)))
        self.assertEqual([answer.status for answer in answers], [201] * 8)
        self.assertEqual(sorted(answer.json()["version"] for answer in answers), list(range(1, 9)))
        self.assertEqual(len({answer.json()["fingerprint"] for answer in answers}), 1)
        self.assertEqual(sum(not answer.json()["reused"] for answer in answers), 1)
        self.assertEqual(len(set(self.daemon.files("contents")) - before), 1)
        self.assertEqual(self.daemon.files("staging"), [])

    def test_expect_continue_is_answered(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/polite/versions", "Content-Type: application/x-ndjson", "Content-Length: 8",
                      "Expect: 100-continue")
            self.assertEqual(wire.answer()[0], 100)
            wire.send('{"a":1}\n')
            self.assertEqual(wire.answer()[0], 201)

    def test_expect_continue_is_not_answered_where_the_head_is_refused(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/polite/versions", "Content-Type: text/plain", "Content-Length: 8", "Expect: 100-continue")
            status, head, _ = wire.answer()
            self.assertEqual(status, 415)
            self.assertIn("Connection: close", head)

    def test_connection_is_kept_after_a_push(self):
        with Wire(self.daemon.port) as wire:
            for version in (1, 2, 3):
                wire.head("POST", "/v1/datasets/kept/versions", "Content-Type: application/x-ndjson", "Content-Length: 8")
                wire.send('{"a":1}\n')
                status, _, body = wire.answer()
                self.assertEqual((status, json.loads(body)["version"]), (201, version))

    def test_pipelined_requests_are_answered_in_their_order(self):
        with Wire(self.daemon.port) as wire:
            push = "POST /v1/datasets/pipe/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: 8\r\n\r\n{\"a\":1}\n"
            wire.send(push + push + "GET /v1/datasets/pipe HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertEqual([wire.answer()[0] for _ in range(2)], [201, 201])
            self.assertEqual(len(json.loads(wire.answer()[2])["versions"]), 2)


if __name__ == "__main__":
    unittest.main()

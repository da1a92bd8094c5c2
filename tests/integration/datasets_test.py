"""Looking, reading back, verifying, removing."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vectors"))
import rp1  # the implementation of docs/formats/fingerprint.md in Python

from support.daemon import Daemon
from support.wire import Wire


class DatasetsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.daemon = Daemon(self.folder.name).start()

    def tearDown(self):
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())
        self.daemon.close()
        self.folder.cleanup()

    def test_list_show_and_remove(self):
        self.assertEqual(self.daemon.get("/v1/datasets").json(), {"datasets": []})
        one = self.daemon.push("one", b'{"a":1}\n').json()
        self.daemon.push("one", b'{"a":2}\n')
        self.daemon.push("two", b'{"a":1}\n')
        listed = self.daemon.get("/v1/datasets").json()["datasets"]
        self.assertEqual([(each["name"], each["versions"], each["latest"]["version"]) for each in listed], [("one", 2, 2), ("two", 1, 1)])
        versions = self.daemon.get("/v1/datasets/one").json()
        self.assertEqual([each["version"] for each in versions["versions"]], [2, 1])
        shown = self.daemon.get("/v1/datasets/one/versions/1").json()
        self.assertEqual((shown["fingerprint"], shown["ingest"]), (one["fingerprint"], one["ingest"]))
        self.assertEqual(self.daemon.get("/v1/datasets/one/versions/latest").json()["version"], 2)
        self.assertEqual(self.daemon.get("/v1/datasets/one/versions/3").status, 404)
        self.assertEqual(self.daemon.get("/v1/datasets/none").status, 404)

        self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/one/versions/1").json(), {"removed": 1})
        self.assertEqual(self.daemon.get("/v1/datasets/one/versions/1").status, 404)
        self.assertTrue(self.daemon.verify("two")["agrees"], "its content is one's as well")
        self.assertEqual(self.daemon.push("one", b'{"a":3}\n').json()["version"], 3)
        self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/one").json(), {"removed": 2})
        self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/one").status, 404)
        self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/two/versions/latest").json(), {"removed": 1})
        self.assertEqual(self.daemon.files("contents"), [])
        self.assertEqual(self.daemon.get(f"/v1/contents/{one['fingerprint']}").status, 404)

    def test_rows_read_back_as_they_were_pushed(self):
        rows = b"".join(b'{"n":%d,"t":"%s","f":1.5,"b":true,"l":[1,{"x":null}],"z":null}\n' % (i, "ä\\n".encode()) for i in range(30000))
        self.daemon.push("back", rows)
        answer = self.daemon.rows("back")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/x-ndjson"))
        self.assertEqual([json.loads(line) for line in answer.body.splitlines()], [json.loads(line) for line in rows.splitlines()])
        again = self.daemon.push("back", answer.body).json()
        self.assertTrue(again["reused"])

    def test_rows_as_a_cbor_sequence(self):
        self.daemon.push("cbor", b'{"a":1,"b":null}\n{"b":"x"}\n')
        answer = self.daemon.get("/v1/datasets/cbor/versions/1/rows", {"Accept": "application/cbor-seq"})
        self.assertEqual(answer.headers["Content-Type"], "application/cbor-seq")
        self.assertEqual(answer.body, b"\xa1\x61a\x01" + b"\xa1\x61b\x61x")

    def test_head_has_no_body(self):
        self.daemon.push("head", b'{"a":1}\n')
        for path in ("/v1/datasets", "/v1/datasets/head/versions/1/rows", "/healthz", "/v1/nothing"):
            with Wire(self.daemon.port) as wire:
                wire.head("HEAD", path)
                wire.head("GET", "/healthz", "Connection: close")
                head = wire.read_until(b"\r\n\r\n")
                self.assertIn(b"404" if path == "/v1/nothing" else b"200", head.split(b"\r\n")[0])
                self.assertTrue(wire.read_rest().startswith(b"HTTP/1.1 200 OK"), path)

    def test_rows_are_not_given_where_a_cut_would_not_be_seen(self):
        self.daemon.push("old", b'{"a":1}\n')
        with Wire(self.daemon.port) as wire:
            wire.send("GET /v1/datasets/old/versions/1/rows HTTP/1.0\r\n\r\n")
            self.assertIn(b" 505 ", wire.read_rest().split(b"\r\n")[0])

    def test_reader_goes_on_when_its_version_is_removed(self):
        rows = b"".join(b'{"n":%d,"filler":"%s"}\n' % (i, b"y" * 200) for i in range(60000))
        self.daemon.push("gone", rows)
        with Wire(self.daemon.port) as wire:
            wire.head("GET", "/v1/datasets/gone/versions/1/rows", "Connection: close")
            start = wire.read_until(b"\r\n\r\n")
            self.assertIn(b"200 OK", start)
            self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/gone").status, 200)
            rest = wire.read_rest()
        self.assertTrue(rest.endswith(b"0\r\n\r\n"))
        self.assertIn(b'"n":59999', rest)

    def test_slow_reader_holds_little(self):
        rows = b"".join(b'{"n":%d,"filler":"%s"}\n' % (i, b"z" * 1000) for i in range(40000))
        self.daemon.push("large", rows)
        wires = [Wire(self.daemon.port) for _ in range(8)]
        before = self.daemon.resident_bytes()
        try:
            for wire in wires:
                wire.head("GET", "/v1/datasets/large/versions/1/rows")
            heads = [wire.read_until(b"\r\n\r\n") for wire in wires]
            self.assertTrue(all(b"200 OK" in head for head in heads))
            self.assertEqual(self.daemon.get("/healthz").status, 200)
            self.assertLess(self.daemon.resident_bytes() - before, 40 << 20)
        finally:
            for wire in wires:
                wire.close()

    def test_verify_finds_what_was_changed_on_disk(self):
        # Large enough that it is a file of its own.
        self.daemon.push("damaged", b"".join(b'{"text":"row number %06d"}\n' % i for i in range(20000)))
        self.assertTrue(self.daemon.verify("damaged")["agrees"])
        path = next(pathlib.Path(self.folder.name, "contents").iterdir())
        data = bytearray(path.read_bytes())
        at = data.index(b"row number 012345")
        data[at:at + 3] = b"roe"
        path.chmod(0o640)
        path.write_bytes(data)
        verification = self.daemon.verify("damaged")
        self.assertFalse(verification["agrees"])
        self.assertNotEqual(verification["expected"], verification["computed"])
        self.assertTrue(verification["difference"])

    def test_rows_that_cannot_be_read_cut_the_answer(self):
        self.daemon.push("cut", b"".join(b'{"n":%d,"text":"%s"}\n' % (i, b"w" * 100) for i in range(50000)))
        path = next(pathlib.Path(self.folder.name, "contents").iterdir())
        size = path.stat().st_size
        path.chmod(0o640)
        with open(path, "r+b") as file:
            file.seek(size * 3 // 4)
            file.write(b"\xa5" * (64 << 10))
        with Wire(self.daemon.port) as wire:
            wire.head("GET", "/v1/datasets/cut/versions/1/rows")
            self.assertIn(b"200 OK", wire.read_until(b"\r\n\r\n"))
            rows = wire.read_rest()
        self.assertIn(b'"n":1000,', rows)
        self.assertNotIn(b'"n":49999,', rows)
        self.assertFalse(rows.endswith(b"0\r\n\r\n"), "a part of the rows looks like all of them")
        self.assertEqual(self.daemon.get("/healthz").status, 200)

    def test_status_and_metrics_count(self):
        self.daemon.push("counted", b'{"a":1}\n{"a":2}\n')
        self.daemon.push("counted", b'{"a":1}\n{"a":2}\n')
        self.daemon.push("counted", b"{\n")
        status = self.daemon.get("/v1/status").json()
        self.assertEqual((status["ingests"]["sealed"], status["ingests"]["reused"], status["ingests"]["failed"]), (1, 1, 1))
        self.assertEqual(status["rows"]["received"], 4)
        self.assertEqual((status["store"], status["ready"], status["missing"]), ("sqlite", True, []))
        self.assertGreater(status["memory"]["resident_bytes"], 1 << 20)
        metrics = self.daemon.get("/metrics")
        self.assertTrue(metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        text = metrics.body.decode()
        for line in ('rowprint_ingests_total{end="sealed"} 1', 'rowprint_ingests_total{end="failed"} 1', "rowprint_rows_received_total 4",
                     "rowprint_ready 1", "rowprint_connections 1"):
            self.assertIn(line, text)
        self.assertRegex(text, r"rowprint_sync_seconds_count [1-9]")
        ingests = self.daemon.get("/v1/ingests").json()["ingests"]
        self.assertEqual([each["state"] for each in ingests], ["failed", "reused", "sealed"])
        self.assertEqual(ingests[0]["problem"]["code"], "bad_input")
        self.assertEqual(self.daemon.get("/v1/ingests/unknown").status, 404)

    def test_row_digests_of_a_set_are_kept_as_documented_until_it_is_removed(self):
        rows = [{"n": i % 4000, "text": f"row number {i % 4000}"} for i in range(9000)]
        body = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
        self.daemon.push("sequence", body)
        self.assertEqual(self.daemon.files("digests"), [])
        receipt = self.daemon.push("set", body, "?order=set").json()
        self.assertEqual(receipt["fingerprint"], rp1.multiset_fingerprint(rows, {"n": "int", "text": "text"}))
        (name,) = self.daemon.files("digests")
        self.assertTrue(name.startswith(receipt["ingest"]))
        kept = pathlib.Path(self.folder.name, "digests", name).read_bytes()
        self.assertEqual(kept, b"".join(sorted(rp1.sha256(b"\2", rp1.encode_row(row)) for row in rows)))
        self.daemon.push("set", b"".join(reversed(body.splitlines(keepends=True))), "?order=set")
        self.assertEqual(self.daemon.files("digests"), [name])

        self.assertEqual(self.daemon.stop(), 0)
        pathlib.Path(self.folder.name, "digests", "left.digests").write_bytes(kept)
        self.daemon.start()
        self.assertEqual(self.daemon.files("digests"), [name], "what no content has is removed at the start")
        self.assertEqual(self.daemon.get("/readyz").status, 200)
        self.daemon.request("DELETE", "/v1/datasets/set")
        self.assertEqual(self.daemon.files("digests"), [name], "the sequence has the same content")
        self.daemon.request("DELETE", "/v1/datasets/sequence")
        self.assertEqual(self.daemon.files("digests"), [])

    def test_missing_row_digests_fail_readiness_by_name_until_their_content_is_removed(self):
        self.daemon.push("lost", b"".join(b'{"text":"row number %06d"}\n' % i for i in range(20000)), "?order=set")
        self.assertEqual(self.daemon.stop(), 0)
        (name,) = self.daemon.files("digests")
        pathlib.Path(self.folder.name, "digests", name).unlink()
        self.daemon.start()
        answer = self.daemon.get("/readyz")
        self.assertEqual((answer.status, answer.json()["missing"]), (503, [name]))
        self.assertTrue(self.daemon.verify("lost")["agrees"], "its rows are all there")
        self.daemon.request("DELETE", "/v1/datasets/lost")
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def test_missing_content_fails_readiness_by_name_until_it_is_removed(self):
        self.daemon.push("lost", b"".join(b'{"text":"row number %06d"}\n' % i for i in range(20000)))
        self.daemon.push("kept", b'{"a":1}\n')
        self.assertEqual(self.daemon.stop(), 0)
        path = next(each for each in pathlib.Path(self.folder.name, "contents").iterdir() if each.stat().st_size > 200_000)
        path.unlink()
        self.daemon.start()
        answer = self.daemon.get("/readyz")
        self.assertEqual(answer.status, 503)
        self.assertIn(path.name, answer.json()["missing"][0])
        self.assertEqual(answer.json()["code"], "unavailable")
        self.assertEqual(self.daemon.get("/healthz").status, 200)
        self.assertTrue(self.daemon.verify("kept")["agrees"], "the rest is served")
        self.assertGreaterEqual(self.daemon.rows("lost").status, 400)
        self.assertEqual(self.daemon.request("DELETE", "/v1/datasets/lost").status, 200)
        self.assertEqual(self.daemon.get("/readyz").status, 200)


if __name__ == "__main__":
    unittest.main()

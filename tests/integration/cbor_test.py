"""Pushing CBOR sequences: what is printed can be pushed back, whatever it holds, and nothing else is taken."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vectors"))
import rp1  # the implementation of docs/formats/fingerprint.md in Python

from support.command import Command
from support.daemon import Daemon

CBOR = "application/cbor-seq"
TYPES = "d=decimal,b=bytes,day=date,t=time,ts=timestamp,z=timestamptz,u=uuid,f=float,n=null,whatever=any"
TYPED = (b'{"d":"1.50","b":"AAE=","day":"2026-11-22","t":"12:00:00.5","ts":"2026-11-22T12:00:00","z":"2026-11-22T13:00:00+01:00",'
         b'"u":"00112233-4455-6677-8899-aabbccddeeff","f":"NaN","big":123456789012345678901234567890,"whatever":[1.5,{"":null}]}\n'
         b'{"d":"7","f":3,"later":true,"whatever":"x"}\n{}\n{"f":9007199254740992}\n')
# A date, a decimal, bytes and NaN, inside lists and maps of a column that is `any`, and as such.
UNSAYABLE = [bytes.fromhex("a1 61 78 82 d8 64 05 c4 82 20 0f"), bytes.fromhex("a1 61 78 a1 60 f9 7e 00"), bytes.fromhex("a1 61 78 42 00 ff"),
             bytes.fromhex("a1 61 78 05"), bytes.fromhex("a0")]


class CborTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.daemon = Daemon(cls.path / "data").start()
        cls.command = Command(cls.daemon.url, cls.path)

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def ok(self, *arguments, **options):
        done = self.command.run(*arguments, **options)
        self.assertEqual((done.status, done.err), (0, ""), done)
        return done

    def push(self, dataset, body, query=""):
        return self.daemon.request("POST", f"/v1/datasets/{dataset}/versions{query}", body, {"Content-Type": CBOR})

    def printed(self, target):
        process = self.command.start("cat", target, "--format", "cbor", stdout=subprocess.PIPE)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        return out

    def test_what_is_printed_pushes_back_to_the_same_fingerprint(self):
        first = self.ok("push", "typed", "-", "--schema", TYPES, "--json", given=TYPED).json()
        schema = self.ok("cat", "typed", "--schema").out.strip()
        rows = self.printed("typed")
        file = self.path / "typed.cbor"
        file.write_bytes(rows)
        for order in ("sequence", "set"):
            expected = self.ok("push", "typed", "-", "--schema", TYPES, "--order", order, "--json", given=TYPED).json()
            for push in (self.ok("push", "again", file, "--schema", schema, "--order", order, "--json"),
                         self.ok("push", "again", "-", "--format", "cbor", "--schema", schema, "--order", order, "--json", given=rows)):
                self.assertEqual((push.json()["fingerprint"], push.json()["reused"]), (expected["fingerprint"], True))
            self.assertEqual(self.ok("hash", file, "--schema", schema, "--order", order).out.strip(), expected["fingerprint"])
        self.assertEqual(self.printed("again"), rows)
        self.assertEqual(first["rows"]["stored"], 4)

    def test_any_column_holds_what_json_cannot_say(self):
        rows = b"".join(UNSAYABLE)
        first = self.ok("push", "unsayable", "-", "--format", "cbor", "--schema", "x=any", "--json", given=rows).json()
        self.assertEqual(first["rows"]["stored"], len(UNSAYABLE))
        self.assertEqual(self.printed("unsayable"), rows)
        again = self.ok("push", "unsayable", "-", "--format", "cbor", "--schema", "x=any", "--json", given=self.printed("unsayable")).json()
        self.assertEqual((again["fingerprint"], again["reused"]), (first["fingerprint"], True))
        self.assertEqual(self.command.run("cat", "unsayable").status, 1, "JSON has no form for it")

    def test_another_implementation_is_understood(self):
        rows = [{"a": 1, "bb": "x"}, {"a": 2.5, "bb": None}, {"list": [1, None, b"\x00"], "map": {"k": 2 ** 70}}, {}]
        body = b"".join(map(rp1.encode_row, rows))
        receipt = self.push("foreign", body)
        self.assertEqual(receipt.status, 201, receipt.body)
        schema = {"a": "float", "bb": "text", "list": "list", "map": "map"}
        self.assertEqual(receipt.json()["fingerprint"], rp1.sequence_fingerprint(rows, schema))
        self.assertEqual(self.daemon.verify("foreign")["agrees"], True)
        self.assertEqual(self.daemon.request("GET", "/v1/datasets/foreign/versions/1/rows", headers={"Accept": CBOR}).body, body)

    def test_pieces_of_the_body_do_not_matter(self):
        for rows, sizes in ((20000, (77, 4096)), (300, (1, 7))):
            body = b"".join(rp1.encode_row({"n": i, "text": "é" * (i % 50)}) for i in range(rows))
            whole = self.push("pieces", body).json()
            for size in sizes:
                answer = self.push("pieces", (body[at:at + size] for at in range(0, len(body), size)))
                self.assertEqual(answer.status, 201, answer.body)
                self.assertEqual(answer.json()["fingerprint"], whole["fingerprint"])

    def test_what_is_wrong_is_refused_with_its_place(self):
        good = bytes.fromhex("a1 61 61 01")
        for bad, reason, offset, column in ((bytes.fromhex("a1 61 61 18 00"), "a head that is not the shortest", 3, "a"),
                                            (bytes.fromhex("a2 61 61 01 61 61 02"), "a key that stands twice in one map", 4, "a"),
                                            (bytes.fromhex("a1 61 61 82 01 f7"), "a simple value other than false, true and null", 5, "a[1]"),
                                            (bytes.fromhex("01"), "a row that is no map", 0, None)):
            answer = self.push("wrong", good * 3 + bad + good)
            self.assertEqual(answer.status, 400, answer.body)
            problem = answer.json()
            self.assertEqual((problem["reason"], problem["row"], problem["offset"], problem.get("column")), (reason, 4, 12 + offset, column))
        cut = self.push("wrong", good + good[:3]).json()
        self.assertEqual((cut["code"], cut["row"], cut["offset"]), ("truncated", 2, 7))
        self.assertEqual(self.push("wrong", bytes.fromhex("a1 61 61 7a 00 20 00 00") + b"x" * (1 << 21)).status, 413)
        self.assertEqual(self.push("wrong", bytes.fromhex("a1 61 61 1b 00 20 00 00 00 00 00 01"), "?schema=a=float").status, 400)
        self.assertEqual(self.daemon.versions("wrong"), [])
        done = self.command.run("push", "wrong", "-", "--format", "cbor", "--json", given=good + bytes.fromhex("a1 61 61 18 00"))
        self.assertEqual((done.status, done.problem()["row"], done.problem()["column"]), (1, 2, "a"))

    def test_the_same_bytes_as_the_other_format_are_not_found_in_the_cache(self):
        file = self.path / "empty.cbor"
        file.write_bytes(b"")
        for form in ("cbor", "ndjson"):
            self.assertFalse(self.ok("hash", file, "--format", form, "--json").json()["cached"])
            self.assertTrue(self.ok("hash", file, "--format", form, "--json").json()["cached"])


if __name__ == "__main__":
    unittest.main()

"""Pushing every format over HTTP and with the command: one dataset, one fingerprint, and what is wrong told with its place."""
import csv
import gzip
import io
import json
import pathlib
import tempfile
import unittest

import cbor2

from support.command import Command
from support.daemon import Daemon
from support.spellings import ROWS, SCHEMA, SPELLINGS, TYPES


class FormatsTest(unittest.TestCase):
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

    def tearDown(self):
        self.assertEqual(self.daemon.files("staging"), [])

    def post(self, body, content_type, query=""):
        headers = {"Content-Type": content_type} if content_type else {}
        return self.daemon.request("POST", f"/v1/datasets/formats/versions{query}", body, headers)

    def fingerprint(self, body, content_type, query):
        answer = self.post(body, content_type, query)
        self.assertEqual(answer.status, 201, answer.body)
        receipt = answer.json()
        self.assertEqual(receipt["rows"]["received"], len(ROWS))
        return receipt["fingerprint"]

    def test_one_dataset_has_one_fingerprint_in_every_format_and_chunking(self):
        found = {}
        for name, (form, query, body) in SPELLINGS.items():
            for order in ("sequence", "set"):
                query_all = f"?schema={SCHEMA}&order={order}{query}"
                for size in (1, 7, 4096, len(body)):
                    if size == 1 and order == "set":
                        continue
                    part = body if size == len(body) else (body[at:at + size] for at in range(0, len(body), size))
                    found.setdefault(order, set()).add(self.fingerprint(part, TYPES[form], query_all))
        rows = self.daemon.get("/v1/datasets/formats/versions/latest/rows", {"Accept": TYPES["cbor"]}).body
        found["sequence"].add(self.fingerprint(rows, TYPES["cbor"], f"?schema={SCHEMA}"))
        self.assertEqual({order: len(fingerprints) for order, fingerprints in found.items()}, {"sequence": 1, "set": 1})
        self.assertTrue(self.daemon.verify("formats")["agrees"])

    def test_command_takes_every_format_as_the_daemon_does(self):
        endings = {"lines": "rows.ndjson", "array": "array.json", "columns": "columns.json", "csv": "rows.csv",
                   "csv without a header": "bare.csv", "tsv": "rows.tsv"}
        options = {"csv": ("--null", "\\N"), "csv without a header": ("--null", "\\N", "--header", "absent", "--delimiter", ";"),
                   "tsv": ("--null", "\\N", "--quote", '"')}
        found = set()
        for name, (form, _, body) in SPELLINGS.items():
            file = self.path / endings[name]
            file.write_bytes(body)
            given = ("--schema", SCHEMA, *options.get(name, ()))
            hashed = self.command.run("hash", file, *given)
            self.assertEqual((hashed.status, hashed.err), (0, ""), (name, hashed))
            found.add(hashed.out.strip())
            again = self.command.run("hash", file, *given, "--json").json()
            self.assertEqual((again["fingerprint"], again["cached"]), (hashed.out.strip(), True))
            streamed = self.command.run("hash", "-", "--format", form, *given, given=body)
            self.assertEqual(streamed.out, hashed.out, streamed)
            for push in (self.command.run("push", "pushed", file, *given, "--json"),
                         self.command.run("push", "pushed", "-", "--format", form, *given, "--json", given=body)):
                self.assertEqual(push.status, 0, push)
                self.assertEqual(push.json()["fingerprint"], hashed.out.strip())
        self.assertEqual(len(found), 1)

    def test_options_are_part_of_what_a_file_is_remembered_by(self):
        file = self.path / "inferred.csv"
        file.write_bytes(b"a\n1\n")
        plain, inferred, plain_again = (self.command.run("hash", file, *more, "--json").json() for more in ((), ("--infer",), ()))
        self.assertEqual([column["type"] for column in plain["schema"] + inferred["schema"]], ["text", "int"])
        self.assertNotEqual(plain["fingerprint"], inferred["fingerprint"])
        self.assertTrue(plain_again["cached"])
        self.assertFalse(inferred["cached"])

    def test_format_may_be_a_parameter_where_the_type_says_nothing(self):
        for content_type in (None, "application/octet-stream", "text/csv", "text/csv; charset=UTF-8"):
            self.assertEqual(self.post(b"a\n1\n", content_type, "?format=csv").status, 201, content_type)
        self.assertEqual(self.post(b"1\n", "text/csv; header=absent", "?schema=a=int").status, 201)

    def test_wrong_type_is_415(self):
        for content_type, query in ((None, ""), ("text/plain", ""), ("text/csv", "?format=json"), ("application/x-ndjson", "?format=csv"),
                                    ("text/csv; charset=latin-1", ""), ("application/octet-stream", ""), ("text/plain", "?format=csv"),
                                    ("text/csv, text/csv", "")):
            answer = self.post(b"a\n1\n", content_type, query)
            self.assertEqual(answer.status, 415, (content_type, query, answer.body))
            self.assertEqual(answer.headers["Content-Type"], "application/problem+json")

    def test_wrong_option_is_400(self):
        for content_type, query in (("text/csv", "?delimiter=ab"), ("text/csv", "?header=maybe"), ("text/csv", "?quote=,"),
                                    ("text/csv", "?header=absent"), ("text/csv", "?schema=a=list"), ("text/csv", "?infer=1"),
                                    ("application/json", "?null="), ("application/x-ndjson", "?infer=true"),
                                    ("text/csv; header=absent", "?header=present&schema=a=int"), (None, "?format=xml")):
            answer = self.post(b"a\n1\n", content_type, query)
            self.assertEqual(answer.status, 400, (content_type, query, answer.body))

    def test_what_is_wrong_is_refused_with_its_place(self):
        good = b"".join(b'{"a":1},\n' for _ in range(1000))
        cases = [
            ("application/json", b"[" + good + b'{"a":tru}]', "", 1001, 1 + len(good) + 5, "a", "not a JSON value"),
            ("application/json", b"[" + good + b"]", "", 1001, 1 + len(good), None, "no row after the comma"),
            ("application/json", b"[" + good + b'{"a"', "", 1001, 1 + len(good) + 4, "a", "the input ends within a row"),
            ("application/json", b'{"a":[1,2],"b":[1]}', "", 2, 17, "b", "columns of unequal length: 1 values in b, 2 in a"),
            ("application/json", b'{"a":[1,2],"b":[1,"x]}', "", 0, 22, "b", "the input ends before the object of columns does"),
            ("application/json", b'{"a":1}\n{"a":2}', "", 0, 5, "a", "a column must be an array of values"),
            ("application/json", b"", "", 0, 0, None, "the input ends before a JSON text begins"),
            ("text/csv", b"a,b\n" + b"1,2\n" * 1000 + b"1\n", "", 1001, 4 + 4000 + 1, "b", "too few fields: 1 where there are 2 columns"),
            ("text/csv", b'a,b\n1,"x\n', "", 1, 6, "b", "the input ends within a field in quotes"),
            ("text/csv", b"a,a\n", "", 0, 2, "a", "a column name that stands twice in the header"),
            ("text/csv", b"a\n007\n", "?schema=a=int", 1, 2, "a", "not an int, as the column is declared"),
            ("text/tab-separated-values", b"a\tb\n1\t\xff\n", "", 1, 6, "b", "invalid UTF-8"),
        ]
        before = self.daemon.versions("formats")
        contents = self.daemon.files("contents")
        for content_type, body, query, row, offset, column, reason in cases:
            for part in (body, (body[at:at + 11] for at in range(0, len(body), 11))):
                answer = self.post(part, content_type, query)
                self.assertEqual(answer.status, 400, (body[-40:], answer.body))
                problem = answer.json()
                self.assertEqual((problem.get("row"), problem.get("offset"), problem.get("column"), problem["reason"]),
                                 (row, offset, column, reason), body[-40:])
                self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.versions("formats"), before)
        self.assertEqual(self.daemon.files("contents"), contents)

    def test_columns_far_longer_than_the_buffers_are_taken(self):
        count = 200_000

        def body():
            for i, name in enumerate(("a", "b", "c")):
                yield f'{"," if i else "{"}"{name}":['.encode()
                for begin in range(0, count, 1000):
                    yield ("," if begin else "").encode() + ",".join(json.dumps(f"{name}{n}" * 5) for n in range(begin, begin + 1000)).encode()
                yield b"]"
            yield b"}"

        columns = self.post(body(), TYPES["json"])
        self.assertEqual(columns.status, 201, columns.body)
        lines = (json.dumps({name: f"{name}{n}" * 5 for name in "abc"}).encode() + b"\n" for n in range(count))
        rows = self.post(b"".join(lines), TYPES["ndjson"])
        self.assertEqual((columns.json()["fingerprint"], columns.json()["rows"]), (rows.json()["fingerprint"], rows.json()["rows"]))

    def test_rows_read_back_are_what_another_reader_finds(self):
        answer = self.post(SPELLINGS["csv"][2], "text/csv", "?null=%5CN")
        self.assertEqual(answer.status, 201, answer.body)
        version = answer.json()["version"]
        rows = self.daemon.get(f"/v1/datasets/formats/versions/{version}/rows", {"Accept": TYPES["cbor"]}).body
        stream = io.BytesIO(rows)
        read = [cbor2.load(stream) for _ in ROWS]
        expected = list(csv.DictReader(io.StringIO(SPELLINGS["csv"][2].decode(), newline="")))
        self.assertEqual(read, [{name: text for name, text in row.items() if text != "\\N"} for row in expected])


class BoundsTest(unittest.TestCase):
    """What goes beyond a limit of the configuration is refused where it begins, whoever finds it: the decoder, the encoder, the store."""
    CONFIG = '[limits]\ningest_rows = 3\nnesting = 2\nrow_bytes = "16 KiB"\ncolumns = 1200\n'

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name, config=cls.CONFIG).start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def push(self, content_type, body, query, headers=None):
        return self.daemon.request("POST", f"/v1/datasets/bounds/versions{query}", body, {"Content-Type": content_type, **(headers or {})})

    def form(self, content_type, body):
        return b"--x\r\nContent-Disposition: form-data; name=\"rows\"; filename=\"rows\"\r\nContent-Type: %s\r\n\r\n%s\r\n--x--\r\n" % (content_type.encode(), body)

    def refused(self, form, body, row, offset, column, reason, query=""):
        """The same problem however the body comes. `offset` may be said by the bytes at which it points."""
        offset = body.index(offset) if isinstance(offset, bytes) else offset
        content_type = TYPES[form]
        ways = [(content_type, body, {}), (content_type, (body[at:at + 7] for at in range(0, len(body), 7)), {}),
                (content_type, gzip.compress(body), {"Content-Encoding": "gzip"}),
                ("multipart/form-data; boundary=x", self.form(content_type, body), {})]
        for kind, sent, headers in ways:
            answer = self.push(kind, sent, query, headers)
            self.assertEqual(answer.status, 413, (form, kind, answer.body[:200]))
            problem = answer.json()
            self.assertEqual((problem.get("row"), problem.get("offset"), problem.get("column"), problem["code"], problem["reason"]),
                             (row, offset, column, "limit_exceeded", reason), (form, kind, headers, body[:80]))
        self.assertEqual(self.daemon.versions("bounds"), [])
        self.assertEqual(self.daemon.files("staging"), [])

    def test_a_row_too_many(self):
        reason = "more rows than limits.ingest_rows (3)"
        for form, body, offset, query in (
                ("ndjson", b'{"a":1}\n{}\n\n{"a":3}\r\n \n{"a":4}\n{"a":5}\n', b'{"a":4}', ""),
                ("json", b'[{"a":1},{},{"a":3},\n\n {"a":4} ,{"a":5}]', b'{"a":4}', ""),
                ("json", b'{"a":[1,2,3, 40,5],"b":[0,0,0,0,0]}', b"40", ""),  # of columns: where the row's value of the first stands
                ("csv", b'a,b\r\n1,"x\r\ny"\r\n2,\r\n3,\r\n4,\r\n5,\r\n', b"4,", ""),
                ("csv", b"1\n2\n3\n4", b"4", "?header=absent&schema=a=int"),
                ("tsv", b"a\tb\n1\t\n2\t\n3\t\n4\t\n", b"4\t", ""),
                ("cbor", b"".join(cbor2.dumps({"a": n}) for n in range(5)), 3 * 4, "")):
            self.refused(form, body, 4, offset, None, reason, query)

    def test_a_list_too_deep(self):
        reason = "lists and maps nested more than 2 deep"
        for form, body, offset, column in (
                ("ndjson", b'{"a":[[1]]}\n{"a":1,"b":[1,{"c":[7]}]}\n', b"[7]", "b[1].c"),
                ("json", b'[{"a":[[1]]},{"b":{"c":[1,{"d":7}]}}]', b'{"d"', "b.c[1]"),
                ("json", b'{"a":[[[1]],1],"b":[1, [2,[[7]]]]}', b"[7]", "b[1][0]"),
                ("cbor", cbor2.dumps({"a": [[1]]}) + cbor2.dumps({"b": [1, {"c": [7]}]}), b"\x81\x07", "b[1].c")):
            self.refused(form, body, 2, offset, column, reason)
        for form in ("csv", "tsv"):  # have no form for lists, whatever is inferred
            self.assertEqual(self.daemon.push("flat", b"a\n[[[1]]]\n", "?infer=true", {"Content-Type": TYPES[form]}).status, 201)

    def test_a_row_that_is_longer_encoded_than_written(self):
        reason = "the row is longer than 16384 bytes"
        tenths = b",".join([b"0.1"] * 3000)
        table = b"".join(b",".join(field(n) for n in range(600)) + b"\n" for field in (lambda n: b"c%024d" % n, lambda n: b"", lambda n: b"1e-9"))
        for form, body, offset, query in (
                ("ndjson", b'{"a":1}\n\n{"a":[' + tenths + b"]}\n", b'{"a":[', ""),
                ("json", b'[{"a":1}, {"a":[' + tenths + b"]}]", b'{"a":[', ""),
                ("json", b'{"a":[1, 77],"b":[2,[' + tenths + b"]]}", b"77", ""),
                ("csv", table, b"1e-9", "?infer=true&null="),
                ("tsv", table.replace(b",", b"\t"), b"1e-9", "?infer=true&null="),
                ("cbor", cbor2.dumps({"a": 1}) + cbor2.dumps({"a": [0.1] * 3000}), 4, "")):
            self.refused(form, body, 2, offset, None, reason, query)

    def test_a_column_more_than_the_store_has(self):
        reason = "more than 1000 columns"
        wide = {f"c{n:04}": 1 for n in range(1001)}
        names = ",".join(wide)
        for form, body, row, offset in (
                ("ndjson", b'{"c0000":1}\n' + json.dumps(wide).encode(), 2, 12),
                ("json", b'[{"c0000":1}, ' + json.dumps(wide).encode() + b"]", 2, 14),
                ("json", json.dumps({name: [1] for name in wide}).encode(), 1, b"1]"),
                ("csv", f"{names}\n{'1,' * 1000}1\n".encode(), 1, len(names) + 1),
                ("tsv", f"{names}\n{'1,' * 1000}1\n".replace(",", "\t").encode(), 1, len(names) + 1),
                ("cbor", cbor2.dumps({"c0000": 1}) + cbor2.dumps(wide), 2, 8)):
            self.refused(form, body, row, offset, "c1000", reason)


if __name__ == "__main__":
    unittest.main()

"""A file in a form: what browsers and curl -F send. The fields before it mean what parameters do; nothing is read in two ways."""
import json
import subprocess
import unittest

from support.coding import field, form, spellings
from support.content import LINES, ROW, SMALL, ContentCase, cut
from support.spellings import SCHEMA, SPELLINGS, TYPES


class FormTest(ContentCase):
    def post_form(self, *arguments, size=1 << 30, headers=None, query="", dataset="content", **more):
        content_type, body = form(*arguments, **more)
        return self.post(cut(body, size), {"Content-Type": content_type, **(headers or {})}, query, dataset)

    def test_one_dataset_has_one_fingerprint_as_a_file_of_every_format(self):
        names = {"ndjson": "r.jsonl", "json": "r.json", "csv": "r.csv", "tsv": "r.tsv"}
        for name, (row_format, query, body) in SPELLINGS.items():
            options = dict(pair.split("=") for pair in query.split("&") if pair)
            fields = [("schema", SCHEMA), *((key, {"%5CN": "\\N", "%3B": ";", "%22": '"'}.get(value, value)) for key, value in options.items())]
            for file_name, content_type, more in ((names[row_format], "application/octet-stream", []), ("x", TYPES[row_format], []),
                                                  ("x", "", [("format", row_format)]), ("x.bin", "image/png", [("format", row_format)])):
                for size in (17, 1 << 30):
                    answer = self.post_form(body, file_name, content_type, fields + more, size=size, dataset="forms")
                    self.assertEqual((answer.status, answer.json().get("fingerprint")), (201, self.expected), (name, file_name, answer.body))

    def test_form_is_encoded_and_digested_as_any_body(self):
        content_type, body = form(LINES, fields=[("schema", SCHEMA), ("order", "set")])
        found = set()
        for coding, coded in spellings(body).values():
            answer = self.post(cut(coded, 5000), {"Content-Type": content_type, "Content-Encoding": coding, "Content-Digest": field(coded, "sha-256")},
                               dataset="forms")
            self.assertEqual(answer.status, 201, answer.body)
            found.add(answer.json()["fingerprint"])
        self.assertEqual(found, {self.daemon.push("forms", LINES, f"?schema={SCHEMA}&order=set").json()["fingerprint"]})
        self.assert_refused(self.post(body, {"Content-Type": content_type, "Repr-Digest": field(ROW, "sha-256")}), 400, reason="repr-digest")

    def test_curl_sends_a_form(self):
        file = self.path / "curl.ndjson"
        file.write_bytes(LINES)
        for more in ((), ("-H", "Expect: 100-continue"), ("-H", "Transfer-Encoding: chunked")):
            done = subprocess.run(["curl", "-sS", "-F", f"schema={SCHEMA}", "-F", f"file=@{file}", *more,
                                   f"{self.daemon.url}/v1/datasets/curled/versions"], capture_output=True, check=True)
            self.assertEqual(json.loads(done.stdout)["fingerprint"], self.expected, done)

    def test_cut_at_any_byte_publishes_nothing(self):
        content_type, body = form(SMALL, fields=[("order", "set")])
        whole = len(body) - 2  # the last line end may be left out
        for size in range(whole):
            self.assert_refused(self.post(body[:size], {"Content-Type": content_type}), 400, code="truncated")
        for size in (whole, len(body)):
            self.assertEqual(self.post(body[:size], {"Content-Type": content_type}, dataset="forms").status, 201)

    def test_offsets_of_rows_are_in_the_file(self):
        for size in (11, 1 << 30):
            self.assert_refused(self.post_form(SMALL + b'{"a":tru}\n', size=size), 400, row=3, offset=len(SMALL) + 5, column="a")

    def test_what_is_wrong_with_the_form_is_refused_with_its_offset(self):
        content_type, good = form(SMALL, fields=[("order", "set")])
        head, closing = good.index(b"Content-Disposition"), good.index(b"--xYz--")
        second = good.index(b"--xYz", 5) + len("--xYz\r\n")
        file = b'--xYz\r\nContent-Disposition: form-data; name="f"; filename="r.ndjson"\r\n\r\n' + SMALL + b"\r\n"
        cases = [
            (b"\r\n" + good, 0, "does not begin with the form's boundary"),
            (good + b"x", len(good) - 2, "bytes behind the closing boundary"),
            (good[:closing] + b"--xYz-\r\n", closing + 5, "neither the end of its line nor two hyphens"),
            (good[:closing] + b"--xYz \r\n", closing + 5, "neither the end of its line nor two hyphens"),
            (good[:closing] + file + b"--xYz--", closing, "a form has one file"),
            (good[:closing] + b'--xYz\r\nContent-Disposition: form-data; name="order"\r\n\r\nset\r\n--xYz--', closing, "fields come before it"),
            (b"--xYz--\r\n", 5, "there is no file in the form"),
            (good[:second - 7] + b"--xYz--\r\n", second - 2, "there is no file in the form"),
            (good.replace(b'filename="rows.ndjson"', b'filename=""'), second - 2, "no file was chosen"),
            (good.replace(b"Content-Disposition", b"X-Disposition", 1), head - 2, "no content disposition"),
            (good.replace(b"form-data; name", b"attachment; name", 1), head - 2, "not form-data with a name"),
            (good.replace(b"Content-Type", b"Content-Encoding: gzip\r\nContent-Type"), second - 2, "has a content encoding"),
            (good.replace(b"Content-Type", b"Content-Transfer-Encoding: base64\r\nContent-Type"), second - 2, "transfer encoding"),
            (good.replace(b"Content-Type:", b"Content-Type: text/csv\r\nContent-Type:"), second - 2, "stands twice"),
            (good.replace(b"Content-Type:", b"Content-Type :"), second - 2, "not a name, a colon and a value"),
            (good.replace(b"filename=", b"filename*="), second - 2, "filename* is not for forms"),
        ]
        for body, offset, reason in cases:
            for size in (1, 1 << 30):
                self.assert_refused(self.post(cut(body, size), {"Content-Type": content_type}), 400, offset=offset, reason=reason)

    def test_fields_mean_what_parameters_do_and_nothing_else(self):
        csv = b"a;b\n1;-\n"
        fields = [("delimiter", ";"), ("null", "-"), ("infer", "true"), ("order", "set")]
        by_fields = self.post_form(csv, "r.csv", fields=fields, dataset="forms").json()
        by_parameters = self.post(csv, {"Content-Type": "text/csv"}, "?delimiter=%3B&null=-&infer=true&order=set", "forms").json()
        self.assertEqual(by_fields["fingerprint"], by_parameters["fingerprint"])
        for fields, query, headers, status, reason in (
                ([("orders", "set")], "", {}, 400, "unknown field"), ([("order", "set")] * 2, "", {}, 400, "twice"),
                ([("order", "set")], "?order=set", {}, 400, "twice"), ([("order", "SET")], "", {}, 400, "order is"),
                ([("schema", "a=int")], "", {"Rowprint-Schema": "a=int"}, 400, "twice"), ([("format", "xml")], "", {}, 400, "format is"),
                ([("delimiter", ";")], "", {}, 400, "delimiter is not said of ndjson"), ([], "?order=SET", {}, 400, "order is"),
                ([("order", "set")], "", {"Rowprint-Expect": self.expected}, 400, "not of the kind")):
            self.assert_refused(self.post_form(SMALL, fields=fields, query=query, headers=headers), status, reason=reason)

    def test_file_of_no_format_is_415(self):
        for name, content_type, fields in (("rows.xlsx", "application/octet-stream", []), ("rows", "", []), ("rows.gz", "application/gzip", []),
                                           ("rows.csv", "text/csv", [("format", "json")]), ("rows.csv", "text/csv; charset=latin-1", [])):
            self.assert_refused(self.post_form(SMALL, name, content_type, fields), 415)

    def test_boundary_must_be_one(self):
        for boundary in ("", '; boundary=""', '; boundary="a b "', "; boundary=" + "x" * 71, '; boundary="é"'):
            self.assert_refused(self.post(SMALL, {"Content-Type": f"multipart/form-data{boundary}".encode()}), 400, reason="boundary")
        long = "'()+_,-./:=? " + "x" * 57
        content_type, body = form(SMALL, boundary=long)
        self.assertEqual(self.post(body, {"Content-Type": content_type.replace("=", '="', 1) + '"'}, dataset="forms").status, 201)

    def test_what_stands_before_the_file_is_bounded(self):
        answer = self.post_form(SMALL, fields=[("schema", "x" * 70_000)])
        self.assert_refused(answer, 413, code="limit_exceeded", offset=65536)

    def test_bytes_that_look_like_a_boundary_belong_to_the_file(self):
        tricky = b'"a"\n"\r\n--xY\r\n\r\n--xy\r\n-"\n"\r\r\n--xY"\n'
        by_form = self.post_form(tricky, "r.csv", dataset="forms").json()
        plain = self.post(tricky, {"Content-Type": "text/csv"}, dataset="forms").json()
        self.assertEqual((by_form["fingerprint"], by_form["bytes"]), (plain["fingerprint"], len(tricky)))


if __name__ == "__main__":
    unittest.main()

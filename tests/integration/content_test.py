"""What is between the wire and the rows: content codings and digests. One fingerprint whatever stands there, and nothing published
where any of it is not whole."""
import concurrent.futures
import gzip
import hashlib
import json
import subprocess
import unittest

from support.coding import digest, field, form, spellings, zstd
from support.content import LINES, ROW, SMALL, ContentCase, cut
from support.daemon import NDJSON, REFERENCE
from support.spellings import SCHEMA, SPELLINGS, TYPES
from support.wire import Wire


class CodingTest(ContentCase):
    def test_one_dataset_has_one_fingerprint_in_every_format_coding_and_chunking(self):
        found = set()
        for form_name, (row_format, query, body) in SPELLINGS.items():
            for coding, coded in spellings(body).values():
                for size in (13, 4096, len(coded)):
                    answer = self.post(cut(coded, size), {"Content-Type": TYPES[row_format], "Content-Encoding": coding},
                                       f"?schema={SCHEMA}{query}", "coded")
                    self.assertEqual(answer.status, 201, (form_name, coding, size, answer.body))
                    found.add(answer.json()["fingerprint"])
        rows = self.daemon.get("/v1/datasets/plain/versions/latest/rows", {"Accept": TYPES["cbor"]}).body
        for coding, coded in spellings(rows).values():
            headers = {"Content-Type": TYPES["cbor"], "Content-Encoding": coding}
            found.add(self.post(cut(coded, 977), headers, f"?schema={SCHEMA}", "coded").json()["fingerprint"])
        self.assertEqual(found, {self.expected})

    def test_bytes_are_counted_decoded(self):
        receipt = self.post(gzip.compress(LINES), {"Content-Encoding": "gzip"}, dataset="counted").json()
        self.assertEqual(receipt["bytes"], len(LINES))

    def test_offsets_of_rows_are_in_what_was_decoded(self):
        bad = SMALL + b'{"a":tru}\n'
        for coding, coded in spellings(bad).values():
            self.assert_refused(self.post(coded, {"Content-Encoding": coding}), 400, row=3, offset=len(SMALL) + 5, column="a")

    def test_unknown_coding_is_415_and_says_what_is_taken(self):
        for coding in ("br", "deflate", "compress", "gzip, br", "chunked", "*"):
            answer = self.post(gzip.compress(ROW), {"Content-Encoding": coding})
            self.assert_refused(answer, 415, reason="content encoding")
            self.assertEqual(answer.headers["Accept-Encoding"], "gzip, zstd")
        self.assert_refused(self.post(gzip.compress(gzip.compress(ROW)), {"Content-Encoding": "gzip, gzip"}), 415, reason="more than one")
        lines = b"".join(b"Content-Encoding: gzip\r\n" for _ in range(2))
        with Wire(self.daemon.port) as wire:
            wire.send(b"POST /v1/datasets/content/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n" + lines +
                      b"Content-Length: 8\r\n\r\n" + ROW)
            self.assertEqual(wire.answer()[0], 415)
        reference = json.dumps({"fingerprint": self.expected}).encode()
        self.assert_refused(self.post(gzip.compress(reference), {"Content-Type": REFERENCE, "Content-Encoding": "gzip"}), 415)

    def test_body_cut_at_any_byte_is_truncated(self):
        for coding, coded in (("gzip", gzip.compress(SMALL)), ("zstd", zstd(SMALL, "--check"))):
            for size in range(len(coded)):
                self.assert_refused(self.post(coded[:size], {"Content-Encoding": coding}), 400, code="truncated", offset=size)

    def test_connection_cut_at_any_byte_publishes_nothing(self):
        coded = gzip.compress(SMALL)
        for size in range(0, len(coded), 3):
            with Wire(self.daemon.port) as wire:
                wire.head("POST", "/v1/datasets/content/versions", f"Content-Type: {NDJSON}", "Content-Encoding: gzip",
                          f"Content-Length: {len(coded)}")
                wire.send(coded[:size])
                wire.finish_sending()
                self.assertEqual(wire.answer()[0], 400)
        self.assertEqual(self.daemon.versions("content"), [])

    def test_damage_at_any_byte_publishes_nothing_else(self):
        # What a damaged header may still say (a name, a time) changes no row.
        good = self.daemon.push("undamaged", SMALL).json()["fingerprint"]
        for coding, coded in (("gzip", gzip.compress(SMALL)), ("zstd", zstd(SMALL, "--check"))):
            for at in range(len(coded)):
                damaged = bytearray(coded)
                damaged[at] ^= 0x55
                answer = self.post(bytes(damaged), {"Content-Encoding": coding}, dataset="damaged")
                if answer.status == 201:
                    self.assertEqual(answer.json()["fingerprint"], good, (coding, at))
                else:
                    self.assertIn(answer.status, (400, 413), answer.body)

    def test_bytes_behind_the_end_are_refused_with_their_offset(self):
        for coding, coded in (("gzip", gzip.compress(SMALL)), ("zstd", zstd(SMALL))):
            for behind in (b"\0", ROW, b"\x1f\x8c", b"\x28\xb5\x2f\xfe"):
                for size in (1, 1 << 20):
                    self.assert_refused(self.post(cut(coded + behind, size), {"Content-Encoding": coding}), 400, code="bad_input",
                                        offset=len(coded), reason="bytes behind the last")

    def test_window_of_more_than_8_mib_is_refused_by_name(self):
        wide = zstd(b'{"a":"' + b"x" * 1000 + b'"}\n', "--long=27")
        self.assert_refused(self.post(wide, {"Content-Encoding": "zstd"}), 413, code="limit_exceeded", reason="window of more than 8 MiB")
        allowed = zstd(LINES, "--zstd=wlog=23")
        self.assertEqual(self.post(allowed, {"Content-Encoding": "zstd"}, dataset="allowed").status, 201)

    def test_curl_sends_gzip(self):
        file = self.path / "curl.ndjson.gz"
        file.write_bytes(gzip.compress(LINES))
        for more in ((), ("-H", "Transfer-Encoding: chunked")):
            done = subprocess.run(["curl", "-sS", "--data-binary", f"@{file}", "-H", f"Content-Type: {NDJSON}", "-H", "Content-Encoding: gzip", *more,
                                   f"{self.daemon.url}/v1/datasets/curled/versions?schema={SCHEMA}"], capture_output=True, check=True)
            self.assertEqual(json.loads(done.stdout)["fingerprint"], self.expected, done)


class BombTest(ContentCase):
    CONFIG = '[limits]\ndecoded_bytes = "3 MiB"\ndecoded_ratio = 100\n'

    def bomb(self, size):
        return b"".join([b"{\"a\":\"0\"}\n" * (size // 10)])

    def test_ratio_is_named(self):
        coded = {"gzip": gzip.compress(self.bomb(2 << 20)), "zstd": zstd(self.bomb(2 << 20))}
        for coding, body in coded.items():
            for size in (100, len(body)):
                self.assert_refused(self.post(cut(body, size), {"Content-Encoding": coding}), 413, code="limit_exceeded",
                                    reason="limits.decoded_ratio (100)")

    def test_decoded_bytes_are_named(self):
        rows = b"".join(b'{"a":"%s"}\n' % hashlib.sha512(b"%d" % i).hexdigest().encode() for i in range(30_000))
        for coding, body in {"gzip": gzip.compress(rows), "zstd": zstd(rows)}.items():
            answer = self.post(body, {"Content-Encoding": coding})
            self.assert_refused(answer, 413, code="limit_exceeded", reason="limits.decoded_bytes (3145728 bytes)")
            self.assertLess(answer.json()["offset"], len(body))

    def test_memory_does_not_grow_with_a_bomb(self):
        before = self.daemon.resident_bytes()
        for _ in range(4):
            self.assert_refused(self.post(gzip.compress(b" " * (64 << 20)), {"Content-Encoding": "gzip"}), 413)
        self.assertLess(self.daemon.resident_bytes() - before, 32 << 20)


class BudgetTest(ContentCase):
    """What decoding needs is taken from the one budget, together with the share: never more, and nobody waits for who waits."""
    CONFIG = '[memory]\nbudget_bytes = "24 MiB"\n'

    def test_decoding_is_part_of_what_an_ingest_takes(self):
        coded = {"gzip": gzip.compress(LINES), "zstd": zstd(LINES)}
        for coding, query in (("gzip", "?order=set"), ("zstd", "")):
            self.assertEqual(self.post(coded[coding], {"Content-Encoding": coding}, query, "fits").status, 201)
        self.assert_refused(self.post(coded["zstd"], {"Content-Encoding": "zstd"}, "?order=set"), 413, code="limit_exceeded", reason="the budget is")
        content_type, body = form(LINES)
        self.assertEqual(self.post(gzip.compress(body), {"Content-Type": content_type, "Content-Encoding": "gzip"}, dataset="fits").status, 201)
        self.assert_refused(self.post(zstd(body), {"Content-Type": content_type, "Content-Encoding": "zstd"}), 413, reason="the budget is")

    def test_many_at_once_wait_for_each_other_and_end(self):
        content_type, body = form(LINES)
        kinds = [(zstd(LINES), {"Content-Encoding": "zstd"}), (gzip.compress(body), {"Content-Type": content_type, "Content-Encoding": "gzip"}),
                 (LINES, {})]
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            answers = list(pool.map(lambda kind: self.post(*kind, dataset="crowd"), kinds * 8))
        self.assertEqual({answer.status for answer in answers}, {201})
        self.assertEqual(len({answer.json()["fingerprint"] for answer in answers}), 1)
        self.assertEqual(self.daemon.get("/v1/status").json()["memory"]["used_bytes"], 0)


class DigestTest(ContentCase):
    def post_with_trailers(self, body, trailers, announced=True, dataset="content", headers=()):
        with Wire(self.daemon.port) as wire:
            names = ", ".join(name for name, _ in trailers)
            wire.head("POST", f"/v1/datasets/{dataset}/versions", f"Content-Type: {NDJSON}", "Transfer-Encoding: chunked",
                      *([f"Trailer: {names}"] if announced else []), *headers)
            for at in range(0, len(body), 100_000):
                wire.chunk(body[at:at + 100_000])
            wire.send("0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in trailers) + "\r\n")
            status, _, answer = wire.answer()
            return status, json.loads(answer)

    def test_right_digests_are_taken(self):
        for name in ("Content-Digest", "Repr-Digest"):
            for algorithms in (("sha-256",), ("sha-512",), ("sha-512", "sha-256")):
                self.assertEqual(self.post(SMALL, {name: field(SMALL, *algorithms)}, dataset="right").status, 201)
                self.assertEqual(self.post_with_trailers(SMALL, [(name, field(SMALL, *algorithms))], dataset="right")[0], 201)
        unpadded = field(SMALL, "sha-256")[:-2] + ":"
        for value in ("md5=:AAAA:", "", f"md5=:AAAA:, {field(SMALL, 'sha-256')}", f"{field(SMALL, 'sha-256')};a=1;b=\"x\";c", unpadded):
            self.assertEqual(self.post(SMALL, {"Content-Digest": value}, dataset="right").status, 201, value)

    def test_digest_is_over_what_comes_not_what_is_decoded(self):
        coded = gzip.compress(SMALL)
        for name in ("Content-Digest", "Repr-Digest"):
            self.assertEqual(self.post(cut(coded, 7), {name: field(coded, "sha-256"), "Content-Encoding": "gzip"}, dataset="right").status, 201)
            self.assert_refused(self.post(coded, {name: field(SMALL, "sha-256"), "Content-Encoding": "gzip"}), 400, reason=name.lower())

    def test_wrong_digest_is_refused_by_name_and_publishes_nothing(self):
        for name in ("Content-Digest", "Repr-Digest"):
            for algorithm in ("sha-256", "sha-512"):
                wrong = field(SMALL + b"x", algorithm)
                answer = self.post(SMALL, {name: wrong})
                self.assert_refused(answer, 400, code="bad_input", reason=f"{name.lower()} does not match: the {algorithm} of the body is "
                                                                          f"{digest(algorithm, SMALL)}")
                self.assertIn("sha-256", answer.headers["Want-Content-Digest"])
                for announced in (True, False):
                    status, problem = self.post_with_trailers(SMALL, [(name, wrong)], announced)
                    self.assertEqual((status, algorithm in problem["reason"]), (400, True), problem)
        both = f"{field(SMALL, 'sha-256')}, {field(ROW, 'sha-512')}"
        self.assert_refused(self.post(SMALL, {"Content-Digest": both}), 400, reason="sha-512")
        status, _ = self.post_with_trailers(SMALL, [("Content-Digest", field(SMALL, "sha-256"))],
                                            headers=[f"Content-Digest: {field(ROW, 'sha-256')}"])
        self.assertEqual(status, 400)

    def test_wrong_digest_is_refused_where_the_content_is_there(self):
        fingerprint = self.post(SMALL, {"Idempotency-Key": '"k"'}, dataset="there").json()["fingerprint"]
        wrong = {"Content-Digest": field(ROW, "sha-256")}
        for headers in ({}, {"Idempotency-Key": '"k"'}, {"Rowprint-Expect": fingerprint}, {"If-Match": "*"}):
            self.assertEqual(self.post(SMALL, {**wrong, **headers}, dataset="there").status, 400)
        reference = json.dumps({"fingerprint": fingerprint}).encode()
        self.assertEqual(self.post(reference, {**wrong, "Content-Type": REFERENCE}, dataset="there").status, 400)
        self.assertEqual(len(self.daemon.versions("there")), 1)
        right = {"Content-Digest": field(reference, "sha-256"), "Content-Type": REFERENCE}
        self.assertEqual(self.post(reference, right, dataset="there").status, 201)

    def test_malformed_digest_is_refused_before_the_body(self):
        good = field(SMALL, "sha-256")
        for value in ("sha-256", "sha-256=abc", "sha-256=:abc", "sha-256=:!:", "sha-256=:AAAA:", f"{good},", f"{good} {good}", f"{good}, {good}",
                      "SHA-256=:AAAA:", "sha-256=(:AAAA:)", f"{good};", f"{good};a=", "md5", "md5=:*:", "=:AAAA:"):
            with Wire(self.daemon.port) as wire:
                wire.head("POST", "/v1/datasets/content/versions", f"Content-Type: {NDJSON}", "Content-Length: 24", "Expect: 100-continue",
                          f"Content-Digest: {value}")
                status, head, body = wire.answer()
            self.assertEqual((status, "malformed" in json.loads(body)["reason"]), (400, True), (value, body))
            self.assertIn("Want-Content-Digest: sha-256", head)
            self.assertEqual(self.post_with_trailers(SMALL, [("Content-Digest", value)])[0], 400, value)
        self.assertEqual(self.daemon.versions("content"), [])

    def test_trailer_of_a_long_body_must_be_announced(self):
        rows = ROW * 300_000
        right = [("Content-Digest", field(rows, "sha-512", "sha-256"))]
        self.assertEqual(self.post_with_trailers(rows, right, dataset="long")[0], 201)
        status, problem = self.post_with_trailers(rows, right, announced=False)
        self.assertEqual((status, "announced" in problem["reason"]), (400, True), problem)
        self.assertEqual(self.post_with_trailers(rows, [("Content-Digest", field(ROW, "sha-256"))])[0], 400)
        self.assertEqual(self.daemon.versions("content"), [])

    def test_part_of_a_body_is_not_taken(self):
        self.assert_refused(self.post(SMALL, {"Content-Range": "bytes 0-9/24"}), 400, reason="Content-Range")


class CommandTest(ContentCase):
    def test_compressed_file_has_the_fingerprint_of_the_plain_one(self):
        for name, (row_format, _, body) in SPELLINGS.items():
            if row_format in ("csv", "tsv"):
                continue
            plain = self.path / f"plain.{row_format}"
            plain.write_bytes(body)
            for ending, coding, coded in ((".gz", "gzip", gzip.compress(body)), (".zst", "zstd", zstd(body))):
                file, other = self.path / f"{plain.name}{ending}", self.path / f"other{ending[1:]}"
                file.write_bytes(coded)
                other.write_bytes(coded)
                given = ("--schema", SCHEMA)
                named = ("--encoding", coding, "--format", row_format)
                for run in (self.command.run("hash", plain, *given), self.command.run("hash", file, *given),
                            self.command.run("hash", other, *named, *given), self.command.run("hash", "-", *named, *given, given=coded)):
                    self.assertEqual((run.status, run.out.strip()), (0, self.expected), (name, run))
                again = self.command.run("hash", file, *given, "--json").json()
                self.assertEqual((again["fingerprint"], again["cached"], again["bytes"]), (self.expected, True, len(coded)))

    def test_compressed_file_is_sent_as_it_is_and_once(self):
        rows = b"".join(b'{"n":%d}\n' % i for i in range(5000))
        for ending, coding, coded in ((".gz", "gzip", gzip.compress(rows)), (".zst", "zstd", zstd(rows))):
            rows = b'{"other":true}\n' + rows if ending == ".zst" else rows
            coded = zstd(rows) if ending == ".zst" else coded
            file = self.path / f"sent.ndjson{ending}"
            file.write_bytes(coded)
            reused = [self.command.run("push", "sent", file, *more, "--json").json()["reused"] for more in ((), (), ("--no-cache",))]
            self.assertEqual(reused, [False, True, True])
            streamed = self.command.run("push", "sent", "-", "--encoding", coding, "--json", given=coded).json()
            plain = self.daemon.push("sent", rows).json()
            self.assertEqual((streamed["fingerprint"], streamed["reused"]), (plain["fingerprint"], True))

    def test_coding_is_part_of_what_a_file_is_remembered_by(self):
        file = self.path / "table.csv.gz"
        file.write_bytes(gzip.compress(b"a\n1\n"))
        self.assertEqual(self.command.run("hash", file).status, 0)
        as_it_is = self.command.run("hash", file, "--encoding", "identity")
        self.assertEqual(as_it_is.status, 1, as_it_is)

    def test_what_is_wrong_is_told(self):
        coded = gzip.compress(LINES)
        file = self.path / "cut.ndjson.gz"
        file.write_bytes(coded[:-1])
        for verb in (("hash",), ("push", "content")):
            run = self.command.run(*verb, file)
            self.assertEqual(run.status, 1)
            self.assertIn(f"offset {len(coded) - 1}: gzip: the stream ends before its end", run.err)
        self.assertEqual(self.command.run("hash", file, "--encoding", "br").status, 2)
        self.assertEqual(self.daemon.versions("content"), [])


if __name__ == "__main__":
    unittest.main()

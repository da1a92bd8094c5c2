"""Pushes that are tried again (Idempotency-Key), and pushes that ask something of the dataset (If-Match, If-None-Match); entity tags."""
import concurrent.futures
import json
import pathlib
import tempfile
import unittest

from support.command import Command
from support.daemon import Daemon
from support.wire import Wire

ROWS = b'{"n":1,"t":"one"}\n{"n":2,"t":"two"}\n'
LARGE = b"".join(b'{"n":%d,"t":"row number %d"}\n' % (i, i) for i in range(8000))
KEY = {"Idempotency-Key": '"a key"'}


class ConditionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(pathlib.Path(cls.folder.name, "data")).start()

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def problem(self, answer, status, code):
        self.assertEqual((answer.status, answer.json()["code"]), (status, code), answer.body)
        return answer.json()["reason"]

    def numbers(self, dataset):
        return [version["version"] for version in self.daemon.versions(dataset)]

    # Idempotency-Key

    def test_retry_gets_the_first_receipt_to_the_byte(self):
        for dataset, rows in (("small", ROWS), ("large", LARGE)):
            for query in ("", "?order=set"):
                name = dataset + query[-3:]
                first = self.daemon.push(name, rows, query, KEY)
                self.assertEqual((first.status, first.headers["Idempotency-Replayed"]), (201, None), first.body)
                for body in (rows, [rows[:7], rows[7:]]):
                    again = self.daemon.push(name, body, query, KEY)
                    self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"), again.body)
                    self.assertEqual(again.body, first.body)
                    for header in ("Location", "ETag"):
                        self.assertEqual(again.headers[header], first.headers[header])
                reference = self.daemon.request("POST", f"/v1/datasets/{name}/versions{query}",
                                                json.dumps({"fingerprint": first.json()["fingerprint"]}),
                                                {"Content-Type": "application/vnd.rowprint.reference+json", **KEY})
                self.assertEqual(reference.body, first.body)
                self.assertEqual(self.numbers(name), [1])
        self.assertEqual(self.daemon.files("staging"), [])

    def test_reference_is_replayed(self):
        fingerprint = self.daemon.push("referred", ROWS).json()["fingerprint"]
        headers = {"Content-Type": "application/vnd.rowprint.reference+json", **KEY}
        path, body = "/v1/datasets/reference/versions", json.dumps({"fingerprint": fingerprint})
        first = self.daemon.request("POST", path, body, headers)
        again = self.daemon.request("POST", path, body, headers)
        self.assertEqual((first.status, again.status, again.body), (201, 201, first.body))
        self.assertEqual(self.numbers("reference"), [1])

    def test_other_content_under_the_key_is_refused(self):
        self.daemon.push("other", ROWS, headers=KEY)
        for rows, query in ((b'{"n":1}\n', ""), (LARGE, ""), (ROWS, "?order=set"), (ROWS, "?schema=n=float")):
            self.assertIn("a key", self.problem(self.daemon.push("other", rows, query, KEY), 422, "key_reused"))
        self.assertEqual(self.numbers("other"), [1])
        self.assertEqual(self.daemon.push("another", b'{"n":1}\n', headers=KEY).status, 201, "of another dataset it is another key")

    def test_failed_push_leaves_its_key_free(self):
        self.assertEqual(self.daemon.push("free", b'{"n":1}\n{', headers=KEY).status, 400)
        answer = self.daemon.push("free", ROWS, headers=KEY)
        self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None))

    def test_key_of_a_push_that_runs_is_a_conflict_for_a_while(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/running/versions", "Content-Type: application/x-ndjson", f"Content-Length: {len(ROWS)}",
                      "Expect: 100-continue", 'Idempotency-Key: "a key"')
            wire.read_until(b"100 Continue\r\n\r\n")
            retry = self.daemon.push("running", ROWS, headers=KEY)
            self.assertIn("still running", self.problem(retry, 409, "conflict"))
            self.assertEqual(retry.headers["Retry-After"], "1")
            wire.send(ROWS)
            self.assertIn(b"201 Created", wire.read_until(b"\r\n\r\n"))
        again = self.daemon.push("running", ROWS, headers=KEY)
        self.assertEqual((again.status, again.headers["Idempotency-Replayed"]), (201, "true"))
        self.assertEqual(self.numbers("running"), [1])

    def test_equal_pushes_under_one_key_at_once_make_one_version(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.daemon.push("once", ROWS, headers=KEY), range(24)))
        self.assertLessEqual({answer.status for answer in answers}, {201, 409})
        receipts = {answer.body for answer in answers if answer.status == 201}
        self.assertEqual(len(receipts), 1)
        self.assertEqual(self.numbers("once"), [1])

    def test_malformed_keys_are_refused(self):
        for key in ("unquoted", '""', '"' + "k" * 256 + '"', '"a"b"', '"a', '"ä"'.encode()):
            self.problem(self.daemon.push("malformed", ROWS, headers={"Idempotency-Key": key}), 400, "bad_input")
        self.assertEqual(self.numbers("malformed"), [])

    def test_receipts_outlive_a_restart_and_end_when_the_configuration_says(self):
        config = '[ingests]\nidempotency_keep = "24 h"\nidempotency_keys = 2\n'
        with tempfile.TemporaryDirectory() as folder, Daemon(folder, config=config) as daemon:
            first = daemon.push("d", ROWS, headers=KEY)
            self.assertEqual(daemon.stop(), 0)
            daemon.start()
            self.assertEqual(daemon.push("d", ROWS, headers=KEY).body, first.body)
            for other in (b'"x"', b'"y"'):
                daemon.push("d", ROWS, headers={"Idempotency-Key": other})
            self.assertEqual(daemon.push("d", ROWS, headers=KEY).json()["version"], 4, "two others came after it")

    # If-Match, If-None-Match

    def test_push_only_upon_the_version_that_was_seen(self):
        first = self.daemon.push("matched", ROWS)
        second = self.daemon.push("matched", b'{"n":2}\n')
        self.assertEqual(second.headers["ETag"], self.daemon.get("/v1/datasets/matched/versions/2").headers["ETag"])
        for rows in (b'{"n":3}\n', LARGE):
            refused = self.daemon.push("matched", rows, headers={"If-Match": first.headers["ETag"]})
            self.assertIn("latest version of matched is 2", self.problem(refused, 412, "precondition_failed"))
        for tag in (second.headers["ETag"], self.daemon.get("/v1/datasets/matched/versions/latest").headers["ETag"],
                    self.daemon.get("/v1/datasets/matched").headers["ETag"], '"2-%s"' % second.json()["fingerprint"], "*"):
            self.assertEqual(self.daemon.push("matched", b'{"n":2}\n', headers={"If-Match": tag}).status, 201, tag)
            self.daemon.request("DELETE", "/v1/datasets/matched/versions/latest")
        self.assertEqual(self.numbers("matched"), [2, 1])
        self.assertEqual(self.daemon.files("staging"), [])

    def test_push_only_into_nothing(self):
        new = {"If-None-Match": "*"}
        self.problem(self.daemon.push("new", ROWS, headers={"If-Match": "*"}), 412, "precondition_failed")
        self.assertEqual(self.daemon.push("new", ROWS, headers=new).status, 201)
        self.problem(self.daemon.push("new", b'{"n":2}\n', headers=new), 412, "precondition_failed")
        self.assertEqual(self.numbers("new"), [1])

    def test_precondition_is_told_before_the_body(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/early/versions", "Content-Type: application/x-ndjson", "Content-Length: 1000",
                      "Expect: 100-continue", "If-Match: *")
            self.assertTrue(wire.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 412 "))

    def test_of_pushes_at_once_upon_one_version_one_is_added(self):
        tag = self.daemon.push("raced", ROWS).headers["ETag"]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: self.daemon.push("raced", b'{"n":%d}\n' % i, headers={"If-Match": tag}), range(8)))
        self.assertEqual(sorted(answer.status for answer in answers), [201] + [412] * 7)
        self.assertEqual(self.numbers("raced"), [2, 1])

    def test_malformed_conditions_are_refused(self):
        for headers in ({"If-Match": "unquoted"}, {"If-Match": ""}, {"If-None-Match": '"1"'}, {"If-Match": "*", "If-None-Match": "*"}):
            self.problem(self.daemon.push("conditions", ROWS, headers=headers), 400, "bad_input")

    # What is there already is not sent again

    def test_what_the_client_has_is_not_sent_again(self):
        self.daemon.push("cached", ROWS)
        self.daemon.push("cached", b'{"n":2}\n')
        for path in ("/v1/datasets/cached", "/v1/datasets/cached/versions/1", "/v1/datasets/cached/versions/1/rows"):
            whole = self.daemon.get(path)
            for known in (whole.headers["ETag"], "W/" + whole.headers["ETag"], '"x", ' + whole.headers["ETag"]):
                again = self.daemon.get(path, {"If-None-Match": known})
                self.assertEqual((again.status, again.body, again.headers["ETag"]), (304, b"", whole.headers["ETag"]), path)
                self.assertIsNone(again.headers["Content-Length"])
            self.assertEqual(self.daemon.get(path, {"If-None-Match": '"x"'}).status, 200)

    def test_tag_changes_with_what_is_told(self):
        rows = b'{"changing":true}\n'  # no other test may have made it known
        self.daemon.push("changing", rows)
        listed = self.daemon.get("/v1/datasets/changing").headers["ETag"]
        shown = self.daemon.get("/v1/datasets/changing/versions/1").headers["ETag"]
        self.daemon.push("elsewhere", rows, "?order=set")  # the content has a multiset fingerprint from now on
        again = self.daemon.get("/v1/datasets/changing/versions/1", {"If-None-Match": shown})
        self.assertEqual(again.status, 200)
        self.assertIsNotNone(again.json()["content"]["multiset"])
        self.assertEqual(self.daemon.get("/v1/datasets/changing", {"If-None-Match": listed}).status, 200)
        self.assertEqual(self.daemon.push("changing", b'{"n":2}\n', headers={"If-Match": shown}).status, 201, "it is the same version")

    # The command

    def test_command_pushes_once_under_its_key(self):
        command = Command(self.daemon.url, self.folder.name)
        file = pathlib.Path(self.folder.name, "rows.ndjson")
        file.write_bytes(b'{"by":"command"}\n')
        under_key = ("--idempotency-key", 'of "this" push', "--json")
        first = command.run("push", "commanded", file, *under_key)  # asks for the content, then sends it
        self.assertEqual(first.status, 0, first)
        for again in (command.run("push", "commanded", file, *under_key),
                      command.run("push", "commanded", "-", *under_key, given=file.read_bytes())):
            self.assertEqual((again.status, again.out), (0, first.out), again)
        other = command.run("push", "commanded", "-", *under_key, given=ROWS)
        self.assertEqual((other.status, other.problem()["code"]), (6, "key_reused"), other)
        self.assertEqual(self.numbers("commanded"), [1])

    def test_command_pushes_only_upon_the_version_that_was_seen(self):
        command = Command(self.daemon.url, self.folder.name)
        self.assertEqual(command.run("push", "seen", "-", "--if-match", "*", given=ROWS).status, 6)
        receipt = command.run("push", "seen", "-", "--json", given=ROWS).json()
        tag = f"{receipt['version']}-{receipt['fingerprint']}"
        self.assertEqual(command.run("push", "seen", "-", "--if-match", tag, given=b'{"n":2}\n').status, 0)
        refused = command.run("push", "seen", "-", "--if-match", tag, "--json", given=b'{"n":3}\n')
        self.assertEqual((refused.status, refused.problem()["code"]), (6, "precondition_failed"), refused)
        self.assertEqual(command.run("push", "seen", "-", "--if-match", "a b", given=ROWS).status, 2)
        self.assertEqual(self.numbers("seen"), [2, 1])


if __name__ == "__main__":
    unittest.main()

"""The command against a daemon: the same fingerprint everywhere, nothing sent twice, and an exit status for everything."""
import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from support.command import PROGRAM, Command
from support.daemon import Daemon
from support.script import Script

ROWS = b"".join(b'{"n":%d,"text":"row %d \xc3\xa9","half":%s,"gone":null,"deep":{"b":[1.0,2],"a":%d}}\n'
                % (i, i, repr(i / 2).encode(), 2 ** 53 + i) for i in range(20000))
TYPED = (b'{"d":"1.50","b":"AAE=","day":"2026-11-22","t":"12:00:00.5","ts":"2026-11-22T12:00:00","z":"2026-11-22T13:00:00+01:00",'
         b'"u":"00112233-4455-6677-8899-aabbccddeeff","f":"NaN","big":123456789012345678901234567890,"x,=":1}\n'
         b'{"d":"7","f":3,"later":true}\n')
TYPES = 'd=decimal, b=bytes, day=date, t=time, ts=timestamp, z=timestamptz, u=uuid, f=float, "x,="=int'


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.daemon = Daemon(cls.path / "data").start()
        cls.command = Command(cls.daemon.url, cls.path)
        cls.file = cls.path / "rows.ndjson"
        cls.file.write_bytes(ROWS)

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def ok(self, *arguments, **options):
        done = self.command.run(*arguments, **options)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.err, "", done)
        return done

    def refused(self, status, *arguments, **options):
        done = self.command.run(*arguments, **options)
        self.assertEqual(done.status, status, done)
        self.assertEqual(done.out, "", done)
        return done

    def written(self, name, content):
        path = self.path / name
        path.write_bytes(content)
        return path

    # The same rows, the same fingerprint

    def test_hash_file_stream_and_push_agree(self):
        for order in ("sequence", "set"):
            with self.subTest(order=order):
                options = ["--order", order]
                printed = self.ok("hash", self.file, *options).out
                self.assertRegex(printed, r"^rp1[sm]:[0-9a-f]{64}\n$")
                self.assertEqual(self.ok("hash", "-", *options, given=ROWS).out, printed)
                self.assertEqual(self.ok("hash", self.file, "--no-cache", *options).out, printed)
                for push in (self.ok("push", "agree", self.file, "--json", *options),
                             self.ok("push", "agree", "-", "--json", *options, given=ROWS)):
                    self.assertEqual(push.json()["fingerprint"] + "\n", printed)

    def test_printed_rows_and_schema_push_back_to_the_same_fingerprint(self):
        file = self.written("typed.ndjson", TYPED)
        first = self.ok("push", "typed", file, "--schema", TYPES, "--json").json()
        self.assertEqual(first["fingerprint"] + "\n", self.ok("hash", file, "--schema", TYPES).out)
        rows = self.ok("cat", "typed").out
        schema = self.ok("cat", "typed@1", "--schema").out
        self.assertEqual(schema.count("\n"), 1)
        again = self.ok("push", "typed-again", "-", "--schema", schema.strip(), "--json", given=rows.encode()).json()
        self.assertEqual(again["fingerprint"], first["fingerprint"])
        self.assertTrue(again["reused"])
        self.assertEqual(self.ok("cat", "typed", "--schema", "--json").json(), first["schema"])

    def test_thousand_columns_can_be_declared(self):
        names = [f"column, = {i} é" for i in range(1000)]
        file = self.written("wide.ndjson", json.dumps({name: i for i, name in enumerate(names)}).encode() + b"\n")
        schema = ", ".join(f'"{name}"=decimal' if i % 2 else f'"{name}"=timestamptz' for i, name in enumerate(names))
        self.refused(1, "push", "wide", file, "--schema", schema)  # no time stamps
        schema = ", ".join(f'"{name}"={"decimal" if i % 2 else "int"}' for i, name in enumerate(names))
        self.assertEqual([column["name"] for column in self.ok("push", "wide", file, "--schema", schema, "--json").json()["schema"]], names)

    def test_cbor_holds_one_item_a_row(self):
        self.ok("push", "binary", "-", given=b'{"a":1}\n{"a":null}\n{"a":"x"}\n')
        process = self.command.start("cat", "binary", "--format", "cbor", stdout=subprocess.PIPE)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(out, bytes.fromhex("a1616101 a0 a161616178"))

    # What is sent

    def test_known_file_is_not_sent(self):
        content = ROWS + b'{"known":true}\n'
        file = self.written("known.ndjson", content)
        first = self.ok("push", "known", file, "--json").json()
        second = self.ok("push", "known", file, "--json").json()
        self.assertEqual((first["version"], first["reused"], first["rows"]["received"]), (1, False, 20001))
        self.assertEqual((second["version"], second["reused"], second["rows"]["received"]), (2, True, 0))
        self.assertEqual(second["bytes"], 0)
        self.assertEqual(second["fingerprint"], first["fingerprint"])
        stream = self.ok("push", "known", "-", "--json", given=content).json()
        self.assertEqual((stream["version"], stream["reused"], stream["rows"]["received"]), (3, True, 20001))

    def test_known_file_is_not_parsed_either(self):
        file = self.written("cached.ndjson", ROWS + b'{"cached":true}\n')
        self.assertFalse(self.ok("hash", file, "--json").json()["cached"])
        again = self.ok("hash", file, "--json").json()
        self.assertTrue(again["cached"])
        self.assertEqual(again["rows"], 20001)
        # Of the same size and the same time, but other bytes.
        times = os.stat(file)
        file.write_bytes(ROWS + b'{"cached":null}\n')
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertFalse(self.ok("hash", file, "--json").json()["cached"])

    def test_content_that_is_gone_is_sent_again(self):
        file = self.written("gone.ndjson", b'{"gone":1}\n')
        self.ok("push", "gone", file)
        self.ok("rm", "gone", "--all")
        receipt = self.ok("push", "gone", file, "--json").json()
        self.assertEqual((receipt["version"], receipt["reused"], receipt["rows"]["received"]), (2, False, 1))

    def test_empty_input_is_a_dataset(self):
        file = self.written("empty.ndjson", b"")
        for receipt in (self.ok("push", "empty", file, "--json"), self.ok("push", "empty", "/dev/null", "--json"),
                        self.ok("push", "empty", "-", "--json", given=b"")):
            self.assertEqual(receipt.json()["content"]["rows"], 0)
            self.assertEqual(receipt.json()["fingerprint"] + "\n", self.ok("hash", file).out)

    def test_fifo_is_read_once(self):
        fifo = self.path / "fifo"
        os.mkfifo(fifo)
        process = self.command.start("push", "fifo", fifo, "--json", stdout=subprocess.PIPE)
        fifo.write_bytes(ROWS)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(json.loads(out)["fingerprint"] + "\n", self.ok("hash", self.file).out)

    def test_slow_stream_arrives_while_it_goes_on(self):
        process = self.command.start("push", "slow", "-", "--json", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(b'{"a":1}\n')
        process.stdin.flush()
        deadline = time.monotonic() + 30
        def arrived():
            return any(i["dataset"] == "slow" and i["ended"] is None for i in self.daemon.get("/v1/ingests").json()["ingests"])
        while not arrived() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(arrived())
        out, _ = process.communicate(b'{"a":2}\n', timeout=60)
        self.assertEqual(json.loads(out)["rows"]["received"], 2)

    def test_stream_that_breaks_off_publishes_nothing(self):
        process = self.command.start("push", "cut", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(ROWS)
        process.stdin.flush()
        process.terminate()
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        deadline = time.monotonic() + 30
        while self.daemon.files("staging") and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.daemon.versions("cut"), [])

    # Refusals

    def test_bad_row_is_named_by_file_and_stream(self):
        bad = ROWS[:ROWS.index(b"\n") + 1] * 16 + b'{"a":{"b":1,"b":2}}\n' + ROWS
        offset = bad.index(b'{"a"')
        file = self.written("bad.ndjson", bad)
        for verb, arguments, given in (("hash", [file], None), ("hash", ["-"], bad), ("push", ["bad", file], None), ("push", ["bad", "-"], bad)):
            with self.subTest(verb=verb, stream=given is not None):
                done = self.refused(1, verb, *arguments, given=given)
                self.assertRegex(done.err, r'^rowprint: row 17, offset \d+, column a\.b: .*b.*\n$')
                problem = self.refused(1, verb, *arguments, "--json", given=given).problem()
                self.assertEqual((problem["code"], problem["row"], problem["column"], problem["exit"]), ("bad_input", 17, "a.b", 1))
                self.assertTrue(offset <= problem["offset"] < offset + 20, problem)
        self.refused(3, "ls", "bad")

    def test_refusal_in_the_middle_of_an_endless_stream_is_read(self):
        read, write = os.pipe()
        feeder = subprocess.Popen(["sh", "-c", "echo nonsense; yes '{\"a\":1}'"], stdout=write)
        os.close(write)
        try:
            process = self.command.start("push", "endless", "-", stdin=read, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            os.close(read)
            _, err = process.communicate(timeout=60)
        finally:
            feeder.kill()
            feeder.wait()
        self.assertEqual(process.returncode, 1)
        self.assertIn(b"row 1, offset ", err)

    # Looking and removing

    def test_looking_shows_what_was_pushed(self):
        self.ok("push", "looked-at", "-", given=b'{"a":1,"b":"x"}\n{"a":2}\n')
        receipt = self.ok("push", "looked-at", "-", "--json", given=b'{"a":1}\n').json()
        self.assertIn("looked-at\n", self.ok("ls", "--names").out)
        self.assertRegex(self.ok("ls").out, r"(?m)^looked-at +2 +1 ")
        self.assertEqual(self.ok("ls", "looked-at", "--names").out, "looked-at@2\nlooked-at@1\n")
        listed = self.ok("ls", "looked-at", "--json").json()
        self.assertEqual([version["version"] for version in listed["versions"]], [2, 1])
        latest = self.ok("show", "looked-at", "--json").json()
        self.assertEqual((latest["version"], latest["fingerprint"]), (2, receipt["fingerprint"]))
        self.assertEqual(self.ok("show", "looked-at@1", "--json").json()["schema"],
                         [{"name": "a", "type": "int"}, {"name": "b", "type": "text"}])
        text = self.ok("show", "looked-at@1").out
        self.assertRegex(text, r"(?m)^rows +2$")
        self.assertRegex(text, r"(?m)^  b +text$")
        self.assertEqual(self.ok("cat", "looked-at@1").out, '{"a":1,"b":"x"}\n{"a":2,"b":null}\n')

    def test_status_tells_of_the_daemon(self):
        status = self.ok("status", "--json").json()
        self.assertEqual(status["pid"], self.daemon.process.pid)
        self.assertTrue(status["ready"])
        self.assertIsInstance(status["recent"], list)
        self.assertIn(f"process {self.daemon.process.pid}", self.ok("status").out)

    def test_removed_versions_are_gone(self):
        for i in range(3):
            self.ok("push", "removed", "-", given=b'{"i":%d}\n' % i)
        self.assertEqual(self.ok("rm", "removed@2").out, "removed removed@2\n")
        self.refused(3, "show", "removed@2")
        self.refused(3, "rm", "removed@2")
        self.assertEqual(self.ok("rm", "removed", "--all", "--json").json(), {"removed": 2})
        self.refused(3, "ls", "removed")

    def test_verify_agrees_and_then_finds_damage(self):
        file = self.written("verified.ndjson", ROWS + b'{"verified":true}\n')
        before = set(self.daemon.files("contents"))
        self.ok("push", "verified", file)
        self.assertRegex(self.ok("verify", "verified").out, r"^verified@1  rp1s:[0-9a-f]{64}  20,001 rows agree\n$")
        self.assertTrue(self.ok("verify", "verified@1", "--json").json()["agrees"])
        (content,) = set(self.daemon.files("contents")) - before
        path = self.daemon.data / "contents" / content
        path.chmod(0o600)
        self.assertEqual(damage(path), 1)
        done = self.command.run("verify", "verified", "--json")
        self.assertEqual(done.status, 5, done)
        self.assertFalse(done.json()["agrees"])
        done = self.command.run("verify", "verified")
        self.assertEqual(done.status, 5, done)
        self.assertIn("expected  rp1s:", done.out)

    # Exit statuses, JSON, the terminal, the shell

    def test_exit_statuses(self):
        self.refused(1, "push", "x", self.path / "nowhere.ndjson")
        self.refused(1, "hash", self.path)
        self.refused(2)
        self.refused(2, "hash")
        self.refused(2, "push", "not a name", self.file)
        self.refused(2, "hash", self.file, "--schema", "a=number")
        self.refused(2, "ls", "--url", "https://127.0.0.1")
        self.refused(3, "show", "nobody")
        self.refused(3, "cat", "nobody@7")
        self.refused(3, "verify", "nobody")
        self.refused(3, "rm", "nobody", "--all")
        gone = self.refused(4, "ls", "--url", "http://127.0.0.1:1")
        self.assertIn("cannot reach the daemon at http://127.0.0.1:1", gone.err)

    def test_full_output_is_no_success(self):
        self.ok("push", "full", "-", given=ROWS)
        for arguments in (["cat", "full"], ["ls"], ["--help"]):
            with open("/dev/full", "wb") as full:
                process = self.command.start(*arguments, stdout=full, stderr=subprocess.PIPE)
                _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 7, arguments)
            self.assertIn(b"standard output", err)

    def test_reader_that_stops_early_is_no_problem_of_ours(self):
        self.ok("push", "headed", "-", given=ROWS * 3)
        process = self.command.start("cat", "headed", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        self.assertEqual((process.wait(60), err), (-signal.SIGPIPE, b""))

    def test_json_parses_everywhere(self):
        self.ok("push", "json", self.file)
        for arguments in (["hash", self.file], ["push", "json", self.file], ["ls"], ["ls", "json"], ["show", "json"], ["verify", "json"],
                          ["status"], ["completions", "bash"], ["--version"], ["rm", "json@2"]):
            with self.subTest(arguments=arguments):
                out = self.ok(*arguments, "--json").out
                self.assertEqual(out.count("\n"), 1)
                self.assertIsInstance(json.loads(out), dict)
        for line in self.ok("cat", "json", "--json").out.splitlines()[:100]:
            self.assertIsInstance(json.loads(line), dict)
        for status, arguments in ((1, ["hash", "/nowhere"]), (2, ["fly"]), (3, ["show", "nobody"]), (4, ["ls", "--url", "http://127.0.0.1:1"])):
            with self.subTest(arguments=arguments):
                problem = self.refused(status, *arguments, "--json").problem()
                self.assertEqual(problem["exit"], status)
                self.assertTrue(problem["reason"])

    def test_progress_is_shown_on_a_terminal_only(self):
        file = self.written("shown.ndjson", ROWS * 10)
        for arguments, phases in ((["hash", file, "--no-cache"], ["hashing"]), (["push", "shown", file, "--no-cache"], ["hashing", "sending"])):
            status, out, shown = self.command.on_terminal(*arguments)
            self.assertEqual(status, 0)
            for phase in phases:
                self.assertRegex(shown, rf"\r{phase}  \d+%  [\d.]+ [kM]?B of [\d.]+ MB  [\d,]+ rows/s  [\d.]+ [kMG]?B/s  0:\d\d")
            self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown[-200:]))
            self.assertNotIn("\x1b", out)
            self.ok(*arguments)  # checks that standard error stays empty where it is no terminal
            self.assertEqual(self.command.on_terminal(*arguments, "--quiet")[2], "")
        _, _, shown = self.command.on_terminal("push", "shown", "-", given=ROWS)
        self.assertRegex(shown, r"\rsending  [\d,]+ rows  [\d.]+ [kM]?B  ")

    def test_token_travels_as_bearer(self):
        with Script([(200, {"datasets": []}), (401, {"title": "who are you?"})]) as script:
            command = Command(script.url, self.path)
            self.assertEqual(command.run("ls", ROWPRINT_TOKEN="secret").status, 0)
            self.assertEqual(command.run("ls", "--token", "other").status, 1)
        self.assertEqual([request.headers["Authorization"] for request in script.requests], ["Bearer secret", "Bearer other"])


class ChangingFileTest(unittest.TestCase):
    """What happens to a file between hashing and sending needs a daemon that waits for it: a script stands in."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.file = pathlib.Path(self.folder.name, "rows.ndjson")
        self.file.write_bytes(b'{"a":1}\n{"a":2}\n')

    def tearDown(self):
        self.folder.cleanup()

    def push(self, *answers):
        with Script(answers) as script:
            done = Command(script.url, self.folder.name).run("push", "changing", self.file, "--json")
        kinds = ["reference" if "reference" in request.headers["Content-Type"] else "rows" for request in script.requests]
        return done, kinds, script.requests

    def test_second_conflict_is_the_last(self):
        missing, conflict = (404, {"code": "not_found", "reason": "upload"}), (409, {"code": "conflict", "reason": "other rows"})
        done, kinds, requests = self.push(missing, conflict, missing, conflict)
        self.assertEqual(done.status, 6, done)
        self.assertEqual(done.problem()["code"], "conflict")
        self.assertEqual(kinds, ["reference", "rows", "reference", "rows"])
        self.assertEqual(requests[1].headers["Rowprint-Expect"], json.loads(requests[0].body)["fingerprint"])

    def test_file_that_came_to_rest_is_pushed_as_it_is_then(self):
        after = b'{"a":1}\n{"a":3}\n'
        missing, conflict = (404, {"code": "not_found", "reason": "upload"}), (409, {"code": "conflict", "reason": "other rows"})
        done, kinds, requests = self.push(missing, (*conflict, lambda: self.file.write_bytes(after)), missing, (201, RECEIPT))
        self.assertEqual(done.status, 0, done)
        self.assertEqual(kinds, ["reference", "rows", "reference", "rows"])
        self.assertEqual(requests[3].body, after)
        self.assertNotEqual(requests[3].headers["Rowprint-Expect"], requests[1].headers["Rowprint-Expect"])

    def test_file_that_shrinks_is_hashed_again(self):
        missing = (404, {"code": "not_found", "reason": "upload"})
        cut = (*missing, lambda: os.truncate(self.file, 8))
        done, kinds, requests = self.push(cut, (None, None), missing, (201, RECEIPT))
        self.assertEqual(done.status, 0, done)
        self.assertEqual(kinds, ["reference", "rows", "reference", "rows"])
        self.assertEqual(requests[3].body, b'{"a":1}\n')

    def test_what_is_appended_belongs_to_the_next_push(self):
        before = self.file.read_bytes()
        def append():
            with open(self.file, "ab") as file:
                file.write(b'{"a":3}\n')
        missing = (404, {"code": "not_found", "reason": "upload"}, append)
        done, kinds, requests = self.push(missing, (201, RECEIPT))
        self.assertEqual(done.status, 0, done)
        self.assertEqual(kinds, ["reference", "rows"])
        self.assertEqual(requests[1].body, before)


class CompletionTest(unittest.TestCase):
    """The script as bash itself runs it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(pathlib.Path(cls.folder.name, "data")).start()
        cls.command = Command(cls.daemon.url, cls.folder.name)
        cls.command.run("push", "flights", "-", given=b'{"a":1}\n')
        cls.command.run("push", "fares", "-", given=b'{"a":1}\n')
        pathlib.Path(cls.folder.name, "a file.ndjson").touch()
        cls.script = cls.command.run("completions", "bash").out

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def complete(self, line):
        program = os.path.dirname(PROGRAM)
        test = self.script + r"""
        COMP_LINE=$1 COMP_POINT=${#1}
        _rowprint
        for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done
        """
        done = subprocess.run(["bash", "-c", test, "bash", line], capture_output=True, check=True, cwd=self.folder.name,
                              env={**self.command.environment, "PATH": f"{program}:{os.environ['PATH']}"})
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split("\n")[:-1]

    def test_bash_takes_the_script(self):
        subprocess.run(["bash", "-n"], input=self.script.encode(), check=True)
        done = subprocess.run(["bash", "-c", self.script + "complete -p rowprint"], capture_output=True, check=True)
        self.assertEqual(done.stdout, b"complete -F _rowprint rowprint\n")

    def test_verbs_options_and_values(self):
        self.assertEqual(self.complete("rowprint pus"), ["push"])
        self.assertEqual(self.complete("rowprint --json sta"), ["status"])
        self.assertEqual(self.complete("rowprint --url http://h:1 sho"), ["show"])
        self.assertIn("verify", self.complete("rowprint "))
        self.assertEqual(self.complete("rowprint push --ord"), ["--order"])
        self.assertEqual(self.complete("rowprint push --order "), ["sequence", "set"])
        self.assertEqual(self.complete("rowprint push --order=se"), ["sequence", "set"])
        self.assertEqual(self.complete("rowprint cat flights --format c"), ["cbor"])
        self.assertEqual(self.complete("rowprint hash rows --format c"), ["csv", "cbor"])
        self.assertEqual(self.complete("rowprint completions z"), ["zsh"])
        self.assertEqual(self.complete("rowprint rm --al"), ["--all"])
        self.assertEqual(self.complete("rowprint ls --ord"), [])

    def test_datasets_and_files(self):
        self.assertEqual(self.complete("rowprint show f"), ["fares", "flights"])
        self.assertEqual(self.complete("rowprint push fl"), ["flights"])
        self.assertEqual(self.complete("rowprint push flights a"), ["a file.ndjson"])
        self.assertEqual(self.complete("rowprint push --schema x=int flights a"), ["a file.ndjson"])
        self.assertEqual(self.complete("rowprint hash a"), ["a file.ndjson"])


RECEIPT = {"dataset": "changing", "version": 1, "fingerprint": "rp1s:0", "content": {"rows": 2}, "reused": False}


def damage(path):
    """Changes one value of a stored content, as a disk that flips bits would; gives the number of values changed."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        changed = connection.execute("UPDATE rowprint_rows SET c0 = c0 + 1 WHERE rowid = 7").rowcount
        connection.commit()
        return changed


if __name__ == "__main__":
    unittest.main()

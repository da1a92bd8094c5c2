"""The command and SQL sources: pulls that the daemon reads and follows, databases that the command reads itself, and what ends either."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import time
import unittest

from support.command import Command
from support.daemon import Daemon
from support.script import Script

SECRET = "hunter2-not-to-be-seen"
ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT n FROM c"
ROWS = 20000


class CliPullTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.shop = cls.path / "shop.db"
        cls.url = f"sqlite:///{cls.shop}"
        database = sqlite3.connect(cls.shop)
        database.execute("CREATE TABLE sale(id INTEGER, what TEXT, price REAL, photo BLOB)")
        database.executemany("INSERT INTO sale VALUES (?, ?, ?, ?)",
                             ((i, f"thing {i} é", i / 4, bytes([i % 256])) for i in range(ROWS)))
        database.commit()
        database.close()
        cls.daemon = Daemon(cls.path / "data", config=f'[sources.shop]\nurl = "{cls.url}"\n').start()
        cls.temporary = cls.path / "temporary"
        cls.temporary.mkdir()
        cls.command = Command(cls.daemon.url, cls.path)
        cls.command.environment["TMPDIR"] = str(cls.temporary)

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def tearDown(self):
        self.assertEqual(list(self.temporary.iterdir()), [], "temporary files are left")

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

    def pull(self, dataset, query, *options, source="shop"):
        return self.ok("pull", dataset, "--from", source, "--query", query, "--json", *options).json()

    # What a pull comes to

    def test_source_and_url_give_the_same_version(self):
        for order, query in (("set", "SELECT id, what, price, photo, 1 AS one FROM sale"), ("sequence", "SELECT * FROM sale ORDER BY id DESC")):
            with self.subTest(order=order):
                first = self.pull(f"same-{order}", query)
                second = self.pull(f"same-{order}", query, source=self.url)
                self.assertEqual((first["order"], first["rows"]["stored"]), (order, ROWS))
                self.assertEqual((second["version"], second["reused"], second["rows"]["received"]), (2, True, 0), "rows were sent")
                self.assertEqual(second["fingerprint"], first["fingerprint"])
                self.assertEqual({c["name"]: c["type"] for c in second["schema"]}, {c["name"]: c["type"] for c in first["schema"]})

    def test_rows_of_a_url_are_sent_if_they_are_not_there(self):
        query = "SELECT id, photo, price FROM sale WHERE id < 777"
        first = self.pull("sent", query, source=self.url)
        self.assertEqual((first["reused"], first["rows"]["received"], first["order"]), (False, 777, "set"))
        second = self.pull("sent", query)
        self.assertEqual((second["reused"], second["fingerprint"]), (True, first["fingerprint"]))
        self.assertEqual(self.ok("verify", "sent@1").status, 0)

    def test_receipt_is_printed_as_that_of_a_push(self):
        for source in ("shop", self.url):
            printed = self.ok("pull", "printed", "--from", source, "--query", "SELECT id FROM sale ORDER BY id").out
            self.assertRegex(printed, r"^printed@\d+  rp1s:[0-9a-f]{64}  20,000 rows (stored|reused: nothing new was stored)\n$")

    def test_order_and_output_can_be_said(self):
        for source in ("shop", self.url):
            receipt = self.pull("said", "SELECT id AS n FROM sale WHERE id < 3", "--order", "sequence", "--output", "n=decimal", source=source)
            self.assertEqual((receipt["order"], receipt["schema"]), ("sequence", [{"name": "n", "type": "decimal"}]))

    def test_parameters_are_bound_and_queries_come_from_files(self):
        file = self.path / "query.sql"
        file.write_text("SELECT id FROM sale WHERE id < :most AND what <> :not AND :nothing IS NULL -- é\n", encoding="utf-8")
        text = "thing 1 é"
        for source in ("shop", self.url):
            receipt = self.pull("bound", f"@{file}", "--param", "most:int=5", "--param", f"not={text}", "--param", "nothing", source=source)
            self.assertEqual(receipt["content"]["rows"], 4)
        self.refused(1, "pull", "bound", "--from", "shop", "--query", f"@{file}")
        self.refused(1, "pull", "bound", "--from", "shop", "--query", "@/nowhere/query.sql")
        done = self.command.run("pull", "bound", "--from", "shop", "--query", "@-", "--json", given=b"SELECT 1 AS one")
        self.assertEqual(done.json()["content"]["rows"], 1)

    def test_detached_pull_goes_on_and_is_listed(self):
        ingest = self.ok("pull", "detached", "--from", "shop", "--query", "SELECT * FROM sale", "--detach").out.strip()
        deadline = time.monotonic() + 30
        while True:
            job = next(job for job in self.ok("jobs", "--json").json()["ingests"] if job["ingest"] == ingest)
            if job["ended"] is not None:
                break
            self.assertLess(time.monotonic(), deadline, job)
            time.sleep(0.01)
        self.assertIn(job["state"], ("sealed", "reused"))
        self.assertIn(ingest, self.ok("jobs").out)
        self.refused(1, "pull", "detached", "--from", self.url, "--query", "SELECT 1", "--detach")

    def test_progress_is_shown_while_the_daemon_reads(self):
        status, out, shown = self.command.on_terminal("pull", "shown", "--from", "shop", "--query", "SELECT * FROM sale")
        self.assertEqual(status, 0, shown)
        self.assertIn("shown@1", out)
        self.assertIn("connecting", shown)
        self.assertIn("rows/s", shown)

    # What is wrong

    def test_query_that_fails_says_why_and_publishes_nothing(self):
        for source in ("shop", self.url):
            done = self.refused(1, "pull", "wrong", "--from", source, "--query", "SELECT nope FROM sale", "--json")
            self.assertIn("nope", done.problem()["reason"])
            self.refused(1, "pull", "wrong", "--from", source, "--query", "DELETE FROM sale")
        self.refused(3, "show", "wrong")

    def test_value_that_has_no_form_is_named_by_row_and_column(self):
        query = "SELECT id, CASE id WHEN 4 THEN 'x' ELSE id END AS n FROM sale WHERE id < 9 ORDER BY id"
        problems = [self.refused(1, "pull", "wrong", "--from", source, "--query", query, "--output", "n=int", "--json").problem()
                    for source in ("shop", self.url)]
        for problem in problems:
            self.assertEqual((problem["row"], problem["column"], problem["exit"]), (5, "n", 1), problem)
        self.assertEqual(problems[0], problems[1])

    def test_rows_longer_than_the_limit_are_refused_and_the_limit_can_be_raised(self):
        query = "SELECT 1 AS id, zeroblob(2000000) AS long"
        for source in ("shop", self.url):
            self.refused(1, "pull", "long", "--from", source, "--query", query)
        receipt = self.refused(1, "pull", "long", "--from", self.url, "--query", query, "--row-bytes-max", "3000000", "--json")
        self.assertIn("1048576", receipt.problem()["reason"], "the daemon has its own limit")
        self.pull("long", "SELECT zeroblob(1000) AS long", "--row-bytes-max", "1100", source=self.url)
        self.refused(1, "pull", "long", "--from", self.url, "--query", "SELECT zeroblob(1000) AS long", "--row-bytes-max", "900")

    def test_what_is_not_there_has_its_exit_status(self):
        self.refused(3, "pull", "gone", "--from", "nowhere", "--query", "SELECT 1")
        self.refused(4, "pull", "gone", "--from", f"sqlite:///{self.path}/gone.db", "--query", "SELECT 1")
        self.refused(1, "pull", "gone", "--from", "oracle://u:secret@h/d", "--query", "SELECT 1")
        self.refused(3, "jobs", "cancel", "01a0000000000000000000000000ffff")
        self.refused(3, "sources", "test", "nowhere")

    def test_secrets_of_urls_are_never_printed(self):
        url = f"mysql://u:{SECRET}@h/d?password={SECRET}"
        for arguments in (["pull", "d", "--from", url, "--query", "SELECT 1"], ["sources", "test", url],
                          ["verify", "d", "--source", url, "--query", "SELECT 1"], ["pull", "d", url, "--query", "SELECT 1"],
                          ["pull", url, "--from", "shop", "--query", "SELECT 1"], ["pull", "d", "--from", "shop", "--query", "SELECT 1", "--param", url]):
            for form in ([], ["--json"]):
                done = self.command.run(*arguments, *form)
                self.assertNotEqual(done.status, 0, done)
                self.assertNotIn(SECRET, done.out + done.err)

    # What ends a pull

    def interrupted(self, process, number):
        deadline = time.monotonic() + 30
        while not (running := [job for job in self.daemon.get("/v1/ingests").json()["ingests"]
                               if job["ended"] is None and job["rows"] > 0]):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        self.assertEqual(out, b"")
        return running[0]["ingest"], err.decode()

    def test_signal_cancels_the_ingest_and_says_so(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.command.start("pull", "endless", "--from", "shop", "--query", ENDLESS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            ingest, err = self.interrupted(process, number)
            self.assertEqual(process.returncode, 130, err)
            self.assertIn(f"ingest {ingest} is cancelled, nothing was published", err)
            self.assertEqual(self.daemon.get(f"/v1/ingests/{ingest}").json()["state"], "cancelled")
        self.refused(3, "show", "endless")
        self.assertEqual(self.daemon.files("staging"), [])

    def test_pull_that_is_cancelled_elsewhere_ends(self):
        process = self.command.start("pull", "endless", "--from", "shop", "--query", ENDLESS, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while not (running := [job for job in self.daemon.get("/v1/ingests").json()["ingests"] if job["ended"] is None]):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.assertIn("cancelling", self.ok("jobs", "cancel", running[0]["ingest"]).out)
        _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 4, err)
        self.assertIn(b"cancelled", err)
        self.refused(6, "jobs", "cancel", running[0]["ingest"])

    def test_url_that_is_interrupted_publishes_nothing_and_leaves_nothing(self):
        process = self.command.start("pull", "endless", "--from", self.url, "--query", ENDLESS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 130)
        self.refused(3, "show", "endless")

    def test_memory_does_not_grow_with_the_rows_of_a_url(self):
        few, many = (self.resident_bytes(f"{ENDLESS} LIMIT {rows}") for rows in (200_000, 2_000_000))
        self.assertLess(many, few + (16 << 20), (few, many))

    def resident_bytes(self, query):
        process = self.command.start("pull", "large", "--from", self.url, "--query", query, "--order", "sequence", stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss * 1024

    # Sources, and comparing with them

    def test_sources_are_listed_and_tested(self):
        self.assertIn("shop", self.ok("sources").out)
        self.assertEqual(self.ok("sources", "--names").out, "shop\n")
        self.assertEqual(self.ok("sources", "--json").json()["sources"][0]["name"], "shop")
        for source in ("shop", self.url):
            tested = self.ok("sources", "test", source, "--json").json()
            self.assertTrue(tested["server"].startswith("SQLite 3"), tested)
            self.assertIn("SQLite 3", self.ok("sources", "test", source).out)

    def test_version_is_compared_with_its_source(self):
        for order in ("set", "sequence"):
            dataset = f"compared-{order}"
            query = "SELECT id, price FROM sale WHERE id < 500 ORDER BY id"
            self.pull(dataset, query, "--order", order)
            changed = "SELECT id, price + (id = 7) AS price FROM sale WHERE id < 500 ORDER BY id"
            answers = []
            for source in ("shop", self.url):
                with self.subTest(order=order, source=source):
                    agree = self.ok("verify", dataset, "--source", source, "--query", query, "--json").json()
                    self.assertTrue(agree["agrees"] and agree["source"]["agrees"], agree)
                    differ = self.command.run("verify", dataset, "--source", source, "--query", changed, "--report", "--json")
                    self.assertEqual(differ.status, 5, differ)
                    report = differ.json()["source"]
                    self.assertFalse(report["agrees"])
                    self.assertTrue(report["report"], report)
                    answers.append(report)
                    shorter = self.command.run("verify", dataset, "--source", source, "--query", query.replace("500", "499"))
                    self.assertEqual(shorter.status, 5, shorter)
                    self.assertIn("499 rows", shorter.out)
            self.assertEqual(answers[0], answers[1])

    def test_daemon_that_only_verifies_its_own_rows_is_no_agreement(self):
        verification = {"dataset": "d", "version": 1, "agrees": True, "expected": "rp1s:0", "computed": "rp1s:0", "rows": 1, "difference": ""}
        with Script([(200, verification)]) as script:
            done = Command(script.url, self.path).run("verify", "d", "--source", "s", "--query", "SELECT 1")
        self.assertEqual(done.status, 7, done)

    def test_ingest_that_the_daemon_forgot_is_no_success(self):
        started = {"ingest": "i1", "dataset": "d", "state": "waiting", "attempt": 1, "rows": 0, "bytes": 0, "ended": None}
        missing = {"code": "not_found", "reason": "there is no ingest i1"}
        with Script([(202, started), (404, missing)]) as script:
            done = Command(script.url, self.path).run("pull", "d", "--from", "s", "--query", "SELECT 1")
        self.assertEqual(done.status, 3, done)
        body = json.loads(script.requests[0].body)
        self.assertEqual(body, {"source": "s", "query": "SELECT 1", "dataset": "d"})


if __name__ == "__main__":
    unittest.main()

"""The command and PostgreSQL by URL: the version that the daemon's own read makes, passwords from wherever they are, and no secret said."""
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from support.command import Command
from support.daemon import Daemon
from support.postgres import Postgres

PASSWORD = "hunter2 & höher/als?sonst"
TABLE = """
CREATE TABLE readings (id bigint, price numeric, at timestamptz, raw bytea, value double precision, tags text[], day date, id2 uuid, doc jsonb);
INSERT INTO readings SELECT n, n / 100.0, timestamptz '2024-01-01 00:00:00+00' + n * interval '1 second', decode(lpad(to_hex(n), 8, '0'), 'hex'),
  CASE n % 5 WHEN 0 THEN 'NaN' ELSE n / 4.0 END, ARRAY['a', NULL, n::text], date '2024-01-01' + n, md5(n::text)::uuid,
  jsonb_build_object('n', n, 'big', 12345678901234567890123) FROM generate_series(1, 5000) n;
"""
ENDLESS = "SELECT generate_series(1, 1000000000000) AS {}"  # row by row: in FROM it would be kept whole first


class PostgresCliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres().start()
        cls.addClassCleanup(cls.postgres.close)
        cls.postgres.execute(TABLE)
        cls.postgres.role_with_password("reader", PASSWORD)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name)
        cls.daemon = Daemon(cls.path / "data", config=f'[sources.pg]\nurl = "{cls.postgres.url()}"\n').start()
        cls.addClassCleanup(cls.daemon.close)
        cls.url = cls.postgres.url()
        cls.reader = cls.postgres.url(user="reader")
        cls.command = Command(cls.daemon.url, cls.path)
        cls.command.environment = {name: value for name, value in cls.command.environment.items() if not name.startswith("PG")}

    def ok(self, *arguments, **options):
        done = self.command.run(*arguments, **options)
        self.assertEqual((done.status, done.err), (0, ""), done)
        return done

    def test_url_makes_the_version_that_the_daemon_makes(self):
        for order, query in (("set", "SELECT * FROM readings"), ("sequence", "SELECT * FROM readings ORDER BY id DESC")):
            first = self.ok("pull", f"same-{order}", "--from", "pg", "--query", query, "--json").json()
            second = self.ok("pull", f"same-{order}", "--from", self.url, "--query", query, "--json").json()
            self.assertEqual((first["order"], second["reused"], second["fingerprint"]), (order, True, first["fingerprint"]))

    def test_rows_that_are_sent_verify_and_are_those_that_the_daemon_reads(self):
        query = "SELECT * FROM readings WHERE id <= :most AND (:day::date IS NULL OR day < :day)"
        parameters = ["--param", "most:int=777", "--param", "day:date"]
        first = self.ok("pull", "sent", "--from", self.url, "--query", query, *parameters, "--json").json()
        self.assertEqual((first["reused"], first["rows"]["received"]), (False, 777))
        self.ok("verify", "sent")
        second = self.ok("pull", "sent", "--from", "pg", "--query", query, *parameters, "--json").json()
        self.assertEqual((second["reused"], second["fingerprint"]), (True, first["fingerprint"]))
        agree = self.ok("verify", "sent", "--source", self.url, "--query", query, *parameters, "--json").json()
        self.assertTrue(agree["source"]["agrees"])

    def test_report_of_a_url_is_that_of_the_daemon(self):
        query = "SELECT id, price, doc FROM readings WHERE id < 300"
        changed = "SELECT id, CASE id WHEN 7 THEN price + 1 ELSE price END AS price, doc FROM readings WHERE id < 300 AND id <> 9"
        for order in ("set", "sequence"):
            by = " ORDER BY id" if order == "sequence" else ""
            self.ok("pull", f"report-{order}", "--from", "pg", "--query", query + by)
            answers = [self.command.run("verify", f"report-{order}", "--source", source, "--query", changed + by, "--report", "--json")
                       for source in ("pg", self.url)]
            self.assertEqual([done.status for done in answers], [5, 5], answers)
            ours, theirs = (done.json()["source"] for done in answers)
            self.assertEqual(ours.pop("difference"), theirs.pop("difference"))
            # Rows of a set have no place of their own: two reads may give them in two orders.
            if order == "set":
                for report in (ours, theirs):
                    report["report"] = sorted(str({**item, "row": None}) for item in report["report"])
            self.assertEqual(ours, theirs)

    def test_password_comes_from_wherever_it_is(self):
        query = ["--query", "SELECT id FROM readings WHERE id < 5", "--json"]
        refused = self.command.run("pull", "secret", "--from", self.reader, *query)
        self.assertEqual(refused.status, 4 if refused.problem()["code"] == "unavailable" else 1, refused)
        file = self.path / "password"
        file.write_text(PASSWORD + "\nnothing of it\n", encoding="utf-8")
        passwords = self.path / "pgpass"
        passwords.write_text(f"127.0.0.1:*:*:reader:{PASSWORD}\n", encoding="utf-8")
        passwords.chmod(0o600)
        for options, environment in ((["--password-file", file], {}), (["--password-env", "SECRET"], {"SECRET": PASSWORD}),
                                     ([], {"PGPASSWORD": PASSWORD}), ([], {"PGPASSFILE": str(passwords)})):
            receipt = self.ok("pull", "secret", "--from", self.reader, *query, *options, **environment).json()
            self.assertEqual(receipt["content"]["rows"], 4)
        tested = self.ok("sources", "test", self.reader, "--password-file", file)
        self.assertIn("PostgreSQL", tested.out)
        self.assertNotIn(PASSWORD, tested.out)

    def test_secrets_are_in_no_message(self):
        secret = "a-secret-not-to-be-seen"
        url = self.postgres.url(user="reader", password=secret)
        for arguments in (["pull", "d", "--from", url, "--query", "SELECT 1"], ["sources", "test", url],
                          ["pull", "d", "--from", url.replace(str(self.postgres.port), "1"), "--query", "SELECT 1"],
                          ["pull", "d", "--from", url + "?nonsense=1", "--query", "SELECT 1"]):
            done = self.command.run(*arguments)
            self.assertIn(done.status, (1, 4), done)
            self.assertNotIn(secret, done.out + done.err)
        self.assertNotIn(secret, self.daemon.log())

    def test_interrupt_ends_the_query_on_the_server(self):
        # The second of each works long and sends nothing, so that the server would not notice that its client is gone.
        for name, query in (("endless", ENDLESS.format("endless")), ("silent", "SELECT count(*) AS silent FROM generate_series(1, 10000000) a, generate_series(1, 1000) b")):
            for source in ("pg", self.url):
                process = self.command.start("pull", name, "--from", source, "--query", query, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                self.until(lambda: self.postgres.running(name))
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 130, err)
                self.assertIn(b"nothing was published", err)
                self.until(lambda: not self.postgres.running(name), within=1)
            self.assertEqual(self.command.run("show", name).status, 3)

    def test_server_that_goes_away_publishes_nothing(self):
        process = self.command.start("pull", "broken", "--from", self.url, "--query", ENDLESS.format("broken"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.until(lambda: self.postgres.running("broken"))
        self.postgres.terminate("broken")
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4, err)
        self.assertEqual(self.command.run("show", "broken").status, 3)

    def until(self, condition, within=10):
        deadline = time.monotonic() + within
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()

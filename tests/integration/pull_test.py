"""Pulls: the daemon reads a SQLite file that its configuration names, tells how far it is, and can be stopped."""
import json
import pathlib
import signal
import sqlite3
import tempfile
import time
import unittest

from support.daemon import NDJSON, Daemon
from support.events import Events
from support.wire import Wire

JSON = "application/json"
SECRET = "hunter2-not-to-be-seen"
ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT n FROM c"
SILENT = ENDLESS.replace("SELECT n FROM c", "SELECT sum(n) FROM c")  # works long before its first row


def configuration(folder, more=""):
    return f"""
[pulls]
concurrent = 2
backoff = "50 ms"
[sources.shop]
url = "sqlite:///{folder}/shop.db"
password_env = "SHOP_PASSWORD"
[sources.gone]
url = "sqlite:///{folder}/gone.db"
{more}"""


def fill(path, rows=5000):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE IF NOT EXISTS sale(id INTEGER PRIMARY KEY, what TEXT, price REAL)")
    database.executemany("INSERT OR REPLACE INTO sale VALUES (?, ?, ?)", ((i, f"thing {i}", i / 4) for i in range(rows)))
    database.commit()
    database.close()


class PullTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.shop = pathlib.Path(cls.folder.name, "shop.db")
        fill(cls.shop)
        cls.daemon = Daemon(pathlib.Path(cls.folder.name, "data"), "--log-level", "debug", config=configuration(cls.folder.name),
                            environment={"SHOP_PASSWORD": SECRET}).start()

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log
        assert SECRET not in log, "the password stands in the log"
        assert "SELECT" not in log, "a query stands in the log"

    def post(self, path, body, headers=None):
        return self.daemon.request("POST", path, json.dumps(body), {"Content-Type": JSON, **(headers or {})})

    def start(self, dataset, query, **more):
        answer = self.post("/v1/pulls", {"dataset": dataset, "source": "shop", "query": query, **more})
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(answer.headers["Location"], "/v1/ingests/" + answer.json()["ingest"])
        return answer.json()["ingest"]

    def ingest(self, name):
        return self.daemon.get(f"/v1/ingests/{name}").json()

    def wait(self, name, *states, within=30):
        deadline = time.monotonic() + within
        while (ingest := self.ingest(name))["state"] not in states:
            self.assertLess(time.monotonic(), deadline, ingest)
            self.assertIsNone(ingest["ended"], ingest)
            time.sleep(0.005)
        return ingest

    def pull(self, dataset, query, **more):
        name = self.start(dataset, query, **more)
        with Events(self.daemon.port, name) as events:
            return list(events)[-1][1]

    def assert_ends_within_a_second(self, name):
        begun = time.monotonic()
        self.assertEqual(self.daemon.request("DELETE", f"/v1/ingests/{name}").status, 202)
        ingest = self.wait(name, "cancelled")
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual(ingest["problem"]["code"], "cancelled")
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.request("DELETE", f"/v1/ingests/{name}").status, 409)

    def wait_for_places(self):
        """What was cancelled gives its place back once its connection is closed."""
        deadline = time.monotonic() + 10
        while b"rowprint_source_reads 0" not in self.daemon.get("/metrics").body:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_pull_is_followed_to_its_receipt(self):
        name = self.start("followed", "SELECT id, what, price FROM sale ORDER BY id")
        with Events(self.daemon.port, name) as events:
            told = list(events)
        self.assertEqual({kind for kind, _ in told[:-1]}, {"progress"})
        kind, last = told[-1]
        self.assertEqual((kind, last["state"], last["kind"], last["source"], last["order"], last["attempt"]),
                         ("end", "sealed", "pull", "shop", "sequence", 1))
        self.assertEqual((last["rows"], last["receipt"]["rows"]["stored"], last["receipt"]["version"]), (5000, 5000, 1))
        self.assertEqual(last["receipt"]["ingest"], name)
        self.assertGreater(last["rows_per_second"], 0)
        self.assertEqual(self.ingest(name), last)
        self.assertTrue(self.daemon.verify("followed")["agrees"])
        first = json.loads(self.daemon.rows("followed").body.splitlines()[3])
        self.assertEqual(first, {"id": 3, "what": "thing 3", "price": 0.75})

    def test_same_rows_again_are_reused_whatever_their_order(self):
        first = self.pull("again", "SELECT * FROM sale")
        before = self.daemon.files("contents")
        second = self.pull("again", "SELECT * FROM (SELECT * FROM sale ORDER BY price DESC)")
        self.assertEqual((second["state"], second["order"]), ("reused", "set"))
        self.assertEqual(second["receipt"]["fingerprint"], first["receipt"]["fingerprint"])
        self.assertEqual(second["receipt"]["version"], 2)
        self.assertEqual(self.daemon.files("contents"), before)
        self.assertEqual(self.daemon.files("staging"), [])

    def test_pulled_and_pushed_rows_are_the_same(self):
        pulled = self.pull("pulled", "SELECT id, what FROM sale WHERE id < 3 ORDER BY id")
        pushed = self.daemon.push("pushed", b'{"id":0,"what":"thing 0"}\n{"id":1,"what":"thing 1"}\n{"id":2,"what":"thing 2"}\n').json()
        self.assertEqual(pulled["receipt"]["fingerprint"], pushed["fingerprint"])
        ingest = self.ingest(pushed["ingest"])
        self.assertEqual((ingest["kind"], ingest["source"], ingest["receipt"]), ("push", None, pushed))

    def test_parameters_are_bound(self):
        ended = self.pull("bound", "SELECT id FROM sale WHERE what = :what OR id = :id ORDER BY id",
                          parameters=[{"name": "what", "value": "thing 7"}, {"name": "id", "type": "int", "value": "9"}])
        self.assertEqual(ended["state"], "sealed", ended)
        self.assertEqual(self.daemon.rows("bound").body, b'{"id":7}\n{"id":9}\n')

    def test_cancel_of_a_long_query_ends_within_a_second(self):
        name = self.start("long", ENDLESS)
        self.wait(name, "storing")
        self.assert_ends_within_a_second(name)
        self.assertEqual(self.daemon.versions("long"), [])
        self.wait_for_places()

    def test_cancel_of_a_query_without_a_row_ends_within_a_second(self):
        name = self.start("silent", SILENT)
        time.sleep(0.2)
        self.assert_ends_within_a_second(name)
        self.wait_for_places()
        self.assertEqual(self.pull("silent", "SELECT 1 AS one")["state"], "sealed")

    def test_cancel_is_told_to_those_who_follow(self):
        name = self.start("told", ENDLESS)
        with Events(self.daemon.port, name) as events:
            kind, first = next(events)
            self.assertEqual(kind, "progress")
            self.daemon.request("DELETE", f"/v1/ingests/{name}")
            kind, last = list(events)[-1]
            self.assertEqual((kind, last["state"], last["receipt"]), ("end", "cancelled", None))
        self.wait_for_places()

    def test_client_that_goes_away_is_not_followed_for_long(self):
        name = self.start("left", ENDLESS)
        with Events(self.daemon.port, name) as events:
            next(events)
            self.assertEqual(self.daemon.get("/v1/status").json()["connections"], 2)
        deadline = time.monotonic() + 10
        while self.daemon.get("/v1/status").json()["connections"] > 1:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.assert_ends_within_a_second(name)
        self.wait_for_places()

    def test_cancel_of_a_push_that_waits_for_bytes_is_told_to_the_pusher(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/slow/versions", f"Content-Type: {NDJSON}", "Transfer-Encoding: chunked")
            wire.chunk(b'{"a":1}\n{"a":')
            deadline = time.monotonic() + 10
            while not (mine := [i for i in self.daemon.get("/v1/ingests").json()["ingests"]
                                if i["dataset"] == "slow" and i["state"] == "storing"]):
                self.assertLess(time.monotonic(), deadline)
            self.assert_ends_within_a_second(mine[0]["ingest"])
            status, _, body = wire.answer()
        self.assertEqual((status, json.loads(body)["code"]), (409, "cancelled"))
        self.assertEqual(self.daemon.versions("slow"), [])

    def test_more_than_the_allowed_are_busy(self):
        names = [self.start("busy", ENDLESS) for _ in range(2)]
        refused = self.post("/v1/pulls", {"dataset": "busy", "source": "shop", "query": "SELECT 1"})
        self.assertEqual((refused.status, refused.json()["code"]), (503, "busy"))
        self.assertEqual(refused.headers["Retry-After"], "1")
        for name in names:
            self.assertEqual(self.daemon.request("DELETE", f"/v1/ingests/{name}").status, 202)
        for name in names:
            self.wait(name, "cancelled", within=1)
        self.wait_for_places()

    def test_what_is_wrong_fails_by_name_and_publishes_nothing(self):
        for query, code in (("SELEC 1", "bad_input"), ("SELECT 1; SELECT 2", "bad_input"), ("DELETE FROM sale", "bad_input"),
                            ("SELECT :missing", "bad_input"), ("SELECT no_such_column FROM sale", "bad_input")):
            ended = self.pull("wrong", query)
            self.assertEqual((ended["state"], ended["problem"]["code"], ended["attempt"]), ("failed", code, 1), ended)
        self.assertEqual(self.daemon.versions("wrong"), [])
        self.assertEqual(self.post("/v1/pulls", {"dataset": "d", "source": "nowhere", "query": "SELECT 1"}).status, 404)
        self.assertEqual(self.daemon.files("staging"), [])

    def test_sources_are_listed_and_tested_without_secrets(self):
        listed = self.daemon.get("/v1/sources")
        self.assertEqual([source["name"] for source in listed.json()["sources"]], ["gone", "shop"])
        tested = self.post("/v1/sources/shop/test", {})
        self.assertEqual(tested.status, 200, tested.body)
        self.assertIn("SQLite", tested.json()["server"])
        self.assertEqual(self.daemon.request("POST", "/v1/sources/gone/test").status, 503)
        self.assertEqual(self.daemon.request("POST", "/v1/sources/nowhere/test").status, 404)
        for answer in (listed, tested, self.daemon.get("/v1/ingests"), self.daemon.get("/v1/status")):
            self.assertNotIn(SECRET.encode(), answer.body)

    def test_pages_and_other_media_types_are_refused(self):
        body = json.dumps({"dataset": "d", "source": "shop", "query": "SELECT 1"})
        self.assertEqual(self.daemon.request("POST", "/v1/pulls", body, {"Content-Type": "text/plain"}).status, 415)
        for name, value in (("Host", "page.example:8750"), ("Origin", "http://page.example")):
            refused = self.daemon.request("POST", "/v1/pulls", body, {"Content-Type": JSON, name: value})
            self.assertEqual(refused.status, 403, name)
        self.assertEqual(self.daemon.versions("d"), [])

    def test_events_are_for_clients_that_know_chunks(self):
        name = self.pull("chunks", "SELECT 1 AS one")["ingest"]
        with Wire(self.daemon.port) as wire:
            wire.send(f"GET /v1/ingests/{name}/events HTTP/1.0\r\nHost: x\r\n\r\n")
            self.assertEqual(wire.answer()[0], 505)
        self.assertEqual(self.daemon.get("/v1/ingests/none/events").status, 404)

    def test_version_is_compared_with_its_source(self):
        query = "SELECT id, what, price FROM sale WHERE id < 100"
        for dataset, text in (("compared_sequence", query + " ORDER BY id"), ("compared_set", query)):
            self.pull(dataset, text)
            path = f"/v1/datasets/{dataset}/versions/1/verify"
            same = self.post(path, {"source": "shop", "query": text, "report": True}).json()
            self.assertTrue(same["agrees"] and same["source"]["agrees"], same)
            self.assertEqual(same["source"]["report"], [])
            other = text.replace("price", "CASE id WHEN 7 THEN 99.5 ELSE price END AS price")
            parted = self.post(path, {"source": "shop", "query": other, "report": True}).json()
            self.assertTrue(parted["agrees"])
            self.assertFalse(parted["source"]["agrees"])
            self.assertNotEqual(parted["source"]["fingerprint"], same["source"]["fingerprint"])
            self.assertGreaterEqual(len(parted["source"]["report"]), 1, parted)
        self.assertEqual(self.post(path, {"source": "shop", "query": "SELEC"}).json()["code"], "bad_input")

    def test_metrics_count_pulls(self):
        self.pull("metered", "SELECT 1 AS one")
        text = self.daemon.get("/metrics").body.decode()
        for line in ("rowprint_pulls_total{end=\"sealed\"} ", "rowprint_pull_retries_total ", "rowprint_source_reads ",
                     "rowprint_ingests_in_state{state=\"connecting\"} "):
            self.assertIn(line, text)


class PullLifecycleTest(unittest.TestCase):
    def setUp(self):
        self.own = tempfile.TemporaryDirectory()
        self.folder = self.own.name
        self.data = pathlib.Path(self.folder, "data")
        fill(pathlib.Path(self.folder, "shop.db"))

    def tearDown(self):
        self.own.cleanup()

    def daemon(self, more=""):
        return Daemon(self.data, config=configuration(self.folder, more), environment={"SHOP_PASSWORD": SECRET})

    @staticmethod
    def start(daemon, query):
        body = json.dumps({"dataset": "d", "source": "shop", "query": query})
        return daemon.request("POST", "/v1/pulls", body, {"Content-Type": JSON}).json()["ingest"]

    def test_running_pull_is_finished_before_the_daemon_ends(self):
        with self.daemon() as daemon:
            count = ENDLESS.replace("1000000000", "300000")
            name = self.start(daemon, count)
            with Events(daemon.port, name) as events:
                next(events)
                daemon.process.send_signal(signal.SIGTERM)
                kind, last = list(events)[-1]
            self.assertEqual((kind, last["state"]), ("end", "sealed"))
            self.assertEqual(daemon.process.wait(30), 0)
        with self.daemon() as daemon:
            self.assertEqual(len(daemon.versions("d")), 1)
            self.assertTrue(daemon.verify("d")["agrees"])

    def test_pull_that_outlasts_the_grace_is_cancelled(self):
        with self.daemon('[timeouts]\ngrace = "300 ms"\n') as daemon:
            self.start(daemon, ENDLESS)
            begun = time.monotonic()
            self.assertEqual(daemon.stop(), 0, daemon.log())
            self.assertLess(time.monotonic() - begun, 5)
            self.assertIn("cancelled", daemon.log())
            self.assertEqual(daemon.files("staging"), [])
        with self.daemon() as daemon:
            self.assertEqual(daemon.versions("d"), [])

    def test_locked_database_is_tried_again(self):
        locked = sqlite3.connect(pathlib.Path(self.folder, "shop.db"), isolation_level=None, check_same_thread=False)
        locked.execute("BEGIN EXCLUSIVE")
        with self.daemon("[sources.locked]\n"
                         f'url = "sqlite:///{self.folder}/shop.db"\nconnect = "50 ms"\n') as daemon:
            body = json.dumps({"dataset": "d", "source": "locked", "query": "SELECT id FROM sale"})
            name = daemon.request("POST", "/v1/pulls", body, {"Content-Type": JSON}).json()["ingest"]
            with Events(daemon.port, name) as events:
                states = []
                for kind, ingest in events:
                    states.append(ingest["state"])
                    if ingest["state"] == "retrying":
                        self.assertEqual(ingest["problem"]["code"], "unavailable")
                        locked.execute("ROLLBACK") if locked.in_transaction else None
                self.assertEqual((kind, states[-1]), ("end", "sealed"), ingest)
            self.assertGreater(ingest["attempt"], 1)
            self.assertIn("retrying", states)
        locked.close()

    def test_source_whose_url_is_none_is_named_at_the_start(self):
        daemon = self.daemon('[sources.odd]\nurl = "oracle://scott:tiger@db"\n').spawn()
        self.assertEqual(daemon.process.wait(30), 1)
        self.assertIn("sources.odd", daemon.log())
        self.assertNotIn("tiger", daemon.log())
        daemon.close()


if __name__ == "__main__":
    unittest.main()

"""Faults: whatever breaks between a pull and PostgreSQL, no version is published that is not the query's whole result, the pull ends in a
named state, a retry happens only where nothing was published, nothing stays behind and the daemon serves on.

What passes is not encrypted here, so a damaged byte of a value is a value like any other: it must be published as it was delivered, or not
at all (TLS is what tells the two apart). A damaged byte of anything else must never change which rows there are.
"""
import concurrent.futures
import os
import random
import struct
import tempfile
import threading
import time
import unittest

from support import postgres_wire
from support.daemon import Daemon
from support.postgres import Postgres
from support.proxy import DOWN, UP, Fault, Proxy
from support.pulls import Pulls, config

import rp1

WORKERS = 6
# Some rows, in few bytes: every byte of this conversation gets its turn.
SMALL = "SELECT n AS i, 'row ' || n AS t, n / 4.0::float8 AS f FROM generate_series(1, 12) n ORDER BY n"
SMALL_ROWS = [{"i": n, "t": f"row {n}", "f": n / 4} for n in range(1, 13)]
SMALL_SCHEMA = {"i": "int", "t": "text", "f": "float"}
BOUND = {"parameters": [{"name": "last", "type": "int", "value": "12"}]}
SMALL_BOUND = SMALL.replace("generate_series(1, 12)", "generate_series(1, :last::integer)")
# Several batches, some MiB.
LARGE = "SELECT n AS i, repeat('x', 100) AS t FROM generate_series(1, 20000) n ORDER BY n"
LARGE_ROWS = [{"i": n, "t": "x" * 100} for n in range(1, 20001)]
# Rows for as long as nobody ends it, some thousand a second.
ENDLESS = "SELECT n AS i, pg_sleep(0.0001)::text AS t FROM generate_series(1, 1000000) n"
SILENT = "SELECT pg_sleep(600)::text AS t"


def setUpModule():
    global postgres, folder, daemon, truth
    postgres = Postgres().start()
    unittest.addModuleCleanup(postgres.close)
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    proxies = [Proxy(postgres.port) for _ in range(WORKERS)]
    for proxy in proxies:
        unittest.addModuleCleanup(proxy.__enter__().close)
    FaultsCase.proxies = proxies
    plain = "?sslmode=disable&gssencmode=disable"
    sources = {}
    for number, proxy in enumerate(proxies):
        sources[f"patient{number}"] = {"url": postgres.url(proxy.port, query=plain)}
        sources[f"hasty{number}"] = {**sources[f"patient{number}"], "connect": "1 s", "statement": "1 s"}
    sources["direct"] = {"url": postgres.url()}
    daemon = Daemon(folder.name, config=config(sources, concurrent=WORKERS + 2)).start()
    unittest.addModuleCleanup(daemon.close)
    truth = {"small": rp1.sequence_fingerprint(map(rp1.encode_row, SMALL_ROWS), SMALL_SCHEMA),
             "large": rp1.sequence_fingerprint(map(rp1.encode_row, LARGE_ROWS), {"i": "int", "t": "text"})}


class FaultsCase(unittest.TestCase):
    """After every test: nothing is left behind, and the daemon serves on."""
    proxies = []

    def setUp(self):
        for proxy in self.proxies:
            proxy.plan()

    def tearDown(self):
        for proxy in self.proxies:
            proxy.plan()
        self.assertEqual(daemon.files("staging"), [])
        self.assertEqual(daemon.get("/healthz").status, 200)
        self.assertEqual(daemon.get("/v1/status").json()["ingests"]["running"], 0)
        self.assertEqual(Pulls(daemon, "direct").pull("alive", "SELECT 1 AS one")["problem"], None)
        self.assertTrue(self.ends(lambda: not postgres.backends("FROM generate_series")), "a query goes on at the server")

    @staticmethod
    def ends(condition, within=1.5):
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.01)
        return False

    def published(self, dataset):
        versions = daemon.versions(dataset)
        return versions[0]["fingerprint"] if versions else None

    def check_end(self, said, fingerprint, codes):
        """It is the right version, or none and a problem of one of these codes."""
        if said["state"] in ("sealed", "reused"):
            self.assertEqual(said["receipt"]["fingerprint"], fingerprint)
            self.assertTrue(daemon.verify(said["dataset"])["agrees"])
        else:
            self.assertEqual(said["state"], "failed", said)
            self.assertIn(said["problem"]["code"], codes, said)
            self.assertIsNone(said["receipt"])
            self.assertIsNone(self.published(said["dataset"]))


class NetworkTest(FaultsCase):
    # Without parameters rows come by COPY, with parameters from a cursor.
    QUERIES = {"copy": {"query": SMALL}, "cursor": {"query": SMALL_BOUND, **BOUND}}

    def baseline(self, source="patient", **query):
        """What passes, up and down, where nothing is wrong. A source's timeouts are told to the server: each has its own bytes."""
        self.proxies[0].plan()
        self.assertEqual(Pulls(daemon, f"{source}0").receipt("baseline", **query)["fingerprint"], truth["small"])
        passed = self.proxies[0].connections[0].passed
        return {direction: bytes(passed[direction]) for direction in (UP, DOWN)}

    def sweep(self, name, cases, judge, source="patient", **query):
        """Each case is a Fault for the first connection of a pull of its own; several at a time, each through a proxy of its own.

        A hasty source is for faults after which both ends may wait for ever; on a busy machine it may end by its timeouts at any time."""
        idle = list(range(WORKERS))
        lock = threading.Lock()

        def run(numbered):
            index, fault = numbered
            with lock:
                worker = idle.pop()
            try:
                proxy = self.proxies[worker]
                proxy.plan(fault)
                said = Pulls(daemon, f"{source}{worker}").pull(f"{name}-{index}", **query)
                judge(fault, said, proxy)
                return said["state"]
            finally:
                with lock:
                    idle.append(worker)

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(run, enumerate(cases)))

    def test_connection_cut_after_byte_n_for_all_n(self):
        for name, query in self.QUERIES.items():
            whole = self.baseline(**query)
            for direction in (UP, DOWN):
                positions = range(0, len(whole[direction]), max(1, len(whole[direction]) // 160))
                cases = [Fault("cut" if at % 2 else "reset", at, direction) for at in positions]
                with self.subTest(name, direction=direction):
                    states = self.sweep(f"cut-{name}-{direction}", cases, lambda fault, said, _:
                                        self.check_end(said, truth["small"], ("unavailable", "truncated")), **query)
                    self.assertGreater(states.count("failed"), len(states) / 2)
        self.assertEqual(daemon.files("staging"), [])

    def test_connection_cut_in_the_middle_of_many_batches(self):
        generator = random.Random(7)
        cases = [Fault("cut", generator.randrange(2000, 2_300_000)) for _ in range(40)]
        states = self.sweep("middle", cases, lambda fault, said, _: self.check_end(said, truth["large"], ("unavailable", "truncated")), query=LARGE)
        self.assertIn("failed", states)

    def test_damaged_byte_n_never_changes_which_rows_there_are(self):
        seed = int(os.environ.get("ROWPRINT_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"ROWPRINT_SEED={seed}", flush=True)
        generator = random.Random(seed)
        for name, query in self.QUERIES.items():
            whole = self.baseline("hasty", **query)[DOWN]
            roles = postgres_wire.roles(whole)
            step = max(1, len(whole) // 250)
            cases = [Fault("corrupt", at, mask=generator.choice([1, 2, 4, 8, 16, 32, 64, 128, 255, generator.randrange(1, 256)]))
                     for at in range(generator.randrange(step), len(whole), step)]
            with self.subTest(name):
                states = self.sweep(f"damaged-{name}", cases, lambda fault, said, proxy, roles=roles:
                                    self.check_damage(fault, roles[fault.at], said, proxy), source="hasty", **query)
                self.assertGreater(states.count("failed"), len(states) / 5)

    def test_damaged_message_type_loses_no_row(self):
        """A row's message that looks like a notice, a parameter or a notification would be dropped without a word."""
        for (name, query), kind in zip(self.QUERIES.items(), "dD"):
            whole = self.baseline("hasty", **query)[DOWN]
            rows = [at for at, of, _ in postgres_wire.messages(whole) if of == kind]
            row = rows[len(rows) // 2]
            others = "NSAKZTtEIDdcCGHW123nsv" + "\0\x7f\xff"
            cases = [Fault("corrupt", row, mask=ord(kind) ^ ord(other)) for other in others if other != kind]
            with self.subTest(name):
                self.sweep(f"type-{name}", cases, lambda fault, said, proxy: self.check_damage(fault, "type", said, proxy), source="hasty", **query)

    def check_damage(self, fault, role, said, proxy):
        codes = ("unavailable", "corrupt", "truncated", "bad_input", "limit_exceeded", "unsupported_value", "internal")
        if said["state"] == "failed" or role not in ("payload", "description"):
            self.check_end(said, truth["small"], codes)
            return
        receipt = said["receipt"]
        self.assertEqual(receipt["rows"]["received"], len(SMALL_ROWS), (fault, role))
        self.assertTrue(daemon.verify(said["dataset"])["agrees"])
        if role == "payload":
            # A late request to cancel the pull before this one is a connection as well.
            passed = max(proxy.connections, key=lambda connection: connection.bytes[DOWN]).passed[DOWN]
            delivered = [{"i": struct.unpack(">i", i)[0], "t": t.decode(), "f": struct.unpack(">d", f)[0]}
                         for i, t, f in postgres_wire.delivered_rows(passed)]
            self.assertEqual(receipt["fingerprint"], rp1.sequence_fingerprint(map(rp1.encode_row, delivered), SMALL_SCHEMA), fault)

    def test_slow_network_changes_nothing(self):
        self.proxies[0].plan(Fault("delay", seconds=0.001, piece=7))
        said = Pulls(daemon, "patient0").pull("slow", SMALL)
        self.check_end(said, truth["small"], ())
        self.assertEqual(said["state"] in ("sealed", "reused"), True)
        self.proxies[0].plan(Fault("delay", seconds=0.002, piece=10_000))
        self.check_end(Pulls(daemon, "patient0").pull("slow", LARGE), truth["large"], ())

    def test_stall_that_ends_changes_nothing(self):
        proxy = self.proxies[0]
        proxy.plan(Fault("stall", 1_000_000))
        ingest = Pulls(daemon, "patient0").begin("stalled", LARGE)
        self.assertTrue(self.ends(proxy.stalled, 5))
        time.sleep(0.3)
        self.assertEqual(Pulls(daemon, "patient0").look(ingest)["state"], "storing")
        proxy.release()
        said = Pulls(daemon, "patient0").wait(ingest)
        self.assertEqual(said["receipt"]["fingerprint"], truth["large"])

    def test_stall_ends_by_the_sources_own_timeouts(self):
        whole = self.baseline("hasty", query=SMALL)[DOWN]
        rows = [at for at, kind, _ in postgres_wire.messages(whole) if kind == "d"]
        for at, code in ((0, "unavailable"), (10, "unavailable"), (rows[0], "limit_exceeded"), (rows[6] + 3, "limit_exceeded"), (rows[-1], "limit_exceeded")):
            with self.subTest(at=at):
                self.proxies[0].plan(Fault("stall", at))
                begun = time.monotonic()
                said = Pulls(daemon, "hasty0").pull("stalled-early", SMALL)
                self.assertLess(time.monotonic() - begun, 10)
                self.assertEqual((said["state"], said["problem"]["code"]), ("failed", code), said)
        self.assertIsNone(self.published("stalled-early"))

    def check_cancel(self, ingest, mark):
        pulls = Pulls(daemon, "patient0")
        begun = time.monotonic()
        answer = pulls.cancel(ingest)
        self.assertEqual(answer.status, 202, answer.body)
        said = pulls.wait(ingest)
        self.assertEqual(said["state"], "cancelled", said)
        self.assertTrue(self.ends(lambda: not postgres.running(mark), 1), "the query goes on at the server")
        self.assertLess(time.monotonic() - begun, 1.2)
        self.assertEqual(daemon.files("staging"), [])
        self.assertIsNone(self.published(said["dataset"]))
        self.assertEqual(pulls.cancel(ingest).status, 409)

    def test_cancel_ends_it_within_a_second(self):
        # A cursor's query is seen at the server as the FETCH that reads it.
        for name, query, members, mark in (("silent", SILENT, {}, "pg_sleep("), ("endless", ENDLESS, {}, "pg_sleep("),
                                           ("bound", SILENT.replace("600", ":s::float8"), {"parameters": [{"name": "s", "value": "600"}]}, "FROM rowprint")):
            with self.subTest(name):
                ingest = Pulls(daemon, "patient0").begin(f"cancel-{name}", query, **members)
                self.assertTrue(self.ends(lambda: bool(postgres.running(mark)), 5))
                if name == "endless":
                    Pulls(daemon, "patient0").wait(ingest, lambda said: said["rows"] > 0)
                self.check_cancel(ingest, mark)
        self.assertEqual(Pulls(daemon, "patient0").cancel("0" * 36).status, 404)

    def test_cancel_ends_it_though_the_network_stands_still(self):
        whole = self.baseline("hasty", query=SMALL)[DOWN]
        for at, query in ((0, SMALL), (len(whole) // 2, SMALL), (1_000_000, LARGE)):
            with self.subTest(at=at):
                self.proxies[0].plan(Fault("stall", at))
                ingest = Pulls(daemon, "patient0").begin("cancel-stalled", query)
                self.assertTrue(self.ends(self.proxies[0].stalled, 5))
                time.sleep(0.05)
                self.check_cancel(ingest, "FROM generate_series")
                self.proxies[0].plan()


class ServerTest(FaultsCase):
    """What the server does. `GATED` stops in the middle as long as the gate is closed."""
    GATED = "SELECT n AS i, CASE n WHEN 10000 THEN pg_sleep((SELECT seconds FROM gate))::text ELSE repeat('x', 100) END AS t " \
            "FROM generate_series(1, 20000) n ORDER BY n"

    def setUp(self):
        super().setUp()
        postgres.execute("DROP TABLE IF EXISTS gate; CREATE TABLE gate AS SELECT 600::float8 AS seconds")
        gated = [row if row["i"] != 10000 else {"i": 10000, "t": ""} for row in LARGE_ROWS]
        self.fingerprint = rp1.sequence_fingerprint(map(rp1.encode_row, gated), {"i": "int", "t": "text"})

    def start(self, **keys):
        """Pulls of a daemon that tries again."""
        sources = {"direct": {"url": postgres.url()}, "brief": {"url": postgres.url(), "statement": "300 ms"},
                   "proxied": {"url": postgres.url(self.proxies[0].port, query="?sslmode=disable")}}
        own = tempfile.TemporaryDirectory()
        self.addCleanup(own.cleanup)
        text = config(sources, **{"attempts": 4, "backoff": "100 ms", "backoff_max": "400 ms", **keys}) + '[timeouts]\ngrace = "500 ms"\n'
        self.other = Daemon(own.name, config=text).start()
        self.addCleanup(self.other.close)
        return Pulls(self.other, "direct")

    def at_the_gate(self, pulls, source="direct"):
        """A pull that has read some rows and waits for the server."""
        ingest = pulls.begin("gated", self.GATED, source=source)
        said = pulls.wait(ingest, lambda said: said["rows"] > 0)
        self.assertEqual(said["state"], "storing", said)
        self.assertTrue(postgres.running("FROM gate"))
        return ingest

    def open_gate(self):
        postgres.execute("UPDATE gate SET seconds = 0")

    def check_retried(self, pulls, ingest):
        said = pulls.wait(ingest)
        self.assertEqual((said["state"], said["problem"]), ("sealed", None), said)
        self.assertGreater(said["attempt"], 1)
        self.assertEqual((said["receipt"]["fingerprint"], said["receipt"]["rows"]["received"]), (self.fingerprint, 20000))
        self.assertEqual(len(self.other.versions("gated")), 1)
        self.assertTrue(self.other.verify("gated")["agrees"])
        self.assertEqual(self.other.files("staging"), [])

    def check_nothing(self, dataset):
        self.assertEqual(self.other.versions(dataset), [])
        self.assertEqual((self.other.files("staging"), self.other.files("contents")), ([], []))
        self.assertEqual(self.other.get("/healthz").status, 200)

    def test_error_of_the_query_at_row_n_is_final(self):
        pulls = self.start()
        for n in (1, 2, 4096, 4097, 19999, 20000):
            for members in ({}, {"parameters": [{"name": "n", "type": "int", "value": str(n)}]}):
                with self.subTest(n=n, members=members):
                    query = f"SELECT n AS i, 1 / (n - {':n' if members else n}) AS x, repeat('x', 100) AS t FROM generate_series(1, 20000) n"
                    said = pulls.pull("divided", query, **members)
                    self.assertEqual((said["state"], said["problem"]["code"], said["attempt"]), ("failed", "bad_input", 1), said)
                    self.assertIn("zero", said["problem"]["detail"])
                    self.check_nothing("divided")

    def test_statement_timeout_is_final(self):
        pulls = self.start()
        for query in (SILENT, ENDLESS):
            begun = time.monotonic()
            said = pulls.pull("late", query, source="brief")
            self.assertEqual((said["state"], said["problem"]["code"], said["attempt"]), ("failed", "limit_exceeded", 1), said)
            self.assertLess(time.monotonic() - begun, 2)
            self.check_nothing("late")

    def test_query_cancelled_by_an_administrator_publishes_nothing(self):
        pulls = self.start(attempts=1)
        ingest = self.at_the_gate(pulls)
        for pid in postgres.running("FROM gate"):
            postgres.execute("SELECT pg_cancel_backend(%s)", (pid,))
        said = pulls.wait(ingest)
        self.assertEqual(said["state"], "failed")
        self.check_nothing("gated")

    def test_terminated_backend_is_tried_again(self):
        pulls = self.start()
        ingest = self.at_the_gate(pulls)
        self.open_gate()
        self.assertEqual(postgres.terminate("FROM gate"), 1)
        self.check_retried(pulls, ingest)

    def test_connection_that_is_cut_is_tried_again(self):
        pulls = self.start()
        self.open_gate()
        self.proxies[0].plan(Fault("cut", 1_000_000), Fault("reset", 10), Fault("cut", 0))
        said = pulls.pull("gated", self.GATED, source="proxied")
        self.assertEqual(said["attempt"], 4, said)
        self.check_retried(pulls, said["ingest"])

    def test_server_that_stops_and_comes_back_is_tried_again(self):
        for name, stop in (("fast", postgres.stop), ("immediate", postgres.stop_immediately)):
            with self.subTest(name):
                postgres.execute("UPDATE gate SET seconds = 600")
                pulls = self.start(attempts=50)
                ingest = self.at_the_gate(pulls)
                self.open_gate()
                stop()
                try:
                    said = pulls.wait(ingest, lambda said: said["state"] == "retrying")
                    self.assertEqual(said["problem"]["code"], "unavailable", said)
                    self.check_nothing("gated")
                finally:
                    postgres.start()
                self.check_retried(pulls, ingest)

    def test_server_that_stays_away_fails_by_name(self):
        pulls = self.start()
        ingest = self.at_the_gate(pulls)
        postgres.stop_immediately()
        try:
            said = pulls.wait(ingest)
            self.assertEqual((said["state"], said["problem"]["code"], said["attempt"]), ("failed", "unavailable", 4), said)
            self.check_nothing("gated")
        finally:
            postgres.start()

    def test_cancel_ends_the_pause_before_the_next_attempt(self):
        pulls = self.start(backoff="1 min", backoff_max="1 min")
        ingest = self.at_the_gate(pulls)
        postgres.terminate("FROM gate")
        pulls.wait(ingest, lambda said: said["state"] == "retrying")
        begun = time.monotonic()
        self.assertEqual(pulls.cancel(ingest).status, 202)
        self.assertEqual(pulls.wait(ingest)["state"], "cancelled")
        self.assertLess(time.monotonic() - begun, 1)
        self.check_nothing("gated")

    def test_daemon_that_is_killed_leaves_nothing(self):
        pulls = self.start()
        self.at_the_gate(pulls)
        self.other.kill()
        self.assertTrue(self.ends(lambda: postgres.terminate("FROM gate") == 0, 5))
        self.other.start()
        self.check_nothing("gated")

    def test_daemon_that_stops_ends_its_pulls(self):
        pulls = self.start()
        self.at_the_gate(pulls)
        begun = time.monotonic()
        self.assertEqual(self.other.stop(), 0)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertTrue(self.ends(lambda: not postgres.running("FROM gate"), 2))
        self.other.start()
        self.check_nothing("gated")


if __name__ == "__main__":
    unittest.main()

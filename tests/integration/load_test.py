"""A thousand clients at once, a hundred of them slow and fifty cut off, and the daemon killed under them: every version that was acknowledged
is there and verifies, every version that is there is whole and verifies, what is there without an answer was on its way, there is nothing
else, and the daemon's memory stays within what docs/http-api.md says.

The seed is printed; ROWPRINT_SEED repeats a run.
"""
import asyncio
import os
import random
import resource
import tempfile
import unittest

from support.crowd import Client, Crowd
from support.daemon import Daemon

CLIENTS, SLOW, CUT, KILLS = 1000, 100, 50, 3
# Clients that are slow, or that this machine has no time for, are not too slow. Shares are few and small.
SHARES, SHARE_BYTES = 48, 1 << 20
CONFIG = f"""
[memory]
budget_bytes = {SHARES * SHARE_BYTES}
share_bytes = {SHARE_BYTES}
[limits]
row_bytes = "64 KiB"
body_rate = 0
[timeouts]
header = "10 min"
body_stall = "10 min"
"""
# What a daemon holds at most: docs/http-api.md, "Memory".
MEMORY_BYTES = SHARES * (SHARE_BYTES + (160 << 10)) + (CLIENTS - SHARES) * (32 << 10) + (64 << 20)
# What may lie in the data directory while the daemon runs.
FILES = {"catalog.sqlite", "catalog.sqlite-shm", "catalog.sqlite-wal", "contents", "digests", "lock", "staging"}


class LoadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = os.environ.get("ROWPRINT_SEED", str(random.randrange(1 << 32)))
        print(f"ROWPRINT_SEED={cls.seed}", flush=True)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))

    def setUp(self):
        self.generator = random.Random(self.seed)
        kinds = ["slow"] * SLOW + ["cut"] * CUT + ["steady"] * (CLIENTS - SLOW - CUT)
        self.generator.shuffle(kinds)
        self.clients = [Client(number, kind, self.seed) for number, kind in enumerate(kinds)]
        self.verified = set()
        self.peak = 0
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, **environment):
        self.daemon = Daemon(self.folder.name, config=CONFIG, environment=environment).start()
        self.addCleanup(self.daemon.close)
        self.crowd = Crowd(self.clients, self.daemon.port)

    def check_everybody_is_connected(self):
        # One more connection, which finds all the others open.
        self.assertGreater(self.daemon.get("/v1/status").json()["connections"], CLIENTS)

    def measure(self):
        self.peak = max(self.peak, self.daemon.peak_resident_bytes())

    def check_promises(self):
        """What must hold whenever nothing is on its way. Gives the datasets that are visible without an answer."""
        visible = {each["name"]: each for each in self.daemon.get("/v1/datasets").json()["datasets"]}
        acknowledged = {client.dataset for client in self.clients if client.receipt}
        self.assertLessEqual(acknowledged, set(visible), "an acknowledged version is gone")
        unanswered = set(visible) - acknowledged
        self.assertLessEqual(unanswered, {client.dataset for client in self.clients if client.sent_whole}, "visible, and never sent to its end")
        for client in self.clients:
            if client.dataset in visible:
                self.check_version(client, visible[client.dataset])
        self.check_files(visible)
        return unanswered

    def check_version(self, client, visible):
        latest = visible["latest"]
        self.assertEqual((visible["versions"], latest["fingerprint"], latest["content"]["rows"]), (1, client.rows.fingerprint, client.rows.count),
                         client.dataset)
        if client.receipt:
            self.assertEqual((client.receipt["ingest"], client.receipt["fingerprint"], client.receipt["rows"]["stored"]),
                             (latest["ingest"], client.rows.fingerprint, client.rows.count), client.dataset)
        if client.dataset not in self.verified:
            self.assertTrue(self.daemon.verify(client.dataset)["agrees"], client.dataset)
            self.verified.add(client.dataset)

    def check_files(self, visible):
        """Nothing is left of what was on its way."""
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertLessEqual(set(self.daemon.files(".")), FILES)
        named = [name.replace("-", ":").split(".")[0] for name in self.daemon.files("contents")]
        self.assertEqual(len(named), len(set(named)), "a content is kept twice")
        self.assertLessEqual(set(named), {each["latest"]["fingerprint"] for each in visible.values()}, "a file without a content")
        status = self.daemon.get("/v1/status").json()
        self.assertEqual((status["memory"]["used_bytes"], status["ingests"]["running"]), (0, 0))
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def kill(self):
        self.measure()
        self.daemon.kill()

    async def kill_now_and_then(self):
        """Each time when a random number of clients have their answer, with enough to be done after it."""
        for kills_left in range(KILLS, 0, -1):
            steady = sum(client.kind == "steady" and not client.done for client in self.clients)
            await self.crowd.killed(self.crowd.acknowledged() + self.generator.randrange(steady // (kills_left + 1)), self.kill)
            under_way, before = sum(not client.done for client in self.clients), self.crowd.acknowledged()
            self.daemon.start()
            unanswered = self.check_promises()
            for client in self.clients:
                client.visible = client.dataset in unanswered
            print(f"killed with {under_way} clients under way, {before} acknowledged; {len(unanswered)} visible without an answer", flush=True)
            self.assertGreater(under_way, 0, "the load was over")
            self.crowd.back(self.daemon.port)

    def check_end(self):
        while self.daemon.get("/v1/status").json()["ingests"]["running"]:
            pass
        self.measure()
        self.assertEqual(self.check_promises(), set())
        self.assertEqual(self.crowd.acknowledged(), CLIENTS - CUT)
        print(f"peak of resident memory {self.peak >> 20} MiB; told to come again {sum(client.refused for client in self.clients)} times; "
              f"{sum(len(client.rows.body) for client in self.clients) >> 20} MiB pushed", flush=True)
        self.assertLess(self.peak, MEMORY_BYTES)

    def test_promises_hold_under_a_thousand_clients(self):
        async def undisturbed():
            pass
        self.start()
        asyncio.run(self.crowd.run(self.check_everybody_is_connected, undisturbed))
        self.check_end()

    def test_promises_hold_when_killed_under_a_thousand_clients(self):
        self.start(LD_PRELOAD=os.environ["SLOW_DISK"])
        asyncio.run(self.crowd.run(self.check_everybody_is_connected, self.kill_now_and_then))
        self.check_end()


if __name__ == "__main__":
    unittest.main()

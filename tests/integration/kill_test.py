"""kill -9 at random points of pushes, many times: what was acknowledged is there and verifies, what is visible verifies, what is visible
without an answer was on its way, a start leaves nothing behind, and a push that is tried again under its idempotency key is made once.

The seed is printed; ROWPRINT_SEED repeats a run.
"""
import http.client
import os
import random
import tempfile
import threading
import time
import unittest

from support.daemon import Daemon

ROUNDS = 110
PUSHERS = 3
KEY = {"Idempotency-Key": '"of the dataset\'s only push"'}
GONE = (ConnectionError, http.client.HTTPException, TimeoutError)


def content(number):
    """One of few contents, so that they come again: small ones, and some that make a file of several MiB."""
    generator = random.Random(number)
    count = generator.choice([0, 1, 3, 500, 4096, 20000])
    return count, b"".join(b'{"content":%d,"n":%d,"f":%s,"t":"%s"}\n' % (number, i, repr(generator.random()).encode(), b"x" * (i % 50))
                           for i in range(count))


def chunks(body, generator):
    at = 0
    while at < len(body):
        size = generator.randint(1, 100000)
        yield body[at:at + size]
        at += size


class Ledger:
    """What the clients know."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = {}  # dataset -> receipt
        self.in_flight = {}     # dataset -> number of rows, and the push itself: body and query
        self.removed = set()
        self.removing = set()


class Client(threading.Thread):
    """Pushes and removes until the daemon is gone."""

    def __init__(self, daemon, ledger, name, seed, contents):
        super().__init__()
        self.daemon_process, self.ledger, self.prefix = daemon, ledger, name
        self.generator = random.Random(seed)
        self.contents = contents
        self.failure = None

    def run(self):
        try:
            for number in range(10000):
                if self.generator.random() < 0.15 and self.ledger.acknowledged:
                    self.remove()
                else:
                    self.push(f"{self.prefix}-{number}")
        except GONE:
            pass
        except Exception as error:  # noqa: BLE001 - it is the test's to report
            self.failure = error

    def push(self, dataset):
        count, body = self.generator.choice(self.contents)
        query = "?order=set" if self.generator.random() < 0.3 else ""
        with self.ledger.lock:
            self.ledger.in_flight[dataset] = count, body, query
        sent = body if self.generator.random() < 0.3 else chunks(body, self.generator)
        answer = self.daemon_process.push(dataset, sent, query, KEY)
        if answer.status != 201:
            raise AssertionError(f"{answer.status} {answer.body}")
        with self.ledger.lock:
            self.ledger.acknowledged[dataset] = answer.json()
            del self.ledger.in_flight[dataset]

    def remove(self):
        with self.ledger.lock:
            dataset = self.generator.choice(sorted(self.ledger.acknowledged))
            del self.ledger.acknowledged[dataset]
            self.ledger.removing.add(dataset)
        answer = self.daemon_process.request("DELETE", f"/v1/datasets/{dataset}")
        if answer.status != 200:
            raise AssertionError(f"{answer.status} {answer.body}")
        with self.ledger.lock:
            self.ledger.removing.discard(dataset)
            self.ledger.removed.add(dataset)


class KillTest(unittest.TestCase):
    def test_promises_hold_after_every_kill(self):
        seed = int(os.environ.get("ROWPRINT_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"seed {seed}", flush=True)
        generator = random.Random(seed)
        contents = [content(number) for number in range(12)]
        ledger = Ledger()
        verified = set()
        unanswered = 0
        with tempfile.TemporaryDirectory() as folder, Daemon(folder) as daemon:
            for number in range(ROUNDS):
                clients = [Client(daemon, ledger, f"r{number}-{i}", generator.random(), contents) for i in range(PUSHERS)]
                for client in clients:
                    client.start()
                time.sleep(generator.uniform(0, 0.25))
                daemon.kill()
                for client in clients:
                    client.join(120)
                    self.assertIsNone(client.failure)
                while generator.random() < 0.3:
                    # A start may be cut as well.
                    daemon.spawn()
                    time.sleep(generator.uniform(0, 0.1))
                    daemon.kill()
                daemon.start()
                unanswered += self.check(daemon, ledger, verified)
            self.assertEqual(daemon.stop(), 0)
            daemon.start()
            self.check(daemon, ledger, set())
        print(f"{ROUNDS} kills, {len(ledger.acknowledged)} versions kept, {len(ledger.removed)} removed, {unanswered} visible without an answer")
        self.assertGreater(len(ledger.acknowledged) + len(ledger.removed), ROUNDS / 4, "the kills came before anything happened")

    def check(self, daemon, ledger, verified):
        """All that a client can see, right after a start."""
        self.assertEqual(daemon.files("staging"), [])
        self.assertEqual(daemon.get("/readyz").status, 200)
        visible = {each["name"]: each["latest"] for each in daemon.get("/v1/datasets").json()["datasets"]}
        for dataset, receipt in ledger.acknowledged.items():
            self.assertIn(dataset, visible, "an acknowledged version is gone")
            self.assertEqual(visible[dataset]["fingerprint"], receipt["fingerprint"])
        for dataset in ledger.removed:
            self.assertNotIn(dataset, visible, "a removed dataset is back")
        surprising = set(visible) - set(ledger.acknowledged)
        self.assertLessEqual(surprising, set(ledger.in_flight) | ledger.removing, "visible, and nobody asked for it")
        for dataset in surprising & set(ledger.in_flight):
            self.assertEqual(visible[dataset]["content"]["rows"], ledger.in_flight[dataset][0], "a part of a push is visible")
        for dataset, version in visible.items():
            if (dataset, version["ingest"]) not in verified:
                self.assertTrue(daemon.verify(dataset)["agrees"], dataset)
                verified.add((dataset, version["ingest"]))
        self.check_files(daemon, visible)
        # From here on they are versions like others.
        for dataset in surprising - set(ledger.in_flight):
            ledger.acknowledged[dataset] = visible[dataset]
        self.try_again(daemon, ledger, visible)
        ledger.removed |= ledger.removing - surprising
        ledger.removing.clear()
        count = len(surprising & set(ledger.in_flight))
        ledger.in_flight.clear()
        return count

    def try_again(self, daemon, ledger, visible):
        """What got no answer gets it now: that of the first push if it was made, and made once in any case."""
        for dataset, (count, body, query) in ledger.in_flight.items():
            answer = daemon.push(dataset, body, query, KEY)
            self.assertEqual(answer.status, 201, answer.body)
            self.assertEqual(answer.headers["Idempotency-Replayed"], "true" if dataset in visible else None)
            receipt = answer.json()
            self.assertEqual((receipt["version"], receipt["rows"]["received"]), (1, count))
            if dataset in visible:
                self.assertEqual(receipt["ingest"], visible[dataset]["ingest"])
            self.assertEqual(len(daemon.versions(dataset)), 1)
            ledger.acknowledged[dataset] = receipt

    def check_files(self, daemon, visible):
        """One file for each content that has one, and no others."""
        named = [name.replace("-", ":").split(".")[0] for name in daemon.files("contents")]
        self.assertEqual(len(named), len(set(named)), "a content is kept twice")
        self.assertLessEqual(set(named), {version["content"]["fingerprint"] for version in visible.values()}, "a file without a content")


if __name__ == "__main__":
    unittest.main()

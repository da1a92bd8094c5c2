"""A daemon whose memory is taken: who waits for a share, and gives up after `memory.patience`, is told to come again; nothing of what they
sent is kept, in memory or anywhere, and when the memory is free again they get in.
"""
import concurrent.futures
import tempfile
import time
import unittest

from support.coding import form
from support.daemon import NDJSON, Daemon
from support.wire import Wire

SHARE_BYTES = 7 << 20
PATIENCE_SECONDS = 0.3
# One share and no second one, with or without what a form or a set takes on top.
CONFIG = f"""
[memory]
budget_bytes = "8 MiB"
share_bytes = {SHARE_BYTES}
sort_bytes = "1 MiB"
patience = "300 ms"
[limits]
body_rate = 0
[timeouts]
body_stall = "10 min"
"""
ROW = b'{"a":1,"b":"' + b"x" * 1000 + b'"}\n'
ROWS = ROW * 2000
PUSHES = 40
CONNECTION_BYTES = 160 << 10  # docs/http-api.md, "Memory"


class PatienceTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.daemon = Daemon(self.folder.name, config=CONFIG).start()
        self.assertEqual(self.daemon.push("there", ROW).status, 201)
        self.stuck = Wire(self.daemon.port)
        self.stuck.head("POST", "/v1/datasets/stuck/versions", f"Content-Type: {NDJSON}", "Transfer-Encoding: chunked")
        self.stuck.chunk(ROW)
        self.wait_for_memory(SHARE_BYTES)

    def tearDown(self):
        self.stuck.close()
        self.assertEqual(self.daemon.stop(), 0, self.daemon.log())
        self.daemon.close()
        self.folder.cleanup()

    def memory(self):
        return self.daemon.get("/v1/status").json()["memory"]

    def wait_for_memory(self, used_bytes):
        deadline = time.monotonic() + 60
        while self.memory()["used_bytes"] != used_bytes:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def finish_stuck(self):
        self.stuck.send("0\r\n\r\n")
        self.assertEqual(self.stuck.answer()[0], 201)
        self.wait_for_memory(0)

    def assert_told_to_come_again(self, ask):
        began = time.monotonic()
        answer = ask()
        self.assertGreaterEqual(time.monotonic() - began, PATIENCE_SECONDS)
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (503, "application/problem+json"), answer.body)
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        problem = answer.json()
        self.assertEqual((problem["status"], problem["code"]), (503, "busy"))
        self.assertIn("no memory became free", problem["reason"])

    def test_push_is_told_to_come_again_and_its_retry_gets_in(self):
        key = {"Idempotency-Key": '"once"'}
        pushes = {"sized": ROWS, "chunked": (ROWS[at:at + 65536] for at in range(0, len(ROWS), 65536))}
        for dataset, body in pushes.items():
            self.assert_told_to_come_again(lambda: self.daemon.push(dataset, body, headers=key))
            self.assertEqual(self.daemon.versions(dataset), [])
        self.assertEqual(self.memory()["used_bytes"], SHARE_BYTES)
        self.assertEqual(self.memory()["waiting"], 0)
        self.assertEqual(self.daemon.files("staging"), [])
        self.finish_stuck()
        for dataset in pushes:
            answer = self.daemon.push(dataset, ROWS, headers=key)
            self.assertEqual((answer.status, answer.headers["Idempotency-Replayed"]), (201, None), answer.body)
            self.assertEqual(len(self.daemon.versions(dataset)), 1)
            self.assertTrue(self.daemon.verify(dataset)["agrees"])

    def test_whatever_else_takes_memory_is_told_to_come_again(self):
        kind, body = form(ROWS)
        asked = {
            "form": lambda: self.daemon.request("POST", "/v1/datasets/form/versions", body, {"Content-Type": kind}),
            "set": lambda: self.daemon.push("set", ROWS, "?order=set"),
            "verify": lambda: self.daemon.request("POST", "/v1/datasets/there/versions/latest/verify"),
        }
        for name, ask in asked.items():
            with self.subTest(name):
                self.assert_told_to_come_again(ask)
        self.finish_stuck()
        self.assertEqual([asked[name]().status for name in asked], [201, 201, 200])

    def test_pushes_that_wait_take_no_memory(self):
        before = self.daemon.peak_resident_bytes()
        with concurrent.futures.ThreadPoolExecutor(PUSHES) as pool:
            for done in [pool.submit(self.assert_told_to_come_again, lambda number=number: self.daemon.push(f"waits-{number}", ROWS))
                         for number in range(PUSHES)]:
                done.result()
        self.assertLess(self.daemon.peak_resident_bytes() - before, PUSHES * CONNECTION_BYTES)
        self.assertEqual(self.memory()["used_bytes"], SHARE_BYTES)
        self.assertEqual({each["name"] for each in self.daemon.get("/v1/datasets").json()["datasets"]}, {"there"})
        self.assertEqual(self.daemon.files("staging"), [])


if __name__ == "__main__":
    unittest.main()

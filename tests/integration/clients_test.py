"""Clients that people have: each gets its rows in, and each gets to read why not, even where the body is long and its first row is bad."""
import http.client
import json
import pathlib
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

from support.daemon import NDJSON, Answer, Daemon
from support.wire import Wire

HERE = pathlib.Path(__file__).resolve().parent
NODE = "/usr/bin/node"
ROWS = b"".join(b'{"id":%d,"name":"n%d"}\n' % (i, i % 97) for i in range(20_000))
LONG_BYTES = 50 * 1024 * 1024
DRAIN_SECONDS = 2  # timeouts.drain, which this daemon has as it is
WAYS = [(client, chunked) for client in ("curl", "http_client", "urllib", "node") for chunked in (False, True)]


def cut(rows, size):
    return (rows[at:at + size] for at in range(0, len(rows), size))


class Clients:
    """Each posts `rows` and gives the Answer. `chunked`: as a stream, without saying how long it is."""

    def __init__(self, url, folder):
        self.url, self.folder = url, pathlib.Path(folder)

    def curl(self, rows, chunked, *options, kind=NDJSON):
        body, head, file = (self.folder / name for name in ("body", "head", "rows"))
        file.write_bytes(rows)
        with open(file, "rb") as stream:
            done = subprocess.run(["curl", "-sS", "-X", "POST", "-T", "-" if chunked else file, "-H", f"Content-Type: {kind}", *options, "-o", body, "-D", head,
                                   "-w", "%{http_code} %{size_upload}", self.url], stdin=stream, capture_output=True, timeout=120, check=False)
        if done.returncode != 0:
            raise AssertionError(f"curl: {done.returncode} {done.stderr.decode()}")
        status, self.uploaded = map(int, done.stdout.split())
        self.heads = [block for block in head.read_bytes().decode().split("\r\n\r\n") if block]
        headers = dict(line.split(": ", 1) for line in self.heads[-1].splitlines()[1:])
        return Answer(status, headers, body.read_bytes())

    def http_client(self, rows, chunked):
        split = urllib.request.urlparse(self.url)
        connection = http.client.HTTPConnection(split.hostname, split.port, timeout=120)
        try:
            connection.request("POST", split.path, cut(rows, 7919) if chunked else rows, {"Content-Type": NDJSON})
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has been refused in mid-body: the answer is there to be read
        answer = connection.getresponse()
        try:
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def urllib(self, rows, chunked):
        request = urllib.request.Request(self.url, data=cut(rows, 7919) if chunked else rows, headers={"Content-Type": NDJSON}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read())

    def node(self, rows, chunked):
        done = subprocess.run([NODE, HERE / "clients" / "push.mjs", self.url, str(7919 if chunked else 0)], input=rows, capture_output=True, timeout=120, check=False)
        if done.returncode != 0:
            raise AssertionError(f"node: {done.returncode} {done.stderr.decode()}")
        said = json.loads(done.stdout)
        return Answer(said["status"], {"Content-Type": said["type"]}, json.dumps(said["body"]).encode())


class ClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.daemon = Daemon(cls.folder.name + "/data").start()
        cls.wanted = cls.daemon.push("reference", ROWS).json()["fingerprint"]
        cls.long_rows = b"not a row\n" + ROWS * (LONG_BYTES // len(ROWS) + 1)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def client(self, dataset):
        return Clients(f"{self.daemon.url}/v1/datasets/{dataset}/versions", self.folder.name)

    def push(self, client, chunked, rows, dataset):
        return getattr(self.client(dataset), client)(rows, chunked)

    def test_every_client_gets_its_rows_in(self):
        for client, chunked in WAYS:
            with self.subTest(client=client, chunked=chunked):
                dataset = f"{client}-{chunked}"
                answer = self.push(client, chunked, ROWS, dataset)
                self.assertEqual(answer.status, 201, answer.body)
                self.assertEqual(answer.json()["fingerprint"], self.wanted)
                self.assertTrue(self.daemon.verify(dataset)["agrees"])

    def test_every_client_reads_why_50_mb_were_refused_for_their_first_row(self):
        for client, chunked in WAYS:
            with self.subTest(client=client, chunked=chunked):
                answer = self.push(client, chunked, self.long_rows, "long")
                self.assertEqual(answer.status, 400, answer.body)
                self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
                problem = answer.json()
                self.assertEqual((problem["row"], problem["offset"]), (1, 0), problem)
                self.assertTrue(problem["reason"])
                self.assertEqual(self.daemon.versions("long"), [])

    def test_who_sends_for_longer_than_a_drain_may_be_silent_reads_why(self):
        with Wire(self.daemon.port) as wire:
            wire.head("POST", "/v1/datasets/long/versions", f"Content-Type: {NDJSON}", f"Content-Length: {LONG_BYTES}")
            wire.send(b"not a row\n" + ROWS)  # enough to be refused for
            began = time.monotonic()
            while time.monotonic() - began < 1.5 * DRAIN_SECONDS:
                time.sleep(0.1)
                wire.send(ROWS[:1000])
            status, _, body = wire.answer()
        self.assertEqual((status, json.loads(body)["row"]), (400, 1))

    def test_curl_waits_for_100_continue_and_then_sends(self):
        for chunked in (False, True):
            client = self.client("expect")
            answer = client.curl(ROWS, chunked, "-H", "Expect: 100-continue", "--expect100-timeout", "60")
            self.assertEqual([head.split()[1] for head in client.heads], ["100", "201"])
            self.assertEqual(answer.json()["fingerprint"], self.wanted)

    def test_curl_that_waits_is_refused_before_it_has_sent_anything(self):
        for chunked in (False, True):
            client = self.client("expect-refused")
            answer = client.curl(ROWS, chunked, "-H", "Expect: 100-continue", "--expect100-timeout", "60", kind="image/png")
            self.assertEqual([head.split()[1] for head in client.heads], ["415"])
            self.assertEqual((answer.status, client.uploaded), (415, 0))


if __name__ == "__main__":
    unittest.main()

"""A thousand clients at once, a hundred of them slow and fifty cut off: every version that was acknowledged is there and verifies, every
version that is there verifies, there is nothing else, and the daemon's memory stays within what docs/http-api.md says.

The seed is printed; ROWPRINT_SEED repeats a run.
"""
import asyncio
import json
import os
import pathlib
import random
import re
import resource
import socket
import struct
import sys
import tempfile
import unittest

from support.daemon import Daemon

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vectors"))
import rp1  # noqa: E402

CLIENTS, SLOW, CUT = 1000, 100, 50
# What a daemon holds at most: docs/http-api.md, "Memory".
BUDGET_BYTES, CONNECTION_BYTES, BASE_BYTES = 256 << 20, 160 << 10, 64 << 20
# Clients that are slow, or that this machine has no time for, are not too slow.
CONFIG = '[limits]\nbody_rate = 0\n[timeouts]\nheader = "10 min"\nbody_stall = "10 min"\n'


class Rows:
    """What one client pushes: rows that nobody else has, and the fingerprint that they must get."""

    def __init__(self, client, count):
        rows = [{"client": client, "n": n, "text": f"row {n} of {client}"} for n in range(count)]
        self.count = count
        self.body = "".join(json.dumps(row) + "\n" for row in rows).encode()
        self.fingerprint = rp1.sequence_fingerprint(rows, {"client": "int", "n": "int", "text": "text"} if rows else {})


def cut_up(body, generator):
    """The chunks of a body, cut anywhere."""
    at = 0
    while at < len(body):
        size = generator.randint(1, max(1, len(body) // 4))
        yield body[at:at + size]
        at += size


class Client:
    def __init__(self, number, kind, seed):
        self.kind, self.dataset = kind, f"load-{number}"
        self.generator = random.Random(f"{seed}-{number}")
        sizes = {"slow": [40, 100], "cut": [40, 2000]}.get(kind, [0, 1, 10, 10, 10, 100, 2000, 2000 if number % 10 else 20_000])
        self.rows = Rows(number, self.generator.choice(sizes))
        self.receipt = None
        self.refused = 0

    async def run(self, port, everybody_is_connected):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await everybody_is_connected.wait()
        while not await self.push(reader, writer):
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    async def push(self, reader, writer):
        """Whether this client is done: acknowledged, or cut off."""
        head = (f"POST /v1/datasets/{self.dataset}/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                f'Idempotency-Key: "{self.dataset}"\r\nTransfer-Encoding: chunked\r\n\r\n').encode()
        stream = head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in cut_up(self.rows.body, self.generator)) + b"0\r\n\r\n"
        try:
            if self.kind == "cut":
                writer.write(stream[:self.generator.randrange(len(head), len(stream) - 1)])
                await writer.drain()
                if self.generator.random() < 0.5:  # reset, instead of ended
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return True
            pieces = 40 if self.kind == "slow" else 1
            for at in range(0, len(stream), size := -(-len(stream) // pieces)):
                writer.write(stream[at:at + size])
                await writer.drain()
                if self.kind == "slow":
                    await asyncio.sleep(0.1)
        except ConnectionError:
            pass  # it has been refused in mid-body: the answer is there to be read
        return await self.answer(reader)

    async def answer(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = await reader.readexactly(int(re.search(r"Content-Length: (\d+)", head)[1]))
        status = int(head.split()[1])
        if status == 503:
            self.refused += 1
            await asyncio.sleep(int(re.search(r"Retry-After: (\d+)", head)[1]))
            return False
        if status != 201:
            raise AssertionError(f"{self.dataset} ({self.kind}): {head} {body.decode()}")
        self.receipt = json.loads(body)
        return True


class LoadTest(unittest.TestCase):
    def setUp(self):
        self.seed = os.environ.get("ROWPRINT_SEED", str(random.randrange(1 << 32)))
        print(f"ROWPRINT_SEED={self.seed}", flush=True)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
        self.folder = tempfile.TemporaryDirectory()
        self.daemon = Daemon(self.folder.name, config=CONFIG).start()

    def tearDown(self):
        self.daemon.close()
        self.folder.cleanup()

    async def all_at_once(self, clients):
        ready = asyncio.Barrier(len(clients) + 1)
        tasks = [asyncio.create_task(client.run(self.daemon.port, ready)) for client in clients]

        while ready.n_waiting < len(clients):
            await asyncio.sleep(0.01)
            for task in tasks:
                if task.done():
                    task.result()
        # One more connection, which finds all the others open.
        status = await asyncio.to_thread(self.daemon.get, "/v1/status")
        await ready.wait()
        await asyncio.gather(*tasks)
        return status.json()["connections"]

    def peak_resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10

    def test_promises_hold_under_a_thousand_clients(self):
        kinds = ["slow"] * SLOW + ["cut"] * CUT + ["steady"] * (CLIENTS - SLOW - CUT)
        random.Random(self.seed).shuffle(kinds)
        clients = [Client(number, kind, self.seed) for number, kind in enumerate(kinds)]
        self.assertGreater(asyncio.run(self.all_at_once(clients)), CLIENTS)
        while self.daemon.get("/v1/status").json()["ingests"]["running"]:
            pass
        acknowledged = {client.dataset: client for client in clients if client.receipt}
        self.assertEqual(len(acknowledged), CLIENTS - CUT)
        for dataset, client in acknowledged.items():
            self.assertEqual((client.receipt["fingerprint"], client.receipt["rows"]["stored"]), (client.rows.fingerprint, client.rows.count), dataset)
        visible = self.daemon.get("/v1/datasets").json()["datasets"]
        self.assertEqual({each["name"]: (each["versions"], each["latest"]["fingerprint"]) for each in visible},
                         {dataset: (1, client.rows.fingerprint) for dataset, client in acknowledged.items()})
        for dataset in acknowledged:
            self.assertTrue(self.daemon.verify(dataset)["agrees"], dataset)
        self.assertEqual(self.daemon.files("staging"), [])
        self.assertEqual(self.daemon.get("/v1/status").json()["memory"]["used_bytes"], 0)
        peak = self.peak_resident_bytes()
        print(f"peak of resident memory {peak >> 20} MiB; told to come again {sum(client.refused for client in clients)} times; "
              f"{sum(len(client.rows.body) for client in clients) >> 20} MiB pushed", flush=True)
        self.assertLess(peak, BUDGET_BYTES + CLIENTS * CONNECTION_BYTES + BASE_BYTES)


if __name__ == "__main__":
    unittest.main()

"""A thousand clients at once: steady ones, slow ones, and some that are cut off in mid-body. The daemon may be killed under them: then they
wait until it is back, and push again under the same idempotency key.
"""
import asyncio
import functools
import json
import pathlib
import random
import re
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))
import rp1  # noqa: E402

GONE = (ConnectionError, asyncio.IncompleteReadError)
SLOW_PIECES = 40


class Rows:
    """What one client pushes: rows that nobody else has, and the fingerprint that they must get."""

    # Of each row, where there are so many rows: long ones, whose hashes cost Python less than pushing them.
    FILLER_BYTES = {50: 8000, 120: 4000, 400: 400, 10_000: 100}

    def __init__(self, client, count):
        filler = "." * self.FILLER_BYTES.get(count, 0)
        rows = [{"client": client, "n": n, "text": f"row {n} of {client}{filler}"} for n in range(count)]
        self.count = count
        self.body = "".join(json.dumps(row) + "\n" for row in rows).encode()
        self.fingerprint = rp1.sequence_fingerprint(rows, {"client": "int", "n": "int", "text": "text"} if rows else {})


rows_of = functools.cache(Rows)


class Client:
    """`kind`: steady, slow or cut. One that is cut off gets no receipt, and none of its rows may be seen."""

    def __init__(self, number, kind, seed):
        self.kind, self.dataset = kind, f"load-{number}"
        self.generator = random.Random(f"{seed}-{number}")
        sizes = {"slow": [50, 120], "cut": [40, 400]}.get(kind, [10_000] if number % 100 == 0 else [0, 1, 10, 10, 10, 100, 400, 400])
        self.rows = rows_of(number, self.generator.choice(sizes))
        self.sized = self.generator.random() < 0.3
        self.receipt = None
        self.sent_whole = False  # the last byte of its body may have been sent
        self.visible = False     # its version was there after a kill, and it had no answer
        self.waits = False       # for the daemon to come back
        self.done = False        # acknowledged, or cut off
        self.refused = 0

    async def run(self, crowd):
        reader, writer = await asyncio.open_connection("127.0.0.1", crowd.port)
        await crowd.everybody.wait()
        self.crowd = crowd
        kills = 0
        while True:
            try:
                self.done = await self.push(reader, writer)
            except GONE:
                if crowd.kills == kills:
                    raise
            writer.close()
            if self.done:
                return
            kills, reader, writer = await self.connect(crowd)

    async def connect(self, crowd):
        """As soon as there is a daemon: how often it was killed by then, and the connection."""
        while True:
            self.waits = True
            await crowd.up.wait()
            self.waits = False
            kills = crowd.kills
            try:
                return kills, *await asyncio.open_connection("127.0.0.1", crowd.port)
            except ConnectionError:
                if crowd.kills == kills:
                    raise

    def head(self):
        framing = f"Content-Length: {len(self.rows.body)}" if self.sized else "Transfer-Encoding: chunked"
        return (f"POST /v1/datasets/{self.dataset}/versions HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                f'Idempotency-Key: "{self.dataset}"\r\n{framing}\r\n\r\n').encode()

    def body(self, rows, end=b"0\r\n\r\n"):
        """As it is framed: of chunks that are cut anywhere."""
        if self.sized:
            return rows
        framed, at = b"", 0
        while at < len(rows):
            chunk = rows[at:at + self.generator.randint(1, max(1, len(rows) // 4))]
            framed += b"%x\r\n%s\r\n" % (len(chunk), chunk)
            at += len(chunk)
        return framed + end

    def part_of_body(self):
        """Up to any byte, or up to the end of a row, where nothing but the framing says that more was to come."""
        rows = self.rows.body
        if self.generator.random() < 0.5:
            body = self.body(rows)
            return body[:self.generator.randrange(len(body) - 1)]
        return self.body(rows[:rows.index(b"\n", self.generator.randrange(len(rows) // 2)) + 1], end=b"")

    async def push(self, reader, writer):
        """Whether this client is done."""
        try:
            if self.kind == "cut":
                writer.write(self.head() + self.part_of_body())
                await writer.drain()
                await asyncio.sleep(self.generator.choice([0, 0.1, 1, 3]))
                if reader.at_eof() or reader.exception():
                    raise ConnectionResetError  # the daemon is gone: there is nothing to cut
                if self.generator.random() < 0.5:  # reset, instead of ended
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return True
            stream = self.head() + self.body(self.rows.body)
            if self.kind == "slow":
                stream = await self.begin_slowly(writer, stream)
            self.sent_whole = True
            writer.write(stream)
            await writer.drain()
        except ConnectionError:
            pass  # it has been refused in mid-body: the answer is there to be read
        return await self.answer(reader)

    async def begin_slowly(self, writer, stream):
        """Most of it at once, which the daemon then has to hold, and of the rest now and then a little. Gives what is left at last."""
        at = len(stream) * 3 // 4
        writer.write(stream[:at])
        size = -(-(len(stream) - at) // SLOW_PIECES)
        while at + size < len(stream):
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(stream[at:at + size])
            at += size
        return stream[at:]

    async def answer(self, reader):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        body = await reader.readexactly(int(re.search(r"Content-Length: (\d+)", head)[1]))
        status = int(head.split()[1])
        if status == 503:
            self.refused += 1
            await asyncio.sleep(int(re.search(r"Retry-After: (\d+)", head)[1]))
            return False
        if status != 201 or ("Idempotency-Replayed: true" in head) != self.visible:
            raise AssertionError(f"{self.dataset} ({self.kind}): {head} {body.decode()}")
        self.receipt = json.loads(body)
        self.crowd.answered()
        return True


class Crowd:
    """The clients, and where they find their daemon. Everything happens in one thread, that of run()."""

    def __init__(self, clients, port):
        self.clients, self.port = clients, port
        self.kills = 0
        self.mark, self.kill = 0, None

    async def run(self, when_connected, meanwhile):
        """Connects everybody and calls the one, lets them push and does the other along with them: a coroutine function."""
        self.up = asyncio.Event()
        self.up.set()
        self.everybody = asyncio.Barrier(len(self.clients) + 1)
        self.tasks = [asyncio.create_task(client.run(self)) for client in self.clients]
        await self.until(lambda: self.everybody.n_waiting == len(self.clients))
        when_connected()
        await self.everybody.wait()
        await meanwhile()
        await asyncio.gather(*self.tasks)

    async def until(self, condition):
        """Waits for it; raises what went wrong with a client meanwhile."""
        while not condition():
            await asyncio.sleep(0.005)
            for task in self.tasks:
                if task.done():
                    task.result()

    def acknowledged(self):
        return sum(client.receipt is not None for client in self.clients)

    async def killed(self, mark, kill):
        """Calls it in the moment in which so many clients have their answer, and returns when all have noticed: nothing is on its way then."""
        self.mark, self.kill = mark, kill
        await self.until(lambda: self.kill is None)
        await self.until(lambda: all(client.done or client.waits for client in self.clients))

    def answered(self):
        """A client has just read its answer: whatever that says must be so, if the daemon is killed before anything else happens."""
        if self.kill and self.acknowledged() >= self.mark:
            self.kills += 1
            self.up.clear()
            self.kill()
            self.kill = None

    def back(self, port):
        self.port = port
        self.up.set()

"""A TCP proxy for tests, in front of a server: what goes wrong on a network goes wrong here, at the byte a test names."""
import dataclasses
import socket
import struct
import threading
import time

DOWN = "down"  # from the server to its client
UP = "up"
PART_BYTES = 65536
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends RST


@dataclasses.dataclass(frozen=True)
class Fault:
    """What becomes of a connection once `at` bytes (from its beginning) have passed in a direction.

    cut: both sides see the connection end. reset: both sides are sent a reset. stall: nothing passes any more, in either direction, and
    the connection stays open. corrupt: byte number `at` is XORed with `mask`. delay: from there on `piece` bytes pass at a time, `seconds`
    apart.
    """
    kind: str
    at: int = 0
    direction: str = DOWN
    mask: int = 0xff
    seconds: float = 0.0
    piece: int = PART_BYTES


class Connection:
    """One connection through the proxy: its two sockets, what passed, what is to happen."""

    def __init__(self, client, server, faults, released):
        self.sides = {UP: (client, server), DOWN: (server, client)}
        self.faults = faults
        self.bytes = {UP: 0, DOWN: 0}
        self.passed = {UP: bytearray(), DOWN: bytearray()}
        self.released = released
        self.stalled = threading.Event()
        self.ended = threading.Event()

    def end(self, reset=False):
        self.ended.set()
        for side in self.sides[UP]:
            try:
                if reset:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            if reset:
                side.close()

    def pump(self, direction):
        source, sink = self.sides[direction]
        try:
            while data := source.recv(PART_BYTES):
                if not self._pass(direction, sink, data):
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.end()

    def _wait_while_stalled(self):
        while self.stalled.is_set() and not self.released.is_set() and not self.ended.is_set():
            time.sleep(0.01)

    def _pass(self, direction, sink, data):
        """Whether the connection goes on."""
        self._wait_while_stalled()
        for fault in sorted((each for each in self.faults if each.direction == direction), key=lambda each: each.at):
            here = fault.at - self.bytes[direction]
            if here > len(data) or (here < 0 and fault.kind != "delay"):
                continue
            if fault.kind == "corrupt":
                if here < len(data):
                    data = data[:here] + bytes([data[here] ^ fault.mask]) + data[here + 1:]
                continue
            if fault.kind == "delay":
                return self._send_slowly(direction, sink, data, fault)
            self._send(direction, sink, data[:here])
            if fault.kind == "stall":
                self.stalled.set()
                data = data[here:]
                self._wait_while_stalled()
                self.stalled.clear()
                continue
            self.end(reset=fault.kind == "reset")
            return False
        self._send(direction, sink, data)
        return not self.ended.is_set()

    def _send_slowly(self, direction, sink, data, fault):
        for start in range(0, len(data), fault.piece):
            if self.ended.wait(fault.seconds):
                return False
            self._send(direction, sink, data[start:start + fault.piece])
        return True

    def _send(self, direction, sink, data):
        if data:
            sink.sendall(data)
            self.bytes[direction] += len(data)
            self.passed[direction] += data


class Proxy:
    """Listens on a free port and passes everything to the target's port on the loopback. `with Proxy(port) as proxy:`

    `plan` says what happens to the connections that come from now on: faults for the first, for the second, and so on; those after the
    last have none. What passed is kept (`connections`), so it is for conversations that fit into memory.
    """

    def __init__(self, target_port):
        self.target = ("127.0.0.1", target_port)
        self.connections = []
        self._plan = ()
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = []

    def __enter__(self):
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self.close()

    def _start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def plan(self, *faults_by_connection):
        """Ends what goes on and forgets it; `faults_by_connection`: a Fault, a list of them or nothing (None) for each."""
        with self._lock:
            for connection in self.connections:
                connection.end()
            self.connections = []
            self._released = threading.Event()
            self._plan = tuple([each] if isinstance(each, Fault) else list(each or ()) for each in faults_by_connection)
        self._threads = [thread for thread in self._threads if thread.is_alive()]

    def release(self):
        """What is stalled goes on."""
        self._released.set()

    def stalled(self):
        """Whether a connection has come to its stall."""
        return any(connection.stalled.is_set() for connection in self.connections)

    def close(self):
        self.plan()
        # A blocked accept() does not wake when its socket is closed.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target, 10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                number = len(self.connections)
                faults = self._plan[number] if number < len(self._plan) else []
                connection = Connection(client, server, faults, self._released)
                self.connections.append(connection)
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._serve, connection)

    @staticmethod
    def _serve(connection):
        up = threading.Thread(target=connection.pump, args=(UP,), daemon=True)
        up.start()
        connection.pump(DOWN)
        up.join()
        for side in connection.sides[UP]:
            side.close()

"""HTTP by hand: for what no decent client does."""
import re
import socket
import time


class Wire:
    """One connection. Bytes go out as they are given."""

    def __init__(self, port, timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._left = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def head(self, method, path, *lines):
        self.send("\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", *lines, "", ""]))

    def chunk(self, data):
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def finish_sending(self):
        self.socket.shutdown(socket.SHUT_WR)

    def read_until(self, mark):
        """Up to and with `mark`, or what there was when the other side ended."""
        while mark not in self._left:
            part = self.socket.recv(65536)
            if not part:
                break
            self._left += part
        end = self._left.find(mark)
        end = len(self._left) if end < 0 else end + len(mark)
        read, self._left = self._left[:end], self._left[end:]
        return read

    def read_rest(self):
        while part := self.socket.recv(65536):
            self._left += part
        read, self._left = self._left, b""
        return read

    def answer(self):
        """(status, head, body) of a sized answer."""
        head = self.read_until(b"\r\n\r\n").decode()
        if not head:
            return None, "", b""
        status = int(head.split()[1])
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        size = int(length[1]) if length else 0
        while len(self._left) < size:
            part = self.socket.recv(65536)
            if not part:
                break
            self._left += part
        body, self._left = self._left[:size], self._left[size:]
        return status, head, body

    def ended(self, within=10):
        """Whether the other side ends the connection within that many seconds."""
        deadline = time.monotonic() + within
        self.socket.settimeout(within)
        try:
            while time.monotonic() < deadline:
                if not self.socket.recv(65536):
                    return True
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return False

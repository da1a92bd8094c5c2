"""Server-sent events of one ingest, read as they come."""
import http.client
import json


class Events:
    """Iterates over (name, ingest) until the stream ends. Comments are counted, not given."""

    def __init__(self, port, ingest, timeout=60):
        self.comments = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._connection.request("GET", f"/v1/ingests/{ingest}/events")
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, self._answer.read()
        assert self._answer.headers["Content-Type"] == "text/event-stream"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def __iter__(self):
        return self

    def __next__(self):
        fields = {}
        while line := self._answer.readline():
            text = line.decode().rstrip("\n")
            if text.startswith(":"):
                self.comments += 1
            elif text:
                name, _, value = text.partition(": ")
                fields[name] = value
            elif fields:
                return fields["event"], json.loads(fields["data"])
        raise StopIteration

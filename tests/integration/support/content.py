"""Bodies with something around their rows, and a daemon that takes them."""
import pathlib
import tempfile
import unittest

from support.command import Command
from support.daemon import NDJSON, Daemon
from support.spellings import SCHEMA, SPELLINGS

ROW = b'{"a":1}\n'
LINES = SPELLINGS["lines"][2]
SMALL = b'{"a":1,"b":"x"}\n{"a":2}\n'


def cut(body, size):
    return body if size >= len(body) else (body[at:at + size] for at in range(0, len(body), size))


class ContentCase(unittest.TestCase):
    """A daemon for all tests of a class. Whatever a test does, nothing may be left in staging."""
    CONFIG = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.daemon = Daemon(cls.path / "data", config=cls.CONFIG).start()
        cls.command = Command(cls.daemon.url, cls.path)
        cls.expected = cls.daemon.push("plain", LINES, f"?schema={SCHEMA}").json()["fingerprint"]

    @classmethod
    def tearDownClass(cls):
        code = cls.daemon.stop()
        log = cls.daemon.log()
        cls.daemon.close()
        cls.folder.cleanup()
        assert code == 0, log

    def tearDown(self):
        self.assertEqual(self.daemon.files("staging"), [])

    def post(self, body, headers=None, query="", dataset="content"):
        return self.daemon.request("POST", f"/v1/datasets/{dataset}/versions{query}", body, {"Content-Type": NDJSON, **(headers or {})})

    def assert_refused(self, answer, status, **said):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        reason = said.pop("reason", "")
        self.assertIn(reason, problem["reason"])
        self.assertEqual({name: problem.get(name) for name in said}, said, problem)
        self.assertEqual(self.daemon.versions("content"), [])
        self.assertEqual(self.daemon.files("staging"), [])

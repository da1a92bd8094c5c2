"""A form of a web page, sent by Chromium: the file that a user chose becomes a version, and the browser shows the receipt, or the problem."""
import json
import pathlib
import tempfile
import unittest

from support.browser import Browser
from support.daemon import Daemon

HERE = pathlib.Path(__file__).resolve().parent
NDJSON = b"".join(b'{"id":"%d","name":"n %d"}\n' % (i, i % 97) for i in range(5000))
CSV = b"id,name\r\n" + b"".join(b"%d,n %d\r\n" % (i, i % 97) for i in range(5000))


class BrowserTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        cls.daemon = Daemon(cls.path / "data").start()
        cls.wanted = cls.daemon.push("reference", NDJSON).json()["fingerprint"]
        cls.browser = cls.enterClassContext(Browser())

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def send(self, name, content, dataset, query=""):
        """What the browser shows once the form with that file was sent."""
        chosen = self.path / name
        chosen.write_bytes(content)
        self.browser.open(f"file://{HERE}/clients/form.html")
        self.browser.run(f"document.forms[0].action = {json.dumps(f'{self.daemon.url}/v1/datasets/{dataset}/versions{query}')}")
        self.browser.choose_file("input[type=file]", chosen)
        self.browser.click("button")
        return json.loads(self.browser.text())

    def test_chosen_file_becomes_a_version(self):
        for name, content, query in (("rows.csv", CSV, ""), ("rows.ndjson", NDJSON, "?format=ndjson")):
            with self.subTest(file=name):
                receipt = self.send(name, content, "form", query)
                self.assertEqual((receipt["fingerprint"], receipt["rows"]["stored"]), (self.wanted, 5000))
                self.assertTrue(self.daemon.verify("form", receipt["version"])["agrees"])

    def test_bad_row_is_shown_with_its_place(self):
        problem = self.send("bad.ndjson", NDJSON + b"{]\n", "bad", "?format=ndjson")
        self.assertEqual((problem["status"], problem["row"]), (400, 5001), problem)
        self.assertEqual(self.daemon.versions("bad"), [])


if __name__ == "__main__":
    unittest.main()

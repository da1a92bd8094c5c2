"""TLS options pass through to PostgreSQL: what is asked for is what the connection has, and a server that cannot prove who it is gets no query.

Through TLS a damaged byte is told apart from a value: nothing damaged is ever published.
"""
import os
import pathlib
import pwd
import shutil
import tempfile
import unittest

from support.certificates import Authority
from support.daemon import Daemon
from support.postgres import Postgres
from support.proxy import DOWN, Fault, Proxy
from support.pulls import Pulls, config, stored_rows

import rp1

TLS_NOW = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
ROWS = "SELECT n AS i, 'row ' || n AS t FROM generate_series(1, 400) n ORDER BY n"


def owned_by_server(path):
    """The server refuses a key that others may read."""
    path.chmod(0o600)
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        shutil.chown(path, user.pw_uid, user.pw_gid)


def setUpModule():
    global postgres, daemon, proxy
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    ours, another = Authority(folder, "ours"), Authority(folder, "another")
    key, certificate = ours.sign("server", "IP:127.0.0.1")
    owned_by_server(key)
    postgres = Postgres(ssl="on", ssl_cert_file=certificate, ssl_key_file=key, ssl_min_protocol_version="TLSv1.2").start()
    unittest.addModuleCleanup(postgres.close)
    proxy = Proxy(postgres.port)
    unittest.addModuleCleanup(proxy.__enter__().close)
    elsewhere = f"@localhost:{postgres.port}/"

    def source(mode, authority=None, **keys):
        root = f"&sslrootcert={authority.certificate}" if authority else ""
        return {"url": postgres.url(query=f"?sslmode={mode}{root}"), **keys}

    sources = {
        "disable": source("disable"),
        "require": source("require"),
        "verify-ca": source("verify-ca", ours),
        "verify-full": source("verify-full", ours),
        "older": {"url": postgres.url(query="?sslmode=require&ssl_max_protocol_version=TLSv1.2")},
        "other-authority": source("verify-ca", another),
        "no-authority": source("verify-full"),
        "other-name": {"url": source("verify-full", ours)["url"].replace(f"@127.0.0.1:{postgres.port}/", elsewhere)},
        "proxied": {"url": postgres.url(proxy.port, query=f"?sslmode=verify-full&sslrootcert={ours.certificate}"), "connect": "2 s", "statement": "2 s"},
    }
    daemon = Daemon(folder / "data", config=config(sources)).start()
    unittest.addModuleCleanup(daemon.close)


class TlsTest(unittest.TestCase):
    def check_connection(self, source, expected):
        """What the server says of the connection that the pull has."""
        receipt = Pulls(daemon, source).receipt(f"tls-{source}", TLS_NOW)
        self.assertEqual(stored_rows(daemon, f"tls-{source}", receipt["version"]), [rp1.encode_row(expected)], source)

    def test_the_connection_is_as_it_was_asked_for(self):
        self.check_connection("disable", {"ssl": False, "version": None})
        for source in ("require", "verify-ca", "verify-full"):
            self.check_connection(source, {"ssl": True, "version": "TLSv1.3"})
        self.check_connection("older", {"ssl": True, "version": "TLSv1.2"})

    def test_a_server_that_cannot_prove_who_it_is_gets_no_query(self):
        for source, reason in (("other-authority", "certificate verify failed"), ("no-authority", "root certificate"), ("other-name", "localhost")):
            with self.subTest(source):
                said = Pulls(daemon, source).pull("refused", "SELECT 'never asked' AS t")
                self.assertEqual((said["state"], said["receipt"]), ("failed", None))
                self.assertIn(reason, said["problem"]["detail"])
        self.assertEqual(postgres.backends("never asked"), [])
        self.assertEqual(daemon.versions("refused"), [])

    def test_a_damaged_byte_is_never_published(self):
        proxy.plan()
        truth = rp1.sequence_fingerprint((rp1.encode_row({"i": n, "t": f"row {n}"}) for n in range(1, 401)), {"i": "int", "t": "text"})
        self.assertEqual(Pulls(daemon, "proxied").receipt("whole", ROWS)["fingerprint"], truth)
        passed = proxy.connections[0].bytes[DOWN]
        for at in range(0, passed, passed // 40):
            with self.subTest(at=at):
                proxy.plan(Fault("corrupt", at, mask=1 << at % 8))
                said = Pulls(daemon, "proxied").pull(f"damaged-{at}", ROWS)
                if said["receipt"]:
                    # The last bytes are those of goodbyes, after the rows.
                    self.assertEqual(said["receipt"]["fingerprint"], truth)
                else:
                    self.assertEqual(said["state"], "failed")
                    self.assertEqual(daemon.versions(said["dataset"]), [])
        self.assertEqual(daemon.files("staging"), [])


if __name__ == "__main__":
    unittest.main()

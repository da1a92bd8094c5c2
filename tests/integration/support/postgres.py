"""A PostgreSQL of one's own, for tests: a cluster in a temporary folder, a server on a free port, stopped in every way there is.

The programs are those of ROWPRINT_POSTGRES_BIN, else of the newest version that Debian's packages have installed. PostgreSQL
refuses to run as root; then it runs as the user `postgres`.
"""
import ctypes
import glob
import os
import pathlib
import pwd
import re
import signal
import socket
import subprocess
import tempfile
import time

import psycopg2

# Without fsync, since no test cuts the power; what was committed outlives a server that is killed all the same.
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
    "full_page_writes": "off", "autovacuum": "off", "jit": "off", "shared_buffers": "32MB", "max_connections": "60",
    "log_min_messages": "warning", "timezone": "UTC",
}
STARTS_MAX = 5
SET_PARENT_DEATH_SIGNAL = 1


def programs():
    folder = os.environ.get("ROWPRINT_POSTGRES_BIN")
    if folder:
        return pathlib.Path(folder)
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    if not found:
        raise RuntimeError("there is no PostgreSQL in /usr/lib/postgresql: scripts/setup installs it")
    newest = max(found, key=lambda path: int(re.search(r"/postgresql/(\d+)/", path)[1]))
    return pathlib.Path(newest).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """Owns server and cluster. `with Postgres() as postgres:` makes, starts, ends and removes them.

    Everyone on the loopback is trusted, but for roles made by `role_with_password`. The port stays the same over restarts.
    """

    def __init__(self, **settings):
        self.settings = {**SETTINGS, **settings}
        self.port = None
        self.process = None
        self._folder = tempfile.TemporaryDirectory(prefix="rowprint-postgres-")
        self._cluster = pathlib.Path(self._folder.name, "cluster")
        self._log_file = pathlib.Path(self._folder.name, "log")
        self._as_user = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder.name, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        try:
            subprocess.run([programs() / "initdb", "-D", self._cluster, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                            "--locale=C.UTF-8", "--no-sync"], **self._as_user, cwd=self._folder.name, env=self._environment(),
                           stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True)
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    @staticmethod
    def _environment():
        """Without anything that would point libpq or the server elsewhere."""
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    @staticmethod
    def _die_with_parent():
        """A test that is killed leaves no server behind."""
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)

    def start(self, timeout=60):
        """Starts the server and waits until it answers queries. A port that was free a moment ago may be taken: then the next one."""
        for _ in range(STARTS_MAX):
            port = self.port or free_port()
            if self._starts_on(port, timeout):
                self.port = port
                return self
        raise RuntimeError(f"PostgreSQL does not start:\n{self.log()}")

    def _starts_on(self, port, timeout):
        options = [part for name, value in {**self.settings, "port": port}.items() for part in ("-c", f"{name}={value}")]
        with open(self._log_file, "ab") as log:
            self.process = subprocess.Popen([programs() / "postgres", "-D", self._cluster, *options], **self._as_user,
                                            cwd=self._folder.name, env=self._environment(), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=self._die_with_parent)
        deadline = time.monotonic() + timeout
        while self.process.poll() is None:
            try:
                self.connect(port=port).close()
                return True
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    self.process.kill()
                    self.process.wait()
                    raise RuntimeError(f"PostgreSQL does not answer after {timeout} s:\n{self.log()}") from None
                time.sleep(0.02)
        return False

    def _end(self, signal_number):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal_number)
            self.process.wait(60)

    def stop(self):
        """Fast: connections are ended, transactions rolled back, the server shuts down in order."""
        self._end(signal.SIGINT)

    def stop_immediately(self):
        """As a crash: no server process says goodbye to more than its client."""
        self._end(signal.SIGQUIT)

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        self.stop_immediately()
        self._folder.cleanup()

    def log(self):
        return self._log_file.read_text(encoding="utf-8", errors="replace") if self._log_file.exists() else ""

    def connect(self, port=None, **options):
        """A connection of psycopg2 that commits every statement."""
        parameters = {"host": "127.0.0.1", "port": port or self.port, "user": "postgres", "dbname": "postgres", "connect_timeout": 10,
                      "client_encoding": "UTF8", **options}
        connection = psycopg2.connect(**parameters)
        connection.autocommit = True
        return connection

    def execute(self, text, values=None, **options):
        """Runs one text on a connection of its own; gives the rows, if it has some. `values` as psycopg2 takes them."""
        connection = self.connect(**options)
        try:
            with connection.cursor() as cursor:
                cursor.execute(text, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def url(self, port=None, user="postgres", password=None, database="postgres", query=""):
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@127.0.0.1:{port or self.port}/{database}{query}"

    def role_with_password(self, name, password):
        """A role that may read what everyone may, and has to say its password (SCRAM)."""
        self.execute(f"SET password_encryption = 'scram-sha-256'; CREATE ROLE {name} LOGIN PASSWORD '{password}'; "
                     f"GRANT pg_read_all_data TO {name}")
        rules = self._cluster / "pg_hba.conf"
        rules.write_text(f"host all {name} 127.0.0.1/32 scram-sha-256\n{rules.read_text(encoding='utf-8')}", encoding="utf-8")
        self.execute("SELECT pg_reload_conf()")

    def backends(self, marked):
        """Process ids of the servers' side of connections, others than the asking one, whose current or last statement has this in it."""
        return [row[0] for row in self.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
            "AND strpos(query, %s) > 0", (marked,))]

    def running(self, marked):
        """As `backends`, those that are at work on it now."""
        return [row[0] for row in self.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() "
            "AND state = 'active' AND strpos(query, %s) > 0", (marked,))]

    def terminate(self, marked):
        """Ends them as an administrator would; gives how many."""
        pids = self.backends(marked)
        for pid in pids:
            self.execute("SELECT pg_terminate_backend(%s)", (pid,))
        return len(pids)

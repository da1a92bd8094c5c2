"""Starting, stopping, and what the service manager is told."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from support.daemon import PROGRAM, Daemon
from support.wire import Wire


class LifecycleTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.data = pathlib.Path(self.folder.name, "data")

    def tearDown(self):
        self.folder.cleanup()

    def run_program(self, *arguments, **options):
        return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)

    def config(self, text):
        path = pathlib.Path(self.folder.name, "c.toml")
        path.write_text(text, encoding="utf-8")
        return str(path)

    def test_second_daemon_on_the_same_data_exits_and_names_the_first(self):
        with Daemon(self.data) as first:
            second = self.run_program("--data", str(self.data), "--listen", "127.0.0.1:0")
            self.assertEqual(second.returncode, 1)
            self.assertIn(f"pid {first.process.pid}", second.stderr)
            self.assertIn("rowprintd", second.stderr)
            self.assertEqual(first.push("still", b'{"a":1}\n').status, 201)
            first.kill()
            with Daemon(self.data) as third:
                self.assertEqual(len(third.versions("still")), 1)

    def test_port_in_use_is_named(self):
        with Daemon(self.data) as first:
            second = self.run_program("--data", str(self.data) + "2", "--listen", f"127.0.0.1:{first.port}")
            self.assertEqual(second.returncode, 1)
            self.assertIn(str(first.port), second.stderr)

    def test_configuration_that_is_wrong_exits_2_and_names_the_line(self):
        for text, line, word in (('listen = "127.0.0.1:8750"\nlisen = "x"\n', 2, "lisen"), ("[memory]\nbudget_bytes = 1\n", 2, "budget_bytes"),
                                 ("workers = \n", 1, ""), ('listen = "localhost"\n', 1, "listen"), ("[log]\nlevel = \"loud\"\n", 2, "level"),
                                 ("[timeouts]\nidle = 60\n", 2, "idle"), ("[limits]\nrows = 1\n", 2, "limits.rows"), ("memory = 1\n", 1, "memory")):
            path = self.config(text)
            for flags in (["--check-config"], []):
                ended = self.run_program("--config", path, "--data", str(self.data), *flags)
                self.assertEqual(ended.returncode, 2, text)
                self.assertIn(f"{path}:{line}: ", ended.stderr)
                self.assertIn(word, ended.stderr)
        self.assertFalse(self.data.exists())

    def test_sample_configuration_is_valid_and_holds_the_defaults(self):
        sample = pathlib.Path(__file__).parents[2] / "config" / "rowprintd.toml"
        self.assertEqual(self.run_program("--config", str(sample), "--check-config").returncode, 0)

    def test_wrong_flags_exit_2(self):
        for flags in (["--lissten", "x"], ["--listen", "nowhere"], ["--log-level", "loud"], ["--config", "/nonexistent/c.toml"], ["word"]):
            self.assertEqual(self.run_program(*flags).returncode, 2, flags)
        for flags in (["--help"], ["--version"]):
            ended = self.run_program(*flags)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertIn("rowprintd", ended.stdout)

    def test_sigterm_lets_a_running_push_end(self):
        with Daemon(self.data) as daemon, Wire(daemon.port) as wire, Wire(daemon.port) as idle:
            idle.head("GET", "/healthz")
            self.assertEqual(idle.answer()[0], 200)
            wire.head("POST", "/v1/datasets/last/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            wire.chunk(b'{"a":1}\n')
            self.wait_for_running(daemon)
            daemon.process.send_signal(signal.SIGTERM)
            self.assertTrue(idle.ended(), "an idle connection is ended at once")
            with self.assertRaises(ConnectionRefusedError):
                Wire(daemon.port)
            wire.chunk(b'{"a":2}\n')
            wire.send("0\r\n\r\n")
            status, head, body = wire.answer()
            self.assertEqual((status, json.loads(body)["rows"]["received"]), (201, 2))
            self.assertIn("Connection: close", head)
            self.assertEqual(daemon.process.wait(60), 0)
        with Daemon(self.data) as daemon:
            self.assertTrue(daemon.verify("last")["agrees"])

    def test_push_that_outlasts_the_grace_is_cancelled(self):
        with Daemon(self.data, config='[timeouts]\ngrace = "300 ms"\n') as daemon, Wire(daemon.port) as wire:
            wire.head("POST", "/v1/datasets/long/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            wire.chunk(b'{"a":1}\n')
            self.wait_for_running(daemon)
            daemon.process.send_signal(signal.SIGTERM)
            status, _, body = wire.answer()
            self.assertEqual((status, json.loads(body)["code"]), (409, "cancelled"))
            wire.close()
            self.assertEqual(daemon.process.wait(60), 0)
            self.assertEqual(daemon.files("staging"), [])
        with Daemon(self.data) as daemon:
            self.assertEqual(daemon.versions("long"), [])

    def test_busy_push_that_outlasts_the_grace_is_cancelled(self):
        with Daemon(self.data, config='[timeouts]\ngrace = "200 ms"\n') as daemon:
            answers = []

            def rows():
                while True:
                    yield b'{"a":1,"filler":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}\n' * 1000

            pusher = threading.Thread(target=lambda: answers.append(daemon.push("endless", rows())))
            pusher.start()
            self.wait_for_running(daemon)
            self.assertEqual(daemon.stop(), 0, daemon.log())
            pusher.join(60)
            self.assertEqual([answer.json()["code"] for answer in answers], ["cancelled"])
            self.assertEqual(daemon.files("staging"), [])

    def test_second_signal_ends_at_once(self):
        with Daemon(self.data) as daemon, Wire(daemon.port) as wire:
            wire.head("POST", "/v1/datasets/held/versions", "Content-Type: application/x-ndjson", "Transfer-Encoding: chunked")
            wire.chunk(b'{"a":1}\n')
            self.wait_for_running(daemon)
            daemon.process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            self.assertIsNone(daemon.process.poll())
            daemon.process.send_signal(signal.SIGINT)
            self.assertEqual(daemon.process.wait(5), 1)

    def test_service_manager_is_told_ready_alive_and_stopping(self):
        with NotifySocket(self.folder.name) as manager:
            with Daemon(self.data, environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"}) as daemon:
                self.assertIn("READY=1", manager.next().split("\n"))
                self.assertEqual(daemon.get("/readyz").status, 200)
                began = time.monotonic()
                self.assertEqual([manager.next() for _ in range(10)], ["WATCHDOG=1"] * 10)
                self.assertLess(time.monotonic() - began, 2, "each within its 200 ms")
                daemon.process.send_signal(signal.SIGTERM)
                self.assertEqual(manager.next_but("WATCHDOG=1"), "STOPPING=1")
                self.assertEqual(daemon.process.wait(60), 0)

    def test_watchdog_is_for_the_process_it_names(self):
        with NotifySocket(self.folder.name) as manager:
            with Daemon(self.data, environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"}) as daemon:
                self.assertIn("READY=1", manager.next())
                daemon.stop()
                self.assertEqual(manager.next(), "STOPPING=1")

    def test_daemon_that_misses_a_content_serves_but_is_not_ready(self):
        with Daemon(self.data) as daemon:
            daemon.push("lost", b"".join(b'{"text":"row number %06d"}\n' % i for i in range(20000)))
            daemon.stop()
        for file in (self.data / "contents").iterdir():
            file.unlink()
        with NotifySocket(self.folder.name) as manager:
            with Daemon(self.data, environment={"NOTIFY_SOCKET": manager.path}) as daemon:
                said = manager.next()
                self.assertIn("EXTEND_TIMEOUT_USEC=", said)
                self.assertIn("contents are not there", said)
                self.assertNotIn("READY=1", said)
                self.assertEqual(daemon.get("/v1/datasets").status, 200)
                self.assertEqual(daemon.request("DELETE", "/v1/datasets/lost").status, 200)
                self.assertIn("READY=1", manager.next())

    def test_socket_that_was_passed_is_listened_on(self):
        with socket.socket() as passed:
            passed.bind(("127.0.0.1", 0))
            passed.listen(16)

            def hand_over():
                os.dup2(passed.fileno(), 3)

            # The process that is to listen must name itself, which only a shell in between can.
            process = subprocess.Popen(["/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', PROGRAM, "--data", str(self.data)],
                                       preexec_fn=hand_over, pass_fds=(3,), stderr=subprocess.PIPE, text=True)
            try:
                line = process.stderr.readline()
                self.assertIn(f"listening on http://127.0.0.1:{passed.getsockname()[1]}", line)
                with Wire(passed.getsockname()[1]) as wire:
                    wire.head("GET", "/healthz")
                    self.assertEqual(wire.answer()[0], 200)
            finally:
                process.terminate()
                self.assertEqual(process.wait(60), 0)
                process.stderr.close()

    def wait_for_running(self, daemon):
        deadline = time.monotonic() + 20
        while True:
            ingests = daemon.get("/v1/ingests").json()["ingests"]
            if ingests and ingests[0]["state"] == "storing":
                return
            self.assertLess(time.monotonic(), deadline)


class NotifySocket:
    """The receiving end of sd_notify(3)."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def next(self):
        return self.socket.recv(4096).decode()

    def next_but(self, left_out):
        while (said := self.next()) == left_out:
            pass
        return said


if __name__ == "__main__":
    unittest.main()

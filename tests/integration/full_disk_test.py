"""A disk that fills: 507, staging gone, and the daemon serves on."""
import ctypes
import os
import pathlib
import tempfile
import unittest

from support.daemon import Daemon

SMALL = b'{"a":1}\n'
# What the disk itself does when it is full is seen only where nothing is held back.
NO_RESERVE = "[limits]\ndisk_reserve = 0\n"


def rows(count, word):
    return b"".join(b'{"n":%d,"filler":"%s"}\n' % (i, word * 20) for i in range(count))


class FullDisk:
    """What a disk that fills has to show; the two classes below fill it in their ways."""

    def assert_no_space(self, answer):
        self.assertEqual((answer.status, answer.json()["code"]), (507, "no_space"), answer.body)

    def assert_serves_on(self, daemon, name):
        self.assertEqual(daemon.files("staging"), [])
        self.assertEqual(daemon.get("/readyz").status, 200)
        self.assertEqual(daemon.push(name, SMALL).status, 201)
        self.assertTrue(daemon.verify(name)["agrees"])

    def test_push_that_fills_the_disk(self):
        with self.daemon() as daemon:
            daemon.push("before", rows(1000, b"before"))
            contents = daemon.files("contents")
            for attempt in range(3):
                self.assert_no_space(daemon.push("large", rows(120000, b"large"), timeout=300))
                self.assertEqual(daemon.versions("large"), [])
                self.assertEqual(daemon.files("contents"), contents)
                self.assert_serves_on(daemon, f"after{attempt}")
                contents = daemon.files("contents")
            self.assertTrue(daemon.verify("before")["agrees"])
            self.assertEqual(daemon.stop(), 0, daemon.log())
        with self.daemon() as daemon:
            self.assertEqual(len(daemon.versions("before")), 1)

    def test_sorting_that_fills_the_disk(self):
        config = NO_RESERVE + '[memory]\nsort_bytes = "1 MiB"\n'
        with self.daemon(config) as daemon:
            many = b"".join(b'{"n":%d}\n' % i for i in range(400000))
            self.assert_no_space(daemon.push("set", many, "?order=set", timeout=300))
            self.assertEqual(daemon.files("digests"), [])
            self.assert_serves_on(daemon, "after")


class FileSizeLimit(FullDisk, unittest.TestCase):
    """No file may grow beyond 6 MiB: where there is no disk of one's own to fill."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def daemon(self, config=""):
        return Daemon(self.folder.name, config=config or NO_RESERVE, file_bytes_max=6 << 20)


class SmallFilesystem(FullDisk):
    """A filesystem of 8 MiB in memory."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        mount(self.folder.name)

    def tearDown(self):
        LIBC.umount2(self.folder.name.encode(), 2)
        self.folder.cleanup()

    def daemon(self, config=""):
        return Daemon(pathlib.Path(self.folder.name, "data"), config=config or NO_RESERVE)

    def free_bytes(self):
        found = os.statvfs(self.folder.name)
        return found.f_bavail * found.f_frsize

    def test_push_that_comes_to_the_reserve_ends_there(self):
        with self.daemon('[limits]\ndisk_reserve = "4 MiB"\n') as daemon:
            answer = daemon.push("large", rows(120000, b"large"), timeout=300)
            self.assert_no_space(answer)
            self.assertIn("limits.disk_reserve", answer.json()["reason"])
            self.assert_serves_on(daemon, "after")
            self.assertGreater(self.free_bytes(), 4 << 20)

    def test_disk_that_others_filled(self):
        with self.daemon() as daemon:
            daemon.push("before", rows(1000, b"before"))
            filler = pathlib.Path(self.folder.name, "filler")
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 4096)
                except OSError:
                    pass
            for _ in range(3):
                self.assert_no_space(daemon.push("large", rows(3000, b"large")))
            self.assertEqual(daemon.versions("large"), [])
            self.push_small_ones_until_there_is_no_space(daemon)
            self.assertTrue(daemon.verify("before")["agrees"])
            self.assertEqual(len(daemon.rows("before").body.splitlines()), 1000)
            filler.unlink()
            self.assert_serves_on(daemon, "after")


    def push_small_ones_until_there_is_no_space(self, daemon):
        """They lie in the catalog, whose files may have room left; each is answered as what became of it."""
        kept = []
        for number in range(2000):
            answer = daemon.push(f"small{number}", rows(100, b"%d" % number))
            if answer.status != 201:
                self.assert_no_space(answer)
                self.assertEqual(daemon.versions(f"small{number}"), [])
                break
            kept.append(f"small{number}")
        else:
            self.fail("the disk never filled")
        for name in kept:
            self.assertTrue(daemon.verify(name)["agrees"])


LIBC = ctypes.CDLL(None, use_errno=True)


def mount(path):
    """A filesystem of its own needs the right to mount, which not every machine gives."""
    if LIBC.mount(b"tmpfs", path.encode(), b"tmpfs", 0, b"size=8m") != 0:
        raise OSError(ctypes.get_errno(), "mount")


def may_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            mount(folder)
        except OSError:
            return False
        LIBC.umount2(folder.encode(), 2)
        return True


if may_mount():
    class OwnFilesystem(SmallFilesystem, unittest.TestCase):
        pass


if __name__ == "__main__":
    unittest.main()

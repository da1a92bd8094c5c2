"""The rowprint command, run as a user runs it. The program is the one that the environment variable ROWPRINT names."""
import json
import os
import pty
import subprocess

PROGRAM = os.environ.get("ROWPRINT", "rowprint")


class Done:
    """What a run of the command left: status, standard output and standard error."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def json(self):
        return json.loads(self.out)

    def problem(self):
        return json.loads(self.err)

    def __repr__(self):
        return f"status {self.status}, out {self.out[:400]!r}, err {self.err[:400]!r}"


class Command:
    """Runs it against one daemon, with a cache of its own below `folder`."""

    def __init__(self, url, folder):
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ROWPRINT_")}
        self.environment.update(ROWPRINT_URL=url, XDG_CACHE_HOME=f"{folder}/cache", TMPDIR=str(folder), TERM="xterm")

    def run(self, *arguments, given=None, **environment):
        """`given`: what standard input holds."""
        stdin = {"stdin": subprocess.DEVNULL} if given is None else {"input": given}
        done = subprocess.run([PROGRAM, *map(str, arguments)], **stdin, capture_output=True,
                              env={**self.environment, **environment}, timeout=300, check=False)
        return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def start(self, *arguments, **streams):
        return subprocess.Popen([PROGRAM, *map(str, arguments)], env=self.environment, **streams)

    def on_terminal(self, *arguments, given=b""):
        """(status, standard output, what standard error's terminal was sent)."""
        ours, theirs = pty.openpty()
        process = self.start(*arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        process.stdin.write(given)
        process.stdin.close()
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other side of a terminal is gone
                break
            if not part:
                break
            shown += part
        os.close(ours)
        out = process.stdout.read().decode()
        process.stdout.close()
        return process.wait(300), out, shown.decode()

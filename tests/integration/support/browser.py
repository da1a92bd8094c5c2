"""Chromium without a window, told what to do over its DevTools protocol."""
import json
import os
import select
import subprocess
import tempfile
import time

PROGRAM = "/usr/bin/chromium"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--remote-debugging-pipe"]


class Browser:
    """One browser with one page. `with Browser() as browser:` starts and ends it. What it is asked it does within `timeout` seconds."""

    def __init__(self, timeout=120):
        self.timeout = timeout
        self._profile = tempfile.TemporaryDirectory(prefix="browser-test-", ignore_cleanup_errors=True)
        self._left = b""
        self._number = 0
        self._session = None

    def __enter__(self):
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()

        def as_3_and_4():
            # Copied beyond both first: either may be in the other's place.
            given, taken = os.dup(theirs_in), os.dup(theirs_out)
            os.dup2(given, 3)
            os.dup2(taken, 4)

        self._process = subprocess.Popen([PROGRAM, *FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=as_3_and_4, close_fds=False)
        os.close(theirs_in)
        os.close(theirs_out)
        page = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        self.ask("Page.enable")
        return self

    def __exit__(self, *_):
        os.close(self._to)  # which ends it
        try:
            self._process.wait(self.timeout)
        finally:
            self._process.kill()
            self._process.wait()
            os.close(self._from)
            self._profile.cleanup()

    def ask(self, method, **parameters):
        """The result of one command of the protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, **({"sessionId": self._session} if self._session else {})}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        answer = self._wait(lambda message: message.get("id") == self._number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, url):
        self.ask("Page.navigate", url=url)
        self._wait(lambda message: message.get("method") == "Page.loadEventFired")

    def choose_file(self, selector, path):
        """As a user does in the dialog of a file field."""
        document = self.ask("DOM.getDocument")["root"]["nodeId"]
        field = self.ask("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", nodeId=field, files=[str(path)])

    def click(self, selector):
        """Clicks on what leads to another page, and waits for that."""
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self._wait(lambda message: message.get("method") == "Page.loadEventFired")

    def run(self, script):
        """What a script in the page gives."""
        done = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def text(self):
        """What the page shows."""
        return self.run("document.body.innerText")

    def _wait(self, wanted):
        deadline = time.monotonic() + self.timeout
        while True:
            end = self._left.find(b"\0")
            if end >= 0:
                message, self._left = json.loads(self._left[:end]), self._left[end + 1:]
                if wanted(message):
                    return message
                continue
            if not select.select([self._from], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError(f"{PROGRAM} has not answered for {self.timeout} s")
            part = os.read(self._from, 65536)
            if not part:
                raise RuntimeError(f"{PROGRAM} has ended with {self._process.wait(self.timeout)}")
            self._left += part

"""A review server for one scenario: a copy of the workspace, served on a port of its own.

MICROCURATE names the command and WORKSPACE a workspace with some forty clips to review, of the films that footage.py
makes. With STAND_IN, a Python program that takes a port and speaks the same contract, the page is tested without the
server.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """Use as a context: serves from entering to leaving."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.server = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(self.url, timeout=5)
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the review server did not start") from None
                time.sleep(0.05)

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()


class ReviewSite(Site):
    def __init__(self):
        super().__init__()
        self.binary = os.environ["MICROCURATE"]
        self.folder = tempfile.TemporaryDirectory(prefix="browser-")
        self.workspace = pathlib.Path(self.folder.name) / "workspace"
        shutil.copytree(os.environ["WORKSPACE"], self.workspace)

    def __exit__(self, *_):
        super().__exit__()
        self.folder.cleanup()

    def command(self):
        return [self.binary, "-C", self.workspace, "review", "serve", "--port", str(self.port)]

    def run(self, *arguments):
        done = subprocess.run([self.binary, "-C", self.workspace, *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"microcurate {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def invite(self, name, role="reviewer"):
        return json.loads(self.run("review", "invite", name, "--role", role, "--port", str(self.port), "--json"))["url"]

    def in_force(self):
        """The decisions in force, as `review export` prints them."""
        return [json.loads(line) for line in self.run("review", "export").splitlines() if line.strip()]

    def outcome(self, clip):
        """`ready`, `accepted`, `declined` or `disputed`."""
        sql = f"SELECT state FROM clip_overview WHERE clip_id = '{clip}'"
        return json.loads(self.run("query", sql, "--json"))[0]["state"]


class StandInSite(Site):
    def command(self):
        return [sys.executable, os.environ["STAND_IN"], str(self.port)]

    def ask(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return json.load(answer)

    def invite(self, name, role="reviewer"):
        return self.ask(f"/mock/invite/{name}/{role}")["url"]

    def in_force(self):
        return self.ask("/mock/in-force")

    def outcome(self, clip):
        return self.ask(f"/mock/outcome/{clip}")["outcome"]


def site():
    return StandInSite() if "STAND_IN" in os.environ else ReviewSite()

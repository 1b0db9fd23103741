"""An operator's page, through a real ssh -N -L and curl."""
import json
import re
import socket
import subprocess

from .case import Fail, eventually

PAGE = "fleet:80"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Page:
    """The page that one connection of an operator has on a local port."""

    def __init__(self, who, target=PAGE):
        self.case = who.case
        self.port = free_port()
        self.ssh = who.forward(f"{self.port}:{target}",
                               options=("-o", "ExitOnForwardFailure=yes"))
        eventually(self.listens, what="ssh listens")

    def listens(self):
        if self.ssh.poll() is not None:
            raise Fail(f"ssh ended: {self.ssh.returncode}")
        try:
            self.connect().close()
            return True
        except ConnectionRefusedError:
            return False

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def url(self, path="/"):
        return f"http://localhost:{self.port}{path}"

    def curl(self, path, *options, timeout=30):
        """Status, headers (small letters) and body."""
        done = self.case.run(["curl", "-sS", "-i", "--path-as-is", "--max-time",
                              timeout, *options, self.url(path)], timeout + 10)
        if done.code != 0:
            raise Fail(f"curl {path}: {done}")
        head, _, body = done.out.replace("\r\n", "\n").partition("\n\n")
        lines = head.split("\n")
        headers = {name.lower(): value for name, _, value in
                   (line.partition(": ") for line in lines[1:])}
        return int(lines[0].split()[1]), headers, body

    def json(self, path, *options):
        status, headers, body = self.curl(path, *options)
        if headers.get("content-type") != "application/json":
            raise Fail(f"{path}: {status} {headers} {body}")
        return status, json.loads(body) if body else None

    def act(self, act, *args, key=None, options=()):
        """Give a command on the page: status of HTTP, answer."""
        words = ["-d", json.dumps({"act": act, "args": args}), *options]
        if not any("Content-Type" in word for word in options):
            words += ["-H", "Content-Type: application/json"]
        if key is not None:
            words += ["-H", f"X-Et-Key: {key}"]
        return self.json("/api/act", *words)


class KeyPage(Page):
    """One whose connection runs the command page, as ssh -t -L ... page does."""

    def __init__(self, who):
        self.case = who.case
        self.port = free_port()
        self.ssh = self.case.spawn(
            [*who.argv("ssh", "-o", "ExitOnForwardFailure=yes", "-L",
                       f"{self.port}:{PAGE}"), "page", "--port", self.port],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.ssh.stdout.readline().decode()
        found = re.fullmatch(
            rf"http://localhost:{self.port}/#key=([0-9a-f]{{32}})\n", line)
        if not found:
            raise Fail(f"page printed {line!r}")
        self.secret = found.group(1)

"""A command on a terminal of its own, whose other end the test holds."""
import fcntl
import os
import re
import select
import struct
import termios
import time

from .case import PATIENCE, Fail, eq

ESCAPE = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")


class Terminal:
    def __init__(self, case, argv, columns, rows=50, **env):
        """env: what is in its environment beside this process's; None: not."""
        self.ours, self.theirs = os.openpty()
        self.resize(columns, rows)
        self.was = termios.tcgetattr(self.theirs)
        said = {**os.environ, "TERM": "xterm", "COLUMNS": None,
                "NO_COLOR": None, **env}
        self.process = case.spawn(
            argv, stdin=self.theirs, stdout=self.theirs, stderr=self.theirs,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={k: v for k, v in said.items() if v is not None})
        self.seen = ""
        case.closers.append(self.close)

    def resize(self, columns, rows):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def close(self):
        for fd in self.ours, self.theirs:
            if fd != -1:
                os.close(fd)
        self.ours = self.theirs = -1

    def read(self, timeout):
        """What has come; "" after timeout."""
        if not select.select([self.ours], [], [], timeout)[0]:
            return ""
        text = os.read(self.ours, 65536).decode(errors="replace")
        self.seen += text
        return text

    def wait(self, text, after=0, timeout=PATIENCE):
        """Until it has printed text; returns where that ends."""
        end = time.monotonic() + timeout
        while text not in self.seen[after:]:
            if time.monotonic() > end:
                raise Fail(f"no {text!r} in {self.seen[after:]!r}")
            self.read(0.1)
        return self.seen.index(text, after) + len(text)

    def type(self, text):
        os.write(self.ours, text.encode())

    def end(self):
        """All that it has printed, when it has ended."""
        while self.process.poll() is None:
            self.read(0.05)
        while self.read(0):
            pass
        return self.process.returncode

    def restored(self):
        """The terminal is as it was, as far as programs set it."""
        eq(termios.tcgetattr(self.theirs)[:4], self.was[:4], "its modes")
        for on, off in ("\x1b[?1049h", "\x1b[?1049l"), ("\x1b[?25l",
                                                       "\x1b[?25h"):
            eq(self.seen.count(on), self.seen.count(off), f"{on!r}")


def lines(text):
    """As they stand on the screen: without what moves and colours."""
    return ESCAPE.sub("", text).replace("\r", "").split("\n")


def colours(text):
    return re.findall(r"\x1b\[([0-9;]*)m", text)

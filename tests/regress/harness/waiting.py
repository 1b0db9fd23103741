"""A device that holds one connection and is told what is wanted."""
import datetime
import queue
import subprocess
import threading

from .case import PATIENCE, Fail, end, eq


class Waiting:
    """A client with exec "wait 1", once the server knows that it waits."""

    def __init__(self, device, client="dbclient", command="wait 1",
                 options=()):
        server = device.server
        self.after = server.events.mark()
        refuse = device.case.dir / "stdin-n"
        refuse.write_text("n\n")
        self.process = device.case.spawn(
            [*device.argv(client, *options), command],
            stdin=open(refuse, "rb"), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.lines = queue.Queue()
        self.told = None        # when its last line came
        threading.Thread(target=self.read, daemon=True).start()
        self.conn = server.events.wait("heartbeat", after=self.after,
                                       waits=True)["conn"]
        eq(self.line(), "0", "the first line")

    def read(self):
        for line in self.process.stdout:
            self.lines.put((line.decode().rstrip("\n"),
                            datetime.datetime.now(datetime.timezone.utc)))
        self.lines.put((None, None))

    def line(self, timeout=PATIENCE):
        """Its next line, awaited; None: the connection is at its end."""
        try:
            line, self.told = self.lines.get(timeout=timeout)
            return line
        except queue.Empty:
            raise Fail(f"no line within {timeout} s") from None

    def silent(self):
        """Nothing was told so far."""
        return self.lines.empty()

    def end(self):
        end(self.process)

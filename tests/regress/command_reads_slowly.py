#!/usr/bin/python3
"""A console that reads in jerks gets all that an honest client sends, and of a
client that heeds no window never a half as if it were the whole."""
import os
import signal
import threading

import paramiko

from harness import Server, check, eq, eventually, run
from harness.operators import operator

COMMENTS = b"# ".ljust(63, b"x") + b"\n"
ROWS = b"first-1\n" + COMMENTS * 100000 + b"last-1\n"
JERKS = 8
PIECE = 16384


class Sender(threading.Thread):
    """Writes all of ROWS, and counts."""

    def __init__(self, write, end):
        super().__init__(daemon=True)
        self.write, self.end, self.sent = write, end, 0

    def run(self):
        try:
            for at in range(0, len(ROWS), PIECE):
                self.write(ROWS[at:at + PIECE])
                self.sent = at + PIECE
            self.end()
        except (OSError, EOFError):
            pass            # the server has ended it

    def stalls(self):
        """It gets no further, however long it is looked at."""
        seen = []

        def same():
            seen.append(self.sent)
            return len(seen) > 20 and len(set(seen[-20:])) == 1
        eventually(same, what="it sends no more")

    def goes_on(self):
        """Or is done."""
        at = self.sent
        eventually(lambda: self.sent != at or not self.is_alive(),
                   what="it sends on")


def begin(server, start):
    """A console that is stopped before it reads, and its sender."""
    sender = start()
    pid = eventually(lambda: server.pids("et-sshd-console"),
                     what="a console runs")[0]
    os.kill(pid, signal.SIGSTOP)
    sender.start()
    return sender, pid


def stop(pid, number=signal.SIGSTOP):
    """False: it is done, and gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def test(t):
    server = Server(t)
    ada = operator(server, "ada", "admin")
    process = t.spawn([*ada.argv("ssh"), "device import -"], bufsize=0,
                      stdin=-1, stdout=-1, stderr=-1)
    sender, pid = begin(server, lambda: Sender(process.stdin.write,
                                               process.stdin.close))
    for _ in range(JERKS):
        sender.stalls()
        os.kill(pid, signal.SIGCONT)
        sender.goes_on()
        if not stop(pid):
            break           # it was quick enough to be done
    stop(pid, signal.SIGCONT)
    out, err = process.stdout.read(), process.stderr.read()
    eq(process.wait(), 0, err)
    check(b"2 devices imported" in out, out)
    event = server.events.wait("command", operator="ada")
    eq(event["bytes_in"], len(ROWS), "bytes that came")

    # libssh before 0.11 takes what no window allows, and a later one drops it
    # and goes on: either ends the session.
    for name in ("first-1", "last-1"):
        server.admin_ok("device", "remove", name)
    transport = ada.login()
    channel = transport.open_session()
    channel.exec_command("device import -")

    def send(data):
        message = paramiko.Message()
        message.add_byte(b"\x5e")           # SSH_MSG_CHANNEL_DATA
        message.add_int(channel.remote_chanid)
        message.add_string(data)
        transport._send_user_message(message)
    after = server.events.mark()
    sender, pid = begin(server, lambda: Sender(send, channel.shutdown_write))
    eventually(lambda: not transport.is_active(), what="the session ends")
    server.events.wait("command", after=after, operator="ada")
    eventually(lambda: not server.pids("et-sshd-console"), what="it is gone")
    eq(server.admin_json("device", "list"), [], "nothing was imported")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)

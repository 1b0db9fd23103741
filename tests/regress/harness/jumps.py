"""Jumps whose two ends lie in one worker, and in two: what they cost, and
sockets that lead through them."""
import os
import socket

from . import proc
from .case import eq, eventually, fresh_port
from .device import Listener, echo
from .operators import operator
from .server import Server


class Way:
    """A server with so many workers; a device that holds ports of its own;
    ssh -L of an operator, whose connection is in the same worker if that is
    the only one, and in the other if there are two."""

    def __init__(self, t, workers, client="dbclient", options=(), ports=(),
                 **conf):
        self.case, self.workers = t, workers
        self.server = Server(t, f"server-{os.urandom(2).hex()}",
                             workers=workers, **conf)
        self.name = "d" + os.urandom(4).hex()
        self.device = self.server.device(self.name, "--tag", "lab")
        self.server.admin_ok("permit", "add", self.name, "1-65535",
                             "--virtual")
        probe = Listener(t, echo).port
        ports = (*ports, probe)
        self.alice = operator(self.server, "alice", "operator", "lab:1-65535")
        self.tunnel = self.device.tunnel(*((p, p) for p in ports),
                                         client=client, options=options)
        self.server.events.wait("forward.open", count=len(ports))
        self.local = {port: fresh_port() for port in ports}
        self.ssh = self.alice.forward(
            *(f"{here}:{self.name}:{port}" for port, here in self.local.items()),
            options=options)
        for here in self.local.values():
            # A connection would be a jump.
            at = f"0100007F:{here:04X}"
            eventually(lambda at=at: at in proc.listening(),
                       what="ssh -L listens")
        self.check_place(probe)

    def check_place(self, port):
        """In one worker a jump costs the monitor nothing, else a socket."""
        before = len(proc.sockets(self.server.process.pid))
        with self.dial(port):
            self.server.events.wait("jump.open")
            eq(len(proc.sockets(self.server.process.pid)) - before,
               self.workers - 1,
               f"sockets that a jump costs, {self.workers} workers")
        self.server.events.wait("jump.close")

    def dial(self, port):
        s = socket.create_connection(("127.0.0.1", self.local[port]), 30)
        s.settimeout(60)
        return s

    def end(self):
        eq(self.server.events.find("worker.exit"), [], "workers that ended")
        eq(self.server.events.find("jump.wait"), [], "jumps that waited")
        self.server.stop()

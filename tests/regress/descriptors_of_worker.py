#!/usr/bin/python3
"""A worker at its own limit of descriptors refuses what it has no room for,
and nothing else: what it holds lives on, and afterwards all is as before."""
import os

import paramiko

from harness import (Server, Skip, check, eq, fresh_port, plain_build_only,
                     run)
from harness.case import dial
from harness.device import Listener, echo
from harness.fault import descriptors, says_back
from harness.operators import operator, talk
from harness.packets import closed_within


class Room:
    """How many descriptors a worker may open yet."""

    def __init__(self, server):
        self.server, self.pid = server, server.workers()[0]
        lines = open(f"/proc/{self.pid}/limits").read().splitlines()
        self.usual = next(int(line.split()[3]) for line in lines
                          if line.startswith("Max open files"))

    def leave(self, count):
        taken = {int(n) for n in os.listdir(f"/proc/{self.pid}/fd")}
        free = [n for n in range(len(taken) + count + 1) if n not in taken]
        self.limit(free[count])

    def restore(self):
        self.limit(self.usual)

    def limit(self, number):
        """As its own user, who may do so."""
        self.server.case.run(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
             "prlimit", f"--pid={self.pid}",
             f"--nofile={number}:{self.usual}"], check_=True)


def refused_port(transport, port):
    try:
        transport.request_port_forward("", port, lambda *_: None)
    except paramiko.SSHException:
        return True
    return False


def test(t):
    plain_build_only("its descriptors are others")
    if os.getuid() != 0:
        raise Skip("only root sees another's descriptors")
    server = Server(t, workers=1)
    room = Room(server)
    worker = room.pid
    device = server.device()
    person = operator(server, "alice", "admin")
    service, port, more = Listener(t, echo).port, fresh_port(), fresh_port()
    server.admin_ok("permit", "add", device.name, more)
    device.ask_and_open(service, port)
    through = dial(port)
    t.closers.append(through.close)
    held, alice = device.login(), person.login()
    channel = held.open_session()
    channel.exec_command("wait 1")
    check(says_back(through), "a tunnel")
    # CONN: its own descriptor, and the one that libssh gets.
    for left, reason in ((0, "the worker has no descriptor left"),
                         (1, "the worker is out of memory or descriptors")):
        room.leave(left)
        after = server.events.mark()
        check(device.poll().code != 0, "no poll without a descriptor")
        server.events.wait("session.close", after=after, reason=reason)
        check(says_back(through), "the tunnel meanwhile")
    # A forward takes none, since et-sshd listens; a connection to it does.
    room.leave(0)
    before, after = descriptors(worker), server.events.mark()
    check(not refused_port(held, more), "a forward without a descriptor")
    for refused in port, more:
        with dial(refused) as late:
            check(closed_within(late), "a connection without a descriptor")
        server.events.wait("conn.close", after=after, sport=refused,
                           reason="the worker has no descriptor left")
    eq(descriptors(worker), before, "descriptors meanwhile")
    check(says_back(through), "the tunnel meanwhile")
    # A jump within the worker takes none.
    room.leave(0)
    jump = person.open(device.name, service, alice)
    check(jump is not None, "a jump without a descriptor")
    jump.close()
    check(alice.is_active() and held.is_active(), "both sessions live")
    room.restore()
    with dial(port) as late:
        check(says_back(late), "a connection")
    eq(talk(person.open(device.name, service, alice)), b"hello", "the jump")
    device.poll().ok()
    eq(server.workers(), [worker], "the worker")
    eq(server.events.find("worker.exit"), [], "ends of it")


run(test)

#!/usr/bin/python3
"""A client that begins to make new keys and does not go on is ended after half
a minute, though it gives signs of life; one that only rests is not."""
import threading

from harness import Server, eq, fresh_port, run
from harness.packets import Wire, kexinit

REKEY_TIME = 30         # s
SERVER = 20             # its KEXINIT


def holder(server, name):
    device, port = server.device(name), fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    return Wire(transport, SERVER, 80), \
        server.events.wait("forward.open", sport=port)["conn"]


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=1000)
    stalls, its = holder(server, "stalls")
    rests, kept = holder(server, "rests")
    stalls.send(kexinit(kex="curve25519-sha256@libssh.org"))
    done = threading.Event()

    def alive():
        while not done.wait(0.5):
            for wire in (stalls, rests):        # neither answers a keepalive
                wire.send(bytes([2]) + b"\0\0\0\1x")
    threading.Thread(target=alive, daemon=True).start()
    closed = server.events.wait("session.close", 3 * REKEY_TIME, conn=its)
    done.set()
    eq(closed["reason"], "key exchange timed out", "why it ended")
    eq(closed["ms"] > REKEY_TIME * 1000, True, f"not before: {closed['ms']}")
    eq(server.events.find("session.close", conn=kept), [], "the other's end")


run(test)

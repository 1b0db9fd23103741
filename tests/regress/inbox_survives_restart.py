#!/usr/bin/python3
"""What was asked and what was delivered outlive the server."""
from harness import Server, eventually, fresh_port, run


def test(t):
    server = Server(t, redeliver=1)
    device = server.device()
    port, other = fresh_port(), fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    device.ask_and_open(80, other)
    server.stop()
    server.start()

    lines = set()

    def both():
        lines.update(device.answer("poll 1"))
        return {f"22:{port}", f"80:{other}"} <= lines and \
            server.forward_state(port) == "delivered"
    eventually(both, what="both are delivered after the restart", every=0.2)


run(test)

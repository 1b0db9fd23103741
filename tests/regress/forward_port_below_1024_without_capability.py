#!/usr/bin/python3
"""A port below 1024 is refused, with the reason, without the capability."""
import pathlib

from harness import Server, Skip, eq, run
from harness.server import USER


def test(t):
    start = pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if int(start.read_text()) <= 999:
        raise Skip("every port is unprivileged here")
    server = Server(t, run_as=USER)
    device = server.device()
    server.admin_ok("forward", "open", device.name, "22:999")
    device.answer()
    tunnel = device.tunnel((22, 999), client="ssh")
    event = server.events.wait("forward.refused")
    eq((event["sport"], event["reason"]),
       (999, "port below 1024 needs CAP_NET_BIND_SERVICE"), "event")
    eq(tunnel.wait(), 255, "status of ssh")


run(test)

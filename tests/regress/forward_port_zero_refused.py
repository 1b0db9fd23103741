#!/usr/bin/python3
"""tcpip-forward of port 0 lists nothing and binds nothing."""
import paramiko

from harness import Fail, Server, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    server.admin_ok("permit", "add", device.name, "1-65535")
    try:
        device.login().request_port_forward("localhost", 0, lambda *_: None)
        raise Fail("port 0 was granted")
    except paramiko.SSHException:
        pass
    eq(server.events.wait("forward.refused")["sport"], 0, "sport")


run(test)

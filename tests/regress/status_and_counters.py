#!/usr/bin/python3
"""et-admin status works with the server running and with it stopped."""
from harness import Server, check, run


def test(t):
    server = Server(t)
    server.device().poll().ok()
    text = server.admin_ok("status").out
    check(str(server.process.pid) in text or str(server.port) in text, text)
    server.stop()
    done = server.admin("status")
    check("not running" in done.out + done.err or "stopped" in
          done.out + done.err, f"{done}")
    server.admin_ok("device", "list")
    server.admin_ok("device", "disable", "6466b34bde54")


run(test)

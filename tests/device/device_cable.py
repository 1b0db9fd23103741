#!/usr/bin/python3
"""The cable is pulled and put back, the server is restarted: the device is
reached again, without anybody's help, and has one client a port."""
from router import Router, run
from scenes import ask, fetch, opened
from harness import eq, eventually


def again(r, web, after):
    r.server.events.wait("forward.open", after=after, sport=web)
    eq(fetch(web), "the device's page\n", "through the new tunnel")
    eq(len(r.clients(f"{web}:")), 1, "clients for the port")


def test(t):
    r = Router(t, client_alive_interval=1, client_alive_count_max=3,
               redeliver=5)
    r.configure(keepalive=1, timeout=10)
    r.serve()
    r.start_client()
    web = ask(r, 80)
    opened(r, web)
    eq(fetch(web), "the device's page\n", "before")
    after = r.server.events.mark()
    r.cable("down")
    r.server.events.wait("forward.close", after=after, sport=web)
    eventually(lambda: not r.clients(f"{web}:"), what="-K ends the client")
    r.cable("up")
    again(r, web, after)

    r.server.stop()
    r.server.set(listen=[f"192.0.2.1:{r.server.port}"])
    r.wait_log("connection refused")
    after = r.server.events.mark()
    r.server.start()
    again(r, web, after)
    r.stop()


run(test)

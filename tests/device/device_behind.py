#!/usr/bin/python3
"""What may be forwarded is the device's own list: a thing behind the router that
is listed is reached, by its own name for the server; what is not is refused,
whatever the server asks for."""
from router import Router, check, run
from harness import eq
from scenes import ask, fetch, opened

THING = "192.168.1.50"


def thing(r):
    """A web server on the device's side of the router, that is not the device:
    the router has its address."""
    r.in_router("ip", "addr", "add", f"{THING}/24", "dev", "lan")
    (r.root / "www2").mkdir()
    (r.root / "www2" / "index.html").write_text("the thing's page\n")
    process = r.case.spawn(["nsenter", "-t", r.router, "-n", "busybox",
                            "httpd", "-f", "-p", f"{THING}:8080", "-h",
                            r.root / "www2"])
    check(process.poll() is None, "its web server runs")


def test(t):
    r = Router(t)
    r.serve()
    thing(r)
    r.configure(allow=f"22 {THING}:8080 443={THING}:8080")
    r.start_client()
    r.server.events.wait("heartbeat")
    listed, renamed = ask(r, 8080), ask(r, 443)
    refused = {dport: ask(r, dport) for dport in (80, 23, 50)}
    opened(r, listed, renamed)
    for port in (listed, renamed):
        eq(fetch(port), "the thing's page\n", f"through {port}")
    for dport in refused:
        r.wait_log(f"port {dport} not opened: it is not in allow")
    eq([e["sport"] for e in r.server.events.find("forward.open")
        if e["sport"] in refused.values()], [], "what is not listed")
    check(not [c for c in r.clients() if any(
        f"{p}:" in c for p in refused.values())], "no client for it")
    # The list is the device's: it is read again, and the ports follow.
    r.configure(allow="22 80")
    r.phone("reload")
    r.server.admin_ok("forward", "close", r.ident, listed)
    web = ask(r, 80)
    opened(r, web)
    eq(fetch(web), "the device's page\n", "the device's own")
    again = ask(r, 8080)
    r.wait_log("port 8080 not opened: it is not in allow")
    eq([e for e in r.server.events.find("forward.open", sport=again)], [],
       "what is no more listed")
    r.stop()


run(test)

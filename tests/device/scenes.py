"""What a device does, whatever its shell is."""
import urllib.request

from router import Router, check, eventually
from harness import eq, fresh_port


def fetch(port):
    """The page of the device's web server, through the server."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", None, 20) as page:
        return page.read().decode()


def log_in(r, operator, port):
    """A command on the device, by way of its dropbear, through the server."""
    return r.case.run(
        ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o",
         "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i",
         operator.openssh, "-p", port, "root@127.0.0.1", "cat /www/index.html"])


def ask(r, dport, sport=None):
    sport = sport or fresh_port()
    r.server.admin_ok("forward", "open", r.ident, f"{dport}:{sport}")
    return sport


def opened(r, *sports):
    for sport in sports:
        r.server.events.wait("forward.open", sport=sport)


def polls_and_forwards(t, shell):
    """3 polls; 22 and 80 at once; one not allowed; closed; nothing left."""
    r = Router(t, shell)
    operator = r.serve()
    r.start_client()
    r.server.events.wait("heartbeat", count=3)
    ssh, web, no = ask(r, 22), ask(r, 80), ask(r, 23)
    opened(r, ssh, web)
    eq(log_in(r, operator, ssh).ok().out, "the device's page\n", "22")
    eq(fetch(web), "the device's page\n", "80")
    r.wait_log("port 23 not opened: it is not in allow")
    r.server.events.wait("heartbeat", health=lambda h: h.get("denied") == "23")
    eq(r.clients(":127.0.0.1:23 "), [], "a client for port 23")
    eq((len(r.clients(f"{ssh}:127.0.0.1:22 ")),
        len(r.clients(f"{web}:127.0.0.1:80 "))), (1, 1), "one client a port")
    r.server.admin_ok("forward", "close", r.ident, web)
    eventually(lambda: not r.clients(f"{web}:"), what="the client for 80 ends")
    r.wait_log(f"tunnel {web} to 127.0.0.1:80 ended")
    # TERM ends the tunnel that is left, and what there is of a poll.
    r.run("/bin/sh", "-c", "kill $(cat /var/run/et-phone-home/lock/pid)").ok()
    r.gone()
    return r

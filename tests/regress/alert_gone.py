#!/usr/bin/python3
"""A router that is unplugged is told within two of its polls, once, also over
a restart of the server and of its keeper, and once when it is back; a server
that was down tells nothing; a mute keeps it untold."""
import os
import signal

from harness import check, eq, eventually, run
from harness.alerts import AlertServer

GONE = ("open", "device.gone", "roof")
BACK = ("close", "device.gone", "roof")


def listed(server, *args, **fields):
    """The only alert of alert list is this one, soon."""
    rows = []

    def there():
        rows[:] = server.admin_json("alert", "list", *args)
        return rows and {key: rows[0][key] for key in fields} == fields
    eventually(there, what=f"alert list has {fields}")
    eq(len(rows), 1, f"alerts: {rows}")


def test(t):
    server = AlertServer(t)
    for name in ("roof", "cellar", "attic"):
        server.router(name)
    server.pass_time(130)
    server.unplug("roof")
    took = server.pass_time(240, until=1)
    check(took <= 180, f"told after {took} s")
    opened, = server.told(GONE)
    eq((opened["devices"], opened["count"], opened["severity"]),
       (["roof"], 1, "warning"), "the line")
    event = server.events.wait("alert.open", device="roof")
    eq((event["id"], event["muted"]), (opened["id"], False), "the event")
    listed(server, alert=opened["id"], state="open", subject="roof")
    eventually(lambda: server.admin_json("status")[0]["nodes"][0]["status"]
               ["alerts"] == 1, what="status has the number of alerts")
    # The server is down for ten minutes; the keeper is killed.
    server.stop()
    server.controls["et-sshd"].step(600)
    server.start_again()
    for place in server.routers.values():
        if place[1] is not None:
            place[0].poll().ok()
    server.pass_time(300)
    server.told(GONE)
    keeper = server.keeper()
    os.kill(keeper, signal.SIGKILL)
    server.plug("roof")
    server.due()
    closed = server.told(GONE, BACK)[1]
    eq(closed["id"], opened["id"], "its id")
    check(closed["duration"] >= 600 and closed["until"] > closed["since"],
          str(closed))
    eventually(lambda: server.pids("et-sshd-keeper") not in ([], [keeper]),
               what="another keeper")
    eventually(lambda: not server.admin_json("alert", "list"),
               what="closed in the store")
    listed(server, "--all", state="closed", told=True)
    # Muted: recorded, and not told.
    server.admin_ok("alert", "mute", "roof", "1h")
    server.unplug("roof")
    server.pass_time(200)
    listed(server, state="untold", subject="roof")
    server.told(GONE, BACK)
    server.admin_ok("alert", "unmute", "roof")
    server.pass_time(20, until=3)
    server.told(GONE, BACK, GONE)
    server.admin_ok("alert", "test")
    server.told(GONE, BACK, GONE, ("open", "test", "server"),
                ("close", "test", "server"))


run(test)

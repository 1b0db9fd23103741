#!/usr/bin/python3
"""The wall clock jumps by days and by years: timers go by another one."""
import time

from harness import check, eq, fresh_port, run
from harness.case import dial
from harness.device import Listener, echo
from harness.fault import FaultServer, says_back

DAY = 86400
JUMPS = (DAY, -DAY, 3653 * DAY, -3653 * DAY)


def test(t):
    server = FaultServer(t, "clock.so")
    device = server.device()
    service = Listener(t, echo).port
    standing, asked = fresh_port(), fresh_port()
    server.admin_ok("permit", "add", device.name, standing)
    device.tunnel((service, standing))
    server.events.wait("forward.open", sport=standing)
    device.ask_and_open(service, asked)
    through = [dial(port) for port in (standing, asked)]
    for s in through:
        t.closers.append(s.close)
    transport = device.login()
    transport.set_keepalive(1)
    channel = transport.open_session()
    channel.exec_command("wait 1")
    for ahead in JUMPS:
        after = server.events.mark()
        for control in server.controls.values():
            control.set_clock(ahead)
        device.poll().ok()
        beat = server.events.wait("heartbeat", after=after)
        year = time.gmtime(time.time() + ahead).tm_year
        check(beat["ts"].startswith(str(year)), f"{beat['ts']} is in {year}")
        time.sleep(2)           # two ticks of whatever goes by seconds
        device.poll().ok()
        check(all(says_back(s) for s in through), f"{ahead}: both forwards")
        check(transport.is_active() and not channel.closed,
              f"{ahead}: the session that waits")
        transport.global_request("keepalive@openssh.com", wait=True)
        for event in ("forward.close", "worker.exit", "keeper.exit", "limit",
                      "device.late", "device.offline"):
            eq(server.events.find(event, after), [], f"{ahead}: {event}")


run(test)

"""Alerts of a server whose clock goes faster: its stream, and routers that
poll by that clock."""
import json
import time

from .case import check, eq
from .fault import FaultServer, own_device

EVERY = 60              # s between polls
PACE = 0.01             # s of the test for one of the server


class AlertServer(FaultServer):
    """Devices of routers() poll every minute of the server's clock."""

    def __init__(self, case, **options):
        self.routers, self.clock = {}, 0
        super().__init__(case, "clock.so", login_grace=600, **options)

    @property
    def stream(self):
        return self.dir / "state" / "alerts.log"

    def lines(self):
        return [json.loads(line)
                for line in self.stream.read_text().splitlines()]

    def router(self, name, *tags):
        device = own_device(self, name)
        for tag in tags:
            self.admin_ok("device", "tag", name, f"+{tag}")
        device.poll().ok()
        self.routers[name] = [device, self.clock]
        return device

    def unplug(self, *names):
        for name in names:
            self.routers[name][1] = None

    def plug(self, *names):
        for name in names:
            self.routers[name][1] = self.clock - EVERY

    def due(self):
        """Poll, those that are due."""
        for place in self.routers.values():
            if place[1] is not None and self.clock - place[1] >= EVERY:
                place[0].poll().ok()
                place[1] = self.clock

    def pass_time(self, seconds, until=None):
        """Until so many lines are told, at most; returns the seconds."""
        for n in range(seconds):
            if until is not None and len(self.lines()) >= until:
                return n
            self.due()
            self.clock += 1
            for role in ("et-sshd", "et-sshd-keeper"):
                self.controls[role].step(1)
            time.sleep(PACE)
        return seconds

    def told(self, *wanted):
        """(event, kind, subject) of all lines, in their order."""
        lines = self.lines()
        eq([(line["event"], line["kind"], line["subject"]) for line in lines],
           list(wanted), "what was told")
        check(all(line["server"] == "test" for line in lines), "its server")
        return lines

    def start_again(self):
        self.start()

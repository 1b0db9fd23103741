"""The event log, as it grows."""
import json
import time

from .case import PATIENCE, Fail
from .event_fields import fields_fit


class Events:
    """Every line must be one event, with its fields in their order."""

    forged = False          # lines are there that no server wrote

    def __init__(self, path):
        self.path = path
        self.all = []
        self.file = None
        self.rest = b""

    def read(self):
        """Take in what was written since; returns all events so far."""
        if self.file is None:
            try:
                self.file = open(self.path, "rb")
            except FileNotFoundError:
                return self.all
        *lines, self.rest = (self.rest + self.file.read()).split(b"\n")
        for line in lines:
            event = parse(line)
            if not self.forged and not fields_fit(event):
                raise Fail(f"not the fields of its event: {line!r}")
            self.all.append(event)
        return self.all

    def mark(self):
        """A position: events after it are those that are yet to come."""
        return len(self.read())

    def find(self, event, after=0, **fields):
        """Those that are there: of this name, these names or None for any.
        A field is a value or a function that says whether it fits."""
        return [e for e in self.read()[after:] if matches(e, event, fields)]

    def wait(self, event, timeout=PATIENCE, after=0, count=1, **fields):
        """The count-th such event, awaited.

        The server writes it when it likes, often after the client has its
        answer or its end: await what must come, then look at all there is.
        """
        end = time.monotonic() + timeout
        while True:
            found = self.find(event, after, **fields)
            if len(found) >= count:
                return found[count - 1]
            if time.monotonic() > end:
                raise Fail(f"{len(found)} of {count} events {event} {fields}"
                           f" within {timeout} s")
            time.sleep(0.01)

    def reopen(self, path):
        """Go on with another file (after a rotation)."""
        self.read()
        if self.file:
            self.file.close()
        self.path, self.file, self.rest = path, None, b""


def parse(line):
    try:
        event = json.loads(line)
    except ValueError:
        raise Fail(f"not JSON in the event log: {line!r}") from None
    if not isinstance(event, dict) or not {"ts", "event", "node"} <= set(event):
        raise Fail(f"not an event: {line!r}")
    return event


def matches(event, name, fields):
    names = (name,) if isinstance(name, str) else name
    if names is not None and event["event"] not in names:
        return False
    for key, want in fields.items():
        got = event.get(key)
        if callable(want):
            if got is None or not want(got):
                return False
        elif got != want:
            return False
    return True

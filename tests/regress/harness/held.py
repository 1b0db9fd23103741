"""Devices that hold a connection and come again whenever it ends, as the client
of device/ does; each says its own name on its port 22."""
import os

from . import proc
from .case import check, eq, eventually
from .device import Listener, says
from .operators import talk

LOOP = """\
while :; do
	"$@" 'wait 1'
	sleep "$PAUSE"
done
"""


def hold(device, pause=0.2):
    """Until the test ends; its port 22 stands (a virtual permit)."""
    service = Listener(device.case, says(device.name.encode())).port
    log = open(device.case.dir / f"held-{os.urandom(4).hex()}", "wb")
    words = device.argv("ssh", "-R", f"22:localhost:{service}")
    return device.case.spawn(["env", f"PAUSE={pause}", "sh", "-c", LOOP, "sh",
                              *words], stdout=log, stderr=log)


def leads(port):
    """ssh -L listens on it; a connection would be a jump."""
    eventually(lambda: f"0100007F:{port:04X}" in proc.listening(),
               what="ssh -L listens")


def reach(person, name, port=22, transport=None):
    """Its own name comes first, then the echo."""
    channel = person.open(name, port, transport)
    check(channel, f"{person.name} reaches {name} at {person.server.dir.name}")
    eq(channel.recv(100), name.encode(), "whose port it is")
    eq(talk(channel), b"hello", "the echo")
    return channel


def dials(person, name, port=22):
    """As reach, but it may fail: None."""
    try:
        channel = person.open(name, port)
        if channel is None:
            return None
        said = channel.recv(100)
    except Exception:       # the connection's end has many names
        return None
    if said:
        eq(said, name.encode(), "whose port it is")
    return channel if said else None

#!/usr/bin/python3
"""A script that does what the original's device did, end to end."""
from harness import Server, dial, eq, eventually, fresh_port, run
from harness.device import Listener, echo

SCRIPT = """\
#!/bin/sh
# Poll; when the answer is not 0, open what it says in a second connection.
answer=$(dbclient -i "$KEY" -p "$PORT" "device$MAC@127.0.0.1" \\
    /home/ubuntu/et-phone-home/et-home/et-home-ping.sh)
[ "$answer" = 0 ] && exit 0
to=${answer%%:*}
at=${answer##*:}
exec dbclient -i "$KEY" -p "$PORT" -N -R "$at:localhost:$to" \\
    "device$MAC@127.0.0.1"
"""


def test(t):
    server = Server(t)
    device = server.device("6466b34bde54")
    script = t.dir / "et-phone-home.sh"
    script.write_text(SCRIPT)
    home, _ = device.known_hosts()
    argv = ["env", f"HOME={home}", f"KEY={device.key.dropbear}",
            f"PORT={server.port}", "MAC=6466b34bde54", "sh", script]
    t.run(argv).ok()
    server.events.wait("heartbeat")
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("forward", "open", device.name, f"{service}:{port}",
                    "--ttl", "8s")
    client = t.spawn(argv)
    server.events.wait("forward.open", sport=port)
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")
    eventually(lambda: client.poll() is not None,
               what="after the ttl the client leaves by itself")
    t.run(argv).ok()


run(test)

"""What the devices of the first version do."""
import os

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

LOOP = """\
while :; do
	"$@"
	sleep "$PAUSE"
done
"""


def original(device):
    """The command line of one poll, and of the tunnel if one is wanted."""
    script = device.case.dir / "et-phone-home.sh"
    if not script.exists():
        text = script.with_suffix("." + os.urandom(4).hex())
        text.write_text(SCRIPT)
        text.rename(script)         # another thread may do the same
    home, _ = device.known_hosts()
    return ["env", f"HOME={home}", f"KEY={device.key.dropbear}",
            f"PORT={device.server.port}", f"MAC={device.name}", "sh", script]


def polling(device, pause=0.3):
    """It polls every so many seconds, until the test ends."""
    log = open(device.case.dir / f"original-{os.urandom(4).hex()}", "wb")
    return device.case.spawn(["env", f"PAUSE={pause}", "sh", "-c", LOOP,
                              "sh", *original(device)], stdout=log, stderr=log)

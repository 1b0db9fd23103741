#!/usr/bin/python3
"""Of many devices that use a token at the same moment so many win as it says."""
import os
import threading

from harness import Key, Server, check, eq, run
from harness.enrolment import Token

CLIENTS = 100 if "ETPH_LONG" in os.environ else 20
USES = 3


def test(t):
    server = Server(t, per_source_max_startups=CLIENTS + 1)
    token = Token(server, "--uses", USES)
    channels = [token.login().open_session() for _ in range(CLIENTS)]
    keys = [Key(t, f"racer{n}") for n in range(CLIENTS)]
    start, said = threading.Barrier(CLIENTS), {}

    def race(n):
        start.wait()
        channels[n].exec_command(
            f"enroll 1 racer{n} {keys[n].type} {keys[n].base64}")
        said[n] = (channels[n].makefile().read().decode(),
                   channels[n].recv_exit_status())
    threads = [threading.Thread(target=race, args=(n,), daemon=True)
               for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    won = [n for n in said if said[n] == (f"enrolled racer{n}\n", 0)]
    eq(len(won), USES, "winners")
    check(all(said[n] == ("refused token used up\n", 1)
              for n in range(CLIENTS) if n not in won), f"losers: {said}")
    eq(sorted(r["device"] for r in server.admin_json("device", "list")),
       sorted(f"racer{n}" for n in won), "devices")
    server.events.wait("enroll.refused", count=CLIENTS - USES)
    eq(len(server.events.find("enroll")), USES, "events")


run(test)

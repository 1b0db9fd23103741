#!/usr/bin/python3
"""From proxy-from a connection without a good PROXY header ends at once, or
soon, with one event."""
from harness import Server, check, eq, run
from harness.packets import closed_within
from harness.proxy import PROXY, SIGNATURE, arrive, header, hears, raw

NONE = "no PROXY header of version 2"
SHORT = "PROXY header too short for its addresses"
PROTOCOL = "PROXY header of a protocol other than TCP"
GOOD = header("192.0.2.1")

BAD = (
    (b"SSH-2.0-x\r\n", NONE),
    (b"PROXY TCP4 192.0.2.1 192.0.2.2 4711 22\r\n", NONE),
    (b"P", NONE),
    (GOOD[:11] + b"\r" + GOOD[12:], NONE),
    (b"\0" + GOOD, NONE),
    (raw(0x11, 0x11, bytes(12)), "PROXY header of another version"),
    (raw(0x31, 0x11, bytes(12)), "PROXY header of another version"),
    (raw(0x22, 0x11, bytes(12)), "PROXY header with an unknown command"),
    (raw(PROXY, 0x12, bytes(12)), PROTOCOL),
    (raw(PROXY, 0x31, bytes(216)), PROTOCOL),
    (raw(PROXY, 0x01, bytes(12)), PROTOCOL),
    (raw(PROXY, 0xff, bytes(12)), PROTOCOL),
    (raw(PROXY, 0x11, bytes(11)), SHORT),
    (raw(PROXY, 0x21, bytes(35)), SHORT),
    (raw(PROXY, 0x11, b"", 1025), "PROXY header too long"),
    (raw(PROXY, 0x11, b"", 65535), "PROXY header too long"),
)


def test(t):
    server = Server(t, proxy_from=["127.0.0.1"], per_source_penalties=True)
    for number, (data, reason) in enumerate(BAD, 1):
        sock = arrive(server, data)
        check(closed_within(sock, 30), f"{data!r}: still there")
        event = server.events.wait("login.refused", 60, count=number)
        eq((event["addr"], event["reason"]), ("127.0.0.1", reason),
           f"the event of {data!r}")
    for number, data in enumerate((b"", GOOD[:1], GOOD[:16], GOOD[:-1]), 1):
        arrive(server, data).close()
        server.events.wait(
            "login.refused", 60, addr="127.0.0.1", count=number,
            reason="closed before its PROXY header arrived")
    # The longest header that is taken.
    check(hears(arrive(server, raw(PROXY, 0x11, bytes(1024)))),
          "1,024 bytes are taken")

    # Who says nothing, or too little, is given 5 s, or login-grace.
    server.set(login_grace=2)
    after = server.hup()
    server.events.wait("reload", 60, after)
    slow = [arrive(server, data) for data in
            (b"", SIGNATURE, GOOD[:16], GOOD[:-1])]
    try:
        for byte in GOOD:           # a byte now and then, too slowly
            slow[0].sendall(bytes([byte]))
            if closed_within(slow[0], 0.2):
                break
    except ConnectionError:
        pass
    for sock in slow:
        check(closed_within(sock, 30), "still there")
    server.events.wait("login.refused", 60, after, 4,
                       reason="no PROXY header in time")
    check(hears(arrive(server, GOOD)), "the balancer is served as before")

    refused = server.events.find("login.refused")
    eq(len(refused), len(BAD) + 4 + 4, "events, one each")
    eq(server.events.find("session.close", addr="127.0.0.1"), [],
       "connections of the balancer that a worker had")
    eq(server.events.find("limit"), [], "limits")


run(test)

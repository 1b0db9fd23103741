#!/usr/bin/python3
"""The PROXY header of a balancer in proxy-from says who the client is."""
from harness import Server, check, eq, eventually, run
from harness.packets import VERSION, kexinit, packet, parse_kexinit, \
    read_packet, read_version
from harness.proxy import LOCAL, TLV, arrive, header, raw, unread

SOURCES = {"192.0.2.7": "192.0.2.7", "2001:db8::7": "2001:db8::7",
           "::ffff:192.0.2.9": "192.0.2.9"}


def in_pieces(t, server, data, ends):
    """Each piece is read before the next one is sent."""
    sock = arrive(server, b"")
    start = 0
    for end in [*ends, len(data)]:
        sock.sendall(data[start:end])
        eventually(lambda: unread(sock) == 0, 60, "the piece is read")
        start = end
    return sock


def logs_in(server, device, sock, addr, port=4711, listed=False):
    after = server.events.mark()
    transport = device.transport(sock)
    transport.auth_publickey(device.user, device.key.paramiko())
    login = server.events.wait("login", 60, after)
    eq((login["addr"], login["port"]), (addr, port), "the login is from")
    channel = transport.open_session()
    if listed:
        eventually(lambda: [r for r in server.admin_json("session", "list")
                            if r["addr"] == addr], 30, "session list says it")
    channel.exec_command("poll 1 up=7")
    eq(channel.recv(100), b"0\n", "the answer of a poll")
    server.events.wait("heartbeat", 60, after, addr=addr)
    transport.close()
    closed = server.events.wait("session.close", 60, after)
    eq((closed["addr"], closed["port"]), (addr, port), "the end is of")


def test(t):
    server = Server(t, proxy_from=["127.0.0.1"])
    device = server.device()
    for source, addr in SOURCES.items():
        logs_in(server, device, arrive(server, header(source)), addr,
                listed=True)
    full = header("192.0.2.7", 65535, TLV)
    logs_in(server, device, arrive(server, full), "192.0.2.7", 65535)
    for ends in ((1,), (12, 13, 14, 15), (16,), (20, len(full) - 1),
                 range(1, len(full), 5)):
        logs_in(server, device, in_pieces(t, server, full, ends),
                "192.0.2.7", 65535)

    # What follows in the same segment is the worker's.
    for length in (0, 3, len(VERSION), len(VERSION) + 20):
        first = VERSION + packet(kexinit())
        sock = arrive(server, full + first[:length])
        check(read_version(sock).startswith(b"SSH-2.0-"), "it is greeted")
        sock.sendall(first[length:])
        check(parse_kexinit(read_packet(sock)), "and shakes hands")

    # A health check is the balancer's own, whatever its header carries.
    for local in (raw(LOCAL, 0), raw(LOCAL, 0x11, bytes(12) + TLV),
                  raw(0x21, 0)):
        sock = arrive(server, local)
        port = sock.getsockname()[1]
        logs_in(server, device, sock, "127.0.0.1", port)
    eq(server.events.find("login.refused"), [], "refused")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)

#!/usr/bin/python3
"""Data by way of jumps, every byte as it was sent: both ways at once, scp,
sftp, several channels, ssh -L to a web server; many operators at once."""
import hashlib
import http.server
import os
import socket
import threading
import urllib.request

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import (BLOCK, Listener, answers, block_service, digest,
                            dropbear, echo, receive_digest, send_blocks)
from harness.operators import operator, talk

LONG = "ETPH_LONG" in os.environ
MIB = 1024 if LONG else 50
PAIRS = 50 if LONG else 8


def both_ways(t, server, device, alice):
    service, got = block_service(t, MIB)
    device.ask_and_open(service, fresh_port())
    local = fresh_port()
    alice.forward(f"{local}:{device.name}:{service}")
    eventually(lambda: answers(local), what="ssh -L listens")
    with socket.create_connection(("127.0.0.1", local), 30) as s:
        s.settimeout(120)
        sender = threading.Thread(target=send_blocks, args=(s, MIB),
                                  daemon=True)
        sender.start()
        down = receive_digest(s, MIB)
        sender.join()
    eq(down, digest(MIB), "from the device")
    while True:             # the look whether it listens came there, too
        arrived = got.get(timeout=120)
        if arrived == digest(MIB):
            break
    server.events.wait("jump.close", dport=service, bytes_in=MIB * BLOCK,
                       bytes_out=MIB * BLOCK)


def copies(t, server, device, alice):
    sshd, key = dropbear(t)
    device.ask_and_open(sshd, fresh_port())
    data = os.urandom(3 << 20)
    (t.dir / "sent").write_bytes(data)
    target = f"root@{device.name}"
    done = t.run([*alice.jump(sshd, key, "scp"), "-O", t.dir / "sent",
                  f"{target}:/tmp/../root/got"], timeout=60)
    if "scp: not found" not in done.err:
        done.ok()
        eq(hashlib.sha256((t.dir / "root" / "got").read_bytes()).digest(),
           hashlib.sha256(data).digest(), "by scp")
    done = t.run([*alice.jump(sshd, key), target, "cat > /root/cat"],
                 data=data, timeout=60).ok()
    eq((t.dir / "root" / "cat").read_bytes(), data, "by ssh")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"the device's page " + self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def web(t, server, device, alice):
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    t.closers.append(site.server_close)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    t.closers.append(site.shutdown)
    port, local = site.server_address[1], fresh_port()
    device.ask_and_open(port, fresh_port())
    alice.forward(f"{local}:{device.name}:{port}")
    eventually(lambda: answers(local), what="ssh -L listens")
    for n in range(20):
        with urllib.request.urlopen(f"http://127.0.0.1:{local}/{n}",
                                    timeout=30) as got:
            eq(got.read(), b"the device's page /%d" % n, "the page")


def many(t, server):
    """Operators and devices in pairs, all at once."""
    port = Listener(t, echo).port
    pairs = []
    for n in range(PAIRS):
        device = server.device(f"d{n}", "--tag", f"t{n}")
        person = operator(server, f"o{n}", "operator", f"t{n}:{port}")
        pairs.append((device, person))
        device.ask_and_open(port, fresh_port())
    results = []

    def work(device, person):
        channel = person.open(device.name, port)
        others = person.open(pairs[0][0].name, port) \
            if device is not pairs[0][0] else None
        results.append((talk(channel, device.name.encode() * 1000) ==
                        device.name.encode() * 1000, others))
    threads = [threading.Thread(target=work, args=pair, daemon=True)
               for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    eq(results, [(True, None)] * PAIRS, "each gets to its own alone")


def channels(t, device, alice):
    port = Listener(t, echo).port
    device.ask_and_open(port, fresh_port())
    transport = alice.login()
    held = [alice.open(device.name, port, transport) for _ in range(20)]
    check(all(held), "several channels")
    for n, channel in enumerate(held):
        eq(talk(channel, b"%d" % n * 100), b"%d" % n * 100, f"channel {n}")
    transport.close()


def test(t):
    server = Server(t, per_source_max_startups=1000)
    device = server.device("kitchen", "--tag", "lab")
    alice = operator(server, "alice", "admin")
    both_ways(t, server, device, alice)
    copies(t, server, device, alice)
    web(t, server, device, alice)
    channels(t, device, alice)
    many(t, server)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test, 600 if LONG else 120)

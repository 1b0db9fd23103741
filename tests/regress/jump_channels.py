#!/usr/bin/python3
"""ssh -L to a device's web server, and several channels of one connection."""
import http.server
import threading
import urllib.request

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import Listener, answers, echo
from harness.operators import operator, talk


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"the device's page " + self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def web(t, device, alice):
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
                                    timeout=60) as got:
            eq(got.read(), b"the device's page /%d" % n, "the page")


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
    server = Server(t)
    device = server.device("kitchen", "--tag", "lab")
    alice = operator(server, "alice", "admin")
    web(t, device, alice)
    channels(t, device, alice)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)

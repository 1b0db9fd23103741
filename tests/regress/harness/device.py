"""What listens behind a forward, on the device's side."""
import hashlib
import os
import queue
import socket
import subprocess
import threading
import time

from .case import PATIENCE, Skip, check, dial, eq, eventually, fresh_port
from .clients import Key

BLOCK = 1 << 20


class Listener:
    """A loopback listener that calls serve(connection) in a thread each."""

    def __init__(self, case, serve):
        self.serve = serve
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.socket.getsockname()[1]
        self.connections = []
        case.closers.append(self.close)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.work, args=(connection,),
                             daemon=True).start()

    def work(self, connection):
        try:
            self.serve(connection)
        except OSError:
            pass

    def close(self):
        self.socket.close()
        for connection in self.connections:
            connection.close()


def echo(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


def says(text):
    """A service that says this first, then echoes."""
    def serve(connection):
        connection.sendall(text)
        echo(connection)
    return serve


def count(connection):
    """How many bytes come until the EOF."""
    size = 0
    while more := connection.recv(65536):
        size += len(more)
    return size


def answers_at_eof(connection):
    with connection:
        connection.sendall(b"got %d" % count(connection))


def hold(connection):
    """Neither read nor write."""


def blocks(count):
    """count MiB, the same on every call, no two blocks alike."""
    seed = os.urandom(0) or b"et-phone-home"
    base = hashlib.shake_256(seed).digest(BLOCK)
    for number in range(count):
        yield number.to_bytes(8, "big") + base[8:]


def digest(count):
    total = hashlib.sha256()
    for block in blocks(count):
        total.update(block)
    return total.hexdigest()


def send_blocks(connection, count):
    for block in blocks(count):
        connection.sendall(block)


def receive_digest(connection, count):
    """The digest of count MiB, or of what came before the end."""
    total, left = hashlib.sha256(), count * BLOCK
    while left:
        data = connection.recv(min(left, 262144))
        if not data:
            break
        total.update(data)
        left -= len(data)
    return total.hexdigest()


def dropbear(case):
    """A real dropbear to log in to as root: (port, key).

    Its authorized_keys is that of root's home, so it runs in a mount
    namespace where that is a folder of the test.
    """
    if os.getuid() != 0:
        raise Skip("a dropbear of one's own needs root")
    home = case.dir / "root"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    key = Key(case, "operator")
    host = Key(case, "dropbear-host")
    (home / ".ssh" / "authorized_keys").write_text(key.line + "\n")
    (home / ".ssh" / "authorized_keys").chmod(0o600)
    port = fresh_port()
    script = f"mount --bind {home} /root && exec dropbear -F -E -s -p " \
        f"127.0.0.1:{port} -r {host.dropbear} -P {case.dir}/dropbear.pid"
    probe = case.run(["unshare", "-m", "true"])
    if probe.code != 0:
        raise Skip("no mount namespace: " + probe.err.strip())
    case.spawn(["unshare", "-m", "sh", "-c", script],
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: answers(port), what="dropbear listens")
    return port, key


def answers(port):
    try:
        dial(port).close()
        return True
    except OSError:
        return False


def block_service(case, count):
    """A service that sends and takes count MiB at once: (port, digests)."""
    got = queue.Queue()

    def serve(connection):
        sender = threading.Thread(target=send_blocks,
                                  args=(connection, count), daemon=True)
        sender.start()
        got.put(receive_digest(connection, count))
        sender.join()
        connection.shutdown(socket.SHUT_WR)

    return Listener(case, serve).port, got


def transfer(server, port, got, count):
    """count MiB each way at once with a block_service behind a forward."""
    with dial(port) as s:
        s.settimeout(2 * PATIENCE)
        sender = threading.Thread(target=send_blocks, args=(s, count),
                                  daemon=True)
        sender.start()
        down = receive_digest(s, count)
        sender.join()
        eq(s.recv(1), b"", "the end")
    eq(down, digest(count), "from the device")
    eq(got.get(timeout=2 * PATIENCE), digest(count), "to the device")
    closed = server.events.wait("conn.close", sport=port)
    eq((closed["bytes_in"], closed["bytes_out"]),
       (count * BLOCK, count * BLOCK), "bytes in the event")


def both_ways(case, device, client, count, **how):
    """count MiB each way at once through a forward: every byte arrives."""
    service, got = block_service(case, count)
    port = fresh_port()
    device.ask_and_open(service, port, client=client, **how)
    transfer(device.server, port, got, count)


def endless(connection):
    with connection:
        while True:
            connection.sendall(b"x" * 65536)


def ends_in_transfer(case, device, *command):
    """A command of et-admin which ends the device's session, while data
    flows: when it returns, within a second, the session is gone."""
    server = device.server
    service, port = Listener(case, endless).port, fresh_port()
    tunnel = device.ask_and_open(service, port)
    with dial(port) as s:
        check(len(s.recv(1 << 20)) > 0, "data flows")
        eventually(lambda: server.admin_json("session", "list"),
                   what="the session in the store")
        # What a command takes by itself, on this machine.
        start = time.monotonic()
        server.admin_ok("device", "list")
        own = time.monotonic() - start
        start = time.monotonic()
        server.admin_ok(*command)
        took = time.monotonic() - start
        gone = server.events.find("session.close")
        check(any(e["device"] == device.name and e["bytes_in"] > 0
                  for e in gone), "the session is gone when it returns")
        check(took < 1.2 + 3 * own, f"it took {took:.2f} s of {own:.2f} s")
        check(not answers(port), "the port is closed when it returns")
        try:
            while s.recv(1 << 20):
                pass
        except ConnectionError:
            pass
    tunnel.wait()

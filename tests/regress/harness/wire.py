"""A TCP connection's way that a test can cut: PostgreSQL as one node sees it."""
import selectors
import socket
import threading

from .case import fresh_port

CHUNK = 1 << 18
PASS, STALL, REFUSE = "pass", "stall", "refuse"


class Wire:
    """127.0.0.1:port leads to 127.0.0.1:to.

    stall(): nothing comes through, and nobody is told; cut(): connections are
    reset, and new ones refused; mend(): as at first.
    """

    def __init__(self, case, to):
        self.to, self.port, self.state = to, fresh_port(), PASS
        self.peer = {}                  # each socket's other one
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.selector.register(self.woken, selectors.EVENT_READ)
        self.listener = None
        self.lock = threading.Lock()
        self.listen()
        self.ended = False
        case.closers.append(self.close)
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def listen(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.selector.register(self.listener, selectors.EVENT_READ)

    def set(self, state):
        with self.lock:
            self.state = state
        self.wake.send(b"x")

    def stall(self):
        self.set(STALL)

    def cut(self):
        self.set(REFUSE)

    def mend(self):
        self.set(PASS)

    def close(self):
        self.ended = True
        self.wake.send(b"x")
        self.thread.join()

    def loop(self):
        while not self.ended:
            for key, _ in self.selector.select():
                if key.fileobj is self.woken:
                    self.woken.recv(100)
                    self.turn()
                elif key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj in self.peer:
                    self.pass_on(key.fileobj)
        for s in (*self.peer, self.listener, self.wake, self.woken):
            if s:
                s.close()

    def turn(self):
        """The state has changed."""
        if self.state == REFUSE:
            if self.listener:
                self.selector.unregister(self.listener)
                self.listener.close()
                self.listener = None
            for s in list(self.peer):
                self.drop(s)
            return
        if self.listener is None:
            self.listen()
        for s in self.peer:
            listens = s in self.selector.get_map()
            if self.state == STALL and listens:
                self.selector.unregister(s)
            elif self.state == PASS and not listens:
                self.selector.register(s, selectors.EVENT_READ)

    def accept(self):
        here = self.listener.accept()[0]
        try:
            there = socket.create_connection(("127.0.0.1", self.to), 2)
        except OSError:
            here.close()
            return
        for s, other in ((here, there), (there, here)):
            s.settimeout(10)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.peer[s] = other
            if self.state == PASS:
                self.selector.register(s, selectors.EVENT_READ)

    def pass_on(self, s):
        try:
            data = s.recv(CHUNK)
            if data:
                self.peer[s].sendall(data)
                return
        except OSError:
            pass
        self.drop(s)

    def drop(self, s):
        other = self.peer.pop(s, None)
        if other is None:
            return
        self.peer.pop(other, None)
        for one in (s, other):
            if one in self.selector.get_map():
                self.selector.unregister(one)
            one.close()

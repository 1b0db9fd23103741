"""et-notify on a stream written by hand, and receivers for it."""
import http.server
import json
import os
import signal
import ssl
import threading

from .case import BUILDDIR, Skip, eventually, fresh_port

PROGRAM = BUILDDIR / "notify" / "et-notify"


def alert(number, event="open", **more):
    """One as et-sshd writes it."""
    return {"time": f"2026-11-28T21:{number // 60 % 60:02}:"
                    f"{number % 60:02}.{number // 3600:03}Z",
            "id": f"a{number}", "seq": number, "event": event,
            "kind": "device.gone", "subject": "kitchen",
            "severity": "warning", "since": "2026-11-28T21:00:00.000Z",
            "summary": f"kitchen is gone {number}", "devices": ["kitchen"],
            "count": 1, "server": "node", **more}


class Notify:
    """Its folder, its configuration, its process."""

    def __init__(self, t, conf, name="notify"):
        if not PROGRAM.exists():
            raise Skip("built without et-notify")
        self.t = t
        self.dir = t.dir / name
        for folder in ("log", "state"):
            (self.dir / folder).mkdir(parents=True)
        self.stream = self.dir / "log" / "alerts.log"
        self.state = self.dir / "state"
        self.conf = self.dir / "et-notify.conf"
        self.log = self.dir / "stderr"
        self.log.touch()
        self.process = None
        self.write_conf(conf)
        t.tellers.append(lambda: print(self.said()))

    def write_conf(self, text):
        self.conf.write_text(f'stream = "{self.stream}"\n'
                             f'state = "{self.state}"\n{text}')

    def start(self):
        """Until it follows the stream."""
        before = len(self.said())
        with open(self.log, "ab") as log:
            self.process = self.t.spawn([PROGRAM, "-f", self.conf], stdout=log,
                                        stderr=log)
        eventually(lambda: self.process.poll() is not None or
                   "follows" in self.said()[before:], what="et-notify")
        return self

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        return self.process.wait()

    def run(self, *words):
        return self.t.run([PROGRAM, "-f", self.conf, *words])

    def said(self):
        return self.log.read_text(errors="replace")

    def write(self, *alerts):
        """Lines of the stream; bytes are written as they are."""
        with open(self.stream, "ab") as f:
            for one in alerts:
                f.write(one if isinstance(one, bytes)
                        else json.dumps(one).encode() + b"\n")

    def waiting(self):
        """{receiver: the alerts in its saved queue}"""
        state = json.loads((self.state / "state.json").read_text())
        return {name: [e["alert"] for e in queue["alerts"]]
                for name, queue in state["receivers"].items()}


class Webhook:
    """A receiver by HTTP.  answer(request) may be set: it is given the handler
    and returns (status, headers, body), or None when it has answered itself."""

    def __init__(self, t, certificate=None):
        self.got = []       # (path, headers, JSON)
        self.answer = lambda request: (200, {}, b"ok")
        self.certificate = certificate
        self.server = None
        self.port = 0
        t.closers.append(self.stop)
        self.start()

    def start(self):
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                reply = hook.answer(self)
                if reply is None:
                    return
                status, headers, text = reply
                if status < 300:
                    hook.got.append((self.path, dict(self.headers),
                                     json.loads(body)))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *words):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:
                    pass

        http.server.ThreadingHTTPServer.daemon_threads = True
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), Handler)
        self.server.handle_error = lambda *words: None
        self.port = self.server.server_port
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self.server.socket = context.wrap_socket(self.server.socket,
                                                     server_side=True)
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def url(self, path="/"):
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://localhost:{self.port}{path}"

    def ids(self):
        return [(h["X-Et-Alert-Id"], h["X-Et-Alert-Event"])
                for _, h, _ in self.got]

    def wait(self, n, what="alerts"):
        eventually(lambda: len(self.got) >= n, what=f"{n} {what}")
        return self.got


def certificate(t, name="localhost"):
    """A certificate that signs itself, and its key."""
    cert, key = t.dir / f"{name}.crt", t.dir / f"{name}.key"
    t.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
           "-days", "2", "-subj", f"/CN={name}", "-addext",
           f"subjectAltName=DNS:{name}"], check_=True)
    return cert, key


class Mailbox:
    """Debian's aiosmtpd."""

    def __init__(self, t):
        try:
            from aiosmtpd.controller import Controller
        except ImportError:
            raise Skip("no aiosmtpd (Debian: python3-aiosmtpd)") from None
        box = self
        self.got = []       # (sender, recipients, message)

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                box.got.append((envelope.mail_from, envelope.rcpt_tos,
                                envelope.content))
                return "250 OK"

        self.controller = Controller(Handler(), hostname="127.0.0.1", port=0)
        self.controller.port = fresh_port()
        self.controller.start()
        self.port = self.controller.port
        t.closers.append(self.controller.stop)

    def wait(self, n):
        eventually(lambda: len(self.got) >= n, what=f"{n} mails")
        return self.got


def secret(path, text):
    path.write_text(f"{text}\n")
    path.chmod(0o600)
    return path

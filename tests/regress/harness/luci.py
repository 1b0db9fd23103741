"""A device's web interface, as LuCI is one: a login with a cookie, a page behind
it that a WebSocket fills, and what it was asked."""
import base64
import hashlib
import http.server
import ssl
import struct
import threading

from .case import fresh_port

SESSION = "sysauth=5ec3e7"
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

LOGIN = """<!doctype html><title>{name}</title><h1>Login to {name}</h1>
<form method="post" action="/cgi-bin/luci"><input name="password" id="password">
<button id="go">Login</button></form>"""

STATUS = """<!doctype html><title>{name}</title><h1 id="name">{name}</h1>
<p id="socket">nothing</p><script src="/status.js"></script>"""

SCRIPT = """const s = new WebSocket(location.origin.replace("http", "ws") + "/ws");
s.onopen = () => s.send("uptime of " + document.title);
s.onmessage = e => document.getElementById("socket").textContent = e.data;"""


class Luci:
    """The web server of a device, on a local port; with a certificate it
    speaks TLS.  pages has more paths: (type, text, more headers)."""

    def __init__(self, t, name, certificate=None):
        self.name, self.asked, self.pages = name, [], {}
        self.port = fresh_port()
        self.http = http.server.ThreadingHTTPServer(
            ("127.0.0.1", self.port), self.handler())
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None    # a client that has left
        self.connections = 0
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.http.socket = context.wrap_socket(self.http.socket,
                                                   server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        t.closers.append(self.http.shutdown)

    def paths(self):
        return [path for path, _ in self.asked]

    def handler(self):
        luci = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                luci.connections += 1
                super().setup()

            def log_message(self, *_):
                pass

            def do_GET(self):
                luci.asked.append((self.path, self.headers))
                if self.headers.get("Upgrade", "").lower() == "websocket":
                    web_socket(self)
                elif self.path in luci.pages:
                    kind, text, *more = luci.pages[self.path]
                    self.reply(200, kind, text, *more)
                elif self.path == "/status.js":
                    self.reply(200, "text/javascript", SCRIPT)
                elif self.path != "/":
                    self.reply(404, "text/plain", "no such file")
                elif SESSION in self.headers.get("Cookie", ""):
                    self.reply(200, "text/html", STATUS)
                else:
                    self.reply(200, "text/html", LOGIN)

            def do_POST(self):
                luci.asked.append((self.path, self.headers))
                body = self.body()
                if self.path == "/upload":
                    self.reply(200, "text/plain",
                               hashlib.sha256(body).hexdigest())
                elif body == b"password=secret":
                    self.reply(302, "text/plain", "", ("Location", "/"),
                               ("Set-Cookie", SESSION + "; HttpOnly; Path=/"))
                else:
                    self.reply(403, "text/plain", "wrong password")

            def body(self):
                if "Transfer-Encoding" not in self.headers:
                    size = int(self.headers.get("Content-Length", 0))
                    return self.rfile.read(size)
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def reply(self, status, kind, text, *more):
                body = text.replace("{name}", luci.name).encode()
                self.send_response(status)
                for name, value in (("Content-Type", kind),
                                    ("Content-Length", len(body)), *more):
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(body)

        return Handler


def web_socket(handler):
    """Accept, and send each text back in capital letters (RFC 6455)."""
    key = handler.headers["Sec-WebSocket-Key"] + GUID
    handler.send_response(101)
    handler.send_header("Upgrade", "websocket")
    handler.send_header("Connection", "Upgrade")
    handler.send_header("Sec-WebSocket-Accept", base64.b64encode(
        hashlib.sha1(key.encode()).digest()).decode())
    handler.end_headers()
    handler.close_connection = True
    while True:
        head = handler.rfile.read(2)
        if len(head) < 2 or head[0] & 15 == 8:
            return
        size = head[1] & 127
        if size == 126:
            size, = struct.unpack(">H", handler.rfile.read(2))
        mask = handler.rfile.read(4)
        text = bytes(b ^ mask[i % 4]
                     for i, b in enumerate(handler.rfile.read(size))).upper()
        handler.wfile.write(bytes([0x81, len(text)]) + text)


def certificate(t, *names):
    """A self-signed one, with its key, in one file."""
    path = t.dir / f"{names[0]}.pem"
    t.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
           "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
           f"/CN={names[0]}", "-addext", "subjectAltName=" + ",".join(
               "DNS:" + name for name in names), "-keyout", path,
           "-out", f"{path}.crt"], check_=True)
    with open(path, "a", encoding="ascii") as key:
        key.write(open(f"{path}.crt", encoding="ascii").read())
    return path

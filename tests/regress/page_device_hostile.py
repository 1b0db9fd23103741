#!/usr/bin/python3
"""Devices' web interfaces in a real Chromium, through a real ssh -L: one that is
honest works, with its login and its WebSocket, and while it sleeps; a hostile one
gains nothing from the page of the fleet, nor from another device."""
import json

from harness import Server, check, eq, eventually, run
from harness.browser import Browser
from harness.luci import Luci
from harness.operators import operator
from harness.page import Page
from harness.waiting import Waiting

# Each attack is an expression; what it yields is told to the test.
READ = """fetch(%s, %s).then(
    (r) => r.text().then((text) => r.type + " " + r.status + " " + text),
    (error) => "failed")"""
FORM = """<!doctype html><title>form</title>
<form id="f" method="post" enctype="text/plain" action="{action}">
<input name='{{"act":"device disable","args":["victim"],"x":"' value='"}}'></form>
<script>document.getElementById("f").submit()</script>"""
FRAME = """<!doctype html><title>frame</title><h1>frame</h1>
<iframe id="f" src="{src}"></iframe>"""
SOCKET = """new Promise((done) => { const s = new WebSocket(%s);
    s.onopen = () => done("open"); s.onerror = () => done("failed"); })"""

WELL = 'document.getElementById("socket")?.innerText === "UPTIME OF VICTIM"'

LINK = 'a[href^="http://victim.localhost"]'


class Scene:
    def __init__(self, t):
        self.server = Server(t)
        self.server.admin_ok("permit", "add", "tag:a", "80", "--virtual")
        self.luci = {}
        for name in ("hostile", "victim"):
            device = self.server.device(name, "--tag", "a")
            self.luci[name] = Luci(t, name)
            Waiting(device, options=(
                "-R", f"80:localhost:{self.luci[name].port}"))
        self.server.events.wait("forward.open", count=2)
        self.alice = operator(self.server, "alice", "operator", "a:80")
        self.page = Page(self.alice)
        self.own = f"http://localhost:{self.page.port}"
        self.browser = Browser(t)

    def site(self, name, path="/"):
        return f"http://{name}.localhost:{self.page.port}{path}"

    def ask(self, expression, *words):
        """What the promise yields, in the page that is open."""
        return self.browser.ask("POST", "/execute/async", {
            "script": "const done = arguments[arguments.length - 1];"
                      f"Promise.resolve({expression}).then(done, (e) =>"
                      ' done("failed"))', "args": list(words)})

    def evil(self, path, text, kind="text/html", *more):
        self.luci["hostile"].pages[path] = (kind, text, *more)

    def asked(self):
        """What the victim was asked, but for the browser's own wish."""
        return [path for path in self.luci["victim"].paths()
                if path != "/favicon.ico"]

    def at_hostile(self):
        self.evil("/evil", "<!doctype html><title>evil</title><h1>evil</h1>")
        self.browser.open(self.site("hostile", "/evil"))
        self.browser.complaints()

    def statuses(self):
        """(address, status) of the answers since the last call."""
        lines = [json.loads(line["message"])["message"] for line in
                 self.browser.ask("POST", "/se/log", {"type": "performance"})]
        return [(line["params"]["response"]["url"],
                 line["params"]["response"]["status"]) for line in lines
                if line["method"] == "Network.responseReceived"]


def honest(scene):
    browser, luci = scene.browser, scene.luci["victim"]
    browser.open(scene.own + "/device/victim")
    browser.wait("document.querySelector(arguments[0])", LINK,
                 what="a link to the web interface")
    browser.complaints()
    browser.js("document.querySelector(arguments[0]).click()", LINK)
    eventually(lambda: len(browser.ask("GET", "/window/handles")) == 2,
               what="a tab for it")
    browser.ask("POST", "/window", {
        "handle": browser.ask("GET", "/window/handles")[1]})
    browser.wait('document.querySelector("h1").innerText === "Login to victim"')
    browser.js('document.getElementById("password").value = "secret"')
    browser.click("#go")
    browser.wait(WELL, what="the WebSocket's word")
    check("/ws" in luci.paths(), str(luci.paths()))
    eq([line for line in browser.complaints() if "favicon" not in line], [],
       "complaints")


def sleeping(t, scene):
    """The notice loads itself again, and in the end the device is there."""
    device = scene.server.device("attic", "--tag", "a")
    device.answer("poll 1")
    scene.browser.open(scene.site("attic"))
    scene.browser.wait('document.body.innerText.includes('
                       '"waiting for attic\'s next poll, due in ")')
    eq(scene.browser.js('return getComputedStyle(document.body).maxWidth'),
       "544px", "its style is applied")
    eq([line for line in scene.browser.complaints()
        if "503" not in line and "favicon" not in line], [], "complaints")
    line = next(x for x in device.answer("poll 1") if x.startswith("80:"))
    t.spawn(device.argv("dbclient", "-N", "-R", line.split(":")[1] +
                        f":localhost:{scene.luci['victim'].port}"))
    scene.browser.wait('document.querySelector("h1")?.innerText ==='
                       ' "Login to victim"', what="the device itself")


def reads(scene):
    """Neither the page's data nor another device's is read, or asked for."""
    scene.at_hostile()
    victim = scene.asked()
    scene.statuses()
    for url in (scene.own + "/api/me", scene.own + "/",
                scene.own.replace("localhost", "127.0.0.1") + "/api/me",
                scene.site("victim")):
        for how in ("{}", '{credentials: "include"}'):
            eq(scene.ask(READ % (json.dumps(url), how)), "failed", url)
        check(scene.ask(READ % (json.dumps(url), '{mode: "no-cors"}')) in
              ("failed", "opaque 0 "), f"{url}: opaque")
    for url, status in scene.statuses():
        if "/api/" in url or "victim" in url:
            eq(status, 403, url)
    for kind in ("image", "script"):
        eq(scene.ask(f"""new Promise((done) => {{
            const node = document.createElement("{kind}".replace("image", "img"));
            node.onload = () => done("loaded");
            node.onerror = () => done("failed");
            node.src = arguments[0];
            document.body.append(node); }})""", scene.own + "/api/me"),
           "failed", f"as {kind}")
    eq(scene.ask(SOCKET % json.dumps(scene.site("victim", "/ws").replace(
        "http", "ws"))), "failed", "another device's WebSocket")
    eq(scene.ask(SOCKET % json.dumps(scene.own.replace("http", "ws") + "/")),
       "failed", "a WebSocket to the page")
    eq(scene.ask(READ % (json.dumps(scene.site("victim", "/cgi-bin/luci")),
                         '{method: "POST", mode: "no-cors", credentials:'
                         ' "include", body: "password=secret"}')),
       "opaque 0 ", "a login at another device")
    eq(scene.asked(), victim, "what the victim was asked")


def redirects(scene):
    browser = scene.browser
    for target, word in (("/api/me", "only the page itself may ask this"),
                         ("/", "")):
        scene.evil("/go", f'<meta http-equiv="refresh" content="0;url='
                          f'{scene.own}{target}">')
        browser.open(scene.site("hostile", "/go"))
        browser.wait(f'location.origin === "{scene.own}"')
        check(word in browser.text(), browser.text())
    scene.evil("/post", FORM.format(action=scene.own + "/api/act"))
    browser.open(scene.site("hostile", "/post"))
    browser.wait('location.pathname === "/api/act"')
    check("only the page itself may ask this" in browser.text() or
          "403" in str(scene.statuses()), browser.text())
    asked = scene.asked()
    scene.evil("/post", FORM.format(action=scene.site("victim", "/x")))
    browser.open(scene.site("hostile", "/post"))
    browser.wait('document.body.innerText.includes("a page of another site")')
    eq(scene.asked(), asked, "a form for another device")


def cookies(scene):
    browser = scene.browser
    scene.evil("/cookie", "<!doctype html><title>c</title>", "text/html",
               ("Set-Cookie", "evil=1; Domain=localhost; Path=/"),
               ("Set-Cookie", "evil2=1; Domain=.localhost; Path=/"))
    browser.open(scene.site("hostile", "/cookie"))
    browser.js('document.cookie = "evil3=1; domain=localhost; path=/"')
    browser.open(scene.own + "/")
    eq(browser.js("return document.cookie"), "", "cookies of the page")
    browser.open(scene.site("victim"))
    browser.wait(WELL)
    check("evil" not in "".join(str(headers["Cookie"]) for _, headers in
                                scene.luci["victim"].asked),
          "a cookie of another device")


def frames(scene):
    browser = scene.browser
    for src in (scene.own + "/", scene.site("victim")):
        asked = scene.asked()
        scene.evil("/frame", FRAME.format(src=src))
        browser.open(scene.site("hostile", "/frame"))
        browser.wait("document.title === 'frame'")
        eventually(lambda: browser.js(
            "try { frames[0].document; return false }"
            " catch (e) { return true }"), what=f"{src} is not to be read")
        told = browser.complaints()
        check(any("frame" in line for line in told) or src != scene.own + "/",
              str(told))
        eq(scene.asked(), asked, "framed")


def windows(scene):
    """A window of the page has no opener, and its opener no window."""
    scene.at_hostile()
    scene.browser.js("window.w = window.open(arguments[0])", scene.own + "/")
    eventually(lambda: scene.browser.js("return w.closed"),
               what="the opener has lost it")
    eq(scene.browser.js("""try { document.domain = "localhost" } catch (e) {}
        return document.domain"""), "hostile.localhost", "document.domain")


def test(t):
    scene = Scene(t)
    honest(scene)
    reads(scene)
    redirects(scene)
    cookies(scene)
    frames(scene)
    windows(scene)
    sleeping(t, scene)
    eq([r["enabled"] for r in scene.server.admin_json("device", "list")],
       [True] * 3, "nothing was disabled")


run(test)

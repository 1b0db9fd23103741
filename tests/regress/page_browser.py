#!/usr/bin/python3
"""The page of the fleet in a real Chromium, through a real ssh -L: each view, as
each role; search, live changes, the keyboard alone, acts with and without the key;
no complaint of the browser, no request elsewhere, nothing that is hard to use."""
import re
import time

from harness import Server, check, eq, eventually, fresh_port, run
from harness.browser import Browser
from harness.clients import LEGACY
from harness.easy import Easy
from harness.enrolment import installer
from harness.operators import operator
from harness.page import Page
from harness.waiting import Waiting

HEALTH = "up=90123 load=0.12 mem=58 memt=128 model=Archer-C7 fw=23.05.5"
VIEWS = {"/": "kitchen", "/device/kitchen": "Reach it", "/events": "Hold",
         "/tokens": "Tokens", "/operators": "carol", "/server": "Nodes"}
ADMINS = {"/tokens": "For admins", "/operators": "alice"}
ROW = "document.querySelector('tr[data-id=\"kitchen\"]')"
BAD_CLIENT = "SSH-2.0-<img/src=x/onerror=alert(1)>"
WIDE = ("return document.documentElement.scrollWidth > innerWidth &&"
        " [...document.querySelectorAll('body *')].filter((node) =>"
        " node.getBoundingClientRect().right > innerWidth + 1 &&"
        " !node.closest('.scroll')).map((node) => node.outerHTML.slice(0, 99))")


class Scene:
    """A server with a few devices, and a browser that looks at it."""

    def __init__(self, t):
        self.case = t
        self.server = Server(t, start=False)
        installer(self.server)
        self.server.start()
        self.kitchen = self.server.device("kitchen", "--tag", "a")
        self.roof = self.server.device("roof", "--tag", "a")
        self.server.device("cellar", "--tag", "b")
        self.kitchen.answer(f"poll 1 {HEALTH}")
        self.roof.answer(LEGACY)
        self.carol = operator(self.server, "carol", "admin")
        self.alice = operator(self.server, "alice", "operator", "a")
        self.browser, self.ours = Browser(t), []
        self.easy = Easy(t, self.browser)

    def well(self, page, what):
        """The browser has nothing to complain about."""
        eq(self.browser.complaints(), [], f"{what}: complaints")
        # A page that was shown before may have asked until it was left.
        self.ours.append(page.url(""))
        away = [url for url in self.browser.requests()
                if not url.startswith(tuple(self.ours))]
        eq(away, [], f"{what}: requests elsewhere")

    def views(self, page, words, easy=True):
        """Each view shows itself, at 1440 and at 360 px."""
        browser = self.browser
        for path, word in words.items():
            for width, scheme in ((1440, "light"), (360, "dark")):
                browser.size(width, 900)
                browser.prefer(prefers_color_scheme=scheme)
                if width == 1440:
                    browser.open(page.url(path))
                browser.wait(f"document.querySelector('.view')?.innerText"
                             f".includes({word!r})")
                eq(browser.js(WIDE), False, f"{path} is wider than {width}")
                if easy:
                    self.easy.check(f"{path} at {width} px, {scheme}")
            self.well(page, path)
        browser.size(1440, 900)
        browser.prefer()


def finds(s, page):
    """By the keyboard alone: search, rows, views and the list of keys."""
    browser = s.browser
    browser.open(page.url())
    browser.wait(f"{ROW} && document.querySelectorAll('tr[data-id]')"
                 ".length === 2", what="alice sees two of three devices")
    browser.press("/")
    browser.write("roof")
    browser.wait("document.querySelectorAll('tr[data-id]').length === 1 &&"
                 " location.search === '?q=roof'", what="one is found")
    eq(browser.js("return document.activeElement.name"), "q", "focus stays")
    browser.press("escape")
    browser.wait("document.querySelectorAll('tr[data-id]').length === 2",
                 what="both again")
    browser.press("escape", "j", "j", "k")
    eq(browser.js("return document.activeElement.closest('tr').dataset.id"),
       "kitchen", "j and k go from row to row")
    check(browser.js("return getComputedStyle(document.activeElement.closest("
                     "'tr')).outlineStyle !== 'none'"), "the focus is seen")
    browser.press("o")
    browser.wait("location.pathname === '/device/kitchen' &&"
                 " document.querySelector('h1')?.textContent === 'kitchen'")
    browser.press("?")
    browser.wait("document.querySelector('dialog[open]')")
    browser.press("escape")
    browser.wait("!document.querySelector('dialog')")
    browser.press("g", "f")
    browser.wait(f"location.pathname === '/' && {ROW}")
    browser.click(".counts a.s-never")
    browser.wait("document.querySelector('.empty')?.innerText"
                 ".includes('Nothing matches')", what="an empty state")
    browser.click("button", "Show all devices")
    browser.wait(ROW)
    browser.press("tab")
    check(browser.js("return document.activeElement.matches(':focus-visible')"),
          "Tab shows where it is")
    s.well(page, "keyboard")


def lives(s, page):
    """A poll is on the page within two seconds, without a reload."""
    browser = s.browser
    browser.open(page.url())
    seen = f"Number({ROW}?.querySelector('.c-seen time')?.dataset.at)"
    before = browser.wait(seen)
    browser.js("window.here = true")
    start = time.monotonic()
    browser.js("return 1")
    own = time.monotonic() - start      # of a question to this browser, now
    s.kitchen.answer(f"poll 1 {HEALTH.replace('58', '77')}")
    start = time.monotonic()
    browser.wait(f"{seen} > arguments[0]", before)
    took = time.monotonic() - start
    check(took < 2 + 10 * own, f"it took {took:.2f} s")
    browser.wait(f"{ROW}.querySelector('.c-memory').textContent === '77 MiB'")
    check(browser.js("return window.here"), "without a reload")
    s.server.admin_ok("device", "add", "attic", "--tag", "a")
    browser.wait("document.querySelector('tr[data-id=\"attic\"]')",
                 what="a new device")
    s.server.admin_ok("device", "remove", "attic")
    browser.wait("!document.querySelector('tr[data-id=\"attic\"]')",
                 what="it is gone again")
    s.well(page, "live")


def is_text(s, page):
    """What a device says of itself is text, whatever it is."""
    import paramiko
    transport = paramiko.Transport(s.server.connect())
    transport.local_version = BAD_CLIENT
    s.case.closers.append(transport.close)
    transport.start_client(timeout=30)
    transport.auth_publickey("roof", s.roof.key.paramiko())
    channel = transport.open_session()
    channel.exec_command("poll 1")
    channel.recv(100)
    transport.close()
    browser = s.browser
    for path in ("/", "/device/roof"):
        browser.open(page.url(path))
        browser.wait("document.body.textContent.includes('onerror')",
                     what=f"{path} tells the client")
        eq(browser.js("return document.querySelectorAll('img').length"), 0,
           f"{path}: elements that the device has made")
    s.well(page, "a client's name")


def without_key(s, page):
    """Without the key the buttons say how to get it."""
    browser = s.browser
    browser.open(page.url("/device/kitchen"))
    browser.click("button", "Disable")
    browser.wait("document.querySelector('.told.come')?.innerText"
                 ".includes('ssh -t -L')", what="how to get the key")
    check("/api/act" not in "".join(browser.requests()), "nothing was asked")
    eq(s.server.admin_json("device", "show", "kitchen")[0]["enabled"], True,
       "nothing was done")


class Keyed(Page):
    """The page of a connection that has printed its key."""

    def __init__(self, who):
        self.port = fresh_port()
        self.case = who.case
        out = who.case.dir / f"key-{who.name}"
        with open(out, "wb") as file:
            self.ssh = who.case.spawn(
                who.argv("ssh", "-L", f"{self.port}:fleet:80") +
                ["page", "--port", self.port], stdout=file, stderr=file,
                stdin=-1)
        found = eventually(lambda: re.search(
            r"http://localhost:\d+/(#key=[0-9a-f]+)", out.read_text()),
            what="the address with the key")
        self.hash = found[1]


def enabled(s):
    return s.server.admin_json("device", "show", "kitchen")[0]["enabled"]


def acts(s, page):
    """Each act, by the buttons; the focus stays where it was."""
    browser, server = s.browser, s.server
    browser.open(page.url("/device/kitchen") + page.hash)
    browser.wait("document.querySelector('h1')?.textContent === 'kitchen'")
    eq(browser.js("return location.hash"), "", "the key is not in the address")
    browser.click("button", "Disable")
    browser.click("button", "Leave it")
    check(enabled(s), "left")
    browser.click("button", "Disable")
    eq(browser.js("return document.activeElement.textContent"), "Disable it",
       "the question has the focus")
    browser.press("enter")
    eventually(lambda: not enabled(s), what="kitchen is disabled")
    browser.click("button", "Enable")
    eventually(lambda: enabled(s), what="kitchen is enabled")
    browser.wait("document.activeElement.dataset.key === 'able'",
                 what="the focus is on the button still")
    fill(browser, "alias", "scullery")
    browser.click("button", "Set alias")
    browser.wait("document.querySelector('h1').textContent === 'scullery'")
    fill(browser, "tags", "+lab -a")
    browser.click("button", "Change tags")
    browser.wait("document.querySelector('.head .tag').textContent === 'lab'")
    port = fresh_port()
    fill(browser, "at", str(port))
    browser.click("button", "Ask for a forward")
    server.wait_state(port, "queued")
    browser.click("button", "Close")
    browser.click("button", "Close it")
    server.wait_state(port, "cancelled")
    s.well(page, "acts")


def fill(browser, name, text):
    browser.wait("document.querySelector(arguments[0])", f"[name={name}]")
    browser.js("const node = document.querySelector(arguments[0]);"
               "node.value = ''; node.focus()", f"[name={name}]")
    browser.write(text)


def ends_session(s, page):
    """A session is killed by its button."""
    waiting = Waiting(s.kitchen)
    s.browser.open(page.url("/device/kitchen"))
    s.browser.click("button", "Kill")
    s.browser.click("button", "Kill it")
    eq(waiting.line(), None, "its connection has ended")
    s.well(page, "kill")


def makes_token(s, page):
    """A token's line, with a QR code."""
    browser = s.browser
    browser.open(page.url("/tokens"))
    browser.wait("document.querySelector('.empty')?.innerText"
                 ".includes('No token')", what="an empty state")
    browser.click("button", "Make a token")
    browser.wait("document.querySelector('.copy code')?.textContent"
                 ".includes('dbclient')", what="the line to paste")
    browser.wait("document.querySelector('.qr path')?.getAttribute('d')",
                 what="the QR code")
    browser.wait("document.querySelectorAll('main tbody tr').length === 1",
                 what="it is in the list")
    s.easy.check("a new token")
    s.well(page, "token")


def refused(s, page):
    """What the server refuses is said in place; so is a wrong key."""
    browser = s.browser
    browser.open(page.url("/device/kitchen") + page.hash)
    fill(browser, "alias", "fleet")
    browser.click("button", "Set alias")
    browser.wait("document.querySelector('.told.bad.come')?.innerText"
                 ".includes('fleet')", what="the server's reason")
    browser.js("sessionStorage.setItem('et-key', '0'.repeat(64))")
    fill(browser, "at", "9876")
    browser.click("button", "Ask for a forward")
    browser.wait("document.querySelector('.told.bad.come')?.innerText"
                 ".includes('key')", what="the key is refused")


def test(t):
    s = Scene(t)
    page = Page(s.carol)
    s.views(page, VIEWS)
    without_key(s, page)
    lives(s, page)
    page = Page(s.alice)
    s.views(page, VIEWS | ADMINS, easy=False)
    finds(s, page)
    is_text(s, page)
    vera = operator(s.server, "vera", "viewer", "a")
    page = Page(vera)
    s.browser.open(page.url("/device/kitchen"))
    s.browser.wait("document.querySelector('h1')?.textContent === 'kitchen'")
    eq(s.browser.js("return [...document.querySelectorAll('main button')]"
                    ".filter((node) => node.textContent !== 'Copy').length"),
       0, "buttons of a viewer")
    s.well(page, "viewer")
    page = Keyed(s.carol)
    acts(s, page)
    ends_session(s, page)
    makes_token(s, page)
    refused(s, page)


run(test)

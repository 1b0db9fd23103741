"""A real Chromium, driven as a person would: WebDriver by chromedriver."""
import base64
import json
import os
import shutil
import urllib.error
import urllib.request

from .case import Fail, Skip, eventually, fresh_port

KEYS = {"enter": "\ue007", "escape": "\ue00c", "tab": "\ue004"}
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu",
             "--disable-quic", "--no-first-run", "--hide-scrollbars",
             "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--window-size=1440,900")
QUIET = ("data:", "chrome:", "about:", "devtools:")


class Browser:
    """One window.  It ends with its case."""

    def __init__(self, case):
        for program in ("chromium", "chromedriver"):
            if shutil.which(program) is None:
                raise Skip(f"no {program} here")
        self.case, self.session = case, ""
        port = fresh_port()
        self.base = f"http://127.0.0.1:{port}"
        log = open(case.dir / "chromedriver.log", "wb")
        case.spawn(["env", f"HOME={case.dir}", "chromedriver",
                    f"--port={port}"], stdout=log, stderr=log)
        eventually(self.ready, what="chromedriver is ready")
        self.session = "/session/" + self.ask("POST", "/session", {
            "capabilities": {"alwaysMatch": {
                "browserName": "chrome",
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
                "goog:chromeOptions": {
                    "binary": shutil.which("chromium"),
                    "args": [*ARGUMENTS, f"--user-data-dir={case.dir}/"
                             f"chromium-{os.urandom(4).hex()}"]}}}}
        )["sessionId"]
        case.closers.append(self.close)

    def close(self):
        try:
            self.ask("DELETE", "")
        except (Fail, OSError):
            pass

    def ready(self):
        try:
            return self.ask("GET", "/status")["ready"]
        except OSError:
            return False

    def ask(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(
            self.base + self.session + path, data, method=method,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.loads(error.read())["value"]
            raise Fail(f"{path}: {value['error']}: "
                       f"{value['message'][:400]}") from None

    # --- what a person does ---

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    def js(self, text, *words):
        """Run the body of a function in the page; returns what it returns."""
        return self.ask("POST", "/execute/sync",
                        {"script": text, "args": list(words)})

    def wait(self, text, *words, what=None, timeout=30):
        """Until the expression is true; returns its value."""
        try:
            return eventually(lambda: self.js(f"return {text}", *words),
                              timeout, what or text, 0.05)
        except Fail as late:
            raise Fail(f"{late}\n{self.text()[:3000]}") from None

    def text(self):
        return self.js("return document.body.innerText")

    def press(self, *keys):
        """Keys, one after the other, as a keyboard sends them."""
        acts = [{"type": kind, "value": KEYS.get(key, key)}
                for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": acts}]})

    def write(self, text):
        self.press(*text)

    def click(self, selector, text=None):
        """The element that has this text, or the first one."""
        found = self.wait(
            "[...document.querySelectorAll(arguments[0])].find((node) =>"
            " node.checkVisibility() && (arguments[1] === null ||"
            " node.textContent.trim() === arguments[1]))", selector, text,
            what=f"{selector} {text or ''} is there")
        self.ask("POST", f"/element/{next(iter(found.values()))}/click")

    # --- how it looks ---

    def cdp(self, command, **values):
        return self.ask("POST", "/goog/cdp/execute",
                        {"cmd": command, "params": values})

    def size(self, width, height, scale=1):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width,
                 height=height, deviceScaleFactor=scale, mobile=False)

    def prefer(self, **features):
        """prefers_color_scheme="dark", forced_colors="active"."""
        self.cdp("Emulation.setEmulatedMedia", features=[
            {"name": name.replace("_", "-"), "value": value}
            for name, value in features.items()])

    def picture(self):
        return base64.b64decode(self.ask("GET", "/screenshot"))

    # --- what it complains about, and whom it asked ---

    def complaints(self):
        """Lines of the console since the last call."""
        return [line["message"] for line in
                self.ask("POST", "/se/log", {"type": "browser"})]

    def requests(self):
        """Addresses that were asked for since the last call."""
        lines = [json.loads(line["message"])["message"] for line in
                 self.ask("POST", "/se/log", {"type": "performance"})]
        urls = [line["params"]["request"]["url"] for line in lines
                if line["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(QUIET)]

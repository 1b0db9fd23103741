"""Whether a page is easy for everyone: axe-core's rules where npm has it, and
rules of our own: names of what can be used, labels of pictures, contrast."""
import os
import pathlib
import shutil
import tarfile

from .case import eq

AXE = "axe-core@4"
SERIOUS = ("serious", "critical")
NAMED = ("button", "link", "textbox", "searchbox", "combobox", "checkbox",
         "spinbutton", "image", "dialog", "navigation", "table", "search")
CONTRAST = """
const lum = (rgb) => rgb.map((n) => n / 255).map((n) => n <= 0.04045 ?
    n / 12.92 : ((n + 0.055) / 1.055) ** 2.4).reduce((sum, n, i) =>
    sum + n * [0.2126, 0.7152, 0.0722][i], 0);
const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
const behind = (node) => {
	for (; node; node = node.parentElement) {
		const colour = numbers(getComputedStyle(node).backgroundColor);
		if (colour.length === 3 || colour[3] > 0)
			return colour.slice(0, 3);
	}
	return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const bad = [];
while (walker.nextNode()) {
	const node = walker.currentNode.parentElement;
	const text = walker.currentNode.textContent.trim();
	if (text === "" || !node.checkVisibility() ||
	    node.closest(".hidden, .said, .skip, noscript, script, style"))
		continue;
	const pair = [numbers(getComputedStyle(node).color).slice(0, 3),
	    behind(node)].map(lum).sort((a, b) => b - a);
	const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
	if (ratio < 4.5)
		bad.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
}
return bad;
"""
RUN = """
const done = arguments[0];
axe.run().then((told) => done(told.violations.map((each) => [each.impact,
    each.id, each.nodes[0].html.slice(0, 200)])));
"""


def axe(case):
    """The text of axe-core, by npm; None: it cannot be had now."""
    given = os.environ.get("ETPH_AXE")      # axe.min.js
    if given:
        return pathlib.Path(given).read_text()
    if shutil.which("npm") is None:
        return None
    folder = case.dir / "axe"
    folder.mkdir()
    done = case.run(["sh", "-c", 'cd "$1" && HOME=$1 npm pack --silent '
                     "--fetch-retries=0 --fetch-timeout=8000 "
                     f"{AXE}", "sh", folder], 30)
    found = list(folder.glob("axe-core-*.tgz"))
    if done.code != 0 or not found:
        return None
    with tarfile.open(found[0]) as tar:
        return tar.extractfile("package/axe.min.js").read().decode()


class Easy:
    def __init__(self, case, browser):
        self.browser, self.axe = browser, axe(case)
        print("axe-core:", "from npm" if self.axe else "not to be had; "
              "names, labels and contrast are checked all the same")

    def check(self, what):
        """No serious finding in what the browser shows."""
        browser = self.browser
        nameless = [node["role"]["value"] for node in
                    browser.cdp("Accessibility.getFullAXTree")["nodes"]
                    if not node["ignored"] and node["role"]["value"] in NAMED
                    and not node.get("name", {}).get("value")]
        eq(nameless, [], f"{what}: elements without a name")
        eq(browser.js(CONTRAST), [], f"{what}: text below 4.5:1")
        if self.axe:
            browser.js(self.axe + ";")
            found = browser.ask("POST", "/execute/async",
                                {"script": RUN, "args": []})
            eq([each for each in found if each[0] in SERIOUS], [],
               f"{what}: findings of axe-core")

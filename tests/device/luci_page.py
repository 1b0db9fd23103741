#!/usr/bin/python3
"""LuCI's page: the view itself, in headless Chromium, with stand-ins for LuCI's
modules, shows what the client says and offers the settings that it reads."""
import html
import json
import re
import shutil
import time

from router import CLIENT, SRCDIR, Skip, check, run
from harness import eq

LUCI = SRCDIR / "device" / "openwrt" / "luci"
NAME = "luci-app-et-phone-home"
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--virtual-time-budget=20000", "--dump-dom")

# As much of LuCI as the view calls; what it does not know is an error.  As
# luci.js has it (dom.append), what stands in an array is text, and a string by
# itself is HTML.
PAGE = """<!doctype html><meta charset=utf-8><body><script>
'use strict';
const said = %(status)s, options = [], execs = [];
const add = (node, children) => {
	if (Array.isArray(children))
		children.filter(c => c !== null && c !== undefined).forEach(c =>
		    node.append(c instanceof Node ? c : String(c)));
	else if (children instanceof Node)
		node.append(children);
	else if (children !== null && children !== undefined)
		node.innerHTML = String(children);
	return node;
};
function E(tag, attributes, children) {
	const node = document.createElement(tag);
	if (Array.isArray(attributes) || attributes instanceof Node ||
	    typeof attributes !== 'object')
		return add(node, attributes);
	for (const [key, value] of Object.entries(attributes))
		if (typeof value === 'function')
			node.addEventListener(key, value);
		else if (value !== null && value !== undefined)
			node.setAttribute(key, value);
	return add(node, children);
}
const _ = text => text;
const L = { resolveDefault: (p, d) => Promise.resolve(p).catch(() => d),
	hasViewPermission: () => %(write)s };
class Option {
	constructor(kind, name, title, text) {
		Object.assign(this, { kind, name, title, text, values: [] });
	}
	value(v, text) { this.values.push(v); }
	depends() {}
}
class Section {
	constructor() { this.options = []; }
	option(kind, name, ...rest) {
		if (kind === undefined)
			throw new Error('no such kind of option');
		const o = new Option(kind, name, ...rest);
		options.push(o);
		return o;
	}
}
class Map_ {
	constructor(config, title) { Object.assign(this, { config, title }); }
	section(kind, name, type) {
		if (kind !== form.NamedSection || this.config !== 'et-phone-home' ||
		    name !== 'main' || type !== 'et-phone-home')
			throw new Error('another section');
		return new Section();
	}
	render() {
		return Promise.resolve(E('form', {}, options.map(o =>
		    E('p', { 'data-option': o.name }, [ o.title ]))));
	}
}
const form = { Map: Map_, NamedSection: {}, Value: 'value',
	DynamicList: 'list', ListValue: 'choice' };
const fs = { exec: (program, words) => {
	execs.push([program, ...words].join(' '));
	return said === null ?
	    Promise.reject(new Error('XHR request failed: -32002')) :
	    Promise.resolve({ code: 0, stdout: said });
} };
const poll = { add: (f, every) => f() };
const ui = {
	createHandlerFn: (self, f) => f.bind(self),
	addNotification: (title, node) => document.body.append(
	    E('div', { id: 'notice' }, [ node ]))
};
const view = { extend: o => o };
const modules = { view, form, fs, poll, ui };
async function show() {
	const source = %(source)s;
	const wanted = [...source.matchAll(/^'require (\\w+)';/gm)].map(m => m[1]);
	const made = new Function(...wanted, 'E', '_', 'L', source)(
	    ...wanted.map(n => modules[n]), E, _, L);
	document.body.append(await made.render(await made.load()));
	document.querySelector('button').click();
	await new Promise(done => setTimeout(done, 100));
	const id = options.find(o => o.name === 'id');
	document.body.append(E('pre', { id: 'found' }, [ JSON.stringify({
	    options: options.map(o => o.name),
	    modes: options.find(o => o.name === 'mode').values,
	    ids: ['6466b34bde54', 'a b', '', 'A', '-a', 'a'.repeat(65)].map(
		v => id.validate('main', v) === true),
	    notice: document.querySelector('#notice')?.textContent,
	    interval: options.find(o => o.name === 'interval').datatype,
	    title: [...document.querySelectorAll('h2, h3')].map(
		h => h.textContent),
	    disabled: document.querySelector('button').disabled,
	    markup: document.querySelectorAll('img, b').length,
	    taken: document.body.dataset.taken, execs }) ]));
}
show().catch(e => document.body.append(E('pre', { id: 'failed' }, [ e.stack ])));
</script>"""


# What would run where text becomes HTML.
MARKUP = "<img src=x onerror='document.body.dataset.taken = 1'>"


def status_of_client(t):
    """What the client itself says, of a poll that it has noted."""
    (t.dir / "run").mkdir()
    (t.dir / "etc").mkdir()
    (t.dir / "run" / "status").write_text(
        f"time={int(time.time())}\nserver=server.example\nid=6466b34bde54\n"
        f"mode=poll\nresult=ok <b>&amp; \"quoted\"</b> {MARKUP}\n"
        f"tunnel=22 to {MARKUP}\n")
    return t.run(["env", f"ET_RUN={t.dir}/run", f"ET_ETC={t.dir}/etc", "sh",
                  CLIENT, "status"]).ok().out


def show(t, browser, page):
    path = t.dir / "page.html"
    path.write_text(page)
    done = t.run([browser, *CHROMIUM, f"--user-data-dir={t.dir}/chromium",
                  f"file://{path}"], 60)
    check("</html>" in done.out, str(done)[-2000:])
    return done.out


def files_fit():
    """The three files name each other, and what the client has."""
    menu = json.loads((LUCI / f"root/usr/share/luci/menu.d/{NAME}.json")
                      .read_text())
    acl = json.loads((LUCI / f"root/usr/share/rpcd/acl.d/{NAME}.json")
                     .read_text())
    entry, = menu.values()
    check((LUCI / "htdocs/luci-static/resources/view" /
           f"{entry['action']['path']}.js").exists(), "the menu's view")
    eq(entry["depends"]["acl"], list(acl), "the menu's acl")
    rules = acl[NAME]
    commands = [c for kind in ("read", "write") for c in rules[kind]["file"]]
    for kind in ("read", "write"):      # rpcd's session has no call without
        eq(rules[kind].get("ubus"), {"file": ["exec"]}, f"ubus of {kind}")
    eq(commands, ["/usr/sbin/et-phone-home status",
                  "/usr/sbin/et-phone-home poll"], "what it may run")
    return commands


def test(t):
    commands = files_fit()
    browser = shutil.which("chromium")
    if browser is None:
        raise Skip("no chromium here")
    source = (LUCI / "htdocs/luci-static/resources/view/et-phone-home.js") \
        .read_text()

    def shown(status, write=True):
        dom = show(t, browser, PAGE % {
            "status": json.dumps(status), "write": json.dumps(write),
            "source": json.dumps(source).replace("</", "<\\/")})
        failed = re.search(r'<pre id="failed">(.*?)</pre>', dom, re.S)
        check(failed is None, html.unescape(failed.group(1)) if failed else "")
        return dom, json.loads(html.unescape(
            re.search(r'<pre id="found">(.*?)</pre>', dom, re.S).group(1)))
    dom, found = shown(None, write=False)
    check("-32002" in dom and "not running" not in dom.split("<script>")[0] +
          dom.split("</script>")[-1], "an error is shown as what it is")
    check(found["disabled"], "Poll now, for who may only read")
    eq([c for c in found["execs"] if c.endswith("poll")], [], "it polled")
    dom, found = shown(status_of_client(t))
    check(not found["disabled"], "Poll now")
    eq(found["title"], ["ET Phone Home", "State"], "headings")
    eq(found["interval"], "range(1, 65535)", "as number() of the client")
    eq(found["modes"], ["poll", "wait"], "modes")
    eq(found["ids"], [True, False, False, False, False, False], "ids")
    eq(sorted(set(found["execs"])), sorted(commands), "what it runs")
    eq((found["markup"], found.get("taken")), (0, None),
       "elements made of what the client says")
    check(MARKUP in found["notice"], f"the notice: {found['notice']}")
    client = CLIENT.read_text()
    for name in found["options"]:
        check(re.search(rf"\b{name}\b", client), f"the client reads {name}")
    for text in ("server.example", "not running", "Polled.|not running",
                 "ok &lt;b&gt;&amp;amp; \"quoted\"&lt;/b&gt; &lt;img src=x"):
        check(re.search(text, dom), f"{text} is not shown: {dom[-3000:]}")
    year = str(time.localtime().tm_year)
    check(re.search(rf"Last poll</td><td[^>]*>[^<]*{year}", dom),
          "when it polled last")


run(test)

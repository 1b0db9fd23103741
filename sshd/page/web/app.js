// The shell: which view is shown, the bar, and the links between them.

import {get, live, loadMe, me, takeKey, trouble} from "./api.js";
import {el} from "./dom.js";
import {listen} from "./keys.js";
import {empty} from "./table.js";
import {count} from "./units.js";
import fleet from "./fleet.js";

const STATES = ["online", "late", "offline", "never"];
const LAST = "et-last-device";
const main = document.querySelector("main");
const bar = document.querySelector(".counts");

const routes = [
	[/^\/$/, "fleet", () => ({default: fleet})],
	[/^\/device\/([^/]+)$/, "device", () => import("./device.js")],
	[/^\/events$/, "events", () => import("./events.js")],
	[/^\/tokens$/, "tokens", () => import("./tokens.js")],
	[/^\/operators$/, "operators", () => import("./operators.js")],
	[/^\/server$/, "server", () => import("./server.js")],
];

// ---- the bar ----

let told = {};

function counts(now) {
	if (!now)
		return;
	told = now;
	const total = STATES.reduce((sum, name) => sum + (now[name] ?? 0), 0);
	const names = now.disabled > 0 ? [...STATES, "disabled"] : STATES;

	names.forEach((name, i) => {
		const href = name === "disabled" ? "/?where=state%3Ddisabled" :
		    `/?state=${name}`;
		const n = now[name] ?? 0;
		let node = bar.children[i];

		if (node === undefined) {
			node = el("a", {href, class: `state s-${name}`},
			    el("b"), el("span", null, ` ${name}`));
			bar.append(node);
		}
		node.classList.toggle("zero", n === 0);
		if (node.firstChild.textContent !== count(n))
			node.firstChild.textContent = count(n);
	});
	while (bar.children.length > names.length)
		bar.lastChild.remove();
	entitle();
	const last = document.querySelector("[data-go=device]");
	last.hidden = total === 0 && last.getAttribute("href") === "/";
}

let title = "Fleet";

function entitle() {
	const gone = told.offline > 0 ? `${count(told.offline)} offline, ` : "";
	const text = `${title} \u2013 ${gone}${me.node || "ET Phone Home"}`;

	if (document.title !== text)
		document.title = text;
}

function visited(id, name) {
	const link = document.querySelector("[data-go=device]");

	sessionStorage.setItem(LAST, JSON.stringify([id, name]));
	link.href = `/device/${encodeURIComponent(id)}`;
	link.title = name;
	link.hidden = false;
}

// The counts where no view brings them: of the whole fleet, whatever is asked.
let current = null;

async function refreshCounts() {
	if (current?.name === "fleet" && !current.view.filtered() && told.since)
		return;
	const now = await get(`/api/rows?since=${told.since ?? 0}`);

	if (now !== null)
		counts({...now.counts, since: now.now});
}

// ---- views ----

function mark(name) {
	document.body.dataset.view = name;
	for (const link of document.querySelectorAll(".views a"))
		if (link.dataset.go === name)
			link.setAttribute("aria-current", "page");
		else
			link.removeAttribute("aria-current");
}

const filtered = () => ["q", "tag", "state", "where", "wrong"].some((name) =>
    new URLSearchParams(location.search).get(name));

function begin(name) {
	const over = new AbortController();
	let place = null;

	// What the server wrote stays until the view has something.
	function show(...nodes) {
		if (place === null) {
			place = el("div", {class: "view"});
			main.replaceChildren(place);
		}
		place.append(...nodes.filter((node) => node));
	}
	return {over, signal: over.signal, show, visited, filtered,
		title(text) {
			title = text;
			entitle();
		},
		counts: (now) => counts({...now, since: told.since}),
		look(look) {
			this.again = look;
		},
		none(heading, text) {
			over.abort();
			main.replaceChildren(empty(heading, el("p", null, text),
			    el("p", null, el("a", {href: "/"}, "The fleet"))));
			title = heading;
			entitle();
		}};
}

async function route(moved) {
	const [found, name, load] = routes.map(([pattern, ...rest]) =>
	    [pattern.exec(location.pathname), ...rest])
	    .find(([match]) => match) ?? [null, "none", null];

	current?.view.over.abort();
	const view = begin(name);
	current = {name, view};
	mark(name);
	trouble("");
	if (load === null)
		return view.none("No such view", "There is nothing at this " +
		    "address.");
	const module = await load();

	if (view.signal.aborted)
		return;
	module.default(view, found[1] && decodeURIComponent(found[1]));
	if (moved) {
		scrollTo(0, 0);
		main.focus({preventScroll: true});
	}
}

// Links within the page do not load it anew.
function follow(event) {
	const link = event.target.closest("a[href]");

	if (link === null || event.defaultPrevented || event.button !== 0 ||
	    event.ctrlKey || event.metaKey || event.shiftKey || event.altKey ||
	    link.target || link.origin !== location.origin ||
	    link.pathname.startsWith("/web/") || link.hash !== "")
		return;
	event.preventDefault();
	if (link.href !== location.href)
		history.pushState(null, "", link.href);
	route(true);
}

async function start() {
	takeKey();
	document.addEventListener("click", follow);
	addEventListener("popstate", () => route(true));
	addEventListener("hashchange", () => {
		takeKey();
		route(false);
	});
	listen();
	try {
		const [id, name] = JSON.parse(sessionStorage.getItem(LAST));

		visited(id, name);
	} catch {}
	document.querySelector("[data-go=device]").addEventListener("click",
	    (event) => {
		const first = document.querySelector("tr[data-id] a[href]");

		if (event.currentTarget.getAttribute("href") === "/" && first) {
			event.preventDefault();
			first.click();
		}
	    });
	const forever = new AbortController().signal;

	await live(AbortSignal.any([once.signal, forever]), 1000, async () => {
		await loadMe();
		once.abort();
	});
	document.querySelector(".who").textContent =
	    `${me.operator}, ${me.role}${me.node ? ` on ${me.node}` : ""}`;
	await route(false);
	live(forever, 2000, refreshCounts);
}
const once = new AbortController();

start();

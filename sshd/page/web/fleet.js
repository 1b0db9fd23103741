// The fleet: what is found, in pages, live.

import {alerts} from "./alerts.js";
import {get, hasKey, live, may, pageLine} from "./api.js";
import {button, keyHint, told} from "./acts.js";
import {copyLine, el, fade, say, state} from "./dom.js";
import {beats} from "./marks.js";
import {empty} from "./table.js";
import {time} from "./time.js";
import {newToken} from "./token.js";
import {count, memory} from "./units.js";

const LIMIT = 50;
const STATES = ["online", "late", "offline", "never"];
export const NAMES = ["q", "tag", "state", "where", "wrong", "sort", "desc",
	"offset"];

// Columns in their order: class, label, what the server sorts by, and the cell.
// calm: a change of it is not worth a look.
const columns = [
	{name: "name", label: "Device", sort: "name", cell: (row) => [
		state(row.enabled === false ? "disabled" : row.state, true),
		el("a", {href: `/device/${encodeURIComponent(row.id)}`},
		    el("b", null, row.alias || row.id)), row.alias &&
		    el("span", {class: "id"}, row.id)]},
	{name: "tags", label: "Tags", sort: "tag", cell: (row) =>
	    (row.tags ?? []).map((tag) => el("span", {class: "tag"}, tag))},
	{name: "beats", label: "Last 60 polls", calm: true,
		cell: (row, before) => beats(row.beats, before?.beats)},
	{name: "seen", label: "Seen", sort: "last_seen", calm: true,
		cell: (row) => time(row.last_seen, "ago")},
	{name: "due", label: "Next", calm: true, cell: (row) =>
	    row.connected ? "holds" : row.enabled === false ||
	    row.state === "offline" ? "" : time(row.due, "due")},
	{name: "addr", label: "Address", sort: "addr"},
	{name: "client", label: "Client", sort: "client", cell: (row) =>
	    row.version || (row.client ?? "").replace(/^SSH-2\.0-/, "")},
	{name: "model", label: "Model", sort: "model"},
	{name: "firmware", label: "Firmware", sort: "firmware"},
	{name: "memory", label: "Memory", sort: "memory", calm: true,
		cell: (row) => memory(row.memory)},
	{name: "load", label: "Load", sort: "load", calm: true,
		cell: (row) => Number.isFinite(row.load) ?
		    row.load.toFixed(2) : ""},
	{name: "wrong", label: "Wrong", cell: (row) => el("span", {
		title: row.wrong_text || null}, row.wrong ?? "")},
].map((column) => ({cell: (row) => row[column.name] ?? "", ...column,
	fields: {name: ["id", "alias", "state", "enabled"],
		seen: ["last_seen"], due: ["due", "connected", "state"],
		client: ["version", "client"]}[column.name] ?? [column.name]}));

// ---- one row ----

function newRow(row) {
	const cells = columns.map((column) => el(column.name === "name" ? "th" :
	    "td", {class: `c-${column.name}`,
		scope: column.name === "name" ? "row" : null},
	    column.cell(row)));
	const node = el("tr", {"data-id": row.id,
		class: row.enabled === false ? "s-off" : null}, cells);

	for (const i of [1, 5, 6, 7, 8])
		cells[i].title = cells[i].textContent;
	return {node, cells, row};
}

const same = (a, b, fields) => fields.every((field) =>
    JSON.stringify(a[field]) === JSON.stringify(b[field]));

// Put the row's news in its cells; the others are not touched.
function renew(entry, row) {
	columns.forEach((column, i) => {
		if (same(entry.row, row, column.fields))
			return;
		const cell = entry.cells[i];
		const focus = cell.contains(document.activeElement);

		cell.replaceChildren(...[column.cell(row, entry.row)].flat(2)
		    .filter((each) => each));
		if (focus)
			cell.querySelector("a")?.focus({preventScroll: true});
		if (!column.calm)
			fade(cell);
	});
	if (row.state !== entry.row.state)
		say(`${row.alias || row.id} is ${row.state}`);
	entry.node.classList.toggle("s-off", row.enabled === false);
	entry.row = row;
}

// ---- what is looked for ----

const query = () => {
	const asked = new URLSearchParams(location.search);

	return Object.fromEntries(NAMES.map((name) =>
	    [name, asked.get(name) ?? ""]));
};

export function address(values) {
	const asked = new URLSearchParams(Object.entries(values)
	    .filter(([, value]) => value !== "" && value !== "0"));

	return asked.size > 0 ? `/?${asked}` : "/";
}

function option(value, text, now) {
	return el("option", {value, selected: value === now}, text);
}

function filters(look) {
	const asked = query();
	const q = el("input", {type: "search", name: "q", value: asked.q,
		placeholder: "Search  /", "aria-label": "Search",
		autocomplete: "off", spellcheck: "false", oninput() {
			clearTimeout(q.timer);
			q.timer = setTimeout(go, 200);
		}, onkeydown(event) {
			if (event.key === "Escape" && q.value !== "") {
				event.stopPropagation();
				q.value = "";
				go();
			}
		}});
	const tag = el("select", {name: "tag", "aria-label": "Tag",
		onchange: () => go()});
	const states = el("select", {name: "state", "aria-label": "State",
		onchange: () => go()}, option("", "Any state", asked.state),
	    STATES.map((word) => option(word, word, asked.state)));
	const wrong = el("input", {type: "checkbox", name: "wrong",
		checked: asked.wrong === "1", onchange: () => go()});
	const found = el("p", {class: "found"});
	const form = el("form", {class: "filters", role: "search",
		"aria-label": "Devices", action: "/", onsubmit(event) {
			event.preventDefault();
			go();
		}}, q, tag, states, el("label", null, wrong, "Wrong only"),
	    found);

	function go() {
		clearTimeout(q.timer);
		look({...query(), q: q.value.trim(), tag: tag.value,
			state: states.value, wrong: wrong.checked ? "1" : "",
			offset: ""});
	}
	function tags(list) {
		const now = query().tag;
		const known = (list ?? []).some((each) => each.tag === now);

		tag.replaceChildren(option("", "Any tag", now),
		    ...(now !== "" && !known ? [option(now, now, now)] : []),
		    ...(list ?? []).map((each) => option(each.tag,
			`${each.tag} (${count(each.n)})`, now)));
	}
	function sync() {
		const values = query();

		if (document.activeElement !== q)
			q.value = values.q;
		tag.value = values.tag;
		states.value = values.state;
		wrong.checked = values.wrong === "1";
	}
	return {form, found, tags, sync};
}

function head(look) {
	const cells = columns.map((column) => el("th", {scope: "col",
		class: `c-${column.name}`}, column.sort ?
		el("a", {href: "/", "data-key": `sort ${column.sort}`,
			onclick(event) {
				const asked = query();

				event.preventDefault();
				event.stopPropagation();
				look({...asked, sort: column.sort, offset: "",
					desc: asked.sort === column.sort &&
					    asked.desc !== "1" ? "1" : ""});
			}}, column.label) : column.label));

	function sync() {
		const asked = query();

		columns.forEach((column, i) => {
			const sorted = column.sort && asked.sort === column.sort;

			cells[i].toggleAttribute("aria-sort", sorted);
			if (sorted)
				cells[i].setAttribute("aria-sort",
				    asked.desc === "1" ? "descending" :
				    "ascending");
			if (column.sort)
				cells[i].firstChild.href = address({...asked,
					sort: column.sort, offset: "",
					desc: sorted && asked.desc !== "1" ?
					    "1" : ""});
		});
	}
	return {node: el("thead", null, el("tr", null, cells)), sync};
}

// ---- nothing there ----

function noFleet() {
	const result = told();

	if (may("token new"))
		return empty("No device yet", el("p", null, "A token makes the " +
		    "line that registers a device: paste it there, as root. The " +
		    "device makes its key, registers, and polls at once."),
		    newToken("Make the line for the first device", result,
		{brief: true}),
		    result, hasKey() ? null : keyHint(), el("p",
			{class: "mute"}, "Or by SSH:"),
		    copyLine(pageLine(false).replace(/-N -L \S+ /, "") +
			" token new",
		    "the line that makes a token"));
	return empty("No device that you may see", el("p", null,
	    "An admin gives devices your tags, with et-admin device tag ID +TAG, " +
	    "or makes a token for new ones, with et-admin token new."));
}

function nothingFound(look) {
	return empty("Nothing matches", el("p", null, "No device has all of " +
	    "that. Words are looked for in id, alias, tags, address, client " +
	    "and health."), el("button", {type: "button", onclick: () =>
		look(Object.fromEntries(NAMES.map((name) => [name, ""])))},
	    "Show all devices"));
}

// ---- the view ----

export default function fleet(view) {
	const rows = new Map();
	const line = filters(look), top = head(look);
	const body = el("tbody"), pages = el("nav", {class: "pages",
		"aria-label": "Pages"});
	const table = el("table", {class: "list fleet", "aria-label": "Devices"},
	    top.node, body);
	const place = el("div");
	let since = 0, total = -1, asking = null, shownAt = 0;

	view.title("Fleet");
	view.show(el("h1", {class: "hidden"}, "Fleet"), alerts(view),
	    line.form, place);
	view.look(look);

	function look(values) {
		const to = address(values);

		if (to !== location.pathname + location.search)
			history[values.offset === query().offset ?
			    "replaceState" : "pushState"](null, "", to);
		line.sync();
		return load().catch(() => {});
	}

	function pager(asked, told) {
		const from = Number(asked.offset || 0);
		const to = from + told.rows.length;
		const link = (offset, text) => el("a", {"data-key": text,
			href: address({...asked, offset: String(offset)})}, text);

		if (from === 0 && to >= told.total)
			return pages.replaceChildren();
		pages.replaceChildren(el("span", null, `${count(from + 1)}\u2013` +
		    `${count(to)} of ${count(told.total)}`),
		    from > 0 ? link(Math.max(0, from - LIMIT), "Before") : "",
		    to < told.total ? link(from + LIMIT, "Next") : "");
	}

	function placeRows(told) {
		const kept = new Set();

		told.rows.forEach((row, i) => {
			let entry = rows.get(row.id);

			if (entry === undefined) {
				entry = newRow(row);
				rows.set(row.id, entry);
				if (total >= 0 && shownAt > 0)
					fade(entry.node, "come");
			} else {
				renew(entry, row);
			}
			kept.add(row.id);
			if (body.children[i] !== entry.node)
				body.insertBefore(entry.node,
				    body.children[i] ?? null);
		});
		for (const [id, entry] of rows)
			if (!kept.has(id)) {
				entry.node.remove();
				rows.delete(id);
			}
	}

	async function load() {
		const asked = query();

		asking?.abort();
		asking = new AbortController();
		const signal = AbortSignal.any([asking.signal, view.signal]);
		const told = await get(`/api/fleet?${new URLSearchParams({
			...Object.fromEntries(Object.entries(asked)
			    .filter(([, value]) => value !== "")),
			limit: LIMIT})}`, signal);
		const filtered = view.filtered();

		since = told.now;
		placeRows(told);
		line.tags(told.tags);
		line.sync();
		top.sync();
		pager(asked, told);
		if (!filtered)
			view.counts(told.counts);
		if (told.total !== total && shownAt > 0)
			say(`${count(told.total)} devices`);
		total = told.total;
		line.found.textContent = filtered ? `${count(total)} found` :
		    `${count(total)} device${total === 1 ? "" : "s"}`;
		line.form.hidden = !filtered && total === 0;
		const want = told.rows.length > 0 ? "rows" :
		    filtered ? "nothing" : "empty";
		if (place.dataset.shows !== want) {
			place.dataset.shows = want;
			place.replaceChildren(...want === "rows" ?
			    [table, pages] : [want === "empty" ? noFleet() :
			    nothingFound(look)]);
		}
		shownAt = Date.now();
	}

	// Rows that are on the screen, as far as they have changed.
	async function refresh() {
		if (shownAt === 0)
			return load();
		if (rows.size === 0) {
			if (Date.now() - shownAt >= 2000)
				await load();
			return;
		}
		const asked = query();
		const told = await get(`/api/rows?${new URLSearchParams({
			...Object.fromEntries(NAMES.slice(0, 5)
			    .filter((name) => asked[name] !== "")
			    .map((name) => [name, asked[name]])),
			since, ids: [...rows.keys()].join(",")})}`, view.signal);

		if (told === null)
			return;
		since = told.now;
		for (const row of told.rows)
			if (rows.has(row.id))
				renew(rows.get(row.id), row);
		if (!view.filtered())
			view.counts(told.counts);
		if (told.total !== total || told.gone?.length > 0)
			await load();
	}

	live(view.signal, 1000, refresh);
}

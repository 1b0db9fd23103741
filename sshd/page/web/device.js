// One device: all that is known of it, and what may be done.

import {get, hasKey, live, may, me} from "./api.js";
import {button, form, keyHint, told} from "./acts.js";
import {charts} from "./charts.js";
import {copyLine, el, say, state, swap} from "./dom.js";
import {beats, legend, presence, presenceDays} from "./marks.js";
import {facts, section, table} from "./table.js";
import {clock, exact, span, time} from "./time.js";
import {bytes, field} from "./units.js";

const DAY = 86400000;

const nameOf = (device) => device.alias || device.id;

// "polled 12 s ago, next in 40 s"
function sentence(device) {
	if (device.enabled === false)
		return ["disabled: it may not log in"];
	if (!device.last_seen)
		return ["has never polled: paste its line on it, or start " +
		    "its client"];
	if (device.connected)
		return ["holds a connection, last poll ",
		    time(device.last_seen)];
	return ["polled ", time(device.last_seen), ...device.due ?
	    [", next poll ", device.due > Date.now() ? "" : "was due ",
		time(device.due, "left")] : [],
	    device.interval ? `, every ${span(device.interval * 1000)}` : ""];
}

function head({device}) {
	const word = device.enabled === false ? "disabled" : device.state;
	const wrong = device.wrong && device.wrong !== "disabled" &&
	    device.wrong_text;

	return el("div", {class: "head"}, el("h1", null, nameOf(device)),
	    device.alias && el("span", {class: "id"}, device.id),
	    (device.tags ?? []).map((tag) => el("a", {class: "tag",
		href: `/?tag=${encodeURIComponent(tag)}`}, tag)),
	    el("p", null, state(word), " ", el("span", {class: "mute"},
		...sentence(device))),
	    wrong && el("p", null, el("b", null, wrong)));
}

// ---- parts: [name, what of the answer it shows, how] ----

// Its own web interface: a name of its own below localhost.
function web({device}) {
	const name = [device.alias, device.id].find((each) =>
	    /^[a-z0-9._-]*[a-z0-9_-]$/.test(each));
	const port = location.port ? `:${location.port}` : "";

	return name && `http://${name}${/--\d+$/.test(name) ? "--80" : ""}` +
	    `.localhost${port}/`;
}

function reach(all) {
	const address = all.lines && web(all);

	return all.lines && section("Reach it", address && el("p", null,
	    el("a", {class: "button", href: address, target: "_blank",
		rel: "noreferrer"}, "Open its web interface")),
	    copyLine(all.lines.ssh, "the line for ssh"),
	    copyLine(all.lines.scp, "the line for scp"),
	    el("p", {class: "mute"}, "SERVER is the name of this server, or " +
		"its Host in ~/.ssh/config."));
}

function doctor({doctor: verdicts}) {
	return verdicts?.map((each) => el("p", {class: `told ${each.verdict ===
	    "well" ? "good" : "bad"}`}, each.text));
}

function health(all) {
	const known = ["model", "firmware", "version", "uptime", "load",
		"memory", "memory_total", "temp", "wan", "signal"];
	const keys = new Set([...known.map((name) => field(name).key)]);
	const {device} = all;

	return section("About it", facts([
		["Address", device.addr], ["SSH client", device.client],
		...known.map((name) => [field(name).title,
			device[name] === null || device[name] === undefined ?
			null : field(name).text(device[name])]),
		...Object.entries(device.health ?? {})
		    .filter(([key]) => !keys.has(key))
		    .map(([key, value]) => [field(key).title, value]),
		["Added", time(device.created)]]));
}

function presenceParts({now, presence24, presence90}) {
	const many = presence90?.length ?? 0;

	return (presence24 || presence90) && section("Presence",
	    presence24 && [presence(presence24, now - DAY, now),
		el("p", {class: "scale"}, el("span", null, "24 hours ago"),
		    el("span", null, "now"))],
	    many > 0 && [presenceDays(presence90), el("p", {class: "scale"},
		el("span", null, `${many} days ago`),
		el("span", null, "today"))], legend());
}

function polls({device, polls: list}) {
	const rows = (list ?? []).slice(0, 10);
	const columns = [
		{label: "At", cell: (row) => el("time", {title: exact(row.at),
			datetime: new Date(row.at).toISOString()},
		    clock(row.at))},
		{label: "After", class: "num", cell: (row) => row.interval ?
		    span(row.interval * 1000) : ""},
		{label: "From", cell: (row) => row.addr},
		{label: "Told", class: "wrap", cell: (row) =>
		    Object.entries(row.health ?? {}).map(([key, value]) =>
			`${key}=${value}`).join("  ")}];
	const bar = beats(device.beats);

	bar.classList.add("big");
	bar.setAttribute("preserveAspectRatio", "none");
	return section("Last 60 polls", bar, el("p", {class: "scale"},
	    `${device.interval ? `every ${span(device.interval * 1000)}` : ""}`),
	    rows.length > 0 && el("details", {class: "more"}, el("summary", null,
		"The last ten"), table(columns, rows, {label: "Polls"})));
}

function months({months: list}) {
	return list?.length > 0 && section("Bytes a month", table([
		{label: "Month", cell: (row) => row.month},
		{label: "From it", class: "num", cell: (row) =>
		    bytes(row.bytes_in)},
		{label: "To it", class: "num", cell: (row) =>
		    bytes(row.bytes_out)}], list, {label: "Bytes a month"}));
}

const forwardColumns = (device, node) => [
	{label: "Port", cell: (row) => row.dport},
	{label: "At", cell: (row) => row.virtual ? "jumps alone" :
	    `${row.node || "server"}:${row.sport}`},
	{label: "State", cell: (row) => row.reason ?
	    `${row.state}: ${row.reason}` : row.state},
	{label: "Since", cell: (row) => time(row.since)},
	{label: "Ends", cell: (row) => time(row.expires, "left")},
	{label: "Of", cell: (row) => row.owner ?? ""},
	{label: el("span", {class: "hidden"}, "Act"), cell: (row) => row.virtual ? "" : button("Close",
	    "forward close", () => [device.id, String(row.sport)], node,
	    {key: `close ${row.sport}`, go: "Close it",
		ends: `Close port ${row.sport}, and what uses it?`})},
];

function forwards({device, forwards: list}, node) {
	return list?.length > 0 && section("Forwards",
	    table(forwardColumns(device, node), list, {label: "Forwards"}));
}

function sessions({device, sessions: list}, node) {
	return list?.length > 0 && section("Sessions", table([
		{label: "Since", cell: (row) => time(row.since)},
		{label: "From", cell: (row) => row.addr},
		{label: "Client", cell: (row) => row.client},
		{label: "Ports", cell: (row) => (row.ports ?? []).join(" ")},
		{label: el("span", {class: "hidden"}, "Act"), cell: (row) => button("Kill", "session kill",
		    () => [`${row.node}/${row.session}`], node, {key:
			`kill ${row.node}/${row.session}`, go: "Kill it",
			ends: `End the session of ${nameOf(device)}?`})}],
	    list, {label: "Sessions"}));
}

function jumps({jumps: list}) {
	return list?.length > 0 && section("Last jumps", table([
		{label: "Port", cell: (row) => row.dport},
		{label: "Of", cell: (row) => row.owner ?? ""},
		{label: "Ended", cell: (row) => time(row.since)},
		{label: "How", class: "wrap", cell: (row) =>
		    row.reason || row.state}], list.slice(0, 10),
	    {label: "Jumps"}));
}

function keys({keys: list, permits}) {
	return [list && section("Keys", list.length > 0 ? table([
		{label: "Key", class: "mono wrap", cell: (row) => row.key},
		{label: "Added", cell: (row) => time(row.created)}], list,
	    {label: "Keys"}) : el("p", null, "It has no key: it cannot log " +
		"in. A token for it makes one.")),
	permits?.length > 0 && section("Permits", table([
		{label: "Ports", cell: (row) => row.first === row.last ?
		    row.first : `${row.first}\u2013${row.last}`},
		{label: "By", cell: (row) => row.tag ? `tag:${row.tag}` :
		    "the device"},
		{label: "Kind", cell: (row) => row.virtual ? "jumps" :
		    "ports"}], permits, {label: "Permits"}))];
}

// ---- acts ----

function acts({device}, node) {
	const input = (name, more) => el("input", {name, "data-key": name,
		autocomplete: "off", spellcheck: "false", ...more});
	const port = input("port", {type: "number", min: 1, max: 65535,
		value: 22, class: "short", required: true});
	const at = input("at", {type: "number", min: 1, max: 65535,
		class: "short", required: true, placeholder: "9876"});
	const ttl = input("ttl", {value: "1h", class: "short",
		pattern: "[0-9]+[smhd]?"});
	const alias = input("alias", {value: device.alias, placeholder: "none"});
	const tags = input("tags", {placeholder: "+site-b -lab",
		required: true});
	const id = () => [device.id];

	if ((me.acts ?? []).length === 0)
		return null;
	return section("Act", el("div", {class: "acts"},
	    form("Ask for a forward", "forward open", [
		el("label", null, "Its port", port),
		el("label", null, "to server port", at),
		el("label", null, "for", ttl)],
	    () => [device.id, `${port.value}:${at.value}`, "--ttl",
		ttl.value || "1h"], node),
	    form("Set alias", "device alias", el("label", null, "Alias", alias),
		() => [device.id, alias.value.trim()], node),
	    form("Change tags", "device tag", el("label", null, "Tags", tags),
		() => [device.id, ...tags.value.trim().split(/\s+/)], node),
	    device.enabled === false ?
	    button("Enable", "device enable", id, node, {key: "able"}) :
	    button("Disable", "device disable", id, node, {key: "able",
		go: "Disable it", ends: `Disable ${nameOf(device)}? It is cut ` +
		    "off, and may not log in."}), node,
	    !hasKey() && may("forward open") && el("details", {class: "more"},
		el("summary", null, "How to act"), keyHint())));
}

// ---- the view ----

export default function deviceView(view, id) {
	const node = told();
	const path = `/api/device/${encodeURIComponent(id)}`;
	// each part, and of what it is made: it is made anew when that changes
	const left = [["presence", presenceParts, (all) => [all.presence90,
		all.presence24]],
	    ["polls", polls, (all) => [all.device.beats]],
	    ["charts", (all) => all.series && Object.keys(all.series).length > 0 &&
		section("Health", charts(all.series, view.signal)),
	    (all) => [all.series]],
	    ["forwards", (all) => forwards(all, node), (all) => [all.forwards]],
	    ["sessions", (all) => sessions(all, node), (all) => [all.sessions]],
	    ["jumps", jumps, (all) => [all.jumps]],
	    ["months", months, (all) => [all.months]]];
	const right = [["acts", (all) => acts(all, node), (all) => [all.device.enabled,
		all.device.alias]],
	    ["reach", reach, (all) => [all.lines]],
	    ["about", health, (all) => [all.device.health, all.device.addr,
		all.device.client]],
	    ["keys", keys, (all) => [all.keys, all.permits]]];
	const top = [["head", head, (all) => [{...all.device, beats: ""}]],
	    ["doctor", doctor, (all) => [all.doctor]]];
	const parts = [...top,
	    ...left, ...right].map(([name, make, of]) => ({name, make, of,
		node: el("div"), before: undefined}));
	const at = (list) => el("div", null, list.map(([name]) =>
	    parts.find((part) => part.name === name).node));
	let since = 0, word = "", known = id;	// id may be an alias

	view.title(id);
	view.show(at(top), el("div", {class: "parts"}, at(left), at(right)));

	function put(all) {
		for (const part of parts) {
			const now = JSON.stringify(part.of(all));

			if (now === part.before)
				continue;
			part.before = now;
			const box = el("div", null, part.make(all));
			part.node = swap(part.node, box);
		}
		view.title(nameOf(all.device));
		view.visited(all.device.id, nameOf(all.device));
		if (word !== "" && word !== all.device.state)
			say(`${nameOf(all.device)} is ${all.device.state}`);
		word = all.device.state;
	}

	async function refresh() {
		if (since > 0 && await get(`/api/rows?${new URLSearchParams({
			ids: known, since, limit: 1})}`, view.signal) === null &&
		    Date.now() - last < 10000)
			return;
		last = Date.now();
		try {
			const all = await get(path, view.signal);

			since = all.now;
			known = all.device.id;
			put(all);
		} catch (error) {
			if (error.status !== 404)
				throw error;
			view.none(`No device ${id}`, "It is not there, or not " +
			    "yours to see.");
		}
	}
	let last = 0;

	live(view.signal, 1000, refresh);
}

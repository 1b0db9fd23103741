// The server: nodes, workers, store, limits reached.

import {get, live} from "./api.js";
import {el, swap} from "./dom.js";
import {empty, facts, plain, section, shown, table} from "./table.js";
import {time} from "./time.js";

const nodes = [
	{label: "Node", cell: (row) => row.node},
	{label: "State", cell: (row) => row.here ? "runs" : "gone"},
	{label: "Started", cell: (row) => time(row.started)},
	{label: "Last sign", cell: (row) => time(row.alive)},
	{label: "Listens on", class: "wrap", cell: (row) => row.listen},
];

const titles = {startups: "not logged in yet", waiting: "waiting to log in",
	connections: "connections now", low_ports: "can bind ports below 1024",
	stale: "store too stale for logins", shed: "turned away"};

// A node's numbers, in two lists: what is, and what was counted.
function numbers(status) {
	return Object.entries(status ?? {}).filter(([, value]) =>
	    value === null || typeof value !== "object");
}

function plainFacts(pairs) {
	return facts(pairs.map(([name, value]) => [titles[name] ??
	    name.replaceAll("_", " "), typeof value === "number" ?
	    plain(name, value) : value === true ? "yes" : value === false ? "no" :
	    value]));
}

function node(told) {
	const rest = Object.entries(told.status ?? {}).filter(([name, value]) =>
	    value !== null && typeof value === "object" &&
	    name !== "workers" && name !== "counters" &&
	    Object.keys(value).length > 0);

	return [told.workers?.length > 0 && section(`Workers of ${told.node}`,
	    shown("workers", told.workers)),
	rest.map(([name, value]) => section(name.charAt(0).toUpperCase() +
	    name.slice(1).replaceAll("_", " "), shown(name, value))),
	section(`${told.node} now`, plainFacts(numbers(told.status))),
	told.counters && section(`Counted by ${told.node} since its start`,
	    plainFacts(Object.entries(told.counters).filter(([, value]) =>
		typeof value !== "object")))];
}

export default function server(view) {
	let list = el("div"), before = "";

	view.title("Server");
	view.show(el("div", {class: "head"}, el("h1", null, "Server")), list);

	async function refresh() {
		const told = await get("/api/server", view.signal);

		if (told === null)
			return;
		delete told.now;
		const text = JSON.stringify(told);

		if (text === before)
			return;
		before = text;
		const others = Object.entries(told).filter(([name]) =>
		    name !== "nodes");
		list = swap(list, el("div", {class: "parts"}, el("div", null,
		    told.nodes?.length > 0 ? section("Nodes",
			table(nodes, told.nodes, {label: "Nodes"})) :
			empty("No node", el("p", null, "No server has the " +
			    "store open.")),
		    (told.nodes ?? []).filter((each) => each.here).map(node)),
		    el("div", null, others.map(([name, value]) => section(
			name.charAt(0).toUpperCase() + name.slice(1),
			shown(name, value))))));
	}
	live(view.signal, 2000, refresh);
}

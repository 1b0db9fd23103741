// The server: nodes, workers, store, limits reached.

import {get, live} from "./api.js";
import {el, swap} from "./dom.js";
import {empty, facts, plain, section, shown, table} from "./table.js";
import {time} from "./time.js";

const nodes = [
	{label: "Node", cell: (row) => row.node},
	{label: "State", cell: (row) => row.state === "alive" ? "runs" :
		row.state},
	{label: "Started", cell: (row) => time(row.started)},
	{label: "Last sign", cell: (row) => time(row.alive)},
	{label: "Listens on", class: "wrap", cell: (row) => row.listen},
];
// What is of use where there are several.
const several = [...nodes,
	{label: "Version", cell: (row) => plain("version", row.version)},
	{label: "Relay", cell: (row) => plain("addr", row.addr)},
	{label: "Lag", cell: (row) => row.lag_ms === null ?
		plain("lag", null) : `${row.lag_ms} ms`},
];

const titles = {startups: "not logged in yet", waiting: "waiting to log in",
	connections: "connections", low_ports: "can bind ports below 1024",
	stale: "store too stale for logins", refused: "logins refused",
	forwards: "forwards opened", enrolled: "devices registered",
	limits: "limits reached", bytes_in: "bytes from devices",
	bytes_out: "bytes to devices", alerts: "alerts open",
	kex: "key exchange", post_quantum: "post-quantum key exchange",
	post_quantum_command: "what makes it post-quantum"};
// What is shown elsewhere, or is of use to machines alone.
const other = new Set(["workers", "counters", "devices", "jump_waits",
	"jump_wait"]);

function numbers(pairs) {
	return facts(pairs.map(([name, value]) => [titles[name] ??
	    name.replaceAll("_", " "), plain(name, value)]));
}

const lists = (value) => value !== null && typeof value === "object";

// Of a node: its lists, and its numbers.
function node(told) {
	const status = Object.entries(told.status ?? {}).filter(([name]) =>
	    !other.has(name));

	return [told.workers?.length > 0 && section(`Workers of ${told.node}`,
	    shown("workers", told.workers)),
	status.filter(([, value]) => lists(value) &&
	    Object.keys(value).length > 0).map(([name, value]) =>
	    section(name.charAt(0).toUpperCase() +
		name.slice(1).replaceAll("_", " "), shown(name, value))),
	section(`${told.node} now`, numbers(status.filter(([, value]) =>
	    !lists(value))))];
}

function counted(told) {
	return told.counters && section(`Counted by ${told.node} since its start`,
	    numbers(Object.entries(told.counters).filter(([, value]) =>
		!lists(value))));
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
			table(told.nodes.length > 1 ? several : nodes,
			    told.nodes, {label: "Nodes"})) :
			empty("No node", el("p", null, "No server has the " +
			    "store open.")),
		    (told.nodes ?? []).filter((each) => each.here).map(node)),
		    el("div", null, (told.nodes ?? []).filter((each) =>
			each.here).map(counted), others.map(([name, value]) => section(
			name.charAt(0).toUpperCase() + name.slice(1),
			shown(name, value))))));
	}
	live(view.signal, 2000, refresh);
}

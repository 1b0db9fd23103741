// Operators: who may see and reach what.

import {get, live, me} from "./api.js";
import {el, swap} from "./dom.js";
import {empty, table} from "./table.js";
import {time} from "./time.js";

const grants = (row) => row.role === "admin" ? "all devices" :
    (row.grants ?? []).map((each) => (each.tag ?? each.device) +
	(each.ports ? `:${each.ports}` : "")).join(" ") ||
    (row.role === "viewer" ? "sees all devices" : "none");

const columns = [
	{label: "Operator", cell: (row) => row.operator},
	{label: "Role", cell: (row) => row.role},
	{label: "State", cell: (row) => row.state},
	{label: "Devices", class: "wrap", cell: grants},
	{label: "Ends", cell: (row) => row.expires ?
	    time(row.expires, "left") : "never"},
	{label: "Added", cell: (row) => time(row.created)},
	{label: "Key", class: "mono", cell: (row) => row.key},
	{label: "Comment", cell: (row) => row.comment},
];

export default function operators(view) {
	let list = el("div"), before = "";

	view.title("Operators");
	view.show(el("div", {class: "head"}, el("h1", null, "Operators"),
	    me.role === "admin" ? null : el("p", {class: "mute"},
		"An admin sees all of them; this is you.")), list);

	async function refresh() {
		const rows = (await get("/api/operators", view.signal))
		    ?.operators;
		const text = JSON.stringify(rows);

		if (!rows || text === before)
			return;
		before = text;
		list = swap(list, rows.length > 0 ?
		    table(columns, rows, {label: "Operators"}) :
		    empty("No operator", el("p", null, "sudo et-admin operator " +
			"add NAME --key FILE.pub --role operator --tag TAG")));
	}
	live(view.signal, 5000, refresh);
}

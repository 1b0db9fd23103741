// Tokens: with which devices register themselves.

import {get, live, me} from "./api.js";
import {told} from "./acts.js";
import {el, swap} from "./dom.js";
import {empty, table} from "./table.js";
import {time} from "./time.js";
import {newToken} from "./token.js";
import {count} from "./units.js";

const columns = [
	{label: "Token", cell: (row) => row.token},
	{label: "State", cell: (row) => row.state},
	{label: "Device", cell: (row) => row.device || "any"},
	{label: "Tags", cell: (row) => (row.tags ?? []).join(" ")},
	{label: "Left", class: "num", cell: (row) => count(row.uses_left)},
	{label: "Of", class: "num", cell: (row) => count(row.uses)},
	{label: "Expires", cell: (row) => time(row.expires, "left")},
	{label: "Made", cell: (row) => time(row.created)},
];

export default function tokens(view) {
	const result = told();
	let list = el("div"), before = "";

	view.title("Tokens");
	view.show(el("div", {class: "head"}, el("h1", null, "Tokens")));
	if (me.role !== "admin")
		return view.show(empty("For admins", el("p", null, "Tokens " +
		    "register devices: an admin makes and sees them.")));
	view.show(el("div", {class: "acts"}, newToken("Make a token", result,
	    {done: () => refresh().catch(() => {})}), result), list);

	async function refresh() {
		const rows = (await get("/api/tokens", view.signal))?.tokens;
		const text = JSON.stringify(rows);

		if (!rows || text === before)
			return;
		before = text;
		list = swap(list, rows.length > 0 ?
		    table(columns, rows, {label: "Tokens"}) :
		    empty("No token", el("p", null, "A token is the line that " +
			"registers a device: make one above, paste its line on the " +
			"device as root, and it is in the fleet a moment later.")));
	}
	live(view.signal, 3000, refresh);
}

// Alerts that are open, above what they are about.

import {get, live} from "./api.js";
import {el, say, swap} from "./dom.js";
import {time} from "./time.js";

function item(alert) {
	return el("li", {class: alert.severity ?? "critical"},
	    alert.summary ?? `${alert.kind} ${alert.subject}`, " ",
	    el("span", {class: "mute"}, time(Date.parse(alert.since) ||
		alert.since)));
}

// A place for them, which is empty while there are none; most: the others are
// counted.
export function alerts(view, most = 3) {
	const place = el("div");
	let list = place.appendChild(el("ul", {hidden: true})), before = "[]";

	live(view.signal, 5000, async () => {
		const open = (await get("/api/alerts", view.signal))?.open ?? [];
		const now = JSON.stringify(open);

		if (now === before)
			return;
		before = now;
		list = swap(list, el("ul", {class: "alerts",
			"aria-label": "Open alerts", hidden: open.length === 0},
		    open.slice(0, most).map(item), open.length > most &&
			el("li", {class: "warning"}, el("a", {href: "/events"},
			    `${open.length - most} more`))));
		if (open.length > 0)
			say(`${open.length} open alert${
			    open.length === 1 ? "" : "s"}`);
	});
	return place;
}

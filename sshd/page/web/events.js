// Events: the newest above, as they happen.

import {alerts} from "./alerts.js";
import {get, live} from "./api.js";
import {el, fade} from "./dom.js";
import {empty} from "./table.js";
import {exact, clock, day, now} from "./time.js";

const KEPT = 500;

const common = new Set(["ts", "time", "event", "node", "device", "seq", "conn",
	"operator"]);

const detail = (line) => Object.entries(line).filter(([name, value]) =>
    !common.has(name) && value !== null && value !== "")
    .map(([name, value]) => `${name}=${typeof value === "object" ?
	JSON.stringify(value) : value}`).join("  ");

function when(line) {
	const ms = Date.parse(line.ts ?? line.time) || line.at;

	return el("time", {datetime: new Date(ms).toISOString(),
		title: exact(ms)}, day(ms) === day(now()) ? clock(ms) :
	    `${day(ms).slice(5)} ${clock(ms)}`);
}

function row(line) {
	const text = detail(line);

	return el("tr", {role: "row"},
	    el("td", {class: "c-time", role: "cell"}, when(line)),
	    el("td", {class: "c-event", role: "cell"}, line.event),
	    el("td", {class: "c-device", role: "cell"}, line.device ? el("a", {
		href: `/device/${encodeURIComponent(line.device)}`},
		line.device) : line.operator ?? ""),
	    el("td", {class: "wrap", role: "cell"}, line.device && line.operator ?
		`${line.operator}  ${text}` : text));
}

export default function events(view) {
	const asked = new URLSearchParams(location.search);
	const input = (name, label) => el("input", {type: "search", name,
		value: asked.get(name) ?? "", placeholder: label,
		"aria-label": label, autocomplete: "off", spellcheck: "false",
		oninput: () => again()});
	const device = input("device", "Device"), type = input("type", "Event");
	const hold = el("input", {type: "checkbox", onchange: () => put([])});
	const note = el("p", {class: "found"});
	const body = el("tbody", {role: "rowgroup"});
	const table = el("table", {class: "list events", role: "table",
		"aria-label": "Events"},
	    el("thead", null, el("tr", null,
		el("th", {scope: "col", class: "c-time"}, "Time"),
		el("th", {scope: "col", class: "c-event"}, "Event"),
		el("th", {scope: "col", class: "c-device"}, "Of"),
		el("th", {scope: "col"}, "What"))), body);
	const nothing = empty("Nothing yet", el("p", null, "Events come here as " +
	    "they happen: logins and their refusals, forwards, jumps, devices " +
	    "that come and go. Polls are not told."));
	let after = 0, waiting = [], timer = 0, round = new AbortController();

	view.title("Events");
	view.show(el("div", {class: "head"}, el("h1", null, "Events")),
	    alerts(view, 100), el("form", {class: "filters", role: "search", "aria-label": "Events",
		onsubmit: (event) => event.preventDefault()}, device, type,
		el("label", null, hold, "Hold"), note), nothing, table);
	table.hidden = true;

	function again() {
		clearTimeout(timer);
		timer = setTimeout(() => {
			const to = new URLSearchParams([["device", device.value
			    .trim()], ["type", type.value.trim()]]
			    .filter(([, value]) => value !== ""));

			history.replaceState(null, "", to.size > 0 ?
			    `/events?${to}` : "/events");
			after = 0;
			waiting = [];
			body.replaceChildren();
			round.abort();
		}, 300);
	}

	// New lines go above; while they are held, or somebody reads below, they
	// wait.
	function put(lines) {
		waiting.push(...lines);
		const reads = scrollY > 200 && body.children.length > 0;

		if (!hold.checked && !reads) {
			for (const line of waiting) {
				const node = row(line);

				body.prepend(node);
				if (after > 0)
					fade(node);
			}
			waiting = [];
			while (body.children.length > KEPT)
				body.lastChild.remove();
		}
		waiting = waiting.slice(-KEPT);
		note.textContent = waiting.length > 0 ?
		    `${waiting.length} more wait` : "";
		nothing.hidden = body.children.length > 0;
		table.hidden = !nothing.hidden;
	}
	addEventListener("scroll", () => waiting.length > 0 && put([]),
	    {passive: true, signal: view.signal});

	async function follow() {
		round = new AbortController();
		const mine = round.signal;
		const to = new URLSearchParams({after, limit: 200});

		for (const [name, node] of [["device", device], ["type", type]])
			if (node.value.trim() !== "")
				to.set(name, node.value.trim());
		try {
			const told = await get(`/api/events?${to}`,
			    AbortSignal.any([mine, view.signal]));
			const lines = told?.events ?? told?.lines ?? [];

			if (mine.aborted)
				return;
			put(lines);
			after = told?.after ?? told?.seq ?? told?.next ??
			    Math.max(after, ...lines.map((line) => line.seq ?? 0));
		} catch (error) {
			if (!mine.aborted)
				throw error;
		}
	}
	live(view.signal, 300, follow);
}

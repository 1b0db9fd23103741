// Times: relative, with the exact one on hover.  The server's clock counts: the
// browser's may be wrong.

import {el} from "./dom.js";

let ahead = 0;		// ms that the server's clock is ahead of ours

export function setNow(ms) {
	if (Number.isFinite(ms))
		ahead = ms - Date.now();
}

export function now() {
	return Date.now() + ahead;
}

// A span, of two units at most where the larger says too little.  Seconds come
// in tens: a page of rows does not tick.
export function span(ms) {
	const s = Math.max(0, ms) / 1000;

	if (s < 60)
		return `${s < 10 ? Math.floor(s) : Math.floor(s / 10) * 10} s`;
	if (s < 5400)
		return `${Math.floor(s / 60)} min`;
	if (s < 48 * 3600)
		return `${Math.floor(s / 3600)} h`;
	if (s < 730 * 86400)
		return `${Math.floor(s / 86400)} d`;
	return `${Math.floor(s / (365 * 86400))} y`;
}

const two = (n) => String(n).padStart(2, "0");

export function day(ms) {
	const d = new Date(ms);

	return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

export function clock(ms) {
	const d = new Date(ms);

	return [d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(":");
}

export function exact(ms) {
	const zone = -new Date(ms).getTimezoneOffset();
	const minutes = Math.abs(zone);

	return `${day(ms)} ${clock(ms)} ${zone < 0 ? "-" : "+"}` +
	    `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const words = {
	// in a column of its own
	ago: (ms) => now() - ms < 10000 ? "now" : span(now() - ms),
	due: (ms) => ms - now() > -10000 ?
	    ms - now() < 10000 ? "now" : `in ${span(ms - now())}` :
	    `${span(now() - ms)} over`,
	// in a sentence
	past: (ms) => now() - ms < 10000 ? "just now" : `${span(now() - ms)} ago`,
	left: (ms) => ms > now() ? `in ${span(ms - now())}` :
	    `${span(now() - ms)} ago`,
};

// A time element; how is one of the words above.  0, null: none, with a dash.
export function time(ms, how = "past") {
	if (!ms)
		return el("span", {class: "mute"}, "\u2013");
	return el("time", {"data-at": ms, "data-how": how, title: exact(ms),
		datetime: new Date(ms).toISOString()}, words[how](ms));
}

// The ticker: text changes only where it differs.
setInterval(() => {
	if (document.hidden)
		return;
	for (const node of document.querySelectorAll("time[data-how]")) {
		const text = words[node.dataset.how](Number(node.dataset.at));

		if (node.textContent !== text)
			node.textContent = text;
	}
}, 1000);

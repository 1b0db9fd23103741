// The marks beside numbers: beats of polls, and lines of presence.

import {el, fade, svg} from "./dom.js";
import {day, exact, span} from "./time.js";

const POLLS = 60, STEP = 3, HIGH = 16;

// Of each kind of beat: its path, so that it has a shape and not just a colour.
const strokes = {
	o: (x) => `M${x} 0v16`,			// there: whole
	l: (x) => `M${x} 7v9`,			// late: half
	x: (x) => `M${x} 0v5M${x} 11v5`,	// missed: a gap
	"-": (x) => `M${x} 14v2`,		// not known: a dot
};
const names = {o: "there", l: "late", x: "missed", "-": "not known"};

function tally(beats) {
	return Object.entries(names).map(([mark, name]) =>
	    [[...beats].filter((each) => each === mark).length, name])
	    .filter(([n]) => n > 0).map(([n, name]) => `${n} ${name}`)
	    .join(", ");
}

// The last 60 polls.  before: what stood there; a new last one fades in.
export function beats(text, before) {
	const marks = (text ?? "").slice(-POLLS).padStart(POLLS, "-");
	const paths = {o: "", l: "", x: "", "-": ""};
	const fresh = before !== undefined && before !== text;

	[...marks].forEach((mark, i) => {
		if (fresh && i === POLLS - 1)
			return;
		paths[mark in paths ? mark : "-"] +=
		    strokes[mark in paths ? mark : "-"](i * STEP + 1);
	});
	const node = svg("svg", {class: "beats", width: POLLS * STEP,
		height: HIGH, viewBox: `0 0 ${POLLS * STEP} ${HIGH}`, role: "img",
		"aria-label": `Last ${POLLS} polls: ${tally(marks)}`},
	    svg("title", null, `Last ${POLLS} polls: ${tally(marks)}`),
	    Object.entries(paths).filter(([, d]) => d !== "").map(([mark, d]) =>
		svg("path", {class: mark === "-" ? "u" : mark, d})));

	if (fresh) {
		const mark = marks[POLLS - 1] in paths ? marks[POLLS - 1] : "-";
		const last = svg("path", {class: mark === "-" ? "u" : mark,
			d: strokes[mark]((POLLS - 1) * STEP + 1)});

		fade(last, "new");
		node.append(last);
	}
	return node;
}

// How high a kind of span is: a shape beside the colour.
const heights = {online: 24, late: 12, offline: 24, server: 6, none: 2};

function bar(x, width, kind, title) {
	const high = heights[kind] ?? 2;
	const rects = kind === "offline" ?
	    [svg("rect", {class: kind, x, width, y: 0, height: 8}),
		svg("rect", {class: kind, x, width, y: 16, height: 8})] :
	    [svg("rect", {class: kind, x, width, y: 24 - high, height: high})];

	return svg("g", null, svg("title", null, title), rects);
}

function line(label, wide, bars) {
	return svg("svg", {class: "line", viewBox: `0 0 ${wide} 24`, role: "img",
		"aria-label": label, preserveAspectRatio: "none"},
	    bars.filter((each) => each));
}

const kinds = {online: "online", late: "late", offline: "offline",
	server: "server away", none: "not known"};

export function legend() {
	return el("p", {class: "legend"}, [["online", "online"],
		["late", "for a part of the day"], ["offline", "offline"],
		["never", "not known, or the server was away"]]
	    .map(([word, text]) => el("span", {class: `state s-${word}`},
		text)));
}

// Presence from since to until: spans {since, until, state}.
export function presence(spans, since, until) {
	const wide = 1440, scale = wide / (until - since);
	const bars = spans.map((each) => {
		const from = Math.max(each.since, since);
		const to = Math.min(each.until || until, until);
		const kind = each.state in heights ? each.state : "none";

		const width = Math.max(4, (to - from) * scale);

		return to > from && bar(Math.min((from - since) * scale,
		    wide - width), width, kind,
		    `${kinds[kind]} for ${span(to - from)}, ` +
		    `${exact(from)} to ${exact(to)}`);
	});
	bars.unshift(bar(0, wide, "none", "not known"));
	const away = spans.filter((each) => each.state === "offline").length;

	return line(`Presence of 24 hours: ${away === 0 ? "no absence" :
	    `${away} absence${away === 1 ? "" : "s"}`}`, wide, bars);
}

// Presence of days: {day, share} with share from 0 to 1, null: not known.
export function presenceDays(days) {
	const bars = days.map((each, i) => {
		const known = Number.isFinite(each.share);
		const kind = !known ? "none" : each.share >= 0.999 ? "online" :
		    each.share >= 0.9 ? "late" : "offline";

		return bar(i * 16 + 1, 14, kind, `${typeof each.day === "number" ?
		    day(each.day) : each.day}: ${known ?
		    `${(each.share * 100).toFixed(1)} % online` : "not known"}`);
	});
	const known = days.filter((each) => Number.isFinite(each.share));
	const mean = known.reduce((sum, each) => sum + each.share, 0) /
	    known.length;

	return line(`Presence of ${days.length} days` + (known.length > 0 ?
	    `: ${(mean * 100).toFixed(1)} % online` : ""), days.length * 16,
	    bars);
}

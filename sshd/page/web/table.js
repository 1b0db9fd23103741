// Tables and lists of facts, of whatever the server tells.

import {el} from "./dom.js";
import {time} from "./time.js";
import {bytes, count, duration} from "./units.js";

// columns: {label, cell(row), class, link(row)}: the first cell is the row's
// header, and its link.
export function table(columns, rows, {label, key} = {}) {
	const head = el("tr", null, columns.map((column) =>
	    el("th", {scope: "col", class: column.class}, column.label)));
	const body = rows.map((row) => el("tr", {"data-id": key?.(row)},
	    columns.map((column, i) => {
		const value = column.cell(row);
		const link = i === 0 && column.link?.(row);

		return el(i === 0 ? "th" : "td",
		    {class: column.class, scope: i === 0 ? "row" : null},
		    link ? el("a", {href: link}, value) : value);
	    })));

	return el("div", {class: "scroll", role: "region", "aria-label": label,
		tabindex: "0"},
	    el("table", {class: "list", "aria-label": label}, el("thead", null, head),
		el("tbody", null, body)));
}

// pairs: [name, node or text]; what is empty is left out.
export function facts(pairs) {
	return el("dl", {class: "facts"}, pairs
	    .filter(([, value]) => value !== null && value !== undefined &&
		value !== "")
	    .map(([name, value]) => [el("dt", null, name),
		el("dd", null, value)]));
}

const title = (word) => {
	const text = String(word).replaceAll(/[_-]/g, " ");

	return text.charAt(0).toUpperCase() + text.slice(1);
};

// Numbers that are names: nobody adds them up.
const NUMBERS_OF = /pid|port|schema|^id$/;

// A value as it came, in the form that its name asks for.
export function plain(name, value) {
	if (value === null || value === undefined || value === "")
		return "\u2013";
	if (typeof value === "boolean")
		return value ? "yes" : "no";
	if (typeof value === "number" && value > 1e12 && value < 1e14)
		return time(value);
	if (typeof value === "number")
		return /bytes|size/.test(name) ? bytes(value) :
		    name === "uptime" ? duration(value) :
		    NUMBERS_OF.test(name) ? String(value) :
		    count(value);
	if (Array.isArray(value))
		return value.map((each) => typeof each === "object" ?
		    JSON.stringify(each) : String(each)).join(", ") || "\u2013";
	return typeof value === "object" ? JSON.stringify(value) :
	    String(value);
}

// An object, a list of objects or a word: facts, a table, or text.
export function shown(name, value, label = title(name)) {
	if (Array.isArray(value) && value.length > 0 &&
	    value.every((each) => each !== null && typeof each === "object")) {
		const names = [...new Set(value.flatMap(Object.keys))];

		return table(names.map((each, i) => ({label: title(each),
			class: i > 0 && !NUMBERS_OF.test(each) && value.every(
			    (row) => typeof row[each] === "number" &&
				row[each] < 1e12) ? "num" : null,
			cell: (row) => plain(each, row[each])})), value, {label});
	}
	if (value !== null && typeof value === "object" &&
	    !Array.isArray(value))
		return facts(Object.entries(value).map(([each, one]) =>
		    [title(each), plain(each, one)]));
	return el("p", null, plain(name, value));
}

export function section(heading, ...content) {
	return el("section", null, el("h2", null, heading), content);
}

export function empty(heading, ...content) {
	return el("div", {class: "empty"}, el("h2", null, heading), content);
}

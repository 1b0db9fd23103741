// The form that makes a token, and the line to paste with its QR code.

import {form} from "./acts.js";
import {copyLine, el, svg} from "./dom.js";
import {post} from "./api.js";
import {exact} from "./time.js";

// The matrix of a QR code, as one path of squares.
function square(rows, label) {
	const quiet = 4, wide = rows.length + 2 * quiet;
	const d = rows.flatMap((row, y) => [...row].map((dot, x) =>
	    dot === "1" ? `M${x + quiet} ${y + quiet}h1v1h-1z` : "")).join("");

	return svg("svg", {class: "qr", viewBox: `0 0 ${wide} ${wide}`,
		role: "img", "aria-label": label, "shape-rendering": "crispEdges"},
	    svg("path", {d}));
}

// The code of text; nothing where the server cannot make one.
function code(text) {
	const place = el("div");

	post("/api/qr", {text}).then((told) =>
	    place.replaceChildren(square(told.rows, "QR code of the line"),
		el("p", {class: "mute"}, "The same line, for a phone that " +
		    "is nearer to the device."))).catch(() => {});
	return place;
}

// What token new --json printed.
function line(out) {
	const made = JSON.parse(out);
	const token = Array.isArray(made) ? made[0] : made;
	const until = Date.parse(token.expires);

	return el("div", null,
	    el("p", null, `Token ${token.token}` +
		(token.device ? ` for ${token.device}` : "") +
		`: ${token.uses} use${token.uses === 1 ? "" : "s"}` +
		(until ? `, until ${exact(until)}` : "") +
		`. It is not shown again. ${token.dropbear ?
		"Paste on the device, as root:" : "The server has no " +
		"installer, so there is no line to paste; its text:"}`),
	    token.dropbear ? [el("p", {class: "mute"},
		"With dropbear, as on OpenWrt:"),
		copyLine(token.dropbear, "the line for dropbear"),
		el("p", {class: "mute"}, "With OpenSSH:"),
		copyLine(token.openssh, "the line for OpenSSH"),
		code(token.dropbear)] :
		copyLine(token.text, "the token"));
}

// brief: nothing but the button.
export function newToken(label, result, {done, brief} = {}) {
	const input = (name, more) => el("input", {name, autocomplete: "off",
		spellcheck: "false", ...more});
	const tags = input("tags", {placeholder: "site-a lab"});
	const device = input("device", {placeholder: "any"});
	const uses = input("uses", {type: "number", min: 1, max: 1000000,
		value: 1, class: "short"});
	const ttl = input("ttl", {value: "1h", class: "short",
		pattern: "[0-9]+[smhd]?"});

	return form(label, "token new", brief ? [] : [
	    el("label", null, "Tags", tags),
	    el("label", null, "For device", device),
	    el("label", null, "Uses", uses), el("label", null, "Good for", ttl)],
	    () => ["--uses", uses.value || "1", "--ttl", ttl.value || "1h",
		...tags.value.split(/[\s,]+/).filter((tag) => tag !== "")
		    .flatMap((tag) => ["--tag", tag]),
		...(device.value.trim() === "" ? [] :
		    ["--device", device.value.trim()]), "--json"],
	    result, {shown: line, done});
}


// Acts: a button, a question where something ends, and what the server said, in
// place.  The server decides; what is not in /api/me is not even shown.

import {act, hasKey, may, me, pageLine, Refused} from "./api.js";
import {copyLine, el, say} from "./dom.js";

// What a refused or failed act says.
function why(error) {
	if (!(error instanceof Refused))
		return "No answer: is the tunnel still open?";
	return error.message || `The server refused (${error.status}).`;
}

// How to get the key.
export function keyHint() {
	return el("div", null,
	    el("p", null, "This page may look, but not act: it was opened " +
		"without its key. Run this line, and open the address that " +
		"it prints:"), copyLine(pageLine(true), "the line for the key"),
	    me.ssh?.host ? null : el("p", {class: "mute"}, "SERVER is the " +
		"name of this server, or its Host in ~/.ssh/config."));
}

// A line that says what came of an act.
function told() {
	return el("div", {class: "told", role: "status"});
}

function tell(node, good, ...what) {
	node.className = `told come ${good ? "good" : "bad"}`;
	node.replaceChildren(...what);
}

// Run name with args; told is where the result goes; shown(out) may make more of
// it.  Whether it was done.
export async function run(node, name, args, shown) {
	if (!hasKey()) {
		tell(node, false, keyHint());
		return false;
	}
	tell(node, true, "Asking\u2026");
	try {
		const result = await act(name, ...args);
		const good = result.status === 0;
		const text = ((good ? result.out : result.err) || result.out ||
		    (good ? "Done." : `Status ${result.status}.`)).trim();

		tell(node, good, good && shown ? shown(result.out) : text);
		say(good && shown ? "Done." : text.split("\n")[0]);
		return good;
	} catch (error) {
		tell(node, false, why(error));
		say(why(error));
		return false;
	}
}

// A button for name, if the operator may.  args() gives its arguments.  ends: a
// question that is asked first, with the word that goes on.
export function button(label, name, args, node, {ends, go, done, shown,
	key} = {}) {
	if (!may(name))
		return null;
	const start = el("button", {type: "button", "data-key": key ?? label,
		"aria-disabled": hasKey() ? null : "true",
		class: ends ? "ends" : null, async onclick() {
			if (ends && hasKey())
				return ask();
			if (await run(node, name, args(), shown))
				done?.();
			start.focus();
		}}, label);

	function ask() {
		const yes = el("button", {type: "button", class: "ends",
			async onclick() {
				close();
				if (await run(node, name, args(), shown))
					done?.();
			}}, go ?? label);
		const no = el("button", {type: "button", onclick: () => close()},
		    "Leave it");
		const box = el("span", {class: "ask come", role: "group",
			"aria-label": ends, onkeydown(event) {
				if (event.key === "Escape") {
					event.stopPropagation();
					close();
				}
			}}, ends, yes, no);

		function close() {
			box.replaceWith(start);
			start.focus();
		}
		start.replaceWith(box);
		yes.focus();
		say(ends);
	}
	return start;
}

// A small form for name: fields are inputs, args() gives the arguments.
export function form(label, name, fields, args, node, {done, shown} = {}) {
	if (!may(name))
		return null;
	const go = el("button", {"data-key": label,
		"aria-disabled": hasKey() ? null : "true"}, label);

	return el("form", {class: "ask", async onsubmit(event) {
		event.preventDefault();
		if (await run(node, name, args(), shown))
			done?.();
		if (document.activeElement === document.body)
			go.focus();
	}}, fields, go);
}

export {told};

// Keys, for hands that stay on them.

import {el} from "./dom.js";

const help = [["/", "search"], ["j k", "next and previous row"],
	["o or Enter", "open the row"], ["g f", "fleet"], ["g d", "device"],
	["g e", "events"], ["g t", "tokens"], ["g o", "operators"],
	["g s", "server"], ["?", "this list"], ["Esc", "back from a field"]];
const places = {f: "fleet", d: "device", e: "events", t: "tokens",
	o: "operators", s: "server"};

function showHelp() {
	const close = el("button", {autofocus: true}, "Close");
	const dialog = el("dialog", {"aria-labelledby": "keys"},
	    el("h2", {id: "keys"}, "Keys"), el("dl", {class: "facts"},
		help.map(([key, what]) => [el("dt", null, el("kbd", null, key)),
			el("dd", null, what)])),
	    el("form", {method: "dialog", class: "acts"}, close));

	dialog.addEventListener("close", () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
}

// The rows' links, in their order.
const links = () => [...document.querySelectorAll("main tbody th a[href]")];

function step(by) {
	const all = links();
	const at = all.findIndex((link) => link.closest("tr")
	    .contains(document.activeElement));
	const to = all[Math.max(0, Math.min(all.length - 1,
	    at === -1 ? by > 0 ? 0 : all.length - 1 : at + by))];

	to?.focus({preventScroll: true});
	to?.closest("tr").scrollIntoView({block: "nearest"});
}

export function listen() {
	let went = -Infinity;

	addEventListener("keydown", (event) => {
		const {key, target} = event;
		const writes = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

		if (key === "Escape" && writes)
			return target.blur();
		if (event.ctrlKey || event.altKey || event.metaKey || writes ||
		    document.querySelector("dialog[open]"))
			return;
		const going = event.timeStamp - went < 1500;

		went = -Infinity;
		if (going && places[key])
			document.querySelector(`.views [data-go=${
			    places[key]}]:not([hidden])`)?.click();
		else if (key === "g")
			went = event.timeStamp;
		else if (key === "j" || key === "k")
			step(key === "j" ? 1 : -1);
		else if (key === "o")
			links().includes(target) && target.click();
		else if (key === "?")
			showHelp();
		else if (key === "/")
			document.querySelector("main input[type=search]")
			    ?.focus();
		else
			return;
		event.preventDefault();
	});
}

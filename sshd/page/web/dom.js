// Elements are made here and nowhere of text: what devices and people have
// named is only ever a text node or an attribute's value.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {}))
		if (name.startsWith("on"))
			node.addEventListener(name.slice(2), value);
		else if (value === true)
			node.setAttribute(name, "");
		else if (value !== false && value !== null &&
		    value !== undefined)
			node.setAttribute(name, value);
	node.append(...children.flat(3).filter((child) =>
	    child !== null && child !== undefined && child !== false));
	return node;
}

// el("a", {href: "/", onclick: f}, "text", node, [more])
export function el(tag, attributes, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

// A device's state: its shape, and the word, which may be for readers alone.
export function state(word, quiet) {
	return el("span", {class: `state s-${word}`},
	    el("span", quiet ? {class: "hidden"} : null, word));
}

// Put node in the place of old.  The focus stays where it was, by data-key.
export function swap(old, node) {
	const focus = document.activeElement;
	const key = old.contains(focus) ? focus.dataset.key : undefined;

	old.replaceWith(node);
	if (key !== undefined)
		[...node.querySelectorAll("[data-key]")].find((each) =>
		    each.dataset.key === key)?.focus({preventScroll: true});
	return node;
}

// Have node fade in once.
export function fade(node, name = "changed") {
	node.classList.add(name);
	node.addEventListener("animationend",
	    () => node.classList.remove(name), {once: true});
}

// Tell it to those who hear the page.
let saying = 0;
export function say(text) {
	clearTimeout(saying);
	saying = setTimeout(() => {
		document.querySelector(".said").textContent = text;
	}, 200);
}

// A line to copy, with the button that does.
export function copyLine(text, label) {
	const button = el("button", {type: "button", "data-key": `copy ${text}`,
		"aria-label": `Copy ${label}`, async onclick() {
			try {
				await navigator.clipboard.writeText(text);
				button.textContent = "Copied";
			} catch {
				getSelection().selectAllChildren(code);
				button.textContent = "Selected";
			}
			say(`${label}: ${button.textContent.toLowerCase()}`);
		}}, "Copy");
	const code = el("code", {class: "mono"}, text);

	return el("div", {class: "copy"}, code, button);
}

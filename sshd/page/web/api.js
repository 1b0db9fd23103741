// Questions to the server, and acts.  Reading needs the tunnel alone; acting
// needs the key, which came as #key=... and is sent with acts and nothing else.

import {setNow} from "./time.js";

const KEY = "et-key";

// Take the key out of the address before anything is shown.
export function takeKey() {
	const found = /^#key=([0-9A-Fa-f]{16,128})$/.exec(location.hash);

	if (found === null)
		return;
	sessionStorage.setItem(KEY, found[1]);
	history.replaceState(history.state, "", location.pathname +
	    location.search);
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

export class Refused extends Error {
	constructor(status, text) {
		super(text);
		this.status = status;
	}
}

async function reason(answer) {
	const text = await answer.text();

	try {
		return JSON.parse(text).error ?? text;
	} catch {
		return text;
	}
}

// What /api/... says; null: nothing has changed.  Throws Refused, or what fetch
// throws when the tunnel is gone.
export async function get(path, signal) {
	const answer = await fetch(path, {signal, cache: "no-store",
		headers: {Accept: "application/json"}});

	if (answer.status === 204)
		return null;
	if (!answer.ok)
		throw new Refused(answer.status, await reason(answer));
	const told = await answer.json();

	setNow(told.now);
	return told;
}

// The same, of a question that is too private or too long for an address.
export async function post(path, body, headers) {
	const answer = await fetch(path, {method: "POST",
		headers: {"Content-Type": "application/json", ...headers},
		body: JSON.stringify(body)});

	if (!answer.ok)
		throw new Refused(answer.status, await reason(answer));
	return answer.json();
}

// Ask for an act: {status, out, err} as of the command.
export const act = (name, ...args) => post("/api/act", {act: name, args},
    {"X-Et-Key": sessionStorage.getItem(KEY) ?? ""});

export let me = {operator: "", role: "", acts: [], ssh: {}};

export async function loadMe() {
	me = {...me, ...await get("/api/me")};
	return me;
}

export const may = (name) => (me.acts ?? []).includes(name);

// The line that opens a tunnel to this page, or with "page" prints its key.
export function pageLine(page) {
	const port = me.ssh?.port ?? 2222;

	return `ssh ${page ? "-t" : "-N"} -L ${location.port || 80}:fleet:80` +
	    `${port === 22 ? "" : ` -p ${port}`} ` +
	    `${me.operator || "NAME"}@${me.ssh?.host ?? "SERVER"}` +
	    (page ? ` page --port ${location.port || 80}` : "");
}

const pause = (ms, signal) => new Promise((done) => {
	if (signal.aborted)
		return done();
	const timer = setTimeout(done, ms);

	signal.addEventListener("abort", () => {
		clearTimeout(timer);
		done();
	}, {once: true});
});

const seen = (signal) => new Promise((done) => {
	if (!document.hidden || signal.aborted)
		return done();
	document.addEventListener("visibilitychange", done, {once: true});
	signal.addEventListener("abort", done, {once: true});
});

// Ask again and again while the view is looked at.  ask() may throw: then that
// is shown until it answers.
export async function live(signal, ms, ask) {
	while (!signal.aborted) {
		try {
			await ask();
			trouble("");
		} catch (error) {
			if (signal.aborted)
				return;
			trouble(error instanceof Refused ?
			    `The server refused: ${error.message}` :
			    "No answer: is the tunnel still open? " +
			    pageLine(false));
			await pause(1000, signal);
		}
		await pause(ms, signal);
		await seen(signal);
	}
}

export function trouble(text) {
	const node = document.querySelector(".trouble");

	if (node.textContent !== text)
		node.textContent = text;
	node.hidden = text === "";
}

// Numbers as people read them, and the words for health.

export const count = (n) => Number(n ?? 0).toLocaleString("en");

export function bytes(n) {
	let unit = 0;

	for (n = Number(n ?? 0); n >= 1024 && unit < 5; unit++)
		n /= 1024;
	return `${n.toFixed(unit > 0 && n < 10 ? 1 : 0)} ` +
	    ["B", "KiB", "MiB", "GiB", "TiB", "PiB"][unit];
}

export const memory = (mib) =>
    mib === null || mib === undefined || mib === "" ? "" :
    bytes(mib * 1024 * 1024);

export function duration(s) {
	const d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24;
	const m = Math.floor(s / 60) % 60;

	return d > 0 ? `${d} d ${h} h` : h > 0 ? `${h} h ${m} min` :
	    s >= 60 ? `${m} min` : `${Math.round(s)} s`;
}

// Health fields: by the key that a device sends, and by the name in JSON.
const fields = [
	["model", "model", "Model"],
	["fw", "firmware", "Firmware"],
	["v", "version", "Client"],
	["up", "uptime", "Up for", duration],
	["load", "load", "Load"],
	["mem", "memory", "Memory free", memory],
	["memt", "memory_total", "Memory", memory],
	["temp", "temp", "Temperature", (n) => `${n} \u00b0C`],
	["wan", "wan", "WAN address"],
	["sig", "signal", "Signal", (n) => `${n} dBm`],
	["denied", "denied", "Ports refused"],
].map(([key, name, title, text]) =>
    ({key, name, title, text: text ?? String}));

export function field(word) {
	return fields.find((each) => each.key === word ||
	    each.name === word) ?? {key: word, name: word, title: word,
		text: String};
}

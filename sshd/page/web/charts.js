// Health as small lines, by dygraphs, which Debian packages; it is loaded with
// the first of them.

import {el} from "./dom.js";
import {now, time} from "./time.js";
import {field} from "./units.js";

const HOUR = 3600000;

let library = null;

function load() {
	library ??= new Promise((done, failed) => {
		document.head.append(el("script", {src: "/web/dygraph.min.js",
			onload() {
				const {Dygraph} = globalThis;

				// Its legend would need a style in an attribute.
				Dygraph.PLUGINS = Dygraph.PLUGINS.filter((each) =>
				    each !== Dygraph.Plugins.Legend);
				done(Dygraph);
			},
			onerror: () => failed(new Error("no charts"))}));
	});
	return library;
}

const colour = (name) => getComputedStyle(document.documentElement)
    .getPropertyValue(name).trim();

// One line of a field: points [t, least, mean, most], an hour each.
function chart(name, points) {
	const known = field(name), last = points.at(-1);
	const text = (n) => known.text(Number(n.toPrecision(3)));
	const least = Math.min(...points.map((point) => point[1]));
	const most = Math.max(...points.map((point) => point[3]));
	const said = `${known.title}: from ${text(least)} to ` +
	    `${text(most)}, at last ${text(last[2])}`;
	const plot = el("div", {class: "plot", role: "img", "aria-label": said,
		title: said});
	const node = el("div", {class: "chart"},
	    el("span", {class: "name"}, known.title), plot,
	    el("span", {class: "last"}, el("b", null, text(last[2])),
		now() - last[0] > 2 * HOUR &&
		    el("small", null, time(last[0]))));

	return {node, plot, least, most};
}

function draw(Dygraph, {plot, least, most}, points) {
	const space = (most - least) * 0.1 || Math.abs(most) * 0.1 || 1;

	return new Dygraph(plot, points.map(([t, low, mean, high]) =>
	    [new Date(t), [low, mean, high]]), {customBars: true,
		labels: ["t", "value"], colors: [colour("--accent")],
		fillAlpha: 0.2, strokeWidth: 1.5, drawGrid: false,
		axes: {x: {drawAxis: false}, y: {drawAxis: false}},
		legend: "never", interactionModel: {}, animatedZooms: false,
		highlightCircleSize: 0, showRoller: false, xRangePad: 2,
		connectSeparatedPoints: false, rollPeriod: 1,
		valueRange: [least - space, most + space]});
}

// The charts of a device: series is {name: points}.  signal ends them.
export function charts(series, signal) {
	const all = Object.entries(series)
	    .filter(([, points]) => points.length > 1)
	    .map(([name, points]) => ({...chart(name, points), points}));
	const place = el("div", null, all.map((each) => each.node));
	let drawn = [];

	function again(Dygraph) {
		drawn.forEach((each) => each.destroy());
		drawn = all.filter((each) => each.plot.isConnected)
		    .map((each) => draw(Dygraph, each, each.points));
	}
	if (all.length > 0)
		load().then((Dygraph) => {
			const dark = matchMedia("(prefers-color-scheme: dark)");

			if (signal.aborted)
				return;
			again(Dygraph);
			dark.addEventListener("change", () => again(Dygraph),
			    {signal});
			signal.addEventListener("abort", () =>
			    drawn.forEach((each) => each.destroy()));
		}).catch(() => {});
	return place;
}

/**
 * The QR code that the server draws, put into the page.  It comes as the text
 * of an SVG picture inside JSON, once, and nothing of it may be read as HTML
 * (the policy's trusted types): the size and the dark modules are taken out,
 * their letters looked at, and the picture is made of them.
 */

/* The name of SVG's elements, as the mark in the page's head has it. */
const SVG = document.querySelector("svg")?.namespaceURI ?? null;

/**
 * @param {string} svg
 * @param {string} label
 */
export function qrCode(svg, label) {
	const box = /viewBox="([0-9. ]+)"/.exec(svg)?.[1] ?? "0 0 0 0";
	/* The ground is drawn first, the modules last. */
	const path = [...svg.matchAll(/\sd="([MmHhVvLlZz0-9. ,-]+)"/g)].pop()?.[1] ?? "";
	const node = document.createElementNS(SVG, "svg");
	const draw = document.createElementNS(SVG, "path");
	node.setAttribute("viewBox", box);
	node.setAttribute("class", "qr");
	node.setAttribute("role", "img");
	node.setAttribute("aria-label", label);
	node.setAttribute("shape-rendering", "crispEdges");
	draw.setAttribute("d", path);
	node.append(draw);
	return node;
}

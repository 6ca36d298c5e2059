/** A QR code as a drawing; the encoder is loaded when one is wanted. */

/* The name of SVG's elements, as the mark in the page's head has it. */
const SVG = document.querySelector("svg")?.namespaceURI ?? null;

/**
 * @param {string} text
 * @param {string} label what a screen reader says of it
 * @returns {Promise<SVGElement>}
 */
export async function drawQr(text, label) {
	const { encodeQR } = await import("./vendor/qr/index.js");
	const rows = encodeQR(text, "raw", { ecc: "low", border: 2 });
	const svg = /** @type {SVGElement} */ (document.createElementNS(SVG, "svg"));
	svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", label);
	svg.setAttribute("shape-rendering", "crispEdges");
	const path = document.createElementNS(SVG, "path");
	path.setAttribute("fill", "currentcolor");
	path.setAttribute("d", rows.map((row, y) => row.map((dark, x) =>
		dark ? `M${x} ${y}h1v1h-1z` : "").join("")).join(""));
	svg.append(path);
	return svg;
}

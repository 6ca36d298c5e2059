/**
 * A customer's signed pass, judged on the device: its signature by the pinned
 * keys of the shop, then that it is for this visit, this agent and now.
 *
 * What it cannot prove: that it was not shown before, or taken back a moment
 * ago.  The server finds that out when it is told (docs/deliveries.md).
 */

import { proveReceipt, readReceipt } from "./receipt.js";
import { keptRoute, serverNow } from "./agent_route.js";
import { handedOver } from "./agent_queue.js";
import { device } from "./agent_device.js";
import { fromGroups } from "./crockford.js";

/** @typedef {"right" | "forged" | "elsewhere" | "late" | "used"} Verdict */
/** @typedef {import("./receipt.js").Receipt} Receipt */

const TYPE = "pass+jwt";

/**
 * @param {Receipt} pass
 * @param {Record<string, string>[]} keys
 */
async function signedBy(pass, keys) {
	if (pass.header.typ !== TYPE) {
		return false;	/* signed perhaps, but to say something else */
	}
	const proof = await proveReceipt(pass, { keys });
	if (proof !== "unsupported") {
		return proof === "valid";
	}
	/* An older browser: the same sum, by a module of its own. */
	const key = keys.find((k) => k.kid === pass.header.kid)?.x ?? "";
	const raw = Uint8Array.from(
		atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
	const { verifyAsync } = await import("./vendor/noble-ed25519/index.js");
	return verifyAsync(pass.signature, pass.signed, raw, { zip215: false });
}

/**
 * The whole pass.  What it says the device knows from its route, so that its
 * signature alone is enough where it must be typed: 103 signs.
 * @param {string} text as scanned, or as typed in groups
 * @param {import("./agent_route.js").Stop} stop
 */
export function wholePass(text, stop) {
	const plain = text.replace(/\s/g, "");
	const signature = plain.includes(".") ? null : fromGroups(plain);
	if (signature === null || stop.pass_head === "") {
		return plain;
	}
	return `${stop.pass_head}.${btoa(String.fromCharCode(...signature))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/**
 * @param {string} text the whole pass
 * @param {import("./agent_route.js").Stop} stop
 * @returns {Promise<Verdict>}
 */
export async function checkPass(text, stop) {
	/** @type {Receipt} */
	let pass;
	try {
		pass = readReceipt(text);
	} catch {
		return "forged";
	}
	const route = await keptRoute();
	if (!await signedBy(pass, route?.keys ?? [])) {
		return "forged";
	}
	const { claims } = pass;
	if (claims.shipment !== stop.id || claims.visit !== stop.visit
		|| claims.agent !== (await device())?.agent) {
		return "elsewhere";
	}
	if (typeof claims.exp !== "number" || await serverNow() >= claims.exp * 1000) {
		return "late";
	}
	return (await handedOver()).has(stop.id) ? "used" : "right";
}

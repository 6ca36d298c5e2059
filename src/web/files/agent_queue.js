/**
 * Hand-overs that the server has not heard of: each sealed on its own, kept
 * until the server has settled it by its name.  Told twice, it is settled once.
 */

import { t } from "./i18n.js";
import { ask, device } from "./agent_device.js";
import { serverNow } from "./agent_route.js";
import { forget, keep, namesOf, recall } from "./agent_vault.js";

const PREFIX = "hand-over/";
const RIGHT = ["delivered", "partial", "recorded"];

/** @typedef {import("./agent_route.js").Stop} Stop */
/** @typedef {import("./agent_route.js").HandOver} HandOver */

/**
 * @param {Stop} stop
 * @param {Record<string, unknown>} line
 */
async function keepLine(stop, line) {
	const at = new Date(await serverNow()).toISOString();
	const id = crypto.randomUUID();
	await keep(`${PREFIX}${at} ${id}`, { number: stop.number, line: {
		shipment: stop.id, at,
		...(stop.arrived_at === "" ? {} : { arrived_at: stop.arrived_at }), ...line } });
}

/** @param {Stop} stop @param {HandOver} hand */
export function keepHandOver(stop, hand) {
	return keepLine(stop, hand);
}

/** @param {Stop} stop @param {{outcome: string, note: string}} visit */
export function keepMiss(stop, { note, ...visit }) {
	const line = note.replace(/\s+/g, " ").trim();
	return keepLine(stop, line === "" ? visit : { ...visit, note: line });
}

/** @returns {Promise<number>} how many wait */
export async function queued() {
	return (await device()) === null ? 0 : (await namesOf(PREFIX)).length;
}

/** @returns {Promise<Set<string>>} the shipments that wait to be told of */
export async function handedOver() {
	const held = await Promise.all((await namesOf(PREFIX)).map(recall));
	return new Set(held.filter((h) => h?.line.pass !== undefined)
		.map((h) => h.line.shipment));
}

/** @type {Promise<{right: boolean, text: string}[]> | null} */
let settling = null;

/**
 * @param {Record<string, unknown>} line
 * @returns {Promise<{result: string}>} what the server made of it, the first
 *     time and every time
 */
export function tell(line) {
	return ask("POST", "/v1/agent/sync", line);
}

async function settleAll() {
	/** @type {{right: boolean, text: string}[]} */
	const said = [];
	for (const name of await namesOf(PREFIX)) {
		const held = await recall(name);
		try {
			const { result } = held === null ? { result: "unreadable" }
				: await tell(held.line);
			await forget(name);
			const right = RIGHT.includes(result);
			said.push({ right, text: t(right ? "sync.right" : "sync.wrong",
				{ n: held?.number ?? "?" }) });
		} catch {
			break;	/* no coverage yet; it keeps */
		}
	}
	return said;
}

/**
 * Tells the server what waits.  Two at once are one.
 * @returns {Promise<{right: boolean, text: string}[]>}
 */
export function settle() {
	settling ??= settleAll().finally(() => {
		settling = null;
	});
	return settling;
}

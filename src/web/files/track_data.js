/** What the server says of one delivery to whoever has its link. */

import { call } from "./api.js";

/**
 * @typedef {{tracking: string, what: string, state: string}} Parcel
 * @typedef {{
 *   order: string, shop: string, status: string,
 *   day: string, why: string, arrived: boolean,
 *   parcels: Parcel[], agent: string, word: string,
 *   code_required: boolean, reasons: string[],
 *   code: string, until: string, time_zone: string,
 *   pass: {text: string, short: string} | null,
 *   sent_to: string, delivered_at: string, receipt: string,
 *   delegates: {id: string, name: string}[],
 *   may: {delegate: boolean, day: boolean, dispute: string[]}
 * }} Track
 */

const token = location.pathname.split("/")[2] ?? "";

/** @param {string} [more] */
function path(more = "") {
	return `/v1/track/${encodeURIComponent(decodeURIComponent(token))}${more}`;
}

/** @returns {Promise<Track>} throws ApiError */
export async function readTrack() {
	const said = await call("GET", path());
	return {
		order: said.order ?? "", shop: said.shop ?? "", status: said.status,
		day: said.day ?? "", why: said.why ?? "", arrived: said.status === "at_door",
		parcels: said.parcels ?? [], agent: said.agent ?? "",
		word: said.countersign ?? "",
		code_required: said.code_required !== false, reasons: said.reasons ?? [],
		code: said.code ?? "", until: said.valid_until ?? "",
		time_zone: said.time_zone ?? "",
		pass: said.pass ?? null, sent_to: said.sent_to ?? "",
		delivered_at: said.delivered_at ?? "", receipt: said.receipt ?? "",
		delegates: said.delegates ?? [],
		may: said.may ?? { delegate: false, day: false, dispute: [] },
	};
}

/** @param {{name: string, email?: string, phone?: string}} person */
export function addDelegate(person) {
	return call("POST", path("/delegates"), person);
}

/** @param {string} id */
export function removeDelegate(id) {
	return call("DELETE", path(`/delegates/${encodeURIComponent(id)}`));
}

/** @param {string} on a date */
export function changeDay(on) {
	return call("POST", path("/day"), { on });
}

/** @param {string} kind @param {string} text */
export function dispute(kind, text) {
	return call("POST", path("/disputes"), text === "" ? { kind } : { kind, text });
}

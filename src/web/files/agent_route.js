/** The day of this agent, as the server tells it or as it was kept sealed. */

import { ApiError, call } from "./api.js";
import { ask, device, leave } from "./agent_device.js";
import { keep, recall } from "./agent_vault.js";

/**
 * @typedef {{tracking: string, what: string}} Parcel
 * @typedef {{
 *   id: string, visit: string, number: string, status: string, name: string,
 *   address: {lines: string[], postcode: string},
 *   parcels: Parcel[], word: string, code_required: boolean,
 *   day: string, arrived_at: string, pass_head: string
 * }} Stop
 * @typedef {{
 *   day: string, stops: Stop[], keys: Record<string, string>[], ahead_ms: number
 * }} Route
 * @typedef {{lat: string, lon: string, accuracy_m: number}} Place
 * @typedef {{
 *   code?: string, pass?: string, parcels: string[], refused?: string[],
 *   typed_by?: "agent" | "customer", place?: Place
 * }} HandOver
 * @typedef {{
 *   result: string, status?: string, attempts_left?: number,
 *   next_attempt_on?: string
 * }} Judged
 */

const PLACE_MS = 2500;
const OPEN = ["out_for_delivery", "at_door"];

/** @param {any} s @returns {Stop} */
function stopOf(s) {
	return { id: s.shipment, visit: s.visit, number: String(s.stop),
		status: s.status, name: s.name,
		address: { lines: s.address.lines, postcode: s.address.postcode },
		parcels: s.parcels.filter((/** @type {any} */ p) => p.state === "expected")
			.map((/** @type {any} */ { tracking, what }) =>
				({ tracking, what: what === "" ? tracking : what })),
		word: s.countersign, code_required: s.code_required,
		day: s.day, arrived_at: s.arrived_at ?? "",
		pass_head: s.pass_head ?? "" };
}

/** @returns {Promise<Route | null>} */
export function keptRoute() {
	return recall("route");
}

/**
 * What time it is by the server's clock, as far ahead as it was last seen: the
 * device's own may be a day off, and a visit is good on its day only.
 * @returns {Promise<number>} milliseconds
 */
export async function serverNow() {
	return Date.now() + ((await keptRoute())?.ahead_ms ?? 0);
}

/**
 * The server names the open stops; those that ended today are remembered here,
 * so that the agent sees what he has done.
 * @param {Stop[]} open
 * @param {Route | null} before
 */
function withEnded(open, before) {
	const day = open[0]?.day ?? before?.day ?? "";
	const ended = (before?.stops ?? []).filter((s) => !OPEN.includes(s.status)
		&& s.day === day && !open.some((o) => o.id === s.id));
	return { day, stops: [...open, ...ended] };
}

/**
 * @returns {Promise<{route: Route | null, fresh: boolean}>} the kept one when
 *     the server does not answer
 */
export async function readRoute() {
	const before = await keptRoute();
	try {
		const said = await ask("GET", "/v1/agent/route");
		const { keys } = await call("GET", "/.well-known/jwks.json");
		/** @type {Route} */
		const route = { ...withEnded(said.stops.map(stopOf), before), keys,
			ahead_ms: said.now === undefined ? 0
				: new Date(said.now).getTime() - Date.now() };
		await keep("route", route);
		return { route, fresh: true };
	} catch (error) {
		if (error instanceof ApiError && error.status === 401) {
			await leave();
			return { route: null, fresh: true };
		}
		return { route: before, fresh: false };
	}
}

/** @param {Stop} stop what became of it, also where nobody can be asked */
export async function keepStop(stop) {
	const route = await keptRoute();
	if (route !== null) {
		route.stops = route.stops.map((s) => s.id === stop.id ? stop : s);
		await keep("route", route);
	}
}

/** @param {Stop} stop @param {string} act */
function path(stop, act) {
	return `/v1/agent/stops/${encodeURIComponent(stop.id)}/${act}`;
}

/** @param {Stop} stop @returns {Promise<Judged>} */
export function arrive(stop) {
	return ask("POST", path(stop, "arrive"), {});
}

/**
 * Asked twice where the network swallowed the answer: under one key the
 * server counts it once, and says the same again.
 * @param {Stop} stop
 * @param {HandOver} hand
 * @returns {Promise<Judged>}
 */
export async function handOver(stop, hand) {
	const once = { "Idempotency-Key": crypto.randomUUID() };
	try {
		return await ask("POST", path(stop, "handover"), hand, once);
	} catch (error) {
		if (!(error instanceof ApiError) || error.status !== 0 || !navigator.onLine) {
			throw error;
		}
		return ask("POST", path(stop, "handover"), hand, once);
	}
}

/**
 * @param {Stop} stop
 * @param {{outcome: string, note: string, place?: Place}} visit
 * @returns {Promise<{result: string, status?: string, next_attempt_on?: string,
 *     why?: string}>}
 */
export function miss(stop, { note, ...visit }) {
	const line = note.replace(/\s+/g, " ").trim();
	return ask("POST", path(stop, "attempt"),
		line === "" ? visit : { ...visit, note: line });
}

/** @returns {Promise<string>} "granted", "prompt", "denied"; "": nobody knows */
async function placeAllowed() {
	return await navigator.permissions?.query({ name: "geolocation" })
		.then((p) => p.state, () => "") ?? "";
}

/** @returns {Promise<boolean>} the agent was not asked yet */
export async function mayAskPlace() {
	return await placeAllowed() === "prompt";
}

/** @returns {Promise<void>} when the agent has answered the browser */
export function askPlace() {
	return new Promise((done) =>
		navigator.geolocation.getCurrentPosition(() => done(), () => done()));
}

/** @returns {Promise<Place | undefined>} only where the agent allowed it */
export async function placeNow() {
	if (await placeAllowed() !== "granted" || await device() === null) {
		return undefined;
	}
	return new Promise((done) => navigator.geolocation.getCurrentPosition(
		({ coords }) => done({ lat: coords.latitude.toFixed(5),
			lon: coords.longitude.toFixed(5),
			accuracy_m: Math.min(1000000, Math.round(coords.accuracy)) }),
		() => done(undefined),
		{ timeout: PLACE_MS, maximumAge: 60000, enableHighAccuracy: true }));
}

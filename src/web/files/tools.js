/** The sandbox's tools: the server's clock, and faults of the channels. */

import { byId, notice, toast } from "./dom.js";
import { showTime, t, tn } from "./i18n.js";
import { call, wordsOf } from "./api.js";

/* Server time less the browser's, as of the last answer; null: not known. */
/** @type {number | null} */
let ahead = null;

/** @param {number} seconds */
function inWords(seconds) {
	const steps = /** @type {[number, string][]} */ (
		[[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]]);
	const [size, unit] = steps.find(([s]) => seconds >= s) ?? [1, "second"];
	return tn(`span.${unit}`, Math.round(seconds / size));
}

function showClock() {
	if (ahead === null) {
		return;
	}
	byId("clock-now").textContent =
		showTime(new Date(Date.now() + ahead).toISOString(), "full");
	const off = Math.round(ahead / 1000);
	/* Two clocks and a network: up to two seconds are nobody's doing. */
	byId("clock-offset").textContent = Math.abs(off) <= 2
		? t("clock.same")
		: t(off > 0 ? "clock.ahead" : "clock.behind", { span: inWords(Math.abs(off)) });
}

/** @param {{now: string}} said */
function takeClock(said) {
	const now = new Date(said.now).getTime();
	ahead = Number.isNaN(now) ? null : now - Date.now();
	showClock();
}

/** @param {unknown} request */
async function moveClock(request) {
	try {
		takeClock(await call("POST", "/sandbox/clock", request));
		byId("clock-result").replaceChildren();
		toast(t("clock.moved", { time: byId("clock-now").textContent ?? "" }));
	} catch (error) {
		byId("clock-result").replaceChildren(
			notice("bad", t("clock.failed"), wordsOf(error)));
	}
}

async function readClock() {
	try {
		takeClock(await call("GET", "/sandbox/clock"));
	} catch {
		/* The badge of the inbox says that the server is gone. */
	}
}

/** @param {SubmitEvent} event */
async function setFault(event) {
	event.preventDefault();
	const form = /** @type {HTMLFormElement} */ (event.currentTarget);
	const data = new FormData(form);
	const channel = String(data.get("channel"));
	const fault = String(data.get("fault"));
	const count = Number(data.get("count"));
	const result = byId("faults-result");
	try {
		await call("POST", "/sandbox/faults", { channel, fault, count });
		result.replaceChildren(notice("caution", tn("faults.done", count, {
			channel: t(`channel.${channel}`), fault: t(`fault.${fault}`),
		})));
	} catch (error) {
		result.replaceChildren(notice("bad", t("faults.failed"), wordsOf(error)));
	}
}

export function startTools() {
	for (const button of byId("clock-buttons").querySelectorAll("button")) {
		const advance = button.dataset.advance;
		button.addEventListener("click", () => void moveClock(
			advance === undefined
				? { now: new Date().toISOString() }
				: { advance_s: Number(advance) }));
	}
	byId("faults-form").addEventListener("submit", (e) => void setFault(e));
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "visible") {
			void readClock();
		}
	});
	setInterval(() => {
		if (document.visibilityState === "visible") {
			showClock();
		}
	}, 1000);
	void readClock();
}

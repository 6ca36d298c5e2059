/** Yes and no that are seen at arm's length, heard in the street and felt in a glove. */

import { byId, el } from "./dom.js";

/** @typedef {"yes" | "no" | "wait"} Kind */

/* Tones in Hz with their length in seconds, and a buzz in milliseconds. */
/** @type {Record<Kind, {tones: [number, number][], buzz: number[]}>} */
const SIGNALS = {
	yes: { tones: [[660, 0.12], [990, 0.24]], buzz: [60, 40, 60] },
	no: { tones: [[196, 0.3], [147, 0.45]], buzz: [400, 120, 400] },
	wait: { tones: [[440, 0.16]], buzz: [150] },
};

/** @type {AudioContext | null} */
let audio = null;

/** Browsers let a page sound only after a touch: called from one. */
export function wakeSound() {
	try {
		audio ??= new AudioContext();
		void audio.resume();
	} catch {
		/* No sound here; letters and colour say it too. */
	}
}

/** @param {[number, number][]} tones */
function play(tones) {
	if (audio === null || audio.state !== "running") {
		return;
	}
	let at = audio.currentTime;
	for (const [pitch, length] of tones) {
		const voice = audio.createOscillator();
		const volume = audio.createGain();
		voice.frequency.value = pitch;
		volume.gain.setValueAtTime(0.001, at);
		volume.gain.exponentialRampToValueAtTime(0.8, at + 0.02);
		volume.gain.exponentialRampToValueAtTime(0.001, at + length);
		voice.connect(volume).connect(audio.destination);
		voice.start(at);
		voice.stop(at + length);
		at += length;
	}
}

/**
 * @typedef {{
 *   kind: Kind, word: string, title: string, lines?: (string | Node)[],
 *   buttons: {text: string, act: () => void, main?: boolean}[]
 * }} Answer
 */

/**
 * Fills the screen with the answer.  It stays until one of its buttons is
 * pressed; there is no other way out.
 * @param {Answer} answer
 */
export function showAnswer({ kind, word, title, lines = [], buttons }) {
	const dialog = /** @type {HTMLDialogElement} */ (byId("answer"));
	dialog.dataset.kind = kind;
	byId("answer-word").textContent = word;
	byId("answer-title").textContent = title;
	byId("answer-lines").replaceChildren(...lines.map((line) =>
		typeof line === "string" ? el("p", {}, line) : line));
	byId("answer-buttons").replaceChildren(...buttons.map(({ text, act, main }) => {
		const button = el("button", { type: "button",
			class: main ? "button glove" : "button quiet glove" }, text);
		button.addEventListener("click", () => {
			dialog.close();
			act();
		});
		return button;
	}));
	if (!dialog.open) {
		dialog.showModal();
	}
	byId("answer-word").focus();
	navigator.vibrate?.(SIGNALS[kind].buzz);
	play(SIGNALS[kind].tones);
}

/** The dialog does not close by Escape: what it says must be answered. */
export function startSignal() {
	byId("answer").addEventListener("cancel", (event) => event.preventDefault());
	document.addEventListener("pointerdown", wakeSound, { once: true });
	document.addEventListener("keydown", wakeSound, { once: true });
}

/**
 * Follows the sandbox inbox: asks every second while the page is visible,
 * rests while it is hidden, and says when the server is gone or back.
 */

import { call } from "./api.js";

/** @typedef {import("./api.js").Message} Message */
/** @typedef {"loading" | "live" | "paused" | "gone"} InboxState */

const EVERY_MS = 1000;
const EVERY_GONE_MS = 3000;
/* Older ones are forgotten by the page, so that it can stay open for days. */
const KEPT = 500;

export class Inbox {
	/**
	 * @param {{
	 *   onMessages: (fresh: Message[], first: boolean) => void,
	 *   onState: (state: InboxState) => void
	 * }} listener onMessages gets newest first; first is true for what was
	 *     there when the page was opened
	 */
	constructor(listener) {
		this.listener = listener;
		/** @type {Message[]} newest first */
		this.messages = [];
		/** @type {Set<string>} */
		this.known = new Set();
		/** @type {InboxState} */
		this.state = "loading";
		this.asking = false;
		this.opened = false;
		/** @type {ReturnType<typeof setTimeout> | undefined} */
		this.timer = undefined;
	}

	start() {
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState === "visible") {
				void this.ask();
			} else {
				clearTimeout(this.timer);
				this.say("paused");
			}
		});
		void this.ask();
	}

	/** @param {InboxState} state */
	say(state) {
		if (state !== this.state) {
			this.state = state;
			this.listener.onState(state);
		}
	}

	/** Asks once, now, and again after the usual time. */
	async ask() {
		if (this.asking) {
			return;
		}
		this.asking = true;
		clearTimeout(this.timer);
		try {
			const newest = this.messages[0]?.id;
			const query = newest === undefined
				? "" : `?after=${encodeURIComponent(newest)}`;
			const said = await call("GET", `/sandbox/inbox${query}`);
			this.take(said.messages ?? []);
			this.say("live");
		} catch {
			this.say("gone");
		}
		this.asking = false;
		if (document.visibilityState === "visible") {
			this.timer = setTimeout(() => void this.ask(),
				this.state === "live" ? EVERY_MS : EVERY_GONE_MS);
		} else {
			this.say("paused");
		}
	}

	/** @param {Message[]} said */
	take(said) {
		const fresh = said.filter((m) => !this.known.has(m.id));
		const first = !this.opened;
		this.opened = true;
		for (const message of fresh) {
			this.known.add(message.id);
		}
		this.messages.unshift(...fresh);
		for (const old of this.messages.splice(KEPT)) {
			this.known.delete(old.id);
		}
		if (fresh.length > 0 || first) {
			this.listener.onMessages(fresh, first);
		}
	}
}

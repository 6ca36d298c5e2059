/**
 * From the page that enrols an authenticator to the code app, in the same
 * browser and without a camera.  The setup link goes from tab to tab by a
 * BroadcastChannel of this origin: it is in no address, history or request.
 *
 * The page opens "/authenticator#enrol" in another tab and calls offer(); the
 * app shows the account, asks, and answers with its first code, which the
 * page can put into the field where a person would have typed it.
 */

const CHANNEL = "watchword-enrol";

/** @typedef {{kind: "ready"} | {kind: "offer", uri: string} | {kind: "added", code: string} | {kind: "declined"}} Said */

/**
 * The enrolling page's side.
 * @param {string} uri otpauth://…
 * @param {(code: string) => void} onAdded the code that the app shows
 * @returns {() => void} takes the offer back
 */
export function offer(uri, onAdded) {
	const channel = new BroadcastChannel(CHANNEL);
	let taken = false;
	channel.onmessage = ({ data }) => {
		const said = /** @type {Said} */ (data);
		if (said.kind === "ready" && !taken) {
			taken = true;
			channel.postMessage({ kind: "offer", uri });
		} else if (said.kind === "added") {
			channel.close();
			onAdded(said.code);
		} else if (said.kind === "declined") {
			taken = false;
		}
	};
	return () => channel.close();
}

/**
 * The app's side, once the vault is open.
 * @param {(uri: string) => void} onOffer called once
 * @returns {(code: string | null) => void} answers; null: declined
 */
export function receive(onOffer) {
	const channel = new BroadcastChannel(CHANNEL);
	let got = false;
	channel.onmessage = ({ data }) => {
		const said = /** @type {Said} */ (data);
		if (said.kind === "offer" && !got) {
			got = true;
			onOffer(said.uri);
		}
	};
	channel.postMessage({ kind: "ready" });
	return (code) => {
		channel.postMessage(code === null ? { kind: "declined" } : { kind: "added", code });
		channel.close();
	};
}

/**
 * What the agent's device keeps: its keys, which no script can read, and
 * values sealed under one of them (AES-GCM), so that a copied browser profile
 * shows no address.  Each value is bound to its name: one sealed for another
 * name does not open.
 */

const DATABASE = "ww-agent";
const VERSION = 1;
const IV_BYTES = 12;

/** @typedef {{iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer}} Sealed */

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
/** @type {Promise<CryptoKey> | null} */
let sealing = null;

function database() {
	opened ??= new Promise((done, fail) => {
		const ask = indexedDB.open(DATABASE, VERSION);
		ask.onupgradeneeded = () => {
			ask.result.createObjectStore("keys");
			ask.result.createObjectStore("values");
		};
		ask.onsuccess = () => done(ask.result);
		ask.onerror = () => fail(ask.error);
	});
	return opened;
}

/**
 * @template T
 * @param {"keys" | "values"} store
 * @param {IDBTransactionMode} mode
 * @param {(s: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T>} resolved when the transaction is done, not before
 */
async function run(store, mode, act) {
	const transaction = (await database()).transaction(store, mode,
		mode === "readwrite" ? { durability: "strict" } : {});
	return new Promise((done, fail) => {
		const ask = act(transaction.objectStore(store));
		transaction.oncomplete = () => done(ask.result);
		transaction.onerror = () => fail(transaction.error);
		transaction.onabort = () => fail(transaction.error);
	});
}

/**
 * @param {string} name
 * @returns {Promise<any>} undefined when there is none
 */
export function readKey(name) {
	return run("keys", "readonly", (s) => s.get(name));
}

/**
 * @param {string} name
 * @param {unknown} value a CryptoKey, a pair, or what need not be sealed
 */
export async function keepKey(name, value) {
	await run("keys", "readwrite", (s) => s.put(value, name));
}

async function makeSealingKey() {
	const kept = await readKey("seal");
	if (kept !== undefined) {
		return kept;
	}
	const made = await crypto.subtle.generateKey(
		{ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
	await keepKey("seal", made);
	return made;
}

function sealingKey() {
	sealing ??= makeSealingKey();
	return sealing;
}

/** @param {string} name */
function bound(name) {
	return new TextEncoder().encode(`ww-agent ${name}`);
}

/**
 * @param {string} name
 * @param {unknown} value anything that JSON can say
 */
export async function keep(name, value) {
	const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
	const sealed = await crypto.subtle.encrypt(
		{ name: "AES-GCM", iv, additionalData: bound(name) },
		await sealingKey(),
		new TextEncoder().encode(JSON.stringify(value)));
	await run("values", "readwrite", (s) => s.put({ iv, sealed }, name));
}

/**
 * @param {string} name
 * @returns {Promise<any>} null when there is none, or none that opens
 */
export async function recall(name) {
	/** @type {Sealed | undefined} */
	const held = await run("values", "readonly", (s) => s.get(name));
	if (held === undefined) {
		return null;
	}
	try {
		const plain = await crypto.subtle.decrypt(
			{ name: "AES-GCM", iv: held.iv, additionalData: bound(name) },
			await sealingKey(), held.sealed);
		return JSON.parse(new TextDecoder().decode(plain));
	} catch {
		return null;
	}
}

/**
 * @param {string} prefix
 * @returns {Promise<string[]>} in the order of their names
 */
export async function namesOf(prefix) {
	const names = await run("values", "readonly", (s) => s.getAllKeys());
	return names.map(String).filter((n) => n.startsWith(prefix)).sort();
}

/** @param {string} name */
export async function forget(name) {
	await run("values", "readwrite", (s) => s.delete(name));
}

/** Everything, keys too: the device is paired no more. */
export async function forgetAll() {
	await run("values", "readwrite", (s) => s.clear());
	await run("keys", "readwrite", (s) => s.clear());
	sealing = null;
}

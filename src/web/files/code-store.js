/**
 * Where the vault's text lies on this device: one record in IndexedDB.  Only
 * what code-vault.js has sealed gets here.
 */

const NAME = "watchword-authenticator";
const STORE = "vault";
const KEY = "vault";

/** @returns {Promise<IDBDatabase>} */
function open() {
	return new Promise((done, failed) => {
		const asked = indexedDB.open(NAME, 1);
		asked.onupgradeneeded = () => void asked.result.createObjectStore(STORE);
		asked.onsuccess = () => done(asked.result);
		asked.onerror = () => failed(asked.error);
	});
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore, set: (result: T) => void) => void} body
 * @param {T} otherwise
 * @returns {Promise<T>} what body set, once it is on disk
 */
async function transact(mode, body, otherwise) {
	const db = await open();
	try {
		return await new Promise((done, failed) => {
			let result = otherwise;
			const tx = db.transaction(STORE, mode, { durability: "strict" });
			tx.oncomplete = () => done(result);
			tx.onabort = tx.onerror = () => failed(tx.error);
			body(tx.objectStore(STORE), (value) => {
				result = value;
			});
		});
	} finally {
		db.close();
	}
}

/** @returns {Promise<string | null>} */
export function load() {
	return transact("readonly", (store, set) => {
		const asked = store.get(KEY);
		asked.onsuccess = () => set(asked.result ?? null);
	}, /** @type {string | null} */ (null));
}

/**
 * Puts text in the place of before (null: none).  False, and nothing is
 * written, when another window has changed it since.
 * @param {string} text
 * @param {string | null} before
 * @returns {Promise<boolean>}
 */
export function save(text, before) {
	return transact("readwrite", (store, set) => {
		const asked = store.get(KEY);
		asked.onsuccess = () => {
			if ((asked.result ?? null) === before) {
				store.put(text, KEY);
				set(true);
			}
		};
	}, false);
}

/** Removes the vault; there is no way back. */
export async function erase() {
	await transact("readwrite", (store) => void store.delete(KEY), undefined);
}

/** Asks the browser not to drop the vault when room is short. */
export async function keep() {
	try {
		return await navigator.storage?.persist?.() ?? false;
	} catch {
		return false;
	}
}

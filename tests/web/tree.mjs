/** Where things are. */

import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";

export const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "..", "..");
export const SRC = join(ROOT, "src", "web");
export const ARTEFACTS = join(ROOT, "tests", "artefacts");
export const BINARY = process.env.WATCHWORD ?? join(ROOT, "build", "watchword");

// Starts the Python of the folder as worker.js does and keeps its memory, compressed: FOLDER ARCHIVE SNAPSHOT.
import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

// The same package gives the same bytes: what Python takes from the clock and from chance at its start is fixed. No estimate uses either.
const DAY = Date.UTC(2026, 0, 1);
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length ? given : [DAY]));
  }
  static now() {
    return DAY;
  }
};
performance.now = () => 0;
Math.random = () => 0.5;
Crypto.prototype.getRandomValues = (to) => to.fill(7);
crypto.randomFillSync = (to) => to.fill(7);
syncBuiltinESMExports();

const [folder, archive, snapshot] = process.argv.slice(-3);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide", "pyodide.mjs")));
const { prepare, warm } = await import(pathToFileURL(join(folder, "python.mjs")));
const python = await loadPyodide({ indexURL: join(folder, "pyodide/"), env: { PYTHONHASHSEED: "0" }, _makeSnapshot: true });
prepare(python, readFileSync(join(folder, archive)));
warm(python);
writeFileSync(join(folder, snapshot), gzipSync(python.makeMemorySnapshot(), { level: 7 })); // of level 9 it takes a quarter of the time, for half a percent more bytes
process.exit(0);

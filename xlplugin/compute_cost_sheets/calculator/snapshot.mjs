// Starts the Python of the folder as worker.js does and keeps its memory, compressed: FOLDER ARCHIVE SNAPSHOT.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const [folder, archive, snapshot] = process.argv.slice(-3);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide", "pyodide.mjs")));
const { prepare, warm } = await import(pathToFileURL(join(folder, "python.mjs")));
const python = await loadPyodide({ indexURL: join(folder, "pyodide/"), _makeSnapshot: true });
prepare(python, readFileSync(join(folder, archive)));
warm(python);
writeFileSync(join(folder, snapshot), gzipSync(python.makeMemorySnapshot(), { level: 9 }));
process.exit(0);

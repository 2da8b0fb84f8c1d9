// Runs the served functions.js in Node with a stand-in for Excel: each line of input is {"calls": [[NAME, argument, ...], ...]},
// each line of output {"cells": [{"value": rows} or {"error": code, "message": text}], "requests": count, "milliseconds": time}.
// The first line of input is {"origin": address, "script": text, "requirement": "1.20"}.
import readline from "node:readline";
import vm from "node:vm";

class CellError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const functions = {};
let requests = 0;

function load(job) {
  const location = new URL(job.origin);
  const supported = (set, version) => set === "ExcelApi" && Number(version.split(".")[1]) <= Number(job.requirement.split(".")[1]);
  const context = {
    location, URLSearchParams, AbortController, setTimeout, clearTimeout,
    fetch: (...what) => {
      requests += 1;
      return fetch(...what);
    },
    Office: { onReady: (then) => then({ host: "Excel" }), context: { requirements: { isSetSupported: supported } } },
    CustomFunctions: {
      associate: (id, run) => {
        functions[id] = run;
      },
      Error: CellError,
      ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
    },
  };
  vm.createContext(context);
  vm.runInContext(job.script, context);
  return { functions: Object.keys(functions).length };
}

const shown = (value) => (value instanceof CellError ? { error: value.code, message: value.message } : value);

async function recalculate(job) {
  requests = 0;
  const started = performance.now();
  const cells = await Promise.all(
    job.calls.map(async ([name, ...given], index) => {
      try {
        const rows = await functions[name](...given, { address: `Sheet1!A${index + 1}`, functionName: name });
        return { value: rows.map((row) => row.map(shown)) };
      } catch (problem) {
        return problem instanceof CellError ? shown(problem) : { error: "unhandled", message: String(problem.stack) };
      }
    }),
  );
  return { cells, requests, milliseconds: performance.now() - started };
}

let loaded = false;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const answer = loaded ? await recalculate(job) : load(job);
  loaded = true;
  process.stdout.write(JSON.stringify(answer) + "\n");
}

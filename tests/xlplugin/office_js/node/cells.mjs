// Runs the served functions.js in Node with a stand-in for Excel: each line of input is {"calls": [[NAME, argument, ...], ...]},
// each line of output {"cells": [{"value": rows} or {"error": code, "message": text}], "requests": count, "milliseconds": time, "cpu": those of the processor here}.
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
  const { fetch } = globalThis;
  // Into the globals and not into a context of its own, whose every look-up costs: a page runs it so, too.
  Object.assign(globalThis, {
    location,
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
  });
  vm.runInThisContext(job.script);
  return { functions: Object.keys(functions).length };
}

const shown = (value) => (value instanceof CellError ? { error: value.code, message: value.message } : value);

function outcome(cell) {
  if (cell.status === "fulfilled") return { value: cell.value.map((row) => row.map(shown)) };
  return cell.reason instanceof CellError ? shown(cell.reason) : { error: "unhandled", message: String(cell.reason.stack) };
}

async function recalculate(job) {
  requests = 0;
  const before = process.cpuUsage();
  const started = performance.now();
  const cells = await Promise.allSettled(
    job.calls.map(([name, ...given], index) => functions[name](...given, { address: `Sheet1!A${index + 1}`, functionName: name, parameterAddresses: job.parameters })),
  );
  const milliseconds = performance.now() - started;
  const used = process.cpuUsage(before);
  return { cells: cells.map(outcome), requests, milliseconds, cpu: (used.user + used.system) / 1e3 };
}

let loaded = false;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  const answer = loaded ? await recalculate(job) : load(job);
  loaded = true;
  process.stdout.write(JSON.stringify(answer) + "\n");
}

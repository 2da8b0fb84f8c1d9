// Recalculates cells with the client that xlwings Server itself serves, under a stand-in for Excel: one request for each cell.
// Input: {"address", "function", "cells": [[argument, ...], ...], "connections"}. Output: {"seconds", "cpu" (seconds of the processor here), "requests", "answers": [first, last]}
import https from "node:https";
import vm from "node:vm";

const job = JSON.parse(await new Response(process.stdin).text());
const { hostname, port, origin } = new URL(job.address);
const agent = new https.Agent({ keepAlive: true, maxSockets: job.connections });
const functions = {};
let requests = 0;

function post(url, given, options = {}) {
  requests += 1;
  const body = JSON.stringify(given);
  const headers = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([, value]) => value));
  Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  return new Promise((done, fail) => {
    const path = new URL(url, origin).pathname;
    const request = https.request({ hostname, port, path, method: "POST", agent, headers }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => {
        const reply = { data: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text, status: answer.statusCode };
        if (answer.statusCode < 300) done(reply);
        else fail(Object.assign(new Error(`HTTP ${answer.statusCode} ${text}`), { response: reply }));
      });
    });
    request.on("error", fail);
    request.end(body);
  });
}

class CellError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

Object.assign(globalThis, {
  window: { location: { origin } },
  config: { customFunctionsMaxRetries: 3, customFunctionsRetryCodes: [500, 502, 503, 504], requestTimeout: 300, onWasm: false },
  Office: {
    onReady: (then) => Promise.resolve(typeof then === "function" ? then({}) : {}),
    context: { requirements: { isSetSupported: () => true } },
  },
  Excel: {
    RequestContext: class {
      workbook = { load() {}, name: "Book1.xlsx" };
      async sync() {}
    },
  },
  CustomFunctions: {
    associate: (id, run) => {
      functions[id] = run;
    },
    Error: CellError,
    ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
  },
  xlwings: { getCultureInfoName: async () => "en-US", getDateFormat: async () => "m/d/yyyy" },
  xwRequest: { post },
});
vm.runInThisContext(await (await fetch(`${origin}/xlwings/custom-functions-code.js`)).text());
const run = functions[job.function];
if (!run) throw new Error(`xlwings Server has no ${job.function}, only ${Object.keys(functions).join(", ")}`);

const before = process.cpuUsage();
const started = performance.now();
const answers = await Promise.all(
  job.cells.map((given, index) => run(...given.map((one) => [[one]]), { address: `Sheet1!A${index + 1}`, setResult() {}, parameterAddresses: [] })),
);
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(before);
const cpu = (used.user + used.system) / 1e6;
console.log(JSON.stringify({ seconds, cpu, requests, answers: [answers[0], answers[answers.length - 1]] }));
process.exit(0);

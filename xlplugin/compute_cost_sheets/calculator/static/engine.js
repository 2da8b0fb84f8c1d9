// Who answers the questions of a page: Python in a worker, or the server that served the page. One for a page, whoever imports it.
import settings from "./settings.js";

const SECONDS = 30; // of a question to a server
const token = new URLSearchParams(location.search).get("token");

let worker = null;
let number = 0;
const waiting = new Map(); // the number of a question -> how to settle it
let started; // a promise that whoever waits for the worker can look at

function start() {
  started ??= new Promise((resolve, reject) => {
    worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    const fail = (words) => {
      const problem = new Error(`the calculator could not start: ${words}`);
      reject(problem);
      for (const question of waiting.values()) question.reject(problem);
      waiting.clear();
    };
    worker.onerror = (event) => fail(event.message || "its files can't be loaded");
    worker.onmessage = ({ data }) => {
      if (data.ready) resolve();
      else if (data.failed !== undefined) fail(data.failed);
      else {
        waiting.get(data.number)?.resolve([data.status, data.content]);
        waiting.delete(data.number);
      }
    };
  });
  return started;
}

function byWorker(address, body) {
  return new Promise((resolve, reject) => {
    start().catch(reject); // also a question that comes after the worker has failed
    waiting.set(++number, { resolve, reject });
    worker.postMessage([number, address, body]);
  });
}

// One request, never repeated: a server that is down or slow ends in a message, not in a storm or a hang.
async function byServer(address, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const options = { headers, cache: "no-store", signal: AbortSignal.timeout(SECONDS * 1000) };
  if (body) Object.assign(options, { method: "POST", body, headers: { ...headers, "Content-Type": "application/json" } });
  let reply;
  try {
    reply = await fetch(new URL(`.${address}`, import.meta.url), options);
    return [reply.status, new Uint8Array(await reply.arrayBuffer())];
  } catch (problem) {
    throw new Error(await unreachable(problem));
  }
}

// Browsers ask before a page may reach a server on this computer; where that was refused, starting the server again helps nobody.
async function unreachable(problem) {
  const server = new URL(import.meta.url).origin;
  if (problem.name === "TimeoutError") return `no answer from ${server} within ${SECONDS} seconds`;
  for (const name of ["loopback-network", "local-network", "local-network-access"]) {
    const permission = await navigator.permissions?.query({ name }).catch(() => null);
    if (permission?.state === "denied") {
      return (
        `the browser does not let this page reach ${server}, which is on your computer or network: click the icon to the left of the ` +
        "address, set Local network access to Allow, and load the page again. An add-in from `compute-cost sheets static` needs no server."
      );
    }
  }
  return `no answer from ${server}; start it with: compute-cost sheets serve`;
}

// The content of an answer. Throws an Error with one line that says what to change.
async function content(address, body) {
  const [status, bytes] = await (settings.engine === "worker" ? byWorker : byServer)(address, body);
  if (status === 200) return bytes;
  let said;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes)).error;
  } catch {
    said = null; // not ours: a proxy or another program
  }
  throw new Error(said || `the answer was ${status}`);
}

const text = (body) => (body === undefined || typeof body === "string" ? body ?? "" : JSON.stringify(body));

export const ask = async (address, body) => JSON.parse(new TextDecoder().decode(await content(address, text(body))));
export const bytes = (address, body) => content(address, text(body));
// Load what answers before it is asked for.
export const prepare = () => (settings.engine === "worker" ? start() : Promise.resolve());
export const version = settings.version;
export const day = settings.day;

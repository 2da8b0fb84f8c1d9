// Answers a page's questions by Python in this worker. It is sent [number, address, body] and sends {number, status, content};
// before that {ready} or {failed}. What it is started with stands in settings.js.
import settings from "./settings.js";
import { ask, prepare } from "./python.mjs";
import createPyodideModule from "./pyodide/pyodide.asm.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const PAGE = 65536; // bytes that WebAssembly's memory grows by
const indexURL = new URL("pyodide/", import.meta.url).href;

async function fetched(name) {
  const answer = await fetch(new URL(`${name}?${settings.version}`, import.meta.url));
  if (!answer.ok) throw new Error(`${name} can't be loaded (${answer.status})`);
  return answer;
}

// From a memory that was kept. It is larger than the one Pyodide begins with, which grows before the kept one is copied into it.
async function restored(name) {
  const packed = await fetched(name);
  const memory = new Uint8Array(await new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
  const grown = (settingsOfModule) => {
    const instantiate = settingsOfModule.instantiateWasm;
    settingsOfModule.instantiateWasm = (imports, then) =>
      instantiate(imports, (instance, module) => {
        const own = instance.exports.memory;
        if (own.buffer.byteLength < memory.length) own.grow(Math.ceil((memory.length - own.buffer.byteLength) / PAGE));
        then(instance, module);
      });
    return createPyodideModule(settingsOfModule);
  };
  return loadPyodide({ indexURL, createPyodideModule: grown, _loadSnapshot: memory });
}

async function start() {
  const archive = fetched(settings.archive).then((answer) => answer.arrayBuffer());
  let python;
  try {
    if (settings.snapshot) python = await restored(settings.snapshot);
  } catch (problem) {
    console.warn("starting without the snapshot:", problem); // another browser may lay out its memory in another way
  }
  python ??= await loadPyodide({ indexURL });
  prepare(python, await archive);
  return python;
}

const started = start();
started.then(
  () => self.postMessage({ ready: true }),
  (problem) => self.postMessage({ failed: String(problem.message || problem) }),
);
self.onmessage = async ({ data: [number, address, body] }) => {
  try {
    const [status, content] = ask(await started, address, body);
    self.postMessage({ number, status, content }, [content.buffer]);
  } catch (problem) {
    self.postMessage({ number, status: 500, content: new TextEncoder().encode(JSON.stringify({ error: String(problem.message || problem) })) });
  }
};

// What runs inside the page's Python: core from its archive, and the one function that answers.

const FOLDER = "/estimates";
const IMPORT = `
import sys
if "${FOLDER}" not in sys.path:
    sys.path.insert(0, "${FOLDER}")
from compute_cost_sheets.calculator.answering import told
`;
// Asked before the memory is kept, so that a page that starts from it finds the catalogue read.
const QUESTIONS = [
  ["/estimate", { name: "train_cost", arguments: { params: "GPT-3" } }],
  ["/estimate", { name: "serving_cost", arguments: { params: "Llama 3 70B", requests_per_day: "1000" } }],
  ["/estimate", { name: "api_cost", arguments: { model: "gpt-4o", input_tokens: "1M" } }],
  ["/batch", { calls: [["TRAIN_COST", "GPT-3"]] }],
  ["/batch?blank=zero", { calls: [["TRAIN_COST", "GPT-3"]] }],
  ["/find?kind=estimate&text=train", {}],
];

// Unpack the archive and import core: from a kept memory, which holds what was imported but no files, that takes no time. Unpacked,
// because an import from the archive itself would keep a file open that is closed in the memory that is restored.
export function prepare(python, archive) {
  python.unpackArchive(new Uint8Array(archive), "zip", { extractDir: FOLDER });
  python.runPython(IMPORT);
}

export function warm(python) {
  for (const [address, body] of QUESTIONS) ask(python, address, JSON.stringify(body));
  python.runPython("import gc; gc.collect()");
}

// Status and content of an answer.
export function ask(python, address, body) {
  const told = python.globals.get("told");
  const answer = told(address, body);
  const [status, content] = answer.toJs();
  answer.destroy();
  told.destroy();
  return [status, content];
}

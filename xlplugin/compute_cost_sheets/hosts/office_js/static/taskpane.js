// The task pane: the calculator next to Excel. Cells become arguments; formulas, blocks of inputs and tables of scenarios go into cells;
// the selected cell is explained.
import "./calculator.js";
import { button } from "./dom.js";
import { ask } from "./engine.js";

const find = (id) => document.getElementById(id);
const calculator = document.querySelector("compute-cost-calculator");
let replace = ""; // the cells that the user was told are not empty

// Run a piece of work in Excel and say what it says.
async function say(where, work) {
  try {
    where.textContent = await Excel.run(work);
  } catch (problem) {
    where.textContent = `Excel did not do that: ${problem.message}`;
  }
}

// What a cell holds as it would be typed: Excel must not take a text for a formula.
const written = (cell) => (cell?.formula ?? (typeof cell === "string" && /^[=+\-@']/.test(cell) ? `'${cell}` : (cell ?? "")));

// Write rows from the active cell on. Nothing is lost without being asked for.
async function insert(context, rowsAt) {
  const cell = context.workbook.getActiveCell();
  cell.load(["address"]);
  await context.sync();
  const rows = await rowsAt(cell.address.slice(cell.address.lastIndexOf("!") + 1).replaceAll("$", ""));
  const range = rows.length === 1 && rows[0].length === 1 ? cell : cell.getResizedRange(rows.length - 1, rows[0].length - 1);
  range.load(["address", "formulas"]);
  await context.sync();
  if (range.formulas.flat().some((held) => held !== "") && replace !== range.address) {
    replace = range.address;
    return `${range.address} is not empty; press again to replace what it holds.`;
  }
  replace = "";
  range.formulas = rows.map((row) => row.map(written));
  await context.sync();
  return `Put into ${range.address}.`;
}

const sheet = {
  // The selected cell as an argument: its text and its address; of a range the first cell is shown here.
  async selected() {
    let found = null;
    await say(calculator.note, async (context) => {
      const range = context.workbook.getSelectedRange();
      range.load(["address", "values"]);
      await context.sync();
      const value = range.values[0][0];
      if (value === "") return `${range.address} is empty.`;
      found = { address: range.address, text: String(value) };
      return range.values.flat().length > 1 ? `The formula takes all of ${range.address}; the pane shows the answer for its first cell.` : "";
    });
    return found;
  },
};

// A formula as it is typed, a block with labels and the range, or a row for each scenario.
const formula = () => say(calculator.note, (context) => insert(context, async () => [[{ formula: calculator.answer.calls[0].text }]]));
const block = () => say(calculator.note, (context) => insert(context, (at) => ask("/block", calculator.question({ at }))));

function table() {
  const values = calculator.scenarios();
  const more = (at) => calculator.question({ at, vary: calculator.varied.value, values });
  return say(calculator.note, (context) => insert(context, (at) => ask("/scenarios", more(at))));
}

// Open the question of the selected cell: its answer with all that is behind it, or what is wrong with it.
function explain() {
  return say(find("words"), async (context) => {
    const cell = context.workbook.getActiveCell();
    cell.load(["address"]);
    await context.sync();
    const call = computeCostCall(cell.address);
    if (!call) return `${cell.address}: no Compute Cost function was calculated in that cell in this session; recalculate with Ctrl+Alt+F9.`;
    const { name, arguments: given } = await ask("/call", `{"calls":[${call}]}`);
    return calculator.open(name, given) ? `${cell.address}:` : `${cell.address} holds ${name}, which is its own explanation.`;
  });
}

function inExcel() {
  const dark = Office.context?.officeTheme?.isDarkTheme ?? null;
  if (dark !== null) document.documentElement.style.colorScheme = dark ? "dark" : "light";
  find("host").textContent = "";
  find("selected").hidden = false;
  find("explain").addEventListener("click", explain);
  calculator.useSheet(sheet);
  calculator.buttons.prepend(button("Insert into the cell", formula, { id: "insert" }), button("Insert with inputs", block, { id: "insert-block" }));
  calculator.scenarioButtons.append(button("Insert as a table", table, { id: "insert-table" }));
}

async function connect() {
  await calculator.built;
  find("host").textContent = "Open this page in Excel to put formulas into cells; here they can be copied."; // a plain browser never answers
  if (typeof Office === "object" && Office.onReady) Office.onReady((info) => info?.host === "Excel" && inExcel());
}

if (document.readyState === "complete") connect();
else window.addEventListener("load", connect);

// A stand-in for Microsoft's office.js: a workbook of one sheet whose active cell takes formulas of the add-in and calculates
// them through the functions that functions.js associated, as Excel does. `book` shows what is in the cells.
"use strict";

const book = { active: "B2", cells: {}, functions: {} };

class CellError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const CustomFunctions = {
  associate: (id, run) => {
    book.functions[id] = run;
  },
  Error: CellError,
  ErrorCode: { invalidValue: "#VALUE!", notAvailable: "#N/A" },
};

const Office = {
  context: { requirements: { isSetSupported: () => true } },
  onReady: (then) => {
    const info = { host: "Excel", platform: "OfficeOnline" };
    if (then) setTimeout(() => then(info), 10);
    return Promise.resolve(info);
  },
};

// =COMPUTE.NAME(1,"text",,2E3) as name and arguments, each a range of one cell, as Excel hands them over.
function parse(formula) {
  const found = /^=COMPUTE\.([A-Z0-9_]+)\((.*)\)$/.exec(formula);
  if (!found) throw new Error(`this is no formula of the add-in: ${formula}`);
  const given = found[2] === "" ? [] : found[2].match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g).map((one) => one.replace(/,$/, ""));
  if (given.length && given[given.length - 1] === "" && !found[2].endsWith(",")) given.pop();
  const value = (text) => (text === "" ? null : text.startsWith('"') ? [[text.slice(1, -1).replaceAll('""', '"')]] : [[Number(text)]]);
  return [found[1], given.map(value)];
}

async function calculate(address) {
  const cell = book.cells[address];
  cell.value = "#BUSY!";
  try {
    const [name, given] = parse(cell.formula);
    cell.value = (await book.functions[name](...given, { address: `Sheet1!${address}` }))[0][0];
  } catch (problem) {
    cell.value = problem instanceof CellError ? `${problem.code} ${problem.message}` : `failed: ${problem.message}`;
  }
}

const Excel = {
  run: async (work) => {
    const waiting = [];
    const cell = {
      load: () => {},
      get address() {
        return `Sheet1!${book.active}`;
      },
      get formulas() {
        return [[book.cells[book.active]?.formula ?? ""]];
      },
      set formulas(rows) {
        waiting.push([book.active, rows[0][0]]);
      },
    };
    const context = {
      workbook: { getActiveCell: () => cell },
      sync: async () => {
        for (const [address, formula] of waiting.splice(0)) {
          book.cells[address] = { formula, value: null };
          calculate(address);
        }
      },
    };
    return work(context);
  },
};

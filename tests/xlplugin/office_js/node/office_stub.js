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

const toNumber = (letters) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
const toLetters = (column) => (column > 0 ? toLetters(Math.floor((column - 1) / 26)) + String.fromCharCode(65 + ((column - 1) % 26)) : "");

// The cells of B2:C3 as rows of addresses.
function cellsOf(address) {
  const [, left, top, right = left, bottom = top] = /^([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?$/.exec(address.replace(/^.*!/, "").replaceAll("$", ""));
  const across = Array.from({ length: toNumber(right) - toNumber(left) + 1 }, (_, index) => toLetters(toNumber(left) + index));
  return Array.from({ length: bottom - top + 1 }, (_, index) => across.map((column) => `${column}${Number(top) + index}`));
}

// An argument as Excel hands it over: rows of cells, null where it is left out; a text may be joined to a cell.
async function argument(text) {
  if (text === "") return null;
  const joined = /^"([^"]*)"&(.+)$/.exec(text);
  if (joined) return [[joined[1] + (await argument(joined[2]))[0][0]]];
  if (text.startsWith('"')) return [[text.slice(1, -1).replaceAll('""', '"')]];
  if (!/^[^\d.+-]/.test(text)) return [[Number(text)]];
  return Promise.all(cellsOf(text).map((row) => Promise.all(row.map(value))));
}

// What a cell holds, once it is calculated.
async function value(address) {
  while (book.cells[address]?.value === "#BUSY!") await new Promise((then) => setTimeout(then, 5));
  return book.cells[address]?.value ?? "";
}

// =COMPUTE.NAME(1,"text",,$B$2) as name and arguments; =Sheet1!B2 as the cell.
async function parse(formula) {
  const found = /^=COMPUTE\.([A-Z0-9_]+)\((.*)\)$/.exec(formula);
  if (!found) throw new Error(`this is no formula of the add-in: ${formula}`);
  const given = found[2] === "" ? [] : found[2].match(/("(?:[^"]|"")*"(?:&[^,]*)?|[^,]*)(?:,|$)/g).map((one) => one.replace(/,$/, ""));
  if (given.length && given[given.length - 1] === "" && !found[2].endsWith(",")) given.pop();
  return [found[1], await Promise.all(given.map(argument))];
}

async function calculate(address) {
  const cell = book.cells[address];
  cell.value = "#BUSY!";
  try {
    if (/^=(?!COMPUTE)/.test(cell.formula)) cell.value = await value(cell.formula.slice(1).replace(/^.*!/, "").replaceAll("$", ""));
    else {
      const [name, given] = await parse(cell.formula);
      cell.value = (await book.functions[name](...given, { address: `Sheet1!${address}` }))[0][0];
    }
  } catch (problem) {
    cell.value = problem instanceof CellError ? `${problem.code} ${problem.message}` : `failed: ${problem.message}`;
  }
}

// A typed text, number or formula; Excel takes an apostrophe before a text for what it means.
function enter(address, typed) {
  if (typeof typed === "string" && typed.startsWith("=")) {
    book.cells[address] = { formula: typed, value: "#BUSY!" };
    calculate(address);
  } else if (typed === "") delete book.cells[address];
  else book.cells[address] = { formula: typed, value: typeof typed === "string" ? typed.replace(/^'/, "") : typed };
}

const Excel = {
  run: async (work) => {
    const waiting = [];
    const range = (address) => ({
      load: () => {},
      address: `Sheet1!${address}`,
      getResizedRange: (down, across) => {
        const [, letters, row] = /^([A-Z]+)(\d+)/.exec(address);
        return range(`${address}:${toLetters(toNumber(letters) + across)}${Number(row) + down}`);
      },
      get formulas() {
        return cellsOf(address).map((row) => row.map((cell) => book.cells[cell]?.formula ?? ""));
      },
      get values() {
        return cellsOf(address).map((row) => row.map((cell) => book.cells[cell]?.value ?? ""));
      },
      set formulas(rows) {
        cellsOf(address).forEach((row, down) => row.forEach((cell, across) => waiting.push([cell, rows[down][across]])));
      },
    });
    const context = {
      workbook: { getActiveCell: () => range(book.active.replace(/:.*/, "")), getSelectedRange: () => range(book.active) },
      sync: async () => {
        for (const [address, typed] of waiting.splice(0)) enter(address, typed);
      },
    };
    return work(context);
  },
};

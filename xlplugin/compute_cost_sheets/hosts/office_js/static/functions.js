// The cells' side of the add-in: every call of a recalculation is collected and answered together, by the server in one request or, where
// there is none, by the worker of the page. Loaded by the task pane's page, in which Excel runs the functions too. COMPUTE_COST, what the
// functions are and who answers, is put before this text.
"use strict";

(function () {
  const PAUSE = 5; // milliseconds in which the cells of one recalculation gather
  const AT_ONCE = 2; // requests under way; what comes meanwhile gathers for the next
  const MOST_CHARACTERS = 1000000; // of one request that holds several calls
  const ERROR_MARK = "#COST! ";
  const [WHOLE_COLUMN, WHOLE_ROW] = [1048576, 16384]; // cells of one

  const token = new URLSearchParams(location.search).get("token");

  let waiting = new Map(); // the text of a call -> its promise and how to settle it: equal calls share one
  let gathered = 0; // characters of these texts
  let underWay = 0;
  let timer = null;
  const mistakes = new Map(); // the address of a cell -> what was wrong with its call
  const lastCalls = new Map(); // the address of a cell -> its call as it was last asked, for the pane

  // `given` ends with what Excel tells of the call; an argument left out comes as null or undefined.
  function call(name, given) {
    const cells = [name];
    let length = 1; // without the arguments left out at the end
    const last = given.length - (isInvocation(given[given.length - 1]) ? 1 : 0);
    for (let index = 0; index < last; index++) {
      const held = argument(given[index]);
      if (held !== null) length = cells.length + 1;
      cells.push(held);
    }
    cells.length = length;
    const invocation = last < given.length ? given[last] : {};
    if (name === "COST_WHY" && isErrorCell(given[0])) return Promise.resolve([[wordsFor((invocation.parameterAddresses || [])[0])]]);
    const text = JSON.stringify(cells);
    if (invocation.address !== undefined) lastCalls.set(invocation.address, text);
    return asked(text, invocation.address);
  }

  function asked(text, address) {
    let question = waiting.get(text);
    if (question === undefined) {
      question = { cells: [] };
      question.promise = new Promise((resolve, reject) => {
        question.resolve = resolve;
        question.reject = reject;
      });
      waiting.set(text, question);
      gathered += text.length;
      if (waiting.size >= COMPUTE_COST.mostCalls && underWay < AT_ONCE) send(take()); // a full request is answered while the next one gathers
      else if (timer === null) timer = setTimeout(flush, PAUSE);
    }
    if (address !== undefined) question.cells.push(address);
    return question.promise;
  }

  // What was wrong with the call of each cell, for =COST_WHY(cell): Excel itself hands an error on without its words.
  function remember(address, value) {
    if (value instanceof CustomFunctions.Error) mistakes.set(address, value.message);
    else if (mistakes.size) mistakes.delete(address);
  }

  // The cell so many rows below and columns beside the one at the address.
  function shifted(address, down, across) {
    if (!down && !across) return address;
    const [, before, letters, row] = /^(.*?)([A-Z]+)(\d+)$/.exec(address);
    let column = 0;
    for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
    column += across;
    let name = "";
    for (; column > 0; column = Math.floor((column - 1) / 26)) name = String.fromCharCode(65 + ((column - 1) % 26)) + name;
    return `${before}${name}${Number(row) + down}`;
  }

  function isErrorCell(value) {
    if (Array.isArray(value)) return value.length === 1 && value[0].length === 1 && isErrorCell(value[0][0]);
    return typeof value === "object" && value !== null && value.type === "Error";
  }

  function wordsFor(address) {
    const words = mistakes.get(address);
    if (words !== undefined) return words;
    return "no Compute Cost function of this session has failed in that cell: point at the call itself, or recalculate with Ctrl+Alt+F9";
  }

  function isInvocation(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !("basicValue" in value);
  }

  // A range comes as rows; one cell as rows of one, which are sent as what they hold.
  function argument(value) {
    if (!Array.isArray(value)) return cell(value);
    const rows = used(value);
    if (rows.length === 1 && rows[0].length === 1) return cell(rows[0][0]);
    return rows.map((row) => row.map(cell));
  }

  // Of whole columns and rows only the part that is used is sent.
  function used(rows) {
    const blank = (value) => value === null || value === undefined || value === "";
    let [height, width] = [rows.length, rows[0].length];
    if (height >= WHOLE_COLUMN) while (height > 1 && rows[height - 1].every(blank)) height -= 1;
    if (width >= WHOLE_ROW) while (width > 1 && rows.every((row) => blank(row[width - 1]))) width -= 1;
    return height === rows.length && width === rows[0].length ? rows : rows.slice(0, height).map((row) => row.slice(0, width));
  }

  // What a cell holds: an error or a data type comes as an object that says how it looks.
  function cell(value) {
    if (value === undefined || value === null || value === "") return null;
    return typeof value === "object" ? String(value.basicValue) : value;
  }

  // Excel before version 2509 may pass an empty cell as 0: there a zero is a blank where zero makes no sense, which the server knows.
  function emptyIsZero() {
    return !(Office.context && Office.context.requirements && Office.context.requirements.isSetSupported("ExcelApi", "1.20"));
  }

  function flush() {
    timer = null;
    while (waiting.size && underWay < AT_ONCE) send(take());
  }

  // As many calls as fit one request, oldest first; at least one.
  function take() {
    let taken = waiting;
    if (waiting.size <= COMPUTE_COST.mostCalls && gathered <= MOST_CHARACTERS) {
      waiting = new Map();
      gathered = 0;
      return taken;
    }
    taken = new Map();
    let size = 0;
    for (const [text, asked] of waiting) {
      if (taken.size && (taken.size >= COMPUTE_COST.mostCalls || size + text.length > MOST_CHARACTERS)) break;
      size += text.length;
      taken.set(text, asked);
      waiting.delete(text);
    }
    gathered -= size;
    return taken;
  }

  async function send(taken) {
    underWay += 1;
    try {
      const answers = (await (COMPUTE_COST.worker ? askWorker : askServer)(emptyIsZero() ? "/batch?blank=zero" : "/batch", `{"calls":[${Array.from(taken.keys()).join(",")}]}`)).results;
      if (!Array.isArray(answers) || answers.length !== taken.size) throw failure("the server's answer does not fit the question");
      let index = 0;
      for (const asked of taken.values()) settle(asked, answers[index++]);
    } catch (problem) {
      for (const asked of taken.values()) reject(asked, problem);
    }
    underWay -= 1;
    if (waiting.size && timer === null) flush();
  }

  function settle(asked, answer) {
    if (isError(answer)) return reject(asked, failure(answer.slice(ERROR_MARK.length)));
    const rows = Array.isArray(answer) ? answer.map((row) => row.map((value) => (isError(value) ? failure(value.slice(ERROR_MARK.length)) : value))) : [[answer]];
    for (const address of asked.cells) rows.forEach((row, down) => row.forEach((value, across) => remember(shifted(address, down, across), value)));
    asked.resolve(rows);
  }

  function reject(asked, problem) {
    for (const address of asked.cells) remember(address, problem);
    asked.reject(problem);
  }

  function isError(value) {
    return typeof value === "string" && value.startsWith(ERROR_MARK);
  }

  // A real #VALUE! that shows the message when the cell is pointed at.
  function failure(message) {
    const named = message.replace("=COST_FIND", `=${COMPUTE_COST.namespace}.COST_FIND`); // as it is typed here
    return new CustomFunctions.Error(CustomFunctions.ErrorCode.invalidValue, named);
  }

  // The pane's own, so that one worker answers both; it starts before the first cell asks.
  const engine = COMPUTE_COST.worker ? import("./engine.js") : null;
  engine?.then(({ prepare }) => prepare()).catch(() => {}); // whoever asks is told

  async function askWorker(path, body) {
    try {
      return await (await engine).ask(path, body);
    } catch (problem) {
      throw failure(problem.message);
    }
  }

  // One request, never repeated: a server that is down or slow ends in a message, not in a storm or a hang.
  async function askServer(path, body) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), COMPUTE_COST.seconds * 1000);
    try {
      const headers = { "Content-Type": "application/json" };
      if (token) headers.Authorization = `Bearer ${token}`;
      const answer = await fetch(location.origin + path, { method: "POST", headers, body, signal: stop.signal, cache: "no-store" });
      const found = await answer.json();
      if (!answer.ok) throw failure(found.error || `the server answered with ${answer.status}`);
      return found;
    } catch (problem) {
      if (problem instanceof CustomFunctions.Error) throw problem;
      if (stop.signal.aborted) throw failure(`no answer from ${location.origin} within ${COMPUTE_COST.seconds} seconds; recalculate fewer cells at a time`);
      throw failure(`no answer from ${location.origin}; start it with: compute-cost sheets serve, then recalculate with Ctrl+Alt+F9`);
    } finally {
      clearTimeout(clock);
    }
  }

  globalThis.computeCostCall = (address) => lastCalls.get(address); // for the pane, which is the same page

  if (typeof CustomFunctions === "object" || typeof CustomFunctions === "function") {
    for (const name of Object.keys(COMPUTE_COST.functions)) CustomFunctions.associate(name, (...given) => call(name, given));
  }
})();

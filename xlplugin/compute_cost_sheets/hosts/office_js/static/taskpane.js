// The task pane: choose an estimate, type its inputs, see the answer with its range, steps and sources, put the formula
// into a cell. Whatever the server sends is shown as text, never as HTML.
"use strict";

(function () {
  const SHOWN_FIELDS = 4;
  const find = (id) => document.getElementById(id);
  const token = new URLSearchParams(location.search).get("token");
  let estimates = [];
  let asked = 0; // the newest question; answers to older ones are dropped
  let answer = null;
  let inExcel = false;
  let replace = ""; // the cell that the user was told is not empty

  function element(name, text, attributes = {}) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  async function ask(path, body) {
    const options = { headers: {}, signal: AbortSignal.timeout(30000), cache: "no-store" };
    if (token) options.headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(body);
    }
    let reply, found;
    try {
      reply = await fetch(path, options);
      found = await reply.json();
    } catch {
      throw new Error(`no answer from ${location.origin}; start it with: compute-cost sheets serve`);
    }
    if (!reply.ok) throw new Error(found.error || `the server answered with ${reply.status}`);
    return found;
  }

  function show(problem) {
    find("problem").textContent = problem;
    find("problem").hidden = !problem;
  }

  // The form

  const chosen = () => estimates.find((one) => one.name === find("estimate").value);

  function choose(keep) {
    const estimate = chosen();
    find("summary").textContent = estimate.summary;
    const first = estimate.fields.filter((field, index) => field.required || index < SHOWN_FIELDS);
    const rest = estimate.fields.filter((field) => !first.includes(field));
    find("fields").replaceChildren(...first.map((field) => fieldOf(field, keep[field.name])));
    find("more-fields").replaceChildren(...rest.map((field) => fieldOf(field, keep[field.name])));
    find("more").hidden = !rest.length;
    find("more").querySelector("summary").textContent = `More inputs (${rest.length})`;
    outdate();
    show("");
  }

  function fieldOf(field, value) {
    const label = element("label", undefined, { class: "field" });
    const name = element("span", field.title, { class: "name" });
    if (!field.required) name.append(element("em", " (optional)"));
    const id = `field-${field.name}`;
    let input;
    if (field.choices.length) {
      input = element("select", undefined, { id, name: field.name });
      input.append(element("option", field.required ? "choose" : "default", { value: "" }));
      for (const one of field.choices) input.append(element("option", one, { value: one }));
    } else {
      input = element("input", undefined, { id, name: field.name, type: "text", placeholder: field.example && `such as ${field.example}` });
      input.setAttribute("spellcheck", "false");
      if (field.search) suggest(input, field.search, label);
    }
    if (value) input.value = value;
    label.prepend(name, input);
    label.append(element("span", field.help, { class: "help" }));
    // The help stays until another field is entered: if it went on leaving, the button would move away under the pointer.
    input.addEventListener("focus", () => {
      for (const one of find("form").querySelectorAll(".current")) one.classList.remove("current");
      label.classList.add("current");
    });
    return label;
  }

  // Names of the catalogue as they are typed; anything may be typed, and an unknown name is answered with suggestions.
  function suggest(input, kind, label) {
    const list = element("datalist", undefined, { id: `names-${input.id}` });
    input.setAttribute("list", list.id);
    label.append(list);
    let timer = null;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const text = input.value;
        try {
          const names = await ask(`/find?kind=${encodeURIComponent(kind)}&text=${encodeURIComponent(text.slice(0, 200))}`);
          if (input.value === text) list.replaceChildren(...names.map((one) => element("option", one.what, { value: one.name })));
        } catch {
          list.replaceChildren(); // the estimate itself says what is wrong
        }
      }, 120);
    });
  }

  function typed() {
    const given = {};
    for (const input of find("form").querySelectorAll("[name]")) if (input.value.trim()) given[input.name] = input.value.trim();
    return given;
  }

  // The answer

  // An old number must not stand next to new inputs.
  function outdate() {
    asked += 1;
    answer = null;
    find("result").hidden = true;
  }

  async function run(event) {
    event.preventDefault();
    const question = ++asked;
    show("");
    find("run").disabled = true;
    try {
      const found = await ask("/estimate", { name: chosen().name, arguments: typed() });
      if (question === asked) present(found);
    } catch (problem) {
      if (question !== asked) return;
      outdate();
      show(problem.message);
    } finally {
      find("run").disabled = false;
    }
  }

  function present(found) {
    answer = found;
    replace = "";
    find("value").textContent = found.shown;
    find("range").textContent = found.range ? `80% range: ${found.range}` : "";
    find("range-chart").replaceChildren(...[charts.range(found)].filter(Boolean));
    find("formula").textContent = found.formula;
    find("inserted").textContent = "";
    find("warnings").replaceChildren(...found.warnings.map((text) => element("li", text)));
    find("answer-table").replaceChildren(...tableOf(found.table));
    const money = charts.waterfall(found);
    find("money").replaceChildren(...(money ? [element("h2", "In money"), money] : []));
    const row = (step) => [step.published ? step.label.replace("Published: ", "") : step.label, step.formula, step.shown];
    const published = found.steps.filter((step) => step.published);
    find("steps").replaceChildren(rowsOf(found.steps.filter((step) => !step.published).map(row)));
    find("published").replaceChildren(rowsOf(published.map(row)));
    find("published").parentElement.hidden = !published.length;
    find("inputs").replaceChildren(rowsOf(found.inputs.map((input) => [input.name.replaceAll("_", " "), input.origin, input.shown])));
    find("sources").replaceChildren(...found.sources.map(sourceOf));
    find("result").hidden = false;
  }

  function rowsOf(rows) {
    const table = element("table");
    for (const [what, how, value] of rows) {
      const row = table.insertRow();
      const first = row.insertCell();
      first.append(what, element("small", how));
      row.append(element("td", value, { class: "number" }));
    }
    return table;
  }

  function tableOf(rows) {
    if (!rows || !rows.length) return [];
    const scroll = element("div", undefined, { class: "scroll" });
    const table = element("table");
    rows.forEach((cells, index) => {
      const row = table.insertRow();
      const plain = (cell) => (typeof cell === "number" ? cell.toLocaleString("en-US", { maximumSignificantDigits: 4 }) : String(cell ?? ""));
      for (const cell of cells) row.append(element(index ? "td" : "th", plain(cell)));
    });
    scroll.append(table);
    return [scroll];
  }

  function sourceOf(source) {
    const item = element("li");
    if (/^https?:\/\//.test(source.url)) item.append(element("a", source.title, { href: source.url, target: "_blank", rel: "noopener noreferrer" }));
    else item.append(source.title);
    item.append(` ${[source.publisher, source.date].filter(Boolean).join(", ")}`);
    return item;
  }

  // Excel

  async function insert() {
    if (!answer) return;
    if (!inExcel) {
      const copied = navigator.clipboard.writeText(answer.formula);
      find("inserted").textContent = await copied.then(() => "Copied.", () => "Copying is not allowed here; select the formula.");
      return;
    }
    try {
      await Excel.run(async (context) => {
        const cell = context.workbook.getActiveCell();
        cell.load(["address", "formulas"]);
        await context.sync();
        if (cell.formulas[0][0] !== "" && replace !== cell.address) {
          replace = cell.address; // nothing is lost without being asked for
          find("inserted").textContent = `${cell.address} is not empty; press again to replace what it holds.`;
          return;
        }
        replace = "";
        cell.formulas = [[answer.formula]];
        await context.sync();
        find("inserted").textContent = `Put into ${cell.address}.`;
      });
    } catch (problem) {
      find("inserted").textContent = `Excel did not take the formula: ${problem.message}`;
    }
  }

  // The words of the mistake in the selected cell, which Excel itself shows only where the cell is pointed at.
  async function why() {
    try {
      await Excel.run(async (context) => {
        const cell = context.workbook.getActiveCell();
        cell.load(["address"]);
        await context.sync();
        find("words").textContent = `${cell.address}: ${computeCostWords(cell.address)}`;
      });
    } catch (problem) {
      find("words").textContent = `Excel did not say which cell it is: ${problem.message}`;
    }
  }

  function connect() {
    const alone = "Open this page in Excel to put formulas into cells; here they can be copied.";
    const copies = () => {
      find("insert").textContent = "Copy the formula";
      find("host").textContent = alone;
    };
    if (typeof Office !== "object" || !Office.onReady) {
      copies();
      return;
    }
    copies(); // until Excel answers, which it never does in a plain browser
    Office.onReady((info) => {
      inExcel = Boolean(info && info.host === "Excel");
      if (!inExcel) return;
      find("insert").textContent = "Insert into the cell";
      find("host").textContent = "";
      find("why").hidden = false;
    });
  }

  async function start() {
    find("form").addEventListener("submit", run);
    find("form").addEventListener("input", outdate);
    find("estimate").addEventListener("change", () => choose(typed()));
    find("insert").addEventListener("click", insert);
    find("why").addEventListener("click", why);
    find("insert").textContent = "Copy the formula";
    try {
      estimates = await ask("/estimates.json");
    } catch (problem) {
      show(problem.message);
      return;
    }
    find("estimate").replaceChildren(...estimates.map((one) => element("option", one.title, { value: one.name })));
    find("estimate").value = "train_cost";
    choose({});
  }

  if (document.readyState === "complete") connect();
  else window.addEventListener("load", connect);
  start();
})();

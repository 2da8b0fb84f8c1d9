// <compute-cost-calculator>: pick or type a question, fill in its inputs, see the answer and take it along. It needs the files of its
// folder and nothing else. Attributes: `linked` keeps the question in the address of the page; `wait` loads Python when the reader first
// touches it, until then the first answer stands there; `estimate` begins with another question.
import { side } from "./charts.js";
import { AnswerView } from "./answer.js";
import { Chooser } from "./chooser.js";
import { button, element, part, tableOf } from "./dom.js";
import * as engine from "./engine.js";
import { Fields } from "./fields.js";

const PAUSE = 150; // milliseconds after the last letter
const MOST_COMPARED = 12;
const FILES = [["office_js", "Excel with the Office add-in"], ["classic", "Excel with xlwings"], ["libreoffice", "LibreOffice"]];
const folder = (name) => new URL(name, import.meta.url).href;

export class Calculator extends HTMLElement {
  asked = 0; // the newest question; answers to older ones are dropped
  built = new Promise((resolve) => {
    this.whenBuilt = resolve; // for a page that adds to the calculator
  });

  async connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.append(element("link", undefined, { rel: "stylesheet", href: folder("calculator.css") }));
    this.status = element("p", "", { class: "quiet", id: "status", role: "status" });
    this.problem = element("p", "", { class: "problem", id: "problem", role: "alert", hidden: true });
    const page = element("div", undefined, { class: "page" });
    root.append(page);
    try {
      const told = await (await fetch(folder(`forms.json?${engine.version}`))).json();
      this.build(page, told);
      this.begin(told.first);
      this.whenBuilt();
    } catch (problem) {
      page.replaceChildren(this.problem);
      this.fail(`the calculator's files can't be loaded: ${problem.message}`);
    }
  }

  build(page, { estimates }) {
    this.forms = estimates;
    this.chooser = new Chooser(estimates, (form, typed) => this.picked(form, typed));
    this.fields = new Fields(() => this.soon());
    this.view = new AnswerView((name, title) => this.fields.enter(name, title));
    const asking = element("form", undefined, { id: "form", autocomplete: "off", class: "asking" });
    asking.addEventListener("submit", (event) => event.preventDefault());
    asking.append(this.chooser.element, this.fields.element);
    this.result = element("section", undefined, { id: "result", "aria-label": "Answer", hidden: true });
    this.said = element("p", "", { class: "hidden", role: "status", id: "said" });
    this.result.append(this.view.head, this.take(), this.compare(), this.view.behind);
    const answering = element("div", undefined, { class: "answering" });
    answering.append(this.status, this.problem, this.said, this.result);
    page.append(asking, answering);
  }

  // The first question: that of the address, that of the attribute, or the one whose answer came along.
  begin(first) {
    const linked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    const form = this.form(linked.estimate) || this.form(this.getAttribute("estimate"));
    if (form) {
      const { estimate, ...given } = linked;
      this.choose(form, form.name === estimate ? given : form.start);
    } else {
      this.choose(this.form(first.answer.name), first.arguments, first.answer);
    }
    if (form || !this.hasAttribute("wait")) this.prepare();
    else for (const touch of ["focusin", "pointerdown"]) this.shadowRoot.addEventListener(touch, () => this.prepare(), { once: true });
  }

  prepare() {
    this.preparing ??= (async () => {
      this.status.textContent = "Loading the calculator; once it is loaded, nothing leaves this page.";
      try {
        await engine.prepare();
        this.status.textContent = "";
      } catch (problem) {
        this.status.textContent = "";
        this.fail(problem.message);
      }
    })();
  }

  form(name) {
    return this.forms.find((form) => form.name === name);
  }

  // A question that was picked, with the model and the chip that the words name by which it was searched for.
  async picked(form, typed) {
    this.choose(form);
    const named = typed ? await engine.ask(`/named?text=${encodeURIComponent(typed)}`).catch(() => ({})) : {};
    if (form !== this.chooser.form) return;
    const given = form.fields.filter((field) => named[field.search]).map((field) => [field.name, named[field.search]]);
    if (given.length) this.choose(form, { ...this.fields.typed(), ...Object.fromEntries(given) });
  }

  // Another question; what was typed stays where it takes it too. `answer` is known already.
  choose(form, given, answer) {
    const names = new Set(form.fields.map((field) => field.name));
    const kept = Object.entries(this.chooser.form ? this.fields.typed() : {}).filter(([name]) => names.has(name));
    this.chooser.show(form);
    this.fields.show(form, given || { ...form.start, ...Object.fromEntries(kept) });
    this.varied.replaceChildren(...form.fields.map((field) => element("option", field.title, { value: field.name })));
    this.compared.replaceChildren();
    this.values.value = "";
    if (answer) this.present(answer);
    else this.soon(0);
  }

  // Show the question of another's making, such as that of a cell; false where it is none of the calculator's.
  open(name, given) {
    const form = this.form(name);
    if (form) this.choose(form, given);
    return Boolean(form);
  }

  // The spreadsheet around the page, from whose cells the fields then take arguments.
  useSheet(sheet) {
    this.fields.sheet = sheet;
    this.fields.show(this.chooser.form, this.fields.typed());
  }

  question(more) {
    return { name: this.chooser.form.name, arguments: this.fields.typed(), places: this.fields.places, ...more };
  }

  soon(pause = PAUSE) {
    this.asked += 1;
    this.result.classList.add("stale"); // an old number must not look like the answer to new inputs
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), pause);
  }

  async run() {
    const number = ++this.asked;
    this.prepare();
    try {
      const answer = await engine.ask("/estimate", this.question());
      if (number === this.asked) this.present(answer);
    } catch (problem) {
      if (number === this.asked) this.fail(problem.message);
    }
  }

  fail(words) {
    this.answer = null;
    this.problem.textContent = words;
    this.problem.hidden = false;
    if (this.result) this.result.hidden = true;
  }

  present(answer) {
    this.answer = answer;
    this.problem.hidden = true;
    this.view.show(answer);
    this.said.textContent = `${answer.title}: ${answer.shown}${answer.range ? `, 80% range ${answer.range}` : ""}`;
    this.calls.replaceChildren(...[...answer.calls, { for: "A link to this answer", text: this.link() }].map((one) => element("option", one.for, { value: one.text })));
    this.calls.selectedIndex = Math.min(this.taken, this.calls.length - 1);
    this.showCall();
    this.note.textContent = "";
    this.result.classList.remove("stale");
    this.result.hidden = false;
    if (this.hasAttribute("linked")) history.replaceState(null, "", this.link());
    this.dispatchEvent(new CustomEvent("answer", { detail: answer }));
  }

  link() {
    const state = new URLSearchParams({ estimate: this.chooser.form.name, ...this.fields.typed() });
    return `${location.href.split("#")[0]}#${state}`;
  }

  // Taking it along

  taken = 0; // which of the calls is shown

  take() {
    this.calls = element("select", undefined, { id: "calls", "aria-label": "Who is asked" });
    this.calls.addEventListener("change", () => {
      this.taken = this.calls.selectedIndex;
      this.showCall();
    });
    this.code = element("code", "", { id: "formula", tabindex: "0", "aria-label": "The call" });
    this.note = element("p", "", { id: "note", class: "quiet", role: "status" });
    this.file = element("select", undefined, { id: "file", "aria-label": "Which spreadsheet opens the file" });
    for (const [value, text] of FILES) this.file.append(element("option", text, { value }));
    this.buttons = element("div", undefined, { class: "buttons", id: "buttons" });
    this.buttons.append(button("Copy", () => this.copy(), { id: "copy" }));
    const download = element("div", undefined, { class: "buttons" });
    download.append(button("Download .xlsx", () => this.download(), { id: "download" }), element("span", "for ", { class: "quiet" }), this.file);
    const box = element("div", undefined, { class: "taking" });
    box.append(this.calls, this.code, this.buttons, download, this.note);
    return box;
  }

  showCall() {
    this.code.textContent = this.calls.value;
  }

  async copy() {
    const copied = navigator.clipboard ? navigator.clipboard.writeText(this.code.textContent) : Promise.reject();
    this.note.textContent = await copied.then(() => "Copied.", () => "Copying is not allowed here; select the text.");
  }

  async download() {
    try {
      const content = await engine.bytes("/book", this.question({ host: this.file.value }));
      const address = URL.createObjectURL(new Blob([content], { type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }));
      element("a", undefined, { href: address, download: `${this.chooser.form.name}.xlsx` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      this.note.textContent = "Downloaded.";
    } catch (problem) {
      this.note.textContent = problem.message;
    }
  }

  // The same question with other values of one input

  compare() {
    this.varied = element("select", undefined, { id: "varied" });
    this.values = element("input", undefined, { id: "values", type: "text", autocomplete: "off", spellcheck: "false", placeholder: "such as A100; H100; B200" });
    this.compared = element("div", undefined, { id: "compared" });
    const row = element("div", undefined, { class: "fields" });
    const named = (text, input) => {
      const box = element("div", undefined, { class: "field" });
      box.append(element("label", text, { class: "name", for: input.id }), input);
      return box;
    };
    row.append(named("Input", this.varied), named("Values, with ; between them", this.values));
    this.scenarioButtons = element("div", undefined, { class: "buttons" });
    this.scenarioButtons.append(button("Compare", () => this.runCompare(), { id: "compare" }));
    this.values.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.runCompare();
    });
    return part("Compare scenarios", false, row, this.scenarioButtons, this.compared);
  }

  scenarios() {
    return this.values.value.split(";").map((text) => text.trim()).filter(Boolean);
  }

  async runCompare() {
    const { form } = this.chooser;
    const wanted = this.scenarios();
    if (!wanted.length) {
      this.compared.replaceChildren(element("p", "Type at least one value.", { class: "quiet" }));
      return;
    }
    this.compared.replaceChildren(element("p", "Calculating …", { class: "quiet" }));
    const rows = [];
    const head = this.varied.selectedOptions[0].textContent;
    const shown = [[head, form.title, "80% range"]];
    for (const label of wanted.slice(0, MOST_COMPARED)) {
      const question = this.question();
      question.arguments = { ...question.arguments, [this.varied.value]: label };
      try {
        const answer = await engine.ask("/estimate", question);
        rows.push({ label, answer });
        shown.push([label, answer.shown, answer.range]);
      } catch (problem) {
        shown.push([label, problem.message, ""]);
      }
      if (form !== this.chooser.form) return; // another question has been picked meanwhile
    }
    const left = wanted.length > MOST_COMPARED ? [element("p", `The first ${MOST_COMPARED} of ${wanted.length} values.`, { class: "quiet" })] : [];
    this.compared.replaceChildren(...[side(rows)].filter(Boolean), tableOf(shown, "Scenarios"), ...left);
  }
}

customElements.define("compute-cost-calculator", Calculator);

// Shows an answer: the number with its range, what moves it, the steps, the inputs, the sources.
import * as charts from "./charts.js";
import { button, element, part, rowsOf, tableOf } from "./dom.js";

export class AnswerView {
  // `change` is called with the name and the title of an input that the reader wants to give.
  constructor(change) {
    this.change = change;
    this.value = element("p", "", { id: "value" });
    this.range = element("p", "", { id: "range", class: "quiet" });
    this.bar = element("div", undefined, { id: "range-chart" });
    this.warnings = element("ul", undefined, { id: "warnings", "aria-label": "Warnings" });
    this.table = element("div", undefined, { id: "answer-table" });
    this.head = element("div");
    this.head.append(this.value, this.range, this.bar, this.warnings, this.table);
    const names = { money: "In money", moves: "What moves it", steps: "Steps", inputs: "Inputs used", published: "Published figures to compare with", sources: "Sources" };
    this.parts = {};
    this.behind = element("div");
    for (const [name, title] of Object.entries(names)) {
      const content = element(name === "sources" ? "ul" : "div", undefined, { id: name });
      this.parts[name] = { box: part(title, ["moves", "steps"].includes(name), content), content };
      this.behind.append(this.parts[name].box);
    }
  }

  show(answer) {
    this.value.textContent = answer.shown;
    this.range.textContent = answer.range ? `80% range: ${answer.range}` : "";
    this.bar.replaceChildren(...[charts.range(answer)].filter(Boolean));
    this.warnings.replaceChildren(...answer.warnings.map((text) => element("li", text)));
    this.table.replaceChildren(...(answer.table?.length ? [tableOf(answer.table, "Table of the answer")] : []));
    const published = answer.steps.filter((step) => step.published);
    const row = (step) => [step.label.replace("Published: ", ""), step.formula, step.shown];
    this.fill("money", [charts.waterfall(answer)]);
    this.fill("moves", [charts.tornado(answer)]);
    this.fill("steps", [rowsOf(answer.steps.filter((step) => !step.published).map(row))]);
    this.fill("published", published.length ? [rowsOf(published.map(row))] : []);
    this.fill("inputs", answer.inputs.length ? [rowsOf(answer.inputs.map((input) => this.input(input)))] : []);
    this.fill("sources", answer.sources.map(source));
  }

  fill(name, content) {
    const shown = content.filter(Boolean);
    this.parts[name].content.replaceChildren(...shown);
    this.parts[name].box.hidden = !shown.length;
  }

  input(input) {
    const { name, title, origin, shown, value } = input;
    if (["given", "name"].includes(origin) || typeof value !== "number") return [title, origin, shown];
    const press = button("Change", () => this.change(name, title), { class: "small", "aria-label": `Change ${title}` });
    return [title, origin, shown, " ", press];
  }
}

function source(cited) {
  const item = element("li");
  if (/^https?:\/\//.test(cited.url)) item.append(element("a", cited.title, { href: cited.url, target: "_blank", rel: "noopener noreferrer" }));
  else item.append(cited.title);
  item.append(` ${[cited.publisher, cited.date].filter(Boolean).join(", ")}`);
  return item;
}

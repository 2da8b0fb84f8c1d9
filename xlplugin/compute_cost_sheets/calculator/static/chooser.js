// Picks a question from the list of estimates, or by typing it in one's own words: a combobox with a list under it.
import { element } from "./dom.js";
import { ask } from "./engine.js";

const PAUSE = 120; // milliseconds after the last letter
const PLAIN = new Set("a an and are can cost do does for how i in is it many me much my of on or the to what will with would".split(" "));

export class Chooser {
  // `chosen` is called with the form that was picked and the words by which it was searched for.
  constructor(forms, chosen) {
    this.forms = forms;
    this.chosen = chosen;
    this.input = element("input", undefined, {
      id: "question", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": "questions", "aria-autocomplete": "list", "aria-describedby": "summary",
    });
    this.list = element("div", undefined, { id: "questions", role: "listbox", "aria-label": "Questions", hidden: true });
    this.element = element("div", undefined, { class: "chooser" });
    const label = element("label", "Question", { class: "name", for: "question" });
    this.summary = element("p", "", { id: "summary", class: "quiet" });
    this.element.append(label, this.input, this.list, this.summary);
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open(this.forms));
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerdown", () => { this.sought = ""; }); // what is pressed stays where it is until it is let go
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.close();
    });
  }

  show(form) {
    this.form = form;
    this.typed = "";
    this.input.value = form.title;
    this.summary.textContent = form.summary;
    this.close(false);
  }

  // What holds all the words at once; what core finds by everyday words replaces it when it comes.
  search() {
    const text = this.input.value.trim();
    this.typed = text;
    const words = text.toLowerCase().split(/[^a-z\d]+/).filter((word) => word && !PLAIN.has(word));
    const holds = (form) => words.every((word) => `${form.title} ${form.name} ${form.summary} ${form.topic}`.toLowerCase().includes(word));
    this.open(this.forms.filter(holds));
    clearTimeout(this.timer);
    this.sought = text;
    if (!text) return;
    this.timer = setTimeout(async () => {
      const found = await ask(`/find?kind=estimate&text=${encodeURIComponent(text.slice(0, 200))}`).catch(() => []);
      if (this.list.hidden || this.sought !== text) return;
      const ranked = found.map((one) => this.forms.find((form) => form.name === one.name)).filter(Boolean);
      if (ranked.length) this.open(ranked);
    }, PAUSE);
  }

  open(forms) {
    this.offered = forms;
    this.current = -1;
    const groups = new Map();
    for (const form of forms) groups.set(form.topic, [...(groups.get(form.topic) || []), form]);
    this.offered = [...groups.values()].flat();
    this.list.replaceChildren(
      ...Array.from(groups, ([topic, members]) => {
        const group = element("div", undefined, { role: "group", "aria-label": topic });
        group.append(element("div", topic, { class: "topic", "aria-hidden": "true" }), ...members.map((form) => this.option(form)));
        return group;
      }),
    );
    if (!forms.length) this.list.append(element("div", "No question of that kind; press Escape for the one before.", { class: "quiet none", role: "option", "aria-disabled": "true" }));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.removeAttribute("aria-activedescendant");
  }

  option(form) {
    const option = element("div", undefined, { role: "option", id: `question-${form.name}`, "aria-selected": "false" });
    option.append(element("b", form.title), element("small", form.summary));
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    option.addEventListener("click", () => this.pick(form));
    return option;
  }

  // Without a pick the question is the one that stands in the form.
  close(back = true) {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.typed = "";
    if (!back || !this.form || this.input.value === this.form.title) return;
    this.input.value = this.form.title;
    this.input.select(); // the next letter begins another question
  }

  pick(form) {
    const { typed } = this;
    this.show(form);
    this.chosen(form, typed);
  }

  key(event) {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.open(this.forms);
      const count = this.offered.length;
      if (count) this.mark((this.current + (key === "ArrowDown" ? 1 : this.current < 0 ? 0 : -1) + count) % count);
    } else if (key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const form = this.offered[Math.max(this.current, 0)];
      if (form) this.pick(form);
    } else if (key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  mark(place) {
    this.current = place;
    for (const one of this.list.querySelectorAll('[aria-selected="true"]')) one.setAttribute("aria-selected", "false");
    const option = this.list.querySelector(`#question-${this.offered[place].name}`);
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }
}

// Makes elements. Whatever comes from elsewhere is shown as text, never as HTML.
export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  return made;
}

export function button(text, press, attributes = {}) {
  const made = element("button", text, { type: "button", ...attributes });
  made.addEventListener("click", press);
  return made;
}

// A part that opens and closes; `id` lets the next answer leave it as the reader had it.
export function part(title, open, ...content) {
  const made = element("details", undefined, { open });
  made.append(element("summary", title), ...content);
  return made;
}

// Rows of what, how and the value at the right.
export function rowsOf(rows) {
  const table = element("table");
  for (const [what, how, value, ...more] of rows) {
    const row = table.insertRow();
    const first = row.insertCell();
    first.append(what, element("small", how));
    const last = element("td", value, { class: "number" });
    last.append(...more);
    row.append(last);
  }
  return table;
}

// A table whose first row is its head, in a box that scrolls sideways, also by the keyboard.
export function tableOf(rows, label) {
  const table = element("table");
  const plain = (cell) => (typeof cell === "number" ? cell.toLocaleString("en-US", { maximumSignificantDigits: 4 }) : String(cell ?? ""));
  rows.forEach((cells, index) => {
    const row = table.insertRow();
    for (const cell of cells) row.append(element(index ? "td" : "th", plain(cell), index ? { class: typeof cell === "number" ? "number" : undefined } : { scope: "col" }));
  });
  const box = element("div", undefined, { class: "scroll", tabindex: "0", role: "region", "aria-label": label });
  box.append(table);
  return box;
}

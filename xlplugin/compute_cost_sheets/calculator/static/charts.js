// Draws an answer as SVG: its range as a bar, its sums of money as a waterfall, what moves it as a tornado. Numbers come formatted;
// colors are classes of calculator.css, so that they follow the theme.

const WIDTH = 320;
const ROW = 36; // a line of text and a bar under it

function shape(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

function drawing(height, title) {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title });
  svg.append(shape("title", {}, title));
  return svg;
}

// Two texts on one line, the first cut off where they would meet.
function line(svg, y, left, right) {
  const room = 50 - right.length;
  svg.append(shape("text", { x: 2, y }, left.length > room ? `${left.slice(0, room - 1)}…` : left));
  svg.append(shape("text", { x: WIDTH - 2, y, "text-anchor": "end" }, right));
}

// The 80% range on a line from zero, the value marked on it; nothing where there is no range.
export function range(answer) {
  const numbers = [answer.low, answer.value, answer.high];
  if (numbers.some((one) => typeof one !== "number") || answer.low === answer.high || answer.low < 0) return null;
  const svg = drawing(46, `${answer.shown}, 80% range ${answer.range}`);
  const at = (number) => 4 + ((WIDTH - 8) * number) / (answer.high * 1.12);
  svg.append(shape("rect", { x: 4, y: 20, width: WIDTH - 8, height: 2, class: "axis" }));
  svg.append(shape("rect", { x: at(answer.low), y: 14, width: at(answer.high) - at(answer.low), height: 14, rx: 3, class: "spread" }));
  svg.append(shape("rect", { x: at(answer.value) - 1.5, y: 9, width: 3, height: 24, class: "mark" }));
  svg.append(shape("text", { x: 4, y: 44, class: "soft" }, "0"));
  const middle = (at(answer.low) + at(answer.high)) / 2;
  if (at(answer.high) - at(answer.low) < 160) {
    svg.append(shape("text", { x: Math.min(middle, WIDTH - 70), y: 44, "text-anchor": "middle" }, `${answer.shown_low} to ${answer.shown_high}`));
  } else {
    svg.append(shape("text", { x: at(answer.low), y: 44, "text-anchor": at(answer.low) < 40 ? "start" : "middle" }, answer.shown_low));
    svg.append(shape("text", { x: WIDTH - 4, y: 44, "text-anchor": "end" }, answer.shown_high));
  }
  return svg;
}

// Sums of money, each bar starting where the one before ended; a step that equals what has been added up is a total.
// Where nothing adds up to a total the sums stand side by side.
export function waterfall(answer) {
  const unit = answer.unit.startsWith("USD") ? answer.unit : "USD";
  const money = answer.steps.filter((step) => step.unit === unit && !step.published && typeof step.value === "number");
  if (money.length < 2) return null;
  const bars = [];
  let sum = 0;
  let lastTotal = 0;
  for (const step of money) {
    const count = bars.length;
    const total = count - lastTotal > 1 && Math.abs(step.value - sum) <= 1e-6 * Math.abs(sum);
    if (total) lastTotal = count;
    bars.push({ step, total: total || count === 0, from: total ? 0 : sum, to: total ? step.value : sum + step.value });
    sum = bars[count].to;
  }
  if (!lastTotal) for (const bar of bars) Object.assign(bar, { total: true, from: 0, to: bar.step.value });
  const at = scale(bars.flatMap((bar) => [bar.from, bar.to, 0]));
  const svg = drawing(bars.length * ROW, money.map((step) => `${step.label}: ${step.shown}`).join("; "));
  bars.forEach((bar, index) => {
    line(svg, index * ROW + 12, bar.step.label, bar.step.shown);
    svg.append(block(at, bar.from, bar.to, index * ROW + 18, bar.total ? "mark" : "part"));
  });
  return svg;
}

// What each uncertain input does to the value at both ends of its range, the largest first.
export function tornado(answer) {
  if (!answer.swings.length || typeof answer.value !== "number") return null;
  const at = scale(answer.swings.flatMap((swing) => swing.ends).concat(answer.value));
  const svg = drawing(answer.swings.length * ROW, answer.swings.map((swing) => `${swing.title}: ${swing.shown.join(" to ")}`).join("; "));
  answer.swings.forEach((swing, index) => {
    line(svg, index * ROW + 12, swing.title, swing.shown.join(" to "));
    svg.append(block(at, ...swing.ends, index * ROW + 18, "part"));
    svg.append(shape("rect", { x: at(answer.value) - 1, y: index * ROW + 16, width: 2, height: 15, class: "mark" }));
  });
  return svg;
}

// Answers side by side, each with its range over its bar.
export function side(rows) {
  const numbers = rows.filter((row) => typeof row.answer.value === "number");
  if (numbers.length < 2) return null;
  const at = scale(numbers.flatMap(({ answer }) => [0, answer.value, answer.low, answer.high]));
  const svg = drawing(numbers.length * ROW, numbers.map((row) => `${row.label}: ${row.answer.shown}`).join("; "));
  numbers.forEach(({ label, answer }, index) => {
    const y = index * ROW + 18;
    line(svg, y - 6, label, answer.shown);
    svg.append(block(at, 0, answer.value, y, "spread"));
    if (answer.low !== answer.high) svg.append(shape("rect", { x: at(answer.low), y: y + 4.5, width: Math.max(at(answer.high) - at(answer.low), 1), height: 2, class: "mark" }));
  });
  return svg;
}

function scale(numbers) {
  const low = Math.min(...numbers);
  const high = Math.max(...numbers, low + 1e-9);
  return (number) => 2 + ((WIDTH - 4) * (number - low)) / (high - low);
}

function block(at, from, to, y, name) {
  return shape("rect", { x: Math.min(at(from), at(to)), y, width: Math.max(Math.abs(at(to) - at(from)), 1.5), height: 11, rx: 2, class: name });
}

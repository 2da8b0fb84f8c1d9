// Draws an answer as SVG: its range as a bar, its sums of money as a waterfall. Numbers come formatted from the server.
"use strict";

const charts = (function () {
  const WIDTH = 296;

  function shape(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function drawing(height, title) {
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img" });
    svg.append(shape("title", {}, title));
    return svg;
  }

  // The 80% range on a line from zero, the value marked on it; nothing where there is no range.
  function range(answer) {
    const numbers = [answer.low, answer.value, answer.high];
    if (numbers.some((one) => typeof one !== "number") || answer.low === answer.high || answer.low < 0) return null;
    const svg = drawing(46, `${answer.shown}, 80% range ${answer.range}`);
    const at = (number) => 4 + ((WIDTH - 8) * number) / (answer.high * 1.12);
    svg.append(shape("rect", { x: 4, y: 20, width: WIDTH - 8, height: 2, fill: "#d7dfdb" }));
    svg.append(shape("rect", { x: at(answer.low), y: 14, width: at(answer.high) - at(answer.low), height: 14, rx: 3, fill: "#9fd0bb" }));
    svg.append(shape("rect", { x: at(answer.value) - 1.5, y: 9, width: 3, height: 24, fill: "#1f5f4a" }));
    svg.append(shape("text", { x: 4, y: 44, class: "soft" }, "0"));
    const middle = (at(answer.low) + at(answer.high)) / 2;
    const close = at(answer.high) - at(answer.low) < 150;
    if (close) svg.append(shape("text", { x: Math.min(middle, WIDTH - 70), y: 44, "text-anchor": "middle" }, `${answer.shown_low} to ${answer.shown_high}`));
    else {
      svg.append(shape("text", { x: at(answer.low), y: 44, "text-anchor": at(answer.low) < 40 ? "start" : "middle" }, answer.shown_low));
      svg.append(shape("text", { x: WIDTH - 4, y: 44, "text-anchor": "end" }, answer.shown_high));
    }
    return svg;
  }

  // Sums of money, each bar starting where the one before ended; a step that equals what has been added up is a total.
  // Where nothing adds up to a total the sums stand side by side.
  function waterfall(answer) {
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
    const low = Math.min(0, ...bars.map((bar) => Math.min(bar.from, bar.to)));
    const high = Math.max(...bars.map((bar) => Math.max(bar.from, bar.to)), low + 1e-9);
    const at = (number) => 2 + ((WIDTH - 4) * (number - low)) / (high - low);
    const svg = drawing(bars.length * 34 + 4, money.map((step) => `${step.label}: ${step.shown}`).join("; "));
    bars.forEach((bar, index) => {
      const y = index * 34;
      const room = 48 - bar.step.shown.length; // characters of a line, less those of the sum
      const label = bar.step.label.length > room ? `${bar.step.label.slice(0, room - 1)}…` : bar.step.label;
      svg.append(shape("text", { x: 2, y: y + 12 }, label));
      svg.append(shape("text", { x: WIDTH - 2, y: y + 12, "text-anchor": "end" }, bar.step.shown));
      const width = Math.max(Math.abs(at(bar.to) - at(bar.from)), 1.5);
      svg.append(
        shape("rect", { x: Math.min(at(bar.from), at(bar.to)), y: y + 17, width, height: 11, rx: 2, fill: bar.total ? "#1f5f4a" : "#e0a458" }),
      );
    });
    return svg;
  }

  return { range, waterfall };
})();

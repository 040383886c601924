// Fourteen small bars: hours sitting at the bottom, the rest of the worn day above.

import { byId, html, svg, text } from "./dom.js";
import { dayOfMonth, duration, longDate, weekday } from "./format.js";
import { fillClass } from "./timeline.js";

const STACK = ["sit", "lie", "stand", "walk", "move"];
const LOWEST_SCALE_S = 12 * 3600;
const WIDE = 40;
const HIGH = 104;

export function paintFortnight(view, { selected, onPick }) {
  const tallest = Math.max(...view.days.map((day) => day.summary.wear_s), LOWEST_SCALE_S);
  const focused = document.activeElement?.dataset?.date;
  byId("bars").replaceChildren(...view.days.map((day) => button(day, tallest, selected, onPick)));
  if (focused) byId("bars").querySelector(`[data-date="${focused}"]`)?.focus();
  const hours = Math.round(view.valid_day_wear_s / 3600);
  const pale = view.days.some((day) => day.has_data && !day.summary.is_valid);
  text("bars-note", "Choose a day to see its timeline."
    + (pale ? ` Pale bars: worn for less than ${hours} h.` : ""));
}

export function markSelected(selected) {
  for (const bar of byId("bars").children) bar.setAttribute("aria-pressed", String(bar.dataset.date === selected));
}

function button(day, tallest, selected, onPick) {
  const bar = html("button", {
    type: "button", class: "bar-day", "data-date": day.date,
    "aria-pressed": String(day.date === selected), "aria-label": spoken(day),
  },
    hours(day),
    stack(day, tallest),
    html("span", { class: "bar-label" }, ...weekdays(day.date), html("span", {}, dayOfMonth(day.date))));
  bar.addEventListener("click", () => onPick(day.date));
  return bar;
}

function weekdays(date) {
  const name = weekday(date);
  return [html("span", { class: "wide" }, name), html("span", { class: "narrow" }, name.slice(0, 2))];
}

function hours(day) {
  if (!day.has_data) return html("span", { class: "bar-hours" }, "–");
  const sedentary = day.summary.sedentary_s / 3600;
  const wide = html("span", { class: "wide" }, sedentary.toFixed(1));
  return html("span", { class: "bar-hours" }, wide, html("span", { class: "narrow" }, sedentary.toFixed(0)));
}

function stack(day, tallest) {
  const bar = svg("g", { class: day.summary.is_valid ? "" : "bar-short" });
  let base = HIGH - 1;
  for (const posture of STACK) {
    const height = (day.summary[`${posture}_s`] / tallest) * (HIGH - 4);
    base -= height;
    bar.append(svg("rect", { class: fillClass(posture), x: 4, y: base, width: WIDE - 8, height }));
  }
  return svg("svg", { class: "bar-stack", viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    bar, svg("line", { class: "bar-floor", x1: 0, x2: WIDE, y1: HIGH - 1, y2: HIGH - 1 }));
}

function spoken(day) {
  if (!day.has_data) return `${longDate(day.date)}: nothing recorded`;
  const { sedentary_s: sedentary, wear_s: worn, longest_streak_s: longest } = day.summary;
  return `${longDate(day.date)}: ${duration(sedentary)} sitting or lying of ${duration(worn)} worn, longest streak ${duration(longest)}`;
}

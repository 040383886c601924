// One day as a ribbon: the taller, the more upright. Pointer, touch and arrow keys tell the times.

import { byId, svg, text } from "./dom.js";
import { WORDS, clockOf, duration } from "./format.js";

const TOP = 14; // room for the lines of long streaks
const LANE = 62;
const SHARE = { sit: 0.5, lie: 0.3, stand: 0.76, walk: 1, move: 1, unknown: 0.16, not_worn: 0.16 };
const PATTERNED = new Set(["lie", "move", "unknown", "not_worn"]);
export const fillClass = (posture) => (PATTERNED.has(posture) ? `p-${posture}` : `c-${posture}`);

let day = null;
let picked = null;

export function draw(view, nowS) {
  if (day === null || day.date !== view.date) picked = null;
  day = view;
  const ribbon = byId("ribbon");
  const width = ribbon.clientWidth;
  const length = day.end_s - day.start_s;
  const x = (seconds) => ((seconds - day.start_s) / length) * width;
  const span = (one) => Math.max(x(one.end_s) - x(one.start_s), 0.5);

  const parts = [svg("rect", { class: "lane", x: 0, y: TOP, width, height: LANE, rx: 3 })];
  const isNow = nowS >= day.start_s && nowS < day.end_s;
  parts.push(...hours(x, width, isNow ? x(nowS) : null));
  for (const bout of day.bouts) {
    const height = SHARE[bout.posture] * LANE;
    parts.push(svg("rect", {
      class: fillClass(bout.posture), x: x(bout.start_s), y: TOP + LANE - height, width: span(bout), height,
    }));
  }
  for (const streak of day.streaks.filter((one) => one.duration_s >= 1800)) {
    const long = streak.duration_s >= 3600;
    parts.push(svg("line", {
      class: long ? "over over-60" : "over", x1: x(streak.start_s), x2: x(streak.end_s), y1: 6, y2: 6,
    }));
  }
  if (isNow) parts.push(...nowMark(x(nowS), width));
  ribbon.replaceChildren(...parts);
  byId("timeline").setAttribute("aria-valuemax", String(Math.max(day.bouts.length - 1, 0)));
  if (picked !== null) point(Math.min(picked, day.bouts.length - 1));
}

function hours(x, width, nowAt) {
  const every = width > 900 ? 2 : width > 520 ? 3 : 6;
  const parts = [];
  for (const hour of day.hourly) {
    const at = x(hour.start_s);
    if (Number(hour.label.slice(0, 2)) % every !== 0) continue;
    parts.push(svg("line", { class: "grid-line", x1: at, x2: at, y1: TOP, y2: TOP + LANE + 5 }));
    if (nowAt !== null && Math.abs(at - nowAt) < 34) continue; // the word "now" stands there
    const anchor = at < 16 ? "start" : at > width - 16 ? "end" : "middle";
    parts.push(svg("text", { class: "axis", x: at, y: TOP + LANE + 20, "text-anchor": anchor }, hour.label));
  }
  return parts;
}

function nowMark(at, width) {
  const anchor = at < 20 ? "start" : at > width - 20 ? "end" : "middle";
  return [
    svg("line", { class: "now-line", x1: at, x2: at, y1: TOP - 2, y2: TOP + LANE + 5 }),
    svg("text", { class: "now-flag", x: at, y: TOP + LANE + 20, "text-anchor": anchor }, "now"),
  ];
}

function describe(bout) {
  const steps = bout.n_steps ? `, ${bout.n_steps} steps` : "";
  return `${clockOf(bout.start)} to ${clockOf(bout.end)} · ${WORDS[bout.posture]}, ${duration(bout.end_s - bout.start_s)}${steps}`;
}

function point(index) {
  picked = index;
  const bout = day.bouts[index];
  const ribbon = byId("ribbon");
  ribbon.querySelector(".picked")?.remove();
  if (bout === undefined) return;
  const width = ribbon.clientWidth;
  const scale = width / (day.end_s - day.start_s);
  const left = (bout.start_s - day.start_s) * scale;
  const wide = (bout.end_s - bout.start_s) * scale;
  ribbon.append(svg("rect", { class: "picked", x: left - 1, y: TOP - 1, width: wide + 2, height: LANE + 2, rx: 3 }));
  const said = describe(bout);
  const tip = byId("tip");
  text("tip", said);
  tip.hidden = false;
  const centre = left + wide / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(Math.min(centre, width - tip.offsetWidth), 0)}px`;
  const slider = byId("timeline");
  slider.setAttribute("aria-valuenow", String(index));
  slider.setAttribute("aria-valuetext", said);
}

function unpoint() {
  picked = null;
  byId("tip").hidden = true;
  byId("ribbon").querySelector(".picked")?.remove();
}

function boutUnder(event) {
  const box = byId("ribbon").getBoundingClientRect();
  const share = (event.clientX - box.left) / box.width;
  const at = day.start_s + share * (day.end_s - day.start_s);
  return day.bouts.findIndex((bout) => bout.start_s <= at && at < bout.end_s);
}

// Enter at the newest bout; Page keys go an hour's worth of ribbon, whatever it holds.
function keyTarget(key) {
  const last = day.bouts.length - 1;
  const here = picked ?? last;
  const anHour = (sign) => {
    const goal = day.bouts[here].start_s + sign * 3600;
    const found = day.bouts.findIndex((bout) => bout.start_s <= goal && goal < bout.end_s);
    return found === -1 ? (sign < 0 ? 0 : last) : found;
  };
  switch (key) {
    case "ArrowLeft": case "ArrowDown": return picked === null ? last : Math.max(here - 1, 0);
    case "ArrowRight": case "ArrowUp": return picked === null ? 0 : Math.min(here + 1, last);
    case "Home": return 0;
    case "End": return last;
    case "PageUp": return anHour(-1);
    case "PageDown": return anHour(1);
    default: return null;
  }
}

export function listen() {
  const slider = byId("timeline");
  const under = (event) => {
    if (day === null) return;
    const index = boutUnder(event);
    if (index === -1) unpoint();
    else point(index);
  };
  slider.addEventListener("pointermove", under);
  slider.addEventListener("pointerdown", under);
  slider.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && unpoint());
  slider.addEventListener("blur", unpoint);
  slider.addEventListener("keydown", (event) => {
    if (day === null || !day.bouts.length) return;
    if (event.key === "Escape") return unpoint();
    const target = keyTarget(event.key);
    if (target === null) return;
    event.preventDefault();
    point(target);
  });
}

// The card of one day: heading, figures, legend with totals, the list; the ribbon is timeline.js.

import { byId, html, show, svg, text } from "./dom.js";
import { ORDER, WORDS, capital, clockOf, count, duration, longDate } from "./format.js";
import { draw, fillClass } from "./timeline.js";

export function paintDay(view, { today, clockS }) {
  const isToday = view.date === today;
  text("today", isToday ? `Today, ${longDate(view.date)}` : longDate(view.date));
  show("day-today", !isToday);
  byId("day-after").disabled = isToday;
  show("day-nothing", !view.has_data);
  const odd = view.length_h === 24 ? "" : ` This day has ${view.length_h} hours: clocks change.`;
  text("day-nothing", `Nothing was recorded on this day.${odd}`);
  figures(view.summary);
  draw(view, isToday ? clockS : -1);
  legend(view);
  if (byId("rows").closest("details").open) rows(view);
  else byId("rows").closest("details").ontoggle = () => rows(view);
}

function figures(sums) {
  text("fig-longest", sums.longest_streak_s ? duration(sums.longest_streak_s) : "none");
  text("fig-breaks", count(sums.n_breaks));
  text("fig-steps", count(sums.n_steps));
  text("fig-worn", sums.wear_s ? duration(sums.wear_s) : "not yet");
}

function swatch(posture) {
  const share = { sit: 9, lie: 6, stand: 14, walk: 18, move: 18, unknown: 6, not_worn: 6 }[posture];
  return svg("svg", { viewBox: "0 0 20 18", "aria-hidden": "true" },
    svg("rect", { class: "lane", width: 20, height: 18, rx: 2 }),
    svg("rect", { class: fillClass(posture), y: 18 - share, width: 20, height: share, rx: 1 }));
}

function legend(view) {
  const sums = view.summary;
  const shown = ORDER.filter((posture) => sums[`${posture}_s`] > 0);
  const items = shown.map((posture) => {
    return html("li", {}, swatch(posture), html("span", {}, `${capital(WORDS[posture])} `, html("b", {}, duration(sums[`${posture}_s`]))));
  });
  if (sums.sleep_s > 0) {
    items.push(html("li", {}, swatch("lie"), html("span", {}, "Asleep, not counted as sitting ", html("b", {}, duration(sums.sleep_s)))));
  }
  byId("legend").replaceChildren(...items, ...streakKeys(view.streaks));
}

function streakKeys(streaks) {
  const longest = Math.max(0, ...streaks.map((one) => one.duration_s));
  const key = (name, words) => html("li", {},
    svg("svg", { viewBox: "0 0 20 18", "aria-hidden": "true" }, svg("line", { class: name, x1: 0, x2: 20, y1: 9, y2: 9 })),
    html("span", {}, words));
  return [
    ...(longest >= 1800 ? [key("over", "streak over 30 min")] : []),
    ...(longest >= 3600 ? [key("over over-60", "over 60 min")] : []),
  ];
}

function rows(view) {
  const long = view.bouts.filter((bout) => bout.end_s - bout.start_s >= 60).reverse();
  byId("rows").replaceChildren(...long.map((bout) => {
    const cells = [clockOf(bout.start), clockOf(bout.end), WORDS[bout.posture],
      duration(bout.end_s - bout.start_s), bout.n_steps ? count(bout.n_steps) : ""];
    return html("tr", {}, ...cells.map((cell) => html("td", {}, cell)));
  }));
}

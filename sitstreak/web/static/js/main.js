// Wires the page: news in, cards out.

import { ask, follow, withWearer } from "./connection.js";
import { paintDay } from "./day.js";
import { startDiary } from "./diary.js";
import { byId, show, text } from "./dom.js";
import { WORDS, longDate, secondsOf, shiftDate } from "./format.js";
import { markSelected, paintFortnight } from "./fortnight.js";
import { paint, paintFrame } from "./present.js";
import { listen } from "./timeline.js";

const DAY_EVERY_MS = 30_000;
const HISTORY_EVERY_MS = 300_000;
const SAY_AFTER_S = 10; // a posture is read out once it has lasted

const page = {
  now: null, newsAt: 0, clockAheadS: 0, lost: false, trouble: null,
  day: null, selected: null, history: null, said: null,
};

const clockS = () => Date.now() / 1000 + page.clockAheadS;

function repaint() {
  text("lost", page.trouble ?? "Connection to sitstreak lost. This page will go on by itself when sitstreak is back.");
  show("lost", page.lost || page.trouble !== null);
  const { now } = page;
  if (now === null) return;
  const lost = page.lost || page.trouble !== null;
  const moment = { sinceNewsS: (performance.now() - page.newsAt) / 1000, clockS: clockS(), lost, trouble: page.trouble };
  paintFrame(now, { ...moment, lost: page.lost });
  document.body.dataset.view = now.data_until === null ? "empty" : "full";
  text("clock-date", longDate(now.date));
  if (now.data_until === null) return paintEmpty(now);
  paint(now, moment);
  say(now, lost);
}

function paintEmpty(now) {
  text("empty-title", now.state === "no data yet" ? "No data yet" : `${now.state.charAt(0).toUpperCase()}${now.state.slice(1)}`);
  text("empty-sensor", now.sensor.link === null ? "No sensor is being listened to: start sitstreak run." : `Sensor: ${now.sensor.link}.`);
}

function say(now, lost) {
  if (lost || !now.live || now.in_posture_s < SAY_AFTER_S) return;
  const hour = now.streak_s >= 3600 ? ", over an hour without a break" : now.streak_s >= 1800 ? ", over half an hour without a break" : "";
  const sentence = `${WORDS[now.posture]}${hour}`;
  if (sentence !== page.said) {
    page.said = sentence;
    text("say", sentence);
  }
}

const showing = () => page.selected ?? page.now.date;

async function loadDay() {
  if (page.now === null) return;
  const date = showing();
  const day = await ask(`/api/day/${date}`);
  if (date !== showing()) return; // somebody chose another day meanwhile
  page.day = day;
  paintDay(day, { today: page.now.date, clockS: clockS() });
  markSelected(date);
}

async function loadHistory() {
  page.history = await ask("/api/history");
  paintFortnight(page.history, { selected: showing(), onPick: pick });
}

// A question that fails is asked again at the next turn; what is wrong is told by the event stream.
const quietly = (load) => load().catch(() => undefined);

function pick(date) {
  page.selected = date === page.now.date ? null : date;
  quietly(loadDay);
}

function onNow(now) {
  const before = page.now;
  Object.assign(page, { now, newsAt: performance.now(), lost: false, trouble: null });
  page.clockAheadS = secondsOf(now.at) - Math.floor(Date.now() / 1000);
  repaint();
  const newDay = before === null || before.date !== now.date || before.data_until === null;
  if (now.data_until === null) return;
  if (newDay) quietly(loadHistory);
  if (newDay || (before.posture !== now.posture && page.selected === null)) quietly(loadDay);
}

byId("day-before").addEventListener("click", () => pick(shiftDate(showing(), -1)));
byId("day-after").addEventListener("click", () => pick(shiftDate(showing(), 1)));
byId("day-today").addEventListener("click", () => {
  pick(page.now.date);
  byId("today").focus();
});
new ResizeObserver(() => page.day && paintDay(page.day, { today: page.now.date, clockS: clockS() })).observe(byId("timeline"));
for (const link of document.querySelectorAll("#reports a")) link.setAttribute("href", withWearer(link.getAttribute("href")));
listen();
startDiary(() => page.now && quietly(loadDay));
setInterval(repaint, 1000);
setInterval(() => quietly(loadDay), DAY_EVERY_MS);
setInterval(() => page.now && quietly(loadHistory), HISTORY_EVERY_MS);
follow({
  onNow,
  onTrouble: (sentence) => { page.trouble = sentence; repaint(); },
  onLost: () => { page.lost = true; repaint(); },
});

// The three cards of the present. `paint` is called at each news and once a second.

import { byId, html, show, text } from "./dom.js";
import { WORDS, capital, clockOf, clockTime, duration, secondsOf, stopwatch } from "./format.js";

const HALF_HOUR_S = 1800;
const HOUR_S = 3600;
// Between two pieces of news the page counts on by itself, but not for longer than this.
const COUNT_ON_S = 15;

export function paint(now, { sinceNewsS, clockS, lost }) {
  const known = now.live && !lost;
  document.body.dataset.stale = String(!known);
  const extra = known ? Math.min(Math.floor(sinceNewsS), COUNT_ON_S) : 0;
  paintPosture(now, known, extra);
  paintStreak(now, known, extra);
  paintDebt(now);
  paintBreak(now, known, clockS);
  paintChances(now, known);
}

function paintPosture(now, known, extra) {
  const posture = known ? now.posture : "unknown";
  byId("posture-card").dataset.posture = posture;
  byId("figure").setAttribute("href", `#icon-${posture}`);
  text("posture", capital(WORDS[posture]));
  if (known) {
    text("posture-for", `for ${duration(now.in_posture_s + extra)}`);
    text("sure", sureSentence(now));
    return;
  }
  const last = now.live ? { posture: now.posture, at: now.data_until } : now.last_known;
  text("posture-for", last ? `last known: ${WORDS[last.posture]} at ${clockOf(last.at)}` : "");
  text("sure", "Nothing can be said about this moment.");
}

function sureSentence(now) {
  if (now.posture === "unknown") {
    return "Cannot tell yet. Walking for a minute helps: it shows which way is up.";
  }
  if (now.posture === "not_worn") return "The sensor lies still, as if nobody wears it.";
  const lead = { sure: "Sure", "fairly sure": "Fairly sure", "not sure": "Not sure" }[now.sureness];
  return `${lead}, ${Math.round(now.confidence * 100)} %`;
}

function paintStreak(now, known, extra) {
  const { state, censored, ends_in_s: endsIn } = now.streak;
  const seconds = now.streak_s + (state === "running" ? extra : 0);
  const level = streakLevel(state, seconds);
  const card = byId("streak-card");
  card.dataset.level = level;
  card.dataset.paused = String(state === "paused");
  byId("ring").style.strokeDasharray = `${Math.min(seconds, HOUR_S)} ${HOUR_S}`;
  const time = byId("streak");
  const untold = state === "none" && !known;
  text("streak", untold ? "–" : stopwatch(seconds));
  time.classList.toggle("long-text", seconds >= HOUR_S);
  const since = untold ? "not known" : state === "none" ? "no streak" : `since ${clockOf(now.streak_started)}`;
  text("streak-since", censored && state !== "none" ? `${since} or before` : since);
  text("streak-hint", known ? streakHint(level, state, endsIn, now) : state === "none" ? "" : "As last known.");
}

function streakLevel(state, seconds) {
  if (state === "none") return "none";
  if (seconds >= HOUR_S) return "long";
  return seconds >= HALF_HOUR_S ? "soon" : "calm";
}

function streakHint(level, state, endsIn, now) {
  if (state === "paused" && endsIn !== null) return `Paused. Stay up ${endsIn} s more and it ends.`;
  if (state === "paused") return "Paused.";
  if (now.asleep) return "A night's rest is not counted as sitting.";
  if (level === "none") {
    return ["stand", "walk", "move"].includes(now.posture) ? "You are up. Good." : "";
  }
  if (level === "long") return "Over an hour. Stand up and walk a little.";
  if (level === "soon") return "Over half an hour. Time to stand up.";
  return "Under half an hour.";
}

function paintDebt(now) {
  const even = now.debt_s < 60;
  text("debt", even ? "nothing" : duration(now.debt_s));
  text("owe-after", even ? "You have kept up with your own target." : "of movement");
  const minutes = Number(now.debt_min_per_hour.toFixed(1));
  text("debt-why", `${minutes} min for each hour of sitting: your own target, not a medical rule. Walking pays it off.`);
}

function paintBreak(now, known, clockS) {
  const { state, up_s: upS } = now.streak;
  text("break-title", known && state === "none" && upS > 0 ? "Break" : "Last break");
  if (known && state === "none" && upS > 0) {
    text("break", "now");
    text("break-more", `${duration(upS)} on your feet so far`);
    return;
  }
  const last = now.last_break;
  if (last === null) {
    text("break", "none yet today");
    text("break-more", "");
    return;
  }
  text("break", `${duration(clockS - secondsOf(last.end))} ago`);
  const moved = last.moved_s >= 60 ? `, ${duration(last.moved_s)} of it moving` : "";
  text("break-more", `${clockOf(last.start)} to ${clockOf(last.end)}${moved}`);
}

function paintChances(now, known) {
  const list = byId("chances");
  if (!list.children.length) {
    for (const posture of Object.keys(now.p)) {
      const bar = html("span", { class: "bar", "aria-hidden": "true" }, html("i"));
      list.append(html("li", {}, html("span", {}, capital(WORDS[posture])), bar, html("span")));
    }
  }
  Object.values(now.p).forEach((p, i) => {
    const row = list.children[i];
    row.querySelector("i").style.width = known ? `${p * 100}%` : "0";
    row.lastChild.textContent = known ? `${Math.round(p * 100)} %` : "–";
  });
}

export function paintFrame(now, { clockS, lost, trouble }) {
  const broken = lost || trouble !== null;
  byId("state").dataset.tone = broken ? "silent" : now.live ? "live" : now.data_until === null ? "wait" : "silent";
  text("state-text", lost ? "no connection" : trouble !== null ? "trouble" : now.state);
  text("clock", clockTime(clockS, now.timezone));
  show("simulated", now.simulated);
  const { name, battery_pct: battery, last_seen: seen, link } = now.sensor;
  const day = seen && seen.slice(0, 10) !== now.date ? `${seen.slice(0, 10)} ` : "";
  const parts = [
    `Sensor: ${name ?? "none yet"}`,
    battery === null ? null : `battery ${battery} %`,
    link,
    seen === null ? null : `last data ${day}${seen.slice(11, 19)}`,
  ];
  text("sensor-line", parts.filter((part) => part !== null).join(" · "));
  paintNotes(now.sensor);
  text("method-line", `Wearer ${now.wearer} · ${now.timezone} · method ${now.method.version} (${now.method.digest}).`);
}

// What went wrong, and what of today is missing and why: the same words as `sitstreak status`.
function paintNotes(sensor) {
  const missing = sensor.missing_today.map(({ duration_s, words, n_gaps }) =>
    `${duration(duration_s)} ${words}` + (n_gaps > 1 ? ` (${n_gaps} times)` : ""));
  const lines = [...sensor.notes, ...(missing.length ? [`Missing today: ${missing.join(", ")}`] : [])];
  const list = byId("sensor-notes");
  show("sensor-notes", lines.length > 0);
  if (lines.join("\n") === [...list.children].map((item) => item.textContent).join("\n")) return;
  list.replaceChildren(...lines.map((line) => html("li", {}, line)));
}

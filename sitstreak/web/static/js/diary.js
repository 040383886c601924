// The diary: pain and exercises in two taps, undo, and what was written down today.

import { ask, tell } from "./connection.js";
import { byId, html, show, text } from "./dom.js";

const EVERY_MS = 60_000; // entries also come from the command line
const PANELS = { "diary-pain": "diary-scores", "diary-exercise": "diary-choices", "diary-note": null };
const HELP = "Both may stay empty: then it is now, without a note.";

let undo = null; // what the undo button does
let busy = false;

function open(button) {
  const wasOpen = button !== null && byId(button).getAttribute("aria-expanded") === "true";
  const opened = wasOpen ? null : button;
  for (const [each, panel] of Object.entries(PANELS)) {
    if (panel !== null) show(panel, each === opened);
    byId(each).setAttribute("aria-expanded", String(each === opened));
  }
  const isNote = opened === "diary-note";
  show("diary-more", opened !== null);
  show("diary-write", isNote);
  text("diary-at-help", isNote ? "Without a time it is now." : HELP);
  if (isNote) byId("diary-text").focus();
}

// When and with what note, if something was typed.
function more() {
  const [at, note] = [byId("diary-at").value, byId("diary-text").value.trim()];
  return { ...(at === "" ? {} : { at }), ...(note === "" ? {} : { note }) };
}

function say(sentence, back = null) {
  text("diary-said", sentence);
  undo = back;
  show("diary-undo", back !== null);
}

// One thing at a time: a second tap on a slow computer must not write twice.
async function act(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    say(error instanceof TypeError ? "Not written down: sitstreak cannot be reached." : error.message);
  } finally {
    busy = false;
  }
  await load().catch(() => undefined);
}

const write = (says) => act(async () => {
  const entry = await tell("/api/diary", { ...says, ...more() });
  open(null);
  byId("diary-more").reset();
  say(`Written down: ${entry.words}.`, () => act(async () => {
    await tell(`/api/diary/${entry.id}/delete`);
    say("Undone.");
  }));
});

const remove = (entry) => act(async () => {
  await tell(`/api/diary/${entry.id}/delete`);
  changed();
  say(`Deleted: ${entry.words}.`, () => act(async () => {
    await tell(`/api/diary/${entry.id}/restore`);
    changed();
    say("Brought back.");
  }));
});

let changed = () => undefined;

function scoreButton(score) {
  const button = html("button", { type: "button", "aria-label": `Pain ${score}` }, String(score));
  button.addEventListener("click", () => write({ kind: "pain", score }));
  return button;
}

function choiceButton(choice) {
  const button = html("button", { type: "button" }, choice.words);
  if (choice.planned !== null) {
    button.append(html("small", {}, `today ${choice.planned}`));
    button.dataset.planned = "true";
  }
  button.addEventListener("click", () => write({ kind: choice.kind, what: choice.what }));
  return button;
}

function row(entry) {
  const item = html("li", {}, html("time", { datetime: entry.at }, entry.at.slice(11, 16)));
  item.append(html("span", {}, entry.words));
  if (entry.note !== "") item.append(html("bdi", { class: "diary-note", dir: "auto" }, entry.note));
  const button = html("button", { type: "button", "aria-label": `Delete ${entry.words}` }, "×");
  button.addEventListener("click", () => remove(entry));
  item.append(button);
  return item;
}

let shown = "";

async function load() {
  const diary = await ask("/api/diary");
  const news = JSON.stringify(diary);
  if (news === shown) return; // whoever reads or has the focus here stays undisturbed
  shown = news;
  byId("diary-choices").replaceChildren(...diary.choices.map(choiceButton));
  byId("diary-list").replaceChildren(...diary.entries.map(row));
  show("diary-list", diary.entries.length > 0);
}

// `onChange` is called when an entry went that may have changed figures.
export function startDiary(onChange) {
  changed = onChange;
  byId("diary-score-buttons").replaceChildren(...Array.from({ length: 11 }, (_, score) => scoreButton(score)));
  for (const button of Object.keys(PANELS)) byId(button).addEventListener("click", () => open(button));
  byId("diary-more").addEventListener("submit", (event) => {
    event.preventDefault();
    // With a score or an exercise to choose, "done" on the keyboard has written nothing yet.
    if (byId("diary-write").hidden) byId("diary-text").blur();
    else write({ kind: "note" });
  });
  byId("diary-undo").addEventListener("click", () => undo?.());
  const quietly = () => load().catch(() => undefined);
  quietly();
  setInterval(quietly, EVERY_MS);
}

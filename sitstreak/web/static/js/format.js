// Numbers and times as people say them. The words are those of sitstreak/views/words.py.

export const WORDS = {
  sit: "sitting",
  stand: "standing",
  walk: "walking",
  lie: "lying",
  move: "moving",
  unknown: "not known",
  not_worn: "not worn",
};

export const ORDER = ["sit", "lie", "stand", "walk", "move", "not_worn", "unknown"];

export function duration(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 172800) {
    const minutes = Math.floor((whole % 3600) / 60);
    return `${Math.floor(whole / 3600)} h` + (minutes ? ` ${minutes} min` : "");
  }
  return `${Math.floor(whole / 86400)} days`;
}

export function stopwatch(seconds) {
  const whole = Math.max(Math.floor(seconds), 0);
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export const count = (n) => new Intl.NumberFormat("en").format(n);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// Times are shown in the wearer's zone, wherever the browser thinks it is.
export function clockTime(seconds, zone) {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).format(seconds * 1000);
}

// The API gives local times with their offset; the clock reading is in the text itself.
export const clockOf = (iso) => iso.slice(11, 16);
export const secondsOf = (iso) => Date.parse(iso) / 1000;

// A calendar date has no zone: noon UTC is that date everywhere that matters here.
const noon = (date) => new Date(`${date}T12:00:00Z`);
const dateFormat = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const LONG = dateFormat({ weekday: "long", day: "numeric", month: "long" });
const WEEKDAY = dateFormat({ weekday: "short" });
const DAY = dateFormat({ day: "numeric" });

export const longDate = (date) => LONG.format(noon(date));
export const weekday = (date) => WEEKDAY.format(noon(date));
export const dayOfMonth = (date) => DAY.format(noon(date));

export function shiftDate(date, days) {
  const moved = noon(date);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

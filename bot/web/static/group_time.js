/** Format times for the institution: in its zone, with the weekday, and 24:00 for the end of a day. */

import { t } from "./group_dom.js";
import { store } from "./group_store.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const locale = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
const formats = new Map();
let arrived = 0; // when the clock's reading arrived, on the browser's own stopwatch

export function clockArrived() {
  arrived = performance.now();
}

/** Return the demonstration's current time, in ms since 1970. */
export function now() {
  return Date.parse(store.state.clock.now) + performance.now() - arrived;
}

function format(name, options) {
  const key = `${name} ${store.state.zone}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: store.state.zone, ...options }));
  return formats.get(key);
}

export function dayOf(moment) {
  return format("day", { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(moment));
}

export function minutesUntil(moment) {
  return Math.ceil((moment - now()) / MINUTE);
}

export function timeOf(moment) {
  return format("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

function dateOf(moment) {
  return format("date", { month: locale === "en-GB" ? "short" : "long", day: "numeric" }).format(new Date(moment));
}

/** "11月23日 周一" */
function fullDateOf(moment) {
  const weekday = format("weekday", { weekday: "short" }).format(new Date(moment));
  return t("full_date", { date: dateOf(moment), weekday });
}

function nearDay(moment) {
  const day = dayOf(moment);
  if (day === dayOf(now())) return t("today");
  if (day === dayOf(now() - DAY)) return t("yesterday");
  return day === dayOf(now() + DAY) ? t("tomorrow") : null;
}

export function dayLabel(moment) {
  const near = nearDay(moment);
  return near ? `${near} · ${fullDateOf(moment)}` : fullDateOf(moment);
}

export function clockLabel(moment) {
  return `${fullDateOf(moment)} ${timeOf(moment)}`;
}

/** "今天 24:00", "11月26日 24:00": a due time at midnight belongs to the day that ends there. */
export function dueLabel(moment) {
  const midnight = timeOf(moment) === "00:00";
  const day = midnight ? moment - MINUTE : moment;
  return `${nearDay(day) ?? dateOf(day)} ${midnight ? "24:00" : timeOf(moment)}`;
}

/** Return a length of whole minutes in words. */
export function span(minutes) {
  if (minutes < 60) return t("minutes", { n: minutes });
  if (minutes < 48 * 60) return hours(minutes);
  const days = Math.floor(minutes / 1440);
  const rest = Math.floor((minutes % 1440) / 60);
  return rest ? t("days_hours", { d: days, h: rest }) : t("days", { d: days });
}

function hours(minutes) {
  const rest = minutes % 60;
  const whole = Math.floor(minutes / 60);
  return rest ? t("hours_minutes", { h: whole, m: rest }) : t("hours", { h: whole });
}

/** met · late · hot (an hour left) · soon (four hours left) · calm */
export function urgency(due) {
  if (due.met) return "met";
  const left = Date.parse(due.at) - now();
  if (due.overdue || left <= 0) return "late";
  if (left <= HOUR) return "hot";
  return left <= 4 * HOUR ? "soon" : "calm";
}

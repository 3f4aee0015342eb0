/** The conversation: days, messages, a note of new ones below, earlier ones above. */

import { button, h, icon, t, $ } from "./group_dom.js";
import { messageElement } from "./group_message.js";
import { isVisible, on, store } from "./group_store.js";
import { dayLabel, dayOf } from "./group_time.js";
import { rove } from "./group_rove.js";
import { loadEarlier } from "./group_wire.js";

const NEAR = 90;
const PAUSE = 4 * 60_000;
const MOST_PAGES = 100; // as many as a search looks through
const log = $("log");
const pill = $("pill");
let height = 0; // of the frame when it was last looked at: a resize is not somebody scrolling
let top = 0; // where it was scrolled to then
let last = null; // the last message shown
let scrolledUp = false;
let unseen = 0;
let calledUnseen = false;
const updateStops = rove(log, ".msg", { last: true });

export function startLog() {
  on("state", renderState);
  on("earlier", () => keepPlace(render));
  on("message", append);
  on("change", replace);
  on("clock", renameDays);
  on("show", jump);
  log.addEventListener("scroll", scrolled, { passive: true });
  pill.addEventListener("click", toEnd);
  log.addEventListener("load", stayAtEnd, true); // a picture arrived
  new ResizeObserver(resized).observe(log);
  document.addEventListener("visibilitychange", () => !document.hidden && scrolled());
}

function renderState() {
  log.setAttribute("aria-busy", "true");
  if (scrolledUp) keepPlace(render);
  else {
    render();
    toEnd();
  }
  log.removeAttribute("aria-busy");
}

function render() {
  last = null;
  const parts = store.messages.filter(isVisible).flatMap(withDay);
  log.replaceChildren(earlierButton(), ...parts);
  updateStops();
}

function earlierButton() {
  if (!store.messages.some(isVisible)) return h("p", { class: "beginning" }, t("nothing_yet"));
  if (!store.state.has_earlier) return h("p", { class: "beginning" }, t("beginning"));
  return button({ class: "earlier", onclick: loadEarlier }, t("earlier"));
}

function withDay(message) {
  const at = Date.parse(message.at);
  const newDay = !last || dayOf(Date.parse(last.at)) !== dayOf(at);
  const follows = !newDay && !message.card && last.from === message.from && last.to === message.to && at - Date.parse(last.at) < PAUSE;
  last = message;
  const element = messageElement(message, follows);
  return newDay ? [h("p", { class: "day", "data-at": at }, dayLabel(at)), element] : [element];
}

/** Rename the days after midnight, when "今天" becomes "昨天". */
function renameDays() {
  for (const day of log.querySelectorAll(".day")) day.textContent = dayLabel(Number(day.dataset.at));
}

function keepPlace(change) {
  const below = log.scrollHeight - log.scrollTop;
  change();
  log.scrollTop = log.scrollHeight - below;
}

function append(message) {
  if (!isVisible(message)) return;
  log.querySelector(".beginning")?.replaceChildren(t("beginning"));
  log.append(...withDay(message));
  updateStops();
  if (!scrolledUp || message.from === store.me) toEnd();
  if (scrolledUp || document.hidden) count(message);
}

function count(message) {
  unseen += 1;
  calledUnseen ||= message.mentions.includes(store.me);
  showPill();
}

function replace(message) {
  const old = elementOf(message.id);
  if (!old) return;
  const focused = old.contains(document.activeElement);
  const changed = messageElement(message, old.classList.contains("follows"));
  old.replaceWith(changed);
  if (focused) changed.focus({ preventScroll: true });
  updateStops();
  stayAtEnd();
}

function elementOf(id) {
  return log.querySelector(`[data-id="${CSS.escape(id)}"]`);
}

/** Scroll to the newest message about the incident; return false if there is none. */
export function showLatestAbout(number) {
  const about = new RegExp(`#${number}(?!\\d)`);
  return show([...log.querySelectorAll(".msg")].findLast((element) => about.test(element.textContent)));
}

/** Go to a message, loading earlier ones until it is there. */
async function jump(id) {
  for (let page = 0; page < MOST_PAGES && !elementOf(id) && (await loadEarlier()); page += 1);
  show(elementOf(id));
}

function show(element) {
  if (!element) return false;
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
  element.classList.remove("flash");
  requestAnimationFrame(() => element.classList.add("flash"));
  return true;
}

function resized() {
  height = log.clientHeight;
  stayAtEnd();
}

function scrolled() {
  if (log.clientHeight !== height) return;
  const up = log.scrollTop < top;
  top = log.scrollTop;
  const far = log.scrollHeight - top - log.clientHeight > NEAR;
  scrolledUp = far && (scrolledUp || up);
  if (far && !scrolledUp) toEnd(); // what is below grew: a picture arrived
  if (!scrolledUp && !document.hidden) seen();
  showPill();
  if (log.scrollTop < NEAR && scrolledUp) loadEarlier();
}

function seen() {
  unseen = 0;
  calledUnseen = false;
}

function stayAtEnd() {
  if (!scrolledUp) toEnd();
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  scrolledUp = false;
  if (!document.hidden) seen();
  showPill();
}

function showPill() {
  const title = store.state?.group.name ?? t("page_title");
  document.title = document.hidden && unseen ? `(${unseen}) ${title}` : title;
  pill.hidden = !scrolledUp;
  pill.classList.toggle("called", calledUnseen);
  const label = calledUnseen ? t("called_you", { n: unseen }) : unseen ? t("new_messages", { n: unseen }) : t("to_end");
  pill.replaceChildren(icon("down"), h("span", {}, label));
}

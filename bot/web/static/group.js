/** The group page: start its parts and keep the header current. */

import { fillIcons, t, $ } from "./group_dom.js";
import { startChips } from "./group_chips.js";
import { startComposer } from "./group_composer.js";
import { startIncidents } from "./group_incidents.js";
import { startLog } from "./group_log.js";
import { startPeople } from "./group_people.js";
import { startSearch } from "./group_search.js";
import { on, store } from "./group_store.js";
import { clockArrived, clockLabel, now } from "./group_time.js";
import { startTips } from "./group_tips.js";
import { startUploads } from "./group_uploads.js";
import { connect, moveClock } from "./group_wire.js";

const PATIENCE = 1200; // a blink of the line is not worth a banner
const ALARMS = ["dingtalk_empty", "dingtalk_calls", "dingtalk_deliveries"]; // each a word of the page
let bannerTimer = 0;

function startHeader() {
  for (const name of ["state", "clock"]) on(name, clockArrived);
  for (const name of ["state", "clock"]) on(name, renderClock);
  on("state", renderGroup);
  on("state", renderHealth);
  on("health", renderHealth);
  on("link", renderLink);
  setInterval(() => store.state && showTime(), 1000);
  for (const move of $("clock-moves").children) move.addEventListener("click", () => step(move));
}

function renderGroup() {
  const { group, institution, people } = store.state;
  $("group-name").textContent = group.name;
  $("institution").textContent = institution;
  $("members").textContent = t("members", { n: people.length });
}

function renderClock() {
  const { moved, movable } = store.state.clock;
  $("clock").classList.toggle("moved", moved);
  $("clock-tag").textContent = t(moved ? "clock_moved" : "clock_now");
  $("clock-moves").hidden = !movable;
  showTime();
}

function showTime() {
  const label = clockLabel(now());
  if ($("clock-time").textContent !== label) $("clock-time").textContent = label;
}

async function step(move) {
  move.disabled = true;
  await moveClock(move.dataset.move);
  move.disabled = false;
}

function renderHealth() {
  $("health-banner").hidden = store.state.health.redis === "ok";
  const storage = store.state.health.database;
  $("storage-banner").hidden = storage === "ok";
  if (storage !== "ok") $("storage-banner").textContent = t(storage === "damaged" ? "storage_damaged" : "storage_away");
  $("alarm-banners").replaceChildren(...store.state.health.alarms.filter(({ kind }) => ALARMS.includes(kind)).map(alarmBanner));
}

function alarmBanner({ kind, grave, ...numbers }) {
  const banner = document.createElement("div");
  banner.className = grave ? "banner" : "banner banner-soft";
  banner.textContent = t(kind, numbers);
  return banner;
}

function renderLink(connected) {
  clearTimeout(bannerTimer);
  if (connected) $("link-banner").hidden = true;
  else bannerTimer = setTimeout(() => ($("link-banner").hidden = false), PATIENCE);
}

fillIcons();
startHeader(); // first: the others ask for the time
startPeople();
startLog();
startIncidents();
startChips();
startComposer();
startUploads();
startSearch();
startTips();
connect();

/** The chips above the composer: what waits for the person who speaks, then what they mostly say. */

import { button, icon, t, $ } from "./group_dom.js";
import { emit, forwards, on, store } from "./group_store.js";
import { now } from "./group_time.js";
import { rove } from "./group_rove.js";

const chips = $("chips");
let update = () => {};

export function startChips() {
  update = rove(chips, ".chip", { back: "ArrowLeft", forth: "ArrowRight" });
  for (const name of ["state", "me", "chips", "clock"]) on(name, render);
  setInterval(dropExpired, 1000);
}

/** Return the chips of the person who speaks; none before somebody is chosen. */
export function ownChips() {
  return (store.state?.chips[store.me] ?? []).filter((one) => !expired(one));
}

function expired({ until }) {
  return until && Date.parse(until) <= now();
}

function render() {
  if (!store.state) return;
  const forward = button({ class: "chip", onclick: () => emit("tips") }, icon("forward"), t("tips_title"));
  const own = ownChips().map(chip);
  const first = !store.me || forwards();
  forward.classList.toggle("chip-strong", first && !ownChips().some((one) => one.strong));
  chips.replaceChildren(...(first ? [forward, ...own] : [...own, forward]));
  update();
}

function chip(one) {
  const kind = one.strong ? "chip chip-strong" : "chip";
  return button({ class: kind, "data-until": one.until, onclick: () => emit("phrase", one.text) }, one.label);
}

function dropExpired() {
  if ([...chips.children].some((one) => expired({ until: one.dataset.until }))) render();
}

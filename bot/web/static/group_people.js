/** Choose whom to speak as: lists people by role, remembers the choice, counts mentions of the others. */

import { avatar, button, closeButton, h, openSheet, t, $ } from "./group_dom.js";
import { emit, on, store } from "./group_store.js";
import { rove } from "./group_rove.js";
import { refresh } from "./group_wire.js";

const KEY = "huiyin.me";
const pane = $("people-pane");
const updateStops = rove(pane, ".person");

export function startPeople() {
  store.me = localStorage.getItem(KEY);
  on("state", render);
  on("pings", render);
  on("choose-person", openPicker);
  $("me").addEventListener("click", openPicker);
}

function render() {
  const focused = pane.contains(document.activeElement) && document.activeElement.dataset.person;
  pane.replaceChildren(
    h("header", { class: "pane-head" }, h("h2", {}, t("who_am_i")), h("p", {}, t("who_hint")),
      !store.me && h("p", { class: "pane-first" }, t("who_first"))), ...groups());
  updateStops();
  if (focused) pane.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus();
  renderMe();
  if ($("people-sheet").open || (!store.me && !isPaneShown())) openSheetOfPeople();
}

function isPaneShown() {
  return pane.checkVisibility();
}

/** Let somebody be chosen: in the pane where it is shown, else in a sheet. */
function openPicker() {
  if (isPaneShown()) pane.querySelector('.person[aria-pressed="true"], .person').focus();
  else openSheetOfPeople();
}

function renderMe() {
  const me = store.people.get(store.me);
  $("me").replaceChildren(me ? avatar(me) : h("span", { class: "avatar tone-none" }, "?"));
  $("me").setAttribute("aria-label", me ? t("speaking_as", { name: me.name }) : t("who_am_i"));
  const others = [...store.pings].filter(([id]) => id !== store.me).length;
  if (others) $("me").append(h("span", { class: "dot" }));
}

function openSheetOfPeople() {
  openSheet("people-sheet",
    h("header", { class: "sheet-head" }, h("h2", {}, t("who_am_i")), closeButton("people-sheet")),
    h("p", { class: "sheet-hint" }, t("who_hint"), " ", !store.me && t("who_first")), ...groups());
}

function groups() {
  const byRole = new Map();
  for (const person of store.people.values()) {
    byRole.set(person.roles[0], [...(byRole.get(person.roles[0]) ?? []), person]);
  }
  return [...byRole.values()].map((people) => h("section", { class: "role" },
    h("h3", {}, people[0].role_names[0] ?? ""), h("div", { class: "role-people" }, ...people.map(choice))));
}

function choice(person) {
  const called = store.pings.get(person.id);
  const mine = person.id === store.me;
  return button({ class: "person", "aria-pressed": String(mine), "data-person": person.id, onclick: () => choose(person.id) },
    avatar(person),
    h("span", { class: "person-name" }, h("strong", {}, person.name), subtitle(person) && h("small", {}, subtitle(person))),
    called && h("span", { class: "count", title: t("called", { n: called }) }, String(called)));
}

function subtitle(person) {
  return [person.department, ...person.role_names.slice(1)].filter(Boolean).join(" · ");
}

function choose(id) {
  store.me = id;
  localStorage.setItem(KEY, id);
  store.pings.delete(id);
  if ($("people-sheet").open) $("people-sheet").close();
  emit("me");
  refresh(false);
}

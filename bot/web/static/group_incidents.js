/** Open incidents and their due times against the clock; one incident in detail. */

import { button, closeButton, h, openSheet, t, $ } from "./group_dom.js";
import { ownChips } from "./group_chips.js";
import { showLatestAbout } from "./group_log.js";
import { emit, incident, on, openIncidents, store } from "./group_store.js";
import { dueLabel, minutesUntil, span, urgency } from "./group_time.js";

const STAGES = ["unassigned", "assigned", "acknowledged", "replied", "resolved"];

export function startIncidents() {
  on("state", render);
  on("incidents", render);
  on("clock", render);
  on("detail", openDetail);
  $("open-incidents").addEventListener("click", openList);
  setInterval(() => store.state && tick(), 1000);
}

function render() {
  const open = openIncidents();
  $("side-pane").replaceChildren(
    h("header", { class: "pane-head" }, h("h2", {}, t("open_incidents"), " ", h("span", { class: "number" }, String(open.length)))),
    list());
  if ($("side-sheet").open) openList();
  $("incident-count").hidden = !open.length;
  $("incident-count").textContent = String(open.length);
  $("incident-count").classList.toggle("late", open.some(isLate));
}

function openList() {
  openSheet("side-sheet",
    h("header", { class: "sheet-head" }, h("h2", {}, t("open_incidents")), closeButton("side-sheet")), list());
}

function list() {
  const open = openIncidents();
  if (!open.length) return h("p", { class: "empty" }, t("no_incidents"));
  return h("ul", { class: "incidents" }, ...open.map((one) => h("li", {}, item(one))));
}

function item(one) {
  const open = () => emit("detail", one.number);
  return button({ class: `incident ${isLate(one) ? "late" : ""}`, "data-number": one.number, onclick: open },
    h("span", { class: "incident-top" },
      h("span", { class: "number" }, `#${one.number}`), h("span", { class: "stage" }, one.stage_name), stageBar(one)),
    h("strong", { class: "incident-title" }, one.title),
    h("span", { class: "incident-holder" }, holderLine(one)),
    dueRows(one));
}

function holderLine(one) {
  return [one.unit && one.unit !== one.department && one.unit, one.department, t("held_by", { name: one.holder })].filter(Boolean).join(" · ");
}

function isLate(one) {
  return one.due.some((due) => urgency(due) === "late");
}

function stageBar(one) {
  const reached = STAGES.indexOf(one.stage);
  return h("span", { class: "stage-bar", "aria-hidden": "true" },
    ...STAGES.slice(1).map((_, index) => h("i", { class: index < reached ? "on" : "" })));
}

function dueRows(one) {
  return h("span", { class: "dues" }, ...one.due.map((due) => {
    const row = h("span", { class: "due", "data-at": due.at, "data-met": due.met ? "1" : null, "data-overdue": due.overdue ? "1" : null },
      h("span", { class: "due-name" }, due.name), h("span", { class: "due-at" }), h("span", { class: "due-left" }));
    fill(row);
    return row;
  }));
}

function fill(row) {
  const at = Date.parse(row.dataset.at);
  const due = { at: row.dataset.at, met: "met" in row.dataset, overdue: "overdue" in row.dataset };
  const state = urgency(due);
  row.className = `due ${state}`;
  setText(row.children[1], dueLabel(at));
  setText(row.children[2], state === "met" ? t("met") : left(minutesUntil(at)));
}

function left(minutes) {
  if (minutes > 0) return t("left", { span: span(minutes) });
  return minutes < 0 ? t("late_by", { span: span(-minutes) }) : t("due_now");
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  for (const row of document.querySelectorAll(".due")) fill(row);
}

function openDetail(number) {
  const one = incident(number);
  openSheet("detail-sheet",
    h("header", { class: "sheet-head" },
      h("h2", { id: "detail-title" }, one ? `#${number} ${one.title}` : `#${number}`), closeButton("detail-sheet")),
    one ? detail(one) : h("p", { class: "sheet-hint" }, t("not_open")),
    h("div", { class: "detail-actions" }, ...actions(number)));
}

function detail(one) {
  return h("div", { class: "detail" },
    h("p", { class: "incident-top" }, h("span", { class: "stage" }, one.stage_name), stageBar(one)),
    h("p", {}, holderLine(one)), dueRows(one));
}

/** What waits for the person in this matter, then what they may say about any. */
function actions(number) {
  const about = new RegExp(`(?<!\\d)${number}(?!\\d)`);
  const waiting = ownChips().filter((one) => about.test(one.label));
  const said = new Set(waiting.map((one) => one.text.trim()));
  const own = store.people.get(store.me)?.phrases[incident(number) ? "open" : "ended"] ?? [];
  const phrases = own.map((one) => ({ label: one.label, text: `${one.text}${number} ` }));
  return [
    action(t("find_in_chat"), () => showLatestAbout(number)),
    action(t("insert_number"), () => emit("insert", `#${number} `)),
    ...[...waiting, ...phrases.filter((one) => !said.has(one.text.trim()))]
      .map((one) => action(one.label, () => emit("phrase", one.text), one.strong)),
  ];
}

function action(label, act, strong = false) {
  const choose = () => {
    for (const id of ["detail-sheet", "side-sheet"]) if ($(id).open) $(id).close();
    act();
  };
  return button({ class: strong ? "chip chip-strong" : "chip", onclick: choose }, label);
}

/** Completion after `@`: list the people and departments whose names begin with what was typed. */

import { avatar, h, t, $ } from "./group_dom.js";
import { store } from "./group_store.js";

const MOST = 8;
const list = $("completion");
let choices = [];
let chosen = 0;
let start = 0;

export function complete(field) {
  const match = /@([^\s@]{0,20})$/u.exec(field.value.slice(0, field.selectionStart));
  if (!match || !store.state) return closeCompletion();
  start = match.index;
  choices = candidates().filter((one) => fits(one, match[1])).slice(0, MOST);
  if (!choices.length || choices.some((one) => one.name === match[1])) return closeCompletion();
  chosen = 0;
  render(field);
}

function candidates() {
  const { bot, departments } = store.state;
  const people = [...store.people.values()].filter((person) => person.id !== store.me);
  return [
    { ...bot, bot: true, hint: t("bot_hint") },
    ...people.map((person) => ({ ...person, hint: [person.department, person.role_names[0]].filter(Boolean).join(" · ") })),
    ...departments.map((name) => ({ name, initial: "#", tone: "unit", hint: t("department") })),
  ];
}

function fits(one, typed) {
  const wanted = typed.toLowerCase();
  return one.name.toLowerCase().includes(wanted) || (one.department ?? "").toLowerCase().includes(wanted);
}

function render(field) {
  list.replaceChildren(...choices.map((one, index) => option(one, index, field)));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  mark(field);
}

function option(one, index, field) {
  return h("div", { class: "option", role: "option", id: `option-${index}`, onmousedown: keepCaret, onclick: () => take(index, field) },
    avatar(one), h("strong", {}, one.name), h("small", {}, one.hint));
}

function keepCaret(event) {
  event.preventDefault();
}

function mark(field) {
  for (const [index, element] of [...list.children].entries()) {
    element.setAttribute("aria-selected", String(index === chosen));
  }
  list.children[chosen].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", `option-${chosen}`);
}

function take(index, field) {
  field.setRangeText(`@${choices[index].name} `, start, field.selectionStart, "end");
  closeCompletion();
  field.dispatchEvent(new Event("input"));
}

export function closeCompletion() {
  list.hidden = true;
  $("text").setAttribute("aria-expanded", "false");
  $("text").removeAttribute("aria-activedescendant");
}

/** Handle a key for the list; return whether the list used it. */
export function completionKey(event, field) {
  if (list.hidden) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    chosen = (chosen + step + choices.length) % choices.length;
    mark(field);
  } else if (event.key === "Enter" || event.key === "Tab") take(chosen, field);
  else if (event.key === "Escape") closeCompletion();
  else return false;
  return true;
}

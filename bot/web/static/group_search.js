/** Search the conversation by a word or a number; a result leads to its message. */

import { avatar, button, closeButton, h, icon, openSheet, t, $ } from "./group_dom.js";
import { author, emit } from "./group_store.js";
import { dayLabel, timeOf } from "./group_time.js";
import { find } from "./group_wire.js";

const PAUSE = 250;
const MOST_FOUND = 30;
const MOST_LOOKS = 25;
let asked = 0;
let timer = 0;

export function startSearch() {
  $("open-search").addEventListener("click", open);
}

function open() {
  const results = h("ul", { class: "results", id: "results" });
  const count = h("p", { class: "sheet-hint", role: "status" }, t("search_hint"));
  const field = h("input", {
    type: "search", id: "search-text", "aria-label": t("search"), placeholder: t("search_hint"), maxlength: 100,
    autocomplete: "off", enterkeyhint: "search", oninput: () => later(field, results, count),
  });
  const form = h("form", { class: "search", role: "search", onsubmit: (event) => {
    event.preventDefault();
    look(field.value, results, count);
  } }, icon("search"), field);
  openSheet("search-sheet",
    h("header", { class: "sheet-head" }, h("h2", {}, t("search")), closeButton("search-sheet")), form, count, results);
  field.focus();
}

function later(field, results, count) {
  clearTimeout(timer);
  timer = setTimeout(() => look(field.value, results, count), PAUSE);
}

/** Look at page after page, showing what is found as it comes, until there is enough or no more. */
async function look(words, results, count) {
  clearTimeout(timer);
  const question = ++asked;
  results.replaceChildren();
  if (!words.trim()) {
    count.textContent = t("search_hint");
    return;
  }
  let number = 0;
  let earlier = null;
  for (let looks = 1; looks <= MOST_LOOKS; looks += 1) {
    const found = await find(words.trim(), earlier);
    if (question !== asked || !results.isConnected) return;
    results.append(...found.messages.map((message) => h("li", {}, result(message))));
    number += found.messages.length;
    earlier = number < MOST_FOUND && looks < MOST_LOOKS ? found.earlier : null;
    count.textContent = number ? t("search_found", { n: number }) : t(earlier ? "search_on" : "search_none");
    if (!earlier) return;
  }
}

function result(message) {
  const at = Date.parse(message.at);
  const choose = () => {
    $("search-sheet").close();
    emit("show", message.id);
  };
  return button({ class: "result", onclick: choose }, avatar(author(message)),
    h("span", { class: "result-body" },
      h("span", { class: "result-head" }, h("strong", {}, author(message).name), h("time", {}, `${dayLabel(at)} ${timeOf(at)}`)),
      h("span", { class: "result-text" }, message.text)));
}

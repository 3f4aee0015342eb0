/** "转发一条帖子": three invented posts to try, shown on demand, and once by itself where there is room for it. */

import { button, h, icon, t, $ } from "./group_dom.js";
import { emit, forwards, on, store } from "./group_store.js";

const KEY = "huiyin.seen";
const EXAMPLES = ["link", "text", "links"];
const ROOM = matchMedia("(min-width: 40em) and (min-height: 37em)");
const tips = $("tips");

export function startTips() {
  on("tips", () => (tips.hidden ? show() : hide()));
  on("me", showOnce);
  on("state", showOnce);
  on("sent", () => tips.hidden || hide());
}

function showOnce() {
  if (forwards() && !localStorage.getItem(KEY) && ROOM.matches) show();
}

function show() {
  localStorage.setItem(KEY, "1");
  const close = button({ class: "icon-button small", "aria-label": t("close"), onclick: hide }, icon("close"));
  tips.replaceChildren(
    h("header", {}, h("h2", {}, t("tips_title")), close),
    h("p", {}, t("tips_hint", { bot: store.state.bot.name })),
    h("div", { class: "examples" }, ...EXAMPLES.map(example)));
  tips.hidden = false;
}

function hide() {
  tips.hidden = true;
}

/** Shorten each address to its host, so that the preview shows the text. */
function preview(post) {
  return post.replace(/https?:\/\/([^/\s]+)\S*/g, "$1/…");
}

function example(kind) {
  const post = t(`example_${kind}`);
  const take = () => {
    hide();
    emit("insert", `@${store.state.bot.name} ${post}`);
  };
  return button({ class: "example", "data-example": kind, onclick: take },
    h("span", { class: "tag" }, t(`example_${kind}_kind`)), h("span", { class: "example-text" }, preview(post)));
}

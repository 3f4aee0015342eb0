/** Touch gestures on a message: swipe right to quote it, hold to open its menu. */

import { button, h, icon, openSheet, t, toast, $ } from "./group_dom.js";
import { author, emit } from "./group_store.js";

const HOLD = 480;
const START = 12;
const ENOUGH = 56;

export function watchGestures(element, message) {
  let from = null;
  let swiped = 0;
  let timer = 0;
  const settle = () => {
    clearTimeout(timer);
    element.style.removeProperty("transform");
    element.classList.remove("swiping");
    from = null;
    swiped = 0;
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    from = { x: event.clientX, y: event.clientY };
    timer = setTimeout(() => {
      settle();
      openActions(message);
    }, HOLD);
  });
  element.addEventListener("pointermove", (event) => {
    if (!from) return;
    const right = event.clientX - from.x;
    const down = Math.abs(event.clientY - from.y);
    if (Math.abs(right) > START || down > START) clearTimeout(timer);
    if (right < START || down > right) return;
    swiped = Math.min(right, ENOUGH + 16);
    element.classList.add("swiping");
    element.style.setProperty("transform", `translateX(${swiped}px)`);
  });
  element.addEventListener("pointerup", () => {
    const quote = swiped >= ENOUGH;
    settle();
    if (quote) emit("quote", message);
  });
  element.addEventListener("pointercancel", settle);
  element.addEventListener("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());
}

function openActions(message) {
  const { name } = author(message);
  openSheet("action-sheet", h("div", { class: "actions" },
    action("quote", t("quote"), () => emit("quote", message)),
    action("copy", t("copy"), () => copyText(message.text || message.card?.title || "")),
    action("at", `@${name}`, () => emit("insert", `@${name} `))));
}

function action(symbol, label, act) {
  const choose = () => {
    $("action-sheet").close();
    act();
  };
  return button({ class: "action", onclick: choose }, icon(symbol), h("span", {}, label));
}

export async function copyText(text) {
  await navigator.clipboard.writeText(text);
  toast(t("copied"));
}

/** One message on the page: avatar, name, bubble, quote, card, attachment. */

import { avatar, button, h, icon, safeAddress, t } from "./group_dom.js";
import { author, emit, store } from "./group_store.js";
import { isLong, textNodes } from "./group_text.js";
import { timeOf } from "./group_time.js";
import { press } from "./group_wire.js";
import { copyText, watchGestures } from "./group_gestures.js";

const TO_PUBLISH = /\n—{4,}\n([^]+?)\n—{4,}/; // what the bot sets apart for copying
const unfolded = new Set();

/** `follows`: the message before is by the same person, so the name is not repeated. */
export function messageElement(message, follows) {
  const who = author(message);
  const element = h("article", { class: classes(message, who, follows), "data-id": message.id, tabindex: "-1" },
    avatar(who, { onclick: () => emit("insert", `@${who.name} `), "aria-label": `@${who.name}` }),
    h("div", { class: "body" }, headLine(message, who), ...blocks(message)));
  watchGestures(element, message);
  return element;
}

function classes(message, who, follows) {
  const mine = message.from === store.me;
  const called = !mine && message.mentions.includes(store.me);
  const names = { mine, theirs: !mine, bot: who.bot, follows, private: message.to, called };
  return ["msg", ...Object.keys(names).filter((name) => names[name])].join(" ");
}

function headLine(message, who) {
  return h("header", { class: "head" },
    h("span", { class: "who" }, who.name),
    who.department && h("span", { class: "unit" }, who.department),
    message.to && h("span", { class: "tag" }, icon("lock"), privateLabel(message)),
    h("time", { datetime: message.at }, timeOf(Date.parse(message.at))));
}

function privateLabel(message) {
  const other = message.from === store.me ? message.to : message.from;
  const name = store.people.get(other === store.me ? store.state.bot.id : other)?.name ?? store.state.bot.name;
  return t("private_with", { name });
}

function blocks(message) {
  const text = (message.text || message.quote) && bubble(message);
  const parts = [text, message.card && card(message), ...message.attachments.map(attachment)].filter(Boolean);
  if (parts.length) parts[0].append(quoteButton(message));
  return parts;
}

function bubble(message) {
  const folded = isLong(message) && !unfolded.has(message.id);
  const text = h("div", { class: folded ? "text folded" : "text" }, ...textNodes(message));
  return h("div", { class: "block bubble" },
    message.quote && quoted(message.quote), text, isLong(message) && foldButton(message, text), copyButton(message));
}

function copyButton(message) {
  const [, apart] = (message.from === store.state.bot.id && TO_PUBLISH.exec(message.text)) || [];
  return apart ? button({ class: "fold", onclick: () => copyText(apart) }, t("copy_apart")) : null;
}

function foldButton(message, text) {
  const label = () => (text.classList.contains("folded") ? t("unfold") : t("fold"));
  const toggle = (event) => {
    const folded = text.classList.toggle("folded");
    if (folded) unfolded.delete(message.id);
    else unfolded.add(message.id);
    event.target.textContent = label();
    event.target.setAttribute("aria-expanded", String(!folded));
  };
  return button({ class: "fold", "aria-expanded": String(unfolded.has(message.id)), onclick: toggle }, label());
}

function quoted(quote) {
  const content = [h("strong", {}, quote.name), h("span", {}, quote.text)];
  if (!quote.id) return h("div", { class: "quoted" }, ...content);
  return button({ class: "quoted", onclick: () => emit("show", quote.id) }, ...content);
}

function quoteButton(message) {
  const label = t("quote");
  const choose = () => emit("quote", message);
  return button({ class: "quote-button", "aria-label": label, title: label, onclick: choose }, icon("quote"));
}

function card(message) {
  const { title, facts, tone } = message.card;
  const rows = facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, ...textNodes({ ...message, text: String(value) }))]);
  return h("div", { class: `block card tone-${tone}` },
    h("h3", {}, ...textNodes({ ...message, text: title })),
    rows.length ? h("dl", {}, ...rows.flat()) : null, cardFoot(message));
}

function cardFoot(message) {
  const { done, buttons } = message.card;
  if (done) return h("p", { class: "done" }, icon("check"), h("span", {}, done));
  if (!buttons.length) return null;
  return h("div", { class: "buttons" }, ...buttons.map((choice) => cardButton(message, choice)));
}

function cardButton(message, { label, key, style }) {
  const choose = async (event) => {
    if (!store.me) return emit("choose-person");
    const pressed = event.currentTarget;
    pressed.disabled = true;
    await press(message.id, key);
    pressed.disabled = false;
  };
  return button({ class: `choice choice-${style}`, onclick: choose }, label);
}

function attachment({ kind, name, url }) {
  const address = safeAddress(url);
  if (!address) return h("p", { class: "block file" }, icon("file"), h("span", {}, name));
  const picture = kind === "picture" && address.origin === location.origin;
  const face = picture ? [h("img", { src: address.href, alt: name, loading: "lazy" })] : [icon("file"), h("span", {}, name)];
  const link = { class: picture ? "picture" : "file-link", href: address.href, target: "_blank", rel: "noopener noreferrer" };
  return h("div", { class: picture ? "block" : "block file" }, h("a", link, ...face));
}

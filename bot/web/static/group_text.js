/** Turn a message's plain text into nodes: links, @names and incident numbers can be pressed. */

import { button, h, safeAddress, t } from "./group_dom.js";
import { emit, store } from "./group_store.js";

const LINK = String.raw`(?<link>https?://[^\s<>"'“”‘’「」『』（）【】《》〔〕，。；：、！？]+)`;
const CODE = String.raw`〔#(?<code>\d{1,9})〕|(?<![\w/&])#(?<bare>\d{1,9})(?!\w)`;
let pattern = null;
let known = "";

/** Return the names that may follow an @, longest first so that 王老师 is not read as 王. */
function names() {
  const { people, bot, departments } = store.state;
  const all = [...people.map((person) => person.name), bot.name, ...departments];
  return all.filter(Boolean).sort((a, b) => b.length - a.length);
}

function textPattern() {
  const alternatives = names().map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  if (!pattern || known !== alternatives) pattern = new RegExp(`${LINK}|${CODE}|@(?<name>${alternatives})`, "giu");
  known = alternatives;
  return pattern;
}

export function textNodes(message) {
  const nodes = [];
  let end = 0;
  for (const match of message.text.matchAll(textPattern())) {
    const [piece, node] = token(match, message);
    nodes.push(message.text.slice(end, match.index), node);
    end = match.index + piece.length;
  }
  return [...nodes, message.text.slice(end)].filter((node) => node !== "");
}

function token(match, message) {
  const { link, code, bare, name } = match.groups;
  if (link) return linkToken(link);
  if (name) return [match[0], mention(match[0], name, message)];
  return [match[0], codeButton(match[0], Number(code ?? bare))];
}

function linkToken(found) {
  const text = found.includes("(") ? found.replace(/[.,;:!?]+$/, "") : found.replace(/[.,;:!?)\]]+$/, "");
  const url = safeAddress(text);
  if (!url) return [text, text];
  return [text, h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text)];
}

function mention(text, name, message) {
  const called = name === store.state.bot.name || message.mentions.some((id) => store.people.get(id)?.name === name);
  const mine = called && message.mentions.includes(store.me) && store.people.get(store.me).name === name;
  return h("span", { class: mine ? "mention mention-me" : called ? "mention mention-real" : "mention" }, text);
}

export function codeButton(text, number) {
  const open = () => emit("detail", number);
  return button({ class: "code", "aria-label": t("incident_number", { n: number }), onclick: open }, text);
}

/** Return whether a message is folded: a person's long one. The bot's is not, for the due times stand at its end. */
export function isLong({ from, text }) {
  return from !== store.state.bot.id && (text.length > 360 || text.split("\n").length > 10);
}

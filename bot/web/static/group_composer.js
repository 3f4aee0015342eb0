/** The composer: grows with its text, sends on Enter (but not while an input method is composing), quotes, private. */

import { t, $ } from "./group_dom.js";
import { closeCompletion, complete, completionKey } from "./group_completion.js";
import { author, emit, on, store } from "./group_store.js";
import { forget, uploaded } from "./group_uploads.js";
import { say } from "./group_wire.js";

const text = $("text");
let quoted = null;
let isPrivate = false;
let sending = false;
let offered = ""; // the phrase of the last chip, while nothing was written behind it

export function startComposer() {
  on("state", changed);
  on("uploads", changed);
  on("me", () => forget());
  on("me", () => matchMedia("(pointer: fine)").matches && text.focus()); // no keyboard over half a phone unasked
  on("insert", insert);
  on("phrase", offer);
  on("quote", quote);
  $("composer").addEventListener("submit", submit);
  $("send").addEventListener("mousedown", (event) => event.preventDefault()); // a phone's keyboard stays up
  $("unquote").addEventListener("click", () => quote(null));
  $("private").addEventListener("click", togglePrivate);
  text.addEventListener("keydown", key);
  text.addEventListener("input", changed);
  text.addEventListener("click", () => complete(text));
  text.addEventListener("blur", closeCompletion);
}

function changed() {
  text.style.setProperty("height", "auto");
  text.style.setProperty("height", `${text.scrollHeight}px`);
  $("send").disabled = sending || !isReady();
  text.placeholder = t(isPrivate ? "private_hint" : "compose_hint");
  complete(text);
}

/** Return whether there is something to send and nothing of it is still being uploaded. */
function isReady() {
  const files = uploaded();
  return files !== null && (text.value.trim() || files.length > 0);
}

/** Put a chip's phrase in; it replaces that of another chip to which nothing was added. */
function offer(phrase) {
  if (text.value && text.value === offered) text.value = "";
  insert(phrase);
  offered = text.value === phrase ? phrase : "";
}

/** Insert a phrase at the caret, with one space before it. */
function insert(phrase) {
  const before = text.value.slice(0, text.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  text.setRangeText(gap + phrase, text.selectionStart, text.selectionEnd, "end");
  text.focus();
  changed();
}

function quote(message) {
  quoted = message;
  $("quoting").hidden = !message;
  if (!message) return;
  $("quoting-name").textContent = author(message).name;
  $("quoting-text").textContent = message.text || message.card?.title || message.attachments[0]?.name || "";
  text.focus();
}

function togglePrivate() {
  isPrivate = !isPrivate;
  $("private").setAttribute("aria-pressed", String(isPrivate));
  $("composer").classList.toggle("whispering", isPrivate);
  changed();
  text.focus();
}

function key(event) {
  if (event.isComposing || event.keyCode === 229) return; // the input method is still choosing a word
  if (completionKey(event, text)) return event.preventDefault();
  if (event.key === "Escape" && quoted) return quote(null);
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  $("composer").requestSubmit();
}

async function submit(event) {
  event.preventDefault();
  if (sending || !isReady()) return;
  if (!store.me) return emit("choose-person");
  sending = true;
  changed();
  const written = text.value;
  const files = uploaded();
  const done = await say(written.trim(), quoted?.id ?? null, isPrivate, files);
  sending = false;
  if (done) sent(written, files);
  changed();
}

/** Clear the sent text; keep what was typed while it was being sent. */
function sent(written, files) {
  text.value = text.value.startsWith(written) ? text.value.slice(written.length) : text.value;
  offered = "";
  quote(null);
  forget(files);
  emit("sent");
}

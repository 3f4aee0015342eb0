/** The connection to the bot: requests, actions, and the event stream, which reconnects by itself. */

import { t, toast } from "./group_dom.js";
import { applyState, emit, prepend, receive, store } from "./group_store.js";

const EVENTS = ["message", "change", "incidents", "chips", "clock", "health"];
const LONGEST_WAIT = 15_000;
let source = null;
let wait = 1000;
let asked = 0; // the latest question for the state; answers to older ones are dropped
let waiting = null; // events that came while the state was being asked for
let loadingEarlier = null;

async function call(path, body) {
  const type = body instanceof Blob ? "application/octet-stream" : "application/json";
  const bytes = body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(path, body && { method: "POST", headers: { "Content-Type": type }, body: bytes }).catch(() => {
    throw new Error(t("unreachable"));
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? t("failed"));
  return answer;
}

/** Return the answer; null after an error, which is shown to the person. */
async function ask(path, body) {
  try {
    return await call(path, body);
  } catch (error) {
    toast(error.message);
    return null;
  }
}

/** Do an action; return whether it worked. */
async function act(path, body) {
  return (await ask(path, body)) !== null;
}

export function say(text, quote, isPrivate, files) {
  return act("/group/say", { as: store.me, text, quote, private: isPrivate, files });
}

/** Store a file for the next message; return what the page shows of it, null if it was refused. */
export function upload(file) {
  return ask(`/group/files?${new URLSearchParams({ as: store.me, name: file.name })}`, file);
}

/** Return the messages that have the words, the newest first. */
/** Return what a look found, and where the next one goes on, `earlier`; it looks at some pages only. */
export async function find(words, earlier) {
  const asked = { as: store.me ?? "", words, ...(earlier ? { before: earlier } : {}) };
  return (await ask(`/group/find?${new URLSearchParams(asked)}`)) ?? { messages: [], earlier: null };
}

export function press(message, key) {
  return act("/group/press", { as: store.me, message, key });
}

export function moveClock(move) {
  return act("/group/clock", { move });
}

/** Load a page of earlier messages, once at a time; return whether it came. */
export function loadEarlier() {
  if (!store.state?.has_earlier) return Promise.resolve(false);
  loadingEarlier ??= fetchEarlier().finally(() => { loadingEarlier = null; });
  return loadingEarlier;
}

async function fetchEarlier() {
  try {
    prepend(await call(`/group/messages?before=${encodeURIComponent(store.messages[0].id)}`));
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

export async function refresh(keepEarlier = true) {
  const question = ++asked;
  waiting ??= [];
  try {
    const state = await call(`/group/state?as=${encodeURIComponent(store.me ?? "")}`);
    if (question !== asked) return;
    applyState(state, keepEarlier);
    const missed = waiting;
    waiting = null;
    for (const [name, data] of missed) receive(name, data);
  } catch {
    if (question === asked) reconnectLater();
  }
}

export function connect() {
  source?.close();
  source = new EventSource("/group/events");
  source.onopen = () => {
    wait = 1000;
    emit("link", true);
    refresh();
  };
  source.onerror = () => {
    emit("link", false);
    if (source.readyState === EventSource.CLOSED) reconnectLater();
  };
  for (const name of EVENTS) source.addEventListener(name, (event) => hear(name, JSON.parse(event.data)));
}

function hear(name, data) {
  if (waiting) waiting.push([name, data]);
  else if (store.state) receive(name, data);
}

function reconnectLater() {
  setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

addEventListener("online", connect);

/** The connection to the bot: requests, actions, and the event stream, which reconnects by itself. */

import { t, toast } from "./group_dom.js";
import { applyState, emit, prepend, receive, store } from "./group_store.js";

const EVENTS = ["message", "change", "incidents", "clock", "health"];
const LONGEST_WAIT = 15_000;
let source = null;
let wait = 1000;
let asked = 0; // the latest question for the state; answers to older ones are dropped
let waiting = null; // events that came while the state was being asked for
let loadingEarlier = false;

async function call(path, body) {
  const post = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, post).catch(() => {
    throw new Error(t("unreachable"));
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? t("failed"));
  return answer;
}

/** Do an action; return whether it worked. An error is shown to the person. */
async function act(path, body) {
  try {
    await call(path, body);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

export function say(text, quote, isPrivate) {
  return act("/group/say", { as: store.me, text, quote, private: isPrivate });
}

export function press(message, key) {
  return act("/group/press", { as: store.me, message, key });
}

export function moveClock(move) {
  return act("/group/clock", { move });
}

export async function loadEarlier() {
  if (loadingEarlier || !store.state?.has_earlier) return;
  loadingEarlier = true;
  try {
    prepend(await call(`/group/messages?before=${encodeURIComponent(store.messages[0].id)}`));
  } catch (error) {
    toast(error.message);
  } finally {
    loadingEarlier = false;
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

/** The page's state, and the listeners that are called when it changes. */

const listeners = new Map();

export const store = {
  state: null, // the last /group/state, kept current by events
  me: null, // the person this browser speaks as
  people: new Map(),
  messages: [], // oldest first
  pings: new Map(), // person → how often called since last looked at
};

export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function emit(name, data) {
  for (const listener of listeners.get(name) ?? []) listener(data);
}

export function applyState(state, keepEarlier) {
  const joint = state.messages.length ? indexOf(state.messages[0].id) : -1;
  const earlier = keepEarlier && joint > 0 ? store.messages.slice(0, joint) : [];
  const hasEarlier = earlier.length ? store.state.has_earlier : state.has_earlier;
  store.state = { ...state, has_earlier: hasEarlier };
  store.messages = [...earlier, ...state.messages];
  store.people = new Map(state.people.map((person, index) => [person.id, { ...person, tone: index % 12 }]));
  if (!store.people.has(store.me)) store.me = null;
  emit("state");
}

export function prepend(page) {
  store.messages = [...page.messages.filter((message) => indexOf(message.id) < 0), ...store.messages];
  store.state.has_earlier = page.has_earlier;
  emit("earlier");
}

/** Apply an event of the stream. A known message is replaced; a change of an unknown one is ignored. */
export function receive(name, data) {
  if (name === "message" || name === "change") return receiveMessage(name, data);
  store.state[name] = data;
  emit(name);
}

function receiveMessage(name, message) {
  const index = indexOf(message.id);
  if (index >= 0) {
    store.messages[index] = message;
    emit("change", message);
  } else if (name === "message") {
    store.messages.push(message);
    countPings(message);
    emit("message", message);
  }
}

function countPings(message) {
  const called = new Set([...message.mentions, message.to ?? ""]);
  called.delete(message.from);
  called.delete(store.me);
  for (const id of called) if (store.people.has(id)) store.pings.set(id, (store.pings.get(id) ?? 0) + 1);
  if (called.size) emit("pings");
}

function indexOf(id) {
  return store.messages.findLastIndex((message) => message.id === id);
}

export function isVisible(message) {
  if (message.to) return message.to === store.me || message.from === store.me;
  return (message.unit ?? null) === ownUnit();
}

/** Return the unit below the office of the person who speaks; null for the office's people, and where there are none. */
export function ownUnit() {
  return store.people.get(store.me)?.unit ?? null;
}

/** Return the open incidents that the person who speaks may see: all of them for the office. */
export function openIncidents() {
  const unit = ownUnit();
  return store.state.incidents.filter((one) => !unit || one.units.includes(unit));
}

export function author(message) {
  const { bot } = store.state;
  if (message.from === bot.id) return { ...bot, bot: true };
  return store.people.get(message.from) ?? { id: message.from, name: message.name, initial: message.name[0], tone: 11 };
}

/** Return whether the person who speaks is one of those who forward posts: the officers and the office. */
export function forwards() {
  return Boolean(store.people.get(store.me)?.roles.some((role) => ["officer", "office"].includes(role)));
}

export function incident(number) {
  return store.state.incidents.find((open) => open.number === number);
}

/** Create elements. Every text is inserted as text, never as markup. */

const words = JSON.parse(document.getElementById("words").textContent);
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  list: ["M8 6h12M8 12h12M8 18h12", "M4 6h.01M4 12h.01M4 18h.01"],
  close: ["M6 6l12 12M18 6L6 18"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  send: ["M4 12l16-8-6 16-3-7z"],
  quote: ["M10 7L5 12l5 5", "M5 12h9a5 5 0 0 1 5 5v1"],
  copy: ["M9 9h11v11H9z", "M5 15H4V4h11v1"],
  at: ["M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0z", "M16 12v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.5 7.1"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  down: ["M12 5v14M6 13l6 6 6-6"],
  forward: ["M14 7l5 5-5 5", "M19 12h-9a5 5 0 0 0-5 5v1"],
  check: ["M5 12.5l4.5 4.5L19 7"],
  clip: ["M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.6 1.6 0 0 1-2.3-2.3l7.7-7.7"],
  search: ["M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z", "M15.5 15.5L20.5 20.5"],
  echo: ["M11 8.5a5 5 0 0 1 0 7", "M14.5 5.5a9.5 9.5 0 0 1 0 13", "M6.5 12h.01"],
};

/** Return the sentence `key` in the page's language, with {names} filled in. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function $(id) {
  return document.getElementById(id);
}

/** h("button", {class: "x", "aria-label": "y", onclick: f}, "text", node, null) */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function button(attributes, ...children) {
  return h("button", { type: "button", ...attributes }, ...children);
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function fillIcons() {
  for (const slot of document.querySelectorAll("[data-icon]")) slot.replaceWith(icon(slot.dataset.icon));
}

export function avatar(person, attributes = {}) {
  const tag = attributes.onclick ? button : (all, ...children) => h("span", all, ...children);
  const tone = person.bot ? "tone-bot" : `tone-${person.tone}`;
  const face = person.bot ? icon("echo") : person.initial;
  return tag({ ...attributes, class: `avatar ${tone}`, "aria-hidden": attributes.onclick ? null : "true" }, face);
}

export function toast(text) {
  const note = h("p", { class: "toast" }, text);
  $("toasts").append(note);
  setTimeout(() => note.remove(), 2500 + text.length * 70);
}

/** Return the address if it may be opened, else null: only http and https are allowed. */
export function safeAddress(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** Open a modal dialog that closes on a click beside it; `content` replaces what it held. */
export function openSheet(id, ...content) {
  const sheet = $(id);
  sheet.replaceChildren(h("span", { class: "grip", "aria-hidden": "true" }), ...content);
  sheet.onclick = (event) => event.target === sheet && sheet.close();
  if (sheet.open) return;
  sheet.showModal();
  sheet.focus(); // on the whole, not on its way out
}

export function closeButton(id) {
  const close = () => $(id).close();
  return button({ class: "icon-button small", "aria-label": t("close"), onclick: close }, icon("close"));
}

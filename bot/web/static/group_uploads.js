/** Pictures and files of the message being written: chosen, pasted, or dropped on the chat. */

import { button, h, icon, t, toast, $ } from "./group_dom.js";
import { emit, store } from "./group_store.js";
import { upload } from "./group_wire.js";

const LARGEST = 20_000_000; // the server's limits: said here before anything is sent
const MOST = 9;
const tray = $("tray");
const chooser = $("chooser");
let added = [];

export function startUploads() {
  $("attach").addEventListener("click", () => (store.me ? chooser.click() : emit("choose-person")));
  chooser.addEventListener("change", () => {
    take(chooser.files);
    chooser.value = "";
  });
  $("text").addEventListener("paste", paste);
  const chat = $("chat");
  chat.addEventListener("dragover", (event) => drag(event, true));
  chat.addEventListener("dragleave", (event) => drag(event, false));
  chat.addEventListener("drop", drop);
}

/** Return the ids of what was added, null while something is still on its way. */
export function uploaded() {
  return added.some((one) => !one.kept) ? null : added.map((one) => one.kept.id);
}

/** Forget these files: they were sent, or belong to another person. */
export function forget(ids) {
  added = added.filter((one) => ids && !ids.includes(one.kept?.id));
  render();
}

function paste(event) {
  const { files } = event.clipboardData;
  if (!files.length) return;
  event.preventDefault();
  take(files);
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files");
}

function drag(event, over) {
  if (!hasFiles(event)) return;
  event.preventDefault();
  $("chat").classList.toggle("dropping", over);
}

function drop(event) {
  if (!hasFiles(event)) return;
  drag(event, false);
  take(event.dataTransfer.files);
}

function take(files) {
  if (!store.me) return emit("choose-person");
  for (const file of files) {
    if (added.length >= MOST) return toast(t("files_most", { n: MOST }));
    if (file.size > LARGEST) toast(t("file_large", { name: file.name }));
    else send(file);
  }
}

async function send(file) {
  const one = { name: file.name, kept: null };
  added.push(one);
  render();
  one.kept = await upload(file);
  if (!one.kept) added = added.filter((other) => other !== one);
  render();
}

function render() {
  tray.hidden = !added.length;
  tray.replaceChildren(h("ul", {}, ...added.map(row)), h("p", { class: "tray-hint" }, t("files_hint")));
  emit("uploads");
}

function row(one) {
  const { kept } = one;
  const face = kept?.kind === "picture" ? h("img", { src: kept.url, alt: "" }) : icon("file");
  const remove = () => {
    added = added.filter((other) => other !== one);
    render();
    $("text").focus();
  };
  const label = t("file_remove", { name: one.name });
  return h("li", {}, face, h("span", { class: "tray-name" }, kept?.name ?? t("file_going", { name: one.name })),
    button({ class: "icon-button small", "aria-label": label, title: label, onclick: remove }, icon("close")));
}

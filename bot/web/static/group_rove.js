/** One tab stop for a list: arrow keys, Home and End move in it, and only the current item's own controls are stops. */

const INNER = "a, button";

/** Watch the items of a container; return a function to call when they changed. */
export function rove(container, selector, { back = "ArrowUp", forth = "ArrowDown", last = false } = {}) {
  let current = null;
  const items = () => [...container.querySelectorAll(selector)].filter((item) => !item.hidden);
  const stop = (item) => {
    if (current) setStop(current, -1);
    current = item ?? null;
    if (current) setStop(current, 0);
  };
  container.addEventListener("focusin", (event) => {
    const item = event.target.closest(selector);
    if (item && item !== current) stop(item);
  });
  container.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target.closest(selector));
    const to = { [back]: at - 1, [forth]: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || !all[to] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    all[to].focus();
  });
  return () => {
    const all = items();
    for (const item of all) if (item !== current) setStop(item, -1);
    const keeps = all.includes(current) && (!last || container.contains(document.activeElement));
    if (!keeps) stop(last ? all.at(-1) : all[0]);
  };
}

function setStop(item, index) {
  item.tabIndex = index;
  for (const inner of item.querySelectorAll(INNER)) inner.tabIndex = index;
}

// @ts-check
/** The panel underneath: webhooks and faults of the call. */

import { node, the } from "./page.js";
import { word } from "./words.js";

/** @typedef {import("./exchange.js").CallEvent} CallEvent */

/** Forgets the last call. */
export function clearWire() {
  the("wire").replaceChildren();
  count();
}

/** @param {CallEvent} event a webhook or a fault @param {string} time of the call so far */
export function showOnWire(event, time) {
  const isFault = event.kind === "fault";
  const what = isFault
    ? node("p", {}, node("strong", { textContent: `${word("fault")} ${event.code ?? ""}` }), ` ${event.text ?? ""}`)
    : node("code", { textContent: event.url ?? "" });
  the("wire").append(node("li", { className: event.kind }, node("time", { textContent: time }), what));
  count();
}

function count() {
  const [webhooks, faults] = ["webhook", "fault"].map((kind) => the("wire").querySelectorAll(`.${kind}`).length);
  the("nothing-underneath").hidden = webhooks + faults > 0;
  show(the("webhook-count"), webhooks, word("webhooks", { count: webhooks }));
  show(the("fault-count"), faults, word("faults", { count: faults }));
}

/** @param {HTMLElement} element @param {number} number @param {string} text */
function show(element, number, text) {
  element.hidden = number === 0;
  element.textContent = text;
}

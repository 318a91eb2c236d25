// @ts-check
/** The text messages of the number one calls from, as bubbles. */

import { textMessages } from "./exchange.js";
import { node, the } from "./page.js";

const LOOK_AGAIN_MS = 4000;

/** @type {string} */
let shown = "";

/** @param {string} number shows its messages; nothing for a withheld number */
export async function look(number) {
  const messages = number ? await textMessages(number).catch(() => []) : [];
  const now = JSON.stringify(messages);
  if (now === shown) return;
  shown = now;
  the("messages").hidden = messages.length === 0;
  the("bubbles").replaceChildren(...messages.map(bubble));
  the("bubbles").scrollTop = the("bubbles").scrollHeight;
}

/** Messages also come after the call: looks now and then while somebody looks. @param {() => string} number */
export function keepLooking(number) {
  setInterval(() => document.visibilityState === "visible" && look(number()), LOOK_AGAIN_MS);
}

/** @param {import("./exchange.js").TextMessage} message */
function bubble(message) {
  const at = message.at ? new Date(message.at) : undefined;
  const when = at?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) ?? "";
  const small = node("small", { textContent: [message.from, when].filter(Boolean).join(" · ") });
  return node("li", {}, node("p", { textContent: message.body }), small);
}

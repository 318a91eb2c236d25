// @ts-check
/** The text messages of the number one calls from, as bubbles. */

import { textMessages } from "./exchange.js";
import { node, the } from "./page.js";

/** @param {string} number shows its messages; nothing for a withheld number */
export async function look(number) {
  const messages = number ? await textMessages(number).catch(() => []) : [];
  the("messages").hidden = messages.length === 0;
  the("bubbles").replaceChildren(...messages.map(bubble));
  the("bubbles").scrollTop = the("bubbles").scrollHeight;
}

/** @param {import("./exchange.js").TextMessage} message */
function bubble(message) {
  const at = message.at ? new Date(message.at) : undefined;
  const when = at?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) ?? "";
  const small = node("small", { textContent: [message.from, when].filter(Boolean).join(" · ") });
  return node("li", {}, node("p", { textContent: message.body }), small);
}

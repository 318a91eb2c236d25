// @ts-check
/** The text messages of the number one calls from, as bubbles; and a line to write one. */

import { textMessages, write } from "./exchange.js";
import { node, the } from "./page.js";

/** @param {string} number shows its messages; nothing for a withheld number */
export async function look(number) {
  const messages = number ? await textMessages(number).catch(() => []) : [];
  the("messages").hidden = !number;
  the("bubbles").replaceChildren(...messages.map((message) => bubble(message, number)));
  the("bubbles").scrollTop = the("bubbles").scrollHeight;
}

/** @param {string} from @param {string} to writes what stands in the line */
export async function send(from, to) {
  const body = the("text").value.trim();
  if (!body) return;
  await write(from, to, body);
  the("text").value = "";
  await look(from);
}

/** @param {import("./exchange.js").TextMessage} message @param {string} number */
function bubble(message, number) {
  const at = message.at ? new Date(message.at) : undefined;
  const when = at?.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) ?? "";
  const small = node("small", { textContent: [message.from, when].filter(Boolean).join(" · ") });
  return node("li", { className: message.from === number ? "mine" : "" }, node("p", { textContent: message.body }), small);
}

// @ts-check
/** The handset at rest: rings when its number is called, and learns of text messages. */

import { closeHandset, handsetEvents, rings } from "./exchange.js";
import { pause } from "./page.js";
import { ringback } from "./sound.js";

/** @typedef {{sid: string, from: string}} Incoming */

const LOOK_AGAIN_MS = 1000;

/** @type {AbortController} */
let listening = new AbortController();

/**
 * Listens for `number` until `rest` is called; a withheld number cannot be called.
 * @param {string} number
 * @param {{rung: (incoming: Incoming) => void, stopped: () => void, messageCame: () => void}} tell
 */
export async function listen(number, tell) {
  rest();
  if (!number) return;
  listening = new AbortController();
  const { signal } = listening;
  try {
    for await (const { kind, call = "", from = "" } of handsetEvents(number, signal)) {
      if (kind === "message") tell.messageCame();
      if (kind === "incoming") await ring({ sid: call, from }, tell, signal);
    }
  } catch {
    // Listening was ended, or the phone company is away: the next call that is made will say so.
  }
}

/** Stops listening and ringing: the handset is in use, or its number changed. */
export function rest() {
  listening.abort();
}

/** The page closes: its number must not ring here any more. @param {string} number */
export function close(number) {
  rest();
  if (number) closeHandset(number);
}

/**
 * Rings until the caller gives up, or the call is answered here or in another tab.
 * @param {Incoming} incoming @param {{rung: (incoming: Incoming) => void, stopped: () => void}} tell
 * @param {AbortSignal} signal
 */
async function ring(incoming, tell, signal) {
  if (!(await rings(incoming.sid, signal))) return;
  const hush = ringback();
  signal.addEventListener("abort", hush);
  tell.rung(incoming);
  while (await rings(incoming.sid, signal)) await pause(LOOK_AGAIN_MS);
  hush();
  tell.stopped();
}

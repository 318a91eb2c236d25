// @ts-check
/** What the phone's display says, decided from what happened. Pure: no sound, no page, no clock. */

/** @typedef {import("./exchange.js").CallEvent} CallEvent */
/** @typedef {import("./words.js").Word} Word */

/**
 * @typedef {"idle" | "incoming" | "calling" | "ringing" | "connected" | "ended"} Phase
 * @typedef {"ok" | "waiting" | "alert" | "idle"} Tone  the four state colours
 * @typedef {Readonly<{phase: Phase, word: Word, tone: Tone, listening: boolean, ending?: Word}>} Screen
 */

/** @type {Screen} */
export const READY = Object.freeze({ phase: "idle", word: "ready", tone: "idle", listening: false });

/** @type {Screen} */
export const INCOMING = Object.freeze({ phase: "incoming", word: "incoming", tone: "waiting", listening: false });

/** @type {Screen} */
export const CALLING = Object.freeze({ phase: "calling", word: "calling", tone: "waiting", listening: false });

/** @type {Screen} */
export const LOST = Object.freeze({ phase: "ended", word: "failed", tone: "alert", listening: false });

/** @type {Record<string, Partial<Screen>>} */
const CHANGES = {
  ringing: { phase: "ringing", word: "ringing", tone: "waiting" },
  answered: { phase: "connected", word: "connected", tone: "ok" },
  gather: { word: "listening", tone: "ok", listening: true },
  gather_end: { word: "connected", tone: "ok", listening: false },
  record: { word: "recording", tone: "waiting", listening: true },
  record_end: { word: "connected", tone: "ok", listening: false },
  dialing: { word: "dialing", tone: "waiting" },
  dialed: { word: "connected", tone: "ok" },
  bridged: { word: "talking", tone: "ok" },
  hold: { word: "hold", tone: "waiting" },
};

/** @type {Record<string, Partial<Screen>>} how a call that was never answered ended, by its status */
const UNANSWERED = {
  busy: { word: "busy", tone: "alert", ending: "is_busy" },
  "no-answer": { word: "ended", tone: "alert", ending: "no_answer" },
  failed: { word: "failed", tone: "alert", ending: "by_carrier" },
};

/** @type {Record<string, Word>} who ended a call */
const ENDED_BY = { caller: "by_caller", callee: "by_callee", service: "by_hotline", carrier: "by_carrier" };

/** @param {Screen} screen @param {CallEvent} event @returns {Screen} */
export function after(screen, event) {
  const change = event.kind === "hangup" ? endOf(event) : CHANGES[event.kind];
  return Object.freeze({ ...screen, ...change });
}

/** @param {CallEvent} hangup @returns {Partial<Screen>} */
function endOf({ by = "carrier", status = "" }) {
  /** @type {Partial<Screen>} */
  const usual = { phase: "ended", word: "ended", tone: "idle", listening: false, ending: ENDED_BY[by] };
  return by === "caller" ? usual : { ...usual, ...UNANSWERED[status] };
}

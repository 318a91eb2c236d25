// @ts-check
/** The phone company's side of the line: its small JSON API, relative to this page. */

import { pause } from "./page.js";

/**
 * One thing that happened on the call; which fields are there depends on `kind`.
 * @typedef {{n: number, at?: number, kind: string, text?: string, language?: string, voice?: string,
 *   url?: string, sound?: string, seconds?: number, digits?: string | number, finish?: string, timeout?: number,
 *   max_seconds?: number, silence?: number, to?: string, body?: string, status?: string, code?: string | number,
 *   by?: string}} CallEvent
 * @typedef {{n: number, kind: "incoming" | "cancelled" | "message", call?: string, from?: string}} HandsetEvent
 * @typedef {{numbers: Record<string, string>, hotline: string, pages: Pages}} Directory
 * @typedef {{calls?: string, messages?: string}} Pages  where the service's own pages are
 * @typedef {{to: string, from?: string, body: string, at?: number}} TextMessage
 */

const OVER = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);
const LONG_POLL_SECONDS = 20;
/** During a call: a browser that ended without a word is missed when it asks no more. */
const CALL_POLL_SECONDS = 5;
const LAST_LOOK_MS = 1500;
const TRIES_BEFORE_LOST = 5;

/** The phone company refused, or could not be reached. */
export class ExchangeError extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} [request]
 * @returns {Promise<any>} the answer's JSON, or {} when it has none
 */
async function ask(path, request) {
  const answer = await fetch(path, request);
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const body = isJson ? await answer.json() : {};
  if (!answer.ok) throw new ExchangeError(body.error ?? `${answer.status} ${answer.statusText}`);
  return body;
}

/** @param {string} path @param {object} [body] */
function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** @returns {Promise<Directory>} the numbers that can be rung, whose they are, and where their pages are */
export const directory = () => ask("state");

/** Rings `to`; an empty `from` withholds the number. @param {string} from @param {string} to */
export async function ring(from, to) {
  const { call } = await post("calls", { from, to });
  return /** @type {string} */ (typeof call === "object" ? call.sid : call);
}

/** @param {string} sid @param {string} keys */
export const sendKeys = (sid, keys) => post(`calls/${sid}/keys`, { keys });

/** Tells the engine that prompt `n` has been heard to its end. @param {string} sid @param {number} n */
export const promptFinished = (sid, n) => post(`calls/${sid}/finished`, { n });

/** @param {string} sid @param {Blob} wav what the caller said while recording */
export const sendVoice = (sid, wav) =>
  ask(`calls/${sid}/voice`, { method: "POST", headers: { "Content-Type": "audio/wav" }, body: wav });

/** @param {string} sid */
export const hangUp = (sid) => post(`calls/${sid}/hangup`);

/** Hangs up while the page is closing, when nobody can wait for an answer. @param {string} sid */
export const hangUpInPassing = (sid) => navigator.sendBeacon(`calls/${sid}/hangup`);

/** @param {string} from @param {string} to @param {string} body */
export const write = (from, to, body) => post("messages", { from, to, body });

/** @param {string} number @returns {Promise<TextMessage[]>} every text message `number` has got or written */
export async function textMessages(number) {
  const { messages } = await ask(`messages?of=${encodeURIComponent(number)}`);
  return messages;
}

/**
 * Everything that happens on the call, in order, until it is over and has nothing left to tell.
 * Short outages are ridden out; a longer one raises an error.
 * @param {string} sid @param {AbortSignal} signal stops listening
 * @returns {AsyncGenerator<CallEvent>}
 */
export async function* eventsOf(sid, signal) {
  let after = 0;
  let over = false;
  while (true) {
    const page = `calls/${sid}/events?after=${after}&wait=${CALL_POLL_SECONDS}`;
    const { events, status } = await patiently(() => ask(page, { signal }), signal);
    for (const event of events) {
      after = event.n;
      yield event;
    }
    if (over && events.length === 0) return;
    over ||= OVER.has(status);
    // What the service is told about a call that is over, it is told a moment later.
    if (over) await pause(LAST_LOOK_MS);
  }
}

/** This page among those that hold the same number: one that was loaded anew is another. */
const PAGE = Math.random().toString(36).slice(2);

/**
 * What happens to a number while no call is up; its handset is open for as long as somebody listens here.
 * @param {string} number @param {AbortSignal} signal stops listening
 * @returns {AsyncGenerator<HandsetEvent>}
 */
export async function* handsetEvents(number, signal) {
  let after = 0;
  while (true) {
    const asked = `handsets/${encodeURIComponent(number)}/events?page=${PAGE}&after=${after}&wait=${LONG_POLL_SECONDS}`;
    const { events } = await patiently(() => ask(asked, { signal }), signal);
    for (const event of events) {
      after = event.n;
      yield event;
    }
  }
}

/** Whether the call still rings. @param {string} sid @param {AbortSignal} signal @returns {Promise<boolean>} */
export async function rings(sid, signal) {
  const { status } = await ask(`calls/${sid}/events?after=0&wait=0`, { signal });
  return status === "ringing";
}

/** @param {string} sid a call that rings this handset */
export const pickUp = (sid) => post(`calls/${sid}/answer`);

/** @param {string} sid a call that rings this handset */
export const decline = (sid) => post(`calls/${sid}/decline`);

/** The page closes: calls to its number are no longer for this handset. @param {string} number */
export const closeHandset = (number) =>
  void navigator.sendBeacon(`handsets/${encodeURIComponent(number)}/close?page=${PAGE}`);


/** @template T @param {() => Promise<T>} question @param {AbortSignal} signal @returns {Promise<T>} */
async function patiently(question, signal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question();
    } catch (error) {
      if (signal.aborted || error instanceof ExchangeError || attempt === TRIES_BEFORE_LOST) throw error;
      await pause(250 * 2 ** attempt);
    }
  }
}

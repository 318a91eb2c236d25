// @ts-check
/** Shows on the telephone set what a screen says. */

import { the } from "./page.js";
import { word } from "./words.js";

/** @typedef {import("./screen.js").Screen} Screen */
/** @typedef {{name: string, number: string}} Party  the other end of the line */
/** @typedef {{sid: string, time: string}} Facts  of the call that is or was up, empty before the first */

const WITHOUT_A_TIMER = new Set(["idle", "incoming", "calling", "ringing"]);
const IN_CALL = new Set(["calling", "ringing", "connected"]);

let calls = "";

/** Whose phone this is, and the way to their other pages. @param {import("./exchange.js").Directory} directory */
export function showHotline({ hotline, pages }) {
  the("hotline").textContent = hotline;
  document.title = [word("phone_page"), hotline].filter(Boolean).join(" · ");
  the("pages").hidden = !pages.calls && !pages.messages;
  for (const [link, to] of [[the("calls-page"), pages.calls], [the("messages-page"), pages.messages]]) {
    link.hidden = !to;
    link.href = to ?? "";
  }
  calls = pages.calls ?? "";
  the("log-link").hidden = !calls;
}

/** @param {Screen} screen @param {Party} party @param {Facts} facts */
export function show(screen, party, facts) {
  const { phase } = screen;
  const inCall = IN_CALL.has(phase);
  document.body.dataset.phase = phase;
  document.body.classList.toggle("in-call", inCall);
  the("state").dataset.tone = screen.tone;
  the("state-word").textContent = word(screen.word);
  the("party").textContent = party.name || party.number;
  the("party-number").textContent = party.name ? party.number : "";
  the("timer").hidden = WITHOUT_A_TIMER.has(phase);
  showTime(facts.time);
  the("incoming").hidden = phase !== "incoming";
  the("outgoing").hidden = phase === "incoming";
  the("call").hidden = inCall;
  the("hang-up").hidden = !inCall;
  the("call-word").textContent = word(phase === "ended" ? "call_again" : "call");
  the("numbers").inert = inCall;
  the("keypad").dataset.listening = String(screen.listening);
  for (const key of the("keypad").children) key.disabled = phase !== "connected";
  showEnding(screen, facts.sid);
}

/** @param {string} time of the call so far */
export function showTime(time) {
  the("timer").textContent = time;
}

/** @param {Screen} screen @param {string} sid */
function showEnding({ phase, ending }, sid) {
  the("afterwards").hidden = phase !== "ended" || !sid;
  the("ending").textContent = ending ? word(ending) : "";
  the("log-link").href = `${calls}/${sid}`;
  if (phase === "ended" && document.activeElement === document.body) the("call").focus({ preventScroll: true });
}

/** A key of the keypad that was pressed on the keyboard goes down for a moment. @param {string} key */
export function dip(key) {
  const button = the("keypad").querySelector(`[value="${CSS.escape(key)}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 160);
}

/** Something that keeps the phone from working at all. @param {string} mistake */
export function complain(mistake) {
  the("mistake").textContent = mistake;
  the("mistake").hidden = false;
}

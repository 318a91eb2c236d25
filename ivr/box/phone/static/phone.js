// @ts-check
/** The telephone set: its numbers, keys and buttons, and the one call it can hold. */

import * as bell from "./bell.js";
import { Call } from "./call.js";
import { complain, dip, show, showHotline, showTime } from "./display.js";
import { decline, directory, hangUpInPassing } from "./exchange.js";
import { look, send } from "./inbox.js";
import { node, the } from "./page.js";
import { INCOMING, READY } from "./screen.js";
import { unlock } from "./sound.js";
import { translatePage, word } from "./words.js";

/** @typedef {import("./bell.js").Incoming} Incoming */

const A_NUMBER = "+84901234567";

/** @type {Call | undefined} */
let call;
/** @type {Incoming | undefined} */
let incoming;
/** @type {Record<string, string>} */
let names = {};

const inCall = () => call !== undefined && call.screen.phase !== "ended";
const called = () => /** @type {string} */ (the("to").value);
const caller = () => /** @type {string} */ (the("withheld").checked ? "" : the("from").value.replace(/[^+\d]/g, ""));
const hotline = () => partyAt(called());

/** @param {string} number */
function partyAt(number) {
  return { name: names[number] ?? "", number };
}

function startCall() {
  if (inCall() || incoming || the("call").disabled) return;
  remember();
  const mine = takeUp(hotline());
  void mine.ring(caller(), called());
}

function answer() {
  if (!incoming) return;
  const { sid, from } = incoming;
  const mine = takeUp(partyAt(from));
  void mine.pickUp(sid);
}

/** Lifts the handset for a new call. @param {import("./display.js").Party} party @returns {Call} */
function takeUp(party) {
  unlock();
  bell.rest();
  call?.leave();
  incoming = undefined;
  the("empty").hidden = true;
  const mine = new Call(
    (screen) => {
      if (mine === call) show(screen, party, { sid: mine.sid, time: mine.time() });
      if (mine === call && screen.phase === "ended") listen();
    },
    () => look(caller()),
  );
  call = mine;
  // The button is about to go: reading on, or pressing keys, starts from the captions.
  the("captions").focus({ preventScroll: true });
  return mine;
}

/** While no call is up, the number one calls from can be called. */
function listen() {
  void look(caller());
  void bell.listen(caller(), { rung, stopped: ready, messageCame: () => look(caller()) });
}

/** @param {Incoming} rings */
function rung(rings) {
  incoming = rings;
  show(INCOMING, partyAt(rings.from), { sid: "", time: "" });
}

function ready() {
  incoming = undefined;
  show(READY, hotline(), { sid: "", time: "" });
}

/** @param {string} key */
function press(key) {
  if (!inCall()) return;
  call?.press(key);
  dip(key);
}

/** @param {KeyboardEvent} event */
function onKeyboard(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape" && inCall()) void call?.hangUp();
  if (target.matches("input, select")) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  if (event.key === "Enter" && !target.matches("button, a, summary")) incoming ? answer() : startCall();
}

function remember() {
  localStorage.setItem("calling from", the("from").value);
  localStorage.setItem("withheld", String(the("withheld").checked));
}

function recall() {
  the("from").value = localStorage.getItem("calling from") ?? A_NUMBER;
  the("withheld").checked = localStorage.getItem("withheld") === "true";
  the("from").disabled = the("withheld").checked;
}

async function loadNumbers() {
  const known = await directory();
  names = known.numbers;
  showHotline(known);
  const choices = Object.entries(names).map(([value, name]) => node("option", { value, textContent: `${value} ${name}` }));
  the("to").replaceChildren(...choices);
  the("to-field").hidden = choices.length < 2;
  the("call").disabled = choices.length === 0;
  if (choices.length === 0) complain(word("no_numbers"));
}

function wire() {
  the("phone").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    startCall();
  });
  the("write").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    send(caller(), called()).catch(({ message: reason }) => complain(word("cannot_write", { reason })));
  });
  the("to").addEventListener("change", ready);
  the("from").addEventListener("change", listen);
  the("withheld").addEventListener("change", () => {
    the("from").disabled = the("withheld").checked;
    listen();
  });
  the("answer").addEventListener("click", answer);
  the("decline").addEventListener("click", () => incoming && decline(incoming.sid));
  the("hang-up").addEventListener("click", () => call?.hangUp());
  the("finish").addEventListener("click", () => call?.finishRecording());
  the("keypad").addEventListener("click", (/** @type {MouseEvent} */ event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (button) press(button.value);
  });
  document.addEventListener("keydown", onKeyboard);
  addEventListener("pagehide", leave);
  setInterval(() => inCall() && showTime(call?.time() ?? ""), 250);
}

/**
 * A closed page cannot be heard any more: to the hotline the caller hung up. So also where the browser keeps the
 * page to come back to: it may never, and is told of nothing then, while an agent would talk to nobody.
 */
function leave() {
  if (inCall() && call?.sid) hangUpInPassing(call.sid);
  bell.close(caller());
}

translatePage();
recall();
wire();
await loadNumbers().catch(({ message: reason }) => complain(word("no_directory", { reason })));
ready();
listen();

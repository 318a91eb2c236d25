// @ts-check
/** The telephone set: numbers, keys and buttons; what a call tells is shown here. */

import { Call } from "./call.js";
import { directory, hangUpInPassing } from "./exchange.js";
import { keepLooking, look } from "./inbox.js";
import { node, the } from "./page.js";
import { READY } from "./screen.js";
import { unlock } from "./sound.js";
import { translatePage, word } from "./words.js";

/** @typedef {import("./screen.js").Screen} Screen */

/** @type {Call | undefined} */
let call;
/** @type {Record<string, string>} */
let names = {};

const inCall = () => call !== undefined && call.screen.phase !== "ended";
const called = () => /** @type {string} */ (the("to").value);
const caller = () => /** @type {string} */ (the("withheld").checked ? "" : the("from").value.replace(/[^+\d]/g, ""));

/** @param {Screen} screen */
function show(screen) {
  const { phase, tone, ending } = screen;
  document.body.dataset.phase = phase;
  document.body.classList.toggle("in-call", inCall());
  the("state").dataset.tone = tone;
  the("state-word").textContent = word(screen.word);
  the("party").textContent = names[called()] ?? "";
  the("party-number").textContent = called();
  the("timer").hidden = phase === "idle" || phase === "calling" || phase === "ringing";
  the("timer").textContent = call?.time() ?? "";
  the("call").hidden = inCall();
  the("hang-up").hidden = !inCall();
  the("call-word").textContent = word(phase === "ended" ? "call_again" : "call");
  the("numbers").inert = inCall();
  for (const key of the("keypad").children) key.disabled = phase !== "connected";
  the("keypad").dataset.listening = String(screen.listening);
  showEnding(phase === "ended", ending && word(ending));
  if (document.activeElement === document.body && phase === "ended") the("call").focus({ preventScroll: true });
}

/** @param {boolean} ended @param {string} [how] */
function showEnding(ended, how = "") {
  the("afterwards").hidden = !ended || !call?.sid;
  the("ending").textContent = how;
  the("log-link").href = `/calls/${call?.sid ?? ""}`;
}

function startCall() {
  if (inCall() || the("call").disabled) return;
  unlock();
  remember();
  the("empty").hidden = true;
  call?.leave();
  const mine = new Call((screen) => mine === call && show(screen), () => look(caller()));
  call = mine;
  void mine.ring(caller(), called());
  // The call button is about to go: reading on, or pressing keys, starts from the captions.
  the("captions").focus({ preventScroll: true });
}

/** @param {string} key */
function press(key) {
  if (!inCall()) return;
  call?.press(key);
  const button = the("keypad").querySelector(`[value="${CSS.escape(key)}"]`);
  button?.classList.add("down");
  setTimeout(() => button?.classList.remove("down"), 160);
}

/** @param {KeyboardEvent} event */
function onKeyboard(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape" && inCall()) void call?.hangUp();
  if (target.matches("input, select")) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  if (event.key === "Enter" && !target.matches("button, a, summary")) startCall();
}

function remember() {
  localStorage.setItem("calling from", the("from").value);
  localStorage.setItem("withheld", String(the("withheld").checked));
}

function recall() {
  the("from").value = localStorage.getItem("calling from") ?? "+84901234567";
  the("withheld").checked = localStorage.getItem("withheld") === "true";
  the("from").disabled = the("withheld").checked;
}

async function loadNumbers() {
  try {
    ({ numbers: names } = await directory());
  } catch (error) {
    return complain(word("no_directory", { reason: /** @type {Error} */ (error).message }));
  }
  const numbers = Object.keys(names);
  the("to").replaceChildren(...numbers.map((value) => node("option", { value, textContent: `${names[value]}  ${value}` })));
  the("to-field").hidden = numbers.length < 2;
  if (numbers.length === 0) complain(word("no_numbers"));
}

/** @param {string} mistake */
function complain(mistake) {
  the("mistake").textContent = mistake;
  the("mistake").hidden = false;
  the("call").disabled = true;
}

translatePage();
recall();
await loadNumbers();
show(READY);
void look(caller());
keepLooking(caller);

the("phone").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  startCall();
});
the("to").addEventListener("change", () => show(READY));
the("withheld").addEventListener("change", () => (the("from").disabled = the("withheld").checked));
the("from").addEventListener("change", () => look(caller()));
the("hang-up").addEventListener("click", () => call?.hangUp());
the("finish").addEventListener("click", () => call?.finishRecording());
the("keypad").addEventListener("click", (/** @type {MouseEvent} */ event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  if (button) press(button.value);
});
document.addEventListener("keydown", onKeyboard);
setInterval(() => inCall() && (the("timer").textContent = call?.time()), 250);
// A closed page cannot be heard any more: to the hotline the caller hung up.
addEventListener("pagehide", () => inCall() && call?.sid && hangUpInPassing(call.sid));

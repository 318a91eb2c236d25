// The desk: keys, clocks that go on, buttons that need no page of their own, a bell for whoever calls.

import { Refused, deedOf, fields, send } from "./api.js";
import { bell } from "./bell.js";
import { look } from "./follow.js";
import { openLine } from "./line.js";
import { keepNotes } from "./notes.js";

const KEYS = "keys of the desk";
const the = (id) => document.getElementById(id);
const words = the("words").dataset;

// -- what the page shows -------------------------------------------------------------------------------------

/** A clock begins to go when it comes onto the page. */
function tick() {
  for (const clock of document.querySelectorAll(".ticks")) {
    const { age, left } = clock.dataset;
    clock.metAt ??= performance.now();
    const gone = (performance.now() - clock.metAt) / 1000;
    clock.textContent = written(age === undefined ? Math.max(0, left - gone) : Math.max(0, Number(age) + gone));
  }
}

/** @param {number} seconds @returns {string} such as 0:07, 12:30, 1:02:03 */
function written(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const TITLE = document.title;

function followed() {
  the("lost").hidden = true;
  tick();
  const offer = document.querySelector("[data-offer]");
  document.title = offer ? `☎ ${offer.dataset.who} · ${TITLE}` : TITLE;
  bell(offer && { id: offer.dataset.offer, who: `${offer.dataset.who} ${words.calls}`, what: offer.dataset.what });
}

// -- what the agent does -------------------------------------------------------------------------------------

/** Does what a form of the desk says, and shows what came of it without loading the page anew. */
async function does(event) {
  const { target: form, submitter } = event;
  const deed = deedOf(event);
  if (!deed) return;
  event.preventDefault();
  const sent = fields(form, submitter);
  if (document.activeElement?.matches("select, textarea")) document.activeElement.blur();
  if (sent.status === "ready" && window.Notification?.permission === "default") Notification.requestPermission();
  try {
    the("problem").hidden = true;
    await send(deed, sent);
  } catch (error) {
    if (error instanceof Refused) complain(error.message);
    else return void document.dispatchEvent(new Event("unfollowed"));
  }
  await look().catch(() => document.dispatchEvent(new Event("unfollowed")));
}

/** Says why something was not done. */
function complain(words) {
  the("problem").textContent = words;
  the("problem").hidden = false;
}

function pressed(event) {
  if (!the("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("textarea")) wanted.focus();
  else wanted.click();
}

// -- the page by itself --------------------------------------------------------------------------------------

/** A page that nobody sees rings all the same; its own clock would be slowed down there, a worker's is not. */
function followUnseen() {
  const worker = new Worker(new URL("tick.js", import.meta.url));
  worker.addEventListener("message", () => {
    if (document.hidden) look().catch(() => document.dispatchEvent(new Event("unfollowed")));
  });
}

if (the("desk")) {
  the("keys").checked = localStorage.getItem(KEYS) !== "off";
  the("keys").addEventListener("change", () => localStorage.setItem(KEYS, the("keys").checked ? "on" : "off"));
  document.addEventListener("submit", does);
  document.addEventListener("keydown", pressed);
  document.addEventListener("followed", followed);
  document.addEventListener("unfollowed", () => (the("lost").hidden = false));
  setInterval(tick, 500);
  keepNotes();
  openLine(the("desk").dataset);
  followUnseen();
  followed();
}

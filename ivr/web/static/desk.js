// The desk: keys, clocks that go on, buttons that need no page of their own, a bell for whoever calls.

import { tick } from "./ages.js";
import { bell } from "./bell.js";
import { doDeeds } from "./deeds.js";
import { look } from "./follow.js";
import { openLine, press } from "./line.js";
import { keepNotes } from "./notes.js";

const KEYS = "keys of the desk";
const the = (id) => document.getElementById(id);
const words = the("words").dataset;

// -- what the page shows -------------------------------------------------------------------------------------

const TITLE = document.title;

function followed() {
  the("lost").hidden = true;
  tick();
  showDialled();
  takeOwn();
  const offer = document.querySelector("[data-offer]");
  document.title = offer ? `☎ ${offer.dataset.who} · ${TITLE}` : TITLE;
  bell(offer && !("own" in offer.dataset) && { id: offer.dataset.offer, who: `${offer.dataset.who} ${words.calls}`, what: offer.dataset.what });
}

// -- what the agent does -------------------------------------------------------------------------------------

let calling = false;

/** The browser may ring for whoever is ready. */
function before(sent) {
  if (sent.status === "ready" && window.Notification?.permission === "default") Notification.requestPermission();
}

/** Whom the agent calls is offered to them as a caller is: here they have said so once already. */
function after(form) {
  if (form.id !== "calling") return;
  calling = true;
  history.replaceState(null, "", location.pathname);
}

function takeOwn() {
  if (!calling || !document.querySelector("[data-wished]")) return;
  calling = false;
  the("key-a")?.click();
}

function pressed(event) {
  if (!the("keys").checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
  if (event.target.closest("#keypad") && PAD.includes(key)) return dial(key);
  const wanted = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("button")) wanted.click();
  else (wanted.querySelector(FIRST) ?? wanted).focus();
  if (wanted.matches("textarea")) wanted.setSelectionRange(wanted.value.length, wanted.value.length); // write on
}

const FIRST = "button, input:not([type=hidden]), select";
const PAD = "0123456789*#";

let dialled = "";

/** A key goes to the other side. */
function dial(key) {
  if (press(key)) dialled += key;
  showDialled();
}

/** What was sent in this conversation stays to be read. */
function showDialled() {
  const place = document.querySelector("[data-sent]");
  if (!place) dialled = "";
  else if (place.textContent !== dialled) place.textContent = dialled;
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
  doDeeds({ before, after });
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", ({ target }) => target.dataset?.digit && dial(target.dataset.digit));
  document.addEventListener("followed", followed);
  document.addEventListener("unfollowed", () => (the("lost").hidden = false));
  setInterval(tick, 500);
  keepNotes();
  openLine(the("desk").dataset);
  followUnseen();
  followed();
}

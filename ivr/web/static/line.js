// The line of this page: the agent's own telephone. It picks up by itself, as they have accepted on the page.

import { send } from "./api.js";

const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

let sendKey = null;

/**
 * Sends a key to the other side, as a tone.
 * @param {string} key 0 to 9, * or #
 * @returns {boolean} false while nobody is on this line
 */
export function press(key) {
  sendKey?.(key);
  return sendKey !== null;
}

/** @param {{line?: string, client?: string}} desk by which company the page is rung, and as whom */
export function openLine({ line, client }) {
  if (line === "box") void inTheBox(client ?? "");
  if (line === "carrier") void atTheCarrier();
}

/** The phone company in the box: a handset that is open for as long as somebody asks about it. */
async function inTheBox(client) {
  const page = Math.random().toString(36).slice(2);
  const handset = `/phone/handsets/${encodeURIComponent(client)}`;
  addEventListener("pagehide", () => navigator.sendBeacon(`${handset}/close?page=${page}`));
  for (let after = 0; ; ) {
    try {
      const { events } = await asked(`${handset}/events?page=${page}&after=${after}&wait=20`);
      for (const { n, kind, call } of events) {
        after = n;
        if (kind === "incoming") void pickUp(call);
      }
    } catch {
      after = 0; // a box that was started again counts anew
      await pause(1000);
    }
  }
}

/** Picks up, and says of each prompt that it was heard: nothing is said on this line but to the two. */
async function pickUp(call) {
  await told(`/phone/calls/${call}/answer`, {});
  const mine = (key) => void told(`/phone/calls/${call}/keys`, { keys: key });
  for (let after = 0; ; ) {
    const { events, status } = await heard(call, after);
    const isOpen = status === "in-progress" || status === "ringing";
    if (isOpen) sendKey = mine;
    else if (sendKey === mine) sendKey = null;
    for (const { n, kind } of events) {
      after = n;
      if (kind === "say" || kind === "play") await told(`/phone/calls/${call}/finished`, { n });
    }
    if (!isOpen) return;
  }
}

/** What happened in a call; whoever cannot ask now, asks again: only a call nobody knows any more is over. */
async function heard(call, after) {
  for (;;) {
    try {
      return await asked(`/phone/calls/${call}/events?after=${after}&wait=20`);
    } catch (error) {
      if (error.status === 404) return { events: [], status: "completed" };
      await pause(1000);
    }
  }
}

async function asked(path, request) {
  const answer = await fetch(path, { cache: "no-store", ...request });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${path}`), { status: answer.status });
  return answer.json();
}

const told = (path, what) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });

/**
 * A real carrier: its own software talks, with a pass of ours that is renewed before it ends. What fails is tried
 * again, with growing pauses, and the page says so meanwhile.
 */
async function atTheCarrier() {
  let device = null;
  let opening = false;

  async function open() {
    if (opening) return;
    opening = true;
    for (let wait = FIRST_WAIT; !(await opened()); wait = Math.min(2 * wait, LONGEST_WAIT)) {
      broken(true);
      await pause(wait);
    }
    opening = false;
    broken(false);
  }

  async function opened() {
    try {
      const { token } = await send("GET /api/me/token");
      if (device) device.updateToken(token);
      else device = made(token);
      if (device.state !== "registered") await device.register();
      return true;
    } catch {
      return false; // the hotline does not answer, gives no pass, or the carrier does not take it
    }
  }

  function made(token) {
    const telephone = new window.Twilio.Device(token, { closeProtection: true });
    const reopen = () => telephone.state !== "registered" && void open();
    telephone.on("tokenWillExpire", () => void open());
    telephone.on("unregistered", reopen);
    telephone.on("error", reopen);
    telephone.on("incoming", (call) => {
      call.on("disconnect", () => (sendKey = null));
      call.accept();
      sendKey = (key) => call.sendDigits(key);
    });
    telephone.audio?.incoming(false); // the page rings by itself
    return telephone;
  }

  await open();
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

const broken = (is) => (document.getElementById("line-broke").hidden = !is);

// The line of this page: the agent's own telephone. It picks up by itself, as they have accepted on the page.

import { send } from "./api.js";

const words = document.getElementById("words")?.dataset;
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
    const { events, status } = await asked(`/phone/calls/${call}/events?after=${after}&wait=20`);
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

async function asked(path, request) {
  const answer = await fetch(path, { cache: "no-store", ...request });
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.json();
}

const told = (path, what) =>
  asked(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });

/** A real carrier: its own software talks, with a pass of ours that is renewed before it ends. */
async function atTheCarrier() {
  const pass = async () => (await send("GET /api/me/token")).token;
  const device = new window.Twilio.Device(await pass(), { closeProtection: true });
  device.on("tokenWillExpire", async () => device.updateToken(await pass()));
  device.on("incoming", (call) => {
    call.on("disconnect", () => (sendKey = null));
    call.accept();
    sendKey = (key) => call.sendDigits(key);
  });
  device.on("unregistered", () => void again(device, pass));
  device.on("error", () => complain());
  await device.register();
  device.audio?.incoming(false); // the page rings by itself
}

async function again(device, pass) {
  complain();
  await pause(2000);
  device.updateToken(await pass());
  await device.register();
}

function complain() {
  const lost = document.getElementById("lost");
  lost.textContent = words?.noLine ?? lost.textContent;
  lost.hidden = false;
}

// Notes of a conversation are kept as they are typed.

import { Refused, fields, send } from "./api.js";

const SOON = 500;

export function keepNotes() {
  let waiting;
  document.addEventListener("input", ({ target }) => {
    const form = target.closest("[data-notes]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(save, SOON, form);
  });
  document.addEventListener("focusout", ({ target }) => {
    const form = target.closest("[data-notes]");
    if (form && changed(form)) save(form);
  });
  addEventListener("pagehide", leave);
}

/** What was typed last, when the page goes: nobody can wait for an answer. */
function leave() {
  for (const form of document.querySelectorAll("[data-notes]")) {
    if (changed(form)) void send(form.dataset.api, fields(form), { keepalive: true }).catch(() => {});
  }
}

const changed = (form) => [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

async function save(form) {
  const sent = fields(form);
  try {
    await send(form.dataset.api, sent);
    for (const field of form.querySelectorAll("textarea")) field.defaultValue = sent[field.name];
    say(form, true);
  } catch (error) {
    say(form, false);
    if (!(error instanceof Refused)) setTimeout(() => form.isConnected && save(form), 4 * SOON);
  }
}

function say(form, saved) {
  form.querySelector("[data-saved]").hidden = !saved;
  form.querySelector("[data-unsaved]").hidden = saved;
}

// Notes of a conversation are kept as they are typed.

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
    if (changed(form)) navigator.sendBeacon(form.action, typed(form));
  }
}

function typed(form) {
  const sent = new FormData(form);
  sent.set("deed", "save");
  return new URLSearchParams(sent);
}

const changed = (form) => [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

async function save(form) {
  const sent = typed(form);
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && !answer.ok) throw new Error(answer.statusText);
    for (const field of form.querySelectorAll("textarea")) field.defaultValue = sent.get(field.name);
    say(form, true);
  } catch {
    say(form, false);
    setTimeout(() => form.isConnected && save(form), 4 * SOON);
  }
}

function say(form, saved) {
  form.querySelector("[data-saved]").hidden = !saved;
  form.querySelector("[data-unsaved]").hidden = saved;
}

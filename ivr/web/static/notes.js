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
}

const changed = (form) => [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

async function save(form) {
  const sent = new FormData(form);
  sent.set("deed", "save");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), redirect: "manual" });
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

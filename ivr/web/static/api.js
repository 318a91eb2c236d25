// What a page does is sent to the API, as JSON. A form, or a button in it, says where: data-api="PUT /api/me/status".

const page = document.getElementById("words")?.dataset;

/** The hotline does not do it; its words say why. */
export class Refused extends Error {}

/**
 * @param {string} deed such as "POST /api/offers/abc/accept"
 * @param {object} [what] what is sent along
 * @param {RequestInit} [more]
 * @returns {Promise<any>} what is answered, if anything is. Throws Refused, and TypeError if nobody answers.
 */
export async function send(deed, what, more) {
  const [method, path] = deed.split(" ");
  const headers = { "Content-Type": "application/json", "X-Seal": page?.seal ?? "" };
  const body = method === "GET" ? undefined : JSON.stringify(what ?? {});
  const answer = await fetch(path, { method, headers, body, cache: "no-store", ...more });
  if (answer.status === 401) location.reload(); // signed out meanwhile: the page asks to sign in
  if (answer.ok) return answer.status === 204 ? undefined : answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Refused(told.problem ?? `${answer.status} ${path}`);
}

/** @param {HTMLFormElement} form @param {HTMLElement} [submitter] @returns {object} its fields, as they are named */
export const fields = (form, submitter) => Object.fromEntries(new FormData(form, submitter));

/** @param {SubmitEvent} event @returns {string | undefined} what the button, or else its form, is to do */
export const deedOf = ({ target, submitter }) => submitter?.dataset.api ?? target.dataset.api;

// What a form says is done without a page of its own; then the page shows what came of it.

import { Refused, deedOf, fields, send } from "./api.js";
import { look } from "./follow.js";

const problem = document.getElementById("problem");
const lost = () => void document.dispatchEvent(new Event("unfollowed"));

/** @param {{before?: (sent: object) => void, after?: (form: HTMLFormElement) => void}} [of] the page's own part */
export function doDeeds({ before, after } = {}) {
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    const deed = deedOf(event);
    if (!deed) return;
    event.preventDefault();
    const sent = fields(form, submitter);
    for (const field of form.querySelectorAll("[data-number]")) sent[field.name] = plain(field.value);
    if (document.activeElement?.matches("select, textarea")) document.activeElement.blur();
    before?.(sent);
    try {
      problem.hidden = true;
      await send(deed, sent);
      after?.(form);
    } catch (error) {
      if (!(error instanceof Refused)) return lost();
      problem.textContent = error.message;
      problem.hidden = false;
    }
    await look().catch(lost);
  });
}

/** @param {string} number as people write it @returns {string} without its spaces and dashes */
const plain = (number) => number.replace(/[\s().\-/]/g, "");

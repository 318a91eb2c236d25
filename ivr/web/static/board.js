// The board: clocks that go on, and on the page of a queue what a supervisor does there.

import { tick } from "./ages.js";
import { doDeeds } from "./deeds.js";

/** Fields as the API has them: `says.en` is a text of `says`, `where` is what and which. @param {object} sent */
function before(sent) {
  for (const [name, value] of Object.entries(sent)) {
    const [part, language] = name.split(".");
    if (language) {
      (sent.says ??= {})[language] = value;
      delete sent[name];
    } else if (part === "where") {
      const [to] = value.split(":");
      Object.assign(sent, { to, name: value.slice(to.length + 1) });
      delete sent.where;
    }
  }
  if (sent.reason === "") delete sent.reason;
}

/** What was written is done. @param {HTMLFormElement} form */
const after = (form) => form.reset();

if (document.getElementById("problem")) doDeeds({ before, after });
document.addEventListener("followed", () => {
  document.getElementById("lost").hidden = true;
  tick();
});
document.addEventListener("unfollowed", () => (document.getElementById("lost").hidden = false));
setInterval(tick, 500);
tick();

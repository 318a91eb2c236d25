// @ts-check
/** The written call: what is said, what is pressed, what happens, in order. */

import { languageName, word } from "./words.js";
import { node } from "./page.js";

/** @typedef {import("./exchange.js").CallEvent} CallEvent */

export class Captions {
  /** @type {Map<number, HTMLElement>} the line of each prompt, by its number */
  #prompts = new Map();

  /** @param {HTMLElement} lines @param {() => string} time of the call so far */
  constructor(lines, time) {
    this.lines = lines;
    this.time = time;
    lines.replaceChildren();
  }

  /** @param {CallEvent} prompt a say or play: its words, or the name of a recording without any */
  prompt(prompt) {
    const text = prompt.text ?? `${word("plays")}: ${prompt.digits ?? fileName(prompt.url ?? "")}`;
    const line = this.#add("heard", node("p", { lang: prompt.language ?? "", textContent: text }));
    if (prompt.language) line.append(node("abbr", { textContent: family(prompt), title: languageName(prompt.language) }));
    this.#prompts.set(prompt.n, line);
  }

  /** @param {CallEvent} prompt is being heard now; it stays the current one while the line waits after it */
  current(prompt) {
    this.quiet();
    this.#prompts.get(prompt.n)?.setAttribute("aria-current", "true");
  }

  /** @param {CallEvent} prompt is over @param {boolean} wasCut by a key */
  over(prompt, wasCut) {
    const line = this.#prompts.get(prompt.n);
    line?.classList.toggle("cut", wasCut);
    if (wasCut) line?.removeAttribute("aria-current");
  }

  /** Nothing is being heard. */
  quiet() {
    for (const line of this.#prompts.values()) line.removeAttribute("aria-current");
  }

  /** @param {string} key that the caller pressed */
  key(key) {
    const last = /** @type {HTMLElement | null} */ (this.lines.lastElementChild);
    const isRow = last?.className === "pressed";
    const row = isRow ? last : this.#add("pressed", node("span", { textContent: word("you_pressed") }));
    row.append(node("kbd", { textContent: key }));
  }

  /** @param {string} key that nobody listened to: the last such one is marked */
  lost(key) {
    const keys = /** @type {HTMLElement[]} */ ([...this.lines.querySelectorAll("kbd:not(.lost)")]);
    const last = keys.findLast((each) => each.textContent === key);
    last?.classList.add("lost");
    last?.after(node("small", { textContent: word("unheard") }));
  }

  /** @param {string} text something that happened @param {string} [kind] */
  note(text, kind = "note") {
    this.#add(kind, node("p", { textContent: text }));
  }

  /** @param {string} kind @param {HTMLElement} content */
  #add(kind, content) {
    const line = node("li", { className: kind }, node("time", { textContent: this.time() }), content);
    this.lines.append(line);
    return line;
  }
}

/** @param {CallEvent} prompt */
const family = (prompt) => (prompt.language ?? "").split("-")[0];

/** @param {string} url */
const fileName = (url) => decodeURIComponent(url.split("?")[0].split("/").pop() ?? "");

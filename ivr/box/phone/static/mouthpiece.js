// @ts-check
/** What the caller says while the line records: shown as a level, sent when the recording ends. */

import { clock, the } from "./page.js";
import { nothing, record } from "./recorder.js";
import { Silence } from "./silence.js";
import { word } from "./words.js";

/** @typedef {import("./recorder.js").Recording} Recording */

export class Mouthpiece {
  /** @type {Promise<Recording | undefined> | undefined} */
  #recording;
  #since = 0;
  #silence = new Silence(0);
  #isQuiet = false;
  #hasKey = false;

  /**
   * Opens the microphone. Without one the page says so, and the engine speaks in the caller's stead.
   * @param {{seconds: number, quiet: () => void}} silence after so many seconds `quiet` is called, once; 0: never
   * @param {boolean} hasKey whether a key ends it
   */
  open({ seconds, quiet }, hasKey) {
    this.#since = performance.now();
    this.#silence = new Silence(seconds);
    this.#isQuiet = false;
    the("recording").hidden = false;
    the("recording-hint").textContent = "";
    the("level").value = 0;
    this.#hasKey = hasKey;
    this.#recording = record((level) => this.#hear(level, quiet)).then(
      (recording) => this.#say("microphone", recording),
      () => this.#say("no_microphone"),
    );
  }

  /**
   * Closes the microphone.
   * @returns {Promise<{wav: Blob, length?: string} | undefined>} undefined if there was no microphone; an empty
   * sound without a length if silence ended it before anything was said
   */
  async close() {
    the("recording").hidden = true;
    const recording = this.#recording;
    this.#recording = undefined;
    const length = clock(Math.max(1, (performance.now() - this.#since) / 1000));
    const wav = await (await recording)?.stop();
    if (wav && this.#isQuiet && !this.#silence.broken) return { wav: nothing() };
    return wav && { wav, length };
  }

  /** @param {number} level @param {() => void} quiet */
  #hear(level, quiet) {
    the("level").value = level;
    if (this.#isQuiet || !this.#recording || !this.#silence.hears(level, performance.now())) return;
    this.#isQuiet = true;
    quiet();
  }

  /** @param {"microphone" | "no_microphone"} hint @param {Recording} [recording] */
  #say(hint, recording) {
    the("recording-hint").textContent = word(hint);
    the("level").hidden = !recording;
    the("finish").hidden = !recording && !this.#hasKey;
    return recording;
  }
}

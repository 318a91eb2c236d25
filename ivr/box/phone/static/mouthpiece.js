// @ts-check
/** What the caller says while the line records: shown as a level, sent when the recording ends. */

import { clock, the } from "./page.js";
import { record } from "./recorder.js";
import { word } from "./words.js";

/** @typedef {import("./recorder.js").Recording} Recording */

export class Mouthpiece {
  /** @type {Promise<Recording | undefined> | undefined} */
  #recording;
  #since = 0;

  /** Opens the microphone. Without one the page says so, and the engine speaks in the caller's stead. */
  open() {
    this.#since = performance.now();
    the("recording").hidden = false;
    the("recording-hint").textContent = "";
    the("level").value = 0;
    this.#recording = record((level) => (the("level").value = level)).then(
      (recording) => this.#say("microphone", recording),
      () => this.#say("no_microphone"),
    );
  }

  /**
   * Closes the microphone.
   * @returns {Promise<{wav: Blob, length: string} | undefined>} nothing if nothing was recorded
   */
  async close() {
    the("recording").hidden = true;
    const recording = this.#recording;
    this.#recording = undefined;
    const length = clock(Math.max(1, (performance.now() - this.#since) / 1000));
    const wav = await (await recording)?.stop();
    return wav && { wav, length };
  }

  /** @param {"microphone" | "no_microphone"} hint @param {Recording} [recording] */
  #say(hint, recording) {
    the("recording-hint").textContent = word(hint);
    the("level").hidden = !recording;
    return recording;
  }
}

// @ts-check
/** Notices that nobody speaks any more. Pure: no sound, no page, no clock. */

/** From here on a level (0 to 1, a step of 1/60 for each decibel) is a voice and not a quiet room: -42 dB. */
const VOICE = 0.3;

export class Silence {
  /** Whether anything was said at all. */
  broken = false;
  /** @type {number | undefined} when it began to be quiet */
  #since;

  /** @param {number} seconds how long it must be quiet; 0 for ever */
  constructor(seconds) {
    this.seconds = seconds;
  }

  /** @param {number} level @param {number} at in milliseconds @returns {boolean} whether it has been quiet for long enough */
  hears(level, at) {
    const isVoice = level >= VOICE;
    this.broken ||= isVoice;
    if (isVoice || this.#since === undefined) this.#since = at;
    return this.seconds > 0 && at - this.#since >= this.seconds * 1000;
  }
}

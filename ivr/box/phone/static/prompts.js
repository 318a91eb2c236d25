// @ts-check
/** Makes prompts heard, one after another: a recording, the browser's voice, or silence long enough to read. */

import { unlock } from "./sound.js";

/** @typedef {import("./exchange.js").CallEvent} CallEvent */

const UNSTARTED_VOICE_MS = 2500;

/**
 * @param {string} language such as "vi-VN"
 * @returns {SpeechSynthesisVoice | undefined} a voice of exactly that language, else of its family
 */
export function voiceOf(language) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  const tag = (/** @type {string} */ text) => text.replace("_", "-").toLowerCase();
  const family = tag(language).split("-")[0];
  return (
    voices.find((voice) => tag(voice.lang) === tag(language)) ??
    voices.find((voice) => tag(voice.lang).split("-")[0] === family)
  );
}

/** @param {number} ms @param {AbortSignal} cut */
function silence(ms, cut) {
  return new Promise((resume) => {
    const timer = setTimeout(resume, ms);
    cut.addEventListener("abort", () => resume(clearTimeout(timer)));
  });
}

/** @param {string} url @param {AbortSignal} cut @returns {Promise<void>} rejected if it cannot be played */
async function recording(url, cut) {
  const audio = unlock();
  const answer = await fetch(url, { signal: cut });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const buffer = await audio.decodeAudioData(await answer.arrayBuffer());
  if (cut.aborted) return;
  const source = new AudioBufferSourceNode(audio, { buffer });
  source.connect(audio.destination);
  await new Promise((resume) => {
    source.onended = resume;
    cut.addEventListener("abort", () => source.stop());
    source.start();
  });
}

/** @param {string} text @param {SpeechSynthesisVoice} voice @param {AbortSignal} cut @returns {Promise<void>} */
function spoken(text, voice, cut) {
  return new Promise((resume, reject) => {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    const mute = setTimeout(() => reject(new Error("the voice did not start")), UNSTARTED_VOICE_MS);
    utterance.onstart = () => clearTimeout(mute);
    utterance.onend = () => resume();
    utterance.onerror = (event) => (cut.aborted ? resume() : reject(new Error(event.error)));
    cut.addEventListener("abort", () => resume(speechSynthesis.cancel()));
    speechSynthesis.speak(utterance);
  });
}

/**
 * @param {CallEvent} prompt @param {AbortSignal} cut @param {(language: string) => void} noVoice
 * @returns {Promise<unknown>}
 */
function heard(prompt, cut, noVoice) {
  if (prompt.sound) return recording(prompt.sound, cut);
  if (prompt.kind !== "say") return Promise.reject(new Error("nothing to play"));
  const voice = voiceOf(prompt.language ?? "en-US");
  if (voice) return spoken(prompt.text ?? "", voice, cut);
  noVoice(prompt.language ?? "en-US");
  return Promise.reject(new Error("no voice"));
}

/**
 * The earpiece: what was put in is heard in that order.
 * `started` and `ended` tell about each prompt, `noVoice` which language the browser cannot speak.
 */
export class Earpiece {
  /** @type {CallEvent[]} */
  #waiting = [];
  /** @type {AbortController | undefined} */
  #cut;

  /** @param {{started: (prompt: CallEvent) => void, ended: (prompt: CallEvent, wasCut: boolean) => void,
   *   noVoice: (language: string) => void}} tell */
  constructor(tell) {
    this.tell = tell;
  }

  /** @param {CallEvent} prompt a say, play or pause */
  put(prompt) {
    this.#waiting.push(prompt);
    if (!this.#cut) void this.#playAll();
  }

  /** Silences the current prompt and forgets the ones behind it. */
  stop() {
    this.#waiting = [];
    this.#cut?.abort();
  }

  async #playAll() {
    for (let prompt = this.#waiting.shift(); prompt; prompt = this.#waiting.shift()) {
      this.#cut = new AbortController();
      await this.#play(prompt, this.#cut.signal);
    }
    this.#cut = undefined;
  }

  /** @param {CallEvent} prompt @param {AbortSignal} cut */
  async #play(prompt, cut) {
    this.tell.started(prompt);
    try {
      await heard(prompt, cut, this.tell.noVoice);
    } catch {
      // Nothing could be heard: leave the caption standing for as long as the words would take.
      if (!cut.aborted) await silence((prompt.seconds ?? 1) * 1000, cut);
    }
    this.tell.ended(prompt, cut.aborted);
  }
}

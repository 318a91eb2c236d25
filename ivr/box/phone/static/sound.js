// @ts-check
/** The one audio context of the page, and the tones a telephone makes. */

/** @type {AudioContext | undefined} */
let context;

/** Browsers stay silent until the user acts: call this from a click or a key. */
export function unlock() {
  context ??= new AudioContext();
  void context.resume();
  return context;
}

// ITU-T Q.23: each key is one row tone and one column tone, in hertz.
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = ["123", "456", "789", "*0#"];

/** @param {string} key @returns {[number, number]} the two frequencies of a key, in hertz */
export function frequenciesOf(key) {
  const row = KEYS.findIndex((keys) => keys.includes(key));
  return [ROWS[row], COLUMNS[KEYS[row].indexOf(key)]];
}

/** @typedef {{hertz: number[], seconds: number, delay?: number, loudness?: number}} Tone */

/** @param {Tone} tone @returns {() => void} stops the tone early */
function sound({ hertz, seconds, delay = 0, loudness = 0.08 }) {
  // An incoming call may ring a page nobody has touched yet: it must stay silent, and only shows.
  if (navigator.userActivation?.hasBeenActive === false) return () => {};
  const audio = unlock();
  const start = audio.currentTime + delay;
  const gain = new GainNode(audio, { gain: 0 });
  // Eight milliseconds of ramp at each end, or the tone begins and ends with a click.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + 0.008);
  gain.gain.setValueAtTime(loudness, start + seconds - 0.008);
  gain.gain.linearRampToValueAtTime(0, start + seconds);
  gain.connect(audio.destination);
  const voices = hertz.map((frequency) => new OscillatorNode(audio, { frequency }));
  for (const voice of voices) {
    voice.connect(gain);
    voice.start(start);
    voice.stop(start + seconds);
  }
  return () => gain.disconnect();
}

/** @param {string} key */
export const keyTone = (key) => void sound({ hertz: frequenciesOf(key), seconds: 0.16 });

/** The tone before a recording. */
export const beep = () => void sound({ hertz: [1000], seconds: 0.4 });

/** Three short tones: the line is dead. */
export function endTone() {
  for (const delay of [0, 0.4, 0.8]) sound({ hertz: [425], seconds: 0.2, delay, loudness: 0.05 });
}

/** One second of 425 Hz every five, as most of the world rings. @returns {() => void} stops it */
export function ringback() {
  let hush = () => {};
  const once = () => (hush = sound({ hertz: [425], seconds: 1, loudness: 0.05 }));
  once();
  const timer = setInterval(once, 5000);
  return () => {
    clearInterval(timer);
    hush();
  };
}

// @ts-check
/** The mouthpiece: records the microphone as a telephone would, 8 kHz 16-bit mono WAV. */

import { unlock } from "./sound.js";

const TELEPHONE_HERTZ = 8000;

/** @typedef {{stop: () => Promise<Blob>}} Recording */

/**
 * Starts to record; rejected when there is no microphone or it may not be used.
 * @param {(level: number) => void} onLevel loudness from 0 to 1, about 15 times a second
 * @returns {Promise<Recording>}
 */
export async function record(onLevel) {
  const audio = unlock();
  const microphone = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
  await audio.audioWorklet.addModule(new URL("recorder-worklet.js", import.meta.url));
  const source = audio.createMediaStreamSource(microphone);
  // What lies above 4 kHz would fold into the voice at 8 kHz: cut it while the rate is still high.
  const [low, lower] = [3400, 3400].map((frequency) => new BiquadFilterNode(audio, { type: "lowpass", frequency }));
  const tap = new AudioWorkletNode(audio, "tap", { numberOfOutputs: 0 });
  /** @type {Float32Array[]} */
  const blocks = [];
  tap.port.onmessage = ({ data }) => {
    blocks.push(data);
    if (blocks.length % 24 === 0) onLevel(loudness(blocks.slice(-24)));
  };
  source.connect(low).connect(lower).connect(tap);
  const stop = async () => {
    source.disconnect();
    for (const track of microphone.getTracks()) track.stop();
    return wavOf(await resampled(joined(blocks), audio.sampleRate));
  };
  return { stop };
}

/** A recording in which nobody said anything. */
export const nothing = () => wavOf(new Float32Array());

/** @param {Float32Array[]} blocks */
function loudness(blocks) {
  const samples = joined(blocks);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power + 1e-10);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}

/** @param {Float32Array[]} blocks */
function joined(blocks) {
  const whole = new Float32Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

/** @param {Float32Array} samples @param {number} hertz @returns {Promise<Float32Array>} at 8 kHz */
async function resampled(samples, hertz) {
  const length = Math.floor((samples.length * TELEPHONE_HERTZ) / hertz);
  if (length === 0) return new Float32Array();
  const offline = new OfflineAudioContext(1, length, TELEPHONE_HERTZ);
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: hertz });
  buffer.getChannelData(0).set(samples);
  const source = new AudioBufferSourceNode(offline, { buffer });
  source.connect(offline.destination);
  source.start();
  return (await offline.startRendering()).getChannelData(0);
}

/** @param {Float32Array} samples at 8 kHz, from -1 to 1 */
export function wavOf(samples) {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const text = (/** @type {number} */ at, /** @type {string} */ word) =>
    [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // size of the format block
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, TELEPHONE_HERTZ, true);
  view.setUint32(28, TELEPHONE_HERTZ * 2, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a sample
  view.setUint16(34, 16, true); // bits a sample
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, clipped(sample) * 32767, true));
  return new Blob([view.buffer], { type: "audio/wav" });
}

const clipped = (/** @type {number} */ sample) => Math.min(1, Math.max(-1, sample));

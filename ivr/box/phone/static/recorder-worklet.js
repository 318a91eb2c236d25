// @ts-check
/** Runs in the audio thread: hands every block of microphone samples to the page. */

// @ts-ignore: AudioWorkletProcessor and registerProcessor exist only in the audio thread.
registerProcessor("tap", class extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process([[samples]]) {
    // @ts-ignore
    if (samples) this.port.postMessage(samples.slice());
    return true;
  }
});

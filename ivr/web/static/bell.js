// Rings while a caller is offered: a tone made here, and a word of the browser where the page is not seen.

const EVERY = 2500;

let sound;
let ringing;
let shown;

/** @param {{id: string, who: string, what: string} | null} offer who calls now; null: nobody */
export function bell(offer) {
  if (offer?.id === ringing?.id) return;
  clearInterval(ringing?.again);
  shown?.close();
  shown = undefined;
  ringing = offer ? { id: offer.id, again: setInterval(ring, EVERY) } : undefined;
  if (!offer) return;
  ring();
  if (document.hidden && window.Notification?.permission === "granted") {
    shown = new Notification(offer.who, { body: offer.what, tag: offer.id, requireInteraction: true });
    shown.addEventListener("click", () => window.focus());
  }
}

function ring() {
  if (sound?.state !== "running") return unlock();
  const [now, volume] = [sound.currentTime, sound.createGain()];
  volume.connect(sound.destination);
  volume.gain.setValueAtTime(0, now);
  for (const start of [0, 0.5]) {
    volume.gain.linearRampToValueAtTime(0.2, now + start + 0.02);
    volume.gain.setValueAtTime(0.2, now + start + 0.35);
    volume.gain.linearRampToValueAtTime(0, now + start + 0.4);
  }
  for (const hertz of [440, 480]) {
    const tone = sound.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(volume);
    tone.start(now);
    tone.stop(now + 1);
  }
}

/** A browser lets a page sound only after somebody has touched it. */
async function unlock() {
  sound ??= new AudioContext();
  await Promise.race([sound.resume(), new Promise((late) => setTimeout(late, 300))]);
  document.getElementById("silent").hidden = sound.state === "running";
}

for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, unlock);
void unlock();

// @ts-check
/** One call, from the first ring to the last event: makes each event seen and heard. */

import { Captions } from "./captions.js";
import * as exchange from "./exchange.js";
import { Mouthpiece } from "./mouthpiece.js";
import { clock, the } from "./page.js";
import { Earpiece } from "./prompts.js";
import { CALLING, LOST, after } from "./screen.js";
import { beep, endTone, keyTone, ringback } from "./sound.js";
import { eitherOf, languageName, word } from "./words.js";
import { clearWire, showOnWire } from "./wire.js";

/** @typedef {import("./exchange.js").CallEvent} CallEvent */
/** @typedef {import("./screen.js").Screen} Screen */

/** @type {Record<string, import("./words.js").Word>} how it went to ring somebody */
const DIALED = {
  completed: "dialed_completed",
  answered: "dialed_completed",
  busy: "dialed_busy",
  "no-answer": "dialed_no_answer",
};

export class Call {
  /** @type {Screen} */
  screen = CALLING;
  sid = "";
  #keys = Promise.resolve();
  #unsent = "";
  #endingKeys = "";
  /** @type {Set<string>} */
  #unspoken = new Set();
  #answeredAt = 0;
  #isThrough = false;
  #endedAt = 0;
  #hush = () => {};
  #left = new AbortController();
  /** @type {Promise<void>} */
  #spoken = Promise.resolve();
  #mouth = new Mouthpiece();
  #ear = new Earpiece({
    started: (prompt) => this.captions.current(prompt),
    ended: (prompt, wasCut) => this.#heard(prompt, wasCut),
    noVoice: (language) => this.#readAlong(language),
  });
  captions = new Captions(the("lines"), () => this.time());

  /** @param {(screen: Screen) => void} show @param {() => void} messageCame */
  constructor(show, messageCame) {
    this.show = show;
    this.messageCame = messageCame;
  }

  /** Rings, and stays until the call is over. @param {string} from @param {string} to */
  ring(from, to) {
    return this.#live(() => exchange.ring(from, to));
  }

  /** Answers a call that rings this handset, and stays until it is over. @param {string} sid */
  pickUp(sid) {
    return this.#live(() => exchange.pickUp(sid).then(() => sid));
  }

  /** @param {() => Promise<string>} begin gives the call's sid */
  async #live(begin) {
    clearWire();
    hint("");
    this.show(this.screen);
    try {
      this.sid = await begin();
      if (this.screen.phase === "ended") await exchange.hangUp(this.sid);
      for await (const event of exchange.eventsOf(this.sid, this.#left.signal)) this.#take(event);
    } catch (error) {
      if (!this.#left.signal.aborted) this.#lose(/** @type {Error} */ (error));
    }
  }

  /** Forgets a finished call, so that its late events do not show up in the next one. */
  leave() {
    this.#left.abort();
  }

  /** @returns {string} how long the call has lasted since it was answered, such as 1:05 */
  time() {
    if (!this.#answeredAt) return clock(0);
    return clock(((this.#endedAt || performance.now()) - this.#answeredAt) / 1000);
  }

  /** @param {string} key */
  press(key) {
    if (this.screen.phase !== "connected") return;
    keyTone(key);
    this.captions.key(key);
    // What was said so far must be there before the key that ends the recording.
    if (this.#endingKeys.includes(key)) this.#stopRecording();
    this.#unsent += key;
    this.#keys = this.#keys.then(() => this.#sendKeys());
  }

  /** Ends a recording as a caller would: by a key, or by falling silent. */
  finishRecording() {
    const key = this.#endingKeys.includes("#") ? "#" : this.#endingKeys[0];
    if (key) this.press(key);
    else this.#stopRecording();
  }

  async hangUp() {
    const { sid } = this;
    this.#take({ n: 0, kind: "hangup", by: "caller" });
    await this.#spoken;
    if (sid) await exchange.hangUp(sid).catch(() => {});
  }

  /** Keys pressed while others are on their way travel together, so their order never changes. */
  async #sendKeys() {
    const keys = this.#unsent;
    this.#unsent = "";
    await this.#spoken;
    if (keys) await exchange.sendKeys(this.sid, keys).catch(() => {});
  }

  /** @param {CallEvent} event */
  #take(event) {
    if (this.screen.phase === "ended" && event.kind === "hangup") return;
    this.screen = after(this.screen, event);
    this.#react[event.kind]?.(event);
    this.show(this.screen);
  }

  /** @type {Record<string, (event: CallEvent) => void>} what each kind of event does besides the display */
  #react = {
    ringing: () => this.#ring(),
    answered: () => this.#answer(),
    say: (event) => this.#prompt(event),
    play: (event) => this.#prompt(event),
    pause: (event) => this.#ear.put(event),
    stop: () => this.#ear.stop(),
    lost: ({ digits = "" }) => this.captions.lost(String(digits)),
    beep: () => this.#beep(),
    record: (event) => this.#startRecording(event),
    record_end: () => this.#stopRecording(),
    dialing: ({ to = "" }) => this.captions.note(word("dialing_to", { to })),
    dialed: ({ status = "" }) => this.captions.note(word(DIALED[status] ?? "dialed_failed")),
    bridged: () => this.#talk(),
    hold: () => this.captions.note(word("hold")),
    message: (event) => this.#message(event),
    webhook: (event) => showOnWire(event, this.time()),
    fault: (event) => showOnWire(event, this.time()),
    hangup: () => this.#end(),
  };

  #talk() {
    this.captions.note(word(this.#isThrough ? "resumed" : "bridged"));
    this.#isThrough = true;
  }

  #ring() {
    this.#hush();
    this.#hush = ringback();
  }

  #answer() {
    this.#hush();
    this.#answeredAt = performance.now();
    this.captions.note(word("answered"));
  }

  #beep() {
    beep();
    this.captions.note(word("beep"));
  }

  /** @param {CallEvent} event */
  #prompt(event) {
    this.captions.prompt(event);
    this.#ear.put(event);
  }

  /** @param {CallEvent} prompt @param {boolean} wasCut */
  #heard(prompt, wasCut) {
    this.captions.over(prompt, wasCut);
    if (!wasCut) exchange.promptFinished(this.sid, prompt.n).catch(() => {});
  }

  /** @param {string} language that this browser cannot speak */
  #readAlong(language) {
    this.#unspoken.add(languageName(language));
    hint(word("no_voice", { language: eitherOf(this.#unspoken) }));
  }

  /** @param {CallEvent} event */
  #startRecording({ finish = "", silence = 0 }) {
    this.#endingKeys = finish;
    this.#mouth.open({ seconds: silence, quiet: () => this.#stopRecording() }, finish !== "");
  }

  #stopRecording() {
    this.#endingKeys = "";
    this.#spoken = this.#spoken.then(() => this.#sendVoice());
  }

  async #sendVoice() {
    const spoken = await this.#mouth.close();
    if (!spoken) return;
    const { length } = spoken;
    this.captions.note(length ? word("left_word", { time: length }) : word("said_nothing"), "spoken");
    await exchange.sendVoice(this.sid, spoken.wav).catch(() => {});
  }

  /** @param {CallEvent} event */
  #message({ to = "" }) {
    this.captions.note(word("message_came", { to }));
    this.messageCame();
  }

  #end() {
    this.#endedAt = performance.now();
    this.#hush();
    this.#ear.stop();
    this.captions.quiet();
    this.#stopRecording();
    endTone();
  }

  /** @param {Error} error */
  #lose({ message: reason }) {
    const neverBegan = !this.sid;
    if (this.screen.phase !== "ended") this.#end();
    this.screen = LOST;
    hint(word(neverBegan ? "cannot_call" : "lost", { reason }));
    this.show(this.screen);
  }
}

/** One quiet line over the captions. @param {string} text */
function hint(text) {
  the("hint").textContent = text;
  the("hint").hidden = !text;
}

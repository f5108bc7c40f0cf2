// The review page: one clip after the other, every answer kept.

import { get, openSession, post } from "./server.js";
import { Outbox } from "./outbox.js";
import { Deck } from "./deck.js";
import { Scene } from "./scene.js";
import { Trim } from "./trim.js";
import { Caption } from "./caption.js";
import { element, plain } from "./element.js";
import { Keys } from "./keys.js";
import { Progress } from "./progress.js";
import { Notices, sayDecision } from "./notices.js";

const $ = (id) => document.getElementById(id);
/** Clips behind the current one whose videos stay loaded, for an undo. */
const REMEMBERED = 3;
/** Milliseconds that a decision may be on its way before the page speaks of it. */
const PATIENCE = 1500;
const notices = new Notices();

class Review {
  #session;
  #outbox;
  #deck;
  #keys;
  #caption;
  #progress;
  #scene = new Scene();
  /** What the reviewer has set on each clip: {clip, level, trim, edited, seconds, since}. */
  #works = new WeakMap();
  /** That of the clip on screen, or null without one. */
  #work = null;
  /** Decisions and skips of this page, newest last: {work, id}; id is null for a skip. */
  #history = [];
  #busy = false;
  #recalling = false;
  #patience = 0;

  async start() {
    this.#session = await openSession();
    const { name, role, dataset, levels, reasons } = this.#session;
    $("dataset").textContent = dataset;
    $("who").textContent = name;
    $("dashboard").hidden = role !== "curator";
    this.#outbox = new Outbox(name);
    this.#keys = new Keys(levels, $("keys-dialog"), (action) => this.act(action));
    this.#caption = new Caption($("caption"), name);
    this.#progress = new Progress($("progress"), name);
    this.#makeButtons(levels, reasons);
    this.#listen();
    await this.#outbox.open();
    if (!this.#outbox.durable) notices.warn("This browser keeps no data: stay on the page until all answers are sent.");
    this.#deck = new Deck(this.#session, this.#outbox);
    this.#listenToDeck();
    this.#deck.fill();
  }

  /** Does what a key or a button stands for. */
  act(action) {
    if (action.startsWith("level:")) return this.#setLevel(action.slice(6));
    const { player, lens, tone, neighbours } = this.#scene;
    const actions = {
      accept: () => this.#decide("accept"), unsure: () => this.#decide("unsure"),
      reject: () => this.#askReason(this.#choosing ? "taken back" : "ask"),
      skip: () => this.#skip(), undo: () => this.#undo(), edit: () => this.#work && this.#caption.edit(),
      play: () => player.toggle(), back: () => player.step(-1), forward: () => player.step(1),
      slower: () => player.faster(-1), faster: () => player.faster(1),
      zoom: () => lens.next(), invert: () => tone.invert(), plain: () => (tone.reset(), lens.reset()),
      neighbours: () => neighbours.toggle(),
      left: () => lens.pan(-1, 0), right: () => lens.pan(1, 0), up: () => lens.pan(0, -1), down: () => lens.pan(0, 1),
      start: () => this.#mark((trim, frame) => trim.startAt(frame)),
      end: () => this.#mark((trim, frame) => trim.endAt(frame)),
      split: () => this.#mark((trim, frame) => trim.splitAt(frame)),
      clear: () => this.#mark((trim) => trim.clear()),
      keys: () => this.#keys.show(), guide: () => notices.showGuide(),
    };
    actions[action]?.();
  }

  // Deciding

  async #decide(decision, reasons = []) {
    const work = this.#work;
    if (!work || this.#busy) return;
    if (this.#caption.unsaved) {
      notices.say("Save the caption with Ctrl+Enter or leave it with Esc first.");
      return this.#caption.edit();
    }
    this.#busy = true;
    try {
      const { clip, trim } = work;
      const id = crypto.randomUUID();
      const spans = decision === "accept" ? trim.spans : null;
      await this.#outbox.add({
        id, clip_id: clip.clip_id, decision, reasons, level: decision === "accept" ? work.level : null,
        caption: work.edited, caption_sha256: clip.caption.sha256, rendition_sha256: clip.rendition_sha256,
        seconds: this.#secondsOn(work), supersedes: null, spans,
      });
      this.#leaveClip({ work, id }, { skip: false });
      this.#caption.forget(clip);
      this.#progress.count(1);
      notices.say(`${sayDecision(decision, reasons, work, spans)} ${this.#keys.nameOf("undo")} takes it back.`);
    } finally {
      this.#busy = false;
    }
  }

  #skip() {
    if (!this.#work || this.#busy) return;
    this.#leaveClip({ work: this.#work, id: null }, { skip: true });
    notices.say(`Skipped; it comes again later. ${this.#keys.nameOf("undo")} brings it back.`);
  }

  #leaveClip(entry, how) {
    entry.work.seconds = this.#secondsOn(entry.work);
    this.#history.push(entry);
    this.#deck.advance(how);
    this.#showCurrent();
  }

  async #undo() {
    if (this.#choosing) return this.#askReason("taken back");
    if (this.#busy || this.#recalling) return;
    if (!this.#history.length) return this.#recall();
    const { work, id } = this.#history.at(-1);
    this.#busy = true;
    try {
      if (id) await this.#takeBack(work.clip, id);
      this.#history.pop();
      if (this.#work) this.#work.seconds = this.#secondsOn(this.#work);
      this.#deck.putBack(work.clip);
      if (!id) this.#deck.renew();
      this.#showCurrent();
      notices.say(id ? "Taken back. The clip is open again." : "Here is the skipped clip.");
    } finally {
      this.#busy = false;
    }
  }

  async #takeBack(clip, id) {
    this.#progress.count(-1);
    if (this.#outbox.refused.some((row) => row.body.id === id)) return this.#outbox.remove(id);
    await this.#outbox.add({
      id: crypto.randomUUID(), clip_id: clip.clip_id, decision: "undo", reasons: [], level: null, caption: null,
      caption_sha256: clip.caption.sha256, rendition_sha256: clip.rendition_sha256, seconds: 0, supersedes: id,
      spans: null,
    });
  }

  /** Undoes what was decided before the page was loaded: the clip comes from the server, then all is as ever. */
  async #recall() {
    this.#recalling = true;
    try {
      const last = this.#outbox.standing.at(-1) ?? await this.#lastOnRecord();
      const clip = last && await this.#deck.fetch(last.clip_id);
      if (this.#history.length) return;
      if (!clip) return notices.say("There is nothing to undo.");
      const work = newWork({ ...clip, mine: null }, last);
      this.#works.set(work.clip, work);
      this.#history.push({ work, id: last.id });
    } catch (refusal) {
      return notices.say(refusal.status === 0 ? "To undo what was decided before, the page needs the server."
        : refusal.message);
    } finally {
      this.#recalling = false;
    }
    await this.#undo();
  }

  async #lastOnRecord() {
    const undone = new Set(this.#outbox.waiting.map((row) => row.body.supersedes));
    const { decisions } = await get("/api/record?limit=50");
    return decisions.find((row) => row.in_force && row.decision !== "undo" && !undone.has(row.id));
  }

  #secondsOn(work) {
    return Math.round(10 * (work.seconds + (work.since === null ? 0 : (performance.now() - work.since) / 1000))) / 10;
  }

  get #choosing() {
    return !$("reasons").hidden;
  }

  /** Opens the strip of reasons in place of the decisions, or closes it. */
  #askReason(how) {
    const open = how === "ask" && this.#work !== null;
    if (open === this.#choosing) return;
    const inside = $("choices").contains(document.activeElement) || $("reasons").contains(document.activeElement);
    $("reasons").hidden = !open;
    $("choices").classList.toggle("covered", open);
    if (inside) (open ? $("no-reason") : document.querySelector("[data-action=reject]")).focus();
    if (open) notices.say("Why? Choose a number, or Enter for no reason.");
    else if (how === "taken back") notices.say("Not rejected.");
  }

  #setLevel(level) {
    if (!this.#work) return;
    this.#work.level = this.#work.level === level ? null : level;
    this.#showLevel();
    notices.say(this.#work.level ? `Level: ${plain(level).toLowerCase()}.` : "No level.");
  }

  #mark(change) {
    if (!this.#work) return;
    notices.say(change(this.#work.trim, this.#scene.player.frame));
    this.#showMarks();
  }

  // Showing

  /** Shows the deck's current clip with what the reviewer has set on it. */
  #showCurrent() {
    const clip = this.#deck.current;
    this.#askReason("moved on");
    if (clip && this.#work?.clip === clip) return;
    this.#work = clip && (this.#works.get(clip) ?? newWork(clip));
    this.#scene.show(clip);
    if (clip) {
      this.#works.set(clip, this.#work);
      this.#work.since = document.hidden ? null : performance.now();
      this.#caption.show(clip, this.#work.edited);
      this.#showMarks();
      this.#showLevel();
    } else this.#scene.showEmpty(this.#deck.left);
    requestAnimationFrame(() => setTimeout(() => {
      if (clip !== this.#deck.current) return;
      this.#scene.describe(clip);
      this.#prepare();
    }));
  }

  #prepare() {
    const remembered = this.#history.slice(-REMEMBERED).map((entry) => entry.work.clip);
    this.#scene.player.keep([...this.#deck.clips, ...remembered]);
    for (const clip of this.#deck.clips.slice(1)) this.#scene.player.prepare(clip);
  }

  #showMarks() {
    this.#scene.showTrim(this.#work.trim, this.#work.clip.frames);
  }

  #showLevel() {
    this.#scene.showLevel(this.#work.level, this.#work.clip.level_hint);
  }

  #showUnsent() {
    const { waiting, refused } = this.#outbox;
    const badge = $("unsent");
    clearTimeout(this.#patience);
    const brief = !refused.length && waiting.every((row) => Date.now() - row.at < PATIENCE);
    if (badge.hidden && waiting.length && brief) {
      this.#patience = setTimeout(() => this.#showUnsent(), PATIENCE);
      return;
    }
    const text = [waiting.length && `${waiting.length} unsent`, refused.length && `${refused.length} not taken`]
      .filter(Boolean).join(", ");
    if (!text && document.activeElement === badge) $("stage").focus({ preventScroll: true });
    badge.hidden = !text;
    badge.textContent = text;
    badge.classList.toggle("bad", refused.length > 0);
    notices.listUnsent(this.#outbox);
  }

  // Listening

  #makeButtons(levels, reasons) {
    for (const level of levels) {
      const button = element("button", plain(level), { type: "button", "data-action": `level:${level}` });
      button.append(" ", element("kbd", "", { "aria-hidden": "true" }));
      $("levels").append(button);
    }
    const give = (index) => this.#decide("reject", index === null ? [] : [reasons[index]]);
    const none = element("button", "No reason ", { type: "button", id: "no-reason" });
    none.append(element("kbd", "Enter", { "aria-hidden": "true" }));
    none.addEventListener("click", () => give(null));
    const back = element("button", "Don't reject ", { type: "button", class: "quiet" });
    back.append(element("kbd", "Esc", { "aria-hidden": "true" }));
    back.addEventListener("click", () => this.#askReason("taken back"));
    const choices = reasons.map((reason, index) => {
      const button = element("button", `${plain(reason)} `, { type: "button" });
      if (index < 9) button.append(element("kbd", String(index + 1), { "aria-hidden": "true" }));
      button.addEventListener("click", () => give(index));
      return button;
    });
    $("reasons").append(...choices, none, back);
    this.#keys.label();
  }

  #listen() {
    document.addEventListener("keydown", (event) => this.#press(event));
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("pointerup", (event) => {
      if (event.target.matches("input[type=range]")) $("stage").focus({ preventScroll: true });
    });
    document.addEventListener("visibilitychange", () => {
      if (!this.#work) return;
      this.#work.seconds = this.#secondsOn(this.#work);
      this.#work.since = document.hidden ? null : performance.now();
    });
    this.#scene.player.addEventListener("broken", (event) => this.#tellBroken(event.detail));
    this.#caption.addEventListener("said", (event) => notices.say(event.detail));
    this.#caption.addEventListener("edited", ({ detail }) => this.#work && (this.#work.edited = detail));
    this.#caption.addEventListener("closed", () => $("stage").focus({ preventScroll: true }));
    this.#outbox.addEventListener("change", () => this.#showUnsent());
    this.#outbox.addEventListener("delivered", (event) => this.#tellDelivered(event.detail));
    this.#outbox.addEventListener("refused", ({ detail }) => notices.warn(`One answer was not taken: ${detail.message}`));
    this.#outbox.addEventListener("offline", () => notices.offline(this.#outbox.waiting.length));
    this.#outbox.addEventListener("online", () => notices.online());
    this.#outbox.addEventListener("signedout", () => notices.signedOut(this.#outbox.waiting.length));
    notices.listen({ outbox: this.#outbox, keys: this.#keys, deck: () => this.#deck });
    $("sign-out").addEventListener("click", () => this.#signOut());
  }

  #listenToDeck() {
    const deck = this.#deck;
    deck.addEventListener("change", () => {
      if (this.#work?.clip !== deck.current) this.#showCurrent();
      else if (deck.current) this.#prepare();
      else this.#scene.showEmpty(deck.left);
    });
    deck.addEventListener("reached", () => {
      if (deck.left !== null) this.#progress.know(deck.left, deck.decided + this.#outbox.standing.length);
      if (this.#outbox.waiting.length) this.#outbox.deliver();
      if (notices.online()) this.#scene.retry();
    });
    deck.addEventListener("lost", () => {
      $("lost").hidden = false;
      $("lost").textContent = "Another reviewer may have this clip now; your answer still counts.";
    });
    deck.addEventListener("kept", () => ($("lost").hidden = true));
    deck.addEventListener("trouble", (event) => notices.trouble(event.detail, this.#outbox.waiting.length));
    deck.addEventListener("signedout", () => notices.signedOut(this.#outbox.waiting.length));
  }

  #press(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const target = event.target;
    if (target.matches("textarea, select, input:not([type=range])") || target.isContentEditable) return;
    const control = target.closest("button, a[href]");
    if (control && (event.key === "Enter" || event.key === " ")) return event.repeat && event.preventDefault();
    if (target.matches("input[type=range]") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    if (this.#choosing && this.#pressReason(event)) return;
    if (/^Arrow/.test(event.key) && this.#scene.lens.scale === 1) return;
    this.#keys.press(event);
  }

  #pressReason(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    const buttons = $("reasons").querySelectorAll("button");
    const reasons = this.#session.reasons;
    const index = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
    if (event.key === "Escape") this.#askReason("taken back");
    else if (event.repeat) return event.key === "Enter";
    else if (event.key === "Enter") this.#decide("reject");
    else if (index >= 0 && index < reasons.length) buttons[index].click();
    else return false;
    event.preventDefault();
    return true;
  }

  #click(event) {
    const button = event.target.closest("button");
    if (!button || button.closest("dialog")) return;
    if (button.dataset.action) this.act(button.dataset.action);
    const busy = this.#caption.open || document.querySelector("dialog[open]");
    if (event.detail > 0 && !busy) $("stage").focus({ preventScroll: true });
  }

  #tellBroken(clip) {
    if (this.#work?.clip.clip_id !== clip.clip_id) return;
    notices.say(`This video can't be played. ${this.#keys.nameOf("skip")} skips it.`);
  }

  #tellDelivered({ body, answer }) {
    if (body.decision === "undo") return this.#deck?.renew();
    if (!this.#history.some((entry) => entry.id === body.id)) return;
    if (answer.gold) {
      const known = [answer.gold.decision, answer.gold.level].filter(Boolean).map(plain).join(", ").toLowerCase();
      notices.say(answer.gold.right ? "That was a known clip, and you were right."
        : `That was a known clip. The answer was: ${known}.`);
    } else if (answer.message) notices.say(answer.message);
  }

  async #signOut() {
    await this.#outbox.deliver();
    await post("/sign-out", {}).then(() => location.reload(), (refusal) => notices.warn(refusal.message));
  }
}

function newWork(clip, { level = null, caption = null } = {}) {
  return { clip, level, trim: new Trim(clip.frames), edited: caption, seconds: 0, since: null };
}

new Review().start().catch((refusal) => {
  if (refusal.status === 401) notices.signedOut(0);
  else if (refusal.status !== undefined) notices.cannotStart(refusal.message);
  else throw refusal;
});

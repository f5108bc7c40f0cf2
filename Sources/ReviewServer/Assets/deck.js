// The clips this tab holds: the one on screen, then those that come next. Keeps their leases.

import { post, Refusal } from "./server.js";

/**
 * Events: `change` (other clips are held), `lost` (detail: the lease of the clip on screen is gone),
 * `kept` (it is back), `reached` (the server answered), `trouble` (detail: Refusal), `signedout`.
 */
export class Deck extends EventTarget {
  clips = [];
  /** Clips that still want this reviewer, and this reviewer's answers in force, as last told; null before that. */
  left = null;
  decided = null;
  #session;
  #outbox;
  #locks = new Map();
  #filling = null;
  #timer = 0;
  #hiddenSince = null;
  #passed = new Set();

  constructor(session, outbox) {
    super();
    this.#session = session;
    this.#outbox = outbox;
    setInterval(() => this.#beat(), session.heartbeat_seconds * 1000);
    // Once early: a page that is reloaded may still be giving its leases back.
    setTimeout(() => this.#beat(), 2000);
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", (event) => event.persisted && this.#beat());
    addEventListener("online", () => this.fill());
    document.addEventListener("visibilitychange", () => {
      this.#hiddenSince = document.hidden ? Date.now() : null;
      if (!document.hidden) this.#beat();
    });
  }

  get current() {
    return this.clips[0] ?? null;
  }

  /** Takes the current clip off the deck; `skip` gives it back, to be offered again only when the others are done. */
  advance({ skip }) {
    const clip = this.clips.shift();
    if (!clip) return;
    this.#release(clip.clip_id);
    if (skip) {
      this.#passed.add(clip.clip_id);
      post("/api/leases/release", { clips: [clip.clip_id], skip: true }).catch((refusal) => this.#trouble(refusal));
    }
    this.#remember();
    this.fill();
  }

  /** Puts a clip back on top. */
  putBack(clip) {
    this.#passed.delete(clip.clip_id);
    this.clips = [clip, ...this.clips.filter((other) => other.clip_id !== clip.clip_id)];
    this.#remember();
    this.#hold(clip.clip_id);
  }

  /** Renews the leases at once; due when a clip that was put back is open again for the server too. */
  renew() {
    this.#beat();
  }

  /** One clip by its id, with this reviewer's answer in force. */
  async fetch(id) {
    const answer = await post("/api/queue", { want: 1, have: await this.#have(), clip: id });
    return answer.clips.find((clip) => clip.clip_id === id) ?? null;
  }

  /** Asks for as many clips as are missing. */
  fill() {
    this.#filling ??= this.#fill().finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #fill() {
    clearTimeout(this.#timer);
    const size = this.#session.preload + 1;
    try {
      let first = this.clips.length ? null : sessionStorage.getItem("clip");
      let gave = true;
      while (this.clips.length < size && gave) {
        const answer = await this.#ask(size - this.clips.length, first);
        first = null;
        gave = await this.#take(answer);
      }
    } catch (refusal) {
      this.#trouble(refusal);
    }
    if (this.clips.length < size) this.#timer = setTimeout(() => this.fill(), this.clips.length ? 20_000 : 8000);
    this.#say("change");
  }

  async #ask(want, first) {
    const question = { want, have: await this.#have() };
    if (!first || question.have.includes(first)) return post("/api/queue", question);
    try {
      return await post("/api/queue", { ...question, clip: first });
    } catch (refusal) {
      if (refusal.status !== 404) throw refusal;
      return post("/api/queue", question);
    }
  }

  /** Takes what no tab of this browser has; true when something was new. */
  async #take(answer) {
    this.left = answer.left;
    this.decided = answer.decided;
    this.#say("reached");
    const held = this.clips.length;
    const undone = new Set(this.#outbox.waiting.map((row) => row.body.supersedes));
    for (const clip of answer.clips) {
      const known = (clip.mine && !undone.has(clip.mine.id)) || this.#unsent().includes(clip.clip_id)
        || this.clips.some((other) => other.clip_id === clip.clip_id);
      if (known || !await this.#hold(clip.clip_id)) continue;
      if (this.#passed.delete(clip.clip_id)) this.#passed.clear();
      this.clips.push(clip);
    }
    if (held === 0) this.#remember();
    if (this.clips.length > held) this.#say("change");
    return this.clips.length > held;
  }

  #unsent() {
    return this.#outbox.standing.map((body) => body.clip_id);
  }

  /** Clips not to be given again: held by any tab of this browser, or decided and not delivered yet. */
  async #have() {
    const query = await navigator.locks?.query();
    const elsewhere = (query?.held ?? []).map((lock) => lock.name)
      .filter((name) => name.startsWith("clip/")).map((name) => name.slice(5));
    return [...new Set([...this.clips.map((clip) => clip.clip_id), ...elsewhere, ...this.#unsent()])];
  }

  /** Claims a clip for this tab; false where another tab has it. */
  #hold(id) {
    if (!navigator.locks || this.#locks.has(id)) return true;
    return new Promise((answer) => {
      navigator.locks.request(`clip/${id}`, { ifAvailable: true }, (lock) => {
        answer(lock !== null);
        return lock && new Promise((release) => this.#locks.set(id, release));
      });
    });
  }

  #release(id) {
    this.#locks.get(id)?.();
    this.#locks.delete(id);
  }

  async #beat() {
    const away = this.#hiddenSince && Date.now() - this.#hiddenSince > this.#session.lease_seconds * 1000;
    if (away) return;
    if (!this.clips.length) return this.fill();
    try {
      const answer = await post("/api/leases", { clips: this.clips.map((clip) => clip.clip_id) });
      const lost = new Set(answer.lost.map((lease) => lease.clip_id));
      this.#say("reached");
      this.#say(this.current && lost.has(this.current.clip_id) ? "lost" : "kept");
      const dropped = this.clips.slice(1).filter((clip) => lost.has(clip.clip_id));
      if (!dropped.length) return;
      dropped.forEach((clip) => this.#release(clip.clip_id));
      this.clips = this.clips.filter((clip) => !dropped.includes(clip));
      this.fill();
    } catch (refusal) {
      this.#trouble(refusal);
    }
  }

  #leave() {
    if (!this.clips.length) return;
    const body = { clips: this.clips.map((clip) => clip.clip_id), skip: false };
    post("/api/leases/release", body, { keepalive: true, signal: undefined }).catch(() => {});
  }

  #remember() {
    if (this.current) sessionStorage.setItem("clip", this.current.clip_id);
    else sessionStorage.removeItem("clip");
  }

  #trouble(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    this.#say(refusal.status === 401 ? "signedout" : "trouble", refusal);
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// Decisions on their way to the server. They are on disk before the page moves on, and leave in order, once each.

import { post } from "./server.js";

const asPromise = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function openDatabase() {
  const request = indexedDB.open("microcurate-review", 1);
  request.onupgradeneeded = () => {
    const rows = request.result.createObjectStore("outbox", { keyPath: "sequence", autoIncrement: true });
    rows.createIndex("reviewer", "reviewer");
  };
  return asPromise(request);
}

/**
 * The outbox of one reviewer in this browser, shared by all tabs.
 *
 * Events: `change` (the rows changed), `delivered` (detail: {body, answer}), `refused` (detail: {body, message}),
 * `signedout`, `offline` and `online` (whether the last delivery got through).
 */
export class Outbox extends EventTarget {
  #reviewer;
  #database = null;
  #memory = [];
  #rows = [];
  #delay = 0;
  #timer = 0;
  #delivering = false;
  #again = false;
  #channel = new BroadcastChannel("microcurate-outbox");

  constructor(reviewer) {
    super();
    this.#reviewer = reviewer;
    this.#channel.onmessage = (message) => {
      if (message.data.reviewer !== this.#reviewer) return;
      if (message.data.kind) this.#emit(message.data.kind, message.data.detail);
      this.#refresh();
    };
    addEventListener("online", () => this.deliver());
    addEventListener("beforeunload", (event) => {
      if (this.#memory.length) event.preventDefault();
    });
  }

  async open() {
    this.#database = await openDatabase().catch(() => null);
    await this.#refresh();
    this.deliver();
  }

  /** False where the browser keeps nothing: unsent decisions then live only as long as the page. */
  get durable() {
    return this.#database !== null;
  }

  get waiting() {
    return this.#rows.filter((row) => !row.refusal);
  }

  get refused() {
    return this.#rows.filter((row) => row.refusal);
  }

  /** The decisions in the outbox that no undo in it takes back, oldest first. */
  get standing() {
    const undone = new Set(this.#rows.map((row) => row.body.supersedes));
    return this.#rows.map((row) => row.body).filter((body) => body.decision !== "undo" && !undone.has(body.id));
  }

  /** Stores a decision; resolves once it is kept. */
  async add(body) {
    const row = { reviewer: this.#reviewer, at: Date.now(), body, refusal: null };
    try {
      row.sequence = await this.#write((rows) => rows.add(row));
    } catch {
      row.sequence = Number.MAX_SAFE_INTEGER / 2 + this.#memory.length;
      this.#memory.push(row);
    }
    this.#rows.push(row);
    this.#changed();
    this.deliver();
  }

  /** Puts what the server refused back in line. */
  async retryRefused() {
    for (const row of this.refused) await this.#keep({ ...row, refusal: null });
    await this.#refresh();
    this.#channel.postMessage({ reviewer: this.#reviewer });
    this.deliver(true);
  }

  async remove(id) {
    for (const row of this.#rows.filter((row) => row.body.id === id)) await this.#forget(row);
    await this.#refresh();
    this.#channel.postMessage({ reviewer: this.#reviewer });
  }

  /** Delivers what waits, in order. One tab at a time does it. */
  async deliver(now = true) {
    if (now) this.#delay = 0;
    this.#again = true;
    if (this.#delivering) return;
    this.#delivering = true;
    clearTimeout(this.#timer);
    const round = () => this.#deliverAll();
    try {
      while (this.#again) {
        this.#again = false;
        if (navigator.locks) await navigator.locks.request(`outbox/${this.#reviewer}`, round);
        else await round();
      }
    } finally {
      this.#delivering = false;
    }
  }

  async #deliverAll() {
    await this.#refresh();
    for (const row of this.waiting) {
      const body = { ...row.body, age_seconds: Math.max(0, (Date.now() - row.at) / 1000) };
      try {
        const answer = await post("/api/decisions", body);
        await this.#forget(row);
        this.#tell("delivered", { body: row.body, answer });
        this.#tell("online");
        this.#delay = 0;
      } catch (refusal) {
        if (refusal.status === 401) return this.#tell("signedout");
        if (refusal.passing || refusal.status === undefined) {
          this.#tell("offline", { message: refusal.message });
          this.#delay = Math.min(30_000, this.#delay * 2 || 1000);
          this.#timer = setTimeout(() => this.deliver(false), this.#delay * (0.8 + Math.random() * 0.4));
          this.#again = false;
          return;
        }
        await this.#keep({ ...row, refusal: refusal.message });
        this.#tell("refused", { body: row.body, message: refusal.message });
      }
      await this.#refresh();
    }
  }

  /** Runs one write; resolves when it is on disk. */
  async #write(change) {
    if (!this.#database) throw new Error("no storage");
    const transaction = this.#database.transaction("outbox", "readwrite", { durability: "strict" });
    const request = change(transaction.objectStore("outbox"));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    return request.result;
  }

  #forget(row) {
    const at = this.#memory.findIndex((other) => other.body.id === row.body.id);
    if (at >= 0) return this.#memory.splice(at, 1);
    return this.#write((rows) => rows.delete(row.sequence));
  }

  #keep(row) {
    const at = this.#memory.findIndex((other) => other.body.id === row.body.id);
    if (at >= 0) return this.#memory.splice(at, 1, row);
    return this.#write((rows) => rows.put(row));
  }

  async #refresh() {
    const stored = !this.#database ? [] : await asPromise(
      this.#database.transaction("outbox").objectStore("outbox").index("reviewer").getAll(this.#reviewer));
    this.#rows = [...stored.sort((a, b) => a.sequence - b.sequence), ...this.#memory];
    this.#emit("change");
  }

  #changed() {
    this.#emit("change");
    this.#channel.postMessage({ reviewer: this.#reviewer });
  }

  #tell(kind, detail) {
    this.#emit(kind, detail);
    this.#channel.postMessage({ reviewer: this.#reviewer, kind, detail });
  }

  #emit(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

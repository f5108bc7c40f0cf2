// The caption: raw beside normalized, warnings, and the editor.

import { post } from "./server.js";
import { element, plain } from "./element.js";
import { compare, mark } from "./words.js";

/**
 * Shows a clip's caption and edits it. The edited text travels with the next decision.
 *
 * Events: `said` (detail: words for the status line), `closed` (the editor went away), `edited` (detail: text or null).
 */
export class Caption extends EventTarget {
  #root;
  #reviewer;
  #clip = null;
  /** The text this reviewer saved for the clip, or null. */
  edited = null;
  /** What the normalizer said about the edited text. */
  #review = null;

  constructor(root, reviewer) {
    super();
    this.#root = root;
    this.#reviewer = reviewer;
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#area.addEventListener("input", () => this.#keepDraft());
    this.#part("save").addEventListener("click", () => this.save());
    this.#part("cancel").addEventListener("click", () => this.close());
    this.#part("original").addEventListener("click", () => this.#restore());
  }

  #part(name) {
    return this.#root.querySelector(`#caption-${name}`);
  }

  get #area() {
    return this.#part("area");
  }

  get #draftKey() {
    return `draft/${this.#reviewer}/${this.#clip.clip_id}`;
  }

  get open() {
    return !this.#part("editor").hidden;
  }

  /** True where the editor holds words that are neither saved nor the caption's own. */
  get unsaved() {
    return this.open && this.#area.value.trim() !== (this.edited ?? this.#clip.caption.text);
  }

  show(clip, edited = null) {
    if (this.open) this.#hideEditor();
    this.#clip = clip;
    this.edited = edited;
    this.#review = null;
    this.#render();
  }

  edit() {
    if (!this.#clip) return;
    this.#part("editor").hidden = false;
    this.#part("view").hidden = true;
    this.#area.value = localStorage.getItem(this.#draftKey) ?? this.edited ?? this.#clip.caption.text;
    this.#area.focus();
    this.#area.setSelectionRange(this.#area.value.length, this.#area.value.length);
  }

  /** Leaves the editor; what was typed is kept for the next time. */
  close() {
    if (!this.open) return;
    const kept = this.unsaved;
    this.#hideEditor();
    this.#render();
    if (kept) this.#say("The text is not saved, but kept: edit again to go on with it.");
    this.dispatchEvent(new Event("closed"));
  }

  async save() {
    const clip = this.#clip, typed = this.#area.value.trim();
    if (!typed) return this.#say("The caption is empty. To take the clip without your own text, leave with Esc.");
    let review = null;
    try {
      review = await post("/api/captions", { text: typed });
    } catch (refusal) {
      if (!refusal.passing) return this.#say(refusal.message);
    }
    if (clip !== this.#clip || this.#area.value.trim() !== typed) return;
    const text = review?.text ?? typed;
    this.#review = review && { ...review, typed };
    this.edited = text === clip.caption.text ? null : text;
    localStorage.removeItem(this.#draftKey);
    this.#hideEditor();
    this.#render();
    if (!review) this.#say("Caption saved here. It could not be checked while the server is away.");
    else if (text !== typed) this.#say("Caption saved. The normalizer changed it; see below.");
    else this.#say("Caption saved. It goes with your decision.");
    this.dispatchEvent(new CustomEvent("edited", { detail: this.edited }));
    this.dispatchEvent(new Event("closed"));
  }

  /** Forgets what was typed for a clip that is decided. */
  forget(clip) {
    localStorage.removeItem(`draft/${this.#reviewer}/${clip.clip_id}`);
  }

  #restore() {
    if (this.edited) localStorage.setItem(this.#draftKey, this.edited);
    this.edited = null;
    this.#review = null;
    this.#render();
    this.#say("The caption is as it was. Your text is kept in the editor.");
    this.dispatchEvent(new CustomEvent("edited", { detail: null }));
    this.dispatchEvent(new Event("closed"));
  }

  #hideEditor() {
    this.#part("editor").hidden = true;
    this.#part("view").hidden = false;
  }

  #keepDraft() {
    if (this.unsaved) localStorage.setItem(this.#draftKey, this.#area.value);
    else localStorage.removeItem(this.#draftKey);
  }

  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.save();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #render() {
    const { text, raw } = this.#clip?.caption ?? { text: "", raw: null };
    const shown = this.edited ?? text;
    const before = this.edited !== null ? text : raw;
    const parts = compare(before ?? "", shown);
    const differs = before !== null && before !== "" && before !== shown;
    if (differs) mark(this.#part("text"), parts, "new");
    else this.#part("text").textContent = shown;
    this.#part("after-title").hidden = shown === "";
    this.#part("none").hidden = shown !== "" || !this.#clip;
    this.#part("before").hidden = !differs;
    mark(this.#part("before-text"), parts, "gone");
    this.#part("after-title").textContent = this.edited !== null ? "Your text" : "Normalized";
    this.#part("before-title").textContent = this.edited !== null ? "Before your edit" : "Raw";
    this.#part("original").hidden = this.edited === null;
    const told = this.edited === null ? this.#clip?.caption : this.#review;
    this.#renderNotes(told?.warnings ?? [], this.#review && this.edited !== null ? this.#review.edits : null);
    const draft = this.#clip && localStorage.getItem(this.#draftKey) !== null;
    this.#part("draft").hidden = !draft;
  }

  /** Warnings, and what the normalizer did to the reviewer's own text. */
  #renderNotes(warnings, edits) {
    const list = this.#part("notes");
    list.replaceChildren(...warnings.map((text) => element("li", text, { class: "warning" })));
    for (const { rule, before, after } of edits ?? []) {
      const line = element("li", `The normalizer changed (${plain(rule).toLowerCase()}): `);
      if (before) line.append(element("del", before), " ");
      if (after) line.append(element("ins", after));
      list.append(line);
    }
    list.hidden = list.childElementCount === 0;
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent("said", { detail: text }));
  }
}

// The scrub bar with its marks, and the filmstrip under it.

import { frameAt, middle } from "./player.js";

/** Scrub bar: shows the frame on screen, seeks by pointer and keyboard, carries the trim's marks. */
export class Timeline {
  #root;
  #slider;
  #readout;
  #player;
  #clip = null;

  constructor({ root, slider, readout, player }) {
    this.#root = root;
    this.#slider = slider;
    this.#readout = readout;
    this.#player = player;
    slider.addEventListener("input", () => player.seek(Number(slider.value)));
    const scrub = root.querySelector(".scrub");
    scrub.addEventListener("pointerdown", (event) => {
      scrub.setPointerCapture(event.pointerId);
      this.#seekTo(event);
    });
    scrub.addEventListener("pointermove", (event) => {
      if (scrub.hasPointerCapture(event.pointerId)) this.#seekTo(event);
    });
  }

  show(clip) {
    this.#clip = clip;
    this.#slider.max = clip.frames - 1;
  }

  /** Moves to the frame on screen. */
  follow() {
    if (!this.#clip || this.#player.clip !== this.#clip) return;
    const frame = this.#player.frame;
    const seconds = this.#clip.times[frame].toFixed(2);
    this.#root.style.setProperty("--at", (frame + 0.5) / this.#clip.frames);
    this.#slider.value = frame;
    this.#slider.setAttribute("aria-valuetext", `Frame ${frame + 1} of ${this.#clip.frames}, ${seconds} s`);
    this.#readout.textContent = `${frame + 1} / ${this.#clip.frames}   ${seconds} s`;
  }

  /** Draws a trim's marks. */
  mark(trim) {
    const at = (frame) => `${100 * frame / this.#clip.frames}%`;
    const marks = this.#root.querySelector(".marks");
    const made = [];
    const add = (kind, left, right) => {
      const part = document.createElement("i");
      part.className = kind;
      part.style.left = left;
      if (right !== undefined) part.style.right = right;
      made.push(part);
    };
    if (trim.start > 0) add("out", "0", at(this.#clip.frames - trim.start)), add("from", at(trim.start));
    if (trim.end < this.#clip.frames) add("out", at(trim.end), "0"), add("to", at(trim.end));
    for (const cut of trim.cuts) add("cut", at(cut));
    marks.replaceChildren(...made);
  }

  #seekTo(event) {
    const box = this.#root.getBoundingClientRect();
    this.#player.seek(Math.floor((event.clientX - box.left) / box.width * this.#clip.frames));
  }
}

/** Exact frames of the clip, drawn from a video of their own while nothing else is going on. */
export class Filmstrip {
  #buttons;
  #video = document.createElement("video");
  #turn = 0;
  #frames = [];

  constructor(root, player) {
    Object.assign(this.#video, { muted: true, preload: "auto", playsInline: true });
    this.#buttons = [...root.querySelectorAll("button")];
    this.#buttons.forEach((button, index) => button.addEventListener("click", () => player.seek(this.#frames[index])));
  }

  /** Shows a clip. `source()` gives the address of its video once that has been loaded, null before. */
  async show(clip, source) {
    const turn = ++this.#turn;
    const last = this.#buttons.length - 1;
    this.#frames = clip ? this.#buttons.map((_, index) => Math.round(index * (clip.frames - 1) / last)) : [];
    this.#buttons.forEach((button, index) => {
      button.disabled = !clip;
      button.querySelector("canvas").classList.remove("drawn");
      button.setAttribute("aria-label", clip
        ? `Frame ${this.#frames[index] + 1}, ${clip.times[this.#frames[index]].toFixed(2)} s` : "No frame");
    });
    if (!clip) return;
    const current = () => turn === this.#turn;
    for (let tries = 0; current() && (tries === 0 || !source()); tries++) await pause(350);
    if (!current()) return;
    this.#video.src = source();
    let shown = null;
    for (const [index, frame] of this.#frames.entries()) {
      if (frame !== shown && !await this.#present(clip, frame, current)) return;
      shown = frame;
      const canvas = this.#buttons[index].querySelector("canvas");
      canvas.width = Math.min(320, clip.width);
      canvas.height = Math.round(canvas.width * clip.height / clip.width);
      canvas.getContext("2d").drawImage(this.#video, 0, 0, canvas.width, canvas.height);
      canvas.classList.add("drawn");
      await pause(20);
      if (!current()) return;
    }
  }

  /**
   * Resolves once the video presents exactly this frame (`seeked` comes before the picture does): true then, false
   * where the clip has changed or the video can't be played.
   */
  #present(clip, frame, current) {
    const video = this.#video;
    return new Promise((resolve) => {
      let handle;
      const watch = () => handle = video.requestVideoFrameCallback((_, { mediaTime }) => {
        if (!current()) resolve(false);
        else if (frameAt(clip, mediaTime) === frame) resolve(true);
        else watch();
      });
      const fail = () => {
        video.cancelVideoFrameCallback(handle);
        resolve(false);
      };
      watch();
      video.onerror = fail;
      if (video.error) fail();
      else video.currentTime = middle(clip, frame);
    });
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Films in step: one, or two side by side, on one time.

import { pictureCount, pictures } from "./curator-films.js";

/** Seconds by which a playing video may be off before it is set right. */
const SLACK = 0.06;

/** One film on the shared time: at time T it shows its own T - offset. */
class Film {
  constructor(part) {
    this.part = part;
    this.seconds = Number(part.dataset.seconds);
    this.offset = Number(part.dataset.offset);
    this.rate = Number(part.dataset.rate);
    this.video = part.querySelector("video");
    this.image = part.querySelector("img");
    this.readout = part.closest("figure").querySelector("[data-time]");
    if (this.video) {
      this.video.preload = "auto";
      this.video.loop = false;
    } else {
      this.all = pictures(part, pictureCount(part));
      this.rate = this.all.length / this.seconds;
    }
  }

  get start() { return this.offset; }
  get end() { return this.offset + this.seconds; }

  /** Shows the frame at a shared time; while `playing`, a video runs by itself and is only set right. */
  show(time, playing, speed) {
    const own = time - this.offset;
    const isIn = own >= -1e-6 && own < this.seconds;
    this.part.classList.toggle("out", !isIn);
    const held = Math.max(0, Math.min(this.seconds - 0.5 / this.rate, own));
    this.readout.textContent = isIn ? `${own.toFixed(2)} s` : own < 0 ? "not begun" : "ended";
    if (!this.video) return this.#showPicture(held);
    const runs = playing && isIn;
    if (runs) {
      if (this.video.playbackRate !== speed) this.video.playbackRate = speed;
      if (this.video.paused) this.video.play().catch(() => {});
    } else if (!this.video.paused) {
      this.video.pause();
    }
    const off = Math.abs(this.video.currentTime - held);
    if (off > (runs ? SLACK * Math.max(1, speed) : 0.5 / this.rate / 2) && !this.video.seeking) this.video.currentTime = held;
  }

  #showPicture(own) {
    const address = this.all[Math.min(this.all.length - 1, Math.floor(own / this.seconds * this.all.length))];
    if (this.image.getAttribute("src") !== address) this.image.src = address;
  }
}

class Stage {
  #root;
  #films;
  #scrub;
  #time;
  #playing = false;
  #speed = 1;
  #before = 0;

  constructor(root) {
    this.#root = root;
    this.#films = [...root.querySelectorAll(".film")].map((part) => new Film(part));
    this.start = Math.min(...this.#films.map((film) => film.start));
    this.end = Math.max(...this.#films.map((film) => film.end));
    const videos = this.#films.filter((film) => film.video);
    this.step = 1 / Math.max(...(videos.length ? videos : this.#films).map((film) => film.rate));
    // Where all have begun.
    this.#time = Math.min(this.end - this.step, Math.max(...this.#films.map((film) => film.start)));
    this.#scrub = root.querySelector("input[type=range]");
    this.#scrub.max = Math.max(1, Math.round((this.end - this.start) / this.step) - 1);
    this.#scrub.oninput = () => this.#seek(this.start + (Number(this.#scrub.value) + 0.5) * this.step);
    root.querySelector("select").onchange = (event) => { this.#speed = Number(event.target.value); };
    for (const part of root.querySelectorAll("[data-do]")) part.onclick = () => this.#do(part.dataset.do);
    for (const { video } of this.#films) video?.addEventListener("seeked", () => { if (!this.#playing) this.#show(); });
    this.#show();
  }

  #do(what) {
    if (what === "play") return this.#playing ? this.#pause() : this.#play();
    const frame = Math.floor((this.#time - this.start) / this.step + 1e-6) + (what === "back" ? -1 : 1);
    this.#seek(this.start + (frame + 0.5) * this.step);
  }

  #play() {
    this.#playing = true;
    this.#before = performance.now();
    this.#label();
    requestAnimationFrame((now) => this.#tick(now));
  }

  #pause() {
    this.#playing = false;
    this.#label();
    this.#show();
  }

  #seek(time) {
    this.#playing = false;
    this.#label();
    this.#time = Math.min(this.end - this.step / 2, Math.max(this.start + this.step / 2, time));
    this.#show();
  }

  #tick(now) {
    if (!this.#playing || !this.#root.isConnected) return;
    this.#time += Math.max(0, now - this.#before) / 1000 * this.#speed;
    this.#before = now;
    if (this.#time >= this.end) this.#time = this.start;
    this.#show();
    requestAnimationFrame((next) => this.#tick(next));
  }

  #label() {
    this.#root.querySelector("[data-do=play]").textContent = this.#playing ? "Pause" : "Play";
  }

  #show() {
    for (const film of this.#films) film.show(this.#time, this.#playing, this.#speed);
    this.#scrub.value = Math.floor((this.#time - this.start) / this.step);
    this.#root.querySelector("output").textContent = `${(this.#time - this.start).toFixed(2)} s`;
    this.#scrub.setAttribute("aria-valuetext", `${(this.#time - this.start).toFixed(2)} seconds`);
  }
}

export function setStages(root) {
  for (const part of root.querySelectorAll(".stage")) new Stage(part);
}

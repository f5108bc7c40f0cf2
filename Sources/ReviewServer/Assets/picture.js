// How the picture is looked at: contrast, gamma, inversion, zoom, scale bar. Nothing here changes a clip.

const ZOOMS = [1, 2, 4, 8, 16];

/** Contrast, gamma and inversion, kept for the session. */
export class Tone {
  #targets;
  #contrast;
  #gamma;
  #invert;
  #inverted = false;
  #video = null;
  #mean = 0.5;

  constructor({ targets, contrast, gamma, invert }) {
    this.#targets = targets;
    this.#contrast = contrast;
    this.#gamma = gamma;
    this.#invert = invert;
    const kept = JSON.parse(sessionStorage.getItem("tone") ?? "{}");
    contrast.value = kept.contrast ?? 1;
    gamma.value = kept.gamma ?? 1;
    this.#inverted = kept.inverted ?? false;
    for (const slider of [contrast, gamma]) slider.addEventListener("input", () => this.#measure());
    this.#apply();
  }

  /** Looks at another clip's video, once it shows a picture. */
  look(video) {
    this.#video = video;
    this.#measure();
  }

  /** Contrast turns about the mean brightness, so that it helps dark fluorescence and bright field alike. */
  #measure() {
    if (this.#video?.readyState >= 2 && Number(this.#contrast.value) !== 1) {
      const canvas = new OffscreenCanvas(32, 32).getContext("2d");
      canvas.drawImage(this.#video, 0, 0, 32, 32);
      const { data } = canvas.getImageData(0, 0, 32, 32);
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
      this.#mean = sum / (data.length * 0.75 * 255);
    }
    this.#apply();
  }

  get inverted() {
    return this.#inverted;
  }

  invert() {
    this.#inverted = !this.#inverted;
    this.#apply();
  }

  reset() {
    this.#contrast.value = this.#gamma.value = 1;
    this.#inverted = false;
    this.#apply();
  }

  #apply() {
    const contrast = Number(this.#contrast.value), gamma = Number(this.#gamma.value);
    for (const channel of document.querySelectorAll("#tone [type=gamma]")) channel.setAttribute("exponent", 1 / gamma);
    for (const channel of document.querySelectorAll("#tone [type=linear]")) {
      channel.setAttribute("slope", contrast);
      channel.setAttribute("intercept", this.#mean ** (1 / gamma) * (1 - contrast));
    }
    const filters = [];
    if (contrast !== 1 || gamma !== 1) filters.push("url(#tone)");
    if (this.#inverted) filters.push("invert(1)");
    for (const target of this.#targets) target.style.filter = filters.join(" ");
    this.#invert.setAttribute("aria-pressed", this.#inverted);
    sessionStorage.setItem("tone", JSON.stringify({ contrast, gamma, inverted: this.#inverted }));
  }
}

/** Zoom and pan of the picture by wheel, pinch, drag and key, and the scale bar that goes with it. */
export class Lens {
  #frame;
  #film;
  #bar;
  #clip = null;
  #scale = 1;
  #x = 0;
  #y = 0;
  #pointers = new Map();
  #over = null;
  #onChange;

  /** `frame` shows a part of `film`; `bar` holds the scale bar; `onChange(scale)` hears of every zoom. */
  constructor({ frame, film, bar, onChange }) {
    this.#frame = frame;
    this.#film = film;
    this.#bar = bar;
    this.#onChange = onChange;
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("dblclick", (event) => this.#zoomAt(this.#scale > 1 ? 1 : 4, this.#at(event)));
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"]) {
      frame.addEventListener(kind, (event) => this.#pointer(kind, event));
    }
    new ResizeObserver(() => this.#apply()).observe(frame);
  }

  get scale() {
    return this.#scale;
  }

  show(clip) {
    this.#clip = clip;
    this.reset();
  }

  reset() {
    this.#scale = 1;
    this.#x = this.#y = 0;
    this.#apply();
  }

  /** The next step of magnification, on the pixel under the pointer. */
  next() {
    const scale = ZOOMS.find((step) => step > this.#scale + 0.01) ?? 1;
    this.#zoomAt(scale, this.#over ?? [this.#frame.clientWidth / 2, this.#frame.clientHeight / 2]);
  }

  /** Moves the view by a tenth of the picture's width and height. */
  pan(x, y) {
    this.#x -= x * this.#frame.clientWidth / 10;
    this.#y -= y * this.#frame.clientHeight / 10;
    this.#apply();
  }

  #at(event) {
    const box = this.#frame.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #wheel(event) {
    const scrolls = document.documentElement.scrollHeight > innerHeight + 1;
    if (!this.#clip || (scrolls && !event.ctrlKey)) return;
    event.preventDefault();
    this.#zoomAt(this.#scale * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.#at(event));
  }

  #pointer(kind, event) {
    const at = this.#at(event);
    this.#over = kind === "pointerleave" ? null : at;
    if (kind === "pointerdown") {
      if (this.#pointers.size < 2) this.#pointers.set(event.pointerId, at);
      if (this.#scale > 1 || this.#pointers.size > 1) this.#frame.setPointerCapture(event.pointerId);
      return;
    }
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    if (kind !== "pointermove") return this.#pointers.delete(event.pointerId);
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, at);
    if (other) {
      const spread = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
      this.#zoomAt(this.#scale * spread(at) / Math.max(1, spread(before)),
        [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2]);
    } else if (this.#scale > 1) {
      this.#x += at[0] - before[0];
      this.#y += at[1] - before[1];
      this.#apply();
    }
  }

  #zoomAt(scale, [x, y]) {
    const next = Math.max(1, Math.min(32, scale));
    this.#x = x - (x - this.#x) * next / this.#scale;
    this.#y = y - (y - this.#y) * next / this.#scale;
    this.#scale = next;
    this.#apply();
  }

  #apply() {
    const width = this.#frame.clientWidth, height = this.#frame.clientHeight;
    this.#x = Math.min(0, Math.max(width * (1 - this.#scale), this.#x));
    this.#y = Math.min(0, Math.max(height * (1 - this.#scale), this.#y));
    this.#film.style.transform = this.#scale === 1 ? "" : `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
    this.#frame.classList.toggle("zoomed", this.#scale > 1);
    this.#drawBar(width);
    this.#onChange(this.#scale);
  }

  #drawBar(width) {
    const micrometres = this.#clip?.um_per_pixel;
    this.#bar.hidden = !micrometres || !width;
    if (this.#bar.hidden) return;
    const pixelsPerMicrometre = width / this.#clip.width * this.#scale / micrometres;
    const length = roundLength(width * 0.2 / pixelsPerMicrometre);
    this.#bar.querySelector("i").style.width = `${length * pixelsPerMicrometre}px`;
    this.#bar.querySelector("span").textContent = lengthText(length);
  }
}

/** The largest of 1, 2, 5, 10, 20, ... that is no longer than `most`. */
function roundLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].find((step) => step * power <= most) * power;
}

export function lengthText(micrometres) {
  if (micrometres >= 1000) return `${Number((micrometres / 1000).toPrecision(3))} mm`;
  if (micrometres < 1) return `${Number((micrometres * 1000).toPrecision(3))} nm`;
  return `${Number(micrometres.toPrecision(3))} µm`;
}

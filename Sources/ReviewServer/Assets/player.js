// The videos: one on screen, the next ones loaded behind it.

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8];

/** One clip's video element, loaded as a whole so that seeking never waits for the network. */
class Reel {
  constructor(clip, stage, onBroken) {
    this.clip = clip;
    this.broken = false;
    this.stalled = false;
    this.url = null;
    this.onBroken = onBroken;
    this.abort = new AbortController();
    this.video = document.createElement("video");
    Object.assign(this.video, { muted: true, loop: true, playsInline: true, preload: "auto", tabIndex: -1 });
    this.video.disablePictureInPicture = true;
    this.video.addEventListener("error", () => this.#fail());
    stage.append(this.video);
    this.load();
  }

  /** A connection that fails only stalls the reel: it is loaded again when somebody asks. */
  async load() {
    this.stalled = false;
    try {
      const response = await fetch(this.clip.video, { signal: this.abort.signal });
      if (response.status >= 400 && response.status < 500) return this.#fail();
      if (!response.ok) throw new Error(`${response.status}`);
      const bytes = await response.blob();
      if (this.video.src) return;
      this.url = URL.createObjectURL(bytes);
      this.video.src = this.url;
    } catch {
      this.stalled = true;
    }
  }

  #fail() {
    if (this.abort.signal.aborted && !this.video.src) return;
    this.broken = true;
    this.onBroken(this.clip);
  }

  /** Streams the file where it is wanted on screen before all of it has come. */
  need() {
    if (this.video.src || this.broken) return;
    this.abort.abort();
    this.video.src = this.clip.video;
  }

  close() {
    this.abort.abort();
    this.video.removeAttribute("src");
    this.video.load();
    this.video.remove();
    if (this.url) URL.revokeObjectURL(this.url);
  }
}

/**
 * Plays clips. Frames are ordinals from 0; `clip.times[k]` is the start of frame k in seconds.
 *
 * Events: `frame` (a frame is on screen, or will be), `state` (playing, speed), `loaded` (it has a picture), `broken`
 * (detail: clip).
 */
export class Player extends EventTarget {
  #stage;
  #reels = new Map();
  #reel = null;
  #wanted = null;
  #turn = 0;
  frame = 0;
  speed = 1;
  /** Frames to play, half-open; null plays all. */
  range = null;

  constructor(stage) {
    super();
    this.#stage = stage;
    const speed = Number(sessionStorage.getItem("speed"));
    if (SPEEDS.includes(speed)) this.speed = speed;
  }

  get clip() {
    return this.#reel?.clip ?? null;
  }

  get video() {
    return this.#reel?.video ?? null;
  }

  get playing() {
    return this.video !== null && !this.video.paused;
  }

  get broken() {
    return this.#reel?.broken ?? false;
  }

  /** Loads a clip behind the one on screen. */
  prepare(clip) {
    const known = this.#reels.get(clip.clip_id);
    if (known?.stalled && !known.video.src) known.load();
    if (known && !known.broken) return known;
    known?.close();
    const reel = new Reel(clip, this.#stage, (clip) => this.#say("broken", clip));
    this.#reels.set(clip.clip_id, reel);
    return reel;
  }

  /** Lets go of every video but those of these clips. */
  keep(clips) {
    const kept = new Set(clips.map((clip) => clip.clip_id));
    for (const [id, reel] of this.#reels) {
      if (kept.has(id) || reel === this.#reel) continue;
      reel.close();
      this.#reels.delete(id);
    }
  }

  /** Puts a clip on screen from its first frame; null clears the screen. */
  show(clip, { play }) {
    const before = this.#reel;
    this.#reel = clip ? this.prepare(clip) : null;
    this.range = null;
    this.#wanted = null;
    this.frame = 0;
    if (this.#reel) {
      const video = this.#reel.video;
      this.#reel.need();
      if (video.currentTime > 0) video.currentTime = 0;
      video.playbackRate = this.speed;
      video.classList.add("shown");
      this.#watch(this.#reel);
      if (play) this.play();
      video.addEventListener("loadeddata", () => this.video === video && this.#say("loaded"), { once: true });
    }
    if (before && before !== this.#reel) {
      before.video.pause();
      before.video.classList.remove("shown");
    }
    this.#say("frame");
    this.#say("state");
    if (this.broken) this.#say("broken", clip);
  }

  /** Tries a video again that could not be played. */
  retry({ play }) {
    if (!this.broken) return;
    const { clip } = this;
    this.#reel = null;
    this.show(clip, { play });
  }

  play() {
    const video = this.video;
    if (!video) return;
    this.#wanted = null;
    if (this.range && !this.#inRange(this.frame)) this.#seekTo(this.range[0]);
    video.play().then(() => this.#say("state"), () => this.#say("state"));
    this.#say("state");
  }

  pause() {
    this.video?.pause();
    this.#say("state");
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Stops on exactly this frame. */
  seek(frame) {
    if (!this.video) return;
    this.pause();
    this.frame = Math.max(0, Math.min(this.clip.frames - 1, frame));
    this.#wanted = this.frame;
    if (!this.video.seeking) this.#seekTo(this.frame);
    this.#say("frame");
  }

  step(frames) {
    this.seek(this.frame + frames);
  }

  faster(steps) {
    const at = SPEEDS.indexOf(this.speed) + steps;
    this.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at))];
    sessionStorage.setItem("speed", this.speed);
    if (this.video) this.video.playbackRate = this.speed;
    this.#say("state");
  }

  #inRange(frame) {
    return frame >= this.range[0] && frame < this.range[1];
  }

  #seekTo(frame) {
    this.video.currentTime = middle(this.clip, frame);
  }

  /** Follows what is on screen for as long as this reel is. */
  #watch(reel) {
    const turn = ++this.#turn;
    const video = reel.video;
    const follow = (_, metadata) => {
      if (turn !== this.#turn) return;
      if (this.#wanted === null) {
        this.frame = frameAt(reel.clip, metadata.mediaTime);
        if (this.playing) this.#loopInRange();
        this.#say("frame");
      }
      video.requestVideoFrameCallback(follow);
    };
    video.requestVideoFrameCallback(follow);
    video.onseeked = () => {
      if (turn === this.#turn && this.#wanted !== null && frameAt(reel.clip, video.currentTime) !== this.#wanted) {
        this.#seekTo(this.#wanted);
      }
    };
  }

  #loopInRange() {
    if (!this.range || this.video.seeking || this.frame + 1 < this.range[1] && this.frame >= this.range[0]) return;
    const turn = this.#turn;
    const late = this.frame >= this.range[1] || this.frame < this.range[0];
    const left = late ? 0 : 1000 * (endOf(this.clip, this.frame) - this.clip.times[this.frame]) / this.speed;
    setTimeout(() => {
      if (turn === this.#turn && this.playing && this.range) this.#seekTo(this.range[0]);
    }, Math.max(0, left - 8));
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

const endOf = (clip, frame) => clip.times[frame + 1] ?? Math.max(clip.duration, clip.times[frame] + 0.001);

/** A time within frame `frame`, in seconds, as far from its neighbours as can be. */
export const middle = (clip, frame) => (clip.times[frame] + endOf(clip, frame)) / 2;

/** The frame on screen at `time` seconds; forgives half a millisecond of rounding. */
export function frameAt(clip, time) {
  let low = 0, high = clip.times.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (clip.times[mid] <= time + 0.0005) low = mid;
    else high = mid - 1;
  }
  return low;
}

// The marks a reviewer sets on a clip: where it starts, where it ends, where it splits.

export class Trim {
  #frames;
  #start = null;
  #end = null;
  #cuts = new Set();

  /** `frames`: how many the clip has. */
  constructor(frames) {
    this.#frames = frames;
  }

  /** First frame kept. */
  get start() {
    return this.#start ?? 0;
  }

  /** The frame after the last one kept. */
  get end() {
    return this.#end ?? this.#frames;
  }

  /** Frames that begin a new clip, in order. */
  get cuts() {
    return [...this.#cuts].filter((cut) => cut > this.start && cut < this.end).sort((a, b) => a - b);
  }

  get empty() {
    return this.#start === null && this.#end === null && this.#cuts.size === 0;
  }

  /** The clips that result, half-open in frames, or null where the clip stays whole. */
  get spans() {
    const edges = [this.start, ...this.cuts, this.end];
    if (edges.length === 2 && edges[0] === 0 && edges[1] === this.#frames) return null;
    return edges.slice(1).map((edge, index) => [edges[index], edge]);
  }

  /** Each mark answers in words what it did; the same mark on the same frame takes it away. */
  startAt(frame) {
    if (frame === 0 || this.#start === frame) {
      this.#start = null;
      return "The clip starts at its first frame.";
    }
    this.#start = frame;
    if (this.end <= frame) this.#end = null;
    return `The clip starts at frame ${frame + 1}.`;
  }

  endAt(frame) {
    if (frame === this.#frames - 1 || this.#end === frame + 1) {
      this.#end = null;
      return "The clip ends at its last frame.";
    }
    this.#end = frame + 1;
    if (this.start > frame) this.#start = null;
    return `The clip ends after frame ${frame + 1}.`;
  }

  splitAt(frame) {
    if (this.#cuts.delete(frame)) return `The split at frame ${frame + 1} is gone.`;
    if (frame <= this.start || frame >= this.end) return "A split needs frames on both sides.";
    this.#cuts.add(frame);
    return `A new clip begins at frame ${frame + 1}. Press again to join.`;
  }

  clear() {
    this.#start = this.#end = null;
    this.#cuts.clear();
    return "The clip is whole again.";
  }
}

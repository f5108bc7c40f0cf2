// Everything that shows the clip: player, timeline, filmstrip, lens, tone, facts, and the empty room without one.

import { Player } from "./player.js";
import { Filmstrip, Timeline } from "./timeline.js";
import { Lens, Tone } from "./picture.js";
import { Neighbours, showFacts } from "./facts.js";

const $ = (id) => document.getElementById(id);
const button = (action) => document.querySelector(`[data-action="${action}"]`);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Scene {
  player = new Player($("film"));
  lens;
  tone;
  neighbours = new Neighbours(button("neighbours"), $("neighbours"));
  #timeline;
  #strip;

  constructor() {
    const strip = document.querySelector(".strip");
    this.#timeline = new Timeline({
      root: document.querySelector(".timeline"), slider: $("scrub"), readout: $("readout"), player: this.player,
    });
    this.#strip = new Filmstrip(strip, this.player);
    this.tone = new Tone({
      targets: [$("film"), strip], contrast: $("contrast"), gamma: $("gamma"), invert: button("invert"),
    });
    this.lens = new Lens({
      frame: $("picture"), film: $("film"), bar: $("scale-bar"), onChange: (scale) => this.#showZoom(scale),
    });
    this.player.addEventListener("frame", () => this.#timeline.follow());
    this.player.addEventListener("state", () => this.#showPlayback());
    this.player.addEventListener("broken", (event) => {
      if (event.detail === this.player.clip) $("broken").hidden = false;
    });
    $("retry").addEventListener("click", () => this.retry());
    this.player.addEventListener("loaded", () => this.tone.look(this.player.video));
  }

  /** Puts a clip on screen; null empties the room. Only what must happen before it moves happens here. */
  show(clip) {
    $("lost").hidden = $("broken").hidden = true;
    $("empty").hidden = clip !== null;
    $("picture").hidden = clip === null;
    document.body.classList.toggle("idle", clip === null);
    if (clip) $("stage").dataset.clip = clip.clip_id;
    else delete $("stage").dataset.clip;
    if (clip) {
      $("stage").style.setProperty("--ratio", clip.width / clip.height);
      this.#timeline.show(clip);
    }
    this.lens.show(clip);
    this.player.show(clip, { play: !calm.matches });
  }

  /** Tries the clip's video again where it could not be played. */
  retry() {
    if (!this.player.broken) return;
    $("broken").hidden = true;
    this.player.retry({ play: !calm.matches });
  }

  /** The rest, once the clip moves. */
  describe(clip) {
    this.#strip.show(clip, () => (this.player.clip === clip && this.player.video.currentSrc) || null);
    if (!clip) return;
    showFacts($("facts"), clip);
    this.neighbours.show(clip);
    this.tone.look(this.player.video);
  }

  showTrim(trim, frames) {
    this.#timeline.mark(trim);
    this.player.range = trim.start > 0 || trim.end < frames ? [trim.start, trim.end] : null;
    const clear = button("clear");
    if (trim.empty && document.activeElement === clear) $("stage").focus({ preventScroll: true });
    clear.disabled = trim.empty;
  }

  showLevel(level, hint) {
    for (const choice of $("levels").children) {
      const own = choice.dataset.action.slice("level:".length);
      choice.setAttribute("aria-pressed", own === level);
      choice.classList.toggle("suggested", own === hint);
      choice.title = own === hint ? "The caption suggests this level" : "";
    }
  }

  /** Says why there is no clip. `left`: how many still want this reviewer, null while unknown. */
  showEmpty(left) {
    $("empty-title").textContent = left === null ? "Fetching clips" : "Nothing to review right now";
    let text = "You have seen every clip that waits for you. Thank you. New ones appear here by themselves.";
    if (left === null) text = "The first one is on its way.";
    else if (left > 0) {
      text = `${left === 1 ? "One clip is" : `${left} clips are`} with other reviewers or in another tab. `
        + "What they leave appears here by itself.";
    }
    $("empty-text").textContent = text;
  }

  #showZoom(scale) {
    $("zoomed").hidden = scale === 1;
    $("zoomed").textContent = `${scale.toFixed(scale < 10 ? 1 : 0)}×`;
  }

  #showPlayback() {
    button("play").querySelector("span").textContent = this.player.playing ? "Pause" : "Play";
    $("speed").textContent = `${this.player.speed}×`;
  }
}

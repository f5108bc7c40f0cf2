// What is known about a clip: scale, time, source, and the shots around it.

import { get } from "./server.js";
import { element } from "./element.js";
import { lengthText } from "./picture.js";

const number = new Intl.NumberFormat("en");

/** Real seconds in words: "20 ms", "45 s", "10 min", "2.5 h". */
export function durationText(seconds) {
  const [size, unit] = [[86_400 * 2, "days"], [7200, "h"], [120, "min"], [1, "s"], [0, "ms"]]
    .find(([least]) => seconds >= least);
  const scale = { days: 86_400, h: 3600, min: 60, s: 1, ms: 0.001 }[unit];
  return `${number.format(Number((seconds / scale).toPrecision(size >= 120 ? 2 : 3)))} ${unit}`;
}

function timeText(lapse) {
  if (lapse === null) return null;
  if (Math.abs(lapse - 1) < 0.01) return "as it happened";
  return `1 s shows ${durationText(lapse)}`;
}

/** Where in its source something is, in the words of all pages: "12.40–17.46 s". */
const spanText = (part) => `${part.start_seconds.toFixed(2)}–${part.end_seconds.toFixed(2)} s`;

const known = (text) => (text ?? element("span", "unknown", { class: "unknown" }));

/** Fills the list `target` with a clip's facts. */
export function showFacts(target, clip) {
  const source = clip.source ?? {};
  const title = source.title ?? source.id;
  let name = known(title);
  if (title && /^https?:/.test(source.url ?? "")) {
    name = element("a", title, { href: source.url, target: "_blank", rel: "noreferrer noopener" });
  }
  const um = clip.um_per_pixel;
  const place = source.start_seconds == null ? null : spanText(source);
  const rows = [
    ["Source", name], ["Channel", source.channel], ["Licence", known(source.licence)], ["Credit", source.attribution],
    ["Span", place],
    ["Scale", known(um == null ? null : `${lengthText(um)} a pixel`)],
    ["Time", known(timeText(clip.time_lapse ?? null))],
    ["Picture", `${clip.width} × ${clip.height}, ${clip.frames} frames, ${clip.duration.toFixed(2)} s`],
  ];
  target.replaceChildren(...rows.filter(([, value]) => value != null).map(([term, value]) => {
    const row = element("div", element("dt", term));
    row.append(element("dd", value));
    return row;
  }));
}

const PLACES = { before: "Before", here: "This clip", after: "After" };

/** The shots around the clip, fetched when asked for. */
export class Neighbours {
  #toggle;
  #panel;
  #clip = null;

  constructor(toggle, panel) {
    this.#toggle = toggle;
    this.#panel = panel;
  }

  show(clip) {
    this.#clip = clip;
    this.#panel.hidden = true;
    this.#panel.replaceChildren();
    this.#toggle.setAttribute("aria-expanded", "false");
  }

  async toggle() {
    const open = this.#panel.hidden;
    this.#panel.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", open);
    if (!open || this.#panel.childElementCount || !this.#clip) return;
    const clip = this.#clip;
    this.#panel.replaceChildren(element("p", "Looking for them.", { class: "soft" }));
    const parts = await get(`/api/clips/${encodeURIComponent(clip.clip_id)}/neighbours`).then(
      (answer) => answer.shots.map(shotPart), (refusal) => [element("p", refusal.message)]);
    if (clip !== this.#clip) return;
    this.#panel.replaceChildren(...parts);
    if (!parts.length) this.#panel.append(element("p", "This source has no other shots.", { class: "soft" }));
  }
}

function shotPart(shot) {
  const part = element("figure", undefined, { class: shot.where });
  const span = spanText(shot);
  const strip = element("div", undefined, { class: "pictures" });
  strip.append(...shot.pictures.map((address, index) => (
    element("img", null, { src: address, alt: `${PLACES[shot.where]}, picture ${index + 1}`, loading: "lazy" }))));
  part.append(strip, element("figcaption", `${PLACES[shot.where]}, ${span}`));
  return part;
}

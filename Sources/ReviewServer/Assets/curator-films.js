// Films in galleries: they play while the pointer or the focus is on them.

/** Milliseconds that each thumbnail of a clip that is not cut stays. */
const STAY = 250, MOST = 24;

/** Addresses of so many thumbnails spread over a film's frames. */
export function pictures(film, count) {
  const { source, start, end } = film.dataset;
  const frames = Number(end) - Number(start);
  return Array.from({ length: count }, (_, index) => (
    `/media/thumbnails/${source}/${Number(start) + Math.floor(frames * (2 * index + 1) / (2 * count))}.jpg`));
}

/** How many thumbnails a film has: one each half second. */
export const pictureCount = (film) => Math.max(2, Math.min(MOST, Math.round(Number(film.dataset.seconds) * 2)));

export function playOnHover(root) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const link of root.querySelectorAll(".look")) {
    const film = link.querySelector(".film");
    const player = film.querySelector("video") ? video(film.querySelector("video")) : leaf(film);
    let held = 0;
    const hold = () => { if (held++ === 0) player.play(); };
    const letGo = () => { if (held > 0 && --held === 0) player.stop(); };
    link.addEventListener("pointerenter", hold);
    link.addEventListener("pointerleave", letGo);
    link.addEventListener("focus", hold);
    link.addEventListener("blur", letGo);
  }
}

function video(part) {
  return {
    play: () => part.play().catch(() => {}),
    stop: () => {
      part.pause();
      part.load();
    },
  };
}

/** Thumbnails one after another. */
function leaf(film) {
  const image = film.querySelector("img"), still = image.src;
  let timer = null;
  return {
    play() {
      const all = pictures(film, pictureCount(film));
      let at = 0;
      timer = setInterval(() => { image.src = all[at++ % all.length]; }, STAY);
    },
    stop() {
      clearInterval(timer);
      image.src = still;
    },
  };
}

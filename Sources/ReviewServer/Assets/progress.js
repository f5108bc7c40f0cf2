// How far a reviewer has come: decided today and in all, pace, what is left.

const number = new Intl.NumberFormat("en");
const PAUSE = 60_000;

export class Progress {
  #target;
  #key;
  #moments = [];
  #left = null;
  #decided = null;

  constructor(target, reviewer) {
    this.#target = target;
    this.#key = `today/${reviewer}`;
    this.#render();
  }

  get #today() {
    const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    return kept.day === new Date().toDateString() ? kept.count : 0;
  }

  /** Counts one decision, or takes one back with -1. */
  count(change) {
    const today = Math.max(0, this.#today + change);
    localStorage.setItem(this.#key, JSON.stringify({ day: new Date().toDateString(), count: today }));
    if (change > 0) this.#moments = [...this.#moments, Date.now()].slice(-21);
    else this.#moments.pop();
    if (this.#decided !== null) this.#decided = Math.max(0, this.#decided + change);
    this.#render();
  }

  /** Takes over the server's counts. */
  know(left, decided) {
    this.#left = left;
    this.#decided = decided;
    this.#render();
  }

  /** Clips a minute over the last twenty decisions; longer pauses don't count. Null until there are five. */
  get pace() {
    const gaps = this.#moments.slice(1).map((moment, index) => moment - this.#moments[index])
      .filter((gap) => gap < PAUSE);
    return gaps.length < 4 ? null : 60_000 * gaps.length / gaps.reduce((sum, gap) => sum + gap, 0);
  }

  #render() {
    const pace = this.pace;
    const parts = [[number.format(this.#today), "today"]];
    if (pace !== null) parts.push([pace.toFixed(pace < 10 ? 1 : 0), "a minute"]);
    if (this.#decided !== null) parts.push([number.format(this.#decided), "in all"]);
    if (this.#left !== null) parts.push([number.format(this.#left), "left"]);
    this.#target.replaceChildren(...parts.map(([figure, words]) => {
      const part = document.createElement("span");
      const strong = document.createElement("b");
      strong.textContent = figure;
      part.append(strong, ` ${words}`);
      return part;
    }));
  }
}

// The curator's pages: what all of them share.

import { Actions } from "./curator-actions.js";
import { playOnHover } from "./curator-films.js";
import { setStages } from "./curator-stage.js";
import { setPeople } from "./curator-people.js";
import { compare, mark } from "./words.js";

/** Moments in the reader's own time: today by the clock, else by the day. */
function showTimes(root) {
  const now = new Date();
  for (const part of root.querySelectorAll("time")) {
    const at = new Date(part.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const today = at.toDateString() === now.toDateString();
    part.textContent = at.toLocaleString("en-GB", today
      ? { hour: "2-digit", minute: "2-digit" }
      : { day: "numeric", month: "short", year: at.getFullYear() === now.getFullYear() ? undefined : "numeric", hour: "2-digit", minute: "2-digit" });
    part.title = at.toLocaleString();
  }
}

/** Marks what an expert's text has that the caption before it had not. */
function showDifferences(root) {
  for (const quote of root.querySelectorAll("[data-before]")) {
    const text = quote.textContent;
    quote.dataset.text = text;
    if (quote.dataset.before) mark(quote, compare(quote.dataset.before, text), "new");
  }
}

/** Sets up what is in `main`, at first and after it was fetched anew. */
function setUp() {
  const main = document.querySelector("main");
  showTimes(main);
  showDifferences(main);
  playOnHover(main);
  setStages(main);
  setPeople(main, actions);
  actions.listen(main);
}

/** Fetches the page again and shows what changed, with focus and place kept. */
async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = document.querySelector("main");
  const place = document.activeElement && main.contains(document.activeElement) ? path(document.activeElement, main) : null;
  main.replaceChildren(...page.querySelector("main").childNodes);
  setUp();
  if (place) (place.reduce((part, index) => part?.children[index], main) ?? main).focus({ preventScroll: true });
}

function path(part, root) {
  const steps = [];
  for (let at = part; at !== root; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
}

const actions = new Actions(refresh);
document.getElementById("sign-out").addEventListener("click", () => actions.signOut());
setUp();

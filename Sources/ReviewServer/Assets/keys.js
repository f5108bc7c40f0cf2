// Actions, their keys, and the table in which a reviewer changes them.

import { element, plain } from "./element.js";

const BUILT_IN = [
  ["Decide", [
    ["accept", "Accept", "Enter"], ["reject", "Reject", "Backspace"], ["unsure", "Unsure", "u"],
    ["skip", "Skip", "n"], ["undo", "Undo", "z"],
  ]],
  ["Caption and level", [["edit", "Edit caption", "e"]]],
  ["Playback", [
    ["play", "Play", " "], ["back", "Frame back", ",", true], ["forward", "Frame forward", ".", true],
    ["slower", "Slower", "-", true], ["faster", "Faster", "=", true],
  ]],
  ["Picture", [
    ["zoom", "Zoom", "m"], ["invert", "Invert", "i"], ["plain", "Reset picture", "r"],
    ["neighbours", "Neighbouring shots", "b"],
    ["left", "Pan left", "ArrowLeft", true], ["right", "Pan right", "ArrowRight", true],
    ["up", "Pan up", "ArrowUp", true], ["down", "Pan down", "ArrowDown", true],
  ]],
  ["Trim", [["start", "Start", "["], ["end", "End", "]"], ["split", "Split", "x"], ["clear", "Clear marks", "\\"]]],
  ["Help", [["keys", "Keys", "?"], ["guide", "Guide", "h"]]],
];

const NAMES = {
  " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Delete: "Del",
};

export const keyName = (key) => (key ? NAMES[key] ?? (key.length > 1 ? key : key.toUpperCase()) : "none");
const spoken = (key) => ({ " ": "Space", ",": "comma", ".": "period" })[key] ?? key;

/** The key an event stands for, or null where it belongs to the browser. AltGr types characters on many layouts. */
export function keyOf(event) {
  const typed = event.getModifierState("AltGraph") && event.key.length === 1;
  if ((event.ctrlKey || event.altKey || event.metaKey) && !typed) return null;
  if (["Shift", "Control", "Alt", "Meta", "AltGraph", "Tab", "Dead", "CapsLock"].includes(event.key)) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

export class Keys {
  /** Groups of actions: [title, [{id, name, key, standard, repeats}]]. */
  groups;
  /** Whether single keys act at all; buttons always do. */
  on = localStorage.getItem("keys-off") === null;
  #dialog;
  #capturing = null;
  #run;

  /** `run(id)` is called with an action's id, such as "accept" or "level:organ". */
  constructor(levels, dialog, run) {
    this.#dialog = dialog;
    this.#run = run;
    const chosen = JSON.parse(localStorage.getItem("keys") ?? "{}");
    const standard = BUILT_IN.flatMap(([, actions]) => actions.map((action) => action[2]));
    const taken = new Set([...standard, ...Object.values(chosen)]);
    this.groups = BUILT_IN.map(([title, actions]) => [title, actions.map(([id, name, key, repeats = false]) => (
      { id, name, key: chosen[id] ?? key, standard: key, repeats }))]);
    for (const level of levels) {
      const key = [...level.toLowerCase(), ..."23456789"].find((letter) => !taken.has(letter)) ?? "";
      taken.add(key);
      const id = `level:${level}`;
      this.groups[1][1].push({ id, name: plain(level), key: chosen[id] ?? key, standard: key, repeats: false });
    }
    dialog.addEventListener("keydown", (event) => this.#capture(event), { capture: true });
    dialog.addEventListener("close", () => (this.#capturing = null));
  }

  get actions() {
    return this.groups.flatMap(([, actions]) => actions);
  }

  nameOf(id) {
    return keyName(this.actions.find((action) => action.id === id)?.key);
  }

  actionFor(key) {
    return this.actions.find((action) => action.key === key);
  }

  /** Writes the keys onto all buttons that carry `data-action`. */
  label(root = document) {
    for (const button of root.querySelectorAll("[data-action]")) {
      const action = this.actions.find((action) => action.id === button.dataset.action);
      const key = this.on && action ? action.key : "";
      const badge = button.querySelector("kbd");
      if (badge) badge.textContent = key ? keyName(key) : "";
      if (key) button.setAttribute("aria-keyshortcuts", spoken(key));
      else button.removeAttribute("aria-keyshortcuts");
    }
  }

  /** Acts on a key pressed on the page; true when it meant something. */
  press(event) {
    const key = keyOf(event);
    const action = this.on && key ? this.actionFor(key) : null;
    if (!action) return false;
    event.preventDefault();
    if (!event.repeat || action.repeats) this.#run(action.id);
    return true;
  }

  show() {
    this.#render();
    this.#dialog.showModal();
  }

  #render(note = "") {
    const body = this.#dialog.querySelector(".body");
    const table = document.createElement("div");
    table.className = "key-groups";
    for (const [title, actions] of this.groups) {
      const rows = actions.map((action) => {
        const row = element("tr", element("th", action.name, { scope: "row" }));
        const button = element("button", element("kbd", keyName(action.key)), { type: "button" });
        button.setAttribute("aria-label", `${action.name}: ${spoken(action.key) || "no key"}. Change`);
        button.dataset.id = action.id;
        button.addEventListener("click", () => this.#ask(action));
        row.append(element("td", button));
        return row;
      });
      const group = element("table", element("caption", title));
      const part = element("tbody");
      part.append(...rows);
      group.append(part);
      table.append(group);
    }
    body.replaceChildren(table);
    this.#dialog.querySelector(".note").textContent = note || "Press a key's button to change it.";
    this.#dialog.querySelector("#keys-on").checked = this.on;
  }

  #ask(action) {
    this.#render(`Press the new key for ${action.name}. Esc leaves it as it is.`);
    this.#capturing = action;
    const button = this.#dialog.querySelector(`[data-id="${action.id}"]`);
    button.classList.add("capturing");
    button.focus();
  }

  #capture(event) {
    const action = this.#capturing;
    if (!action || event.key === "Tab" || ["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#capturing = null;
    let note = `${action.name} stays on ${keyName(action.key)}.`;
    const key = keyOf(event);
    const other = key && this.actionFor(key);
    if (other && other !== action) note = `${keyName(key)} is already ${other.name}. Choose another key.`;
    else if (key && /^[1-9]$/.test(key)) note = "The digits 1 to 9 are for reasons. Choose another key.";
    else if (key && key !== "Escape") {
      action.key = key;
      note = `${action.name} is now ${keyName(key)}.`;
      this.#save();
    }
    this.#render(note);
    this.#dialog.querySelector(`[data-id="${action.id}"]`).focus();
  }

  reset() {
    this.actions.forEach((action) => (action.key = action.standard));
    this.#save();
    this.#render("All keys are as they came.");
  }

  turn(on) {
    this.on = on;
    if (on) localStorage.removeItem("keys-off");
    else localStorage.setItem("keys-off", "yes");
    this.label();
  }

  #save() {
    const changed = this.actions.filter((action) => action.key !== action.standard);
    localStorage.setItem("keys", JSON.stringify(Object.fromEntries(changed.map(({ id, key }) => [id, key]))));
    this.label();
  }
}

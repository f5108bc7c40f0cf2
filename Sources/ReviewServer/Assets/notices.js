// What the page tells: the status line, notices that stay, and the dialogs for the guide and unsent answers.

import { element, plain } from "./element.js";

const $ = (id) => document.getElementById(id);
const answers = (count) => (count === 1 ? "1 answer is" : `${count} answers are`);

export class Notices {
  #kind = null;

  /** The outcome of the last action. */
  say(text) {
    $("status").textContent = text;
  }

  /** A notice that stays until something better is known. */
  warn(text, kind = "warning") {
    this.#kind = kind;
    $("alert").textContent = text;
    $("alert").hidden = false;
  }

  #clear(...kinds) {
    if (!kinds.includes(this.#kind)) return false;
    $("alert").hidden = true;
    this.#kind = null;
    return true;
  }

  offline(unsent) {
    if (this.#kind === "signedout") return;
    const kept = unsent ? ` ${answers(unsent)} kept in this browser and sent when it is back.` : "";
    this.warn(`The server can't be reached.${kept} You can go on.`, "offline");
  }

  /** The server answers; true where it did not before. */
  online() {
    return this.#clear("offline", "signedout");
  }

  trouble(refusal, unsent) {
    if (refusal.passing) this.offline(unsent);
    else this.warn(refusal.message);
  }

  signedOut(unsent) {
    const kept = unsent ? ` ${answers(unsent)} kept in this browser and will be sent after that.` : "";
    const way = "Open your sign-in link again, or ask your curator for a new one.";
    this.warn(`You are signed out. ${way}${kept}`, "signedout");
    if (document.body.classList.contains("idle")) this.#showNothing("Signed out");
  }

  cannotStart(message) {
    this.warn(message);
    this.#showNothing("The page could not start");
  }

  #showNothing(title) {
    $("empty").hidden = false;
    $("picture").hidden = true;
    $("empty-title").textContent = title;
    $("empty-text").textContent = "";
    $("look-again").textContent = "Try again";
    $("look-again").onclick = () => location.reload();
  }

  async showGuide() {
    const dialog = $("guide-dialog"), body = dialog.querySelector(".body");
    dialog.showModal();
    if (body.childElementCount) return;
    try {
      const response = await fetch("/guide", { credentials: "same-origin" });
      if (!response.ok) throw new Error(response.status);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const content = page.querySelector("main") ?? page.body;
      content.querySelectorAll("script, style, link").forEach((part) => part.remove());
      body.replaceChildren(...content.childNodes);
    } catch {
      body.textContent = "The guide can't be fetched right now.";
    }
  }

  /** Wires the buttons of the dialogs. */
  listen({ outbox, keys, deck }) {
    for (const button of document.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    }
    $("keys-reset").addEventListener("click", () => keys.reset());
    $("keys-on").addEventListener("change", (event) => keys.turn(event.target.checked));
    $("look-again").addEventListener("click", () => deck()?.fill());
    $("unsent").addEventListener("click", () => $("unsent-dialog").showModal());
    $("send-again").addEventListener("click", () => outbox.retryRefused());
    $("save-refused").addEventListener("click", () => saveRefused(outbox));
  }

  /** Lists what has not reached the server, and why. */
  listUnsent(outbox) {
    const body = $("unsent-dialog").querySelector(".body");
    const { waiting, refused } = outbox;
    const onTheWay = waiting.length ? `${answers(waiting.length)} on the way.` : "Nothing else is on the way.";
    const parts = [element("p", onTheWay)];
    if (refused.length) {
      parts.unshift(element("p", "The server did not take these. They are kept here; nothing is thrown away."));
      const list = element("ul", null, { class: "refused" });
      for (const row of refused) {
        const line = element("li", element("b", plain(row.body.decision)));
        line.append(` on ${row.body.clip_id}, ${new Date(row.at).toLocaleString()}. `, element("q", row.refusal));
        list.append(line);
      }
      parts.splice(1, 0, list);
    }
    body.replaceChildren(...parts);
    $("save-refused").hidden = !refused.length;
  }
}

/** A decision in words: "Accepted as cellular, trimmed." `spans` as they were sent. */
export function sayDecision(decision, reasons, work, spans) {
  if (decision === "unsure") return "Unsure.";
  if (decision === "reject") {
    const reason = reasons.length ? `: ${plain(reasons[0]).toLowerCase()}` : "";
    return `Rejected${reason}.${work.trim.empty ? "" : " The marks were not needed."}`;
  }
  const level = work.level ? ` as ${plain(work.level).toLowerCase()}` : "";
  const parts = spans === null ? "" : spans.length > 1 ? `, in ${spans.length} parts` : ", trimmed";
  return `Accepted${level}${parts}.`;
}

/** Hands the refused decisions over as a file of JSON lines and lets go of them here. */
async function saveRefused(outbox) {
  const rows = outbox.refused;
  const lines = rows.map(({ body, at, refusal }) => (
    JSON.stringify({ ...body, said_at: new Date(at).toISOString(), refusal })));
  const link = element("a", null, {
    href: URL.createObjectURL(new Blob(lines.map((line) => `${line}\n`), { type: "application/jsonl" })),
    download: "refused-decisions.jsonl",
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  for (const row of rows) await outbox.remove(row.body.id);
}

// What curators do: select, settle, send back, reopen, known answers, pairs, and undo.

import { openSession, post } from "./server.js";

const DONE = {
  settle: "Settled", send_back: "Sent back", reopen: "Reopened", gold: "Known answer given for", undo: "Undone for",
};
const clips = (count) => (count === 1 ? "1 clip" : `${count} clips`);
/** Clips in one request; the parts of an action share its id and are undone as one. */
const PART = 200;

export class Actions {
  #notice;
  #session = null;

  /** `refresh` shows the page anew. */
  constructor(refresh) {
    this.refresh = refresh;
    this.#notice = document.createElement("div");
    this.#notice.className = "toast";
    this.#notice.setAttribute("role", "status");
    document.body.append(this.#notice);
  }

  async post(path, body) {
    this.#session ??= await openSession();
    return post(path, body);
  }

  async signOut() {
    try {
      this.#session ??= await openSession();
      await post("/sign-out", {});
    } catch { /* Signed out already, or it will show on the next page. */ }
    location.assign("/");
  }

  /** Says what happened; `undo`, where given, is offered beside it. */
  say(text, undo, isBad = false) {
    const words = document.createElement("span");
    words.textContent = text;
    const close = button("Close", () => this.#notice.replaceChildren());
    close.className = "quiet";
    this.#notice.classList.toggle("bad", isBad);
    this.#notice.replaceChildren(words, ...(undo ? [button("Undo", undo)] : []), close);
  }

  /** Does something and says so; what is refused is said too. */
  async attempt(work) {
    try {
      await work();
    } catch (refusal) {
      this.say(refusal.message, null, true);
    }
  }

  /** Does one thing to clips: `body` as the server takes it, without the clips. */
  act(body, ids) {
    return this.attempt(async () => {
      const id = crypto.randomUUID();
      let done = 0;
      for (let at = 0; at < ids.length; at += PART) {
        done += (await this.post("/api/curator/actions", { ...body, id, clips: ids.slice(at, at + PART) })).done;
      }
      await this.refresh();
      this.say(`${DONE[body.action]} ${clips(done)}.`, () => this.undo(id));
    });
  }

  undo(of) {
    return this.attempt(async () => {
      const id = crypto.randomUUID();
      const { done } = await this.post("/api/curator/actions", { action: "undo", id, of });
      await this.refresh();
      this.say(done ? `${DONE.undo} ${clips(done)}.` : "It was undone already.");
    });
  }

  pair(a, b, apart) {
    return this.attempt(async () => {
      await this.post("/api/curator/pairs", { a, b, apart });
      await this.refresh();
      this.say(apart ? "Remembered: they are no duplicates. The next run keeps them apart." : "Undone: the next run compares them again.",
        () => this.pair(a, b, !apart));
    });
  }

  listen(main) {
    for (const part of main.querySelectorAll("[data-undo]")) part.onclick = () => this.undo(part.dataset.undo);
    for (const part of main.querySelectorAll("[data-pair]")) {
      part.onclick = () => this.pair(part.dataset.a, part.dataset.b, part.dataset.pair === "separate");
    }
    for (const form of main.querySelectorAll("form.settle")) this.#listenToForm(form);
    const bulk = main.querySelector(".bulk");
    if (bulk) this.#listenToSelection(main, bulk);
  }

  #listenToForm(form) {
    form.onsubmit = (event) => {
      event.preventDefault();
      const action = event.submitter?.dataset.action ?? "settle";
      const said = action === "settle" || action === "gold" ? saying(form, event.submitter) : {};
      this.act({ action, ...said }, [form.dataset.clip]);
    };
    const scope = form.closest(".dispute");
    for (const take of scope?.querySelectorAll("[data-take]") ?? []) {
      take.onclick = () => {
        const area = form.elements.caption;
        area.value = take.closest(".voice").querySelector("[data-text]").dataset.text;
        area.focus();
      };
    }
  }

  #listenToSelection(main, bulk) {
    const boxes = [...main.querySelectorAll("input[name=clip]")];
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    let last = null;
    const show = () => {
      const count = chosen().length;
      bulk.querySelector("[data-count]").textContent = count ? `${clips(count)} selected` : "No clip selected";
      for (const part of bulk.querySelectorAll("[data-bulk], [data-pick=none]")) part.disabled = !count;
      for (const box of boxes) box.closest(".card").classList.toggle("picked", box.checked);
    };
    boxes.forEach((box, index) => {
      box.onclick = (event) => {
        if (event.shiftKey && last !== null) {
          for (let at = Math.min(last, index); at <= Math.max(last, index); at++) boxes[at].checked = box.checked;
        }
        last = index;
        show();
      };
    });
    for (const part of bulk.querySelectorAll("[data-pick]")) {
      part.onclick = () => {
        for (const box of boxes) box.checked = part.dataset.pick === "all";
        show();
      };
    }
    const dialog = main.querySelector("#settle");
    for (const part of bulk.querySelectorAll("[data-bulk]")) {
      part.onclick = () => {
        const action = part.dataset.bulk;
        if (action === "send_back" || action === "reopen") this.act({ action }, chosen());
        else this.#ask(dialog, action, chosen());
      };
    }
    show();
  }

  /** Asks what the settlement or known answer is to say. */
  #ask(dialog, action, ids) {
    const isGold = action === "gold";
    dialog.querySelector("h2").textContent = `${isGold ? "Known answer for" : "Settle"} ${clips(ids.length)}`;
    dialog.querySelector("[data-explain]").textContent = isGold
      ? "Reviewers meet these clips among the others and are measured by this answer. It is no voice."
      : "Your word becomes the outcome, whatever the experts said. It can be undone.";
    dialog.querySelector("[data-close]").onclick = () => dialog.close();
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      dialog.close();
      this.act({ action, ...saying(event.target, event.submitter) }, ids);
    };
    dialog.showModal();
  }
}

/** What a form says: accept with level and caption, or reject with a reason. */
function saying(form, submitter) {
  const { level, reason, caption } = form.elements;
  return submitter?.value === "reject"
    ? { decision: "reject", reason: reason.value || null }
    : { decision: "accept", level: level.value || null, caption: caption.value.trim() || null };
}

function button(label, work) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", work);
  return made;
}

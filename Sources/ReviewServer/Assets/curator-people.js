// Inviting people, their roles, and who may sign in.

const SAID = { role: "has another role now", bar: "can't sign in any more; what they said stays", admit: "may sign in again, with a new link" };

export function setPeople(root, actions) {
  const form = root.querySelector("#invite-form");
  if (!form) return;
  form.onsubmit = (event) => {
    event.preventDefault();
    const { name, role, hours } = form.elements;
    actions.attempt(async () => {
      const made = await actions.post("/api/curator/people", {
        action: "invite", name: name.value, role: role.value, hours: Number(hours.value),
      });
      showLink(root.querySelector("#invite-link"), made);
    });
  };
  for (const part of root.querySelectorAll("[data-person]")) {
    part.onclick = () => change(actions, part.dataset.person, part.dataset.name, part.dataset.role);
  }
}

function change(actions, action, name, role) {
  const back = { bar: ["admit"], admit: ["bar"], role: ["role", role === "curator" ? "reviewer" : "curator"] }[action];
  return actions.attempt(async () => {
    await actions.post("/api/curator/people", { action, name, role: role ?? null });
    await actions.refresh();
    actions.say(`${name} ${SAID[action]}.`, () => change(actions, back[0], name, back[1]));
  });
}

/** The link is kept nowhere else. */
function showLink(box, { name, url }) {
  box.hidden = false;
  box.querySelector("b").textContent = name;
  const field = box.querySelector("input");
  field.value = url;
  field.focus();
  field.select();
  const copy = box.querySelector("button");
  copy.textContent = "Copy";
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
  };
}

// Calls to the server. Every failure is a Refusal: status 0 means that the server could not be reached.

export class Refusal extends Error {
  constructor(status, error = {}) {
    super([error.what, error.advice].filter(Boolean).join(" ") || "The server can't be reached right now.");
    this.status = status;
    this.reason = error.reason ?? (status ? "unknown" : "unreachable");
  }

  /** True where the same call may well succeed later. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

let csrf = "";
let reviewer = null;

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(20_000), credentials: "same-origin", ...options });
  } catch {
    throw new Refusal(0);
  }
  const text = await response.text().catch(() => "");
  let answer = {};
  try {
    answer = text ? JSON.parse(text) : {};
  } catch {
    if (response.ok) throw new Refusal(502, { what: "The server's answer could not be read." });
  }
  if (response.ok) return answer;
  throw new Refusal(response.status, answer.error ?? { what: `The server answered ${response.status}.` });
}

export const get = (path) => call(path, { headers: { Accept: "application/json" } });

/**
 * Takes up the session of the cookie at hand; later posts carry its token. The page stays with the reviewer it began
 * with: where somebody else has signed in since, nothing is said in their name.
 */
export async function openSession() {
  const session = await get("/api/session");
  reviewer ??= session.name;
  if (session.name !== reviewer) throw new Refusal(401, { what: `${session.name} has signed in in this browser.` });
  csrf = session.csrf;
  return session;
}

/** Posts JSON. A refused token is renewed once, which a sign-in in another tab makes necessary. */
export async function post(path, body, options = {}) {
  const send = () => call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify(body),
    ...options,
  });
  try {
    return await send();
  } catch (refusal) {
    if (refusal.status !== 403) throw refusal;
    const used = csrf;
    await openSession();
    if (csrf === used) throw refusal;
    return send();
  }
}

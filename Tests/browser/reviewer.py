"""A reviewer at the page: what they press, and what they can see."""

import os
import shutil
import time

# Follows the page from inside: clips given, decisions posted, policy violations, and how fast the next clip moves.
OBSERVER = """
window.seen = { clips: {}, decisions: [], violations: [], latencies: [] };
document.addEventListener("securitypolicyviolation", (event) => {
  seen.violations.push(event.blockedURI + " " + event.violatedDirective);
});
const fetched = window.fetch;
window.fetch = async (address, options) => {
  const response = await fetched(address, options);
  if (options?.method === "POST" && response.ok) {
    if (String(address).endsWith("/api/decisions")) seen.decisions.push(JSON.parse(options.body));
    if (String(address).endsWith("/api/queue")) {
      for (const clip of (await response.clone().json()).clips) seen.clips[clip.clip_id] = clip;
    }
  }
  return response;
};
addEventListener("keydown", (event) => {
  const before = document.querySelector("#film .shown"), pressed = event.timeStamp;
  if (event.repeat || !["Enter", "u", "n"].includes(event.key) || !before) return;
  let tries = 0;
  const look = () => {
    const video = document.querySelector("#film .shown");
    if (video === before || !video) return ++tries < 60 && setTimeout(look, 1);
    const follow = (now, frame) => {
      if (frame.mediaTime === 0) return video.requestVideoFrameCallback(follow);
      seen.latencies.push(now - pressed);
    };
    video.requestVideoFrameCallback(follow);
  };
  look();
}, true);
"""

# Reads the frame number that the footage carries as seven black or white squares, 24 pixels wide, from the left.
READ_CODE = """() => {
  const video = document.querySelector("#film .shown");
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight).getContext("2d");
  canvas.drawImage(video, 0, 0);
  let code = 0;
  for (let bit = 0; bit < 7; bit++) code |= (canvas.getImageData(20 + 24 * bit, 20, 1, 1).data[1] > 127) << bit;
  return code;
}"""


def chromium():
    """Debian's browser, unless CHROMIUM names another."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


def comes_true(page, holds, seconds=15):
    """Whether `holds` answers true within the time; the page goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        page.wait_for_timeout(20)
    return True


def until(page, expression, argument=None, seconds=15):
    """Waits until JavaScript, an expression or a function of `argument`, holds. The page's policy forbids Playwright's
    own way, which evaluates text inside the page."""
    if not comes_true(page, lambda: page.evaluate(expression, argument), seconds):
        raise AssertionError(f"waited in vain for {expression}")


class Reviewer:
    """One browser context with one page; `name` signs in through a link of the site's."""

    def __init__(self, browser, site, name, **options):
        options = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", **options}
        self.site = site
        self.name = name
        self.context = browser.new_context(**options)
        self.context.add_init_script(OBSERVER)
        self.problems = []
        self.page = self.follow(self.context.new_page())
        self.page.goto(site.invite(name))
        self.wait_for_clip()

    def follow(self, page):
        """Notes what no page may do: errors, policy violations, requests to another origin."""
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", lambda message: self.note(message))
        page.on("request", lambda request: self.note_request(request.url))
        return page

    def note(self, message):
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.problems.append(f"policy: {message.text}")

    def note_request(self, url):
        if not url.startswith((self.site.url, "blob:", "data:")):
            self.problems.append(f"request to {url}")

    def close(self):
        self.problems += [f"policy: {text}" for text in self.page.evaluate("window.seen?.violations ?? []")]
        self.page.goto("about:blank")
        self.context.close()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def decide(self, *keys):
        """Presses keys that end with a decision; answers the clip's id once the next clip, or none, is on screen."""
        clip = self.clip
        self.press(*keys)
        self.wait(lambda: self.clip != clip, f"to move on from {clip} after {keys}")
        return clip

    def wait(self, holds, what, seconds=15):
        if not comes_true(self.page, holds, seconds):
            raise AssertionError(f"waited in vain for {self.name} {what}; the page says: {self.status!r}")

    def wait_for_clip(self):
        self.wait(lambda: self.clip is not None, "to get a clip")
        until(self.page, "document.querySelector('#film .shown')?.readyState >= 2")

    def wait_sent(self):
        self.wait(lambda: self.unsent == 0, "to have sent everything")

    @property
    def clip(self):
        """The id of the clip on screen, or None."""
        return self.page.evaluate("document.querySelector('#stage').dataset.clip ?? null")

    @property
    def clips(self):
        """All clips that the server gave to this page, by id."""
        return self.page.evaluate("window.seen.clips")

    @property
    def posted(self):
        """The decisions that the server took from this page, oldest first."""
        return self.page.evaluate("window.seen.decisions")

    @property
    def unsent(self):
        """How many decisions lie in the browser's database."""
        return self.page.evaluate("""() => new Promise((resolve) => {
          const open = indexedDB.open("microcurate-review");
          open.onsuccess = () => {
            const count = open.result.transaction("outbox").objectStore("outbox").count();
            count.onsuccess = () => { open.result.close(); resolve(count.result); };
          };
        })""")

    @property
    def status(self):
        return self.text("#status")

    @property
    def alert(self):
        return self.text("#alert") if self.page.is_visible("#alert") else ""

    @property
    def frame(self):
        """The frame number that the page shows, from 1."""
        return int(self.text("#readout").split("/")[0])

    @property
    def code(self):
        """The frame number in the pixels on screen."""
        return self.page.evaluate(READ_CODE)

    def text(self, selector):
        return self.page.text_content(selector).strip()

    def settle(self):
        """Waits until the video on screen has done its seek."""
        until(self.page, "!document.querySelector('#film .shown').seeking")
        self.page.wait_for_timeout(30)

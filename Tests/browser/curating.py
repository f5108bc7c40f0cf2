"""The curator's pages: what they show, bulk actions and their undo, search, and axe-core on each of them."""

from access import check_axe, overflow

PAGES = ["", "/clips", "/disagreements", "/duplicates", "/people", "/agreement"]


class Curator:
    """One browser context of a curator, with notes of what no page may do."""

    def __init__(self, room, name, **options):
        self.site, self.name, self.problems = room.site, name, []
        self.context = room.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("console", lambda message: "Content Security" in message.text and self.problems.append(message.text))
        self.page.on("request", lambda request: self.note(request.url))
        self.page.goto(room.site.invite(name, "curator"))
        room.reviewers.append(self)

    def note(self, url):
        if not url.startswith((self.site.url, "blob:", "data:")):
            self.problems.append(f"request to {url}")

    def go(self, path):
        self.page.goto(f"{self.site.url}/curator{path}")

    def close(self):
        self.context.close()


def dispute(room):
    """Two reviewers who differ on three clips; answers these clips."""
    ada, bob = room.reviewer("ada"), room.reviewer("bob")
    told = [ada.decide("c", "Enter") for _ in range(3)]
    ada.wait_sent()
    seen = set()
    for _ in range(40):
        if set(told) <= seen:
            break
        seen.add(bob.decide("Backspace", "1") if bob.clip in told else bob.decide("u"))
        bob.wait_for_clip()
    bob.wait_sent()
    room.checks.expect(set(told) <= seen, "bob saw all that ada had answered")
    return told


def curator_pages(room):
    clips = dispute(room)
    for scheme in ("light", "dark"):
        cora = Curator(room, f"cora-{scheme}", color_scheme=scheme)
        for path in [*PAGES, f"/clips/{clips[0]}", f"/compare?a={clips[0]}&b={clips[1]}"]:
            cora.go(path)
            cora.page.wait_for_timeout(300)
            name = path.strip("/").split("?")[0].split("/")[0] or "dashboard"
            room.picture(cora.page, f"{name}-{scheme}")
            check_axe(room, cora.page, f"/curator{path.replace(clips[0], 'ID')}, {scheme}")
    narrow = Curator(room, "cora-narrow", viewport={"width": 320, "height": 640})
    for path in PAGES:
        narrow.go(path)
        room.checks.expect(overflow(narrow.page) <= 0, f"/curator{path}: {overflow(narrow.page)} px too wide at 320")


def curator_settles(room):
    clips = dispute(room)
    cora = Curator(room, "cora")
    page = cora.page
    cora.go("/disagreements")
    room.checks.expect(page.locator("article.dispute").count() >= 3, "each dispute is listed")
    form = page.locator(f"form.settle[data-clip='{clips[0]}']")
    form.locator("select[name=level]").select_option("organ")
    form.locator("button[value=accept]").click()
    page.wait_for_timeout(800)
    room.checks.equal(room.site.outcome(clips[0]), "accepted", "settled")
    cora.go("/clips?state=accepted")
    room.checks.expect(page.locator(f"input[value='{clips[0]}']").count() == 1, "a filter is a URL")
    page.check(f"input[value='{clips[0]}']")
    page.click("[data-bulk=reopen]")
    page.wait_for_timeout(800)
    room.checks.equal(room.site.outcome(clips[0]), "ready", "reopened")
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_timeout(800)
    room.checks.equal(room.site.outcome(clips[0]), "accepted", "and taken back in one step")


def curator_searches(room):
    cora = Curator(room, "cora")
    page = cora.page
    cora.go("/clips")
    everything = page.locator("li.card").count()
    page.fill("input[name=q]", "zebrafish")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found = page.locator("li.card").count()
    room.checks.expect(0 < found < everything, f"{found} of {everything} captions speak of zebrafish")
    room.checks.expect("q=zebrafish" in page.url, "the search is a URL")
    for words in ["'; DROP TABLE clip; --", '" OR rowid:*', "<script>alert(1)</script>", "NEAR(a b)"]:
        page.fill("input[name=q]", words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        room.checks.equal(page.input_value("input[name=q]"), words, "words are words")
        room.checks.expect(page.locator("h1:has-text('Clips')").count() == 1, f"{words} breaks nothing")


def reviewers_stay_out(room):
    ada = room.reviewer("ada")
    for path in PAGES:
        answer = ada.context.request.get(f"{room.site.url}/curator{path}")
        room.checks.equal(answer.status, 403, f"/curator{path} for a reviewer")


SCENARIOS = [curator_pages, curator_settles, curator_searches, reviewers_stay_out]

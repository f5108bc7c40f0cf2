"""For everyone: axe-core in light and dark, small and zoomed screens, touch, reduced motion, keyboard focus."""

from axe_playwright_python.sync_playwright import Axe

from reviewer import until

TABLET = {"viewport": {"width": 768, "height": 1024}, "has_touch": True, "is_mobile": False, "device_scale_factor": 1}
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def check_axe(room, page, where):
    # axe-core comes in through a string: the page's policy forbids it otherwise, as it should.
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found]
    room.checks.equal(told, [], f"axe-core on {where}")


def every_page(room, scheme):
    ada = room.reviewer("ada", color_scheme=scheme)
    page = ada.page
    until(page, "document.querySelectorAll('.strip .drawn').length === 8")
    room.picture(page, "review")
    check_axe(room, page, f"the page, {scheme}")
    ada.press("o", "[", ".", "x", "i", "m", "b")
    page.wait_for_timeout(500)
    check_axe(room, page, f"marks, level, zoom and neighbours, {scheme}")
    ada.press("Backspace")
    room.picture(page, "reasons")
    check_axe(room, page, f"the reasons, {scheme}")
    ada.press("Backspace", "e")
    check_axe(room, page, f"the editor, {scheme}")
    room.picture(page, "editor")
    ada.press("Escape", "?")
    check_axe(room, page, f"the keys, {scheme}")
    room.picture(page, "keys")
    ada.press("Escape", "h")
    page.wait_for_timeout(300)
    check_axe(room, page, f"the guide, {scheme}")
    ada.press("Escape")
    ada.context.set_offline(True)
    ada.decide("u")
    page.wait_for_selector("#unsent:not([hidden])")
    check_axe(room, page, f"an unsent answer, {scheme}")
    page.click("#unsent")
    check_axe(room, page, f"the list of unsent answers, {scheme}")
    ada.press("Escape")
    ada.context.set_offline(False)
    ada.wait_sent()
    page.goto(room.site.url + "/guide")
    check_axe(room, page, f"the guide's own page, {scheme}")


def axe_dark(room):
    every_page(room, "dark")


def axe_light(room):
    every_page(room, "light")


def axe_empty_and_signed_out(room):
    for scheme in ("light", "dark"):
        ada = room.reviewer(f"ada-{scheme}", color_scheme=scheme)
        ada.page.route("**/api/queue", lambda route: route.fulfill(json={"clips": [], "left": 0, "decided": 0}))
        ada.page.reload()
        ada.page.wait_for_selector("#empty-title:has-text('Nothing')")
        check_axe(room, ada.page, f"the empty room, {scheme}")
        ada.context.clear_cookies()
        ada.page.reload()
        ada.page.wait_for_timeout(500)
        room.picture(ada.page, f"stranger-{scheme}")
        check_axe(room, ada.page, f"the page without a session, {scheme}")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def check_fit(room, ada, where):
    page = ada.page
    room.checks.expect(overflow(page) <= 0, f"{where}: {overflow(page)} px too wide")
    small = page.evaluate("""[...document.querySelectorAll("button, a[href], input, summary")].filter((part) => {
      const box = part.getBoundingClientRect();
      return box.width > 0 && (box.width < 24 || box.height < 24) && !part.closest(".skip, p, .hidden")
        && !part.matches(".skip, [type=checkbox]");
    }).map((part) => part.outerHTML.slice(0, 80))""")
    room.checks.equal(small, [], f"{where}: targets under 24 px")
    ada.press("Backspace")
    room.checks.expect(overflow(page) <= 0, f"{where}, reasons: too wide")
    ada.press("Escape", "e")
    room.checks.expect(overflow(page) <= 0, f"{where}, editor: too wide")
    ada.press("Escape", "?")
    wide = page.evaluate("(() => { const body = document.querySelector('#keys-dialog .body');"
                         "return body.scrollWidth - body.clientWidth; })()")
    room.checks.expect(wide <= 0 and overflow(page) <= 0, f"{where}, keys: too wide")
    ada.press("Escape")


def narrow_and_zoomed(room):
    """320 px wide, and 200 % zoom of a 1280 x 800 window: nothing scrolls sideways."""
    for name, options in (
        ("narrow", {"viewport": {"width": 320, "height": 640}}),
        ("zoomed", {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}),
    ):
        ada = room.reviewer(f"ada-{name}", **options)
        ada.page.wait_for_timeout(1200)
        room.picture(ada.page, name)
        check_fit(room, ada, name)


def tablet(room):
    """Touch only, portrait and landscape: accept, reject with a reason, level, undo."""
    for name, size in (("portrait", (768, 1024)), ("landscape", (1024, 768))):
        options = {**TABLET, "viewport": {"width": size[0], "height": size[1]}}
        ada = room.reviewer(f"ada-{name}", **options)
        page = ada.page
        page.wait_for_timeout(1200)
        room.picture(page, name)
        room.checks.expect(overflow(page) <= 0, f"{name}: too wide")
        first = ada.clip
        page.tap("#levels button")
        page.tap("[data-action=accept]")
        ada.wait(lambda: ada.clip != first, "to accept by touch")
        second = ada.clip
        page.tap("[data-action=reject]")
        page.locator("#reasons button").nth(1).tap()
        ada.wait(lambda: ada.clip != second, "to reject by touch")
        page.tap("[data-action=undo]")
        ada.wait(lambda: ada.clip == second, "to undo by touch")
        ada.wait_sent()
        room.checks.equal([row["decision"] for row in ada.posted], ["accept", "reject", "undo"], f"{name}: said")
        pinch(ada)
        room.checks.expect(page.is_visible("#zoomed"), f"{name}: two fingers zoom")
        heights = page.evaluate("[...document.querySelectorAll('.answers button')].map((button) => button.offsetHeight)")
        print(f"tablet: smallest answer button, {name}: {min(heights)} px high")


def pinch(reviewer):
    """Two fingers on the picture, moving apart."""
    box = reviewer.page.locator("#picture").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = reviewer.context.new_cdp_session(reviewer.page)
    send = lambda kind, reach: touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [
        {"x": x + side * reach, "y": y, "id": index} for index, side in enumerate((-1, 1)) if reach]})
    send("touchStart", 30)
    for reach in range(40, 120, 10):
        send("touchMove", reach)
    send("touchEnd", 0)


def reduced_motion(room):
    ada = room.reviewer("ada", reduced_motion="reduce")
    paused = lambda: ada.page.evaluate("document.querySelector('#film .shown').paused")
    room.checks.expect(paused(), "the first clip waits")
    ada.decide("Enter")
    ada.wait_for_clip()
    room.checks.expect(paused(), "so does the next")
    room.checks.equal(ada.text("[data-action=play] span"), "Play", "the button says Play")
    ada.press(" ")
    ada.page.wait_for_timeout(400)
    room.checks.expect(not paused() and ada.frame > 1, "Space plays")


def focus(room):
    """The focus is never lost, whatever goes away under it."""
    ada = room.reviewer("ada")
    page = ada.page
    focused = lambda: page.evaluate("document.activeElement?.id || document.activeElement?.dataset?.action || 'lost'")
    page.focus("[data-action=reject]")
    ada.press("Enter")
    room.checks.equal(focused(), "no-reason", "the reasons take the focus")
    ada.press("Escape")
    room.checks.equal(focused(), "reject", "and give it back")
    before = ada.clip
    ada.press("Enter", "Enter")
    ada.wait(lambda: ada.clip != before, "to reject by keyboard alone")
    room.checks.expect(focused() != "lost", "the focus after a rejection")
    ada.press("[")
    ada.press(".", "[")
    page.focus("[data-action=clear]")
    ada.press("Enter")
    room.checks.equal(focused(), "stage", "after the button is gone")
    page.click("[data-action=invert]")
    room.checks.equal(focused(), "stage", "a click leaves the keys to the clip")
    before = ada.clip
    ada.press("Enter")
    ada.wait(lambda: ada.clip != before, "to accept by Enter after a click")
    page.focus("[data-action=guide]")
    ada.press("Enter", "Escape")
    room.checks.equal(focused(), "guide", "after the dialog")


def broken_video(room):
    ada = room.reviewer("ada")
    page = ada.page
    page.route("**/media/renditions/**", lambda route: route.fulfill(status=404, body=""))
    page.reload()
    page.wait_for_selector("#broken:not([hidden])")
    room.checks.expect("can't be played" in ada.status, ada.status)
    room.picture(page, "notice")
    before = ada.clip
    page.click("#broken [data-action=skip]")
    ada.wait(lambda: ada.clip != before, "to skip it")
    page.wait_for_selector("#broken:not([hidden])")
    page.unroute("**/media/renditions/**")
    page.click("#retry")
    until(page, "document.querySelector('#film .shown')?.readyState >= 2")
    room.checks.expect(not page.is_visible("#broken"), "a second try plays")


SCENARIOS = [
    axe_dark, axe_light, axe_empty_and_signed_out, narrow_and_zoomed, tablet, reduced_motion, focus,
    broken_video,
]

"""Nothing is lost: connection, reload, restart, tabs, leases, sign-in, refusals."""

import tempfile

from reviewer import OBSERVER, chromium, comes_true, until


def on_record(room):
    return sorted(row["clip_id"] for row in room.site.in_force())


def lost_connection(room):
    """Decisions made without a connection are kept, delivered in order and once, and undone like any other."""
    ada = room.reviewer("ada")
    ada.page.wait_for_timeout(1500)
    ada.context.set_offline(True)
    first, second, third = ada.decide("Enter"), ada.decide("Backspace", "1"), ada.decide("Enter")
    ada.decide("z")
    room.checks.equal(ada.clip, third, "undo works without a connection")
    ada.decide("u")
    room.checks.equal(ada.unsent, 5, "three decisions, an undo and a fourth wait")
    ada.wait(lambda: "can't be reached" in ada.alert, "to hear that the server is away")
    ada.page.wait_for_selector("#unsent:not([hidden])")
    room.checks.expect("unsent" in ada.text("#unsent"), ada.text("#unsent"))
    room.picture(ada.page, "offline")
    ada.page.click("#unsent")
    room.checks.expect(ada.page.is_visible("#unsent-dialog"), "the badge opens the list")
    ada.press("Escape")
    ada.context.set_offline(False)
    ada.wait_sent()
    ada.wait(lambda: not ada.alert, "to hear no more of it")
    ada.wait_for_clip()
    room.checks.equal([row["decision"] for row in ada.posted], ["accept", "reject", "accept", "undo", "unsure"],
                      "delivered in order")
    said = {row["clip_id"]: row["decision"] for row in room.site.in_force()}
    room.checks.equal(said, {first: "accept", second: "reject", third: "unsure"}, "on record")
    room.checks.expect(all(row["age_seconds"] >= 0 for row in ada.posted), "ages")


def server_away(room):
    """The server is busy, then its answer is lost on the way: the decision is sent again under the same id."""
    ada = room.reviewer("ada")
    dropped = []

    def drop(route):
        if len(dropped) < 2:
            dropped.append(route.request.post_data_json["id"])
            if len(dropped) == 1:
                return route.fulfill(status=503, json={"error": {"reason": "busy", "what": "The server is busy."}})
            route.fetch()
            return route.abort()
        return route.continue_()

    ada.page.route("**/api/decisions", drop)
    first = ada.decide("Enter")
    ada.wait_sent()
    room.checks.equal(len(set(dropped)), 1, "the same id each time")
    room.checks.equal(on_record(room), [first], "recorded once, though sent three times")


def reload_with_unsent(room):
    ada = room.reviewer("ada")
    ada.page.route("**/api/decisions", lambda route: route.abort())
    first, second = ada.decide("Enter"), ada.decide("u")
    room.checks.equal(ada.unsent, 2, "two wait")
    ada.page.reload()
    ada.wait_for_clip()
    room.checks.expect(ada.clip not in (first, second), "clips decided but unsent are not offered again")
    room.checks.equal(ada.unsent, 2, "two still wait after a reload")
    ada.page.unroute("**/api/decisions")
    ada.wait(lambda: ada.unsent == 0, "to deliver after the reload", 45)
    room.checks.equal(on_record(room), sorted([first, second]), "both on record")


def browser_restart(room):
    """The whole browser goes; a new sign-in brings the answers home."""
    kind = room.browser.browser_type
    program = {"executable_path": chromium(), "args": ["--no-sandbox"]}
    with tempfile.TemporaryDirectory() as profile:
        context = kind.launch_persistent_context(profile, **program)
        context.add_init_script(OBSERVER)
        page = context.new_page()
        page.goto(room.site.invite("ada"))
        page.wait_for_selector("#stage[data-clip]")
        clip = page.get_attribute("#stage", "data-clip")
        page.route("**/api/decisions", lambda route: route.abort())
        page.keyboard.press("Enter")
        until(page, "(clip) => document.querySelector('#stage').dataset.clip !== clip", clip)
        # A context that closes lets its routes go first: with no server, no last try gets through.
        room.site.stop()
        context.close()
        room.site.start()
        room.checks.equal(on_record(room), [], "nothing reached the server")
        context = kind.launch_persistent_context(profile, **program)
        page = context.new_page()
        page.goto(room.site.invite("ada"))
        page.wait_for_selector("#stage[data-clip]")
        comes_true(page, lambda: on_record(room) != [], 30)
        room.checks.equal(on_record(room), [clip], "the answer outlived the browser")
        context.close()


def two_tabs(room):
    """Two tabs of one reviewer show different clips and deliver everything once."""
    ada = room.reviewer("ada")
    first, second = ada.page, ada.follow(ada.context.new_page())
    second.goto(room.site.url)
    second.wait_for_selector("#stage[data-clip]")
    here = lambda page: page.get_attribute("#stage", "data-clip")
    room.checks.expect(here(first) != here(second), "the tabs show different clips")
    posts = []
    ada.context.on("response", lambda answer: posts.append(answer.request.post_data_json["id"])
                   if answer.url.endswith("/api/decisions") else None)
    ada.context.set_offline(True)
    said = []
    for page in (first, second, first, second):
        said.append(here(page))
        page.bring_to_front()
        page.keyboard.press("Enter")
        until(page, "(clip) => document.querySelector('#stage').dataset.clip !== clip", said[-1])
    room.checks.equal(len(set(said)), 4, "four different clips")
    room.checks.equal(ada.unsent, 4, "one outbox for both")
    ada.context.set_offline(False)
    ada.wait_sent()
    first.wait_for_timeout(300)
    room.checks.equal(on_record(room), sorted(said), "all on record")
    room.checks.equal(len(posts), len(set(posts)), "none sent twice")
    second.close()


def lease_lost_in_mid_edit(room):
    ada = room.reviewer("ada")
    clip = ada.clip
    ada.press("e")
    ada.page.fill("#caption-area", "Half a sentence about a cell")
    others = []

    def lose(route):
        clips = route.request.post_data_json["clips"]
        others.extend(clips[1:2])
        lost = [{"clip_id": id, "message": "Another reviewer has it."} for id in [clips[0], *clips[1:2]]]
        route.fulfill(json={"held": clips[2:], "lost": lost})

    ada.page.route("**/api/leases", lose)
    ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ada.page.wait_for_selector("#lost:not([hidden])")
    room.checks.expect("your answer still counts" in ada.text("#lost"), ada.text("#lost"))
    room.checks.equal(ada.clip, clip, "the clip stays")
    room.checks.equal(ada.page.input_value("#caption-area"), "Half a sentence about a cell", "the text stays")
    room.picture(ada.page, "notice")
    ada.page.unroute("**/api/leases")
    ada.press("Control+Enter")
    ada.page.wait_for_selector("#caption-area", state="hidden")
    ada.decide("Enter")
    room.checks.expect(ada.clip not in others, "a preloaded clip that was lost is dropped")
    room.checks.expect(not ada.page.is_visible("#lost"), "the notice goes with the clip")
    ada.wait_sent()
    room.checks.equal(on_record(room), [clip], "the answer counts")


def signed_out(room):
    """A session that ended keeps the answers; signing in again delivers them, from another tab too."""
    ada = room.reviewer("ada")
    ada.context.clear_cookies()
    clip = ada.decide("Enter")
    ada.wait(lambda: "signed out" in ada.alert, "to hear that the session is over")
    room.picture(ada.page, "notice")
    room.checks.equal(ada.unsent, 1, "the answer is kept")
    tab = ada.follow(ada.context.new_page())
    tab.goto(room.site.invite("ada"))
    tab.wait_for_selector("#stage[data-clip]")
    ada.wait_sent()
    room.checks.equal(on_record(room), [clip], "on record after signing in again")
    ada.wait(lambda: not ada.alert, "to see the notice go", 45)
    tab.close()


def another_reviewer_signs_in(room):
    """Nothing that one said is ever sent in the name of another who signs in in the same browser."""
    ada = room.reviewer("ada")
    ada.page.route("**/api/decisions", lambda route: route.abort())
    clip = ada.decide("Enter")
    tab = ada.follow(ada.context.new_page())
    tab.goto(room.site.invite("ben"))
    tab.wait_for_selector("#stage[data-clip]")
    ada.page.unroute("**/api/decisions")
    ada.decide("u")
    ada.page.wait_for_timeout(2500)
    room.checks.equal(room.site.in_force(), [], "nothing was said as ben")
    room.checks.equal(ada.unsent, 2, "both answers wait for ada")
    tab.close()
    ada.page.goto(room.site.invite("ada"))
    ada.wait_for_clip()
    ada.wait_sent()
    room.checks.equal({row["reviewer"] for row in room.site.in_force()}, {"ada"}, "said as ada")
    room.checks.expect(clip in on_record(room), "the first answer is there")


def refused(room):
    """What the server will not take is kept aside and shown in the server's words; the rest goes on."""
    ada = room.reviewer("ada")
    words = {"error": {"reason": "conflict", "what": "This id was used before.", "advice": "Tell your curator."}}
    ada.page.route("**/api/decisions", lambda route: route.fulfill(status=409, json=words))
    ada.decide("Enter")
    ada.wait(lambda: "used before" in ada.alert, "to hear why")
    ada.page.unroute("**/api/decisions")
    taken = ada.decide("u")
    ada.wait(lambda: on_record(room) == [taken], "to deliver the next one")
    room.checks.expect("not taken" in ada.text("#unsent"), ada.text("#unsent"))
    ada.page.click("#unsent")
    room.checks.expect("Tell your curator." in ada.text("#unsent-dialog .body"), "the server's words are shown")
    room.picture(ada.page, "list")
    ada.page.click("#send-again")
    ada.wait_sent()
    room.checks.equal(len(room.site.in_force()), 2, "sent again, it is taken")


def known_clip(room):
    """A clip with a known answer: the page tells what the recipe allows."""
    ada = room.reviewer("ada")
    gold = {"right": False, "decision": "reject", "level": None}

    def tell(route):
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "gold": gold})

    ada.page.route("**/api/decisions", tell)
    ada.decide("Enter")
    ada.wait(lambda: "known clip" in ada.status and "reject" in ada.status, "to learn of the known answer")


def leaving_frees_the_clips(room):
    """The page gives its leases back as it goes; what it sends then is noted from inside, Playwright sees none of it."""
    ada = room.reviewer("ada")
    ada.page.evaluate("""() => {
      const fetched = window.fetch;
      window.fetch = (address, options) => {
        if (options?.keepalive) localStorage.setItem("left", JSON.stringify([address, JSON.parse(options.body)]));
        return fetched(address, options);
      };
    }""")
    ada.wait(lambda: len(ada.clips) == 4, "to hold four clips")
    held = sorted(ada.clips)
    ada.page.goto("about:blank")
    ada.page.goto(room.site.url + "/guide")
    address, said = ada.page.evaluate("JSON.parse(localStorage.getItem('left'))")
    room.checks.equal((address, sorted(said["clips"]), said["skip"]), ("/api/leases/release", held, False), "given back")


def runs_dry(room):
    """A queue with nothing to give says so, keeps undo, and goes on by itself."""
    ada = room.reviewer("ada")
    empty = {"clips": [], "left": 0, "decided": 4}
    ada.page.route("**/api/queue", lambda route: route.fulfill(json=empty))
    for _ in range(12):
        if ada.clip is None:
            break
        last = ada.decide("Enter")
    room.checks.expect(ada.page.is_visible("#empty"), "the empty room is shown")
    room.picture(ada.page, "empty")
    ada.decide("z")
    room.checks.equal(ada.clip, last, "undo from the empty room")
    ada.decide("Enter")
    ada.page.unroute("**/api/queue")
    ada.page.evaluate("document.querySelector('#look-again').click()")
    ada.wait_for_clip()


SCENARIOS = [
    lost_connection, server_away, reload_with_unsent, browser_restart, two_tabs, lease_lost_in_mid_edit, signed_out,
    another_reviewer_signs_in, refused, known_clip,
    leaving_frees_the_clips, runs_dry,
]

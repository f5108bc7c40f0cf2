"""Decisions: every key, undo, captions, marks, and what several reviewers add up to."""


def latest(reviewer, clip):
    """The last decision posted about a clip, once everything is sent."""
    reviewer.wait_sent()
    return [row for row in reviewer.posted if row["clip_id"] == clip][-1]


def thirty_clips(room):
    """Thirty clips with every key, then the same on record."""
    ada = room.reviewer("ada")
    reasons = ada.page.locator("#reasons button").count() - 2
    rounds = [
        (["Enter"], "accept", [], None), (["o", "Enter"], "accept", [], 0), (["c", "Enter"], "accept", [], 1),
        (["s", "Enter"], "accept", [], 2), (["u"], "unsure", [], None), (["Backspace", "Enter"], "reject", [], None),
        (["o", "o", "Enter"], "accept", [], None), (["o", "s", "Enter"], "accept", [], 2),
        (["Backspace", "Backspace", "Enter"], "accept", [], None), (["Backspace", "Escape", "u"], "unsure", [], None),
        (["c", "u"], "unsure", [], None),
        ([" ", ".", ".", ",", "-", "=", "i", "i", "m", "r", "Enter"], "accept", [], None),
    ]
    rounds += [(["Backspace", str(number + 1)], "reject", [number], None) for number in range(min(reasons, 9))]
    levels = ["organ", "cellular", "subcellular"]
    session = ada.page.evaluate("fetch('/api/session').then((answer) => answer.json())")
    said = {}
    for index in range(30):
        keys, decision, numbers, level = rounds[index % len(rounds)]
        clip = ada.decide(*keys)
        given = [session["reasons"][number] for number in numbers]
        said[clip] = (decision, given, None if level is None else levels[level])
        if index < 29:
            ada.wait_for_clip()
    room.checks.equal(len(said), 30, "clips decided, no clip twice")
    ada.wait_sent()
    kept = {row["clip_id"]: (row["decision"], list(row.get("reasons") or []), row.get("level"))
            for row in room.site.in_force()}
    room.checks.equal(kept, said, "decisions on record")
    for row in ada.posted:
        clip = ada.clips[row["clip_id"]]
        hashes = (clip["rendition_sha256"], clip["caption"]["sha256"])
        room.checks.equal((row["rendition_sha256"], row["caption_sha256"]), hashes, "hashes seen")
        room.checks.expect(0 <= row["seconds"] < 60, f"seconds spent: {row['seconds']}")
    room.checks.expect(ada.text("#progress").startswith("30 today"), f"progress: {ada.text('#progress')}")


def skip_comes_back(room):
    ada = room.reviewer("ada")
    skipped = ada.decide("n")
    room.checks.expect("Skipped" in ada.status, "a skip is told")
    other = ada.clip
    ada.decide("z")
    room.checks.equal(ada.clip, skipped, "undo brings a skipped clip back")
    ada.decide("Enter")
    room.checks.equal(ada.clip, other, "then comes the clip that was next")
    ada.wait_sent()
    room.checks.equal([row["clip_id"] for row in room.site.in_force()], [skipped], "only the accept is on record")


def undo(room):
    """Undo from memory, from the record after a reload, and twice in a row."""
    ada = room.reviewer("ada")
    first = ada.decide("c", "Enter")
    second = ada.decide("Backspace", "2")
    ada.decide("z")
    room.checks.equal(ada.clip, second, "the last clip is back")
    ada.decide("z")
    room.checks.equal(ada.clip, first, "and the one before")
    room.checks.equal(ada.page.get_attribute("[data-action='level:cellular']", "aria-pressed"), "true", "with its level")
    ada.wait_sent()
    room.checks.equal(room.site.in_force(), [], "nothing is left in force")
    ada.decide("Enter")
    room.checks.equal(ada.clip, second, "then the second clip again")
    ada.decide("u")
    ada.wait_sent()
    ada.page.reload()
    ada.wait_for_clip()
    ada.decide("z")
    room.checks.equal(ada.clip, second, "after a reload the record knows what came last")
    ada.decide("Enter")
    ada.wait_sent()
    said = {row["clip_id"]: row["decision"] for row in room.site.in_force()}
    room.checks.equal(said, {first: "accept", second: "accept"}, "decisions in force")


def nothing_to_undo(room):
    ada = room.reviewer("ada")
    before = ada.clip
    ada.press("z")
    ada.wait(lambda: "nothing to undo" in ada.status, "to hear that there is nothing to undo")
    room.checks.equal(ada.clip, before, "the clip stays")


def held_key(room):
    """A key held down decides once; a frame step repeats."""
    ada = room.reviewer("ada")
    first = ada.clip
    for _ in range(10):
        ada.page.keyboard.down("Enter")
    ada.page.keyboard.up("Enter")
    ada.wait(lambda: ada.clip != first, "to move on")
    ada.page.wait_for_timeout(300)
    ada.wait_sent()
    room.checks.equal(len(ada.posted), 1, "decisions from one held key")
    ada.page.focus("[data-action=accept]")
    ada.page.keyboard.down("Enter")
    for _ in range(10):
        ada.page.keyboard.down("Enter")
    ada.page.keyboard.up("Enter")
    ada.page.wait_for_timeout(300)
    ada.wait_sent()
    room.checks.equal(len(ada.posted), 2, "decisions from a held key on the focused button")
    ada.page.focus("#stage")
    ada.press(" ", "Home")
    ada.page.locator("#scrub").press("Home")
    for _ in range(5):
        ada.page.keyboard.down(".")
    ada.page.keyboard.up(".")
    room.checks.equal(ada.frame, 6, "the frame after five repeats")


def caption_edit(room):
    ada = room.reviewer("ada")
    page = ada.page
    clip = ada.clip
    ada.press("e")
    room.checks.expect(page.is_visible("#caption-area"), "e opens the editor")
    page.fill("#caption-area", "")
    page.keyboard.type("A cell divides, zoun")
    room.checks.equal(ada.clip, clip, "letters typed are no keys")
    ada.press("Escape")
    room.checks.expect(not page.is_visible("#caption-area"), "Esc leaves the editor")
    room.checks.expect("kept" in ada.status, f"Esc tells that the text is kept: {ada.status}")
    page.reload()
    ada.wait_for_clip()
    room.checks.equal(ada.clip, clip, "a reload stays on the clip")
    ada.press("e")
    room.checks.equal(page.input_value("#caption-area"), "A cell divides, zoun", "the text after Esc and a reload")
    page.click("[data-action=accept]")
    room.checks.equal(ada.clip, clip, "an open editor is not passed over")
    room.checks.expect("Ctrl+Enter" in ada.status, "and the page says what to do")
    page.fill("#caption-area", "A cell   divides under the microscope.  <b>Imaged</b> at 37 deg C.")
    ada.press("Control+Enter")
    page.wait_for_selector("#caption-area", state="hidden")
    saved = page.evaluate("document.querySelector('#caption-text').textContent.trim()")
    room.checks.expect("A cell divides under the microscope." in saved, f"the normalized text is shown: {saved}")
    room.checks.expect("Caption saved" in ada.status, ada.status)
    room.checks.expect(page.is_visible("#caption-notes"), "what the normalizer changed is shown")
    room.checks.equal(page.evaluate("document.activeElement.id"), "stage", "the focus after saving")
    room.picture(page, "saved")
    ada.decide("Enter")
    row = latest(ada, clip)
    room.checks.equal(row["caption"], saved, "the caption that was sent")
    room.checks.equal([row["caption"] for row in room.site.in_force()], [saved], "the caption on record")
    ada.decide("z")
    shown = page.evaluate("document.querySelector('#caption-text').textContent.trim()")
    room.checks.equal(shown, saved, "undo brings the text back too")


def marks(room):
    """Trim by keys, split, clear, and what goes with an accept."""
    ada = room.reviewer("ada")

    def at(frame, key):
        ada.page.evaluate("(frame) => { const bar = document.querySelector('#scrub'); bar.value = frame;"
                          "bar.dispatchEvent(new Event('input')); }", frame)
        ada.press(key)

    at(4, "[")
    at(60, "]")
    room.checks.equal(ada.page.locator(".marks .out").count(), 2, "what is cut off is shaded")
    at(30, "x")
    room.checks.equal(ada.page.locator(".marks .cut").count(), 1, "the split is shown")
    room.picture(ada.page, "marks")
    room.checks.equal(latest(ada, ada.decide("Enter"))["spans"], [[4, 30], [30, 61]], "spans of a split")
    room.checks.expect("2 parts" in ada.status or "2 new clips" in ada.status, f"told: {ada.status}")
    at(10, "[")
    room.checks.equal(latest(ada, ada.decide("Enter"))["spans"][0][0], 10, "a start alone")
    at(10, "[")
    at(20, "]")
    at(12, "x")
    ada.press("\\")
    room.checks.equal(ada.page.locator(".marks i").count(), 0, "no marks after clearing")
    room.checks.equal(latest(ada, ada.decide("Enter"))["spans"], None, "a whole clip has no spans")
    at(10, "[")
    at(10, "[")
    at(12, "x")
    at(12, "x")
    room.checks.equal(ada.page.locator(".marks i").count(), 0, "the same mark twice is none")
    at(9, "]")
    room.checks.equal(latest(ada, ada.decide("Backspace", "1"))["spans"], None, "a rejection has no spans")


def outcome_and_tie(room):
    """Two who agree settle a clip; two who differ send it to a third."""
    ada, ben = room.reviewer("ada"), room.reviewer("ben")
    for _ in range(3):
        ada.decide("Enter")
    ada.wait_sent()
    theirs = [row["clip_id"] for row in ada.posted]
    room.checks.equal(room.site.outcome(theirs[0]), "ready", "one answer settles nothing")
    answers = {theirs[0]: ["Enter"], theirs[1]: ["Backspace", "3"], theirs[2]: ["Enter"]}
    for _ in range(60):
        if all(any(row["clip_id"] == clip for row in ben.posted) for clip in theirs):
            break
        ben.decide(*answers.get(ben.clip, ["n"]))
        ben.wait_for_clip()
        ben.wait_sent()
    room.checks.equal(room.site.outcome(theirs[0]), "accepted", "two accepts")
    room.checks.equal(room.site.outcome(theirs[1]), "disputed", "accept and reject")
    eve = room.reviewer("eve")
    room.checks.equal(eve.clip, theirs[1], "the third gets the tie first")
    eve.decide("Backspace", "3")
    eve.wait_sent()
    room.checks.equal(room.site.outcome(theirs[1]), "declined", "the third's answer settles it")


SCENARIOS = [
    thirty_clips, skip_comes_back, undo, nothing_to_undo, held_key, caption_edit, marks, outcome_and_tie,
]

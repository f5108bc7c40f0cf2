"""Looking closely: exact frames, speed, picture, keys, help, and how soon the next clip moves."""

import pathlib
import subprocess
import tempfile

import footage
from reviewer import until


def exact_frames(room):
    """The number on screen and the frame in the pixels agree, whatever way the reviewer came there."""
    ada = room.reviewer("ada")
    check_frames(room, ada, ada.clips[ada.clip])
    ada.decide("Enter")
    ada.wait_for_clip()
    check_frames(room, ada, ada.clips[ada.clip])


def uneven_frames(room):
    """The same with frames of uneven length, in a film put in the place of the second clip's."""
    with tempfile.TemporaryDirectory() as folder:
        film = pathlib.Path(folder) / "uneven.mp4"
        footage.make_film(film, 3, uneven=True)
        probe = ["ffprobe", "-v", "error", "-show_entries", "frame=pts_time", "-of", "csv=p=0", str(film)]
        told = subprocess.run(probe, check=True, capture_output=True, text=True).stdout
        bytes_of_film = film.read_bytes()
    times = [float(line.strip(",")) for line in told.split()]

    def give(route):
        answer = route.fetch()
        body = answer.json()
        for clip in body["clips"]:
            clip |= {"video": "/media/uneven.mp4", "frames": len(times), "times": times, "frame_rate": None,
                     "duration": times[-1] + 0.0625}
        route.fulfill(response=answer, json=body)

    ada = room.reviewer("ada")
    ada.page.route("**/media/uneven.mp4", lambda route: route.fulfill(body=bytes_of_film, content_type="video/mp4"))
    ada.page.route("**/api/queue", give)
    for _ in range(4):
        ada.decide("Enter")
        ada.wait_for_clip()
    ada.page.wait_for_timeout(500)
    check_frames(room, ada, ada.clips[ada.clip])


def check_frames(room, ada, clip):
    ada.page.keyboard.press(" ")
    ada.page.locator("#scrub").press("Home")
    ada.page.focus("#stage")
    ada.settle()
    first = ada.code

    def expect(frame, how):
        ada.settle()
        room.checks.equal(ada.frame, frame + 1, f"the number shown {how}")
        room.checks.equal((ada.code - first) % 128, frame, f"the frame in the pixels {how}")

    for frame in range(1, min(40, clip["frames"])):
        ada.press(".")
        expect(frame, f"{frame} steps forward")
    for frame in range(min(40, clip["frames"]) - 2, 20, -1):
        ada.press(",")
        expect(frame, f"back at frame {frame}")
    for _ in range(15):
        ada.page.keyboard.down(",")
    ada.page.keyboard.up(",")
    expect(6, "after a run of steps back")
    ada.press(",", ",", ",", ",", ",", ",", ",", ",")
    expect(0, "at the start, where back goes no further")
    ada.page.locator("#scrub").press("End")
    ada.page.focus("#stage")
    expect(clip["frames"] - 1, "at the end")
    box = ada.page.locator(".scrub").bounding_box()
    for frame in (0, 17, 43, clip["frames"] - 1):
        ada.page.mouse.click(box["x"] + box["width"] * (frame + 0.5) / clip["frames"], box["y"] + 12)
        expect(frame, "where the scrub bar was clicked")
    until(ada.page, "document.querySelectorAll('.strip .drawn').length === 8")
    for index in (7, 3, 0):
        ada.page.locator(".strip button").nth(index).click()
        expect(round(index * (clip["frames"] - 1) / 7), f"from picture {index + 1} of the filmstrip")
    ada.press("=", "=", " ")
    ada.page.wait_for_timeout(700)
    ada.press(" ", "-", "-")
    ada.settle()
    shown = ada.frame
    ada.press(".")
    expect(min(shown, clip["frames"] - 1), "one step after it played")


def filmstrip_is_exact(room):
    ada = room.reviewer("ada")
    until(ada.page, "document.querySelectorAll('.strip .drawn').length === 8")
    clip = ada.clips[ada.clip]
    codes = ada.page.evaluate("""() => [...document.querySelectorAll(".strip canvas")].map((canvas) => {
      const scale = canvas.width / 832, context = canvas.getContext("2d");
      let code = 0;
      for (let bit = 0; bit < 7; bit++) {
        code |= (context.getImageData((20 + 24 * bit) * scale, 20 * scale, 1, 1).data[1] > 127) << bit;
      }
      return code;
    })""")
    wanted = [round(index * (clip["frames"] - 1) / 7) for index in range(8)]
    room.checks.equal([(code - codes[0]) % 128 for code in codes], wanted, "frames of the filmstrip")


def loops_within_marks(room):
    ada = room.reviewer("ada")
    page = ada.page
    set_frame = ("(frame) => { const bar = document.querySelector('#scrub'); bar.value = frame;"
                 "bar.dispatchEvent(new Event('input')); }")
    for frame, key in ((20, "["), (27, "]")):
        page.evaluate(set_frame, frame)
        ada.press(key)
    ada.press(" ")
    page.wait_for_timeout(600)
    # A page that is kept waiting shows a frame or more past the mark before it turns back: it is judged by most frames.
    seen = []
    for _ in range(60):
        seen.append(ada.frame - 1)
        page.wait_for_timeout(25)
    within = [frame for frame in seen if 20 <= frame <= 28]
    turns = sum(after < before for before, after in zip(within, within[1:]))
    room.checks.expect(min(seen) >= 20 and len(within) >= 50 and len(set(within)) > 4 and turns > 0,
                       f"frames played between marks: {seen}")


def speeds(room):
    ada = room.reviewer("ada")
    rate = lambda: ada.page.evaluate("document.querySelector('#film .shown').playbackRate")
    ada.press("-", "-", "-", "-", "-")
    room.checks.equal((rate(), ada.text("#speed")), (0.1, "0.1×"), "the slowest")
    for _ in range(8):
        ada.press("=")
    room.checks.equal((rate(), ada.text("#speed")), (8, "8×"), "the fastest")
    ada.decide("Enter")
    room.checks.equal(rate(), 8, "the next clip keeps the speed")


def picture(room):
    """Contrast, gamma, inversion, zoom, scale bar."""
    ada = room.reviewer("ada")
    page = ada.page
    page.locator("#gamma").fill("2.2")
    page.locator("#contrast").fill("1.5")
    ada.press("i")
    look = page.evaluate("getComputedStyle(document.querySelector('#film')).filter")
    room.checks.expect("tone" in look and "invert" in look, f"the filter: {look}")
    room.checks.equal(page.get_attribute("[data-action=invert]", "aria-pressed"), "true", "invert is pressed")
    room.picture(page, "tone")
    page.reload()
    ada.wait_for_clip()
    room.checks.equal(page.input_value("#gamma"), "2.2", "gamma is remembered")
    ada.press("r")
    room.checks.equal(page.evaluate("document.querySelector('#film').style.filter"), "", "reset")
    clip = ada.clips[ada.clip]
    for _ in range(8):
        if clip["um_per_pixel"]:
            break
        ada.decide("n")
        ada.wait_for_clip()
        clip = ada.clips[ada.clip]
    if clip["um_per_pixel"]:
        bar = page.evaluate("""[document.querySelector('#scale-bar i').getBoundingClientRect().width,
          document.querySelector('#scale-bar span').textContent, document.querySelector('#picture').clientWidth]""")
        micrometres = bar[0] / bar[2] * clip["width"] * clip["um_per_pixel"]
        number, unit = bar[1].split()
        told = float(number) * {"nm": 0.001, "µm": 1, "mm": 1000}[unit]
        room.checks.expect(abs(micrometres / told - 1) < 0.01, f"the bar spans {micrometres:.3f} µm, told {bar[1]}")
    box = page.locator("#picture").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    for _ in range(12):
        page.mouse.wheel(0, -120)
    page.wait_for_timeout(100)
    room.checks.expect(page.is_visible("#zoomed"), "the wheel zooms")
    room.picture(page, "zoom")
    ada.press("ArrowRight", "ArrowDown")
    ada.press("r")
    room.checks.equal(page.evaluate("document.querySelector('#film').style.transform"), "", "the whole picture again")
    ada.press("m", "m")
    room.checks.equal(ada.text("#zoomed"), "4.0×", "two steps of zoom by key")
    ada.decide("Enter")
    room.checks.expect(not page.is_visible("#zoomed"), "the next clip is shown whole")


def facts_and_neighbours(room):
    ada = room.reviewer("ada")
    facts = ada.text("#facts")
    for term in ("Source", "Licence", "Scale", "Time"):
        room.checks.expect(term in facts, f"{term} is told: {facts}")
    clip = ada.clips[ada.clip]
    room.checks.equal("unknown" in facts, None in (clip["um_per_pixel"], clip["time_lapse"], clip["source"]["licence"]),
                      "what is not known is called unknown")
    ada.press("b")
    ada.page.wait_for_selector("#neighbours :is(figure, p:not(.soft))")
    room.checks.equal(ada.page.get_attribute("[data-action=neighbours]", "aria-expanded"), "true", "neighbours are open")
    room.picture(ada.page, "neighbours")
    ada.press("b")
    room.checks.expect(not ada.page.is_visible("#neighbours"), "neighbours are closed")


def keys_table(room):
    """Every action is in the table; keys change, conflicts are told, a reset brings all back."""
    ada = room.reviewer("ada")
    page = ada.page
    ada.press("?")
    table = page.text_content("#keys-dialog .body")
    for button in page.locator("[data-action]").all():
        name = button.evaluate("(button) => button.firstChild.textContent.trim() || button.textContent.trim()")
        name = name.replace("Pause", "Play")
        room.checks.expect(name in table, f"{name} is in the table of keys")
    change = lambda name: page.get_by_role("button", name=f"{name}:").click()
    change("Unsure")
    ada.press("z")
    room.checks.expect("already Undo" in page.text_content("#keys-dialog .note"), "a conflict is told")
    change("Unsure")
    ada.press("Escape")
    room.checks.expect(page.is_visible("#keys-dialog"), "Esc ends the question, not the dialog")
    change("Unsure")
    ada.press("w")
    room.picture(page, "table")
    ada.press("Escape")
    room.checks.expect(not page.is_visible("#keys-dialog"), "Esc closes the dialog")
    room.checks.equal(page.text_content("[data-action=unsure] kbd"), "W", "the button shows its new key")
    before = ada.clip
    ada.press("u")
    page.wait_for_timeout(100)
    room.checks.equal(ada.clip, before, "the old key does nothing")
    page.reload()
    ada.wait_for_clip()
    ada.decide("w")
    ada.press("?")
    page.click("#keys-reset")
    page.uncheck("#keys-on")
    ada.press("Escape")
    before = ada.clip
    ada.press("u")
    page.wait_for_timeout(100)
    room.checks.equal(ada.clip, before, "keys that are off do nothing")
    page.click("[data-action=unsure]")
    ada.wait(lambda: ada.clip != before, "to move on by the button")
    ada.wait_sent()
    room.checks.equal([row["decision"] for row in ada.posted][-1], "unsure", "what the button said")


def keys_with_modifiers(room):
    ada = room.reviewer("ada")
    before = ada.clip
    for key in ("Control+u", "Alt+u", "Meta+u", "Control+Enter", "Alt+Enter", "Control+z"):
        ada.press(key)
    ada.page.wait_for_timeout(150)
    room.checks.equal(ada.clip, before, "keys with Ctrl, Alt or Meta are the browser's")


def guide(room):
    ada = room.reviewer("ada")
    ada.press("h")
    until(ada.page, "document.querySelector('#guide-dialog .body').textContent.length > 40")
    room.checks.expect(ada.page.is_visible("#guide-dialog"), "the guide is open")
    room.picture(ada.page, "dialog")
    before = ada.clip
    ada.press("u", "Escape")
    room.checks.expect(not ada.page.is_visible("#guide-dialog"), "Esc closes the guide")
    room.checks.equal(ada.clip, before, "keys rest while it is open")


def latency(room):
    """Reports how long the next clip takes from the key; asserts nothing about it but that it was measured."""
    ada = room.reviewer("ada")
    ada.page.wait_for_timeout(2000)
    for index in range(25):
        ada.decide(["Enter", "u"][index % 2])
        ada.wait_for_clip()
        ada.page.wait_for_timeout(900)
    measures = ada.page.evaluate("window.seen.latencies")
    room.checks.expect(len(measures) >= 20, f"measures taken: {len(measures)}")
    times = sorted(measures)
    rank = lambda share: times[min(len(times) - 1, int(share * len(times)))]
    print(f"latency: next clip moves after: median {rank(0.5):.0f} ms, p95 {rank(0.95):.0f} ms, most {times[-1]:.0f} ms")


SCENARIOS = [
    exact_frames, uneven_frames, filmstrip_is_exact, loops_within_marks, speeds, picture, facts_and_neighbours, keys_table,
    keys_with_modifiers, guide, latency,
]

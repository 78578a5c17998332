"""The page of a comparison in a browser: mouse, touch, keys, lists, and nothing from elsewhere."""

import shutil

import pytest
from judged import judged

from impasto.evaluation.report import HEADLINES, write_comparison, write_report
from impasto.images import load_image

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, which .ci/run installs"),
]

NAMES = ["the photo", "the painting", "color transfer only", "standard", "draft"]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A comparison and a report, sheet.html and report.html."""
    folder = tmp_path_factory.mktemp("pages")
    write_comparison(judged(folder, metrics=HEADLINES), folder, folder / "sheet.png")
    write_report(judged(folder, ("standard", "draft", "best")), folder)
    return folder


@pytest.fixture
def visit(browser, pages):
    """Open a page; at the end it has asked for nothing and said nothing."""
    contexts, asked, said = [], [], []

    def visit(name="sheet.html", **options):
        context = browser.new_context(**({"viewport": {"width": 1000, "height": 800}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((pages / name).as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert {url for url in asked if url.startswith("file:")} <= {
        (pages / name).as_uri() for name in ("sheet.html", "report.html")
    }
    assert said == []


def edge(page):
    return int(page.locator("#slider").get_attribute("aria-valuenow"))


def box(page):
    return page.locator(".stage").bounding_box()


def shown(page):
    """Return the names of the left and the right picture, by what is in them."""
    return page.evaluate(
        """() => ["left", "right"].map((side) => {
            const source = document.getElementById(`${side}-picture`).src;
            const figures = [...document.querySelectorAll("figure")];
            return figures.find((figure) => figure.querySelector("img").src === source)
                .querySelector("strong").textContent;
        })"""
    )


def color_at(page, share):
    """Return what one sees at a share of the width of the stage, in the middle of its height."""
    place = box(page)
    clip = {
        "x": place["x"] + share * place["width"],
        "y": place["y"] + 0.2 * place["height"],  # above the knob
        "width": 2,
        "height": 2,
    }
    return load_image(page.screenshot(clip=clip))[0, :, 0, 0]


def test_both_pictures_are_seen(visit):
    page = visit()
    assert shown(page) == ["the photo", "standard"]
    assert edge(page) == 50
    left, right = color_at(page, 0.25), color_at(page, 0.75)
    assert left[0] == pytest.approx(0 / 9, abs=0.03)  # `judged.draw`: tone 0 and tone 3
    assert right[0] == pytest.approx(3 / 9, abs=0.03)


def test_the_mouse_drags_the_edge(visit):
    page = visit()
    place = box(page)
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(place["x"] + 0.9 * place["width"], middle)
    assert edge(page) == 90
    assert color_at(page, 0.75)[0] == pytest.approx(0, abs=0.03)  # now the left one
    page.mouse.move(place["x"] + 3 * place["width"], middle)  # far out
    assert edge(page) == 100
    page.mouse.up()
    page.mouse.move(place["x"], middle)
    assert edge(page) == 100  # let go


def test_a_click_puts_the_edge_there(visit):
    page = visit()
    place = box(page)
    page.mouse.click(place["x"] + 0.2 * place["width"], place["y"] + 5)
    assert edge(page) == 20
    page.mouse.click(place["x"] + 0.6 * place["width"], place["y"] + 5, button="right")
    assert edge(page) == 20


def test_a_finger_drags_the_edge(visit):
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    place = box(page)
    y = place["y"] + place["height"] / 2

    def touch(kind, share):
        points = [{"x": place["x"] + share * place["width"], "y": y}] if kind != "touchEnd" else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    session = page.context.new_cdp_session(page)
    touch("touchStart", 0.5)
    for share in (0.45, 0.4, 0.35, 0.3):
        touch("touchMove", share)
    playwright.expect(page.locator("#slider")).to_have_attribute("aria-valuenow", "30")
    touch("touchEnd", 0)


@pytest.mark.parametrize(
    "keys, place",
    [
        (["ArrowRight"], 51),
        (["ArrowUp"], 51),
        (["ArrowLeft", "ArrowLeft"], 48),
        (["ArrowDown"], 49),
        (["Shift+ArrowRight"], 60),
        (["PageUp", "PageUp"], 70),
        (["PageDown"], 40),
        (["Home"], 0),
        (["Home", "ArrowLeft"], 0),
        (["End", "ArrowRight"], 100),
        (["x"], 50),
    ],
)
def test_keys_move_the_edge(visit, keys, place):
    page = visit()
    page.locator("#slider").focus()
    scrolled = page.evaluate("scrollY")
    for key in keys:
        page.keyboard.press(key)
    assert edge(page) == place
    assert page.evaluate("scrollY") == scrolled


def test_everything_is_reached_with_the_keyboard(visit):
    page = visit()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.role"))
    assert reached == ["left", "swap", "right", "slider", "region"]


def test_any_two_can_be_chosen(visit):
    page = visit()
    for left in NAMES:
        for right in NAMES:
            page.select_option("#left", label=left)
            page.select_option("#right", label=right)
            assert shown(page) == [left, right]
    assert page.locator("#right-picture").get_attribute("alt") == "draft: cat in the style of wave"


def test_the_slider_says_what_it_shows(visit):
    page = visit()
    page.select_option("#left", label="draft")
    page.locator("#slider").press("ArrowLeft")
    said = page.locator("#slider").get_attribute("aria-valuetext")
    assert said == "49 %: draft to the left, standard to the right"


def test_swapping(visit):
    page = visit()
    page.get_by_role("button", name="swap").click()
    assert shown(page) == ["standard", "the photo"]
    assert page.get_by_role("slider").get_attribute("aria-valuetext").startswith("50 %: standard")


def test_a_painting_of_other_proportions_is_whole(visit):
    """It is higher than wide: there is paper beside it, and not the other picture."""
    page = visit()
    page.select_option("#right", label="the painting")
    page.locator("#slider").press("Home")
    paper = page.evaluate("getComputedStyle(document.querySelector('.stage')).backgroundColor")
    levels = [int(level) for level in paper.strip("rgb()").split(",")]
    assert [round(255 * float(level)) for level in color_at(page, 0.95)] == levels
    assert color_at(page, 0.5)[0] == pytest.approx(1 / 9, abs=0.03)


def luminance(color):
    levels = [int(level) / 255 for level in color.strip("rgb()").split(",")]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in levels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


CONTRASTS = """() => [...document.querySelectorAll("p, th, td, li, a, label, dt, figcaption *, b")]
    .filter((element) => element.textContent.trim() && !element.closest(".unseen"))
    .map((element) => {
        let behind = element;
        while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
            behind = behind.parentElement;
        return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
    })"""


@pytest.mark.parametrize("name", ["sheet.html", "report.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(visit, name, scheme):
    """WCAG 2.2, success criterion 1.4.3: a contrast of at least 4.5."""
    page = visit(name, color_scheme=scheme)
    found = page.evaluate(CONTRASTS)
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (luminance(paper) > 0.5) == (scheme == "light")
    assert len(found) > 50
    for colors in {tuple(pair) for pair in found}:
        dark, light = sorted(map(luminance, colors))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colors


@pytest.mark.parametrize("name", ["sheet.html", "report.html"])
@pytest.mark.parametrize("width", [320, 390, 1600])
def test_nothing_sticks_out(visit, name, width):
    page = visit(name, viewport={"width": width, "height": 844})
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main img, select, h1')]"
        ".map((each) => each.getBoundingClientRect().right))"
    )
    assert widest <= width


@pytest.mark.parametrize("name", ["sheet.html", "report.html"])
def test_nothing_moves_while_it_loads(visit, name, pages):
    page = visit(name)
    page.reload()
    shift = page.evaluate(
        """() => new Promise((done) => {
            let total = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) total += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(total), 300);
        })"""
    )
    assert shift == 0


def test_the_report_is_read_with_the_keyboard(visit):
    page = visit("report.html")
    table = page.get_by_role("region", name="Medians over all pairs")
    table.focus()
    assert table.evaluate("(each) => each === document.activeElement")
    page.get_by_role("link", name="Pictures").click()
    assert page.evaluate("location.hash") == "#pictures"


def test_without_scripts_the_pictures_are_there(visit):
    page = visit(java_script_enabled=False)
    assert not page.locator(".compare").is_visible()
    assert page.locator("figure img").count() == len(NAMES)

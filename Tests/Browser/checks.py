"""The checks of one page in one window."""
import pathlib
import time
import xml.etree.ElementTree
from urllib.parse import unquote, urljoin, urlparse

#: What a table shows: for each row in sight the value of each field.
FIELDS = """table => Array.from(table.tBodies[0].rows).filter(row => !row.hidden).map(row =>
    Array.from(row.cells, cell => cell.dataset.value ?? cell.textContent.trim()))"""

#: Clicks each head of a table twice and says what is wrong: numbers are sorted by value and others in natural
#: order, what is missing comes last, no row is lost, and the head says how its column is sorted.
SORTING = """table => {
    const faults = [];
    const fields = () => Array.from(table.tBodies[0].rows, row =>
        Array.from(row.cells, cell => cell.dataset.value ?? cell.textContent.trim()));
    const order = new Intl.Collator("en", { numeric: true }).compare;
    const ends = { inf: Infinity, "-inf": -Infinity, "": NaN };
    const before = fields().map(String).sort().join("\\n");
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
        const isNumber = "number" in head.dataset;
        const states = [];
        for (const _ of [1, 2]) {
            const button = head.querySelector("button");
            if (!button) return faults.push("no button in head " + column);
            button.click();
            const state = head.getAttribute("aria-sort");
            const sign = state === "ascending" ? 1 : -1;
            states.push(state);
            const values = fields().map(row => isNumber ? ends[row[column]] ?? Number(row[column]) : row[column]);
            const present = values.filter(value => isNumber ? !Number.isNaN(value) : value !== "");
            const isSorted = present.every((value, i) => Object.is(value, values[i]) && (i === 0
                || value === present[i - 1] || sign * (isNumber ? value - present[i - 1]
                : order(value, present[i - 1])) >= 0));
            if (!isSorted) faults.push("column " + column + " is not " + state);
        }
        if (states.sort().join() !== "ascending,descending") faults.push("column " + column + " says " + states);
        if (table.querySelectorAll("th[aria-sort]").length !== 1) faults.push("several columns say they are sorted");
    });
    if (fields().map(String).sort().join("\\n") !== before) faults.push("sorting changed the rows");
    return faults;
}"""

class Checks:
    def __init__(self, window, page, fault, axe):
        self.window, self.page, self.fault, self.axe = window, page, fault, axe

    # What a reader sees

    def appearance(self):
        self.pictures()
        self.width("")
        self.links()
        self.accessibility("")

    def paper(self):
        """The colours of paper and ink."""
        return self.window.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")

    def pictures(self):
        broken = self.window.evaluate(
            """async () => { const images = Array.from(document.images);
               await Promise.all(images.map(image => image.decode().catch(() => {})));
               return images.filter(image => !image.complete || !image.naturalWidth).map(image => image.alt); }""")
        if broken:
            self.fault(f"pictures that do not load: {broken[:3]}")

    def width(self, state):
        """The page as a whole never scrolls sideways."""
        wide = self.window.evaluate(
            """() => { const root = document.documentElement; if (root.scrollWidth <= root.clientWidth) return null;
               const inBox = element => { for (let part = element.parentElement; part; part = part.parentElement)
                   if (getComputedStyle(part).overflowX !== "visible") return true; return false; };
               const parts = Array.from(document.body.querySelectorAll("*")).filter(part =>
                   part.getBoundingClientRect().right > root.clientWidth + 0.5 && !inBox(part));
               return [root.scrollWidth, parts.slice(0, 3).map(part => part.outerHTML.slice(0, 120))]; }""")
        if wide:
            self.fault(f"scrolls sideways{state}: {wide}")

    def links(self):
        """Links lead to a part of the page or to a file that exists."""
        links = self.window.evaluate(
            """() => { const parts = new Set(); for (const link of document.querySelectorAll("a[href]")) {
               const href = link.getAttribute("href"); let isThere = true;
               if (href.startsWith("#")) isThere = !!document.getElementById(decodeURIComponent(href.slice(1)));
               parts.add(JSON.stringify([href, isThere])); } return Array.from(parts, JSON.parse); }""")
        for href, is_there in links:
            if href.startswith("#"):
                if not is_there:
                    self.fault(f"a link to no part of the page: {href}")
                continue
            address = urlparse(urljoin(self.page.path.as_uri(), href))
            if address.scheme != "file":
                self.fault(f"a link out of the folder: {href}")
            elif not pathlib.Path(unquote(address.path)).exists():
                self.fault(f"a link to no file: {href}")

    def accessibility(self, state):
        """No fault that axe calls serious or critical."""
        self.window.evaluate(self.axe)
        if self.page.is_large:
            # Thousands of rows of one form would take axe minutes.
            self.window.evaluate("document.querySelectorAll('tbody tr:nth-child(n + 30)').forEach(row => row.remove())")
        found = self.window.evaluate(
            "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
            ".map(({ id, impact, help, nodes }) => [id, impact, help, nodes.length,"
            " nodes.slice(0, 2).map(node => node.html.slice(0, 140) + ' ' + (node.any[0]?.message ?? ''))])")
        for name, impact, text, count, nodes in found:
            if impact in ("serious", "critical"):
                self.fault(f"axe {name} ({impact}, {count} times{state}): {text}: {nodes}")

    # What a reader does

    def use(self):
        self.graph()
        self.finder()
        self.fold()
        self.width(" with all parts open")
        self.accessibility(" with all parts open")
        self.tables()
        self.figures()
        self.choices()
        if self.window.locator("[data-runs]").count():
            self.index()

    def fold(self):
        """Every part opens by a click, and the first also closes and opens by a key."""
        folds = self.window.locator("details:visible > summary")
        if folds.count():
            first = self.window.locator("details:visible").first
            for expected in [True, False]:
                first.locator("summary").first.focus()
                self.window.keyboard.press("Enter")
                if (first.get_attribute("open") is not None) != expected:
                    self.fault("Enter does not open and close a part")
        self.window.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        self.window.wait_for_timeout(100)

    def graph(self):
        """A stage opens its panel and closes the others, by a click and by Enter."""
        rooms = self.window.locator("a[data-room]:visible")
        opened = "document.querySelectorAll('[data-panel][open]').length"
        for number in range(min(rooms.count(), 3)):
            room = rooms.nth(number)
            if number % 2:
                room.focus()
                self.window.keyboard.press("Enter")
            else:
                room.click()
            self.window.wait_for_timeout(50)
            panel = self.window.locator(f"[id='{room.get_attribute('href')[1:]}']")
            if room.get_attribute("aria-expanded") != "true" or not panel.is_visible():
                self.fault(f"a stage does not open its panel: {room.get_attribute('href')}")
            if self.window.evaluate(opened) != 1:
                self.fault("more than one panel is open")
        if rooms.count():
            self.window.evaluate("document.activeElement.blur()")
            room.focus()
            self.window.keyboard.press("Enter")
            self.window.wait_for_timeout(50)
            if self.window.evaluate(opened) or room.get_attribute("aria-expanded") != "false":
                self.fault("a stage does not close its panel")

    def finder(self):
        """The field that finds cells shows those it finds and no others."""
        field = self.window.locator(".finder input")
        if not field.count():
            return
        box = self.window.locator("[data-cells]").first
        rows = box.evaluate(
            "box => Array.from(box.querySelectorAll('tbody tr'), row => row.cells[0].textContent.trim())")
        word = rows[-1].split()[0]
        field.fill(word)
        self.window.wait_for_timeout(300)
        shown = box.evaluate("box => Array.from(box.querySelectorAll('tbody tr')).filter(row => row.checkVisibility())"
                             ".map(row => row.textContent.toLowerCase())")
        if not shown or not all(word.lower() in text for text in shown):
            self.fault(f"the field for cells shows {len(shown)} rows for {word!r}")
        field.fill("")
        self.window.wait_for_timeout(300)

    def tables(self):
        """Every head sorts both ways, every filter finds, and the first table is copied as CSV."""
        boxes = self.window.locator("[data-table]:visible")
        for number in range(boxes.count()):
            box = boxes.nth(number)
            name = box.get_attribute("data-table")
            table = box.locator("table").first
            for text in table.evaluate(SORTING):
                self.fault(f"the table {name!r}: {text}")
            self.filter(name, box, table)

    def filter(self, name, box, table):
        field = box.locator(".tools input")
        rows = table.evaluate(FIELDS)
        if not field.count():
            if len(rows) > 12:
                self.fault(f"the table {name!r} of {len(rows)} rows has no filter")
            return
        words = max(rows, key=lambda row: len(row[0]))[0].lower().split()[:2]
        field.fill(" ".join(words))
        found = table.evaluate(FIELDS)
        if not found or not all(all(word in " ".join(row).lower() for word in words) for row in found):
            self.fault(f"the filter of the table {name!r} shows {len(found)} rows for {words}")
        if f"{len(found)} of {len(rows)} rows" not in box.locator(".tools").inner_text():
            self.fault(f"the filter of the table {name!r} counts other rows than it shows")
        field.fill("nothing has this text")
        if table.evaluate(FIELDS):
            self.fault(f"the filter of the table {name!r} shows rows without its text")
        field.fill("")
        if len(table.evaluate(FIELDS)) != len(rows):
            self.fault(f"the empty filter of the table {name!r} hides rows")

    def figures(self):
        """A figure is saved as a drawing that needs no style sheet."""
        buttons = self.window.locator("figure[data-figure] > button:visible")
        if not buttons.count():
            return
        with self.window.expect_download() as download:
            buttons.first.click()
        text = pathlib.Path(download.value.path()).read_text()
        root = xml.etree.ElementTree.fromstring(text)
        if not root.tag.endswith("svg") or "var(" in text or not download.value.suggested_filename.endswith(".svg"):
            self.fault("a saved figure is not a drawing of its own")

    def choices(self):
        """A list of parts shows the chosen one."""
        lists = self.window.locator(".choice select:visible")
        for number in range(lists.count()):
            menu = lists.nth(number)
            last = menu.locator("option").count() - 1
            menu.select_option(index=last)
            shown = menu.evaluate("menu => Array.from(menu.closest('[data-choice]').children)"
                                  ".filter(part => part.dataset.label && part.checkVisibility()).length")
            if shown != 1:
                self.fault(f"a list of parts shows {shown} parts")

    def index(self):
        """The list of runs: sorting, filtering and a comparison of two runs."""
        place = self.window.locator("[data-runs]")
        rows = place.locator("table").first.locator("tbody tr")
        count = rows.count()
        heads = place.locator("table").first.locator("thead th")
        for column in range(heads.count()):
            for _ in range(2):
                head = heads.nth(column)
                head.locator("button").evaluate("button => button.click()")
                if heads.nth(column).get_attribute("aria-sort") is None or rows.count() != count:
                    self.fault(f"the list of runs is not sorted by column {column}")
        field = place.locator(".tools input")
        field.fill("grid")
        texts = rows.all_inner_texts()
        if not texts or len(texts) >= count or not all("grid" in text for text in texts):
            self.fault(f"the filter of runs shows {len(texts)} of {count}")
        boxes = rows.locator("input[type=checkbox]")
        boxes.nth(0).check()
        boxes.nth(1).check()
        place.get_by_role("button", name="Compare").click()
        if not place.get_by_role("heading", name="Comparison of 2 runs").is_visible():
            self.fault("two runs are not compared")
        self.width(" with a comparison")
        self.accessibility(" with a comparison")
        field.fill("")


def large_checks(window, page, fault):
    """Sorts a large page for the first time; the seconds since it was asked for."""
    started = time.monotonic()
    window.goto(page.path.as_uri(), wait_until="commit")
    if page.name == "large-index":
        table = window.locator("[data-runs] table").first
    else:
        table = window.locator("[data-cells] [data-table] table").first
        folds = window.locator("[data-cells] details:not([open]):visible > summary")
        folds.first.wait_for()
        # Cells are folded by stage and then by axis.
        while not table.is_visible():
            folds.first.click()
    head = table.locator("thead th").first
    head.locator("button").click()
    window.wait_for_function("head => head.getAttribute('aria-sort') ?? document.querySelector('th[aria-sort]')",
                             arg=head.element_handle())
    seconds = time.monotonic() - started
    if page.name == "large-index":
        window.locator("[data-runs] .tools input").fill("rate=7")
        window.wait_for_timeout(300)
        if not window.locator("[data-runs] tbody tr").count():
            fault("no run is found by a parameter")
        window.locator("[data-runs]").get_by_role("button", name="Next").click()
    else:
        for text in table.evaluate(SORTING):
            fault(f"the table of cells: {text}")
    return seconds

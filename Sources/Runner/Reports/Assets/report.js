// The script of every page that Assay writes: it works on what is in the page and never asks for more.
// Without it a page still shows everything. Each part has a function below, named as its section of the
// style sheet, and finds its elements by data attributes.
"use strict";

// page

// Puts text on the clipboard; false where the browser does not allow it.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// Marks the entry of the section that is read in the list of contents, and keeps it in sight.
function contents() {
  const nav = document.querySelector("[data-contents]");
  if (!nav) return;
  const links = new Map(Array.from(nav.querySelectorAll("a"), (link) => [link.hash.slice(1), link]));
  const list = nav.firstElementChild;
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target.id);
      else seen.delete(target.id);
    }
    const current = Array.from(links.keys()).find((id) => seen.has(id));
    for (const [id, link] of links) {
      if (id !== current) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "true");
        list.scrollLeft = link.offsetLeft - list.offsetLeft - list.clientWidth / 3;
      }
    }
  }, { rootMargin: "-60px 0px -55% 0px" });
  for (const id of links.keys()) observer.observe(document.getElementById(id));
}
contents();

// tables

// Sorting by the heads, a filter for long tables, and a button that copies what is shown as CSV.
function tables() {
  const filterLimit = 12;
  const collator = new Intl.Collator("en", { numeric: true });
  const valueOf = (field) => field.dataset.value ?? field.textContent.trim();
  const numberOf = (text) => {
    const ends = { inf: Infinity, "-inf": -Infinity };
    return text === "" ? NaN : ends[text] ?? Number(text);
  };

  function sort(body, column, isNumber, sign) {
    const rows = Array.from(body.rows, (row) => {
      const text = valueOf(row.cells[column]);
      return { row, value: isNumber ? numberOf(text) : text };
    });
    const isMissing = (value) => (isNumber ? Number.isNaN(value) : value === "");
    rows.sort((a, b) => {
      if (isMissing(a.value) || isMissing(b.value)) return isMissing(a.value) - isMissing(b.value);
      if (!isNumber) return sign * collator.compare(a.value, b.value);
      return a.value === b.value ? 0 : sign * (a.value < b.value ? -1 : 1);
    });
    body.append(...rows.map(({ row }) => row));
  }

  function addSorting(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const isNumber = "number" in head.dataset;
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        // The highest number is what a reader looks for first.
        const first = isNumber ? "descending" : "ascending";
        const second = isNumber ? "ascending" : "descending";
        const order = before === first ? second : first;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        sort(table.tBodies[0], column, isNumber, order === "ascending" ? 1 : -1);
      });
    });
  }

  function addFilter(table, tools) {
    const rows = Array.from(table.tBodies[0].rows);
    if (rows.length <= filterLimit) return;
    const field = document.createElement("input");
    field.type = "search";
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    const label = document.createElement("label");
    label.append("Filter", field);
    let texts;
    field.addEventListener("input", () => {
      texts ??= rows.map((row) =>
        Array.from(row.cells, (cell) => cell.textContent + " " + valueOf(cell)).join(" ").toLowerCase());
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !words.every((word) => texts[index].includes(word));
        if (!row.hidden) shown += 1;
      });
      count.textContent = words.length ? shown + " of " + rows.length + " rows" : "";
    });
    tools.append(count, label);
  }

  function csv(table) {
    const quoted = (text) => (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
    const rows = [table.tHead.rows[0], ...Array.from(table.tBodies[0].rows).filter((row) => !row.hidden)];
    return rows.map((row) => Array.from(row.cells, (cell) => quoted(valueOf(cell))).join(",") + "\r\n").join("");
  }

  for (const box of document.querySelectorAll("[data-table]")) {
    const table = box.querySelector("table");
    const tools = document.createElement("div");
    tools.className = "tools";
    addSorting(table);
    addFilter(table, tools);
    const copy = document.createElement("button");
    copy.type = "button";
    copy.textContent = "Copy as CSV";
    copy.setAttribute("aria-label", "Copy as CSV: " + box.dataset.table);
    copy.addEventListener("click", async () => {
      copy.textContent = (await copyText(csv(table))) ? "Copied" : "Not allowed here";
      setTimeout(() => { copy.textContent = "Copy as CSV"; }, 2000);
    });
    tools.append(copy);
    box.prepend(tools);
  }
}
tables();

// graph

// A stage of the graph opens its panel, and only that; links to folded cells open their folds.
function graph() {
  const panels = Array.from(document.querySelectorAll("[data-panel]"));
  const rooms = Array.from(document.querySelectorAll("[data-room]"));
  const roomOf = (panel) => rooms.find((room) => room.hash === "#" + panel.lastElementChild.id);

  // Opens what contains an element, and what it names.
  function reveal(hash) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) return null;
    for (let part = target.parentElement; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    return target;
  }

  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      roomOf(panel)?.setAttribute("aria-expanded", String(panel.open));
      if (!panel.open) return;
      for (const other of panels) if (other !== panel) other.open = false;
    });
  }
  for (const room of rooms) {
    room.setAttribute("aria-expanded", "false");
    room.addEventListener("click", (event) => {
      event.preventDefault();
      const panel = document.getElementById(room.hash.slice(1)).parentElement;
      panel.open = !panel.open;
      // The graph stays in sight where the window has room for both.
      if (panel.open) panel.scrollIntoView({ block: "nearest" });
    });
  }
  document.querySelector("[data-panels]")?.classList.add("scripted");
  // A link to what is already in the address fires no event of the address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && !("room" in link.dataset)) reveal(link.hash);
  });
  addEventListener("hashchange", () => reveal(location.hash)?.scrollIntoView());
  reveal(location.hash)?.scrollIntoView();
}
graph();

// A field that finds cells in all folds, and opens the folds that hold few of them.
function cells() {
  const openLimit = 200;
  for (const box of document.querySelectorAll("[data-cells]")) {
    const rows = Array.from(box.querySelectorAll("tbody tr"));
    const folds = Array.from(box.querySelectorAll("details"));
    const field = document.createElement("input");
    field.type = "search";
    const label = document.createElement("label");
    label.append("Find cells", field);
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    const tools = document.createElement("div");
    tools.className = "finder";
    tools.append(label, count);
    box.prepend(tools);
    let texts;
    let wait;
    const find = () => {
      texts ??= rows.map((row) => row.textContent.toLowerCase());
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      rows.forEach((row, index) => {
        row.hidden = !words.every((word) => texts[index].includes(word));
        if (!row.hidden) found += 1;
      });
      for (const fold of folds) {
        fold.hidden = !fold.querySelector("tbody tr:not([hidden])");
        fold.open = words.length > 0 && !fold.hidden && found <= openLimit;
      }
      count.textContent = words.length ? found + " of " + rows.length + " cells" : "";
    };
    field.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(find, 120); });
  }
}
cells();

// charts

// The rules for drawings with the light colours filled in: the first rule of the page has the variables.
function chartStyle() {
  const rules = Array.from(document.styleSheets[0].cssRules);
  const root = rules.find((rule) => rule.selectorText === ":root");
  return rules
    .filter((rule) => (rule.selectorText || "").startsWith(".chart"))
    .map((rule) => rule.cssText.replace(/var\((--[\w-]+)\)/g, (_, name) => root.style.getPropertyValue(name).trim()))
    .join("\n");
}

// The drawing of a figure as a file of its own, for a paper.
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [, , width, height] = copy.getAttribute("viewBox").split(" ").map(Number);
  copy.setAttribute("width", width / 4 + "mm");
  copy.setAttribute("height", height / 4 + "mm");
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = chartStyle();
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("class", "paper");
  paper.setAttribute("width", width);
  paper.setAttribute("height", height);
  copy.prepend(style, paper);
  return new XMLSerializer().serializeToString(copy);
}

// A button on each figure that saves its drawing.
function saveFigures() {
  for (const figure of document.querySelectorAll("figure[data-figure]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "SVG";
    button.setAttribute("aria-label", "Save the figure " + figure.dataset.figure + " as SVG");
    button.addEventListener("click", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([standalone(figure.querySelector("svg"))], { type: "image/svg+xml" }));
      link.download = figure.dataset.figure.replace(/[^\w.=,-]+/g, "-") + ".svg";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    figure.querySelector("figcaption").before(button);
  }
}

// A list from which one of several labelled parts is chosen; without the script all of them are shown.
function chooseParts() {
  for (const box of document.querySelectorAll("[data-choice]")) {
    const parts = Array.from(box.children).filter((part) => part.dataset.label);
    if (parts.length < 2) continue;
    const label = document.createElement("label");
    label.className = "choice";
    label.append(box.dataset.choice + " ");
    const list = document.createElement("select");
    for (const part of parts) list.append(new Option(part.dataset.label));
    const show = () => parts.forEach((part, index) => (part.hidden = index !== list.selectedIndex));
    list.addEventListener("change", show);
    label.append(list);
    box.prepend(label);
    show();
  }
}
saveFigures();
chooseParts();

// pictures

// index

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

// Lets the keyboard reach a box that scrolls, and only while it does.
const scrollers = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".scroll, .graph, .timeline, pre")) scrollers.observe(box);

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
  copy.removeAttribute("style");
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

// Menus above a gallery that show the pictures of one kind, class or source.
function filterGallery(gallery) {
  const figures = Array.from(gallery.querySelectorAll("figure"));
  const bar = document.createElement("div");
  bar.className = "filters";
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const menus = [];
  for (const name of ["kind", "class", "source"]) {
    const values = Array.from(new Set(figures.map((figure) => figure.dataset[name] || ""))).filter(Boolean);
    if (values.length < 2) continue;
    const menu = document.createElement("select");
    for (const value of ["", ...(name === "kind" ? values : values.sort())]) {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = value || "all";
      menu.append(option);
    }
    menu.addEventListener("change", show);
    const label = document.createElement("label");
    label.append(name + " ", menu);
    bar.append(label);
    menus.push({ name, menu });
  }
  function show() {
    let shown = 0;
    for (const figure of figures) {
      figure.hidden = menus.some(({ name, menu }) => menu.value && menu.value !== figure.dataset[name]);
      if (!figure.hidden) shown += 1;
    }
    count.textContent = shown + " of " + figures.length + " pictures";
  }
  if (menus.length === 0) return;
  bar.append(count);
  gallery.before(bar);
  show();
}
document.querySelectorAll("[data-gallery]").forEach(filterGallery);

// index

// How a page writes numbers and times; the same as in the tables that are written without the script.
function numberText(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value < 0 ? "−∞" : "∞";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return String(value);
  if (size >= 1e-3 && size < 1) return value.toFixed(4);
  if (size >= 1 && size < 1e4) return value.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
  return value.toPrecision(3);
}

function differenceText(value) { return (value > 0 ? "+" : "") + numberText(value); }

function timeText(seconds) { return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " "); }

function secondsText(value) {
  const two = (number) => String(number).padStart(2, "0");
  if (value < 0.0005) return "0 s";
  if (value < 1) return Math.round(value * 1000) + " ms";
  if (value < 59.95) return value.toFixed(1) + " s";
  const whole = Math.round(value);
  if (whole < 3600) return Math.floor(whole / 60) + " min " + two(whole % 60) + " s";
  return Math.floor(whole / 3600) + " h " + two(Math.floor((whole % 3600) / 60)) + " min";
}

// An element with a class and content: texts and other elements.
function element(name, style, ...content) {
  const made = document.createElement(name);
  if (style) made.className = style;
  made.append(...content);
  return made;
}

// The list of runs: filters, sorting, pages of a hundred rows, and a comparison of chosen runs.
function index() {
  const source = document.querySelector("[data-index]");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  if (!data.ids.length) return;
  const place = document.querySelector("[data-runs]");
  const pageSize = 100;
  const chosenLimit = 6;
  const collator = new Intl.Collator("en", { numeric: true });
  const all = data.ids.map((_, run) => run);
  const pinned = new Set(data.pinned);
  const state = { words: [], pipeline: data.pipelines.length === 1 ? 0 : -1, status: -1, page: 0, key: "started", up: false };
  const chosen = new Set();

  // The values of a metric are listed in the order of its pipeline's runs.
  for (const metric of data.metrics) {
    metric.of = new Map();
    all.filter((run) => data.pipeline[run] === metric.pipeline)
      .forEach((run, order) => { if (metric.values[order] !== null) metric.of.set(run, metric.values[order]); });
  }
  const metricsOf = (run) => data.metrics.filter((metric) => metric.pipeline === data.pipeline[run]);
  const marksOf = (run) => [...(data.tags[run] ?? []), ...(pinned.has(run) ? ["pinned"] : [])];
  const texts = all.map((run) => [data.ids[run], data.pipelines[data.pipeline[run]], data.statuses[data.status[run]],
    ...marksOf(run), ...data.parameters.map(({ name, values, runs }) =>
      runs[run] ? name + "=" + values[runs[run] - 1] : "")].join(" ").toLowerCase());

  // MARK: Columns

  function badge(run) {
    const status = data.statuses[data.status[run]];
    return element("span", "badge " + status, status);
  }

  function columns() {
    const count = (key, head) => ({ key, head, isNumber: true, value: (run) => data.counts[key][run] });
    const list = [
      { key: "run", head: "run", value: (run) => data.ids[run] },
      { key: "pipeline", head: "pipeline", value: (run) => data.pipelines[data.pipeline[run]] },
      { key: "status", head: "status", value: (run) => data.statuses[data.status[run]], show: badge },
    ];
    list.push(...metricColumns(), { key: "checks", head: "checks", isNumber: true, value: (run) => data.missed[run],
        show: (run) => data.checks[run] ? data.checks[run] - data.missed[run] + " of " + data.checks[run] : "" },
    { key: "marks", head: "marks", value: (run) => marksOf(run).join(" ") },
    { key: "started", head: "started", isNumber: true, isLeft: true, value: (run) => data.started[run],
      show: (run) => timeText(data.started[run]) },
    { key: "time", head: "time", isNumber: true, value: (run) => data.seconds[run],
      show: (run) => data.seconds[run] === null ? "" : secondsText(data.seconds[run]) },
    count("hit", "cached"), count("executed", "executed"), count("failed", "failed"), count("skipped", "skipped"));
    return list;
  }

  // The metrics of the chosen pipeline or, among all pipelines, the first that a run has.
  function metricColumns() {
    if (state.pipeline >= 0) {
      return data.metrics.filter((metric) => metric.pipeline === state.pipeline).map((metric) => ({
        key: metric.stage + " " + metric.name, head: metric.name, about: metric.stage, isNumber: true,
        value: (run) => metric.of.get(run) ?? null }));
    }
    const first = (run) => metricsOf(run).find((metric) => metric.of.has(run));
    return [{ key: "metric", head: "headline metric", isNumber: true, isLeft: true,
      value: (run) => first(run)?.of.get(run) ?? null,
      show: (run) => first(run) ? first(run).name + " " + numberText(first(run).of.get(run)) : "" }];
  }

  function found() {
    return all.filter((run) => (state.pipeline < 0 || data.pipeline[run] === state.pipeline)
      && (state.status < 0 || data.status[run] === state.status)
      && state.words.every((word) => texts[run].includes(word)));
  }

  function sorted(runs, column) {
    const sign = state.up ? 1 : -1;
    return runs.map((run) => [column.value(run), run]).sort(([a, first], [b, second]) => {
      const missing = (a === null || a === "") - (b === null || b === "");
      if (missing) return missing;
      const order = column.isNumber ? a - b : collator.compare(a, b);
      return sign * order || first - second;
    }).map(([, run]) => run);
  }

  // MARK: Table

  function head(column) {
    const button = element("button", "", column.head);
    button.type = "button";
    const cell = element("th", column.isNumber && !column.isLeft ? "n" : "", button);
    cell.scope = "col";
    if (column.about) cell.title = column.about;
    if (column.key === state.key) cell.setAttribute("aria-sort", state.up ? "ascending" : "descending");
    button.addEventListener("click", () => {
      state.up = state.key === column.key ? !state.up : !column.isNumber;
      state.key = column.key;
      state.page = 0;
      draw();
      place.querySelector("th[aria-sort] button")?.focus();
    });
    return cell;
  }

  function nameOf(run) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = chosen.has(run);
    box.setAttribute("aria-label", "compare run " + data.ids[run]);
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(run); else chosen.delete(run);
      drawChosen();
    });
    let name = data.ids[run];
    if (data.reports[run]) {
      name = element("a", "", name);
      name.href = data.reports[run];
    }
    const cell = element("th", "nowrap", box, " ", name);
    cell.scope = "row";
    return cell;
  }

  function row(run, list) {
    const line = element("tr", "", nameOf(run));
    for (const column of list.slice(1)) {
      const value = column.value(run);
      const shown = column.show ? column.show(run) : column.isNumber && value !== null ? numberText(value) : value ?? "";
      line.append(element("td", column.isNumber && !column.isLeft ? "n" : column.isLeft ? "nowrap" : "", shown));
    }
    return line;
  }

  const table = place.querySelector("table");
  const pager = element("div", "pager");
  const note = element("span", "soft small");
  note.setAttribute("role", "status");

  function step(text, by, isPossible) {
    const button = element("button", "", text);
    button.type = "button";
    button.disabled = !isPossible;
    button.addEventListener("click", () => {
      state.page += by;
      draw();
      place.scrollIntoView({ block: "start" });
    });
    return button;
  }

  function draw() {
    const list = columns();
    const column = list.find(({ key }) => key === state.key) ?? list.find(({ key }) => key === "started");
    const runs = sorted(found(), column);
    const pages = Math.max(1, Math.ceil(runs.length / pageSize));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * pageSize;
    const shown = runs.slice(first, first + pageSize);
    table.tHead.replaceChildren(element("tr", "", ...list.map(head)));
    table.tBodies[0].replaceChildren(...shown.map((run) => row(run, list)));
    note.textContent = runs.length
      ? "runs " + (first + 1) + " to " + (first + shown.length) + " of " + runs.length
        + (runs.length < all.length ? " found, " + all.length + " in all" : "")
      : "no run is found, of " + all.length;
    pager.replaceChildren(step("Previous", -1, state.page > 0), note, step("Next", 1, state.page < pages - 1));
    for (const group of document.querySelectorAll("[data-pipeline]")) {
      group.hidden = state.pipeline >= 0 && Number(group.dataset.pipeline) !== state.pipeline;
    }
  }

  // MARK: Filters

  function choice(label, names, key) {
    const field = document.createElement("select");
    field.append(new Option("all", "-1"), ...names.map((name, number) => new Option(name, String(number))));
    field.value = String(state[key]);
    field.addEventListener("change", () => {
      state[key] = Number(field.value);
      state.page = 0;
      draw();
    });
    return element("label", "", label, field);
  }

  function tools() {
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "id, tag, parameter=value";
    field.addEventListener("input", () => {
      state.words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      state.page = 0;
      draw();
    });
    const box = element("div", "tools", element("label", "", "Filter", field));
    if (data.pipelines.length > 1) box.append(choice("Pipeline", data.pipelines, "pipeline"));
    if (data.statuses.length > 1) box.append(choice("Status", data.statuses, "status"));
    return box;
  }

  // MARK: Comparison

  const bar = element("div", "chosen");
  bar.setAttribute("role", "status");
  const panel = element("section", "");
  panel.hidden = true;

  function drawChosen() {
    panel.hidden = true;
    bar.hidden = chosen.size === 0;
    const compare = element("button", "", "Compare");
    compare.type = "button";
    compare.disabled = chosen.size < 2 || chosen.size > chosenLimit;
    compare.addEventListener("click", drawComparison);
    const clear = element("button", "", "Clear");
    clear.type = "button";
    clear.addEventListener("click", () => {
      chosen.clear();
      drawChosen();
      draw();
    });
    const hint = chosen.size < 2 ? "choose one more run" : chosen.size > chosenLimit ? "at most " + chosenLimit : "";
    bar.replaceChildren(element("b", "", chosen.size + (chosen.size === 1 ? " run" : " runs")), compare, clear,
      element("span", "soft small", hint));
  }

  function line(name, cells) {
    const first = element("th", "", name);
    first.scope = "row";
    return element("tr", "", first, ...cells);
  }

  function metricLines(runs) {
    const names = new Map();
    for (const run of runs) for (const metric of metricsOf(run)) names.set(metric.stage + " " + metric.name, true);
    return [...names.keys()].map((name) => {
      const values = runs.map((run) =>
        metricsOf(run).find((metric) => metric.stage + " " + metric.name === name)?.of.get(run) ?? null);
      return line(name, values.map((value, order) => {
        const cell = element("td", "n", value === null ? "" : numberText(value));
        if (order > 0 && value !== null && values[0] !== null) {
          cell.append(element("div", "soft small", differenceText(value - values[0])));
        }
        return cell;
      }));
    });
  }

  function parameterLines(runs) {
    return data.parameters.map(({ name, values, runs: numbers }) =>
      [name, runs.map((run) => numbers[run] ? values[numbers[run] - 1] : null)])
      .filter(([, values]) => values.some((value) => value !== values[0]))
      .map(([name, values]) => line(name, values.map((value) => element("td", "n", value ?? "not set"))));
  }

  function comparison(title, heads, lines) {
    if (!lines.length) return [];
    const head = element("tr", "", element("th", "", ""), ...heads);
    const body = element("table", "wide", element("thead", "", head), element("tbody", "", ...lines));
    return [element("h3", "", title), element("div", "data", element("div", "scroll", body))];
  }

  function drawComparison() {
    // The oldest run is the one that others are compared with.
    const runs = [...chosen].sort((a, b) => data.started[a] - data.started[b]);
    const heads = () => runs.map((run) => {
      const cell = element("th", "n", data.ids[run]);
      cell.scope = "col";
      return cell;
    });
    const cells = (show) => runs.map((run) => element("td", "n", show(run)));
    const facts = [
      line("pipeline", cells((run) => data.pipelines[data.pipeline[run]])), line("status", cells(badge)),
      line("started", cells((run) => timeText(data.started[run]))),
      line("time", cells((run) => data.seconds[run] === null ? "" : secondsText(data.seconds[run]))),
      line("marks", cells((run) => marksOf(run).join(" "))),
    ];
    const parameters = parameterLines(runs);
    const title = element("h2", "", "Comparison of " + runs.length + " runs");
    title.tabIndex = -1;
    panel.replaceChildren(title, ...comparison("Runs", heads(), facts),
      ...comparison("Headline metrics, and their difference to the first run", heads(), metricLines(runs)),
      ...comparison("Parameters that differ", heads(), parameters),
      ...(parameters.length ? [] : [element("p", "soft", "The parameters of the runs are equal.")]),
      element("p", "soft small", "In full: ", element("code", "", "assay report " + runs.map((run) => data.ids[run]).join(" "))));
    for (const box of panel.querySelectorAll(".scroll")) scrollers.observe(box);
    panel.hidden = false;
    title.focus();
  }

  place.querySelector("p")?.remove();
  place.prepend(tools());
  place.append(pager, bar, panel);
  draw();
  drawChosen();
}
index();

// live report

// Loads a page that is being rewritten again, and keeps the reader's place: the browser restores the
// scroll position, and the history entry keeps which parts are open.
function live() {
  const folded = () => Array.from(document.querySelectorAll("details"));
  for (const number of history.state?.open ?? []) if (folded()[number]) folded()[number].open = true;
  const place = document.querySelector("[data-live]");
  if (!place) {
    if (history.state?.open) history.replaceState(null, "");
    return;
  }
  const seconds = Number(place.dataset.reload);
  const age = Date.now() / 1000 - Number(place.dataset.live);
  if (age > 60 + 4 * seconds) {
    place.append(element("strong", "warn", " This page was last written "
      + secondsText(age) + " ago: the run may have been killed."));
  }
  function again() {
    // Not under the hands of a reader who writes or marks text, and not in a hidden tab.
    const isBusy = document.activeElement?.matches("input, select") || !getSelection().isCollapsed;
    if (isBusy || document.hidden) return setTimeout(again, 1000);
    const open = folded().flatMap((part, number) => part.open ? [number] : []);
    history.replaceState({ open }, "");
    location.reload();
  }
  setTimeout(again, seconds * 1000);
}
live();

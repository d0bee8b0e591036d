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

// charts

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

// The script of every page that Assay writes: it works on what is in the page and never asks for more.
// Without it a page still shows everything. Each part has a function below, named as its section of the
// style sheet, and finds its elements by data attributes.
"use strict";

// page

// tables

// graph

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

// The script of every page that Assay writes: it works on what is in the page and never asks for more.
// Without it a page still shows everything. Each part has a function below, named as its section of the
// style sheet, and finds its elements by data attributes.
"use strict";

// page

// tables

// graph

// charts

// pictures

// index

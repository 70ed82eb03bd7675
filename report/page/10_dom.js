"use strict";
// Elements are made of text alone: whatever a server or a file wrote stays text.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// New children for an element, of any depth of lists; nothing counts as none.
function replace(element, ...children) {
  element.replaceChildren();
  return fill(element, null, children);
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

function words(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function number(value) {
  return (value ?? 0).toLocaleString("en");
}

const day = (moment) => (moment ?? "").slice(0, 10);

// What a hop does, as a shape and a word; colours only repeat them.
const OUTCOMES = {works: "✓ works", breaks: "✕ breaks", unknown: "? unknown"};

function outcomeWord(outcome, more = "") {
  return el("span", {class: `${outcome}-word`}, (OUTCOMES[outcome] ?? outcome) + more);
}

const SEVERITIES = ["critical", "high", "medium", "low", "info"];
const SEVERITY_MARKS = {critical: "◆ critical", high: "▲ high", medium: "■ medium", low: "● low", info: "○ info"};

function tableOf(heads, rows, attributes) {
  const cells = (tag, row) => row.map((cell, i) => {
    const isNumber = heads[i]?.startsWith("#");
    return cell instanceof HTMLTableCellElement ? cell : el(tag, {class: isNumber ? "n" : null}, cell ?? "");
  });
  return el("table", attributes,
    el("thead", null, el("tr", null, heads.map((head) => el("th", {scope: "col", class: head.startsWith("#") ? "n" : null}, head.replace(/^#/, ""))))),
    el("tbody", null, rows.map((row) => el("tr", {class: row.mark}, cells("td", row)))));
}

function listOfFacts(facts) {
  return el("dl", null, facts.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [el("dt", null, name), el("dd", {class: "text"}, value)]));
}

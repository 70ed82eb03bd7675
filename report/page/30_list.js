// A list of any length: only the rows in sight are in the document. Arrow keys, Page Up and Down, Home and End move through it.

const ROW_HEIGHT = 28;
const MOST_ROWS = 1_000_000;  // Browsers draw no higher element than about 33 million pixels.
const MOST_PRINTED = 500;

class VirtualList {
  // columns: [{head, width, cell: (row) => text or element}]; onOpen(row): a row was chosen.
  constructor({id, label, columns, onOpen, short}) {
    this.columns = columns;
    this.onOpen = onOpen;
    this.rows = [];
    this.selected = -1;
    this.id = id;
    this.head = el("div", {class: "list-head", "aria-hidden": "true"}, columns.map((column) => el("span", null, column.head)));
    this.space = el("div", {class: "space"});
    this.box = el("div", {id, class: short ? "list short" : "list", role: "listbox", tabindex: 0, "aria-label": label,
      onscroll: () => this.drawSoon(), onkeydown: (event) => this.key(event)}, this.space);
    this.rest = el("p", {class: "note"});
    this.head.style.gridTemplateColumns = columns.map((column) => column.width).join(" ");
    this.element = el("div", null, this.head, this.box, this.rest);
    window.addEventListener("resize", () => this.drawSoon());
    window.addEventListener("beforeprint", () => this.draw(true));
    window.addEventListener("afterprint", () => this.draw());
  }

  show(rows) {
    this.rows = rows.length > MOST_ROWS ? rows.slice(0, MOST_ROWS) : rows;
    this.selected = -1;
    this.box.removeAttribute("aria-activedescendant");
    this.space.style.height = `${this.rows.length * ROW_HEIGHT}px`;
    this.space.style.position = "relative";
    this.box.scrollTop = 0;
    this.rest.textContent = rows.length > MOST_ROWS ? `Listed are the first ${number(MOST_ROWS)} of ${number(rows.length)}.` : "";
    this.draw();
  }

  drawSoon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw(all = false) {
    const height = this.box.clientHeight || 400;
    const first = all ? 0 : Math.max(0, Math.floor(this.box.scrollTop / ROW_HEIGHT) - 10);
    const last = Math.min(this.rows.length, all ? MOST_PRINTED : first + Math.ceil(height / ROW_HEIGHT) + 20);
    const drawn = [];
    for (let at = first; at < last; ++at) drawn.push(this.row(at));
    if (all && last < this.rows.length) drawn.push(el("p", null, `and ${number(this.rows.length - last)} more; ucready report --format csv has all`));
    replace(this.space, ...drawn);
  }

  row(at) {
    const chosen = at === this.selected;
    const row = el("div", {id: `${this.id}-${at}`, class: chosen ? "row selected" : "row", role: "option", "aria-selected": String(chosen),
      "aria-setsize": this.rows.length, "aria-posinset": at + 1, onclick: () => this.select(at)},
    this.columns.map((column) => el("span", null, column.cell(this.rows[at]) ?? "")));
    row.title = row.textContent.length > 60 ? [...row.children].map((cell) => cell.textContent).join("  ") : "";
    row.style.top = `${at * ROW_HEIGHT}px`;
    row.style.height = `${ROW_HEIGHT}px`;
    row.style.gridTemplateColumns = this.head.style.gridTemplateColumns;
    return row;
  }

  select(at) {
    if (this.rows.length === 0) return;
    this.selected = Math.max(0, Math.min(this.rows.length - 1, at));
    const top = this.selected * ROW_HEIGHT;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + ROW_HEIGHT > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + ROW_HEIGHT - this.box.clientHeight;
    this.draw();
    this.box.setAttribute("aria-activedescendant", `${this.id}-${this.selected}`);
    this.onOpen?.(this.rows[this.selected]);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.select(Number.isFinite(step) ? this.selected + step : step < 0 ? 0 : this.rows.length - 1);
  }
}

// Node by store: how many certificates each holds, and where a node differs from its peers.

class Trust {
  constructor(holder) {
    this.choice = el("select", {id: "trust-cluster", "aria-label": "Cluster", onchange: () => this.draw()});
    this.table = el("div", {class: "scroll"});
    this.detail = el("div", {class: "detail", "aria-live": "polite"});
    holder.append(el("div", {class: "controls"}, el("label", null, "Cluster", this.choice)), el("div", {class: "split"}, this.table, this.detail));
    this.sets = groupBy(DATA.store_sets, (entry) => entry.set_id);
  }

  setSite(stores) {
    this.clusters = groupBy(stores, (row) => row.cluster);
    const names = [...this.clusters.keys()].sort();
    const differing = new Set(names.filter((name) => this.differs(this.clusters.get(name))));
    replace(this.choice, ...names.map((name) => el("option", {value: name}, differing.has(name) ? `≠ ${name}` : name)));
    const first = names.find((name) => differing.has(name));
    if (first) this.choice.value = first;
    this.draw();
  }

  differs(rows) {
    return [...groupBy(rows, (row) => row.store).values()].some((of) => new Set(of.map((row) => row.set_id)).size > 1);
  }

  entries(row) {
    return this.sets.get(row.set_id) ?? [];
  }

  draw() {
    const rows = this.clusters.get(this.choice.value) ?? [];
    replace(this.detail, el("p", {class: "note"}, "Choose a figure to see which certificates a store holds, and which its peers hold and it lacks."));
    if (rows.length === 0) {
      replace(this.table, el("p", {class: "note"}, "No trust store is known. What systems trust is open until their stores are read (ucready trust add, ucready import)."));
      return;
    }
    const stores = [...groupBy(rows, (row) => row.store).keys()].sort();
    const usual = new Map(stores.map((store) => [store, this.usualSet(rows.filter((row) => row.store === store))]));
    const lines = [...groupBy(rows, (row) => row.node)].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([node, of]) => [
      el("th", {scope: "row"}, node || "every node"), ...stores.map((store) => this.cell(of.find((row) => row.store === store), usual.get(store), rows))]);
    replace(this.table, tableOf(["node", ...stores.map((store) => store || "every store")], lines));
  }

  usualSet(rows) {
    return [...groupBy(rows, (row) => row.set_id)].sort((a, b) => b[1].length - a[1].length)[0]?.[0];
  }

  cell(row, usual, rows) {
    if (!row) return el("td", {class: "soft"}, "not known");
    const differs = row.set_id !== usual;
    return el("td", {class: differs ? "differs" : null}, el("button", {type: "button", onclick: () => this.open(row, rows)},
      `${differs ? "≠ " : ""}${this.entries(row).length}`));
  }

  open(row, rows) {
    const held = new Set(this.entries(row).map((entry) => entry.sha256));
    const lacking = new Map();
    for (const peer of rows.filter((other) => other.store === row.store && other.set_id !== row.set_id)) {
      for (const entry of this.entries(peer)) if (!held.has(entry.sha256)) lacking.set(entry.sha256, {entry, by: [...(lacking.get(entry.sha256)?.by ?? []), peer.node]});
    }
    const line = (entry) => el("li", {class: "text"}, entry.subject ?? entry.sha256 ?? "a hash alone", entry.kind === "pinned" ? " (exactly this one)" : "",
      el("span", {class: "soft"}, ` ${entry.not_after ? `to ${day(entry.not_after)}` : ""} ${(entry.sha256 ?? "").slice(0, 16)}`));
    replace(this.detail, el("h3", {class: "text"}, `${row.store || "every store"} of ${row.cluster}${row.node ? `/${row.node}` : ""}`),
      lacking.size > 0 ? [el("p", null, el("strong", null, "✕ Lacks, and its peers hold:")),
        el("ul", null, [...lacking.values()].slice(0, 200).map(({entry, by}) => el("li", {class: "text"}, `${entry.subject ?? entry.sha256} (held by ${by.slice(0, 6).join(", ")})`)))] : null,
      el("p", null, "Holds:"), el("ul", null, this.entries(row).slice(0, 500).map(line)));
  }
}

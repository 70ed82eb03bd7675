// Who talks to whom after a wave. Clusters stand in columns by what they are; many of one product are drawn as one box.

const COLUMNS = [["phone", "ata", "roomos", "jabber"], ["expressway-e", "webex"], ["expressway-c"],
  ["cucm", "imp", "cuc", "cer", "pcd", "uccx", "cce"], ["cube", "ios-gateway", "cms", "sbc"]];
const MOST_IN_COLUMN = 14;
const BOX = {width: 150, height: 36, gap: 12, aside: 70};

function columnOf(product) {
  const found = COLUMNS.findIndex((products) => products.includes(product));
  return found === -1 ? COLUMNS.length : found;
}

const RANK = {works: 0, unknown: 1, breaks: 2};
const worse = (a, b) => (RANK[a] >= RANK[b] ? a : b);

// Each cluster's box: itself, or its product where a column has too many.
function boxesOf(clusters, apart) {
  const columns = new Map();
  for (const cluster of clusters) {
    const at = columnOf(cluster.product);
    if (!columns.has(at)) columns.set(at, []);
    columns.get(at).push(cluster);
  }
  const boxes = [];
  for (const [at, members] of [...columns].sort((a, b) => a[0] - b[0])) {
    const together = !apart && members.length > MOST_IN_COLUMN;
    for (const [name, group] of groupBy(members, (cluster) => (together ? cluster.product : cluster.cluster))) {
      boxes.push({column: at, clusters: group, name: group.length > 1 ? `${group.length} × ${name}` : group[0].cluster,
        product: group[0].product ?? "", release: group.length === 1 ? group[0].release : "", outcome: "works"});
    }
  }
  return boxes;
}

class HopMap {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.holder = el("div", {class: "chart", tabindex: 0, role: "group", "aria-label": "Map of hops; the list below has the same as text"});
  }

  setSite(clusters, links) {
    this.clusters = clusters;
    const named = new Set(clusters.map((cluster) => cluster.cluster));
    for (const link of links) {  // Ends that no fact describes are there all the same.
      for (const end of [link.client, link.server]) {
        if (named.has(end)) continue;
        named.add(end);
        this.clusters = [...this.clusters, {cluster: end, product: null, release: null}];
      }
    }
    const talking = new Set(links.flatMap((link) => [link.client, link.server]));
    this.clusters = this.clusters.filter((cluster) => talking.has(cluster.cluster));
    this.links = links;
  }

  draw({wave, moved, shown, apart, chosen}) {
    const boxes = boxesOf(this.clusters, apart);
    const boxOf = new Map(boxes.flatMap((box) => box.clusters.map((cluster) => [cluster.cluster, box])));
    boxes.forEach((box, id) => Object.assign(box, {id, near: []}));
    const edges = new Map();
    for (const link of this.links) {
      if (wave < link.first_wave || wave > link.last_wave) continue;
      const [from, to] = [boxOf.get(link.client), boxOf.get(link.server)];
      const key = `${from.id}>${to.id}`;
      const edge = edges.get(key) ?? {from, to, outcome: "works", pairs: 0, breaks: 0, unknown: 0};
      edges.set(key, edge);
      edge.pairs += link.pairs;
      edge.breaks += link.outcome === "breaks" ? link.pairs : 0;
      edge.unknown += link.outcome === "unknown" ? link.pairs : 0;
      edge.outcome = worse(edge.outcome, link.outcome);
      from.outcome = worse(from.outcome, link.outcome);
      to.outcome = worse(to.outcome, link.outcome);
    }
    this.place(boxes, [...edges.values()]);
    for (const edge of edges.values()) {
      if (edge.outcome !== "breaks") continue;
      edge.from.broken = (edge.from.broken ?? 0) + 1;
      edge.to.broken = (edge.to.broken ?? 0) + 1;
    }
    const drawn = [...edges.values()].filter((edge) => shown[edge.outcome]).sort((a, b) => RANK[a.outcome] - RANK[b.outcome]);
    const high = boxes.reduce((most, box) => Math.max(most, box.y + BOX.height), 60) + 16;
    const wide = boxes.reduce((most, box) => Math.max(most, box.x + BOX.width), 300) + 42;
    replace(this.holder, svg("svg", {width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": "Map of hops"},
      drawn.map((edge) => this.edge(edge, chosen)), boxes.map((box) => this.box(box, moved)), drawn.map((edge) => this.mark(edge))));
  }

  // Rows within a column follow those they talk to, so that lines cross less.
  place(boxes, edges) {
    const columns = [...groupBy(boxes, (box) => box.column).values()];
    for (const {from, to} of edges) {
      if (from === to) continue;
      from.near.push(to);
      to.near.push(from);
    }
    columns.forEach((column, at) => column.forEach((box, row) => Object.assign(box, {at, row})));
    for (let round = 0; round < 6; ++round) {
      for (const column of columns) {
        for (const box of column) {
          box.wish = box.near.length > 0 ? box.near.reduce((sum, other) => sum + other.row, 0) / box.near.length : box.row;
        }
        column.sort((a, b) => a.wish - b.wish);
        column.forEach((box, row) => { box.row = row; });
      }
    }
    const most = Math.max(...columns.map((column) => column.length), 1);
    for (const column of columns) {
      for (const box of column) {
        box.x = 10 + box.at * (BOX.width + BOX.aside);
        box.y = 10 + ((most - column.length) / 2 + box.row) * (BOX.height + BOX.gap);
      }
    }
  }

  path({from, to}) {
    const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
    if (from.at === to.at) {  // Beside the column, the further the longer.
      const right = from.x + BOX.width;
      const out = from === to ? 34 : 26 + Math.min(40, Math.abs(y2 - y1) / 8);
      const [a, b] = from === to ? [y1 - 9, y2 + 9] : [y1, y2];
      return `M${right},${a} C${right + out},${a} ${right + out},${b} ${right},${b}`;
    }
    const [x1, x2] = from.x < to.x ? [from.x + BOX.width, to.x] : [from.x, to.x + BOX.width];
    const bend = (x2 - x1) / 2;
    return `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  }

  said({from, to, pairs, breaks, unknown}) {
    return `${from.name} to ${to.name}: ${words(pairs, "hop", "hops")}, ${breaks} break, ${unknown} unknown`;
  }

  edge(edge, chosen) {
    const isChosen = chosen && chosen.from === edge.from.name && chosen.to === edge.to.name;
    const names = (box) => box.clusters.map((cluster) => cluster.cluster);
    return svg("path", {d: this.path(edge), class: `edge ${edge.outcome}${isChosen ? " chosen" : ""}`,
      onclick: () => this.onChoose({from: edge.from.name, to: edge.to.name, clients: names(edge.from), servers: names(edge.to)})},
    svg("title", null, this.said(edge)));
  }

  mark(edge) {
    if (edge.outcome !== "breaks") return null;
    // In the gap beside the end that fewer broken lines share, where it belongs to one line.
    const [end, other] = edge.from.broken <= edge.to.broken ? [edge.from, edge.to] : [edge.to, edge.from];
    const right = end.at <= other.at;
    const x = right ? end.x + BOX.width + 22 : end.x - 22;
    const y = end === other || end.at === other.at ? (edge.from.y + edge.to.y) / 2 + BOX.height / 2 + 4 : end.y + BOX.height / 2 + (other.y > end.y ? 16 : -6);
    return svg("text", {x, y, class: "mark", "text-anchor": "middle", "aria-hidden": "true"}, `✕${edge.breaks < edge.pairs ? ` ${edge.breaks}/${edge.pairs}` : ""}`);
  }

  box(box, moved) {
    const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
    const moves = box.clusters.some((cluster) => moved.has(cluster.cluster));
    const names = box.clusters.map((cluster) => cluster.cluster);
    const release = box.clusters.length === 1 ? (moved.get(names[0]) ?? box.release) || "" : "";
    return svg("g", {class: `box ${box.outcome}${moves ? " moved" : ""}`, onclick: () => this.onChoose({box: box.name, clients: names, servers: names, either: true})},
      svg("title", null, `${names.slice(0, 40).join(", ")}${names.length > 40 ? " ..." : ""}: ${OUTCOMES[box.outcome]}`),
      svg("rect", {x: box.x, y: box.y, width: BOX.width, height: BOX.height, rx: 4}),
      svg("text", {x: box.x + 8, y: box.y + 15}, `${box.outcome === "breaks" ? "✕ " : box.outcome === "unknown" ? "? " : ""}${cut(box.name, 20)}`),
      svg("text", {x: box.x + 8, y: box.y + 29, class: "small"}, cut(`${box.product} ${release}`.trim(), 26)));
  }
}

// The map's slider and filters, and below it the same hops as a list.

function hopName(link) {
  return `${link.client}${link.client_service ? ` as ${link.client_service}` : ""} → ${link.server}:${link.port}`;
}

const MOST_APART = 500;  // Of boxes on the map: more can be neither seen nor drawn in time.

class Waves {
  constructor(holder) {
    this.wave = 0;
    this.shown = {works: true, unknown: true, breaks: true};
    this.map = new HopMap((choice) => this.choose(choice));
    this.slider = el("input", {id: "wave", type: "range", min: 0, max: 0, value: 0, step: 1, "aria-label": "Wave", oninput: () => this.go(Number(this.slider.value))});
    this.before = el("button", {type: "button", onclick: () => this.go(this.wave - 1)}, "◀ wave before");
    this.after = el("button", {type: "button", onclick: () => this.go(this.wave + 1)}, "next wave ▶");
    this.said = el("p", {id: "wave-said", "aria-live": "polite"});
    this.apart = el("input", {type: "checkbox", onchange: () => this.draw()});
    this.choice = el("button", {type: "button", hidden: true, onclick: () => this.choose(null)});
    this.detail = el("div", {class: "detail", "aria-live": "polite"});
    this.list = new VirtualList({id: "hop-list", label: "Hops", short: true, onOpen: (link) => this.open(link), columns: [
      {head: "outcome", width: "6.5rem", cell: (link) => outcomeWord(link.outcome)},
      {head: "hop", width: "minmax(0,3fr)", cell: hopName},
      {head: "pairs", width: "3.5rem", cell: (link) => number(link.pairs)},
      {head: "rests on", width: "5.5rem", cell: (link) => link.grade ?? ""},
      {head: "version or reason", width: "minmax(0,2fr)", cell: (link) => link.reason ?? `${link.version ?? ""} ${link.certificate_key_type ?? ""}`},
    ]});
    const filters = Object.keys(OUTCOMES).map((outcome) => el("label", null, el("input", {type: "checkbox", checked: true,
      "data-outcome": outcome, onchange: (event) => { this.shown[outcome] = event.target.checked; this.draw(); }}), outcomeWord(outcome)));
    holder.append(
      el("div", {class: "controls"}, this.before, this.slider, this.after, filters,
        el("label", null, this.apart, "every cluster on its own"), this.choice),
      this.said, this.map.holder, el("p", {class: "note"}, "A thick line with ✕ breaks, a dashed one is not known, a thin one works; ✕ 1/3: one pair of nodes of three. ",
        "Boxes that have moved by then are shaded. Choose a line, a box or a row to see why."),
      el("div", {class: "split"}, this.list.element, this.detail));
  }

  setSite(page, clusters, links) {
    this.page = page;
    this.links = links;
    this.apart.disabled = clusters.length > MOST_APART;
    this.apart.checked = false;
    this.chosen = null;
    this.map.setSite(clusters, links);
    this.slider.max = Math.max(0, page.waves.length - 1);
    this.go(0);
  }

  go(wave) {
    this.wave = Math.max(0, Math.min(this.page.waves.length - 1, wave));
    this.slider.value = this.wave;
    const at = this.page.waves[this.wave];
    const name = this.wave === 0 ? "Today" : `After wave ${this.wave}${at.date ? `, ${at.date}` : ""}: ${movesText(at)}`;
    this.slider.setAttribute("aria-valuetext", name);
    this.before.disabled = this.wave === 0;
    this.after.disabled = this.wave >= this.page.waves.length - 1;
    if (at) this.said.textContent = `${name}. ${number(at.proven + at.robust + at.derived)} work, ${number(at.breaks)} break, ${number(at.unknown)} unknown`
      + `${at.mixed ? `; ${words(at.mixed, "state breaks", "states break")} while the wave is under way` : ""}.`;
    this.draw();
  }

  choose(choice) {
    this.chosen = choice;
    this.choice.hidden = !choice;
    if (choice) this.choice.textContent = `✕ only ${choice.box ?? `${choice.from} → ${choice.to}`}`;
    this.draw();
  }

  // The clusters that have moved by now, and the release they have come to.
  moved() {
    const moved = new Map();
    for (const wave of this.page.waves.slice(1, this.wave + 1)) {
      for (const move of wave.moves) {
        const release = move.change.replace(/^upgrade to /, "");
        moved.set(move.cluster, release === move.change ? moved.get(move.cluster) ?? null : release);
      }
    }
    return moved;
  }

  matches(link) {
    if (this.wave < link.first_wave || this.wave > link.last_wave || !this.shown[link.outcome]) return false;
    if (!this.chosen) return true;
    const [from, to] = [this.chosen.clients.includes(link.client), this.chosen.servers.includes(link.server)];
    return this.chosen.either ? from || to : from && to;
  }

  draw() {
    this.map.draw({wave: this.wave, moved: this.moved(), shown: this.shown, apart: this.apart.checked, chosen: this.chosen});
    const faces = groupBy(this.links.filter((link) => this.matches(link)), (link) => [hopName(link), link.protocol, link.outcome, link.reason].join("\n"));
    this.list.show([...faces.values()].map((links) => ({...links[0], links, pairs: links.reduce((sum, link) => sum + link.pairs, 0),
      grade: [...new Set(links.map((link) => link.grade).filter(Boolean))].join(", "), version: [...new Set(links.map((link) => link.version).filter(Boolean))].join(", ")}))
      .sort((a, b) => RANK[b.outcome] - RANK[a.outcome]));
    replace(this.detail, el("p", {class: "note"}, "Choose a hop to see what it rests on, wave by wave."));
  }

  open(face) {
    const same = (a, b) => ["client", "client_service", "server", "port", "protocol", "kind"].every((key) => a[key] === b[key]);
    const course = face.links.slice(0, MOST_LINES).map((link) => this.links.filter((other) => same(link, other)));
    replace(this.detail, el("h3", {class: "text"}, hopName(face)),
      face.links.length > MOST_LINES ? el("p", {class: "note"}, `The first ${MOST_LINES} of ${face.links.length} kinds of it:`) : "",
      ...course.flat().flatMap((other) => [el("p", null, el("strong", null, other.first_wave === other.last_wave ? `Wave ${other.first_wave}: ` : `Waves ${other.first_wave} to ${other.last_wave}: `),
        outcomeWord(other.outcome), other.grade ? ` (${other.grade})` : "", other.reason ? ` ${other.reason}` : ""),
      el("p", {class: "text"}, other.explanation),
      listOfFacts([["pairs of nodes", number(other.pairs)], ["version", other.version], ["suite", other.cipher], ["certificate", other.certificate_key_type]])]));
  }

  // From a finding: its hop, at its wave.
  reveal(client, server, wave) {
    this.go(wave ?? 0);
    this.choose({from: client, to: server, clients: [client], servers: [server.replace(/:\d+$/, "")]});
    byId("map").scrollIntoView();
    this.list.select(0);
    this.list.box.focus({preventScroll: true});
  }
}

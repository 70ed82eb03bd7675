// Findings: filters, search, and what each rests on.

function placeOf(finding) {
  const address = finding.address?.includes(":") ? `[${finding.address}]` : finding.address;
  const hop = finding.hop_client ? `${finding.hop_client} → ${finding.hop_server}` : "";
  const place = [[finding.cluster, finding.node].filter(Boolean).join("/"), [address, finding.port].filter(Boolean).join(":")];
  const parts = hop && !finding.cluster ? [hop, finding.protocol] : [...place, finding.protocol, hop];
  if (finding.wave !== null) parts.push(`wave ${finding.wave}`);
  return parts.filter(Boolean).join(" ");
}

const isWaived = (finding) => finding.waived_until !== null && finding.waived_until > DATA.made;

class Findings {
  constructor(holder, waves) {
    this.waves = waves;
    this.severities = new Set(SEVERITIES);
    this.search = el("input", {type: "search", id: "finding-search", placeholder: "search in everything", "aria-label": "Search findings", oninput: () => this.draw()});
    this.rule = el("select", {id: "finding-rule", "aria-label": "Rule", onchange: () => this.draw()});
    this.state = el("select", {"aria-label": "State", onchange: () => this.draw()},
      [["", "open and waived"], ["open", "open"], ["waived", "waived"]].map(([value, text]) => el("option", {value}, text)));
    this.count = el("p", {id: "finding-count", "aria-live": "polite"});
    this.detail = el("div", {class: "detail", id: "finding-detail", "aria-live": "polite"});
    this.boxes = el("span", {class: "controls"}, SEVERITIES.map((severity) => el("label", null, el("input", {type: "checkbox", checked: true,
      "data-severity": severity, onchange: (event) => { this.severities[event.target.checked ? "add" : "delete"](severity); this.draw(); }}), SEVERITY_MARKS[severity])));
    this.list = new VirtualList({id: "finding-list", label: "Findings", onOpen: (finding) => this.open(finding), columns: [
      {head: "severity", width: "6rem", cell: (finding) => SEVERITY_MARKS[finding.severity] ?? finding.severity},
      {head: "what", width: "minmax(0,4fr)", cell: (finding) => (isWaived(finding) ? `(waived) ${finding.title}` : finding.title)},
      {head: "where", width: "minmax(0,3fr)", cell: placeOf},
      {head: "since", width: "5.5rem", cell: (finding) => day(finding.first_seen)},
    ]});
    holder.append(el("div", {class: "controls"}, this.search, this.rule, this.state, this.boxes), this.count,
      el("div", {class: "split"}, this.list.element, this.detail));
  }

  setSite(findings, interfaces) {
    this.findings = findings;
    this.interfaces = groupBy(interfaces, (row) => [row.cluster, row.node, row.port].join("\n"));
    this.texts = null;
    const rules = [...groupBy(findings, (finding) => finding.rule)].sort((a, b) => (a[0] < b[0] ? -1 : 1));
    replace(this.rule, el("option", {value: ""}, "every rule"), ...rules.map(([rule, of]) => el("option", {value: rule}, `${rule} (${number(of.length)})`)));
    this.draw();
  }

  // In small letters, made when somebody searches.
  text(at) {
    this.texts ??= [];
    this.texts[at] ??= Object.values(this.findings[at]).filter((value) => typeof value === "string").join("\n").toLowerCase();
    return this.texts[at];
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const rows = this.findings.filter((finding, at) => this.severities.has(finding.severity)
      && (this.rule.value === "" || finding.rule === this.rule.value)
      && (this.state.value === "" || (this.state.value === "waived") === isWaived(finding))
      && (wanted.length === 0 || wanted.every((word) => this.text(at).includes(word))));
    const counts = SEVERITIES.map((severity) => [severity, rows.filter((finding) => finding.severity === severity).length]).filter(([, count]) => count > 0);
    this.count.textContent = `${number(rows.length)} of ${words(this.findings.length, "finding", "findings")}${rows.length > 0 ? ": " : ""}`
      + counts.map(([severity, count]) => `${number(count)} ${severity}`).join(", ");
    replace(this.detail, el("p", {class: "note"}, "Choose a finding to see its evidence and what to do."));
    this.list.show(rows);
  }

  open(finding) {
    const run = DATA.runById.get(finding.run_id);
    replace(this.detail, el("h3", {class: "text"}, finding.title),
      listOfFacts([["severity", SEVERITY_MARKS[finding.severity]], ["rule", finding.rule], ["where", placeOf(finding)], ["confidence", finding.confidence],
        ["first seen", finding.first_seen], ["last seen", finding.last_seen], ["waived until", finding.waived_until],
        ["concluded from", run ? `the ${run.kind} of ${run.started_at}` : finding.run_id], ["id", finding.finding_id]]),
      el("h3", null, "Evidence"), el("p", {class: "text"}, finding.evidence ?? "none kept"),
      this.seen(finding), this.hop(finding),
      el("h3", null, "What to do"), el("p", {class: "text"}, finding.remedy ?? ""));
  }

  // What was seen of the interface that it speaks of.
  seen(finding) {
    const rows = (this.interfaces.get([finding.cluster, finding.node, finding.port].join("\n")) ?? []).slice(0, 3);
    return rows.map((row) => [el("p", {class: "soft"}, "Seen there:"), interfaceFacts(row)]);
  }

  hop(finding) {
    if (!finding.hop_client || !finding.hop_server) return null;
    return el("p", null, el("button", {type: "button", onclick: () => this.waves.reveal(finding.hop_client, finding.hop_server, finding.wave)}, "show this hop on the map"));
  }
}

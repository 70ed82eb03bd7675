// Interfaces by version, phones by class, clients by offer.

const VERSIONS = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

function versionsOf(row) {
  return new Map((row.versions ?? "").split(", ").filter(Boolean).map((text) => text.split(" ")));
}

const VERSION_MARKS = {accepted: "✓", refused: "–", closed: "–", reset: "–", timeout: "?", not_tls: "×"};

function interfaceFacts(row) {
  const leaves = (row.leaves ?? "").split(",").filter(Boolean).map((sha256) => DATA.certificateBySha.get(sha256)).filter(Boolean);
  return [listOfFacts([["interface", `${row.cluster}/${row.node} ${row.address}:${row.port} ${row.protocol}`], ["state", row.state], ["why", row.detail],
    ["says it is", row.identified_release], ["versions", row.versions], ["client certificate", row.requested ? "asked for" : null]]),
  leaves.map((leaf) => certificateFacts(leaf))];
}

function drawInterfaces(holder, interfaces) {
  const clusters = [...groupBy(interfaces, (row) => row.cluster)].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const count = (rows, test) => rows.filter(test).length;
  const lines = clusters.slice(0, 300).map(([cluster, rows]) => [cluster || "(no cluster)", rows[0].product ?? "", number(rows.length), number(count(rows, (row) => row.state === "tls")),
    ...VERSIONS.map((version) => number(count(rows, (row) => versionsOf(row).get(version) === "accepted")))]);
  const total = ["all", "", number(interfaces.length), number(count(interfaces, (row) => row.state === "tls")),
    ...VERSIONS.map((version) => number(count(interfaces, (row) => versionsOf(row).get(version) === "accepted")))];
  const detail = el("div", {class: "detail", "aria-live": "polite"}, el("p", {class: "note"}, "Choose an interface to see what it showed."));
  const list = new VirtualList({id: "interface-list", label: "Interfaces", short: true, onOpen: (row) => replace(detail, ...interfaceFacts(row).flat()), columns: [
    {head: "where", width: "minmax(0,3fr)", cell: (row) => `${row.cluster}/${row.node} ${row.address}:${row.port}`},
    {head: "protocol", width: "7rem", cell: (row) => row.protocol},
    {head: "state", width: "6rem", cell: (row) => row.state},
    ...VERSIONS.map((version) => ({head: version.replace("TLSv", ""), width: "3rem", cell: (row) => VERSION_MARKS[versionsOf(row).get(version)] ?? ""})),
  ]});
  const search = el("input", {type: "search", placeholder: "cluster, node, address, protocol", "aria-label": "Search interfaces", oninput: () => show()});
  const show = () => {
    const word = search.value.trim().toLowerCase();
    list.show(interfaces.filter((row) => `${row.cluster}/${row.node} ${row.address}:${row.port} ${row.protocol} ${row.state}`.toLowerCase().includes(word)));
  };
  replace(holder, holder.firstElementChild, el("div", {class: "scroll"}, tableOf(["cluster", "product", "#asked", "#TLS", ...VERSIONS.map((version) => `#${version}`)], [...lines, total])),
    clusters.length > 300 ? el("p", {class: "note"}, `and ${clusters.length - 300} clusters more`) : "",
    el("p", {class: "note"}, "Below: ✓ accepted, – refused, ? no answer, × no TLS, nothing: not asked."),
    el("div", {class: "controls"}, search), el("div", {class: "split"}, list.element, detail));
  show();
}

const ENDPOINTS = new Set(["phone", "ata", "roomos", "jabber"]);

// The worst of a class's hops after each wave: what its owner wants to know.
function drawPhones(holder, page, clusters, links) {
  const classes = clusters.filter((cluster) => ENDPOINTS.has(cluster.product));
  const worst = (name, wave) => links.filter((link) => link.client === name && wave >= link.first_wave && wave <= link.last_wave)
    .reduce((outcome, link) => (outcome === null ? link.outcome : worse(link.outcome, outcome)), null);
  const lines = classes.map((phone) => [phone.cluster, phone.product, phone.model ?? "", phone.release ?? "not known", number(phone.count ?? phone.nodes),
    ...page.waves.map((wave) => { const outcome = worst(phone.cluster, wave.wave); return outcome ? outcomeWord(outcome) : el("span", {class: "soft"}, "no hop with TLS"); })]);
  const total = classes.reduce((sum, phone) => sum + (phone.count ?? phone.nodes), 0);
  replace(holder, holder.firstElementChild, ...(classes.length === 0 ? [el("p", {class: "note"}, "No phones are declared or were imported.")]
    : [el("p", null, `${words(classes.length, "class", "classes")}, ${words(total, "device", "devices")}. The worst of each class's hops:`),
      el("div", {class: "scroll"}, tableOf(["class", "product", "model", "release", "#devices", ...page.waves.map((wave) => (wave.wave === 0 ? "today" : `wave ${wave.wave}`))], lines))]));
}

function drawClients(holder, clients) {
  const offers = new Map(DATA.offers.map((offer) => [offer.offer_id, offer]));
  const length = (text) => (text ? text.split(",").length : 0);
  const lines = clients.slice(0, 500).map((client) => {
    const offer = offers.get(client.offer_id) ?? {};
    const ecdsa = /ecdsa/i.test(`${offer.signature_schemes ?? ""} ${offer.ciphers ?? ""}`);
    return [`${client.client}${client.client_service ? ` as ${client.client_service}` : ""}`, (offer.versions ?? "no hello seen").replaceAll(",", " "), number(length(offer.ciphers)), ecdsa ? "yes" : "no",
      number(client.sessions), number(client.established), number(client.failed), (client.servers ?? "").split(",").slice(0, 4).join(", "), el("code", null, offer.ja4 ?? "")];
  });
  replace(holder, holder.firstElementChild, lines.length === 0 ? el("p", {class: "note"}, "No capture was read: what clients offer is not known.")
    : el("div", {class: "scroll"}, tableOf(["client", "versions", "#suites", "ECDSA", "#sessions", "#established", "#failed", "servers", "JA4"], lines)),
  clients.length > 500 ? el("p", {class: "note"}, `and ${number(clients.length - 500)} more; ucready report --table client_offer has all`) : "");
}

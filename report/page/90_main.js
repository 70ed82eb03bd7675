// Puts the parts together for one site.

function drawSite(page) {
  const ofSite = (row) => row.site === page.site;
  byId("site-name").textContent = page.site ? `of ${page.site}` : "";
  document.title = `Upgrade readiness${page.site ? ` of ${page.site}` : ""}`;
  const [clusters, links, interfaces] = [DATA.clusters.filter(ofSite), DATA.links.filter(ofSite), DATA.interfaces.filter(ofSite)];
  drawReadiness(page);
  byId("map").hidden = page.waves.length === 0;
  if (page.waves.length > 0) waves.setSite(page, clusters, links);
  findings.setSite(DATA.findings.filter(ofSite), interfaces);
  trust.setSite(DATA.stores.filter(ofSite));
  const shown = new Set(interfaces.flatMap((row) => (row.leaves ?? "").split(",")));
  const own = new Set(clusters.map((cluster) => cluster.cluster));
  drawCertificates(byId("certificates"), page, DATA.pages.length === 1 ? DATA.certificates
    : DATA.certificates.filter((certificate) => shown.has(certificate.sha256) || (certificate.shown_by ?? "").split(",").some((cluster) => own.has(cluster))));
  drawInterfaces(byId("interfaces"), interfaces);
  drawPhones(byId("phones"), page, clusters, links);
  drawClients(byId("clients"), DATA.pages.length === 1 ? DATA.offer_clients : DATA.offer_clients.filter((client) => own.has(client.client)));
  drawChanges(byId("changes"), DATA.changes.filter(ofSite));
}

const waves = new Waves(byId("map"));
const findings = new Findings(byId("findings"), waves);
const trust = new Trust(byId("trust"));

replace(byId("doubts"), ...DATA.doubts.map((doubt) => el("li", null, doubt)));
byId("nav").append(...[["readiness", "Readiness"], ["map", "Map"], ["findings", "Findings"], ["trust", "Trust"], ["certificates", "Certificates"],
  ["interfaces", "Interfaces"], ["phones", "Phones"], ["clients", "Clients"], ["changes", "Changes"]].map(([id, text]) => el("a", {href: `#${id}`}, text)));
replace(byId("made"), el("p", null, `Written ${DATA.made} by ucready from ${words(DATA.runs.length, "run", "runs")}: `,
  DATA.runs.slice(0, 20).map((run) => `${run.kind} ${run.started_at}`).join(", "), DATA.runs.length > 20 ? " ..." : "", ". Nothing was loaded from elsewhere."));
replace(byId("site"), ...DATA.pages.map((page, at) => el("option", {value: at}, page.site || "(no name)")));
byId("site").addEventListener("change", (event) => drawSite(DATA.pages[event.target.value]));
byId("site-choice").hidden = DATA.pages.length < 2;
if (DATA.pages.length > 0) drawSite(DATA.pages[0]);

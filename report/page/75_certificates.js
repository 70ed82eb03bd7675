// When leaves end, against the dates of the waves.

const MOST_LINES_DRAWN = 40;
const MILLISECONDS_A_DAY = 86_400_000;

function drawCertificates(holder, page, certificates) {
  const leaves = certificates.filter((certificate) => certificate.position === 0 && certificate.not_after);
  const now = Date.parse(DATA.made);
  const waves = page.waves.filter((wave) => wave.date);
  if (leaves.length === 0) {
    replace(holder, holder.firstElementChild, el("p", {class: "note"}, "No certificate was seen."));
    return;
  }
  const lines = leaves.slice(0, MOST_LINES_DRAWN);
  const ends = lines.map((leaf) => Date.parse(leaf.not_after));
  const from = Math.min(now, ...ends) - 20 * MILLISECONDS_A_DAY;
  const until = Math.min(Math.max(now, ...waves.map((wave) => Date.parse(wave.date))) + 300 * MILLISECONDS_A_DAY, now + 1500 * MILLISECONDS_A_DAY);
  const left = 330, right = 180, wide = 1340, high = 44 + lines.length * 20 + 10;
  const x = (moment) => left + (Math.min(moment, until) - from) / (until - from) * (wide - left - right);
  const years = [];
  for (let year = new Date(from).getUTCFullYear() + 1; Date.UTC(year, 0) < until; ++year) years.push(year);
  const vertical = (moment, text, y, kind) => [svg("line", {x1: x(moment), x2: x(moment), y1: 32, y2: high, class: kind}),
    svg("text", {x: x(moment), y, "text-anchor": text.length > 4 ? "end" : "middle", class: "small"}, text)];
  const bars = lines.map((leaf, row) => {
    const y = 48 + row * 20;
    const missed = waves.find((wave) => leaf.not_after.slice(0, 10) < wave.date);
    const over = Date.parse(leaf.not_after) < now;
    const said = `${leaf.subject} ends ${day(leaf.not_after)}${over ? ", which is past" : missed ? `, before wave ${missed.wave}` : ""}; ${words(leaf.interfaces, "interface", "interfaces")} of ${leaf.shown_by}`;
    const subject = `${leaf.subject.split(/(?<!\\),/)[0]}, ${leaf.key_type ?? ""}`;
    return svg("g", null, svg("title", null, said),
      svg("text", {x: left - 8, y: y + 4, "text-anchor": "end"}, subject.length > 48 ? `${subject.slice(0, 47)}…` : subject),
      svg("line", {x1: x(Math.max(from, Math.min(now, Date.parse(leaf.not_after)))), x2: x(Date.parse(leaf.not_after)), y1: y, y2: y, class: over || missed ? "term late" : "term"}),
      svg("text", {x: x(Date.parse(leaf.not_after)) + 6, y: y + 4}, `${over ? "✕ " : missed ? "! " : Date.parse(leaf.not_after) > until ? "→ " : ""}${day(leaf.not_after)}${over ? " over" : missed ? ` before wave ${missed.wave}` : ""}`));
  });
  const chart = svg("svg", {width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": "Certificates by the day they end, and the waves"},
    years.map((year) => vertical(Date.UTC(year, 0), String(year), 12, "axis")),
    vertical(now, "this report, waves:", 28, "event"), waves.map((wave) => vertical(Date.parse(wave.date), String(wave.wave), 28, "event")), bars);
  const list = new VirtualList({id: "certificate-list", label: "Certificates by the day they end", short: true, onOpen: (certificate) => replace(detail, certificateFacts(certificate)), columns: [
    {head: "ends", width: "6rem", cell: (certificate) => day(certificate.not_after)},
    {head: "subject", width: "minmax(0,3fr)", cell: (certificate) => certificate.subject},
    {head: "key", width: "7rem", cell: (certificate) => `${certificate.key_type ?? ""} ${certificate.curve ?? certificate.key_bits ?? ""}`},
    {head: "signed with", width: "5rem", cell: (certificate) => certificate.signature_hash ?? ""},
    {head: "in the chain", width: "6rem", cell: (certificate) => (certificate.position === 0 ? "leaf" : "authority")},
    {head: "shown by", width: "minmax(0,2fr)", cell: (certificate) => `${certificate.shown_by} (${certificate.interfaces})`},
  ]});
  const detail = el("div", {class: "detail", "aria-live": "polite"}, el("p", {class: "note"}, "Choose a certificate to see all of it."));
  replace(holder, holder.firstElementChild, el("div", {class: "chart"}, chart),
    el("p", {class: "note"}, leaves.length > lines.length ? `Drawn are the first ${lines.length} of ${number(leaves.length)} leaves to end; listed are all, with their authorities.` : "Listed are also the authorities that were sent along."),
    el("div", {class: "split"}, list.element, detail));
  list.show(certificates);
}

function certificateFacts(certificate) {
  return listOfFacts([["subject", certificate.subject], ["issuer", certificate.self_signed ? "itself" : certificate.issuer], ["from", certificate.not_before], ["to", certificate.not_after],
    ["key", `${certificate.key_type ?? ""} ${certificate.curve ?? certificate.key_bits ?? ""}`], ["signature hash", certificate.signature_hash],
    ["other names", certificate.san], ["key usage", certificate.eku], ["shown by", certificate.shown_by], ["SHA-256", certificate.sha256]]);
}

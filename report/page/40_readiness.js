// The one page: its figures are those of `ucready report --format text`; nothing is counted here.

const KINDS = [["proven", "seen to work"], ["robust", "works whatever the doubtful facts are"],
  ["derived", "works if what the catalogue assumes is so"], ["breaks", "refused by one end"], ["unknown", "turns on what is not known"]];
const MOST_LINES = 6;

function hoursText(minutes) {
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

function verdictOf(page) {
  const kind = page.ready ? "works" : page.waves.some((wave) => wave.breaks > 0) || page.breaks_later > 0 ? "breaks" : "unknown";
  const badge = {works: "✓ READY", breaks: "✕ NOT READY", unknown: "? NOT KNOWN"}[kind];
  const first = page.mends.length === 0 ? null
    : el("span", null, `${words(page.mends_first, "change", "changes")} before wave 1, ${page.mends_first_no_outage} of them without an outage.`);
  return el("div", {class: "verdict"}, el("span", {class: `badge ${kind}`}, badge), el("span", null, page.verdict), first);
}

function barOf(wave) {
  const all = KINDS.reduce((sum, [kind]) => sum + wave[kind], 0);
  const said = KINDS.map(([kind]) => `${wave[kind]} ${kind}`).join(", ");
  const bar = el("div", {class: "bar", role: "img", "aria-label": said, title: said});
  for (const [kind] of KINDS) {
    if (wave[kind] === 0) continue;
    const part = el("span", {class: kind});
    part.style.flexGrow = wave[kind] / all;
    part.style.flexBasis = "0";
    bar.append(part);
  }
  return bar;
}

function movesText(wave) {
  if (wave.wave === 0) return "today";
  const told = wave.moves.slice(0, MOST_LINES).map((move) => `${move.cluster}: ${move.change}`).join("; ");
  return wave.moves.length > MOST_LINES ? `${told} and ${wave.moves.length - MOST_LINES} more` : told;
}

function hopsCard(page) {
  const all = KINDS.reduce((sum, [kind]) => sum + page.waves[0][kind], 0);
  const mixed = page.waves.some((wave) => wave.mixed > 0);  // Mostly a wave is safe while it is under way.
  const rows = page.waves.map((wave) => [
    wave.wave === 0 ? "today" : `wave ${wave.wave}`, wave.date, wave.wave === 0 ? "" : movesText(wave), el("td", null, barOf(wave)),
    ...KINDS.map(([kind]) => number(wave[kind])), number(all), ...(mixed ? [number(wave.mixed)] : [])]);
  return el("div", null,
    el("p", {id: "hop-sum"}, `${words(page.without_tls + all, "hop", "hops")} between nodes: ${number(page.without_tls)} without TLS, `
      + `which no step changes, and ${number(all)} with TLS. What becomes of these if nothing is mended:`),
    el("p", null, KINDS.map(([kind, what]) => el("span", {class: "key"}, el("i", {class: kind}), `${kind}: ${what}`))),
    tableOf(["after", "date", "what moves", "", ...KINDS.map(([kind]) => `#${kind}`), "#sum", ...(mixed ? ["#break meanwhile"] : [])], rows, {id: "wave-figures"}),
    el("p", {class: "note"}, `${words(page.breaks_later, "hop breaks", "hops break")} in the course that ${page.breaks_later === 1 ? "does" : "do"} not break today. `
      + (mixed ? "Break meanwhile: pairs of states that stand only while the wave is under way." : "No more break while a wave is under way than after it.")));
}

function card(title, items, more) {
  if (items.length === 0) return null;
  return el("div", {class: "card"}, el("h3", null, title), items, more ? el("p", {class: "note"}, more) : null);
}

function list(ordered, items) {
  return items.length === 0 ? [] : [el(ordered ? "ol" : "ul", null, items.slice(0, MOST_LINES).map((item) => el("li", {class: "text"}, item)))];
}

function restOf(total, where) {
  return total > MOST_LINES ? `and ${number(total - MOST_LINES)} more: ${where}` : "";
}

function mendsCard(page) {
  return card("Mend first, in this order", list(true, page.mends.map((mend) => [
    el("strong", null, mend.before_wave === 0 ? "Now: " : `Before wave ${mend.before_wave}: `), mend.what, ". ",
    `Saves ${words(mend.saves, "hop", "hops")}. Outage: ${mend.restarts || "none"}. Done on ${mend.target}. `,
    el("span", {class: "soft"}, `Undo: ${mend.undo || "not said"}; it breaks ${mend.undo_breaks}.`)])),
  restOf(page.mends.length, "ucready plan"));
}

function renewalsCard(page) {
  return card("Renewals within 200 days, and who breaks", list(false, page.renewals.map((renewal) => [
    el("strong", null, day(renewal.not_after)), ` ${renewal.subject} (${words(renewal.interfaces, "interface", "interfaces")} of ${renewal.shown_by}). `,
    renewal.held_by ? `A copy is held, and has to be replaced, in ${renewal.held_by}.` : "Nobody is known to hold a copy."])),
  restOf(page.renewals_in_all, "see the time line below"));
}

function questionsCard(page) {
  return card(`Find out (${hoursText(page.question_minutes)} in all)`, list(false, page.questions.map((question) => [
    el("strong", null, `${question.minutes} min: `), `${question.fact}${question.nodes > 1 ? ` (${question.nodes} nodes)` : ""}. `,
    `${question.path || "The catalogue does not say where"}. `, el("span", {class: "soft"}, `${words(question.hops, "hop turns", "hops turn")} on it.`)])),
  restOf(page.questions.length, "ucready report --table evidence"));
}

function rollbacksCard(page) {
  const breaking = page.rollbacks.filter((back) => back.at_once + back.at_last > 0);
  const calm = page.rollbacks.length - breaking.length;
  if (page.rollbacks.length === 0) return null;
  return card("Windows: what going back breaks", breaking.length === 0 ? [el("p", null, `Any of the ${words(page.rollbacks.length, "step", "steps")} can be taken back, at once or after the last wave, and no hop is known to break by it.`)]
    : list(false, breaking.map((back) =>
    `Wave ${back.wave}: ${back.cluster} back to ${back.release} breaks ${words(back.at_once, "hop", "hops")} at once, ${back.at_last} after the last wave.`)),
  [restOf(breaking.length, "ucready plan"), calm > 0 && breaking.length > 0 ? `Of ${page.rollbacks.length} steps back, ${calm} break nothing.` : ""].filter(Boolean).join(" "));
}

function drawReadiness(page) {
  const main = [mendsCard(page), questionsCard(page)];
  const aside = [renewalsCard(page), rollbacksCard(page), page.minimum ? card("Highest minimum version", [el("p", null, page.minimum)]) : null,
    card("Not covered", list(false, page.not_covered), restOf(page.not_covered.length, "ucready report --table plan_note"))];
  replace(byId("readiness"), verdictOf(page), page.waves.length > 0 ? hopsCard(page) : "", el("div", {class: "cards"}, el("div", null, main), el("div", null, aside)));
}

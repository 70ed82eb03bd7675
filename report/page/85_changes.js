// What changed since the run before, of each kind of run: the same as `ucready diff`.

const CHANGE_MARKS = {new: "+ new", gone: "− gone", changed: "≠ changed", replaced: "≠ replaced", opened: "+ opened", closed: "− closed", better: "✓ better", worse: "✕ worse"};

function drawChanges(holder, changes) {
  if (changes.length === 0) {
    replace(holder, holder.firstElementChild, el("p", {class: "note"}, "Nothing changed, or there is no earlier run of the same kind to compare with."));
    return;
  }
  const counts = [...groupBy(changes, (row) => row.subject)].map(([subject, rows]) => [subject,
    [...groupBy(rows, (row) => row.change)].map(([change, of]) => `${number(of.length)} ${change}`).join(", ")]);
  const choice = el("select", {"aria-label": "Kind of thing", onchange: () => show()}, el("option", {value: ""}, "everything"),
    counts.map(([subject, said]) => el("option", {value: subject}, `${subject}: ${said}`)));
  const detail = el("div", {class: "detail", "aria-live": "polite"}, el("p", {class: "note"}, "Choose a change to see before and after."));
  const list = new VirtualList({id: "change-list", label: "Changes", short: true, columns: [
    {head: "change", width: "6.5rem", cell: (row) => CHANGE_MARKS[row.change] ?? row.change},
    {head: "of", width: "6rem", cell: (row) => row.subject},
    {head: "where", width: "minmax(0,2fr)", cell: (row) => [[row.cluster, row.node].filter(Boolean).join("/"), row.port].filter(Boolean).join(":")},
    {head: "what", width: "minmax(0,3fr)", cell: (row) => row.what ?? ""},
  ], onOpen: (row) => replace(detail, el("h3", {class: "text"}, `${row.subject} ${row.change}`), listOfFacts([["site", row.site], ["cluster", row.cluster], ["node", row.node],
    ["address", row.address], ["port", row.port], ["protocol", row.protocol], ["what", row.what], ["before", row.before], ["after", row.after], ["finding", row.finding_id]]))});
  const show = () => list.show(changes.filter((row) => choice.value === "" || row.subject === choice.value));
  replace(holder, holder.firstElementChild, el("p", null, counts.map(([subject, said]) => `${subject}: ${said}`).join("; ") + "."),
    el("div", {class: "controls"}, choice), el("div", {class: "split"}, list.element, detail));
  show();
}

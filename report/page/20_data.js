// What the report was written with: blocks of rows in this file. In a row, true stands for the text above it.

function block(name) {
  const element = byId(`data-${name}`);
  const value = JSON.parse(element.textContent);
  element.remove();  // The text is not needed twice.
  return value;
}

function rowsOf(name) {
  const {columns, rows} = block(name);
  let above = [];
  return rows.map((row) => {
    const object = {};
    for (let i = 0; i < columns.length; ++i) {
      if (row[i] === true) row[i] = above[i];
      object[columns[i]] = row[i];
    }
    above = row.map((cell, i) => (typeof cell === "string" ? cell : above[i]));
    return object;
  });
}

function groupBy(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

const DATA = {
  made: block("made"),
  pages: block("pages"),
  doubts: block("doubts"),
};
for (const name of ["runs", "clusters", "links", "mends", "interfaces", "certificates", "stores", "store_sets", "offers",
  "offer_clients", "changes", "findings"]) DATA[name] = rowsOf(name);
DATA.certificateBySha = new Map(DATA.certificates.map((certificate) => [certificate.sha256, certificate]));
DATA.runById = new Map(DATA.runs.map((run) => [run.run_id, run]));

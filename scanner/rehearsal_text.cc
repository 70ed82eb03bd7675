#include "scanner/rehearsal_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "core/printable.h"
#include "report/csv.h"
#include "report/paragraph.h"

namespace ucready::scanner {
namespace {

using negotiation::Outcome;
using negotiation::Side;
using rehearsal::Act;
using rehearsal::Agreement;
using rehearsal::Programme;
using rehearsal::Rehearsal;

std::string_view side_word(Side side) { return side == Side::client ? "client" : "server"; }

std::string outcome_text(const Outcome& outcome, const std::string& key_type) {
  std::vector<std::string> parts;
  if (outcome.refusal) {
    parts.push_back(
        fmt::format("breaks, the {} sends {}", side_word(outcome.refusal->by), tls::name(outcome.refusal->alert)));
  } else {
    parts.emplace_back("works");
  }
  if (outcome.version) parts.push_back(tls::name(*outcome.version));
  if (outcome.suite) parts.push_back(tls::name(*outcome.suite));
  if (!key_type.empty()) parts.push_back(fmt::format("{} certificate", key_type));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string end_text(const std::string& cluster, const std::string& node, const std::string& release) {
  return fmt::format("{}{}{}", printable(cluster), node.empty() ? "" : "/" + printable(node),
                     release.empty() ? "" : fmt::format(" ({})", printable(release)));
}

std::string place_text(const Act& act) {
  return fmt::format("{}{} -> {}, port {}", end_text(act.hop.client, act.hop.client_node, act.client_release),
                     act.hop.client_service.empty() ? "" : " as " + printable(act.hop.client_service),
                     end_text(act.hop.server, act.hop.server_node, act.server_release), act.hop.port);
}

std::string notes_text(const Rehearsal& rehearsal) {
  return printable(fmt::format("{}", fmt::join(rehearsal.notes, "; ")));
}

void write_line(const Act& act, std::ostream& out, std::size_t columns) {
  const Rehearsal& rehearsal = act.rehearsal;
  const std::string notes = notes_text(rehearsal);
  std::string text = outcome_text(rehearsal.forecast, rehearsal.forecast_key_type);
  if (rehearsal.agreement != Agreement::not_rehearsed) text += fmt::format("; {}", to_text(rehearsal.scope));
  text += fmt::format("; {} {}, as {}", act.cells, act.cells == 1 ? "cell" : "cells", place_text(act));
  if (!notes.empty()) text += fmt::format(". {}", notes);
  report::write_paragraph(out, fmt::format("  {:<13}  ", to_text(rehearsal.agreement)), text + ".", columns);
}

void write_lines(std::string_view title, const std::string& lines, std::ostream& out) {
  if (lines.empty()) return;
  out << "      " << title << '\n';
  std::istringstream reader(lines);
  for (std::string line; std::getline(reader, line);) out << "        " << printable(line) << '\n';
}

void write_end(std::string_view side, const std::string& profile, const rehearsal::EndReport& report,
               std::ostream& out) {
  write_lines(fmt::format("the {}:", side), profile, out);
  write_lines(fmt::format("the {}'s OpenSSL:", side), report.errors, out);
  write_lines(fmt::format("what the {} finds wrong with the other's chain:", side), report.objection, out);
}

// Both sides in full: whoever reads this has to find out which of the two is wrong.
void write_disagreement(const Act& act, std::ostream& out, std::size_t columns) {
  const Rehearsal& rehearsal = act.rehearsal;
  write_lines("where they part:", rehearsal.differences, out);
  report::write_paragraph(out, "      forecast: ", printable(rehearsal.forecast.explanation), columns);
  report::write_paragraph(
      out, "      rehearsal: ", outcome_text(rehearsal.observed->outcome, rehearsal.observed_key_type) + ".", columns);
  write_end("client", rehearsal.client, rehearsal.observed->client, out);
  write_end("server", rehearsal.server, rehearsal.observed->server, out);
}

using Row = nlohmann::ordered_json;

std::string one_line(const std::string& lines) {
  std::string text;
  std::istringstream reader(lines);
  for (std::string line; std::getline(reader, line);) text += (text.empty() ? "" : "; ") + line;
  return text;
}

void add_outcome(Row& row, const std::string& prefix, const Outcome& outcome, const std::string& key_type) {
  row[prefix + "outcome"] = outcome.works() ? "works" : "breaks";
  row[prefix + "refused_by"] = outcome.refusal ? std::string(side_word(outcome.refusal->by)) : "";
  row[prefix + "alert"] = outcome.refusal ? tls::name(outcome.refusal->alert) : "";
  row[prefix + "version"] = outcome.version ? tls::name(*outcome.version) : "";
  row[prefix + "cipher"] = outcome.suite ? tls::name(*outcome.suite) : "";
  row[prefix + "certificate_key_type"] = key_type;
}

Row row_of(const Act& act) {
  const Rehearsal& rehearsal = act.rehearsal;
  const rehearsal::Observed unseen;
  const rehearsal::Observed& observed = rehearsal.observed ? *rehearsal.observed : unseen;
  Row row;
  row["agreement"] = to_text(rehearsal.agreement);
  row["scope"] = rehearsal.agreement == Agreement::not_rehearsed ? "" : to_text(rehearsal.scope);
  row["cells"] = act.cells;
  row["client"] = act.hop.client;
  row["client_node"] = act.hop.client_node;
  row["client_service"] = act.hop.client_service;
  row["client_release"] = act.client_release;
  row["server"] = act.hop.server;
  row["server_node"] = act.hop.server_node;
  row["server_release"] = act.server_release;
  row["port"] = act.hop.port;
  row["protocol"] = act.hop.protocol;
  add_outcome(row, "", rehearsal.forecast, rehearsal.forecast_key_type);
  row["reason"] = rehearsal.forecast.refusal ? to_text(rehearsal.forecast.refusal->reason) : "";
  add_outcome(row, "observed_", observed.outcome, rehearsal.observed_key_type);
  if (!rehearsal.observed) row["observed_outcome"] = "";
  row["differences"] = one_line(rehearsal.differences);
  row["notes"] = fmt::format("{}", fmt::join(rehearsal.notes, "; "));
  row["explanation"] = rehearsal.forecast.explanation;
  row["client_objection"] = observed.client.objection;
  row["client_errors"] = one_line(observed.client.errors);
  row["server_objection"] = observed.server.objection;
  row["server_errors"] = one_line(observed.server.errors);
  return row;
}

std::string cell_text(const Row& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

void write_rehearsal(const Programme& programme, std::ostream& out, std::size_t columns) {
  const std::size_t agree = programme.count(Agreement::agree);
  const std::size_t disagree = programme.count(Agreement::disagree);
  const std::size_t missing = programme.count(Agreement::not_rehearsed);
  report::write_paragraph(
      out, "",
      fmt::format(
          "{} {} between nodes, {} cells of states, {} distinct states: {} agree, {} disagree, {} not rehearsed.",
          programme.hops, programme.hops == 1 ? "hop" : "hops", programme.cells, programme.acts.size(), agree, disagree,
          missing),
      columns);
  if (programme.cells_too_open > 0) {
    report::write_paragraph(
        out, "",
        fmt::format("{} cells have more open facts than are followed: they are unknown.", programme.cells_too_open),
        columns);
  }
  if (programme.cells_refused_upload > 0) {
    report::write_paragraph(out, "",
                            fmt::format("{} cells break at the upload of a renewed certificate: nothing to perform.",
                                        programme.cells_refused_upload),
                            columns);
  }
  for (const Agreement wanted : {Agreement::disagree, Agreement::not_rehearsed, Agreement::agree}) {
    bool first = true;
    for (const Act& act : programme.acts) {
      if (act.rehearsal.agreement != wanted) continue;
      if (std::exchange(first, false)) out << '\n';
      write_line(act, out, columns);
      if (wanted == Agreement::disagree) write_disagreement(act, out, columns);
    }
  }
}

void write_rehearsal_csv(const Programme& programme, std::ostream& out) {
  const auto write = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) out << (i == 0 ? "" : ",") << report::csv_cell(cells[i]);
    out << "\r\n";
  };
  std::vector<std::string> header;
  const Row names = row_of(Act{});
  for (const auto& [name, value] : names.items()) header.push_back(name);
  write(header);
  for (const Act& act : programme.acts) {
    std::vector<std::string> cells;
    const Row row = row_of(act);
    for (const auto& [name, value] : row.items()) cells.push_back(cell_text(value));
    write(cells);
  }
}

void write_rehearsal_json(const Programme& programme, std::ostream& out) {
  out << '[';
  bool first = true;
  for (const Act& act : programme.acts) {
    // ASCII only, so that nothing in it moves a cursor; bytes that are no UTF-8 become U+FFFD.
    out << (std::exchange(first, false) ? "\n" : ",\n")
        << row_of(act).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  }
  out << "\n]\n";
}

ExitCode exit_code_of(const Programme& programme) {
  if (programme.count(Agreement::disagree) > 0) return ExitCode::disagree;
  return programme.count(Agreement::agree) == 0 ? ExitCode::partly : ExitCode::done;
}

}  // namespace ucready::scanner

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>

#include "core/printable.h"
#include "report/csv.h"
#include "report/difference.h"
#include "report/json_text.h"
#include "report/paragraph.h"

namespace ucready::report {
namespace {

constexpr std::size_t kLongestText = 600;

std::string shown(const Rows& rows, std::string_view column) { return printable(rows.text(column), kLongestText); }

std::string place_of(const Rows& rows) {
  if (rows.text("subject") == "hop" || rows.text("subject") == "handshake") return shown(rows, "what");
  std::string place = shown(rows, "cluster");
  const std::string node = shown(rows, "node");
  if (!node.empty()) place += (place.empty() ? "" : "/") + node;
  const std::string address = shown(rows, "address");
  const std::string port = rows.text("port");
  if (!address.empty()) place += fmt::format("{}{}", place.empty() ? "" : " ", address);
  if (!port.empty()) place += (place.empty() ? "port " : address.empty() ? " port " : ":") + port;
  if (const std::string protocol = shown(rows, "protocol"); !protocol.empty())
    place += (place.empty() ? "" : " ") + protocol;
  return place.empty() ? shown(rows, "site") : place;
}

std::string change_of(const Rows& rows) {
  const std::string before = shown(rows, "before");
  const std::string after = shown(rows, "after");
  const bool named = rows.text("subject") == "hop" || rows.text("subject") == "handshake";
  const std::string what = named ? "" : shown(rows, "what");
  std::string text = what;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ": ") + more; };
  if (!before.empty() && !after.empty()) {
    add(fmt::format("{} -> {}", before, after));
  } else if (!after.empty()) {
    add(after);
  } else if (!before.empty()) {
    add("was " + before);
  }
  return text;
}

void write_text(Rows rows, const Style& style, std::ostream& out) {
  std::map<std::string, std::map<std::string, std::size_t>> counts;
  std::vector<std::string> order;
  std::string heading;
  while (rows.next()) {
    const std::string subject = rows.text("subject");
    if (subject != heading) {
      heading = subject;
      if (!counts.contains(subject)) order.push_back(subject);
      constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kHeadings = {{
          {"certificate", "Certificates"},
          {"version", "Versions"},
          {"interface", "Interfaces"},
          {"node", "Nodes"},
          {"fact", "What was told of the systems"},
          {"hop", "Hops, as planned"},
          {"handshake", "Handshakes, as captured"},
          {"finding", "Findings"},
      }};
      const auto* found = std::ranges::find(kHeadings, subject, &std::pair<std::string_view, std::string_view>::first);
      out << '\n' << (found == kHeadings.end() ? subject : found->second) << '\n';
    }
    const std::string change = rows.text("change");
    ++counts[subject][change];
    write_paragraph(out, fmt::format("  {:<9} ", change), place_of(rows), style.columns);
    if (const std::string text = change_of(rows); !text.empty())
      write_paragraph(out, "            ", text, style.columns);
  }
  if (order.empty()) {
    out << "Nothing changed.\n";
    return;
  }
  std::vector<std::string> parts;
  for (const std::string& subject : order) {
    for (const auto& [change, count] : counts[subject])
      parts.push_back(fmt::format("{} {} {}", count, count == 1 ? subject : subject + "s", change));
  }
  out << '\n';
  write_paragraph(out, "", fmt::format("{}.", fmt::join(parts, ", ")), style.columns);
}

void write_csv_rows(Rows rows, const Style&, std::ostream& out) { write_csv_table(std::move(rows), out); }
void write_json_rows(Rows rows, const Style&, std::ostream& out) {
  write_json_objects(std::move(rows), out);
  out << '\n';
}

constexpr DifferenceFormat kFormats[] = {{"text", write_text}, {"csv", write_csv_rows}, {"json", write_json_rows}};

}  // namespace

std::span<const DifferenceFormat> difference_formats() { return kFormats; }

}  // namespace ucready::report

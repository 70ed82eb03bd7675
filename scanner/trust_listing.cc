#include "scanner/trust_listing.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "core/printable.h"
#include "report/csv.h"

namespace ucready::scanner {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kColumns = {"source",     "format",    "place",  "kind",       "roles",    "subject",
                                 "issuer",     "serial",    "sha256", "key_type",   "key_bits", "signature_hash",
                                 "not_before", "not_after", "is_ca",  "self_signed"};

std::vector<std::string> cells_of(const trust::TrustFile& file, const trust::TrustEntry& entry) {
  const Certificate none;
  const Certificate& c = entry.certificate ? *entry.certificate : none;
  const bool whole = entry.certificate != nullptr;
  std::string sha256 = c.sha256;
  if (entry.hash && entry.hash->algorithm == "sha256") sha256 = entry.hash->value;
  const auto flag = [whole](bool value) -> std::string { return whole ? (value ? "1" : "0") : ""; };
  return {file.source,
          std::string(to_text(file.format)),
          entry.place,
          std::string(to_text(entry.kind)),
          entry.roles,
          entry.subject,
          c.issuer,
          c.serial,
          sha256,
          c.key_type,
          c.key_bits > 0 ? std::to_string(c.key_bits) : "",
          c.signature_hash,
          c.not_before,
          c.not_after,
          flag(c.is_ca),
          flag(c.self_signed)};
}

void write_csv(const std::vector<trust::TrustFile>& files, std::ostream& out) {
  out << fmt::format("{}\r\n", fmt::join(kColumns, ","));
  for (const trust::TrustFile& file : files) {
    for (const trust::TrustEntry& entry : file.entries) {
      std::string line;
      for (const std::string& cell : cells_of(file, entry)) line += (line.empty() ? "" : ",") + report::csv_cell(cell);
      out << line << "\r\n";
    }
  }
}

Json list_json(const trust::TlvFile& list) {
  return {{"version", fmt::format("{}.{}", list.major, list.minor)},
          {"file_name", list.file_name},
          {"made_at", list.made_at ? Json(to_iso8601(*list.made_at)) : Json()},
          {"signer", list.signer_name},
          {"signer_serial", to_hex(list.signer_serial)},
          {"signature", to_text(list.signature)},
          {"records", list.records.size()}};
}

void write_json(const std::vector<trust::TrustFile>& files, std::ostream& out) {
  Json all = Json::array();
  for (const trust::TrustFile& file : files) {
    Json shown = {{"source", file.source}, {"format", to_text(file.format)}};
    if (file.list) shown["list"] = list_json(*file.list);
    shown["entries"] = Json::array();
    for (const trust::TrustEntry& entry : file.entries) {
      Json row = Json::object();
      const std::vector<std::string> cells = cells_of(file, entry);
      for (std::size_t i = 2; i < kColumns.size(); ++i) {
        const std::string_view column = kColumns.at(i);
        const bool is_flag = column == "is_ca" || column == "self_signed";
        if (cells[i].empty()) {
          row[kColumns.at(i)] = nullptr;
        } else if (is_flag || column == "key_bits") {
          row[kColumns.at(i)] = std::stoi(cells[i]);
        } else {
          row[kColumns.at(i)] = cells[i];
        }
      }
      shown["entries"].push_back(std::move(row));
    }
    all.push_back(std::move(shown));
  }
  out << all.dump(2, ' ', true, Json::error_handler_t::replace) << '\n';
}

std::string summary_of(const trust::TrustEntry& entry) {
  if (!entry.certificate) return fmt::format("{} {}", entry.hash->algorithm, entry.hash->value);
  const Certificate& c = *entry.certificate;
  const std::string signature = c.self_signed ? "self-signed" : "by " + printable(c.issuer, 200);
  return fmt::format("{} {}, {}, {} to {}, {}, sha256 {}", c.key_type, c.key_bits,
                     c.signature_hash.empty() ? c.signature_algorithm : c.signature_hash, c.not_before.substr(0, 10),
                     c.not_after.substr(0, 10), signature, c.sha256);
}

void write_text(const std::vector<trust::TrustFile>& files, std::ostream& out) {
  for (const trust::TrustFile& file : files) {
    out << fmt::format("{}: {}, {} trusted\n", printable(file.source), to_text(file.format), file.entries.size());
    if (file.list) {
      out << fmt::format("  signed by {}, serial {}, {}; signature {}\n", printable(file.list->signer_name),
                         to_hex(file.list->signer_serial),
                         file.list->made_at ? to_iso8601(*file.list->made_at) : "no date",
                         to_text(file.list->signature));
    }
    for (const trust::TrustEntry& entry : file.entries) {
      const std::string place = entry.place.empty() ? "" : entry.place + ": ";
      const std::string roles = entry.roles.empty() ? "" : " [" + entry.roles + "]";
      out << fmt::format("  {}{}{}\n    {}\n", place, printable(entry.subject, 300), roles, summary_of(entry));
    }
  }
}

constexpr TrustListing kListings[] = {{"text", write_text}, {"json", write_json}, {"csv", write_csv}};

}  // namespace

std::span<const TrustListing> all_trust_listings() { return kListings; }

}  // namespace ucready::scanner

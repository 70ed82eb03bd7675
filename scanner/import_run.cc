#include "scanner/import_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <ostream>

#include "core/printable.h"
#include "db/estate_lookup.h"
#include "scanner/site_file.h"

namespace ucready::scanner {

Result<KnownEstate> known_estate(const boost::program_options::variables_map& values,
                                 const upgrade::Catalogue& catalogue, const db::Database& database, Console& console) {
  if (values.count("site") > 0) {
    const auto site = read_site_file(values["site"].as<std::string>(), catalogue);
    if (!site) return tl::unexpected<Error>(site.error());
    for (const std::string& warning : site->warnings) console.err << "ucready: " << printable(warning) << '\n';
    return KnownEstate{site->name, facts_of(*site)};
  }
  const auto newest = db::newest_run_with_facts(database);
  if (!newest) return tl::unexpected<Error>(newest.error());
  if (!*newest) return KnownEstate{};
  auto rows = db::estate_rows(database, **newest);
  if (!rows) return tl::unexpected<Error>(rows.error());
  return KnownEstate{rows->site, std::move(rows->facts)};
}

Result<void> keep_import(db::RunWriter& run, const ImportedEstate& estate) {
  const auto keep_all = [&](const auto& all) -> Result<void> {
    for (const auto& one : all) {
      if (auto kept = run.add(one); !kept) return kept;
    }
    return {};
  };
  if (auto kept = keep_all(estate.sources); !kept) return kept;
  if (auto kept = keep_all(estate.facts); !kept) return kept;
  if (auto kept = keep_all(estate.stores); !kept) return kept;
  if (auto kept = keep_all(estate.chains); !kept) return kept;
  if (auto kept = keep_all(estate.hops); !kept) return kept;
  // Sessions are named as they come: by both addresses, the server's port and who is told to be behind them.
  const ImportedSession* current = nullptr;
  run.name_hops([&](const db::SessionObservation&) { return current->ends; });
  std::map<std::string, std::uint32_t> sources;
  for (const ImportedSession& session : estate.sessions) {
    if (!sources.contains(session.source)) {
      const auto number = run.begin_source(session.source);
      if (!number) return tl::unexpected<Error>(number.error());
      sources[session.source] = *number;
    }
    db::SessionObservation seen = session.seen;
    seen.source = sources[session.source];
    current = &session;
    if (auto kept = run.add(seen); !kept) return kept;
  }
  return run.flush();
}

Result<void> check_import_paths(const std::vector<std::string>& exports, const std::string& database,
                                const std::string& site) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  for (const std::string& path : exports) {
    if (!fs::exists(path, ignored)) {
      return fail(ErrorCode::invalid_input,
                  fmt::format("{}: does not exist; name an export or a folder of them", path));
    }
    if (fs::equivalent(path, database, ignored)) {
      return fail(ErrorCode::invalid_input, fmt::format("{}: is the database; name exports", path));
    }
  }
  if (site.empty()) return {};
  if (fs::exists(site, ignored)) {
    return fail(ErrorCode::invalid_input,
                fmt::format("--write-site {}: is there already, and may have been worked on; name another file", site));
  }
  return {};
}

}  // namespace ucready::scanner

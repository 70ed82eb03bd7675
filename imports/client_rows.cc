// Rows that tell who logs in to call control, and whom IM and Presence calls.
#include <algorithm>

#include "imports/row_cells.h"
#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

// Of the cluster's own services; every cluster has them.
bool is_built_in(std::string_view user) {
  constexpr std::string_view kOwn[] = {"CCMAdministrator",    "CCMSysUser",      "CCMQRTSysUser",
                                       "CCMQRTSecureSysUser", "IPMASysUser",     "IPMASecureSysUser",
                                       "WDSysUser",           "WDSecureSysUser", "TabSyncSysUser",
                                       "CUCService",          "PDFConverterUser"};
  return std::ranges::find(kOwn, user) != std::end(kOwn);
}

}  // namespace

bool take_application_user(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"applicationuser", "applicationusername"});
  const std::string group = cell(row, {"accesscontrolgroup", "usergroup", "dirgroup"});
  if (name.empty() || group.empty()) return false;
  const bool is_secure = group == "Standard CTI Secure Connection";
  if (is_built_in(name) || (!is_secure && group != "Standard CTI Enabled")) return true;
  if (told.users.size() < kMostTold) told.users.push_back({name, is_secure, line});
  return true;
}

bool take_database(const TableRow& row, int line, Told& told) {
  const std::string kind = column_name(cell(row, {"databasetype", "dbtype"}));
  const std::string encrypted = cell(row, {"enablessl", "sslenabled", "usessl"});
  if (kind.empty() || encrypted.empty()) return false;
  struct Engine {
    std::string_view word;
    std::string_view engine;
    std::string_view protocol;
  };
  constexpr Engine kEngines[] = {{"postgres", "postgresql", "postgresql"},
                                 {"sqlserver", "mssql", "tds"},
                                 {"mssql", "mssql", "tds"},
                                 {"oracle", "oracle", "tls"}};
  const auto* const engine =
      std::ranges::find_if(kEngines, [&](const Engine& one) { return kind.find(one.word) != std::string::npos; });
  if (engine == std::end(kEngines)) return false;
  ToldHop hop;
  hop.name = cell(row, {"databasename", "name"});
  hop.service = "database";
  hop.server_product = "database";
  hop.server_engine = std::string(engine->engine);
  hop.of_cluster = true;
  hop.host = cell(row, {"hostname", "host", "servername", "address"});
  hop.port = static_cast<std::uint16_t>(number_in(cell(row, {"port", "portnumber"}), 1, 65535).value_or(0));
  hop.protocol = std::string(engine->protocol);
  hop.security = is_true(encrypted) ? "encrypted" : "nonsecure";
  hop.line = line;
  if (hop.host.empty() || hop.port == 0) return false;
  told.hop(std::move(hop));
  return true;
}

bool take_calendar(const TableRow& row, int line, Told& told) {
  const std::string kind = lower(cell(row, {"presencegatewaytype"}));
  const std::string host = cell(row, {"presencegateway", "hostname", "host", "servername", "address"});
  if (kind.empty() || host.empty()) return false;
  // Of call control's own presence it tells a SIP peer without saying how that is secured.
  if (kind.find("exchange") == std::string::npos && kind.find("outlook") == std::string::npos) return true;
  ToldHop hop;
  hop.name = "calendar";
  hop.service = "calendar";
  hop.server_product = "exchange";
  hop.of_cluster = true;
  hop.host = host;
  hop.port = static_cast<std::uint16_t>(number_in(cell(row, {"port", "portnumber"}), 1, 65535).value_or(443));
  hop.protocol = "https";
  hop.line = line;
  told.hop(std::move(hop));
  return true;
}

}  // namespace ucready::imports

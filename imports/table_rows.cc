#include "imports/table_rows.h"

#include <algorithm>

#include "imports/row_cells.h"
#include "imports/text_parts.h"
#include "imports/vos_services.h"

namespace ucready::imports {
namespace {

// typesecuritymode of the database: 1, 2, 3; the interfaces write it out.
std::string security_of(std::string_view text) {
  const std::string word = column_name(text);
  if (word == "1" || word == "nonsecure") return "nonsecure";
  if (word == "2" || word == "authenticated") return "authenticated";
  if (word == "3" || word == "encrypted") return "encrypted";
  return {};
}

constexpr std::string_view kSecurity[] = {"securitymode", "devicesecuritymode", "tkdevicesecuritymode",
                                          "tksecuritymode"};
constexpr std::string_view kAddress[] = {"address", "destinationaddress", "addressipv4",
                                         "ipaddr",  "ipaddress",          "destination"};
constexpr std::string_view kPort[] = {"port", "destinationport", "addressport"};
constexpr std::string_view kSubject[] = {"x509subjectname", "x509subject"};
constexpr std::string_view kIncoming[] = {"incomingport", "siptrunkincomingport"};

void take_profile(const TableRow& row, std::string name, bool of_trunks, int line, Told& told) {
  if (told.profiles.size() >= kMostTold) return;
  ToldProfile profile;
  profile.name = std::move(name);
  profile.of_trunks = of_trunks;
  profile.security = security_of(cell(row, kSecurity));
  profile.incoming_port = static_cast<std::uint16_t>(number_in(cell(row, kIncoming), 1, 65535).value_or(0));
  profile.subjects = cell(row, kSubject);
  profile.oauth = is_true(cell(row, {"enableoauthauthentication", "oauth", "enableoauth"}));
  profile.encrypts_files = is_true(cell(row, {"tftpencryptedconfig", "encryptedconfig"}));
  profile.line = line;
  told.profiles.push_back(std::move(profile));
}

bool take_trunk(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"name", "devicename", "trunk", "trunkname"});
  if (!has(row, kAddress) || !has(row, kPort) || !has(row, kProfileColumns) || name.empty()) return false;
  const std::string profile = cell(row, kProfileColumns);
  if (has(row, kSecurity)) take_profile(row, profile, true, line, told);
  if (told.hops.empty()) told.fact("product", "cucm", line);
  ToldHop hop;
  hop.name = name;
  hop.service = "sip-trunk";
  hop.of_cluster = true;
  hop.host = cell(row, kAddress);
  hop.port = static_cast<std::uint16_t>(number_in(cell(row, kPort), 1, 65535).value_or(0));
  hop.protocol = "sip-tls";
  hop.profile = profile;
  const std::string everywhere = lower(cell(row, {"runoneverynode"}));
  if (everywhere == "false" || everywhere == "f") hop.pool = cell(row, {"devicepool", "devicepoolname"});
  hop.line = line;
  told.hop(std::move(hop));
  return true;
}

bool take_profile_row(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"name", "securityprofilename", "profile"});
  if (name.empty() || !has(row, kSecurity) || has(row, kAddress)) return false;
  const bool of_trunks = has(row, kIncoming) || has(row, kSubject);
  take_profile(row, name, of_trunks, line, told);
  return true;
}

bool take_node(const TableRow& row, int line, Told& told) {
  const bool is_it = has(row, {"nodeusage", "tknodeusage", "processnoderole", "tkprocessnoderole"});
  const std::string name = cell(row, {"name", "nodename", "hostname"});
  if (!is_it || name.empty()) return false;
  if (name == "EnterpriseWideData") return true;  // The row that stands for all.
  const std::string usage = lower(cell(row, {"nodeusage", "tknodeusage"}));
  std::string role = usage == "0" || usage == "publisher" ? "publisher" : "subscriber";
  if (usage.empty()) role.clear();
  const std::string duty = lower(cell(row, {"processnoderole", "tkprocessnoderole"}));
  const bool presence = duty == "2" || duty.find("presence") != std::string::npos;
  told.fact("product", presence ? "imp" : "cucm", line, name);
  told.fact("role", role, line, name);
  told.fact("address", cell(row, {"ipv4", "ipaddress", "address", "ipaddr"}), line, name);
  return true;
}

bool take_parameter(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"paramname", "parametername"});
  const std::string value = cell(row, {"paramvalue", "parametervalue", "value"});
  if (name.empty() || !has(row, {"paramvalue", "parametervalue", "value"})) return false;
  struct Known {
    std::string_view value;  // As the administration's pages write it; the database's own names are not published.
    std::string_view setting;
    std::string_view meaning;
  };
  constexpr Known kKnown[] = {
      {"TLS 1.2 Ciphers Preference Order", "certificate_preference", "tls12-ciphers"},
      {"TLS 1.3 Signature Algorithm Preference Order", "certificate_preference", "tls13-signature-algorithms"},
      {"RSA Ciphers Only", "http_certificates", "rsa"},
      {"All Supported EC and RSA Ciphers", "http_certificates", "rsa+ecdsa"},
  };
  if (name == "ClusterSecurityMode" && (value == "0" || value == "1")) {
    told.fact("cluster_security_mode", value == "1" ? "mixed" : "non-secure", line);
    return true;
  }
  for (const Known& known : kKnown) {
    if (column_name(value) != column_name(known.value)) continue;
    told.fact(std::string(known.setting), std::string(known.meaning), line);
    return true;
  }
  return false;
}

// processnodeservice with the names of typeservice: which node has which service activated.
bool take_service(const TableRow& row, int line, Told& told) {
  const std::string node = cell(row, {"servername", "node", "processnode"});
  const std::string service = cell(row, {"service", "servicename", "typeservice"});
  const std::string enabled = cell(row, {"enable", "isactive"});
  if (node.empty() || service.empty() || enabled.empty() || has(row, {"devicename"})) return false;
  if (is_true(enabled)) tell_service(service, node, line, told);
  return true;
}

bool take_directory(const TableRow& row, int line, Told& told) {
  if (!has(row, {"ldapportnumber", "ldapport"}) || !has(row, {"sslenabled", "usetls", "tlsenabled", "secureldap"})) {
    return false;
  }
  ToldHop hop;
  hop.name = "LDAP";
  hop.service = "ldap";
  hop.server_product = "ldap";
  hop.of_cluster = true;
  hop.host = cell(row, {"hostname", "hostnameoripaddress", "host", "servername", "address"});
  hop.port = static_cast<std::uint16_t>(number_in(cell(row, {"ldapportnumber", "ldapport"}), 1, 65535).value_or(0));
  const bool starts_clear = hop.port == 389 || hop.port == 3268;
  hop.protocol = starts_clear ? "ldap" : "ldaps";
  hop.security = is_true(cell(row, {"sslenabled", "usetls", "tlsenabled", "secureldap"})) ? "encrypted" : "nonsecure";
  hop.line = line;
  told.hop(std::move(hop));
  return true;
}

}  // namespace

std::string column_name(std::string_view text) {
  std::string name;
  for (const char c : lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
  }
  return name;
}

bool is_looked_at(std::string_view column) {
  // Sorted. Every name that the functions above ask for; a test holds it.
  static constexpr std::string_view kColumns[] = {
      "accesscontrolgroup",
      "activeloadid",
      "address",
      "addressipv4",
      "addressport",
      "applicationuser",
      "applicationusername",
      "callmanagergroup",
      "callmanagergroupname",
      "callmanagername",
      "certificateoperation",
      "certificateproviderport",
      "certificatestatus",
      "ciscounifiedcommunicationsmanagergroup",
      "class",
      "cmnode",
      "databasename",
      "databasetype",
      "dbtype",
      "destination",
      "destinationaddress",
      "destinationport",
      "deviceclass",
      "devicemodel",
      "devicename",
      "devicepool",
      "devicepoolname",
      "deviceprotocol",
      "devicesecuritymode",
      "devicesecurityprofile",
      "devicetype",
      "dirgroup",
      "enable",
      "enableoauth",
      "enableoauthauthentication",
      "enablessl",
      "encryptedconfig",
      "host",
      "hostname",
      "hostnameoripaddress",
      "incomingport",
      "ipaddr",
      "ipaddr1",
      "ipaddress",
      "ipv4",
      "isactive",
      "issecure",
      "ldapport",
      "ldapportnumber",
      "load",
      "loadid",
      "loadinformation",
      "lscstatus",
      "model",
      "name",
      "node",
      "nodename",
      "nodeusage",
      "oauth",
      "parametername",
      "parametervalue",
      "paramname",
      "paramvalue",
      "phoneloadname",
      "phoneprotocol",
      "phonesecurityprofile",
      "phonetype",
      "port",
      "port1",
      "portnumber",
      "presencegateway",
      "presencegatewaytype",
      "priority",
      "processnode",
      "processnoderole",
      "product",
      "profile",
      "protocol",
      "registerednode",
      "regstatus",
      "runoneverynode",
      "secureldap",
      "securitymode",
      "securityprofile",
      "securityprofilename",
      "securityprofiletype",
      "servername",
      "service",
      "servicename",
      "sipipaddr1",
      "sipnetwork",
      "sipport",
      "sipport1",
      "siptrunkincomingport",
      "siptrunksecurityprofile",
      "specialloadinformation",
      "srst",
      "srstcertproviderport",
      "srstissecure",
      "srstname",
      "srstreference",
      "sslenabled",
      "status",
      "tftpencryptedconfig",
      "tkdeviceprotocol",
      "tkdevicesecuritymode",
      "tkmodel",
      "tknodeusage",
      "tkprocessnoderole",
      "tksecuritymode",
      "tlsenabled",
      "trunk",
      "trunkname",
      "typeservice",
      "usergroup",
      "usessl",
      "usetls",
      "value",
      "x509subject",
      "x509subjectname",
  };
  return std::ranges::binary_search(kColumns, column);
}

bool take_row(const TableRow& row, int line, Told& told) {
  // The narrowest first: a trunk's row has a name and a security mode too.
  for (const auto take :
       {take_parameter, take_database, take_directory, take_srst, take_calendar, take_application_user,
        take_group_member, take_pool, take_service, take_node, take_trunk, take_profile_row, take_phone}) {
    if (take(row, line, told)) return true;
  }
  return false;
}

}  // namespace ucready::imports

#include "imports/table_rows.h"

#include <algorithm>
#include <array>
#include <span>

#include "imports/phone_models.h"
#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

using Names = std::span<const std::string_view>;
using FewNames = std::initializer_list<std::string_view>;

// The first of these columns that says something.
std::string cell(const TableRow& row, Names names) {
  for (const std::string_view name : names) {
    if (const auto found = row.find(name); found != row.end() && !trimmed(found->second).empty()) {
      return std::string(trimmed(found->second));
    }
  }
  return {};
}
std::string cell(const TableRow& row, FewNames names) { return cell(row, Names(names.begin(), names.size())); }
bool has(const TableRow& row, Names names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return row.contains(name); });
}

bool has(const TableRow& row, FewNames names) { return has(row, Names(names.begin(), names.size())); }

// typesecuritymode of the database: 1, 2, 3; the interfaces write it out.
std::string security_of(std::string_view text) {
  const std::string word = column_name(text);
  if (word == "1" || word == "nonsecure") return "nonsecure";
  if (word == "2" || word == "authenticated") return "authenticated";
  if (word == "3" || word == "encrypted") return "encrypted";
  return {};
}

bool is_true(std::string_view text) {
  const std::string word = lower(text);
  return word == "t" || word == "true" || word == "1" || word == "yes" || word == "on";
}

constexpr std::string_view kSecurity[] = {"securitymode", "devicesecuritymode", "tkdevicesecuritymode",
                                          "tksecuritymode"};
constexpr std::string_view kProfile[] = {"securityprofile",      "securityprofilename",     "devicesecurityprofile",
                                         "phonesecurityprofile", "siptrunksecurityprofile", "profile",
                                         "securityprofiletype"};
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
  profile.line = line;
  told.profiles.push_back(std::move(profile));
}

bool take_trunk(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"name", "devicename", "trunk", "trunkname"});
  if (!has(row, kAddress) || !has(row, kPort) || !has(row, kProfile) || name.empty()) return false;
  const std::string profile = cell(row, kProfile);
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

bool take_phone(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"devicename", "name"});
  const std::string model = cell(row, {"devicemodel", "model", "product", "devicetype", "phonetype", "tkmodel"});
  const std::string protocol = lower(cell(row, {"phoneprotocol", "protocol", "deviceprotocol", "tkdeviceprotocol"}));
  if (name.empty() || model.empty() || protocol.empty()) return false;
  if (const std::string kind = lower(cell(row, {"deviceclass", "class"})); !kind.empty() && kind != "phone")
    return true;
  if (told.phones.size() >= kMostPhones) {
    if (told.phones.size() == kMostPhones && !told.partial) told.trouble("holds more than half a million phones");
    return true;
  }
  // Such tables are call control's alone.
  if (told.phones.empty()) told.fact("product", "cucm", line);
  ToldPhone phone;
  phone.name = name;
  phone.model = phone_model(model);
  // typedeviceprotocol of the database: 0 SCCP, 11 SIP.
  phone.protocol = protocol == "0" ? "sccp" : protocol == "11" ? "sip" : protocol;
  phone.load =
      cell(row, {"activeloadid", "loadid", "loadinformation", "phoneloadname", "specialloadinformation", "load"});
  phone.profile = cell(row, kProfile);
  phone.node = cell(row, {"node", "cmnode", "registerednode"});
  const std::string status = lower(cell(row, {"regstatus", "status"}));
  phone.registered = status == "registered" || status == "reg" || status == "2";
  phone.line = line;
  told.phones.push_back(std::move(phone));
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

// Cisco Unified SRST references: where phones go when their cluster is not there.
bool take_srst(const TableRow& row, int line, Told& told) {
  if (!has(row, {"issecure", "srstissecure", "certificateproviderport", "srstcertproviderport"})) return false;
  const std::string host = cell(row, {"ipaddr1", "ipaddress", "address", "ipaddr", "sipnetwork"});
  if (host.empty()) return false;
  ToldHop hop;
  hop.name = cell(row, {"name"});
  hop.host = host;
  hop.port = static_cast<std::uint16_t>(
      number_in(cell(row, {"certificateproviderport", "srstcertproviderport"}), 1, 65535).value_or(2445));
  hop.protocol = "tls";
  hop.security = is_true(cell(row, {"issecure", "srstissecure"})) ? "encrypted" : "nonsecure";
  hop.dormant = true;
  hop.of_cluster = true;
  hop.line = line;
  told.hop(std::move(hop));
  return true;
}

bool take_directory(const TableRow& row, int line, Told& told) {
  if (!has(row, {"ldapportnumber", "ldapport"}) || !has(row, {"sslenabled", "usetls", "tlsenabled", "secureldap"})) {
    return false;
  }
  ToldHop hop;
  hop.name = "LDAP";
  hop.service = "ldap";
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
      "activeloadid",
      "address",
      "addressipv4",
      "addressport",
      "certificateproviderport",
      "class",
      "cmnode",
      "destination",
      "destinationaddress",
      "destinationport",
      "deviceclass",
      "devicemodel",
      "devicename",
      "deviceprotocol",
      "devicesecuritymode",
      "devicesecurityprofile",
      "devicetype",
      "enableoauth",
      "enableoauthauthentication",
      "host",
      "hostname",
      "hostnameoripaddress",
      "incomingport",
      "ipaddr",
      "ipaddr1",
      "ipaddress",
      "ipv4",
      "issecure",
      "ldapport",
      "ldapportnumber",
      "load",
      "loadid",
      "loadinformation",
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
      "processnoderole",
      "product",
      "profile",
      "protocol",
      "registerednode",
      "regstatus",
      "secureldap",
      "securitymode",
      "securityprofile",
      "securityprofilename",
      "securityprofiletype",
      "servername",
      "sipnetwork",
      "siptrunkincomingport",
      "siptrunksecurityprofile",
      "specialloadinformation",
      "srstcertproviderport",
      "srstissecure",
      "sslenabled",
      "status",
      "tkdeviceprotocol",
      "tkdevicesecuritymode",
      "tkmodel",
      "tknodeusage",
      "tkprocessnoderole",
      "tksecuritymode",
      "tlsenabled",
      "trunk",
      "trunkname",
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
       {take_parameter, take_directory, take_srst, take_node, take_trunk, take_profile_row, take_phone}) {
    if (take(row, line, told)) return true;
  }
  return false;
}

}  // namespace ucready::imports

// Rows about phones: the phones themselves, and where their device pools send them.
#include <algorithm>

#include "imports/phone_models.h"
#include "imports/row_cells.h"
#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

constexpr std::string_view kModel[] = {"devicemodel", "model", "product", "devicetype", "phonetype", "tkmodel"};
constexpr std::string_view kPool[] = {"devicepool", "devicepoolname"};
constexpr std::string_view kReference[] = {"srst", "srstname", "srstreference"};
constexpr std::string_view kGroup[] = {"callmanagergroup", "callmanagergroupname",
                                       "ciscounifiedcommunicationsmanagergroup"};

// "Install/Upgrade", "Delete", "Troubleshoot" wait for the phone; success leaves a certificate that is to be renewed.
LocallySignificant certificate_of(const TableRow& row) {
  const std::string operation = lower(cell(row, {"certificateoperation"}));
  if (operation.starts_with("install") || operation == "delete" || operation == "troubleshoot") {
    return LocallySignificant::pending;
  }
  const std::string status = lower(cell(row, {"certificatestatus", "lscstatus"}));
  return status == "upgrade success" ? LocallySignificant::held : LocallySignificant::not_told;
}

// The two that every cluster has and that name no router.
bool is_built_in(std::string_view reference) {
  return reference.empty() || reference == "Disable" || reference == "Use Default Gateway";
}

}  // namespace

bool take_phone(const TableRow& row, int line, Told& told) {
  const std::string name = cell(row, {"devicename", "name"});
  const std::string model = cell(row, kModel);
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
  phone.profile = cell(row, kProfileColumns);
  phone.pool = cell(row, kPool);
  phone.certificate = certificate_of(row);
  phone.node = cell(row, {"node", "cmnode", "registerednode"});
  const std::string status = lower(cell(row, {"regstatus", "status"}));
  phone.registered = status == "registered" || status == "reg" || status == "2";
  phone.line = line;
  told.phones.push_back(std::move(phone));
  return true;
}

bool take_pool(const TableRow& row, int line, Told& told) {
  const bool sends_somewhere = has(row, kReference) || has(row, kGroup);
  const std::string name = cell(row, {"devicepool", "devicepoolname", "name"});
  if (!sends_somewhere || name.empty() || has(row, kModel) || has(row, {"priority"})) return false;
  if (told.pools.size() >= kMostTold) return true;
  const std::string reference = cell(row, kReference);
  told.pools.push_back({name, cell(row, kGroup), is_built_in(reference) ? "" : reference, line});
  return true;
}

bool take_group_member(const TableRow& row, int line, Told& told) {
  const std::string group = cell(row, kGroup);
  const std::string node = cell(row, {"node", "servername", "callmanagername"});
  const auto priority = number_in(cell(row, {"priority"}), 0, 255);
  if (group.empty() || node.empty() || !priority) return false;
  if (told.members.size() < kMostTold) told.members.push_back({group, node, *priority, line});
  return true;
}

bool take_srst(const TableRow& row, int line, Told& told) {
  if (!has(row, {"issecure", "srstissecure", "certificateproviderport", "srstcertproviderport"})) return false;
  ToldSrst srst;
  srst.name = cell(row, {"name"});
  srst.host = cell(row, {"ipaddr1", "ipaddress", "address", "ipaddr"});
  srst.sip_host = cell(row, {"sipnetwork", "sipipaddr1"});
  if (srst.host.empty()) srst.host = srst.sip_host;
  if (srst.sip_host.empty()) srst.sip_host = srst.host;
  if (srst.host.empty()) return false;
  srst.port = static_cast<std::uint16_t>(number_in(cell(row, {"port", "port1"}), 1, 65535).value_or(0));
  srst.sip_port = static_cast<std::uint16_t>(number_in(cell(row, {"sipport", "sipport1"}), 1, 65535).value_or(0));
  srst.is_secure = is_true(cell(row, {"issecure", "srstissecure"}));
  srst.line = line;
  // Call control fetches the certificates of secure ones from there, to hand them to phones.
  if (srst.is_secure) {
    ToldHop hop;
    hop.name = srst.name;
    hop.service = "srst-certificate";
    hop.host = srst.host;
    hop.port = static_cast<std::uint16_t>(
        number_in(cell(row, {"certificateproviderport", "srstcertproviderport"}), 1, 65535).value_or(2445));
    hop.protocol = "tls";
    hop.dormant = true;
    hop.of_cluster = true;
    hop.line = line;
    told.hop(std::move(hop));
  }
  if (told.srsts.size() < kMostTold) told.srsts.push_back(std::move(srst));
  return true;
}

}  // namespace ucready::imports

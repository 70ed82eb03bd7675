// Answers of CUCM's AXL (executeSQLQuery, list... and get...) and of the real-time service (RisPort70
// selectCmDevice): XML in a SOAP envelope. Elements that stand for one thing each are taken as rows of a table.
#include <algorithm>
#include <pugixml.hpp>

#include "imports/importer.h"
#include "imports/table_rows.h"
#include "imports/text_parts.h"

namespace ucready::imports {

extern const Importer kConfigXml;

namespace {

constexpr int kDeepest = 64;

// Without the prefix of its namespace.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
}

bool is_thing(std::string_view name) {
  constexpr std::string_view kThings[] = {
      "row",         "item", "phone",         "sipTrunk",  "sipTrunkSecurityProfile", "phoneSecurityProfile",
      "processNode", "srst", "ldapDirectory", "devicePool"};
  return std::ranges::find(kThings, name) != std::end(kThings);
}

class Reader {
 public:
  Reader(std::string_view document, Told& told) : document_(document), told_(told) {}

  void walk(const pugi::xml_node& node, const std::string& cm_node, int depth) {
    if (depth > kDeepest) return;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = local_name(child);
      if (name == "componentVersion") take_version(child);
      // CmNodes > item > Name, CmDevices > item: the node of the devices below.
      const bool is_cm_node = name == "item" && child.child("CmDevices");
      if (is_cm_node) {
        walk(child, child.child_value("Name"), depth + 1);
      } else if (name == "callManagerGroup") {
        take_group(child);
      } else if (is_thing(name)) {
        take(child, name, cm_node);
      } else {
        walk(child, cm_node, depth + 1);
      }
    }
  }

 private:
  // getCCMVersion: "15.0.1.12900(234)", which the system itself shows as 15.0.1.12900-234.
  void take_version(const pugi::xml_node& node) {
    std::string version = node.child_value("version");
    std::ranges::replace(version, '(', '-');
    std::erase(version, ')');
    told_.fact("release", version, line_of(node));
  }

  void take(const pugi::xml_node& node, std::string_view name, const std::string& cm_node) {
    TableRow row;
    for (const pugi::xml_node& child : node.children()) {
      if (child.first_child().type() == pugi::node_pcdata) {
        row.emplace(column_name(local_name(child)), child.child_value());
      }
    }
    if (!cm_node.empty()) row.emplace("node", cm_node);
    if (name == "processNode") row.emplace("nodeusage", "");
    if (name == "sipTrunkSecurityProfile") row.emplace("x509subjectname", "");
    if (name == "sipTrunk") return take_trunk(node, row);
    if (!take_row(row, line_of(node), told_)) told_.not_understood(name, line_of(node));
  }

  // A CallManager is named CM_NODE, unless somebody has renamed it; then it finds no node.
  void take_group(const pugi::xml_node& group) {
    for (const pugi::xml_node& member : group.child("members").children("member")) {
      std::string_view manager = member.child_value("callManagerName");
      if (manager.starts_with("CM_")) manager.remove_prefix(3);
      const TableRow row = {{"callmanagergroup", group.child_value("name")},
                            {"callmanagername", std::string(manager)},
                            {"priority", member.child_value("priority")}};
      if (!take_row(row, line_of(member), told_)) told_.not_understood("callManagerGroup", line_of(member));
    }
  }

  void take_trunk(const pugi::xml_node& node, TableRow row) {
    bool any = false;
    for (const pugi::xml_node& destination : node.child("destinations").children("destination")) {
      row["address"] = destination.child_value("addressIpv4");
      row["port"] = destination.child_value("port");
      any = take_row(row, line_of(destination), told_) || any;
    }
    if (!any) told_.not_understood("sipTrunk", line_of(node));
  }

  int line_of(const pugi::xml_node& node) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    if (offset < at_) {
      at_ = 0;
      line_ = 1;
    }
    line_ += static_cast<int>(std::count(document_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         document_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    at_ = offset;
    return line_;
  }

  std::string_view document_;
  Told& told_;
  std::size_t at_ = 0;
  int line_ = 1;
};

void read(PeekedSource& source, Told& told) {
  const auto text = read_whole(source, kMostDocumentBytes);
  if (!text) return told.trouble(text.error().message);
  pugi::xml_document document;
  const auto parsed = document.load_buffer(text->data(), text->size());
  if (!parsed) {
    told.trouble(std::string("is not well-formed XML (") + parsed.description() + ", byte " +
                 std::to_string(parsed.offset) + "); what came before counts");
  }
  told.lines = static_cast<std::size_t>(std::count(text->begin(), text->end(), '\n')) + 1;
  Reader(*text, told).walk(document, "", 0);
}

bool recognises(std::string_view head) {
  if (!trimmed(head).starts_with('<')) return false;
  constexpr std::string_view kSigns[] = {
      "executeSQLQueryResponse", "selectCmDevice", "SipTrunk",   "sipTrunk", "listPhone",
      "PhoneSecurityProfile",    "ProcessNode",    "DevicePool", "Srst",     "CallManagerGroup",
      "getCCMVersionResponse"};
  return std::ranges::any_of(kSigns, [&](std::string_view sign) { return head.find(sign) != std::string_view::npos; });
}

}  // namespace

const Importer kConfigXml = {"cucm-xml", "AXL and RisPort70 answers (XML)", recognises, read};

}  // namespace ucready::imports

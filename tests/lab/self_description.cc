#include "self_description.h"

#include <fmt/format.h>

#include <regex>

namespace ucready::lab {
namespace {

// 14SU3 and 12.5(1)SU8 as the system counts: the numbers of the release, and the update's.
struct VosRelease {
  std::string base;   // 14.0.1
  std::string train;  // 14.0
  int update = 0;
  int again = 0;  // 1 for the letter a.
};

VosRelease vos_release(const std::string& told) {
  static const std::regex kForm(R"((\d+)(?:\.(\d+))?(?:\((\d+)\))?(?:SU(\d+)([a-z])?)?)");
  std::smatch part;
  if (!std::regex_match(told, part, kForm)) return {told, told};
  const std::string minor = part[2].matched ? part[2].str() : "0";
  VosRelease release{fmt::format("{}.{}.{}", part[1].str(), minor, part[3].matched ? part[3].str() : "1"),
                     fmt::format("{}.{}", part[1].str(), minor)};
  if (part[4].matched) release.update = std::stoi(part[4].str());
  if (part[5].matched) release.again = part[5].str()[0] - 'a' + 1;
  return release;
}

// 15SU4a is 15.0.1.14901-2; the number behind the dash differs from product to product.
std::string vos_build(const std::string& told) {
  const VosRelease release = vos_release(told);
  const int build = release.update == 0 ? 10000 : 10900 + release.update * 1000 + release.again;
  return fmt::format("{}.{}-42", release.base, build);
}

std::string page(const std::string& title, const std::string& body) {
  return fmt::format("<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>\n", title, body);
}

std::string installed(const std::string& path, const std::string& name) {
  return page(name, fmt::format("<h1>Installed Applications</h1><a href=\"{}\">{}</a>"
                                "<h1>Platform Applications</h1><a href=\"/drf\">Disaster Recovery System</a>",
                                path, name));
}

using Pages = std::map<std::string, std::string>;

Pages cucm_pages(const NodeSpec& node) {
  const std::string base = vos_release(node.tells).base;
  return {{"/", installed("/ccmadmin", "Cisco Unified Communications Manager")},
          {"/cucm-uds/version",
           fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><versionInformation "
                       "uri=\"https://{}/cucm-uds/version\" version=\"{}\"><version>{}</version><capabilities>"
                       "<usersResourceAuthEnabled>false</usersResourceAuthEnabled></capabilities></versionInformation>",
                       node.fill_in("{fqdn}"), base, base)}};
}

Pages cuc_pages(const NodeSpec& node) {
  return {{"/", installed("/cuadmin", "Cisco Unity Connection")},
          {"/vmrest/version",
           fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?><VersionInformation><name>vmrest</name>"
                       "<version>{}</version></VersionInformation>",
                       vos_build(node.tells))}};
}

Pages expressway_pages(const NodeSpec& node) {
  const std::string name = node.product == "expressway-c" ? "Cisco Expressway-C" : "Cisco Expressway-E";
  return {{"/login", page(name, "<h1>" + name + "</h1><form method=\"post\"></form>")}};
}

Pages phone_pages(const NodeSpec& node) {
  return {{"/DeviceInformationX",
           fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<DeviceInformation>\n<HostName>{0}</HostName>\n"
                       "<modelNumber>CP-{1}</modelNumber>\n<versionID>{2}</versionID>\n</DeviceInformation>\n",
                       node.name, node.model, node.tells)}};
}

struct Description {
  std::string_view product;
  Pages (*pages)(const NodeSpec& node);
  std::string (*sip_agent)(const NodeSpec& node);
};

std::string no_agent(const NodeSpec&) { return {}; }
std::string tandberg(const NodeSpec& node) { return fmt::format("TANDBERG/4139 ({})", node.tells); }
std::string gateway(const NodeSpec& node) { return "Cisco-SIPGateway/IOS-" + node.tells; }
Pages no_pages(const NodeSpec&) { return {}; }

constexpr Description kDescriptions[] = {
    {"cer",
     [](const NodeSpec&) {
       return Pages{{"/", installed("/ceradmin", "Cisco Emergency Responder")}};
     },
     no_agent},
    {"cube", no_pages, gateway},
    {"cuc", cuc_pages, no_agent},
    {"cucm", cucm_pages, [](const NodeSpec& node) { return "Cisco-CUCM" + vos_release(node.tells).train; }},
    {"expressway-c", expressway_pages, tandberg},
    {"expressway-e", expressway_pages, tandberg},
    {"imp",
     [](const NodeSpec&) {
       return Pages{{"/", installed("/cupadmin", "Cisco Unified Communications Manager IM and Presence")}};
     },
     no_agent},
    {"ios-gateway", no_pages, gateway},
    {"phone", phone_pages, [](const NodeSpec& node) { return fmt::format("Cisco-CP{}/{}", node.model, node.tells); }},
    {"roomos", no_pages, [](const NodeSpec& node) { return fmt::format("TANDBERG/529 (ce{}.1.3ae3106)", node.tells); }},
    {"uccx",
     [](const NodeSpec&) {
       return Pages{{"/", installed("/appadmin", "Cisco Unified CCX")}};
     },
     no_agent},
};

const Description* description_of(const NodeSpec& node) {
  for (const Description& description : kDescriptions) {
    if (description.product == node.product && !node.tells.empty()) return &description;
  }
  return nullptr;
}

}  // namespace

std::map<std::string, std::string> pages_of(const NodeSpec& node) {
  const Description* const description = description_of(node);
  return description == nullptr ? Pages() : description->pages(node);
}

std::string sip_agent_of(const NodeSpec& node) {
  const Description* const description = description_of(node);
  return description == nullptr ? "" : description->sip_agent(node);
}

std::string smtp_name_of(const NodeSpec& node) {
  if (node.product == "cuc") return fmt::format("UnityMailer (version {}) ready", vos_build(node.tells));
  return node.product == "exchange" ? "Microsoft ESMTP MAIL Service ready" : "ESMTP";
}

std::string imap_name_of(const NodeSpec& node) {
  if (node.product == "cuc") return "UMSS IMAP4rev1 Server ready";
  return node.product == "exchange" ? "The Microsoft Exchange IMAP4 service is ready." : node.name + " ready";
}

std::string xmpp_mechanisms_of(const NodeSpec& node) {
  const std::string own = node.product == "imp" ? "<mechanism>CISCO-VTG-TOKEN</mechanism>" : "";
  return "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>" + own + "</mechanisms>";
}

}  // namespace ucready::lab

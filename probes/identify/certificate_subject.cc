// What the names in a certificate tell, where nobody said more. Phones carry their model and MAC address in the name
// that their maker or CAPF gave them; VOS systems name what they issue to themselves in a way of their own (facts of
// show cert and CTL listings; certificate regeneration guide, doc 214231); a fresh Expressway has a certificate of its
// "Temporary CA". None tells a release.
#include <algorithm>

#include "probes/identify/answer_text.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProducts[] = {"cucm", "imp", "cuc", "cer", "phone", "ata", "expressway-c", "expressway-e"};

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// The value of CN in a name as RFC 4514 writes it, without what would need escaping.
std::string_view common_name(std::string_view name) {
  const std::size_t at = begins_with(name, "CN=") ? 0 : name.find(",CN=");
  if (at == std::string_view::npos) return {};
  const std::string_view value = name.substr(at == 0 ? 3 : at + 4);
  return value.substr(0, value.find(','));
}

// "SEP0011AA22BB03" at its end: a phone's name is its MAC address.
bool ends_in_device_name(std::string_view name, std::string_view kind) {
  constexpr std::size_t kMac = 12;
  if (name.size() < kind.size() + kMac) return false;
  return name.substr(name.size() - kMac - kind.size(), kind.size()) == kind && is_hex(name.substr(name.size() - kMac));
}

// "hh-cucm-pub-EC.example.com": the name that a VOS system gives to the second kind of its certificates.
bool is_second_kind(const Certificate& leaf, std::string_view name) {
  const std::string_view host = name.substr(0, name.find('.'));
  return leaf.self_signed && leaf.key_type == "ecdsa" && host.ends_with("-EC");
}

Identity read(const Heard& heard) {
  for (const db::ChainObservation& chain : heard.seen.chains) {
    const Certificate& leaf = *chain.certificates.front();
    const std::string_view name = common_name(leaf.subject);
    if (ends_in_device_name(name, "SEP")) return {"phone", ""};
    if (ends_in_device_name(name, "ATA")) return {"ata", ""};
    if (name.starts_with("CAPF-") && is_hex(name.substr(5))) return {"cucm", ""};
    if (has_text(leaf.issuer, "CN=Temporary CA ")) return {"expressway-c,expressway-e", ""};
    if (is_second_kind(leaf, name)) {
      const std::string& protocol = heard.seen.key.protocol;
      const bool web = protocol == "https" || protocol == "smtp" || protocol == "imaps";
      return {web ? "cucm,imp,cuc,cer" : protocol == "xmpp-client" ? "imp" : "cucm,imp,cuc", ""};
    }
  }
  return {};
}

}  // namespace

extern const Method kCertificateMethod;
const Method kCertificateMethod = {
    .name = "certificate", .products = kProducts, .way = Method::Way::from_seen, .broad = true, .read = read};

}  // namespace ucready::probes

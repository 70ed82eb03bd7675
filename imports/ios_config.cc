#include "imports/ios_config.h"

#include <algorithm>

#include "core/ip_address.h"
#include "imports/pem_text.h"
#include "imports/text_parts.h"
#include "trust/certificate.h"

namespace ucready::imports {
namespace {

constexpr std::size_t kMostSections = 20'000;
constexpr std::uint16_t kSipTls = 5061;

std::string word_at(std::string_view text, std::size_t at) {
  const auto words = words_of(text);
  return at < words.size() ? std::string(words[at]) : std::string();
}

std::optional<Bytes> bytes_of(std::string_view hex) {
  Bytes bytes;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (hex.size() % 2 != 0) return std::nullopt;
  for (std::size_t n = 0; n + 1 < hex.size(); n += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit(hex[n]) * 16 + digit(hex[n + 1])));
  }
  return bytes;
}

void name_for_sip(std::set<std::string>& names, std::string_view text) {
  if (names.size() < kMostSections) names.insert(word_at(text, 0));
}

}  // namespace

bool IosConfig::line(std::string_view text, int number) {
  if (in_certificate_) return certificate_line(text, number);
  const bool inside = text.starts_with(' ');
  const std::string_view words = trimmed(text);
  if (words == "end" && !inside) begun_ = 0;
  if (words == "!" || words == "end" || words == "exit") return true;
  if (!inside) {
    section_ = std::string(words);
    chain_of_.clear();
    return top_line(words, number);
  }
  return section_line(words, number);
}

bool IosConfig::top_line(std::string_view text, int number) {
  if (starts_with_word(text, "hostname")) {
    host_ = lower(unquoted(word_at(text, 1)));
    told_.own(host_, number);
    begun_ = number;
  } else if (starts_with_word(text, "ip domain name") || starts_with_word(text, "ip domain-name")) {
    domain_ = lower(words_of(text).back());
    domain_line_ = number;
  } else if (starts_with_word(text, "system mode insecure")) {
    told_.fact("insecure_mode", "true", number);
  } else if (starts_with_word(text, "dial-peer voice")) {
    voice_ = true;
    voice_line_ = voice_line_ == 0 ? number : voice_line_;
    if (dial_peers_.size() < kMostSections)
      dial_peers_[word_at(text, 2)] = {.number = word_at(text, 2), .line = number};
  } else if (starts_with_word(text, "crypto pki certificate chain")) {
    chain_of_ = word_at(text, 4);
  } else if (starts_with_word(text, "crypto pki trustpoint")) {
    if (trustpoints_.size() < kMostSections) trustpoints_[word_at(text, 3)].line = number;
  } else if (starts_with_word(text, "voice class tls-profile")) {
    if (tls_profiles_.size() < kMostSections) tls_profiles_[word_at(text, 3)].line = number;
  } else if (starts_with_word(text, "voice service voip") || starts_with_word(text, "sip-ua") ||
             starts_with_word(text, "voice class server-group") || starts_with_word(text, "interface")) {
    return true;
  } else if (starts_with_word(text, "voice register global") || starts_with_word(text, "call-manager-fallback")) {
    voice_ = true;
    voice_line_ = voice_line_ == 0 ? number : voice_line_;
  } else if (starts_with_word(text, "media profile stream-service") ||
             starts_with_word(text, "voice class stream-service")) {
    told_.fact("websocket_forking", "true", number);
  } else {
    // "version 17.9" names the train alone: no release.
    if (starts_with_word(text, "Building configuration...") || starts_with_word(text, "Current configuration"))
      begun_ = number;
    return starts_with_word(text, "version") || starts_with_word(text, "Building configuration...") ||
           starts_with_word(text, "Current configuration");
  }
  return true;
}

bool IosConfig::section_line(std::string_view text, int number) {
  if (!chain_of_.empty()) {
    if (!starts_with_word(text, "certificate")) return false;
    in_certificate_ = true;
    is_authority_ = word_at(text, 1) == "ca";
    hex_.clear();
    return true;
  }
  if (starts_with_word(section_, "interface")) {
    if (!starts_with_word(text, "ip address")) return false;
    const auto address = parse_ip_address(word_at(text, 2));
    if (!address) return false;
    if (addresses_.size() < kMostSections) addresses_[lower(word_at(section_, 1))] = {to_text(*address), number};
    return true;
  }
  if (starts_with_word(section_, "voice class tls-profile")) return tls_profile_line(text);
  if (starts_with_word(section_, "voice class server-group")) {
    auto& group = groups_[word_at(section_, 3)];
    const std::string kind = word_at(text, 0);
    if ((kind != "ipv4" && kind != "ipv6" && kind != "dns") || group.size() >= kMostSections) return false;
    const auto port = after(text, " port ");
    group.push_back({lower(word_at(text, 1)),
                     static_cast<std::uint16_t>(number_in(port ? word_at(*port, 0) : "", 1, 65535).value_or(0))});
    return true;
  }
  if (starts_with_word(section_, "dial-peer voice")) return dial_peer_line(text);
  if (starts_with_word(section_, "sip-ua") || starts_with_word(section_, "voice service voip")) {
    return sip_line(text, number);
  }
  if (starts_with_word(section_, "crypto pki trustpoint") && starts_with_word(text, "match eku")) {
    told_.fact("match_eku", word_at(text, 2), number);
    return true;
  }
  return false;
}

bool IosConfig::sip_line(std::string_view text, int number) {
  if (const auto rest = after(text, "transport tcp tls"); rest && !starts_with_word(text, "session")) {
    const auto words = words_of(*rest);
    if (words.empty()) return true;
    told_.fact("transport_tls", std::string(words[0]) + (words.size() > 1 && words[1] == "minimum" ? "-minimum" : ""),
               number);
  } else if (starts_with_word(text, "crypto signaling")) {
    const auto trustpoint = after(text, " trustpoint ");
    const auto profile = after(text, " tls-profile ");
    if (trustpoint) name_for_sip(named_trustpoints_, *trustpoint);
    if (profile) name_for_sip(named_profiles_, *profile);
  } else if (starts_with_word(text, "sip-server")) {
    sip_server_ = word_at(text, 1);
  } else if (starts_with_word(text, "session transport tcp tls")) {
    default_transport_ = "tls";
  } else if (starts_with_word(text, "mode border-element") || starts_with_word(text, "allow-connections sip to sip")) {
    border_element_ = true;
    voice_line_ = number;
  } else if (starts_with_word(text, "bind control source-interface") ||
             starts_with_word(text, "bind all source-interface")) {
    bound_to_ = lower(word_at(text, 3));
  } else {
    return text == "sip";
  }
  return true;
}

bool IosConfig::dial_peer_line(std::string_view text) {
  const auto found = dial_peers_.find(word_at(section_, 2));
  if (found == dial_peers_.end()) return false;
  DialPeer& peer = found->second;
  if (starts_with_word(text, "session target")) {
    peer.target = word_at(text, 2);
  } else if (starts_with_word(text, "session protocol sipv2")) {
    peer.sip = true;
  } else if (starts_with_word(text, "session transport")) {
    peer.transport = text.ends_with("tls") ? "tls" : word_at(text, 2);
  } else if (starts_with_word(text, "session server-group")) {
    peer.group = word_at(text, 2);
  } else if (text == "shutdown") {
    peer.shut = true;
  } else if (const auto profile = after(text, "voice-class sip tls-profile ")) {
    name_for_sip(named_profiles_, *profile);
  } else if (starts_with_word(text, "voice-class sip bind control source-interface")) {
    if (bound_to_.empty()) bound_to_ = lower(word_at(text, 5));
  } else {
    return starts_with_word(text, "description");
  }
  return true;
}

bool IosConfig::tls_profile_line(std::string_view text) {
  TlsProfile& profile = tls_profiles_[word_at(section_, 3)];
  if (starts_with_word(text, "trustpoint")) {
    profile.trustpoint = word_at(text, 1);
  } else if (starts_with_word(text, "cn-san validate")) {
    profile.checks_names = true;
  } else if (starts_with_word(text, "cn-san")) {
    const std::string name = lower(word_at(text, 2));
    if (name.empty()) return false;
    if (profile.names.size() < kMostSections) profile.names.push_back(name);
  } else {
    return false;
  }
  return true;
}

// Lines of hex until "quit": DER.
bool IosConfig::certificate_line(std::string_view text, int number) {
  constexpr std::size_t kMostDigits = 131'072;
  const std::string_view words = trimmed(text);
  if (words == "quit") {
    finish_certificate(number);
    return true;
  }
  for (const char c : lower(words)) {
    if (c == ' ') continue;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (!hex || hex_.size() >= kMostDigits) {
      in_certificate_ = false;
      told_.trouble("line " + std::to_string(number) + ": the certificate of trustpoint " + chain_of_ +
                    " is broken off");
      trustpoints_.erase(chain_of_);
      return false;
    }
    hex_ += c;
  }
  return true;
}

void IosConfig::finish_certificate(int number) {
  in_certificate_ = false;
  const auto der = bytes_of(hex_);
  if (!der || der->empty()) return;  // Dumps without "brief" lack none; "show running-config brief" leaves them out.
  auto certificate = trust::read_certificate(*der);
  if (!certificate->defect.empty()) {
    told_.trouble("line " + std::to_string(number) + ": the certificate of trustpoint " + chain_of_ +
                  " cannot be read");
    return;
  }
  Trustpoint& trustpoint = trustpoints_[chain_of_];
  if (trustpoint.line == 0) trustpoint.line = number;
  (is_authority_ ? trustpoint.authorities : trustpoint.own).push_back(std::move(certificate));
}

void IosConfig::add_certificate(const std::string& trustpoint, CertificatePtr certificate, int number) {
  Trustpoint& known = trustpoints_[trustpoint];
  if (known.line == 0) known.line = number;
  auto& where = certificate->is_ca ? known.authorities : known.own;
  const bool is_there =
      std::ranges::any_of(where, [&](const CertificatePtr& one) { return one->sha256 == certificate->sha256; });
  if (!is_there) where.push_back(std::move(certificate));
}

std::optional<IosConfig::Host> IosConfig::host_of(std::string_view target) {
  for (const std::string_view kind : {"ipv4:", "ipv6:", "dns:"}) {
    if (!target.starts_with(kind)) continue;
    std::string_view rest = target.substr(kind.size());
    std::string_view port;
    if (rest.starts_with('[')) {
      const std::size_t end = rest.find(']');
      if (end == std::string_view::npos) return std::nullopt;
      port = rest.substr(end + 1);
      rest = rest.substr(1, end - 1);
    } else if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos) {
      port = rest.substr(colon);
      rest = rest.substr(0, colon);
    }
    if (port.starts_with(':')) port.remove_prefix(1);
    return Host{lower(rest), static_cast<std::uint16_t>(number_in(port, 1, 65535).value_or(0))};
  }
  return std::nullopt;
}

std::string IosConfig::presented() const {
  std::set<std::string> names = named_trustpoints_;
  for (const std::string& profile : named_profiles_) {
    const auto found = tls_profiles_.find(profile);
    names.insert(found == tls_profiles_.end() ? "" : found->second.trustpoint);
  }
  return names.size() == 1 ? *names.begin() : "";
}

// Every router checks its peers against the authorities of all its trustpoints.
void IosConfig::tell_trust() {
  ToldStore store{"trustpoint", {}, 0};
  for (const auto& [name, trustpoint] : trustpoints_) {
    for (const CertificatePtr& authority : trustpoint.authorities) {
      if (store.line == 0) store.line = trustpoint.line;
      store.entries.push_back(trusted(authority, told_.path + "#" + name));
    }
  }
  const std::string shown = presented();
  const auto own = std::ranges::count_if(trustpoints_, [](const auto& one) { return !one.second.own.empty(); });
  for (const auto& [name, trustpoint] : trustpoints_) {
    if (trustpoint.own.empty() || (shown.empty() ? own > 1 : name != shown)) continue;
    std::vector<CertificatePtr> chain = {trustpoint.own.front()};
    complete_chain(chain, store.entries);
    told_.identities.push_back({"trustpoint", std::move(chain), trustpoint.line});
  }
  if (shown.empty() && own > 1) {
    told_.notes.emplace_back(
        "several trustpoints have a certificate, and none is the one for all of SIP; which is presented is left "
        "unknown");
  }
  if (!store.entries.empty()) told_.stores.push_back(std::move(store));
}

void IosConfig::tell_address() {
  const auto bound = addresses_.find(bound_to_);
  for (const auto& [name, address] : addresses_) {
    const bool main = bound != addresses_.end() ? name == bound_to_ : addresses_.size() == 1;
    told_.fact(main ? "address" : "alias", address.first, address.second);
  }
  if (!host_.empty() && !domain_.empty()) told_.fact("fqdn", host_ + "." + domain_, domain_line_);
}

// Names of cn-san: those that a peer's certificate must have one of, where one profile holds for all peers.
void IosConfig::tell_names() {
  if (named_profiles_.size() != 1 || !named_trustpoints_.empty()) return;
  const auto found = tls_profiles_.find(*named_profiles_.begin());
  if (found == tls_profiles_.end() || !found->second.checks_names || found->second.names.empty()) return;
  std::string names;
  for (const std::string& name : found->second.names) names += (names.empty() ? "" : ",") + name;
  told_.facts.push_back({"", "sip", 0, "authorised_subjects", names, found->second.line});
  told_.facts.push_back({"", "", kSipTls, "authorised_subjects", names, found->second.line});
}

void IosConfig::tell_dial_peers() {
  for (const auto& [number, peer] : dial_peers_) {
    if (!peer.sip || peer.shut) continue;
    if (!peer.group.empty()) {
      if (const auto group = groups_.find(peer.group); group != groups_.end()) tell_dial_peer(peer, group->second);
      continue;
    }
    if (const auto host = host_of(peer.target == "sip-server" ? sip_server_ : peer.target))
      tell_dial_peer(peer, {*host});
  }
}

void IosConfig::tell_dial_peer(const DialPeer& peer, const std::vector<Host>& hosts) {
  const bool tls = (peer.transport.empty() ? default_transport_ : peer.transport) == "tls";
  for (const Host& host : hosts) {
    ToldHop hop;
    hop.name = "dial-peer " + peer.number;
    hop.service = "sip";
    hop.host = host.name;
    hop.port = host.port != 0 ? host.port : tls ? kSipTls : std::uint16_t{5060};
    hop.protocol = "sip-tls";
    hop.security = tls ? "encrypted" : "nonsecure";
    hop.line = peer.line;
    told_.hop(std::move(hop));
  }
}

void IosConfig::finish(bool whole) {
  if (begun_ > 0) {
    told_.trouble("line " + std::to_string(begun_) +
                  ": the configuration has no 'end' and may be cut off; its certificates and trust are left out");
    whole = false;
  }
  if (in_certificate_) {
    told_.trouble("ends within a certificate of trustpoint " + chain_of_);
    trustpoints_.erase(chain_of_);
  }
  if (border_element_ || voice_) told_.fact("product", border_element_ ? "cube" : "ios-gateway", voice_line_);
  tell_address();
  if (whole) tell_trust();
  if (whole) tell_names();
  tell_dial_peers();
}

}  // namespace ucready::imports

// Expressway: xConfiguration and xStatus, as typed at its command line or as its diagnostic archive dumps them
// (xconf_dump_*.txt, xstat_dump_*.txt). A line is a path of words, a colon and a value, mostly in quotes; xStatus is
// indented instead on older releases. The keys are of field memory where docs/import.md says so.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "core/ip_address.h"
#include "imports/importer.h"
#include "imports/text_lines.h"
#include "imports/text_parts.h"

namespace ucready::imports {

extern const Importer kExpressway;

namespace {

constexpr std::size_t kMostZones = 10'000;
constexpr std::size_t kMostPeers = 100;

struct Zone {
  std::string name;
  std::string type;
  std::string port;
  std::string transport;
  std::string verify;
  std::map<int, std::string> peers;
  int line = 0;
};

struct Entry {
  std::string path;  // "sip advanced siptlsversions"
  std::string_view value;
  int line = 0;
};

bool is_on(std::string_view value) { return lower(value) == "on" || lower(value) == "true"; }

class Reader {
 public:
  explicit Reader(Told& told) : told_(told) {}

  void read(PeekedSource& source) {
    TextLines lines(source);
    for (TextLine line; lines.next(line);) {
      ++told_.lines;
      const std::string_view text = trimmed(line.text);
      if (text.empty() || text == "OK" || text == "** end" || text.starts_with("*c/end") ||
          text.starts_with("*s/end")) {
        continue;
      }
      if (!line.has_end) {
        told_.may_be_cut(text, line.number);
        cut_ = true;
      } else if (!take(line)) {
        told_.not_understood(text, line.number);
      }
    }
    if (!source.fault().empty()) told_.trouble(source.fault());
    finish();
  }

 private:
  // False: it makes no sense of the line.
  bool take(const TextLine& line) {
    std::string_view text = trimmed(line.text);
    for (const std::string_view mark : {"*c ", "*s ", "*C ", "*S "}) {
      if (text.starts_with(mark)) text = trimmed(text.substr(mark.size()));
    }
    if (starts_with_word(text, "xConfiguration")) return take_entry(text.substr(14), line.number, true);
    if (starts_with_word(text, "xStatus")) return take_entry(text.substr(7), line.number, false);
    return take_indented(line, text);
  }

  bool take_entry(std::string_view text, int number, bool configuration) {
    const std::size_t colon = text.find(": ");
    if (colon == std::string_view::npos) return text.ends_with(':');
    const Entry entry{lower(trimmed(text.substr(0, colon))), unquoted(text.substr(colon + 2)), number};
    return configuration ? take_configuration(entry) : take_status(entry);
  }

  // "*s SystemUnit:" and below it, two blanks deeper at each level, "Version: ...".
  bool take_indented(const TextLine& line, std::string_view text) {
    const std::size_t depth = line.text.starts_with('*') ? 0 : line.text.find_first_not_of(' ');
    while (!levels_.empty() && (levels_.back().first >= depth)) levels_.pop_back();
    constexpr std::size_t kDeepest = 32;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || levels_.size() >= kDeepest) return false;
    const std::string key = lower(trimmed(text.substr(0, colon)));
    const std::string_view value = unquoted(text.substr(colon + 1));
    if (value.empty()) {
      if (depth > 0 && levels_.empty()) return false;
      levels_.emplace_back(depth, key);
      return true;
    }
    std::string path;
    for (const auto& [level, name] : levels_) path += name + " ";
    return !levels_.empty() && take_status({path + key, value, line.number});
  }

  bool take_status(const Entry& entry) {
    if (entry.path == "systemunit software version") {
      told_.fact("release", std::string(entry.value.substr(0, entry.value.find(' '))), entry.line);
    } else if (entry.path == "systemunit name" || entry.path == "systemunit software name") {
      if (entry.path == "systemunit name") told_.own(lower(entry.value), entry.line);
    } else if (entry.path.starts_with("ethernet ") && entry.path.ends_with("ipv4 address")) {
      address(entry);
    } else {
      return false;
    }
    return true;
  }

  bool take_configuration(const Entry& entry) {
    if (entry.path.starts_with("zones zone ")) return take_zone(entry);
    if (entry.path.starts_with("ciphers ")) return take_ciphers(entry);
    if (entry.path.starts_with("ethernet ") && entry.path.ends_with("ip v4 address")) return address(entry);
    if (entry.path.starts_with("alternates peer ") && entry.path.ends_with(" address")) {
      if (!entry.value.empty()) told_.fact("peer_address", std::string(entry.value), entry.line);
      return true;
    }
    struct Known {
      std::string_view path;
      std::string_view setting;
    };
    constexpr Known kSwitches[] = {
        {"edgeconfigserver verifyoriginserver", "verify_origin_server"},
        {"sip advanced tlssignaturealgoprefrsa", "sip_signature_algorithms_prefer_rsa"},
        {"sip tls certificate extendedkeyusage checking mode", "eku_checking"},
    };
    for (const Known& known : kSwitches) {
      if (entry.path != known.path) continue;
      told_.fact(std::string(known.setting), is_on(entry.value) ? "true" : "false", entry.line);
      return true;
    }
    if (entry.path == "systemunit name" || entry.path == "ip dns hostname") {
      // The system's name is free text, its DNS name is what others know it by.
      (entry.path == "ip dns hostname" ? host_ : system_) = {lower(entry.value), entry.line};
    } else if (entry.path == "ip dns domain name") {
      domain_ = lower(entry.value);
      domain_line_ = entry.line;
    } else if (entry.path == "alternates cluster name") {
      told_.fact("cluster_name", lower(entry.value), entry.line);
    } else if (entry.path == "sip advanced siptlsversions") {
      take_sip_versions(entry);
    } else if (entry.path == "sip advanced siptlsdhkeysize") {
      told_.fact("sip_dh_bits", std::string(entry.value), entry.line);
    } else if (entry.path.starts_with("login remote ldap ")) {
      directory_[entry.path.substr(std::string_view("login remote ldap ").size())] = {std::string(entry.value),
                                                                                      entry.line};
    } else {
      return false;
    }
    return true;
  }

  bool address(const Entry& entry) {
    const auto parsed = parse_ip_address(entry.value);
    if (!parsed) return entry.value.empty();
    if (addresses_.insert(to_text(*parsed)).second) {
      told_.fact(addresses_.size() == 1 ? "address" : "alias", to_text(*parsed), entry.line);
    }
    return true;
  }

  // "TLSv1.2:TLSv1.3": these and no others.
  void take_sip_versions(const Entry& entry) {
    std::set<std::string> versions;
    std::string_view rest = entry.value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(':'), rest.size());
      if (const std::string version = tls_version(rest.substr(0, end)); !version.empty()) versions.insert(version);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (versions.empty()) return;
    const auto tell = [&](const std::string& service, int port) {
      told_.facts.push_back({"", service, port, "tls_min", *versions.begin(), entry.line});
      told_.facts.push_back({"", service, port, "tls_max", *versions.rbegin(), entry.line});
    };
    tell("sip-zone", 0);
    for (const int port : {5061, 5062, 7001}) tell("", port);
  }

  // "ciphers siptlsciphers value", "ciphers siptlsprotocols value"
  bool take_ciphers(const Entry& entry) {
    struct Known {
      std::string_view begins;
      std::string_view service;
    };
    constexpr Known kServices[] = {{"ciphers siptls", "sip-zone"},
                                   {"ciphers reverseproxytls", "traffic-server"},
                                   {"ciphers ucclienttls", "uc-discovery"},
                                   {"ciphers xcptls", "xmpp"},
                                   {"ciphers ldaptls", "ldap"},
                                   {"ciphers smtptls", "smtp"},
                                   {"ciphers https", "https"}};
    const auto* const known =
        std::ranges::find_if(kServices, [&](const Known& one) { return entry.path.starts_with(one.begins); });
    if (known == std::end(kServices)) return false;
    const std::string service(known->service);
    if (entry.path.find("ciphers value") != std::string::npos) {
      told_.fact("ciphers", std::string(entry.value), entry.line, "", service);
    } else if (entry.path.find("protocols value") != std::string::npos && entry.value.starts_with("min")) {
      told_.fact("tls_min", tls_version(entry.value.substr(3)), entry.line, "", service);
    } else {
      return false;
    }
    return true;
  }

  bool take_zone(const Entry& entry) {
    const auto words = words_of(entry.path);
    if (words.size() < 4) return false;
    const auto number = number_in(words[2], 0, 1'000'000);
    if (!number || (zones_.size() >= kMostZones && !zones_.contains(*number))) return false;
    Zone& zone = zones_[*number];
    if (zone.line == 0) zone.line = entry.line;
    const std::string_view key =
        std::string_view(entry.path).substr(static_cast<std::size_t>(words[3].data() - entry.path.data()));
    const auto ends = [&](std::string_view words_at_end) { return key.ends_with(words_at_end); };
    if (key == "name") {
      zone.name = std::string(entry.value);
      zone.line = entry.line;
    } else if (key == "type") {
      zone.type = lower(entry.value);
    } else if (ends("sip port") && (key.starts_with("neighbor") || key.starts_with("traversalclient"))) {
      zone.port = std::string(entry.value);
    } else if (ends("sip transport")) {
      zone.transport = lower(entry.value);
    } else if (ends("tls verify mode")) {
      zone.verify = lower(entry.value);
    } else if (ends(" address") && key.find(" peer ") != std::string_view::npos) {
      const auto peer = number_in(words_of(*after(key, " peer ")).front(), 1, 1000);
      if (!peer || zone.peers.size() >= kMostPeers) return false;
      if (!entry.value.empty()) zone.peers[*peer] = std::string(entry.value);
    } else {
      return false;
    }
    return true;
  }

  void finish() {
    const auto& [host, host_line] = host_.first.empty() ? system_ : host_;
    told_.own(host, host_line);
    if (!host.empty() && !domain_.empty()) told_.fact("fqdn", host + "." + domain_, domain_line_);
    std::set<std::string> verified;
    int verified_line = 0;
    for (const auto& [number, zone] : zones_) {
      tell_product(zone);
      tell_hops(zone);
      if (!zone.verify.empty() && !zone.peers.empty()) {
        verified.insert(is_on(zone.verify) ? "true" : "false");
        verified_line = zone.line;
      }
    }
    if (verified.size() == 1 && !cut_) told_.fact("tls_verify", *verified.begin(), verified_line);
    if (verified.size() > 1) {
      told_.notes.push_back(
          "some zones verify their peers and some do not; which, a site file cannot say zone by zone, so "
          "verification is left unknown");
    }
    tell_directory();
  }

  void tell_product(const Zone& zone) {
    if (zone.type == "traversalclient") told_.fact("product", "expressway-c", zone.line);
    if (zone.type == "traversalserver") told_.fact("product", "expressway-e", zone.line);
  }

  // Zones of neighbours and the way out to the E call; a zone for those who come in calls nobody.
  void tell_hops(const Zone& zone) {
    if (zone.type == "traversalserver" || zone.type == "dns" || zone.type == "enum" || zone.type == "default") return;
    const auto port = number_in(zone.port, 1, 65535);
    if (!port) return;
    ToldHop hop;
    hop.name = zone.name;
    hop.service = "sip-zone";
    hop.port = static_cast<std::uint16_t>(*port);
    hop.protocol = "sip-tls";
    hop.security = zone.transport.empty() || zone.transport == "tls" ? "encrypted" : "nonsecure";
    if (zone.transport.empty() && zone.type != "traversalclient" && *port != 5061) return;
    hop.line = zone.line;
    for (const auto& [peer, address] : zone.peers) {
      hop.host = lower(address);
      told_.hop(hop);
    }
    tell_remote_access(zone);
  }

  // Expressway makes a zone CEtls-NAME or CEOAuth-NAME for each CUCM node that it serves remote endpoints with; it then
  // fetches their configuration from that node as well (docs/sources.md, EXP).
  void tell_remote_access(const Zone& zone) {
    const bool made =
        zone.name.starts_with("CEtls-") || zone.name.starts_with("CEOAuth-") || zone.name.starts_with("CEtcp-");
    if (!made || zone.peers.empty()) return;
    told_.fact("product", "expressway-c", zone.line);
    constexpr std::pair<std::uint16_t, std::string_view> kFetches[] = {
        {6971, "tftp-https"}, {6972, "tftp-https"}, {8443, "https"}};
    for (const auto& [peer, address] : zone.peers) {
      if (!served_.insert(lower(address)).second) continue;
      for (const auto& [port, protocol] : kFetches) {
        ToldHop hop;
        hop.name = zone.name;
        hop.service = "traffic-server";
        hop.host = lower(address);
        hop.port = port;
        hop.protocol = std::string(protocol);
        hop.line = zone.line;
        told_.hop(std::move(hop));
      }
    }
  }

  void tell_directory() {
    const auto value = [&](const char* key) {
      const auto found = directory_.find(key);
      return found == directory_.end() ? std::string() : found->second.first;
    };
    ToldHop hop;
    hop.name = "login";
    hop.service = "ldap";
    hop.server_product = "ldap";
    hop.host = lower(value("server address"));
    hop.port = static_cast<std::uint16_t>(number_in(value("server port"), 1, 65535).value_or(0));
    hop.protocol = hop.port == 636 || hop.port == 3269 ? "ldaps" : "ldap";
    hop.security = lower(value("encryption")) == "tls" ? "encrypted" : "nonsecure";
    if (value("encryption").empty() || hop.host.empty()) return;
    hop.line = directory_.at("server address").second;
    told_.hop(std::move(hop));
  }

  Told& told_;
  bool cut_ = false;  // Zones may be missing.
  std::pair<std::string, int> host_;
  std::pair<std::string, int> system_;
  std::string domain_;
  int domain_line_ = 0;
  std::set<std::string> addresses_;
  std::set<std::string> served_;
  std::map<int, Zone> zones_;
  std::map<std::string, std::pair<std::string, int>, std::less<>> directory_;
  std::vector<std::pair<std::size_t, std::string>> levels_;
};

void read(PeekedSource& source, Told& told) { Reader(told).read(source); }

bool recognises(std::string_view head) {
  return has_line_with(head, "*c xConfiguration ") || has_line_with(head, "xConfiguration ") ||
         has_line_with(head, "*s SystemUnit:") || has_line_with(head, "*s xStatus ") || has_line_with(head, "xStatus ");
}

}  // namespace

const Importer kExpressway = {"expressway", "Expressway: xConfiguration or xStatus", recognises, read};

}  // namespace ucready::imports

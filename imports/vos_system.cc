// What a VOS node says of itself: name, address, product, release, minimum version, modes.
#include "core/ip_address.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {
namespace {

class TlsMinimum final : public CommandOutput {
 public:
  explicit TlsMinimum(Told& told) : told_(told) {}
  // "Configured TLS minimum version is 1.0"
  bool line(std::string_view text, int number) override {
    const auto version = after(text, "minimum version is");
    if (!version) return false;
    std::string_view word = *version;
    while (word.ends_with('.')) word.remove_suffix(1);
    const std::string value = tls_version(word);
    told_.fact("tls_min", value, number);
    return !value.empty();
  }

 private:
  Told& told_;
};

class Version final : public CommandOutput {
 public:
  explicit Version(Told& told) : told_(told) {}
  // "Active Master Version: 14.0.1.13900-155", then names of COP files, which are let go.
  bool line(std::string_view text, int number) override {
    if (const auto version = after(text, "Active Master Version:")) {
      told_.fact("release", std::string(*version), number);
      seen_ = true;
      return true;
    }
    return seen_;
  }

 private:
  Told& told_;
  bool seen_ = false;
};

class Status final : public CommandOutput {
 public:
  explicit Status(Told& told) : told_(told) {}
  // "Host Name          : hh-cucm-pub" and two dozen figures.
  bool line(std::string_view text, int number) override {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return true;
    const std::string_view key = trimmed(text.substr(0, colon));
    const std::string_view value = trimmed(text.substr(colon + 1));
    if (key == "Host Name") {
      told_.own(lower(value), number);
    }
    return true;
  }

 private:
  Told& told_;
};

// show network cluster: "10.0.0.11 hq-pub.example.com hq-pub Publisher callmanager DBPub authenticated ..."
class NetworkCluster final : public CommandOutput {
 public:
  explicit NetworkCluster(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    const auto words = words_of(text);
    if (words.empty() || !parse_ip_address(words.front())) {
      in_table_ = in_table_ || text.find("processnode") != std::string_view::npos;
      return true;  // Headings, rules, and the table of bare addresses behind them.
    }
    if (words.size() < 5) return in_table_ || words.size() == 1;
    const std::string node = lower(words[2]);
    const std::string role = lower(words[3]);
    if (role != "publisher" && role != "subscriber") return false;
    const std::string duty = lower(words[4]);
    told_.fact("address", std::string(words[0]), number, node);
    told_.fact("fqdn", lower(words[1]), number, node);
    told_.fact("role", role, number, node);
    told_.fact("product",
               duty == "callmanager" ? "cucm"
               : duty == "cups"      ? "imp"
               : duty == "cuc"       ? "cuc"
                                     : "",
               number, node);
    return true;
  }

 private:
  Told& told_;
  bool in_table_ = false;
};

// show network eth0: "IP Address      : 10.0.0.11 , IP Mask     : 255.255.255.0" and "Domain          : example.com"
class NetworkInterface final : public CommandOutput {
 public:
  explicit NetworkInterface(Told& told) : told_(told) {}

  bool line(std::string_view text, int number) override {
    if (const auto rest = after(text, "IP Address"); rest && rest->starts_with(':')) {
      std::string_view address = trimmed(rest->substr(1));
      address = address.substr(0, address.find_first_of(" ,"));
      if (const auto parsed = parse_ip_address(address)) told_.fact("address", to_text(*parsed), number);
    } else if (const auto domain = after(text, "Domain"); domain && domain->starts_with(':')) {
      told_.fact("domain_name", lower(trimmed(domain->substr(1))), number);
    } else if (const auto host = after(text, "Hostname"); host && host->starts_with(':')) {
      told_.own(lower(trimmed(host->substr(1))), number);
    }
    return true;
  }

 private:
  Told& told_;
};

class Mode final : public CommandOutput {
 public:
  Mode(std::string_view setting, std::string_view begins, Told& told)
      : setting_(setting), begins_(begins), told_(told) {}

  bool line(std::string_view text, int number) override {
    if (!after(text, begins_)) return true;
    // "The system is NOT operating in FIPS mode.", "Common Criteria mode is enabled."
    const std::string said = lower(text);
    const bool off = said.find(" not ") != std::string::npos || said.find("disabled") != std::string::npos;
    const bool on = said.find("operating in") != std::string::npos || said.find("enabled") != std::string::npos;
    if (!off && !on) return false;
    told_.fact(std::string(setting_), off ? "false" : "true", number);
    return true;
  }

 private:
  std::string_view setting_;
  std::string_view begins_;
  Told& told_;
};

}  // namespace

std::unique_ptr<CommandOutput> make_tls_minimum(std::string_view, int, Told& told) {
  return std::make_unique<TlsMinimum>(told);
}
std::unique_ptr<CommandOutput> make_version(std::string_view, int, Told& told) {
  return std::make_unique<Version>(told);
}
std::unique_ptr<CommandOutput> make_status(std::string_view, int, Told& told) { return std::make_unique<Status>(told); }
std::unique_ptr<CommandOutput> make_network(std::string_view arguments, int, Told& told) {
  if (starts_with_word(arguments, "cluster")) return std::make_unique<NetworkCluster>(told);
  return std::make_unique<NetworkInterface>(told);
}
std::unique_ptr<CommandOutput> make_fips(std::string_view, int, Told& told) {
  return std::make_unique<Mode>("fips", "fips mode", told);
}
std::unique_ptr<CommandOutput> make_common_criteria(std::string_view, int, Told& told) {
  return std::make_unique<Mode>("common_criteria", "common criteria", told);
}

}  // namespace ucready::imports

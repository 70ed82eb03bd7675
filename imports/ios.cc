// Logs of a router with IOS or IOS XE: the running configuration, what a few commands print, and its syslog, in any
// mixture.
#include <algorithm>

#include "imports/importer.h"
#include "imports/ios_config.h"
#include "imports/ios_connections.h"
#include "imports/pem_text.h"
#include "imports/text_lines.h"
#include "imports/text_parts.h"

namespace ucready::imports {

extern const Importer kIos;

namespace {

// "hh-cube1#show version": the router's name and the command; also behind ">" where nobody is enabled.
struct Prompt {
  std::string host;
  std::string_view command;
};
std::optional<Prompt> prompt_in(std::string_view line) {
  const std::size_t end = line.find_first_of("#>");
  if (end == std::string_view::npos || end == 0 || end > 63) return std::nullopt;
  const std::string_view host = line.substr(0, end);
  const bool is_name = std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  const std::string_view command = trimmed(line.substr(end + 1));
  if (!is_name || (!command.empty() && !starts_with_word(command, "show") && !starts_with_word(command, "sh") &&
                   !starts_with_word(command, "terminal") && !starts_with_word(command, "exit"))) {
    return std::nullopt;
  }
  return Prompt{lower(host), command};
}

class Reader {
 public:
  explicit Reader(Told& told) : told_(told), config_(told), connections_(told) {}

  void read(PeekedSource& source) {
    TextLines lines(source);
    for (TextLine line; lines.next(line);) {
      ++told_.lines;
      if (trimmed(line.text).empty()) continue;
      if (const auto prompt = prompt_in(line.text)) {
        told_.own(prompt->host, line.number);
        listing_ = 0;
        continue;
      }
      if (!line.has_end && trimmed(line.text) != "end") {
        told_.may_be_cut(line.text, line.number);
        continue;
      }
      if (!take(line.text, line.number)) told_.not_understood(line.text, line.number);
    }
    if (listing_ > 0) {
      told_.trouble("line " + std::to_string(listing_) +
                    ": no prompt follows the certificates, so some may be cut off; the store is left out, for it is "
                    "not known whole");
    }
    config_.finish(listing_ == 0);
    if (!source.fault().empty()) told_.trouble(source.fault());
  }

 private:
  bool take(std::string_view text, int number) {
    if (text.find("%SIP-2-TLS_HANDSHAKE_FAILED") != std::string_view::npos) {
      return take_handshake_failure(text, number, told_);
    }
    if (take_pem(text, number) || take_version(text, number) || connections_.line(text, number)) return true;
    return config_.line(text, number);
  }

  // "------Trustpoint: CUBE-TP------", then its certificates.
  bool take_pem(std::string_view text, int number) {
    if (const auto name = after(text, "Trustpoint:"); name && text.starts_with('-')) {
      listing_ = number;
      // A name may hold dashes; only those at the end are the frame's.
      std::string_view whole = *name;
      while (whole.ends_with('-')) whole.remove_suffix(1);
      trustpoint_ = std::string(trimmed(whole));
      return true;
    }
    switch (pem_.line(text)) {
      case PemCollector::State::outside:
        return text.starts_with("% ") && !trustpoint_.empty();
      case PemCollector::State::inside:
        return true;
      case PemCollector::State::whole:
        break;
    }
    const std::string block = pem_.take();
    const auto certificates = certificates_in(block);
    if (!certificates) {
      told_.trouble("line " + std::to_string(number) + ": a certificate of trustpoint " + trustpoint_ +
                    " cannot be read");
      return true;
    }
    for (const CertificatePtr& certificate : *certificates) config_.add_certificate(trustpoint_, certificate, number);
    return true;
  }

  // "Cisco IOS XE Software, Version 17.09.04a"; "cisco ISR4451-X/K9 (OVLD-2RU) processor with ..."
  bool take_version(std::string_view text, int number) {
    if (const auto version = after(text, "Cisco IOS XE Software, Version")) {
      told_.fact("release", without_zeros(version->substr(0, version->find_first_of(" ,"))), number);
      return true;
    }
    if (text.starts_with("cisco ") && after(text, " processor")) {
      const std::string_view model = words_of(text)[1];
      told_.fact("model", std::string(model.substr(0, model.find('/'))), number);
      return true;
    }
    if (const auto up = after(text, " uptime is")) {
      told_.own(lower(words_of(text).front()), number);
      return true;
    }
    return false;
  }

  // 17.09.04a is 17.9.4a.
  static std::string without_zeros(std::string_view text) {
    std::string out;
    for (std::size_t n = 0; n < text.size(); ++n) {
      const bool leads = n == 0 || text[n - 1] == '.';
      const bool more = n + 1 < text.size() && text[n + 1] >= '0' && text[n + 1] <= '9';
      if (text[n] == '0' && leads && more) continue;
      out += text[n];
    }
    return out;
  }

  Told& told_;
  IosConfig config_;
  IosConnections connections_;
  PemCollector pem_;
  std::string trustpoint_;
  int listing_ = 0;  // Line of the last trustpoint that is listed, while no prompt has followed.
};

void read(PeekedSource& source, Told& told) { Reader(told).read(source); }

bool recognises(std::string_view head) {
  if (head.find("%SIP-2-TLS_HANDSHAKE_FAILED") != std::string_view::npos || after(head, "Cisco IOS XE Software") ||
      after(head, "Trustpoint:") || after(head, "Remote-Agent:")) {
    return true;
  }
  return (has_line_with(head, "hostname ") || has_line_with(head, "Building configuration")) &&
         (has_line_with(head, "interface ") || has_line_with(head, "version ") || has_line_with(head, "service "));
}

}  // namespace

const Importer kIos = {"ios", "running configuration and command output of CUBE, gateways and SRST", recognises, read};

}  // namespace ucready::imports

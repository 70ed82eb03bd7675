#include "imports/ios_connections.h"

#include <algorithm>
#include <array>

#include "core/ip_address.h"
#include "imports/text_parts.h"

namespace ucready::imports {
namespace {

constexpr std::uint16_t kSipTls = 5061;
constexpr std::uint16_t kFirstEphemeral = 11'000;  // Routers take theirs from about there.

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};

// "10.0.0.5:5061", "[2001:db8::5]:5061", "10.0.0.5"
HostPort host_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[') && text.find(']') != std::string_view::npos) {
    host = text.substr(1, text.find(']') - 1);
    port = text.substr(text.find(']') + 1);
    if (port.starts_with(':')) port.remove_prefix(1);
  } else if (std::ranges::count(text, ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
  }
  const auto address = parse_ip_address(host);
  if (!address) return {};
  return {to_text(*address), static_cast<std::uint16_t>(number_in(port, 1, 65535).value_or(0))};
}

// Who called: he whose port is none that SIP is listened on.
std::optional<bool> is_outgoing(std::uint16_t peer_port, std::uint16_t local_port) {
  if (local_port == kSipTls && peer_port != kSipTls) return false;
  if (peer_port == kSipTls && local_port != kSipTls) return true;
  if (local_port == 0 || peer_port == 0) return std::nullopt;
  if (local_port < kFirstEphemeral && peer_port >= kFirstEphemeral) return false;
  if (peer_port < kFirstEphemeral && local_port >= kFirstEphemeral) return true;
  return std::nullopt;
}

// Alerts as OpenSSL writes them: "tlsv1 alert protocol version", "sslv3 alert handshake failure".
std::string alert_in(std::string_view reason) {
  const auto words = after(reason, "alert ");
  if (!words) return {};
  constexpr std::array<std::string_view, 18> kAlerts = {"protocol_version",    "unknown_ca",
                                                        "handshake_failure",   "bad_certificate",
                                                        "certificate_unknown", "certificate_expired",
                                                        "certificate_revoked", "certificate_required",
                                                        "decrypt_error",       "decode_error",
                                                        "internal_error",      "insufficient_security",
                                                        "illegal_parameter",   "unsupported_certificate",
                                                        "access_denied",       "no_renegotiation",
                                                        "unexpected_message",  "inappropriate_fallback"};
  for (const std::string_view alert : kAlerts) {
    std::string spoken(alert);
    std::ranges::replace(spoken, '_', ' ');
    if (lower(*words).starts_with(spoken)) return std::string(alert);
  }
  return {};
}

}  // namespace

bool IosConnections::line(std::string_view text, int number) {
  if (const auto agent = after(text, "Remote-Agent:")) {
    agent_ = host_port(agent->substr(0, agent->find_first_of(", "))).host;
    return true;
  }
  const auto words = words_of(text);
  const auto state = std::ranges::find(words, "Established");
  if (agent_.empty() || state == words.end() || words.size() < 6) return false;
  const auto peer_port = number_in(words.front(), 1, 65535);
  if (!peer_port) return false;
  ToldSession session;
  session.peer = agent_;
  session.peer_port = static_cast<std::uint16_t>(*peer_port);
  session.line = number;
  for (auto word = state + 1; word != words.end(); ++word) {
    if (const HostPort local = host_port(*word); !local.host.empty()) {
      session.local = local.host;
      session.local_port = local.port;
    } else if (const std::string version = tls_version(*word); word->starts_with("TLS") && !version.empty()) {
      session.version = version;
    } else if (word->find('-') != std::string_view::npos && word->starts_with("P-")) {
      session.group = *word;
    } else if (session.cipher.empty() && !session.version.empty() && word->size() > 6) {
      session.cipher = word->substr(0, word->find(':'));
      if (word->ends_with(":RSA")) session.key_type = "rsa";
      if (word->ends_with(":ECDSA")) session.key_type = "ecdsa";
    }
  }
  const auto outgoing = is_outgoing(session.peer_port, session.local_port);
  if (!outgoing || session.version.empty()) return false;
  session.outgoing = *outgoing;
  if (told_.sessions.size() < kMostTold) told_.sessions.push_back(std::move(session));
  return true;
}

bool take_handshake_failure(std::string_view text, int number, Told& told) {
  const auto rest = after(text, "TLS_HANDSHAKE_FAILED");
  if (!rest) return false;
  // Addresses and ports under whatever names a release gives them.
  std::string_view reason = after(*rest, "Reason:").value_or("");
  HostPort remote;
  HostPort local;
  std::string split(*rest);
  std::ranges::replace_if(
      split, [](char c) { return c == ',' || c == ';' || c == '(' || c == ')'; }, ' ');
  std::string last;
  for (const std::string_view word : words_of(split)) {
    const std::size_t sign = word.find_first_of("=");
    const std::string key = lower(sign == std::string_view::npos ? last : word.substr(0, sign));
    const std::string_view value = sign == std::string_view::npos ? word : word.substr(sign + 1);
    HostPort* const end = key.find("local") != std::string::npos                                             ? &local
                          : key.find("remote") != std::string::npos || key.find("peer") != std::string::npos ? &remote
                                                                                                             : nullptr;
    if (end != nullptr) {
      if (const HostPort found = host_port(value); !found.host.empty()) {
        end->host = found.host;
        if (found.port != 0) end->port = found.port;
      } else if (const auto port = number_in(value, 1, 65535)) {
        end->port = static_cast<std::uint16_t>(*port);
      }
    }
    last = word;
  }
  const auto outgoing = is_outgoing(remote.port, local.port);
  if (remote.host.empty() || !outgoing || told.sessions.size() >= kMostTold) return false;
  ToldSession session;
  session.peer = remote.host;
  session.peer_port = remote.port;
  session.local = local.host;
  session.local_port = local.port;
  session.outgoing = *outgoing;
  session.established = false;
  session.alert = alert_in(reason);
  session.alert_from_peer = !session.alert.empty();
  if (after(reason, "no shared cipher")) session.alert = "handshake_failure";
  session.line = number;
  told.sessions.push_back(std::move(session));
  return true;
}

}  // namespace ucready::imports

#include "passive/prelude.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace ucready::passive {
namespace {

bool begins(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) {
           return std::toupper(static_cast<unsigned char>(a)) == b;
         });
}

bool holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

constexpr std::size_t kMostKept = 1024;
constexpr std::string_view kLdapStartTlsOid = "1.3.6.1.4.1.1466.20037";  // RFC 4511 section 4.14.1.
constexpr std::array<std::uint8_t, 8> kPostgresqlSslRequest = {0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f};
constexpr std::size_t kMysqlRequestBytes = 36;  // Header of 4, then 32: Protocol::SSLRequest.

bool is_mysql_request(ByteView segment) {
  return segment.size() >= kMysqlRequestBytes && segment[0] == 32 && segment[1] == 0 && segment[2] == 0 &&
         segment[3] == 1;
}

// Protocol::HandshakeV10: the packet's number 0, version 10, then the server's version as text.
bool is_mysql_greeting(ByteView bytes) {
  return bytes.size() > 6 && bytes[3] == 0 && bytes[4] == 10 && std::isdigit(bytes[5]) != 0;
}

}  // namespace

void Prelude::note(std::size_t side, ByteView bytes) {
  std::string& said = said_.at(side);
  said += as_text(bytes.first(std::min(bytes.size(), kMostKept - std::min(kMostKept, said.size()))));
}

std::string_view Prelude::protocol() const {
  const auto either = [this](auto&& is) { return is(said_[0]) || is(said_[1]); };
  const auto either_begins = [&](std::string_view word) {
    return either([&](const std::string& said) { return begins(said, word); });
  };
  const auto either_holds = [&](std::string_view words) {
    return either([&](const std::string& said) { return holds(said, words); });
  };
  const bool mail_client = either_begins("EHLO") || either_begins("HELO") || either_begins("STARTTLS");
  if (mail_client && (either_begins("220 ") || either_begins("220-"))) return "smtp";
  if (either_begins("* OK") || either_begins("* PREAUTH")) return "imap";
  if (either_holds("jabber:server")) return "xmpp-server";
  if (either_holds("jabber:client") || either_holds("urn:ietf:params:xml:ns:xmpp-tls")) return "xmpp-client";
  if (either([](const std::string& said) { return said.starts_with('0') && holds(said, kLdapStartTlsOid); }))
    return "ldap";
  if (either([](const std::string& said) { return as_text(kPostgresqlSslRequest) == said; })) return "postgresql";
  if (either([](const std::string& said) {
        return is_mysql_request(as_bytes(said)) || is_mysql_greeting(as_bytes(said));
      })) {
    return "mysql";
  }
  return "tls";
}

std::size_t plaintext_before_hello(ByteView segment) {
  return is_mysql_request(segment) && segment.size() > kMysqlRequestBytes ? kMysqlRequestBytes : 0;
}

}  // namespace ucready::passive

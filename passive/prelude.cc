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

constexpr std::string_view kLdapStartTlsOid = "1.3.6.1.4.1.1466.20037";  // RFC 4511 section 4.14.1.
constexpr std::array<std::uint8_t, 8> kPostgresqlSslRequest = {0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f};
constexpr std::size_t kMysqlRequestBytes = 36;  // Header of 4, then 32: Protocol::SSLRequest.

bool is_mysql_request(ByteView segment) {
  return segment.size() >= kMysqlRequestBytes && segment[0] == 32 && segment[1] == 0 && segment[2] == 0 &&
         segment[3] == 1;
}

}  // namespace

void Prelude::note(ByteView segment) {
  const std::string_view text = as_text(segment.first(std::min<std::size_t>(segment.size(), 2048)));
  if (begins(text, "220 ") || begins(text, "220-")) signs_ |= kSmtpBanner;
  if (begins(text, "EHLO") || begins(text, "HELO") || begins(text, "STARTTLS")) signs_ |= kSmtpCommand;
  if (begins(text, "* OK") || begins(text, "* PREAUTH")) signs_ |= kImapBanner;
  if (holds(text, "jabber:server")) signs_ |= kXmppServer;
  if (holds(text, "jabber:client") || holds(text, "urn:ietf:params:xml:ns:xmpp-tls") || holds(text, "jabber:server")) {
    signs_ |= kXmpp;
  }
  if (text.starts_with('0') && holds(text, kLdapStartTlsOid)) signs_ |= kLdapStartTls;
  if (std::ranges::equal(segment, kPostgresqlSslRequest)) signs_ |= kPostgresqlRequest;
  if (segment.size() > 6 && segment[3] == 0 && segment[4] == 10 && std::isdigit(segment[5]) != 0)
    signs_ |= kMysqlGreeting;
  if (is_mysql_request(segment)) signs_ |= kMysqlRequest;
}

std::string_view Prelude::protocol() const {
  const auto seen = [this](int signs) { return (signs_ & signs) == signs; };
  if (seen(kSmtpBanner | kSmtpCommand)) return "smtp";
  if (seen(kImapBanner)) return "imap";
  if (seen(kXmppServer)) return "xmpp-server";
  if (seen(kXmpp)) return "xmpp-client";
  if (seen(kLdapStartTls)) return "ldap";
  if (seen(kPostgresqlRequest)) return "postgresql";
  if (seen(kMysqlGreeting) || seen(kMysqlRequest)) return "mysql";
  return "tls";
}

std::size_t plaintext_before_hello(ByteView segment) {
  return is_mysql_request(segment) && segment.size() > kMysqlRequestBytes ? kMysqlRequestBytes : 0;
}

}  // namespace ucready::passive

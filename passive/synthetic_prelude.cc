#include "passive/synthetic_prelude.h"

#include <algorithm>
#include <iterator>

namespace ucready::passive {
namespace {

using namespace std::string_view_literals;

constexpr bool kClient = true, kServer = false;

constexpr PreludeLine kSmtp[] = {
    {kServer, "220 smtp\r\n"}, {kClient, "EHLO client\r\n"}, {kServer, "250 STARTTLS\r\n"},
    {kClient, "STARTTLS\r\n"}, {kServer, "220 go on\r\n"},
};
constexpr PreludeLine kImap[] = {
    {kServer, "* OK imap\r\n"},
    {kClient, "a STARTTLS\r\n"},
    {kServer, "a OK\r\n"},
};
constexpr PreludeLine kXmppClient[] = {
    {kClient, "<stream:stream xmlns='jabber:client'>"},
    {kServer, "<stream:stream xmlns='jabber:client'>"},
    {kClient, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
    {kServer, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
};
constexpr PreludeLine kXmppServer[] = {
    {kClient, "<stream:stream xmlns='jabber:server'>"},
    {kServer, "<stream:stream xmlns='jabber:server'>"},
    {kClient, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
    {kServer, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
};
// RFC 4511 section 4.14: an ExtendedRequest with the name of StartTLS, and the answer of success.
constexpr PreludeLine kLdap[] = {
    {kClient,
     "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
     "1.3.6.1.4.1.1466.20037"sv},
    {kServer, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"sv},
};
constexpr PreludeLine kPostgresql[] = {
    {kClient, "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv},
    {kServer, "S"},
};
// Protocol::HandshakeV10 with nothing behind its version and connection number, and Protocol::SSLRequest.
constexpr PreludeLine kMysql[] = {
    {kServer,
     "\x0b\x00\x00\x00\x0a"
     "mysql\x00\x00\x00\x00\x00"sv},
    {kClient,
     "\x20\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00\x01\x21\x00\x00\x00\x00\x00"
     "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv},
};

struct Known {
  std::string_view protocol;
  std::span<const PreludeLine> lines;
};
constexpr Known kPreludes[] = {
    {"smtp", kSmtp},
    {"imap", kImap},
    {"xmpp-client", kXmppClient},
    {"xmpp-server", kXmppServer},
    {"ldap", kLdap},
    {"postgresql", kPostgresql},
    {"mysql", kMysql},
};

}  // namespace

std::span<const PreludeLine> synthetic_prelude(std::string_view protocol) {
  const auto* const found = std::ranges::find(kPreludes, protocol, &Known::protocol);
  return found == std::end(kPreludes) ? std::span<const PreludeLine>() : found->lines;
}

}  // namespace ucready::passive

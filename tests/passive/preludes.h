// What clients and servers say in clear before TLS, with a secret where a dialect has one.
#pragma once

#include <ostream>
#include <string_view>
#include <vector>

#include "passive/conversation.h"

namespace ucready::passive {

using namespace std::string_view_literals;

inline constexpr std::string_view kSecret = "c2VjcmV0";

struct Said {
  Side from;
  std::string_view bytes;
};

struct SpokenPrelude {
  std::string_view name;
  std::string_view protocol;
  std::vector<Said> said;

  friend std::ostream& operator<<(std::ostream& out, const SpokenPrelude& prelude) { return out << prelude.name; }
};

inline const SpokenPrelude kPreludes[] = {
    {"Proxy",
     "tls",
     {{Side::a, "CONNECT hq:443 HTTP/1.1\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n"},
      {Side::b, "HTTP/1.1 200 OK\r\n\r\n"}}},
    {"Socks",
     "tls",
     {{Side::a, "\x05\x01\x02"},
      {Side::b, "\x05\x02"},
      {Side::a,
       "\x01\x04user\x08"
       "c2VjcmV0"},
      {Side::b, "\x01\x00"sv},
      {Side::a, "\x05\x01\x00\x01\x0a\x00\x00\x01\x01\xbb"sv},
      {Side::b, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"sv}}},
    {"Pop",
     "tls",
     {{Side::b, "+OK\r\n"},
      {Side::a, "USER u\r\n"},
      {Side::b, "+OK\r\n"},
      {Side::a, "PASS c2VjcmV0\r\n"},
      {Side::b, "+OK\r\n"},
      {Side::a, "STLS\r\n"},
      {Side::b, "+OK\r\n"}}},
    {"Smtp",
     "smtp",
     {{Side::b, "220 hq\r\n"},
      {Side::a, "EHLO c2VjcmV0\r\n"},
      {Side::b, "250 STARTTLS\r\n"},
      {Side::a, "AUTH PLAIN c2VjcmV0\r\n"},
      {Side::b, "235 ok\r\n"},
      {Side::a, "STARTTLS\r\n"},
      {Side::b, "220 go\r\n"}}},
    {"Imap",
     "imap",
     {{Side::b, "* OK hq\r\n"},
      {Side::a, "1 LOGIN u c2VjcmV0\r\n"},
      {Side::b, "1 OK\r\n"},
      {Side::a, "2 STARTTLS\r\n"},
      {Side::b, "2 OK\r\n"}}},
    {"XmppClient",
     "xmpp-client",
     {{Side::a, "<stream:stream xmlns='jabber:client' from='c2VjcmV0'>"},
      {Side::b, "<stream:stream xmlns='jabber:client'>"},
      {Side::a, "<starttls/>"},
      {Side::b, "<proceed/>"}}},
    {"XmppServer",
     "xmpp-server",
     {{Side::a, "<stream:stream xmlns='jabber:server' from='c2VjcmV0'>"},
      {Side::b, "<stream:stream xmlns='jabber:server'>"},
      {Side::a, "<starttls/>"},
      {Side::b, "<proceed/>"}}},
    {"Ldap",
     "ldap",
     {{Side::a,
       "\x30\x14\x02\x01\x01\x60\x0f\x02\x01\x03\x04\x00\x80\x08"
       "c2VjcmV0"sv},
      {Side::b, "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"sv},
      {Side::a,
       "\x30\x1d\x02\x01\x02\x77\x18\x80\x16"
       "1.3.6.1.4.1.1466.20037"sv},
      {Side::b, "\x30\x0c\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00"sv}}},
    {"Postgresql", "postgresql", {{Side::a, "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv}, {Side::b, "S"}}},
    {"Mysql",
     "mysql",
     {{Side::b,
       "\x12\x00\x00\x00\x0a"
       "8.0\x00\x01\x00\x00\x00"
       "c2VjcmV0"sv},
      {Side::a,
       "\x20\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00\x01\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
       "\x00"
       "\x00\x00\x00\x00\x00\x00\x00\x00"sv}}},
    {"None", "tls", {}},
};

}  // namespace ucready::passive

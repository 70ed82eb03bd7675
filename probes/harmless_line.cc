#include "probes/harmless_line.h"

#include <algorithm>
#include <array>

#include "core/bytes.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

std::string head(const Target&) { return "HEAD / HTTP/1.0\r\n\r\n"; }
std::string options(const Target& target) { return method_named("sip-options")->request(target); }
std::string stream(const Target& target) { return method_named("xmpp-features")->request(target); }
std::string ehlo(const Target&) { return "EHLO ucready.invalid\r\n"; }
std::string capability(const Target&) { return "a CAPABILITY\r\n"; }

// A search of nobody for the root of the directory and none of its attributes (RFC 4511 sections 4.5.1 and 4.5.1.8, RFC
// 4512 section 5.1).
std::string root_search(const Target&) {
  constexpr std::uint8_t kSequence = 0x30, kInteger = 0x02, kOctets = 0x04, kEnumerated = 0x0a, kBoolean = 0x01;
  constexpr std::uint8_t kSearchRequest = 0x63, kPresent = 0x87, kMessageId = 2, kMostEntries = 1, kMostSeconds = 5;
  ByteWriter out;
  const auto field = [&](std::uint8_t tag, std::uint8_t value) {
    out.u8(tag);
    out.u8_block([&] { out.u8(value); });
  };
  const auto text = [&](std::uint8_t tag, std::string_view value) {
    out.u8(tag);
    out.u8_block([&] { out.text(value); });
  };
  out.u8(kSequence);
  out.u8_block([&] {
    field(kInteger, kMessageId);  // One more than StartTLS has.
    out.u8(kSearchRequest);
    out.u8_block([&] {
      text(kOctets, "");      // baseObject
      field(kEnumerated, 0);  // scope: baseObject
      field(kEnumerated, 0);  // derefAliases: neverDerefAliases
      field(kInteger, kMostEntries);
      field(kInteger, kMostSeconds);
      field(kBoolean, 0);  // typesOnly
      text(kPresent, "objectClass");
      out.u8(kSequence);
      out.u8_block([&] { text(kOctets, "1.1"); });
    });
  });
  return std::string(as_text(out.view()));
}

struct Line {
  std::string_view protocol;
  std::string (*text)(const Target&);
};

constexpr std::array kLines = {Line{"https", head},         Line{"tftp-https", head},  Line{"sip-tls", options},
                               Line{"xmpp-client", stream}, Line{"smtp", ehlo},        Line{"imap", capability},
                               Line{"ldap", root_search},   Line{"ldaps", root_search}};

}  // namespace

std::string harmless_line(const Target& target) {
  const auto known = std::ranges::find(kLines, target.protocol, &Line::protocol);
  return known == kLines.end() ? "" : known->text(target);
}

}  // namespace ucready::probes

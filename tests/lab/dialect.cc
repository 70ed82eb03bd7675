#include "dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "self_description.h"
#include "tds.h"

namespace ucready::lab {
namespace {

constexpr int kLongestTalk = 30;
constexpr std::size_t kEndless = 100'000'000;

// What the client sent up to and with the end mark; empty when it went or talks too long.
std::string hear(Connection& connection, std::string_view end) {
  std::string text;
  while (text.find(end) == std::string::npos) {
    const auto more = connection.receive();
    if (more.empty() || text.size() > 16384) return {};
    text += as_text(more);
  }
  return text;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

bool talk_on_without_end(Connection& connection, std::string_view line) {
  std::string block;
  while (block.size() < 16000) block += line;
  for (std::size_t sent = 0; sent < kEndless && connection.send(block);) sent += block.size();
  return false;
}

bool greet_late(Connection& connection) {
  return connection.spec().banner_delay_s == 0 ||
         connection.pause(std::chrono::seconds(connection.spec().banner_delay_s));
}

// RFC 3207.
bool start_smtp(Connection& connection) {
  const auto& starttls = connection.spec().starttls;
  if (!greet_late(connection)) return false;
  if (starttls == "endless") return talk_on_without_end(connection, "220-and another line\r\n");
  const auto& name = connection.served().node->name;
  connection.send(fmt::format("220 {} {}\r\n", name, smtp_name_of(*connection.served().node)));
  for (int i = 0; i < kLongestTalk; ++i) {
    const auto line = upper(hear(connection, "\n"));
    if (line.empty()) return false;
    if (line.starts_with("EHLO")) {
      connection.send(fmt::format("250-{}\r\n250-PIPELINING\r\n{}250 8BITMIME\r\n", name,
                                  starttls == "absent" ? "" : "250-STARTTLS\r\n"));
    } else if (line.starts_with("STARTTLS") && starttls == "offered") {
      return connection.send("220 2.0.0 Ready to start TLS\r\n");
    } else if (line.starts_with("STARTTLS") && starttls == "refused") {
      connection.send("454 4.7.0 TLS not available due to local problem\r\n");
    } else if (line.starts_with("QUIT")) {
      connection.send("221 2.0.0 Bye\r\n");
      return false;
    } else {
      connection.send("502 5.5.2 Error: command not recognized\r\n");
    }
  }
  return false;
}

// RFC 3501 section 6.2.1.
bool start_imap(Connection& connection) {
  const auto& starttls = connection.spec().starttls;
  if (!greet_late(connection)) return false;
  if (starttls == "endless") return talk_on_without_end(connection, "* OK and another line\r\n");
  const std::string capability = starttls == "absent" ? "CAPABILITY IMAP4rev1" : "CAPABILITY IMAP4rev1 STARTTLS";
  connection.send(fmt::format("* OK [{}] {}\r\n", capability, imap_name_of(*connection.served().node)));
  for (int i = 0; i < kLongestTalk; ++i) {
    const auto heard = hear(connection, "\n");
    if (heard.empty()) return false;
    const auto line = upper(heard);
    const auto tag = heard.substr(0, heard.find_first_of(" \r\n"));
    if (line.find(" CAPABILITY") != std::string::npos) {
      connection.send(fmt::format("* {}\r\n{} OK done\r\n", capability, tag));
    } else if (line.find(" STARTTLS") == std::string::npos || starttls == "absent") {
      connection.send(tag + " BAD unknown command\r\n");
    } else if (starttls == "refused") {
      connection.send(tag + " NO TLS is not available now\r\n");
    } else {
      return connection.send(tag + " OK begin TLS negotiation now\r\n");
    }
  }
  return false;
}

// RFC 6120 section 5.4.
bool start_xmpp(Connection& connection, std::string_view space) {
  const auto& spec = connection.spec();
  const auto opening = hear(connection, "version=");
  if (opening.empty()) return false;
  connection.send(
      fmt::format("<?xml version='1.0'?><stream:stream xmlns='{}' xmlns:stream='http://etherx.jabber.org/streams' "
                  "id='lab' from='{}' version='1.0'>",
                  space, spec.domain));
  if (!spec.domain.empty() && opening.find(spec.domain) == std::string::npos) {
    connection.send(
        "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
    return false;
  }
  connection.send(spec.starttls == "absent"
                      ? "<stream:features/>"
                      : "<stream:features><starttls "
                        "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>");
  if (hear(connection, "<starttls").empty()) return false;
  if (spec.starttls == "offered") return connection.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  connection.send("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>");
  return false;
}

// RFC 4511 section 4.14; the answer is an ExtendedResponse with success, or with unavailable.
bool start_ldap(Connection& connection) {
  const auto request = hear(connection, "1.3.6.1.4.1.1466.20037");
  if (request.size() < 5) return false;
  const bool offered = connection.spec().starttls == "offered";
  ByteReader reader(as_bytes(request));
  reader.bytes(4);  // SEQUENCE, its length; INTEGER of one byte
  ByteWriter answer;
  answer.bytes(Bytes{0x30, 0x0c, 0x02, 0x01, reader.u8(), 0x78, 0x07, 0x0a, 0x01});
  answer.bytes(Bytes{static_cast<std::uint8_t>(offered ? 0 : 52), 0x04, 0x00, 0x04, 0x00});
  return connection.send(answer.view()) && offered;
}

// PostgreSQL's SSLRequest, code 80877103.
bool start_postgresql(Connection& connection) {
  const Bytes request{0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, 0x16, 0x2f};
  const bool offered = connection.spec().starttls == "offered";
  if (connection.receive() != request) return false;
  return connection.send(offered ? "S" : "N") && offered;
}

// MS-TDS section 2.2.6.5: PRELOGIN, then TLS inside packets of the same type.
bool start_tds(Connection& connection) {
  Bytes request = connection.receive();
  if (take_tds_payload(request).empty()) return false;
  const bool offered = connection.spec().starttls == "offered";
  if (!connection.send(tds_prelogin_answer(offered)) || !offered) return false;
  connection.frame_as_tds();
  return true;
}

constexpr Dialect kDialects[] = {
    {"direct", [](Connection&) { return true; }},
    {"imap", start_imap},
    {"ldap", start_ldap},
    {"postgresql", start_postgresql},
    {"smtp", start_smtp},
    {"tds", start_tds},
    {"xmpp-client", [](Connection& connection) { return start_xmpp(connection, "jabber:client"); }},
    {"xmpp-server", [](Connection& connection) { return start_xmpp(connection, "jabber:server"); }},
};

}  // namespace

const Dialect* find_dialect(std::string_view name) {
  for (const auto& dialect : kDialects) {
    if (dialect.name == name) return &dialect;
  }
  return nullptr;
}

}  // namespace ucready::lab

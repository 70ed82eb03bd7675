#include "passive/prelude.h"

#include <algorithm>

namespace ucready::passive {
namespace {

constexpr std::size_t kHeadBytes = 512;
constexpr std::size_t kTailBytes = 128;

constexpr std::uint32_t kPostgresqlSslRequest = 80877103;  // 1234, 5679 (PostgreSQL protocol, "SSLRequest").
constexpr std::uint8_t kMysqlProtocol = 10;
constexpr std::uint32_t kMysqlSslRequestBytes = 32;
constexpr std::uint32_t kMysqlClientSsl = 0x0800;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool begins(std::string_view text, std::string_view upper_case) {
  return text.size() >= upper_case.size() &&
         std::ranges::equal(text.substr(0, upper_case.size()), upper_case, {}, upper);
}

// Without the end of the line; with what stands before the command on it.
std::string_view last_line(std::string_view text) {
  if (!text.ends_with('\n')) return {};
  text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const std::size_t before = text.rfind('\n');
  return before == std::string_view::npos ? text : text.substr(before + 1);
}

bool is_smtp(const Prelude& client, const Prelude& server) {
  if (!begins(last_line(client.tail()), "STARTTLS")) return false;
  if (!server.head().empty()) return server.head().starts_with("220");  // NNTP greets with 200 or 201.
  return begins(client.head(), "EHLO") || begins(client.head(), "LHLO");
}

// RFC 9051 section 6.2.1: a tag, then the command.
bool is_imap(const Prelude& client, const Prelude& server) {
  const std::string_view line = last_line(client.tail());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos || !begins(line.substr(space + 1), "STARTTLS")) return false;
  return server.head().empty() || server.head().starts_with("* ");
}

bool has_word(const Prelude& client, const Prelude& server, std::string_view word) {
  return client.head().find(word) != std::string_view::npos || server.head().find(word) != std::string_view::npos;
}

bool is_xmpp_client(const Prelude& client, const Prelude& server) {
  return has_word(client, server, "jabber:client") && has_word(client, server, "stream:stream");
}

bool is_xmpp_server(const Prelude& client, const Prelude& server) {
  return has_word(client, server, "jabber:server") && has_word(client, server, "stream:stream");
}

// RFC 4511 section 4.14: the last request is an ExtendedRequest with this name.
bool is_ldap(const Prelude& client, const Prelude&) {
  constexpr char kSequence = 0x30;
  return client.head().starts_with(kSequence) && client.tail().find("1.3.6.1.4.1.1466.20037") != std::string_view::npos;
}

bool is_postgresql(const Prelude& client, const Prelude&) {
  const ByteView tail = as_bytes(client.tail());
  return tail.size() >= 8 && request_bytes(tail.last(8)) == 8;
}

bool is_mysql(const Prelude& client, const Prelude& server) {
  constexpr std::size_t kRequest = 4 + kMysqlSslRequestBytes;
  const ByteView tail = as_bytes(client.tail());
  const bool greeted = server.head().empty() || (server.head().size() > 4 && server.head()[4] == kMysqlProtocol);
  return greeted && tail.size() >= kRequest && request_bytes(tail.last(kRequest)) == kRequest;
}

struct Dialect {
  std::string_view protocol;
  bool (*spoken)(const Prelude& client, const Prelude& server);
};
constexpr Dialect kDialects[] = {
    {"smtp", is_smtp},
    {"imap", is_imap},
    {"xmpp-client", is_xmpp_client},
    {"xmpp-server", is_xmpp_server},
    {"ldap", is_ldap},
    {"postgresql", is_postgresql},
    {"mysql", is_mysql},
};

}  // namespace

void Prelude::add(ByteView bytes) {
  const ByteView begun = bytes.first(std::min(bytes.size(), kHeadBytes - head_.size()));
  append(head_, begun);
  const ByteView end = bytes.last(std::min(bytes.size(), kTailBytes));
  const std::size_t kept = std::min(tail_.size(), kTailBytes - end.size());
  tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(kept));
  append(tail_, end);
}

std::string_view protocol_of(const Prelude& client, const Prelude& server) {
  const auto* const found =
      std::ranges::find_if(kDialects, [&](const Dialect& dialect) { return dialect.spoken(client, server); });
  return found == std::end(kDialects) ? "tls" : found->protocol;
}

std::size_t request_bytes(ByteView segment) {
  ByteReader postgresql(segment);
  if (postgresql.u32() == 8 && postgresql.u32() == kPostgresqlSslRequest) return 8;
  // MySQL "Protocol::SSLRequest": length (three bytes, the lowest first), sequence 1, capabilities (the lowest first).
  ByteReader mysql(segment);
  const bool length = mysql.u8() == kMysqlSslRequestBytes && mysql.u16() == 0;
  const bool second = mysql.u8() == 1;
  const std::uint32_t low = mysql.u8();
  const std::uint32_t high = mysql.u8();
  mysql.bytes(kMysqlSslRequestBytes - 2);
  const bool wants_tls = ((high << 8 | low) & kMysqlClientSsl) != 0;
  return mysql.ok() && length && second && wants_tls ? 4 + kMysqlSslRequestBytes : 0;
}

}  // namespace ucready::passive

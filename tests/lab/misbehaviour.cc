#include "misbehaviour.h"

#include <algorithm>
#include <array>
#include <random>

#include "client_hello.h"
#include "tls_session.h"

namespace ucready::lab {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kEndless = 100'000'000;
constexpr std::size_t kLongestRecord = 16384;
constexpr auto kLongestHang = 10min;

enum class RecordType : std::uint8_t { alert = 21, handshake = 22, application_data = 23 };

Bytes record(RecordType type, ByteView fragment) {
  ByteWriter writer;
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u16(0x0303);
  writer.u16_block([&] { writer.bytes(fragment); });
  return writer.take();
}

Bytes alert(std::uint8_t level, std::uint8_t description) {
  return record(RecordType::alert, Bytes{level, description});
}

Bytes server_hello(std::uint16_t version, std::uint16_t suite) {
  ByteWriter writer;
  writer.u8(2);
  writer.u24_block([&] {
    writer.u16(version);
    writer.bytes(Bytes(32, 0x5a));  // random
    writer.u8(0);                   // session_id
    writer.u16(suite);
    writer.u8(0);                                                                  // compression_method
    writer.u16_block([&] { writer.bytes(Bytes{0xff, 0x01, 0x00, 0x01, 0x00}); });  // renegotiation_info
  });
  return writer.take();
}

void say_and_finish(Connection& connection, ByteView bytes) {
  connection.send(bytes);
  connection.finish();
}

void repeat(Connection& connection, ByteView block) {
  for (std::size_t sent = 0; sent < kEndless && connection.send(block);) sent += block.size();
}

void hang(Connection& connection) { connection.pause(kLongestHang); }

bool write_dripping(Connection& connection, ByteView bytes) {
  for (const auto byte : bytes) {
    if (!connection.send(ByteView(&byte, 1)) || !connection.pause(1s)) return false;
  }
  return true;
}

// Every record in clear becomes records of one byte each (RFC 8446 section 5.1 allows it for handshake messages);
// what comes after ChangeCipherSpec is encrypted and cannot be cut.
bool write_in_crumbs(Connection& connection, ByteView bytes) {
  ByteWriter crumbs;
  bool in_clear = true;
  for (ByteReader records(bytes); records.remaining() >= 5;) {
    const auto type = records.u8();
    const auto version = records.u16();
    const auto fragment = records.u16_block();
    in_clear &= type == static_cast<std::uint8_t>(RecordType::handshake);
    const std::size_t size = in_clear ? 1 : fragment.size();
    for (std::size_t at = 0; at < fragment.size(); at += size) {
      crumbs.u8(type);
      crumbs.u16(version);
      crumbs.u16_block([&] { crumbs.bytes(fragment.subspan(at, size)); });
    }
  }
  return connection.send(crumbs.view());
}

void endless_records(Connection& connection) {
  hear_client_hello(connection);
  repeat(connection, record(RecordType::application_data, Bytes(kLongestRecord, 0x17)));
}

void endless_garbage(Connection& connection) {
  hear_client_hello(connection);
  std::minstd_rand random(7);
  Bytes block(65536);
  std::generate(block.begin(), block.end(), [&] { return static_cast<std::uint8_t>(random() >> 8); });
  repeat(connection, block);
}

// A Certificate message that says it has 16 MB, and goes on after them.
void endless_handshake(Connection& connection) {
  const auto hello = hear_client_hello(connection);
  const auto suite = hello.suites.empty() ? std::uint16_t{0x002f} : hello.suites.front();
  connection.send(record(RecordType::handshake, server_hello(hello.legacy_version, suite)));
  connection.send(record(RecordType::handshake, Bytes{11, 0xff, 0xff, 0xff}));
  repeat(connection, record(RecordType::handshake, Bytes(kLongestRecord, 0)));
}

void endless_warnings(Connection& connection) {
  hear_client_hello(connection);
  const auto warning = alert(1, 112);
  Bytes block;
  while (block.size() < kLongestRecord) block.insert(block.end(), warning.begin(), warning.end());
  repeat(connection, block);
}

void garbage(Connection& connection) {
  hear_client_hello(connection);
  say_and_finish(connection, Bytes{0x00, 0xde, 0xad, 0xbe, 0xef, 0x80, 0x7f, 0x0d, 0x0a, 0x15, 0x16, 0x17});
}

void plain_http(Connection& connection) {
  hear_client_hello(connection);
  say_and_finish(connection, as_bytes("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
                                      "<html><body>The plain HTTP request was expected here</body></html>\r\n"));
}

void alert_to_all(Connection& connection) {
  hear_client_hello(connection);
  say_and_finish(connection, alert(2, connection.spec().alert));
}

void serve_unless_tls13(Connection& connection, void (*refuse)(Connection&)) {
  const auto hello = hear_client_hello(connection);
  if (hello.offers_tls13) return refuse(connection);
  serve_tls(connection, write_plainly, hello.raw);
}

void unoffered_suite(Connection& connection) {
  const auto hello = hear_client_hello(connection);
  for (const auto suite : std::to_array<std::uint16_t>({0xc02f, 0x002f, 0x0005, 0x00ff, 0xfefe})) {
    if (std::find(hello.suites.begin(), hello.suites.end(), suite) != hello.suites.end()) continue;
    connection.send(record(RecordType::handshake, server_hello(hello.legacy_version, suite)));
    break;
  }
  connection.finish();
}

// A TLS 1.2 server with RSA key exchange, whose certificate is bytes without sense.
void unparsable_certificate(Connection& connection) {
  const auto hello = hear_client_hello(connection);
  if (hello.legacy_version < 0x0303) return say_and_finish(connection, alert(2, 70));
  for (const auto suite : std::to_array<std::uint16_t>({0x009c, 0x003c, 0x002f, 0x0035})) {
    if (std::find(hello.suites.begin(), hello.suites.end(), suite) == hello.suites.end()) continue;
    ByteWriter flight;
    flight.bytes(server_hello(0x0303, suite));
    flight.u8(11);
    flight.u24_block([&] {
      flight.u24_block([&] { flight.u24_block([&] { flight.text("0\x82this is no certificate at all"); }); });
    });
    flight.bytes(Bytes{14, 0, 0, 0});
    return say_and_finish(connection, record(RecordType::handshake, flight.view()));
  }
  say_and_finish(connection, alert(2, 40));
}

// unrecognized_name as a warning, as RFC 6066 section 3 allows below TLS 1.3.
void warning_first(Connection& connection) {
  const auto hello = hear_client_hello(connection);
  connection.send(alert(1, 112));
  serve_tls(connection, write_plainly, hello.raw);
}

constexpr Misbehaviour kMisbehaviours[] = {
    {"alert", alert_to_all},
    {"close", [](Connection&) {}},
    {"close-after-hello", [](Connection& connection) { hear_client_hello(connection); }},
    {"crumbs", [](Connection& connection) { serve_tls(connection, write_in_crumbs, {}); }},
    {"drip", [](Connection& connection) { serve_tls(connection, write_dripping, {}); }},
    {"endless-garbage", endless_garbage},
    {"endless-handshake", endless_handshake},
    {"endless-records", endless_records},
    {"endless-warnings", endless_warnings},
    {"garbage", garbage},
    {"hang", hang},
    {"intolerant-close", [](Connection& connection) { serve_unless_tls13(connection, [](Connection&) {}); }},
    {"intolerant-reset",
     [](Connection& connection) { serve_unless_tls13(connection, [](Connection& peer) { peer.reset(); }); }},
    {"plain-http", plain_http},
    {"reset", [](Connection& connection) { connection.reset(); }},
    {"reset-after-hello",
     [](Connection& connection) {
       hear_client_hello(connection);
       connection.reset();
     }},
    {"unoffered-suite", unoffered_suite},
    {"unparsable-certificate", unparsable_certificate},
    {"warning-first", warning_first},
};

}  // namespace

const Misbehaviour* find_misbehaviour(std::string_view name) {
  for (const auto& misbehaviour : kMisbehaviours) {
    if (misbehaviour.name == name) return &misbehaviour;
  }
  return nullptr;
}

}  // namespace ucready::lab

// The insides of HelloProbe, for its own files: hello_probe.cc takes records apart, hello_probe_hello.cc reads what the
// server chose, hello_probe_end.cc the rest of its flight and what may follow it.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tls/client_hello.h"
#include "tls/finish.h"
#include "tls/handshake.h"
#include "tls/hello_probe.h"
#include "tls/record.h"
#include "tls/server_hello.h"
#include "tls/tls13_keys.h"

namespace ucready::tls {

template <typename Point>
bool contains(const std::vector<Point>& points, Point point) {
  return std::ranges::find(points, point) != points.end();
}

struct HelloProbe::State {
  State(const HelloOffer& asked, KeyShares& shares, ReadTo how_far);

  const HelloOffer& offer;
  KeyShares& keys;
  const ReadTo read_to;
  HelloParts parts;
  std::vector<Group> shared_groups;  // Whose shares the newest hello carries.

  Bytes output;
  RecordReader records{Sender::server};
  HandshakeReader handshake;
  Bytes alert_bytes;  // Half an alert, where one was cut over two records.
  Bytes transcript;   // As RFC 8446 section 4.4.1 wants it; kept while a key may come of it.
  std::optional<RecordOpener> opener;
  HandshakeSecrets secrets;          // The opener's.
  ServerHello server_hello;          // Kept like the transcript, up to TLSv1.2.
  Bytes server_share;                // Likewise.
  std::unique_ptr<Finish> ending;    // Once the handshake is being finished.
  std::unique_ptr<Channel> channel;  // Once it is, where one is wanted.
  std::size_t received = 0;
  bool closed = false;
  ServerAnswer answer;

  [[nodiscard]] bool is_recorded() const { return !offer.recorded.empty(); }
  [[nodiscard]] bool offers_tls13() const { return contains(offer.versions, kTls13); }
  [[nodiscard]] bool done() const { return closed || answer.end != ServerAnswer::End::open; }
  [[nodiscard]] bool goes_to_the_end() const { return read_to == ReadTo::session || read_to == ReadTo::channel; }
  [[nodiscard]] bool reads_flight() const { return read_to == ReadTo::flight || goes_to_the_end(); }
  // What a handshake's end is proven over.
  [[nodiscard]] bool keeps_transcript() const { return goes_to_the_end() || offer.session; }
  // Beyond the flight there are proofs to win, and nothing to lose.
  [[nodiscard]] bool beyond_flight() const { return goes_to_the_end() && answer.flight_complete; }
  void finish(ServerAnswer::End end) {
    answer.end = beyond_flight() ? ServerAnswer::End::read : end;
    output.clear();
  }
  void spoil(std::string defect, ServerAnswer::End end = ServerAnswer::End::malformed) {
    if (!beyond_flight()) answer.defect = std::move(defect);
    finish(end);
  }

  void write_hello(ByteView cookie);
  void send_sslv2(ByteView record);
  void keep_flight(ByteView bytes);
  void receive(ByteView bytes);
  void take_record(const Record& record);
  void take_change_cipher_spec(const Record& record);
  void take_content(ContentType type, ByteView content, bool decrypted);
  void take_alerts(ByteView content);
  void take_message(const HandshakeMessage& message);

  // hello_probe_hello.cc
  [[nodiscard]] std::string fault_of(const ServerHello& hello) const;
  void take_hello(const ServerHello& hello, ByteView whole);
  void take_legacy_hello(const ServerHello& hello, ByteView whole);
  void make_opener(const ServerHello& hello);
  void take_retry(const ServerHello& retry, ByteView whole);
  void answer_retry(const ServerHello& retry, ByteView whole);

  // hello_probe_end.cc
  void take_flight(const HandshakeMessage& message);
  [[nodiscard]] bool proves(ByteView finished) const;
  void end_flight(HandshakeType last, bool proof);
  void end_tls12(ByteWriter& out);
  Agreed agreed(ByteView shared_secret);
  void take_end(Finish::State state);
  void open_channel();
  [[nodiscard]] bool takes_up_psk() const;
};

}  // namespace ucready::tls

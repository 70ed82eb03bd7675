#include "passive/offer_book.h"

#include "core/digest.h"
#include "passive/fingerprints.h"
#include "passive/offer_skeleton.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kMostOffers = 8192;
constexpr std::size_t kMostOfferBytes = 8U << 20;
constexpr std::size_t kMostHelloBytes = 64 * 1024;
constexpr std::size_t kMostNameBytes = 255;
constexpr std::size_t kHeaderBytes = 4;

template <typename Point>
std::string names_of(const std::vector<Point>& points) {
  std::string text;
  for (const Point& point : points) {
    if (tls::is_grease(point.value)) continue;
    if (!text.empty()) text += ',';
    text += tls::name(point);
  }
  return text;
}

// Up to the given bytes of what a client wrote, which is shown in a list with commas.
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (word.size() == 2 && tls::is_grease(static_cast<std::uint16_t>((static_cast<std::uint8_t>(word[0]) << 8U) |
                                                                      static_cast<std::uint8_t>(word[1])))) {
      continue;
    }
    if (!text.empty()) text += ',';
    text += word;
  }
  return text;
}

db::ClientOfferPtr make_offer(const std::string& skeleton, const tls::ClientHello& hello, ByteView message) {
  auto offer = std::make_shared<db::ClientOffer>();
  offer->offer_id = sha256_hex(as_bytes(skeleton));
  message = message.first(std::min(message.size(), kMostHelloBytes));
  offer->hello.assign(message.begin(), message.end());
  offer->versions = hello.versions.empty() ? tls::name(hello.legacy_version) : names_of(hello.versions);
  offer->ciphers = names_of(hello.suites);
  offer->groups = names_of(hello.groups);
  offer->signature_schemes = names_of(hello.schemes);
  offer->signature_schemes_cert = names_of(hello.schemes_cert);
  offer->alpn = joined(hello.alpn);
  offer->extensions = names_of(hello.extensions);
  if (!hello.suites.empty()) {
    offer->ja3 = ja3(hello);
    offer->ja4 = ja4(hello);
  }
  offer->highest = hello.highest_version();
  return offer;
}

}  // namespace

db::ClientOfferPtr OfferBook::keep(std::string key, const tls::ClientHello& hello, ByteView message) {
  db::ClientOfferPtr offer = make_offer(key, hello, message);
  if (offers_.size() >= kMostOffers || bytes_ > kMostOfferBytes) {
    offers_.clear();
    bytes_ = 0;
  }
  bytes_ += 2 * key.size() + message.size() + 2048;  // About: the lists of names are longer than the numbers.
  offers_.emplace(std::move(key), offer);
  return offer;
}

db::ClientOfferPtr OfferBook::offer_of(ByteView message) {
  const ByteView body = message.subspan(std::min(message.size(), kHeaderBytes));
  if (!write_offer_skeleton(body, skeleton_)) return keep_malformed(message);
  std::string key(as_text(skeleton_));
  if (const auto known = offers_.find(key); known != offers_.end()) return known->second;
  const auto hello = tls::read_client_hello(body);
  return hello ? keep(std::move(key), *hello, message) : keep_malformed(message);
}

// All that can be said of it is its version; equal ones, but for their randoms, are one offer.
db::ClientOfferPtr OfferBook::keep_malformed(ByteView message) {
  constexpr std::size_t kRandomEnd = kHeaderBytes + 2 + 32;
  const ByteView tail = message.subspan(std::min(message.size(), kRandomEnd));
  tls::ClientHello hello;
  ByteReader reader(message.subspan(std::min(message.size(), kHeaderBytes)));
  hello.legacy_version = tls::Version{reader.u16()};
  std::string key = "malformed";
  key += as_text(tail);
  if (const auto known = offers_.find(key); known != offers_.end()) return known->second;
  return keep(std::move(key), hello, message);
}

db::ClientOfferPtr OfferBook::offer_of_sslv2(ByteView record) {
  const auto hello = tls::read_sslv2_client_hello(record);
  if (!hello) return keep_malformed(record);
  ByteReader reader(record);
  std::string key = "SSLv2 form";
  key += as_text(reader.bytes(3));  // msg_type, version
  const std::size_t suite_bytes = reader.u16();
  reader.u32();  // session_id_length, challenge_length
  key += as_text(reader.bytes(suite_bytes));
  if (const auto known = offers_.find(key); known != offers_.end()) return known->second;
  return keep(std::move(key), *hello, record);
}

std::string_view server_name_of(ByteView hello_body) {
  ByteReader reader(hello_body);
  reader.u16();        // legacy_version
  reader.bytes(32);    // random
  reader.u8_block();   // session_id
  reader.u16_block();  // cipher_suites
  reader.u8_block();   // compression_methods
  ByteReader extensions(reader.u16_block());
  while (!extensions.empty() && extensions.ok()) {
    const std::uint16_t type = extensions.u16();
    ByteReader content(extensions.u16_block());
    if (type != 0) continue;
    ByteReader names(content.u16_block());
    while (!names.empty() && names.ok()) {
      const std::uint8_t kind = names.u8();
      const ByteView name = names.u16_block();
      if (kind == 0 && names.ok()) return as_text(name.first(std::min(name.size(), kMostNameBytes)));
    }
    return {};
  }
  return {};
}

}  // namespace ucready::passive

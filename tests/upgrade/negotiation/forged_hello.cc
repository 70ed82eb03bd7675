#include "tests/upgrade/negotiation/forged_hello.h"

#include <openssl/evp.h>

#include <map>
#include <stdexcept>

#include "tls/extension.h"
#include "tls/handshake.h"
#include "tls/record.h"

namespace ucready::negotiation {
namespace {

using tls::write_extension;
namespace extension = tls::extension;

Bytes made_up_share(Group group) {
  static std::map<Group, Bytes>& made = *new std::map<Group, Bytes>;
  Bytes& share = made[group];
  if (!share.empty()) return share;
  const std::map<Group, std::pair<const char*, const char*>> kinds = {
      {{0x1d}, {"X25519", nullptr}}, {{0x1e}, {"X448", nullptr}}, {{0x17}, {"EC", "P-256"}},
      {{0x18}, {"EC", "P-384"}},     {{0x19}, {"EC", "P-521"}},   {{0x1a}, {"EC", "brainpoolP256r1"}},
  };
  EVP_PKEY* key = nullptr;
  if (group == Group{0x100}) {
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
    EVP_PKEY_keygen_init(context);
    EVP_PKEY_CTX_set_group_name(context, "ffdhe2048");
    EVP_PKEY_keygen(context, &key);
    EVP_PKEY_CTX_free(context);
  } else {
    const auto& [type, curve] = kinds.at(group);
    key =
        curve == nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, type) : EVP_PKEY_Q_keygen(nullptr, nullptr, type, curve);
  }
  unsigned char* encoded = nullptr;
  const std::size_t size = EVP_PKEY_get1_encoded_public_key(key, &encoded);
  if (size == 0) throw std::runtime_error("forged_hello: share");
  const std::span<const unsigned char> view(encoded, size);
  share.assign(view.begin(), view.end());
  OPENSSL_free(encoded);
  EVP_PKEY_free(key);
  return share;
}

// The shares in a hello's record, by group.
std::map<Group, Bytes> shares_in(ByteView record) {
  std::map<Group, Bytes> shares;
  ByteReader reader(record);
  reader.bytes(tls::kRecordHeaderBytes + 4 + 2 + 32);
  reader.u8_block();   // session_id
  reader.u16_block();  // cipher_suites
  reader.u8_block();   // compression methods
  const bool whole = tls::for_each_extension(reader.u16_block(), [&](tls::ExtensionType type, ByteView content) {
    if (type != extension::kKeyShare) return;
    ByteReader outer(content);
    ByteReader entries(outer.u16_block());
    while (!entries.empty() && entries.ok()) {
      const Group group{entries.u16()};
      const ByteView share = entries.u16_block();
      shares[group] = Bytes(share.begin(), share.end());
    }
  });
  if (!whole) throw std::runtime_error("forged_hello: the client's own hello");
  return shares;
}

template <typename Point>
void write_list(ByteWriter& out, tls::ExtensionType type, const std::vector<Point>& points) {
  write_extension(out, type, [&] {
    out.u16_block([&] {
      for (const Point& point : points) out.u16(point.value);
    });
  });
}

void write_extensions(ByteWriter& out, const HelloFacts& facts, bool point_formats,
                      const std::map<Group, Bytes>& own_shares) {
  if (facts.renegotiation_info) write_extension(out, extension::kRenegotiationInfo, [&] { out.u8(0); });
  if (point_formats) write_extension(out, extension::kEcPointFormats, [&] { out.u8_block([&] { out.u8(0); }); });
  if (!facts.groups.empty()) write_list(out, extension::kSupportedGroups, facts.groups);
  if (!facts.schemes.empty()) write_list(out, extension::kSignatureAlgorithms, facts.schemes);
  if (!facts.schemes_cert.empty()) write_list(out, extension::kSignatureAlgorithmsCert, facts.schemes_cert);
  if (!facts.versions.empty()) {
    write_extension(out, extension::kSupportedVersions, [&] {
      out.u8_block([&] {
        for (const Version version : facts.versions) out.u16(version.value);
      });
    });
    write_extension(out, extension::kPskKeyExchangeModes, [&] { out.u8_block([&] { out.u8(1); }); });
  }
  if (!facts.key_shares) return;
  write_extension(out, extension::kKeyShare, [&] {
    out.u16_block([&] {
      for (const Group group : *facts.key_shares) {
        const auto own = own_shares.find(group);
        out.u16(group.value);
        out.u16_block([&] { out.bytes(own == own_shares.end() ? made_up_share(group) : own->second); });
      }
    });
  });
}

}  // namespace

Bytes write_forged(const ForgedHello& forged, const tls::ClientHello& original, ByteView sent) {
  const HelloFacts& facts = forged.facts;
  ByteWriter message;
  tls::write_handshake(message, tls::HandshakeType::client_hello, [&] {
    message.u16(facts.legacy_version.value);
    message.bytes(original.random);
    message.u8_block([&] { message.bytes(original.session_id); });
    message.u16_block([&] {
      for (const CipherSuite suite : facts.suites) message.u16(suite.value);
      if (facts.fallback) message.u16(0x5600);
    });
    message.u8_block([&] {
      if (!facts.null_compression_only) message.u8(1);
      message.u8(0);
    });
    message.u16_block(
        [&] { write_extensions(message, facts, original.has(extension::kEcPointFormats), shares_in(sent)); });
  });
  ByteWriter record;
  tls::write_records(record, tls::ContentType::handshake, tls::kTls10, message.view());
  return record.take();
}

}  // namespace ucready::negotiation

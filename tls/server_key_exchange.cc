#include "tls/server_key_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace ucready::tls {
namespace {

constexpr Group kExplicitPrime{0xff01}, kExplicitChar2{0xff02};

int bit_length(ByteView number) {
  const auto first = std::ranges::find_if(number, [](std::uint8_t byte) { return byte != 0; });
  if (first == number.end()) return 0;
  const auto rest = static_cast<int>(number.end() - first) - 1;
  return rest * 8 + static_cast<int>(std::bit_width(static_cast<unsigned>(*first)));
}

enum : std::uint8_t { explicit_prime = 1, explicit_char2 = 2, named_curve = 3 };

// ECParameters of RFC 4492 section 5.4, explicit ones too, though RFC 8422 dropped them.
std::optional<Group> read_curve(ByteReader& reader) {
  enum : std::uint8_t { trinomial = 1, pentanomial = 2 };
  const std::uint8_t type = reader.u8();
  if (type == named_curve) return Group{reader.u16()};
  if (type != explicit_prime && type != explicit_char2) return std::nullopt;
  if (type == explicit_prime) {
    reader.u8_block();  // prime_p
  } else {
    reader.u16();  // m
    const std::uint8_t basis = reader.u8();
    if (basis != trinomial && basis != pentanomial) return std::nullopt;
    reader.u8_block();  // k or k1
    if (basis == pentanomial) {
      reader.u8_block();  // k2
      reader.u8_block();  // k3
    }
  }
  reader.u8_block();  // curve.a
  reader.u8_block();  // curve.b
  reader.u8_block();  // base
  reader.u8_block();  // order
  reader.u8_block();  // cofactor
  return type == explicit_prime ? kExplicitPrime : kExplicitChar2;
}

bool is_signed(const SuiteFacts& suite) {
  const bool ephemeral = suite.key_exchange == KeyExchange::dhe || suite.key_exchange == KeyExchange::ecdhe ||
                         suite.key_exchange == KeyExchange::srp || suite.key_exchange == KeyExchange::rsa;
  const bool certified = suite.authentication == Authentication::rsa || suite.authentication == Authentication::dss ||
                         suite.authentication == Authentication::ecdsa;
  return ephemeral && certified;
}

}  // namespace

ByteView ephemeral_share(ByteView body) {
  ByteReader reader(body);
  const bool named = reader.u8() == named_curve;
  reader.u16();
  const ByteView share = reader.u8_block();
  return named && reader.ok() ? share : ByteView();
}

Result<ServerKeyExchange> read_server_key_exchange(ByteView body, Version version, CipherSuite suite) {
  const SuiteFacts suite_facts = facts(suite);
  ServerKeyExchange message;
  ByteReader reader(body);
  const bool has_hint =
      suite_facts.key_exchange == KeyExchange::psk || suite_facts.authentication == Authentication::psk;
  if (has_hint) reader.u16_block();  // psk_identity_hint

  switch (suite_facts.key_exchange) {
    case KeyExchange::ecdhe:
      message.group = read_curve(reader);
      if (reader.ok() && !message.group)
        return fail(ErrorCode::malformed, "ServerKeyExchange has an unknown curve type");
      reader.u8_block();  // public point
      break;
    case KeyExchange::dhe:
      message.dh_bits = bit_length(reader.u16_block());
      reader.u16_block();  // dh_g
      reader.u16_block();  // dh_Ys
      break;
    case KeyExchange::srp:
      message.dh_bits = bit_length(reader.u16_block());
      reader.u16_block();  // srp_g
      reader.u8_block();   // srp_s
      reader.u16_block();  // srp_B
      break;
    case KeyExchange::rsa:  // A temporary key, which only export suites have.
      reader.u16_block();   // rsa_modulus
      reader.u16_block();   // rsa_exponent
      break;
    case KeyExchange::psk:
      break;
    default:
      return message;
  }
  if (is_signed(suite_facts)) {
    if (version >= kTls12) message.scheme = SignatureScheme{reader.u16()};
    reader.u16_block();  // signature
  }
  if (!reader.ok()) return fail(ErrorCode::malformed, "ServerKeyExchange is cut short");
  if (!reader.empty()) {
    return fail(ErrorCode::malformed, fmt::format("ServerKeyExchange has {} bytes too many", reader.remaining()));
  }
  return message;
}

}  // namespace ucready::tls

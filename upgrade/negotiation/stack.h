// The TLS stacks of the contract, and what sets one apart from another as numbers and switches.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace ucready::negotiation {

enum class Stack {
  openssl_10,
  openssl_11,
  openssl_3,
  java_8,
  java_17,
  haproxy,
  gnutls,
  nss,
  schannel_2012r2,
  schannel_2016,
  schannel_2022,
};

// Whose way of choosing a stack follows.
enum class Rules { openssl, jsse, gnutls };

struct StackTraits {
  Stack stack;
  std::string_view name;  // The contract's word: "openssl-1.1".
  Rules rules;
  bool measured;  // Its rules were tried on the stack itself, or on its nearest relative; otherwise it only stands in.
  // What OpenSSL grants weak hashes in security bits: as a message signature, as MD5 with SHA-1 (below TLSv1.2), and as
  // the signature of a certificate.
  int sha1_bits;
  int md5_sha1_bits;
  int sha1_certificate_bits;
  bool needs_renegotiation_info;  // A client that refuses servers without RFC 5746 up to TLSv1.2.
};

const StackTraits& traits(Stack stack);
std::string_view to_text(Stack stack);
std::optional<Stack> parse_stack(std::string_view text);
std::span<const StackTraits> all_stacks();

// The stacks whose rules are followed for one: itself where it was measured, else each of the measured kinds.
std::span<const Stack> readings(const Stack& stack);

// The bits of security that OpenSSL's level asks for; levels above 5 count as 5.
int level_bits(int level);

}  // namespace ucready::negotiation

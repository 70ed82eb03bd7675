#include "trust/stack_rules.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace ucready::trust {
namespace {

enum class Family { openssl, jsse, gnutls, other };

struct Stack {
  std::string_view name;
  Family family;
  // Security bits that OpenSSL grants SHA-1 on a certificate: 1.1.1 counts its length, 3.0 what is known of collisions.
  // Two different numbers: which of them holds is not known of this stack.
  int sha1_bits;
  int other_sha1_bits;
};
constexpr Stack kStacks[] = {
    {"openssl-3", Family::openssl, 63, 63}, {"openssl-1.1", Family::openssl, 80, 80},
    {"haproxy", Family::openssl, 63, 80},   {"java-17", Family::jsse, 0, 0},
    {"gnutls", Family::gnutls, 0, 0},
};
constexpr Stack kOther = {"", Family::other, 0, 0};

// RFC 8446 section 6.2, RFC 5246 section 7.2.2.
enum AlertNumber : std::uint8_t {
  kNone = 0,
  kBadCertificate = 42,
  kUnsupportedCertificate = 43,
  kExpired = 45,
  kCertificateUnknown = 46,
  kUnknownCa = 48,
  kDecryptError = 51,
  kInternalError = 80,
};

enum class Cell { takes, refuses, unknown, by_level, by_root, by_partial };

struct Entry {
  Cell cell;
  AlertNumber alert = kNone;
};
constexpr Entry kTakes{Cell::takes}, kUnknown{Cell::unknown}, kRefuses{Cell::refuses};
constexpr Entry kJsse{Cell::refuses, kCertificateUnknown}, kGnutls{Cell::refuses, kBadCertificate};
constexpr Entry kByLevel{Cell::by_level, kBadCertificate};

constexpr Entry refuses(AlertNumber alert) { return {Cell::refuses, alert}; }

struct Row {
  FaultKind kind;
  Entry openssl, jsse, gnutls, other;
};
constexpr Row kRows[] = {
    {FaultKind::untrusted, refuses(kUnknownCa), kJsse, kGnutls, kRefuses},
    {FaultKind::missing_intermediate, refuses(kUnknownCa), kJsse, kGnutls, kRefuses},
    {FaultKind::lone_anchor, {Cell::by_partial, kUnknownCa}, kTakes, kTakes, kUnknown},
    {FaultKind::bad_signature, refuses(kDecryptError), kJsse, kGnutls, kRefuses},
    {FaultKind::not_an_authority, refuses(kUnknownCa), kJsse, kGnutls, kRefuses},
    {FaultKind::purpose, refuses(kUnsupportedCertificate), kJsse, kGnutls, kRefuses},
    {FaultKind::any_purpose_only, refuses(kUnsupportedCertificate), kUnknown, kUnknown, kUnknown},
    {FaultKind::issuer_purpose, refuses(kUnsupportedCertificate), kUnknown, kUnknown, kUnknown},
    {FaultKind::key_usage, refuses(kUnsupportedCertificate), kUnknown, kUnknown, kUnknown},
    {FaultKind::no_digital_signature, kTakes, kJsse, refuses(kInternalError), kUnknown},
    {FaultKind::signature_doubtful, kTakes, kUnknown, kUnknown, kUnknown},
    {FaultKind::key, kByLevel, kTakes, kTakes, kTakes},
    {FaultKind::short_key, kByLevel, kTakes, kTakes, kUnknown},
    {FaultKind::weak_key, kByLevel, kUnknown, kUnknown, kUnknown},
    {FaultKind::hash, kByLevel, kTakes, kTakes, kTakes},
    {FaultKind::sha1, kByLevel, {Cell::by_root, kCertificateUnknown}, kGnutls, kUnknown},
    {FaultKind::weak_hash, kByLevel, kUnknown, kUnknown, kUnknown},
    {FaultKind::name, refuses(kBadCertificate), kJsse, kGnutls, kRefuses},
    {FaultKind::expired, refuses(kExpired), kJsse, kGnutls, kRefuses},
    {FaultKind::not_yet_valid, refuses(kBadCertificate), kJsse, kGnutls, kRefuses},
    {FaultKind::anchor_expired, refuses(kExpired), kTakes, kGnutls, kUnknown},
    {FaultKind::anchor_not_yet_valid, refuses(kBadCertificate), kUnknown, kUnknown, kUnknown},
    {FaultKind::other, refuses(kCertificateUnknown), kUnknown, kUnknown, kUnknown},
};

Entry entry_of(FaultKind kind, Family family) {
  const Row& row = *std::ranges::find(kRows, kind, &Row::kind);
  switch (family) {
    case Family::openssl:
      return row.openssl;
    case Family::jsse:
      return row.jsse;
    case Family::gnutls:
      return row.gnutls;
    case Family::other:
      return row.other;
  }
  return kUnknown;
}

// Bits of security that a level asks for; SSL_CTX_set_security_level(3).
int bits_of_level(int level) {
  constexpr std::array kBits = {0, 80, 112, 128, 192, 256};
  return kBits.at(static_cast<std::size_t>(std::clamp(level, 0, 5)));
}

StackRuling by_level(const ChainFault& fault, const Stack& stack, const ChainQuestion& question, tls::Alert alert) {
  const bool is_sha1 = fault.kind == FaultKind::sha1;
  const bool is_weak_hash = fault.kind == FaultKind::weak_hash;
  // MD5 has less than any level above 0 asks for, by either count.
  const int low = is_sha1 ? std::min(stack.sha1_bits, stack.other_sha1_bits) : fault.security_bits;
  const int high = is_sha1 ? std::max(stack.sha1_bits, stack.other_sha1_bits) : is_weak_hash ? 64 : fault.security_bits;
  const int lowest_level = question.security_level.value_or(0);
  const int highest_level = question.security_level.value_or(5);
  if (low >= bits_of_level(highest_level)) return {Ruling::takes, std::nullopt, ""};
  if (high < bits_of_level(lowest_level)) return {Ruling::refuses, alert, ""};
  return {Ruling::unknown, std::nullopt, question.security_level ? "missing_stack" : "missing_security_level"};
}

}  // namespace

StackRuling rule_on(const ChainFault& fault, const ChainQuestion& question) {
  const auto* const known = std::ranges::find(kStacks, question.stack, &Stack::name);
  const Stack& stack = known == std::end(kStacks) ? kOther : *known;
  const Entry entry = entry_of(fault.kind, stack.family);
  const std::optional<tls::Alert> alert = entry.alert == kNone ? std::nullopt : std::optional(tls::Alert{entry.alert});
  switch (entry.cell) {
    case Cell::takes:
      return {Ruling::takes, std::nullopt, ""};
    case Cell::refuses:
      return {Ruling::refuses, alert, ""};
    case Cell::by_level:
      return by_level(fault, stack, question, *alert);
    case Cell::by_root:
      if (!question.root_is_stacks_own) return {Ruling::unknown, std::nullopt, "missing_root_origin"};
      return *question.root_is_stacks_own ? StackRuling{Ruling::refuses, alert, ""}
                                          : StackRuling{Ruling::takes, std::nullopt, ""};
    case Cell::by_partial:
      return question.partial_chains ? StackRuling{Ruling::takes, std::nullopt, ""}
                                     : StackRuling{Ruling::refuses, alert, ""};
    case Cell::unknown:
      break;
  }
  return {Ruling::unknown, std::nullopt, "missing_stack"};
}

std::string_view reason_of(FaultKind kind, Presenter presenter) {
  const bool server = presenter == Presenter::server;
  switch (kind) {
    case FaultKind::missing_intermediate:
      return "missing_intermediate";
    case FaultKind::purpose:
    case FaultKind::any_purpose_only:
    case FaultKind::issuer_purpose:
    case FaultKind::key_usage:
    case FaultKind::no_digital_signature:
    case FaultKind::signature_doubtful:
      return server ? "server_eku_missing" : "client_eku_missing";
    case FaultKind::key:
    case FaultKind::short_key:
    case FaultKind::weak_key:
    case FaultKind::hash:
      return "weak_key";
    case FaultKind::sha1:
    case FaultKind::weak_hash:
      return "sha1_certificate";
    case FaultKind::name:
      return "name_mismatch";
    case FaultKind::expired:
    case FaultKind::not_yet_valid:
    case FaultKind::anchor_expired:
    case FaultKind::anchor_not_yet_valid:
      return "expired_certificate";
    case FaultKind::untrusted:
    case FaultKind::lone_anchor:
    case FaultKind::bad_signature:
    case FaultKind::not_an_authority:
    case FaultKind::other:
      break;
  }
  return server ? "untrusted_server_certificate" : "untrusted_client_certificate";
}

}  // namespace ucready::trust

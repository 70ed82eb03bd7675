#include "upgrade/negotiation/stack.h"

#include <algorithm>
#include <array>

namespace ucready::negotiation {
namespace {

// OpenSSL 3.0 calls SHA-1 broken (64 bits as a signature, 63 on a certificate); 1.1.1 still gives it half its length.
constexpr StackTraits kStacks[] = {
    {Stack::openssl_10, "openssl-1.0", Rules::openssl, true, 80, 80, 80, false},
    {Stack::openssl_11, "openssl-1.1", Rules::openssl, true, 80, 80, 80, false},
    {Stack::openssl_3, "openssl-3", Rules::openssl, true, 64, 67, 63, true},
    {Stack::java_8, "java-8", Rules::jsse, true, 0, 0, 0, false},
    {Stack::java_17, "java-17", Rules::jsse, true, 0, 0, 0, false},
    {Stack::haproxy, "haproxy", Rules::openssl, true, 64, 67, 63, true},
    {Stack::gnutls, "gnutls", Rules::gnutls, true, 0, 0, 0, false},
    {Stack::nss, "nss", Rules::openssl, false, 0, 0, 0, false},
    {Stack::schannel_2012r2, "schannel-2012r2", Rules::openssl, false, 0, 0, 0, false},
    {Stack::schannel_2016, "schannel-2016", Rules::openssl, false, 0, 0, 0, false},
    {Stack::schannel_2022, "schannel-2022", Rules::openssl, false, 0, 0, 0, false},
};

constexpr Stack kMeasuredKinds[] = {Stack::openssl_3, Stack::java_17, Stack::gnutls};

}  // namespace

const StackTraits& traits(Stack stack) { return *std::ranges::find(kStacks, stack, &StackTraits::stack); }

std::string_view to_text(Stack stack) { return traits(stack).name; }

std::optional<Stack> parse_stack(std::string_view text) {
  const auto* const row = std::ranges::find(kStacks, text, &StackTraits::name);
  if (row == std::end(kStacks)) return std::nullopt;
  return row->stack;
}

std::span<const StackTraits> all_stacks() { return kStacks; }

std::span<const Stack> readings(const Stack& stack) {
  if (traits(stack).measured) return {&stack, 1};
  return kMeasuredKinds;
}

int level_bits(int level) {
  constexpr std::array<int, 6> kBits = {0, 80, 112, 128, 192, 256};
  return kBits.at(static_cast<std::size_t>(std::clamp(level, 0, 5)));
}

}  // namespace ucready::negotiation

#include "rehearsal/keys.h"

#include <fmt/format.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "core/printable.h"
#include "rehearsal/openssl_names.h"

namespace ucready::rehearsal {
namespace {

using KeyContextHandle = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

KeyHandle make_rsa(const char* algorithm, int bits) {
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), std::min(bits, kMostRsaBits)) == 1) {
    EVP_PKEY_keygen(context.get(), &key);
  }
  return KeyHandle(key);
}

KeyHandle make_ec(const std::string& curve) {
  const auto group = tls::parse_group(curve);
  const auto name = group ? openssl_name(*group) : std::nullopt;
  return KeyHandle(name ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", name->c_str()) : nullptr);
}

KeyHandle make_key(const KeySort& sort) {
  if (sort.type == "rsa") return make_rsa("RSA", sort.bits);
  if (sort.type == "rsa-pss") return make_rsa("RSA-PSS", sort.bits);
  if (sort.type == "ecdsa") return make_ec(sort.curve);
  if (sort.type == "ed25519") return KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (sort.type == "ed448") return KeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"));
  return nullptr;
}

}  // namespace

KeySort key_sort(const Certificate& certificate) {
  const bool rsa = certificate.key_type.starts_with("rsa");
  return {certificate.key_type, rsa ? certificate.key_bits : 0, certificate.curve};
}

Result<EVP_PKEY*> KeyRack::key(const KeySort& sort, const std::string& holder) {
  const trust::ErrorQueueGuard guard;
  KeyHandle& slot = made_[{sort, holder}];
  if (!slot) slot = make_key(sort);
  if (slot) return slot.get();
  return fail(ErrorCode::unsupported, fmt::format("no {} key{} can be made here", printable(sort.type),
                                                  sort.curve.empty() ? "" : " on " + printable(sort.curve)));
}

}  // namespace ucready::rehearsal

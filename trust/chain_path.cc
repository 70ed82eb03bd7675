#include "trust/chain_path.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "core/ip_address.h"
#include "trust/certificate.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

using ContextHandle = CHandle<X509_STORE_CTX, X509_STORE_CTX_free>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using StackHandle = std::unique_ptr<STACK_OF(X509), FreeStack>;

// A peer may send a hundred thousand; no stack takes a path of more than a hundred.
constexpr std::size_t kMostPresented = 100;
constexpr std::size_t kMostFaults = 256;

X509Handle parse(const Certificate& certificate) {
  const unsigned char* at = certificate.der.data();
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(certificate.der.size())));
}

void push(const StackHandle& stack, const Certificate& certificate) {
  X509Handle parsed = parse(certificate);
  if (parsed && sk_X509_push(stack.get(), parsed.get()) > 0) static_cast<void>(parsed.release());
}

StackHandle between(const ChainQuestion& question, const std::vector<CertificatePtr>& also) {
  StackHandle stack(sk_X509_new_null());
  const std::size_t count = std::min(question.chain.size(), kMostPresented);
  for (std::size_t i = 1; i < count; ++i) push(stack, *question.chain[i]);
  for (const CertificatePtr& certificate : also) push(stack, *certificate);
  return stack;
}

int note_fault(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  auto& faults = *static_cast<std::vector<PathFault>*>(X509_STORE_CTX_get_app_data(context));
  if (faults.size() == kMostFaults) return 0;
  faults.push_back(
      {X509_STORE_CTX_get_error(context), static_cast<std::size_t>(X509_STORE_CTX_get_error_depth(context))});
  return 1;
}

PathStep step_of(X509* certificate) {
  PathStep step;
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(certificate, &bytes);
  if (length <= 0) return step;
  const std::unique_ptr<unsigned char, decltype([](unsigned char* p) { OPENSSL_free(p); })> encoded(bytes);
  const CertificatePtr read = read_certificate({encoded.get(), static_cast<std::size_t>(length)});
  step.subject = read->subject;
  step.key_type = read->key_type;
  step.key_bits = read->key_bits;
  step.hash = read->signature_hash;
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  step.key_security_bits = key == nullptr ? 0 : EVP_PKEY_get_security_bits(key);
  int security_bits = -1;
  X509_get_signature_info(certificate, nullptr, nullptr, &security_bits, nullptr);
  step.hash_security_bits = std::max(security_bits, 0);
  return step;
}

constexpr std::array kUntrusted = {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                                   X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                                   X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                                   X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
                                   X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                                   X509_V_ERR_CERT_UNTRUSTED,
                                   X509_V_ERR_CERT_REJECTED,
                                   X509_V_ERR_CERT_CHAIN_TOO_LONG};

}  // namespace

bool ChainPath::has(int error) const {
  return std::ranges::any_of(faults, [&](const PathFault& fault) { return fault.error == error; });
}

bool ChainPath::ends_in_store() const {
  return !steps.empty() && std::ranges::none_of(kUntrusted, [&](int error) { return has(error); });
}

ChainPath build_path(const ChainQuestion& question, const std::vector<CertificatePtr>& also, bool partial_chains) {
  const ErrorQueueGuard guard;
  ChainPath path;
  if (question.chain.empty() || question.store == nullptr) return path;
  const X509Handle leaf = parse(*question.chain.front());
  if (!leaf) return path;
  const StackHandle others = between(question, also);
  const ContextHandle context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), question.store->handle(), leaf.get(), others.get()) != 1)
    return path;
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  const bool server = question.presenter == Presenter::server;
  X509_VERIFY_PARAM_set_purpose(parameters, server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT);
  X509_VERIFY_PARAM_set_trust(parameters, server ? X509_TRUST_SSL_SERVER : X509_TRUST_SSL_CLIENT);
  X509_VERIFY_PARAM_set_time(parameters, static_cast<time_t>(question.at.time_since_epoch().count()));
  X509_VERIFY_PARAM_set_auth_level(parameters, 0);
  if (partial_chains) X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_CTX_set_app_data(context.get(), &path.faults);
  X509_STORE_CTX_set_verify_cb(context.get(), note_fault);
  if (X509_verify_cert(context.get()) != 1 && path.faults.empty()) {
    path.faults.push_back({X509_STORE_CTX_get_error(context.get()), 0});
  }
  const STACK_OF(X509)* const built = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; built != nullptr && i < sk_X509_num(built); ++i)
    path.steps.push_back(step_of(sk_X509_value(built, i)));
  return path;
}

bool carries_name(const Certificate& leaf, const std::string& name) {
  const ErrorQueueGuard guard;
  const X509Handle parsed = parse(leaf);
  if (!parsed) return false;
  if (parse_ip_address(name)) return X509_check_ip_asc(parsed.get(), name.c_str(), 0) == 1;
  constexpr unsigned kFlags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
  return X509_check_host(parsed.get(), name.data(), name.size(), kFlags, nullptr) == 1;
}

}  // namespace ucready::trust

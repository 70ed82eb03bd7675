#include "rehearsal/endpoint.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/dh.h>
#include <openssl/param_build.h>

#include <map>

#include "rehearsal/openssl_names.h"

namespace ucready::rehearsal {
namespace {

using negotiation::Chain;
using negotiation::ClientAuth;
using negotiation::DhParameters;
using negotiation::Profile;
using negotiation::Side;

using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;
using KeyContextHandle = CHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using NumberHandle = CHandle<BIGNUM, BN_free>;
using BuilderHandle = CHandle<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using ParametersHandle = CHandle<OSSL_PARAM, OSSL_PARAM_free>;

tl::unexpected<Error> unable(std::string_view what) {
  return fail(ErrorCode::unsupported, fmt::format("the OpenSSL at hand does not take {}", what));
}

struct Prime {
  int bits;
  BIGNUM* (*make)(BIGNUM*);
};
constexpr Prime kPrimes[] = {{1024, BN_get_rfc2409_prime_1024},
                             {1536, BN_get_rfc3526_prime_1536},
                             {2048, BN_get_rfc3526_prime_2048},
                             {3072, BN_get_rfc3526_prime_3072},
                             {4096, BN_get_rfc3526_prime_4096}};

KeyHandle make_dh_parameters(const Prime& row) {
  const NumberHandle prime(row.make(nullptr));
  const NumberHandle generator(BN_new());
  BN_set_word(generator.get(), DH_GENERATOR_2);
  const BuilderHandle builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, prime.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, generator.get());
  const ParametersHandle parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters.get());
  return KeyHandle(key);
}

EVP_PKEY* dh_parameters(int bits) {
  static std::map<int, KeyHandle> made;
  for (const Prime& row : kPrimes) {
    if (row.bits != bits) continue;
    KeyHandle& slot = made[bits];
    if (!slot) slot = make_dh_parameters(row);
    return slot.get();
  }
  return nullptr;
}

bool is_pinned(const Judge& judge, X509_STORE_CTX* verification) {
  const auto at = judge.trust->anchors.find(judge.certificates->id_of(encoded(X509_STORE_CTX_get0_cert(verification))));
  return at != judge.trust->anchors.end() && at->second == negotiation::Anchor::pinned;
}

// libssl calls this for each objection to a chain, and once where there is none.
int weigh_objection(int fine, X509_STORE_CTX* verification) {
  if (fine == 1) return 1;
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  Judge& judge = *static_cast<Judge*>(SSL_get_app_data(ssl));
  if (judge.objection.empty()) {
    const int depth = X509_STORE_CTX_get_error_depth(verification);
    judge.objection = fmt::format(
        "{} ({})", X509_verify_cert_error_string(X509_STORE_CTX_get_error(verification)),
        depth == 0 ? std::string("of the leaf") : fmt::format("of the certificate {} above the leaf", depth));
  }
  const bool of_purpose = X509_STORE_CTX_get_error(verification) == X509_V_ERR_INVALID_PURPOSE;
  const bool minds = judge.trust->verify && !(of_purpose && !judge.trust->check_purpose);
  return minds && !is_pinned(judge, verification) ? 0 : 1;
}

// A key that the level refuses is not there. Tried on a connection of its own, so that a refusal half-way leaves
// nothing behind.
Result<void> load_key(SSL* ssl, const Shown& shown) {
  const auto load = [&](SSL* into) {
    if (SSL_use_certificate(into, shown.leaf) != 1) return false;
    for (X509* const issuer : shown.issuers) {
      if (SSL_add1_chain_cert(into, issuer) != 1) return false;
    }
    return SSL_use_PrivateKey(into, shown.key) == 1;
  };
  const SslHandle trial(SSL_new(SSL_get_SSL_CTX(ssl)));
  SSL_set_security_level(trial.get(), SSL_get_security_level(ssl));
  if (!load(trial.get())) return {};
  if (SSL_use_certificate(ssl, shown.leaf) == 1) SSL_clear_chain_certs(ssl);
  if (!load(ssl)) return unable("a key");
  return {};
}

Result<void> set_versions(SSL* ssl, const Profile& profile) {
  if (profile.versions.empty()) return unable("an end without a TLS version");
  if (SSL_set_min_proto_version(ssl, profile.versions.back().value) != 1) return unable("the lowest version");
  if (SSL_set_max_proto_version(ssl, profile.versions.front().value) != 1) return unable("the highest version");
  for (const auto& [version, option] : {std::pair{tls::kTls11, SSL_OP_NO_TLSv1_1}, {tls::kTls12, SSL_OP_NO_TLSv1_2}}) {
    if (!negotiation::contains(profile.versions, version)) SSL_set_options(ssl, option);
  }
  return {};
}

Result<void> configure(SSL* ssl, const Profile& profile, Side side, Judge& judge) {
  SSL_set_security_level(ssl, profile.security_level);
  SSL_set_mode(ssl, SSL_MODE_NO_AUTO_CHAIN);
  if (auto set = set_versions(ssl, profile); !set) return set;
  // Nothing but TLSv1.3's suites: said so, it counts as an error and is done all the same.
  const std::string suites = openssl_list(profile.suites);
  if (SSL_set_cipher_list(ssl, suites.empty() ? "!ALL" : suites.c_str()) != 1 && !suites.empty()) {
    return unable("the suites");
  }
  if (SSL_set_ciphersuites(ssl, openssl_list(profile.suites_tls13).c_str()) != 1) return unable("the TLSv1.3 suites");
  if (SSL_set1_groups_list(ssl, openssl_list(profile.groups).c_str()) != 1) return unable("the groups");
  if (SSL_set1_sigalgs_list(ssl, openssl_list(profile.schemes).c_str()) != 1) return unable("the signature schemes");
  for (const Chain& chain : profile.keys) {
    if (auto loaded = load_key(ssl, judge.certificates->shown(chain)); !loaded) return loaded;
  }
  SSL_set1_verify_cert_store(ssl, judge.certificates->store(side, profile.trust));
  X509_VERIFY_PARAM* const verification = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_time(verification, judge.certificates->verified_at(side));
  if (profile.trust.partial_chains) X509_VERIFY_PARAM_set_flags(verification, X509_V_FLAG_PARTIAL_CHAIN);
  judge.trust = &profile.trust;
  SSL_set_app_data(ssl, &judge);
  return {};
}

SslContextHandle make_context(const SSL_METHOD* method) {
  SslContextHandle made(SSL_CTX_new(method));
  SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(made.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(made.get(), 0);
  return made;
}

Result<void> set_dh(SSL* ssl, const negotiation::ServerProfile& server) {
  if (server.dh == DhParameters::by_key) SSL_set_dh_auto(ssl, 1);
  if (server.dh != DhParameters::fixed) return {};
  EVP_PKEY* const parameters = dh_parameters(server.dh_bits);
  if (parameters == nullptr) return unable(fmt::format("a Diffie-Hellman prime of {} bits", server.dh_bits));
  EVP_PKEY_up_ref(parameters);
  // A prime that the level refuses is not there.
  if (SSL_set0_tmp_dh_pkey(ssl, parameters) != 1) EVP_PKEY_free(parameters);
  return {};
}

}  // namespace

bool has_dh_prime(int bits) { return dh_parameters(bits) != nullptr; }

Result<SslHandle> make_client(const negotiation::ClientProfile& client, Judge& judge) {
  static const SslContextHandle context = make_context(TLS_client_method());
  SslHandle ssl(SSL_new(context.get()));
  if (auto set = configure(ssl.get(), client, Side::client, judge); !set) return tl::unexpected<Error>(set.error());
  SSL_set_verify(ssl.get(), SSL_VERIFY_PEER, weigh_objection);
  const std::string called = judge.certificates->server_name();
  if (client.trust.check_name && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), called.c_str()) != 1) {
    ERR_clear_error();
    SSL_set1_host(ssl.get(), called.c_str());
  }
  if (client.server_name) {
    // What the macro SSL_set_tlsext_host_name stands for, without its cast.
    std::string name = "server.rehearsal.test";
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  if (client.fallback) SSL_set_mode(ssl.get(), SSL_MODE_SEND_FALLBACK_SCSV);
  SSL_set_connect_state(ssl.get());
  return ssl;
}

Result<SslHandle> make_server(const negotiation::ServerProfile& server, Judge& judge) {
  static const SslContextHandle context = make_context(TLS_server_method());
  SslHandle ssl(SSL_new(context.get()));
  if (auto set = configure(ssl.get(), server, Side::server, judge); !set) return tl::unexpected<Error>(set.error());
  if (server.server_preference) SSL_set_options(ssl.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (server.prioritize_chacha) SSL_set_options(ssl.get(), SSL_OP_PRIORITIZE_CHACHA);
  if (auto set = set_dh(ssl.get(), server); !set) return tl::unexpected<Error>(set.error());
  const int mode = server.client_auth == ClientAuth::none      ? SSL_VERIFY_NONE
                   : server.client_auth == ClientAuth::request ? SSL_VERIFY_PEER
                                                               : SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_set_verify(ssl.get(), mode, weigh_objection);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace ucready::rehearsal

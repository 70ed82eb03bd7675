#include "served_interface.h"

#include <fmt/format.h>

#include "core/bytes.h"
#include "trust_lists.h"

namespace ucready::lab {
namespace {

void use_identity(SSL_CTX* context, const Identity& identity) {
  require(SSL_CTX_use_certificate(context, identity.chain.front().get()) == 1, "certificate refused");
  require(SSL_CTX_use_PrivateKey(context, identity.key.get()) == 1, "key refused");
  for (std::size_t i = 1; i < identity.chain.size(); ++i) {
    require(SSL_CTX_add1_chain_cert(context, identity.chain[i].get()) == 1, "chain refused");
  }
}

// Only certificates of the named authorities, or exactly the named certificates, are taken; their names are sent.
void ask_for_client(SSL_CTX* context, const InterfaceSpec& spec, Pki& pki) {
  const int required = spec.client_auth == "require" ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | required, nullptr);
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const auto& name : spec.client_ca) {
    X509* const trusted = pki.named(name).chain.front().get();
    require(X509_STORE_add_cert(store, trusted) == 1, "trusted certificate refused");
    require(SSL_CTX_add_client_CA(context, trusted) == 1, "authority's name refused");
  }
}

int choose_by_name(SSL* ssl, void* argument) {
  const auto& served = *static_cast<const ServedInterface*>(argument);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const auto chosen = served.context_by_name.find(name != nullptr ? name : "");
  if (chosen != served.context_by_name.end()) SSL_set_SSL_CTX(ssl, chosen->second.get());
  return 1;
}

// What some products call a preference of certificates: in TLSv1.3, whose suites tell nothing of certificates, the kind
// is that of the first suite for TLSv1.2 in the same hello. Below TLSv1.3 the suite itself decides.
int choose_by_suites(SSL* ssl, void* argument) {
  if (SSL_version(ssl) != TLS1_3_VERSION) return 1;
  const auto& served = *static_cast<const ServedInterface*>(argument);
  const STACK_OF(SSL_CIPHER)* const suites = SSL_get_client_ciphers(ssl);
  for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    const auto chosen = served.context_by_authentication.find(SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(suites, i)));
    if (chosen == served.context_by_authentication.end()) continue;
    SSL_set_SSL_CTX(ssl, chosen->second.get());
    break;
  }
  return 1;
}

TlsContext make_context(const NodeSpec& node, const InterfaceSpec& spec, const std::vector<std::string>& identities,
                        Pki& pki) {
  TlsContext made(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* const context = made.get();
  require(context != nullptr, "TLS context");
  SSL_CTX_set_security_level(context, 0);
  require(SSL_CTX_set_cipher_list(context, (spec.ciphers + ":@SECLEVEL=0").c_str()) == 1, "ciphers");
  require(SSL_CTX_set_min_proto_version(context, spec.tls_min) == 1, "lowest version");
  require(SSL_CTX_set_max_proto_version(context, spec.tls_max) == 1, "highest version");
  if (!spec.groups.empty()) require(SSL_CTX_set1_groups_list(context, spec.groups.c_str()) == 1, "groups");
  SSL_CTX_set_dh_auto(context, 1);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION |
                                   (spec.server_preference ? SSL_OP_CIPHER_SERVER_PREFERENCE : 0));
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  const auto session_context = as_bytes("lab");
  SSL_CTX_set_session_id_context(context, session_context.data(), static_cast<unsigned>(session_context.size()));
  for (const auto& name : identities) use_identity(context, pki.identity(node, name));
  if (spec.client_auth != "none") ask_for_client(context, spec, pki);
  return made;
}

void let_suites_choose(ServedInterface& served, Pki& pki) {
  for (const auto& name : served.spec->identities) {
    const bool is_rsa = EVP_PKEY_get_base_id(pki.identity(*served.node, name).key.get()) == EVP_PKEY_RSA;
    served.context_by_authentication[is_rsa ? NID_auth_rsa : NID_auth_ecdsa] =
        make_context(*served.node, *served.spec, {name}, pki);
  }
  SSL_CTX_set_cert_cb(served.context.get(), choose_by_suites, &served);
}

}  // namespace

ServedInterfaces prepare_interfaces(const Estate& estate, Pki& pki, int port_offset) {
  ServedInterfaces all;
  for (const auto& cluster : estate.clusters) {
    for (const auto& node : cluster.nodes) {
      for (const auto& spec : node.interfaces) {
        const int port = spec.port + port_offset;
        if (port > 65535) throw Trouble(fmt::format("port {} + {} is above 65535", spec.port, port_offset));
        auto served = std::make_unique<ServedInterface>();
        served->node = &node;
        served->spec = &spec;
        served->port = static_cast<std::uint16_t>(port);
        if (!spec.identities.empty()) served->context = make_context(node, spec, spec.identities, pki);
        for (const auto& [name, identities] : spec.sni) {
          served->context_by_name[node.fill_in(name)] = make_context(node, spec, identities, pki);
        }
        if (!spec.sni.empty()) SSL_CTX_set_cert_cb(served->context.get(), choose_by_name, served.get());
        if (spec.protocol == "tftp-https" && node.product == "cucm") served->files = trust_lists_of(node, pki);
        if (spec.choice == "tls12-suites") let_suites_choose(*served, pki);
        all.push_back(std::move(served));
      }
    }
  }
  return all;
}

}  // namespace ucready::lab

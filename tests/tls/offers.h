// Offers that tests start from.
#pragma once

#include <string_view>
#include <vector>

#include "tls/hello_offer.h"

namespace ucready::tls {

template <typename... Names>
std::vector<CipherSuite> suites(Names... names) {
  return {parse_cipher_suite(names).value()...};
}

inline HelloOffer legacy_offer(Version version) {
  HelloOffer offer;
  offer.versions = {version};
  offer.suites = suites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                        "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA");
  offer.groups = {Group{0x001d}, Group{0x0017}, Group{0x0018}, Group{0x0019}};
  offer.schemes = {SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603}, SignatureScheme{0x0804},
                   SignatureScheme{0x0805}, SignatureScheme{0x0806}, SignatureScheme{0x0809}, SignatureScheme{0x0401},
                   SignatureScheme{0x0501}, SignatureScheme{0x0601}, SignatureScheme{0x0203}, SignatureScheme{0x0201},
                   SignatureScheme{0x0807}};
  return offer;
}

inline HelloOffer tls13_offer() {
  HelloOffer offer = legacy_offer(kTls13);
  offer.suites = suites("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256");
  offer.groups = {Group{0x001d}, Group{0x0017}, Group{0x0018}};
  offer.key_shares = {Group{0x001d}};
  return offer;
}

}  // namespace ucready::tls

// Cipher lists as people write them: OpenSSL's cipher strings (ciphers(1)) and lists of IANA names.
//
//   expand_ciphers("ECDHE+AESGCM:!aNULL:@SECLEVEL=1")
//   expand_ciphers("TLS_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
//
// Strings expand as OpenSSL 3.0 expands them, over the suites its source knows; so do those of 1.1.1, which has the
// same rules and nearly the same suites. A list in which every word is an IANA name is taken as it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "tls/code_points.h"

namespace ucready::negotiation {

struct CipherList {
  std::vector<tls::CipherSuite> suites;        // Up to TLSv1.2, in order of preference.
  std::vector<tls::CipherSuite> suites_tls13;  // Only those named; OpenSSL's strings do not touch TLSv1.3.
  std::optional<int> security_level;           // Of @SECLEVEL=.
  std::vector<std::string> unknown;            // Words that mean nothing, as written; OpenSSL passes over them too.

  bool operator==(const CipherList&) const = default;
};

inline constexpr std::size_t kMostCipherText = 16 * 1024;

// Fails on a text that is too long and on one of which no suite is left.
Result<CipherList> expand_ciphers(std::string_view text);

// OpenSSL's name of a suite ("ECDHE-RSA-AES128-GCM-SHA256"); empty: it has none.
std::string_view openssl_name(tls::CipherSuite suite);

}  // namespace ucready::negotiation

#include "upgrade/negotiation/cipher_string.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <random>

namespace ucready::negotiation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// As OpenSSL itself expands it; empty where it refuses.
std::vector<std::string> asked_of_libssl(const std::string& text) {
  SSL_CTX* const context = SSL_CTX_new(TLS_method());
  SSL_CTX_set_ciphersuites(context, "");
  std::vector<std::string> names;
  if (SSL_CTX_set_cipher_list(context, text.c_str()) == 1) {
    STACK_OF(SSL_CIPHER)* const ciphers = SSL_CTX_get_ciphers(context);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      names.emplace_back(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i)));
    }
  }
  SSL_CTX_free(context);
  return names;
}

std::vector<std::string> read_by_us(const std::string& text) {
  std::vector<std::string> names;
  const auto list = expand_ciphers(text);
  if (!list) return names;
  for (const tls::CipherSuite suite : list->suites) names.emplace_back(openssl_name(suite));
  return names;
}

TEST(CipherString, ExpandsAsLibsslDoes) {
  for (const char* const text :
       {"DEFAULT",
        "ALL",
        "ALL:COMPLEMENTOFALL",
        "HIGH:!aNULL:!MD5",
        "ECDHE+AESGCM:DHE+AESGCM",
        "kRSA:+SHA",
        "eNULL",
        "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH",
        "ECDHE-RSA-AES256-GCM-SHA384:EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH",
        "ALL:!COMPLEMENTOFDEFAULT:!eNULL",
        "DEFAULT:!kRSA",
        "DEFAULT@SECLEVEL=0",
        "ALL:@STRENGTH",
        "NULL-SHA:AES128-SHA",
        "AES128-SHA:-AES128-SHA:ALL",
        "!AES128-SHA:ALL",
        "TLSv1.2:SSLv3:TLSv1",
        "ADH:AECDH",
        "PSK:SRP",
        "HIGH:+kRSA:!DSS",
        "AES:AES128+SHA256",
        "aRSA+AESCCM8",
        "DEFAULT:-SHA1:AES256-SHA",
        "ECDH+AES:DH+AES:RSA+AES",
        "nonsense:HIGH"}) {
    EXPECT_EQ(read_by_us(text), asked_of_libssl(text)) << text;
  }
}

TEST(CipherString, ExpandsWhateverWordsAreDrawnAsLibsslDoes) {
  constexpr const char* kWords[] = {"ALL",
                                    "DEFAULT",
                                    "HIGH",
                                    "aNULL",
                                    "eNULL",
                                    "kRSA",
                                    "ECDHE",
                                    "DHE",
                                    "AESGCM",
                                    "AES",
                                    "AES256",
                                    "SHA",
                                    "SHA256",
                                    "SHA384",
                                    "MD5",
                                    "PSK",
                                    "SRP",
                                    "DSS",
                                    "ECDSA",
                                    "aRSA",
                                    "CHACHA20",
                                    "ARIA",
                                    "CAMELLIA",
                                    "AESCCM",
                                    "TLSv1.2",
                                    "SSLv3",
                                    "RSA",
                                    "kDHEPSK",
                                    "LOW",
                                    "3DES",
                                    "COMPLEMENTOFDEFAULT",
                                    "AES128-SHA",
                                    "ECDHE-ECDSA-AES128-GCM-SHA256",
                                    "NULL-SHA256",
                                    "FOO"};
  std::mt19937 random(42);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  for (int run = 0; run < 1500; ++run) {
    std::string text;
    const std::size_t words = 1 + below(5);
    for (std::size_t i = 0; i < words; ++i) {
      if (i > 0) text += ":";
      constexpr const char* kSigns[] = {"", "", "", "!", "-", "+"};
      if (i > 0) text += kSigns[below(6)];
      text += kWords[below(std::size(kWords))];
      // OpenSSL's answer to a suite joined to COMPLEMENTOFDEFAULT depends on which stands first; nobody writes that.
      const bool joinable = !text.ends_with("COMPLEMENTOFDEFAULT");
      if (joinable && below(3) == 0) text += std::string("+") + kWords[below(std::size(kWords) - 5)];
    }
    if (below(8) == 0) text += ":@STRENGTH";
    ASSERT_EQ(read_by_us(text), asked_of_libssl(text)) << text;
  }
}

TEST(CipherString, TakesIanaNamesInTheirOrder) {
  const auto list = expand_ciphers(
      "TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_RSA_WITH_3DES_EDE_CBC_SHA,0xc02f");
  ASSERT_TRUE(list);
  EXPECT_THAT(list->suites_tls13, ElementsAre(tls::CipherSuite{0x1302}));
  EXPECT_THAT(list->suites, ElementsAre(tls::CipherSuite{0xc030}, tls::CipherSuite{0x000a}, tls::CipherSuite{0xc02f}));
  EXPECT_THAT(list->unknown, IsEmpty());
}

TEST(CipherString, KeepsTheSecurityLevelItNames) {
  EXPECT_EQ(expand_ciphers("DEFAULT:@SECLEVEL=2")->security_level, 2);
  EXPECT_EQ(expand_ciphers("DEFAULT")->security_level, std::nullopt);
}

TEST(CipherString, KeepsWordsThatMeanNothing) {
  EXPECT_THAT(expand_ciphers("HIGH:!KRYPTON:@SECLEVEL=9")->unknown, ElementsAre("!KRYPTON", "@SECLEVEL=9"));
}

TEST(CipherString, SaysThatNothingIsLeft) {
  const auto list = expand_ciphers("RC4:!ALL");
  ASSERT_FALSE(list);
  EXPECT_EQ(
      list.error().message,
      "no cipher suite is left of \"RC4:!ALL\"; write an OpenSSL cipher string or IANA names with commas between");
}

TEST(CipherString, RefusesATextWithoutEnd) { EXPECT_FALSE(expand_ciphers(std::string(kMostCipherText + 1, ':'))); }

}  // namespace
}  // namespace ucready::negotiation

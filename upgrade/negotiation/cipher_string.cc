#include "upgrade/negotiation/cipher_string.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "core/printable.h"
#include "upgrade/negotiation/facts.h"
#include "upgrade/negotiation/openssl_suites.h"

namespace ucready::negotiation {
namespace {

using namespace openssl;

// What a word, or several joined by '+', selects. Zero bits: anything.
struct Filter {
  std::uint32_t agreement = 0, authentication = 0, encryption = 0, mac = 0;
  tls::Version lowest{};
  enum class Class { any, high, medium, not_default } strength = Class::any;
  tls::CipherSuite one{};  // This suite alone.
  int strength_bits = -1;  // This strength alone.

  [[nodiscard]] bool takes(const Suite& suite) const {
    const auto meets = [](std::uint32_t wanted, std::uint32_t found) { return wanted == 0 || (wanted & found) != 0; };
    if (strength_bits >= 0) return suite.strength_bits == strength_bits;
    if (one != tls::CipherSuite{} && one != suite.suite) return false;
    return meets(agreement, suite.agreement) && meets(authentication, suite.authentication) &&
           meets(encryption, suite.encryption) && meets(mac, suite.mac) &&
           (lowest == tls::Version{} || lowest == suite.lowest) && takes_class(suite);
  }

 private:
  [[nodiscard]] bool takes_class(const Suite& suite) const {
    // All that is left in OpenSSL is of 128 bits or
    // more, or encrypts nothing: there is no medium any more.
    const bool high = suite.encryption != kNoEncryption;
    return strength == Class::any || (strength == Class::high && high) ||
           (strength == Class::not_default && !suite.by_default && high);
  }
};

constexpr std::uint32_t kAes128 = kAes128Cbc | kAes128Gcm | kAes128Ccm | kAes128Ccm8;
constexpr std::uint32_t kAes256 = kAes256Cbc | kAes256Gcm | kAes256Ccm | kAes256Ccm8;
constexpr std::uint32_t kAesCcm8 = kAes128Ccm8 | kAes256Ccm8;
constexpr std::uint32_t kAesCcm = kAes128Ccm | kAes256Ccm | kAesCcm8;
constexpr std::uint32_t kAesGcm = kAes128Gcm | kAes256Gcm;
constexpr std::uint32_t kAnyEncryption = kNoEncryption - 1U;
constexpr std::uint32_t kAnyAuthentication = kARsa | kADss | kAEcdsa | kAPsk | kASrp;
constexpr std::uint32_t kAnyPsk = kPsk | kRsaPsk | kDhePsk | kEcdhePsk;
constexpr std::uint32_t kNothing = 1U << 31U;  // A bit that no suite has: kinds of cipher that are gone.

struct Alias {
  std::string_view word;
  Filter filter;
};
const Alias kAliases[] = {
    {"ALL", {.encryption = kAnyEncryption}},
    {"COMPLEMENTOFALL", {.encryption = kNoEncryption}},
    {"COMPLEMENTOFDEFAULT", {.strength = Filter::Class::not_default}},
    {"kRSA", {.agreement = kRsa}},
    {"kEDH", {.agreement = kDhe}},
    {"kDHE", {.agreement = kDhe}},
    {"DH", {.agreement = kDhe}},
    {"kEECDH", {.agreement = kEcdhe}},
    {"kECDHE", {.agreement = kEcdhe}},
    {"ECDH", {.agreement = kEcdhe}},
    {"kPSK", {.agreement = kPsk}},
    {"kRSAPSK", {.agreement = kRsaPsk}},
    {"kECDHEPSK", {.agreement = kEcdhePsk}},
    {"kDHEPSK", {.agreement = kDhePsk}},
    {"kSRP", {.agreement = kSrp}},
    {"kGOST", {.agreement = kNothing}},
    {"aRSA", {.authentication = kARsa}},
    {"aDSS", {.authentication = kADss}},
    {"DSS", {.authentication = kADss}},
    {"aNULL", {.authentication = kANull}},
    {"aECDSA", {.authentication = kAEcdsa}},
    {"ECDSA", {.authentication = kAEcdsa}},
    {"aPSK", {.authentication = kAPsk}},
    {"aSRP", {.authentication = kASrp}},
    {"aGOST", {.authentication = kNothing}},
    {"EDH", {.agreement = kDhe, .authentication = kAnyAuthentication}},
    {"DHE", {.agreement = kDhe, .authentication = kAnyAuthentication}},
    {"EECDH", {.agreement = kEcdhe, .authentication = kAnyAuthentication}},
    {"ECDHE", {.agreement = kEcdhe, .authentication = kAnyAuthentication}},
    {"NULL", {.encryption = kNoEncryption}},
    {"eNULL", {.encryption = kNoEncryption}},
    {"RSA", {.agreement = kRsa, .authentication = kARsa}},
    {"ADH", {.agreement = kDhe, .authentication = kANull}},
    {"AECDH", {.agreement = kEcdhe, .authentication = kANull}},
    {"PSK", {.agreement = kAnyPsk}},
    {"SRP", {.agreement = kSrp}},
    {"3DES", {.encryption = kNothing}},
    {"RC4", {.encryption = kNothing}},
    {"RC2", {.encryption = kNothing}},
    {"IDEA", {.encryption = kNothing}},
    {"SEED", {.encryption = kNothing}},
    {"AES128", {.encryption = kAes128}},
    {"AES256", {.encryption = kAes256}},
    {"AES", {.encryption = kAes128 | kAes256}},
    {"AESGCM", {.encryption = kAesGcm}},
    {"AESCCM", {.encryption = kAesCcm}},
    {"AESCCM8", {.encryption = kAesCcm8}},
    {"CAMELLIA128", {.encryption = kCamellia128}},
    {"CAMELLIA256", {.encryption = kCamellia256}},
    {"CAMELLIA", {.encryption = kCamellia128 | kCamellia256}},
    {"CHACHA20", {.encryption = kChacha}},
    {"ARIA", {.encryption = kAria128 | kAria256}},
    {"ARIAGCM", {.encryption = kAria128 | kAria256}},
    {"ARIA128", {.encryption = kAria128}},
    {"ARIA256", {.encryption = kAria256}},
    {"MD5", {.mac = kMd5}},
    {"SHA1", {.mac = kSha1}},
    {"SHA", {.mac = kSha1}},
    {"SHA256", {.mac = kSha256}},
    {"SHA384", {.mac = kSha384}},
    {"SSLv3", {.lowest = tls::kSslv3}},
    {"TLSv1", {.lowest = tls::kTls10}},
    {"TLSv1.0", {.lowest = tls::kTls10}},
    {"TLSv1.2", {.lowest = tls::kTls12}},
    {"LOW", {.encryption = kNothing}},
    {"MEDIUM", {.encryption = kNothing}},
    {"EXP", {.encryption = kNothing}},
    {"HIGH", {.strength = Filter::Class::high}},
};

const Alias* find_alias(std::string_view word) {
  const auto* const row = std::ranges::find(kAliases, word, &Alias::word);
  return row == std::end(kAliases) ? nullptr : row;
}

const Suite* find_suite(std::string_view word) {
  const auto all = suites();
  const auto at = std::ranges::find(all, word, &Suite::name);
  return at == all.end() ? nullptr : &*at;
}

// OpenSSL's list while a string works on it: active suites stand in their final order, the others wait for theirs.
class SuiteList {
 public:
  SuiteList() {
    for (const Suite& suite : suites()) items_.insert(items_.begin(), {&suite, false});  // OpenSSL counts downwards.
    arrange();
  }

  void add(const Filter& filter) { to_end(filter, false, true); }
  void move_to_end(const Filter& filter) { to_end(filter, true, true); }
  // Taken out, first in line should it be asked for again.
  void remove(const Filter& filter) { to_front(filter, false); }
  void kill(const Filter& filter) {
    std::erase_if(items_, [&](const Item& item) { return filter.takes(*item.suite); });
  }

  void sort_by_strength() {
    std::vector<int> strengths;
    for (const Item& item : items_) {
      if (item.active) strengths.push_back(item.suite->strength_bits);
    }
    std::ranges::sort(strengths, std::greater<>{});
    strengths.erase(std::unique(strengths.begin(), strengths.end()), strengths.end());
    for (const int bits : strengths) move_to_end({.strength_bits = bits});
  }

  [[nodiscard]] std::vector<tls::CipherSuite> active() const {
    std::vector<tls::CipherSuite> kept;
    for (const Item& item : items_) {
      if (item.active) kept.push_back(item.suite->suite);
    }
    return kept;
  }

 private:
  struct Item {
    const Suite* suite;
    bool active;
  };

  void to_end(const Filter& filter, bool which, bool becomes) {
    const auto moved = std::stable_partition(items_.begin(), items_.end(), [&](const Item& item) {
      return item.active != which || !filter.takes(*item.suite);
    });
    for (auto at = moved; at != items_.end(); ++at) at->active = becomes;
  }
  void to_front(const Filter& filter, bool becomes) {
    const auto rest = std::stable_partition(items_.begin(), items_.end(),
                                            [&](const Item& item) { return item.active && filter.takes(*item.suite); });
    for (auto at = items_.begin(); at != rest; ++at) at->active = becomes;
  }
  void bump(const Filter& filter) { to_front(filter, true); }

  // The order from which every string starts: forward secrecy and AEAD first, then by strength.
  void arrange() {
    add({.agreement = kEcdhe, .authentication = kAEcdsa});
    add({.agreement = kEcdhe});
    remove({.agreement = kEcdhe});
    add({.encryption = kAesGcm});
    add({.encryption = kChacha});
    add({.encryption = (kAes128 | kAes256) & ~kAesGcm});
    add({});
    move_to_end({.mac = kMd5});
    move_to_end({.authentication = kANull});
    move_to_end({.agreement = kRsa});
    move_to_end({.agreement = kPsk});
    sort_by_strength();
    bump({.lowest = tls::kTls12});
    bump({.mac = kAead});
    bump({.agreement = kDhe | kEcdhe});
    bump({.agreement = kDhe | kEcdhe, .mac = kAead});
    remove({});
  }

  std::vector<Item> items_;
};

// Bits that two words joined by '+' both ask for; what they contradict each other in selects nothing.
std::uint32_t both(std::uint32_t a, std::uint32_t b) {
  if (a == 0 || b == 0) return a | b;
  return (a & b) == 0 ? kNothing : a & b;
}

Filter narrow(const Filter& a, const Filter& b) {
  Filter filter = a;
  filter.agreement = both(a.agreement, b.agreement);
  filter.authentication = both(a.authentication, b.authentication);
  filter.encryption = both(a.encryption, b.encryption);
  filter.mac = both(a.mac, b.mac);
  if (a.lowest != tls::Version{} && b.lowest != tls::Version{} && a.lowest != b.lowest) filter.mac = kNothing;
  if (filter.lowest == tls::Version{}) filter.lowest = b.lowest;
  if (b.strength != Filter::Class::any) filter.strength = b.strength;
  if (b.one != tls::CipherSuite{}) filter.one = b.one;
  return filter;
}

// A suite joined to a word that does not fit it selects nothing.
Filter exactly(const Suite& suite) {
  return {.agreement = suite.agreement,
          .authentication = suite.authentication,
          .encryption = suite.encryption,
          .mac = suite.mac,
          .lowest = suite.lowest,
          .one = suite.suite};
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(separators);
    if (const std::string_view word = text.substr(0, end); !word.empty()) words.push_back(word);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return words;
}

class CipherStringReader {
 public:
  CipherList read(std::string_view text) {
    constexpr std::string_view kDefault = "DEFAULT";
    if (text.starts_with(kDefault)) {
      list_.add({.encryption = kAnyEncryption});
      list_.kill({.strength = Filter::Class::not_default});
      list_.kill({.encryption = kNoEncryption});
      text.remove_prefix(kDefault.size());
    }
    for (const std::string_view word : split(text, ":,; \t\r\n")) take(word);
    result_.suites = list_.active();
    return result_;
  }

 private:
  void take(std::string_view word) {
    const char sign = word.front();
    const std::string_view rest = word.substr(1);
    if (sign == '@') return take_command(word);
    const bool is_signed = sign == '!' || sign == '-' || sign == '+';
    const auto filter = filter_of(is_signed ? rest : word);
    if (!filter) return note_unknown(word);
    if (sign == '!') return list_.kill(*filter);
    if (sign == '-') return list_.remove(*filter);
    if (sign == '+') return list_.move_to_end(*filter);
    list_.add(*filter);
  }

  void take_command(std::string_view word) {
    constexpr std::string_view kLevel = "@SECLEVEL=";
    if (word == "@STRENGTH") return list_.sort_by_strength();
    const bool is_level =
        word.starts_with(kLevel) && word.size() == kLevel.size() + 1 && word.back() >= '0' && word.back() <= '5';
    if (!is_level) return note_unknown(word);
    result_.security_level = word.back() - '0';
  }

  std::optional<Filter> filter_of(std::string_view words) {
    Filter filter;
    const auto parts = split(words, "+");
    for (const std::string_view part : parts) {
      if (const Alias* const alias = find_alias(part)) {
        filter = narrow(filter, alias->filter);
      } else if (const Suite* const suite = find_suite(part)) {
        filter = narrow(filter, exactly(*suite));
      } else if (const auto named = tls::parse_cipher_suite(part); named && part.starts_with("TLS_")) {
        if (is_tls13(*named)) return take_tls13(*named);
        const auto known = std::ranges::find(suites(), *named, &Suite::suite);
        filter = narrow(filter, known == suites().end() ? Filter{.agreement = kNothing} : exactly(*known));
      } else {
        return std::nullopt;
      }
    }
    return parts.empty() ? std::nullopt : std::optional(filter);
  }

  // A suite of TLSv1.3 between OpenSSL's words: kept beside, and no filter of the list.
  std::optional<Filter> take_tls13(tls::CipherSuite suite) {
    if (!contains(result_.suites_tls13, suite)) result_.suites_tls13.push_back(suite);
    return Filter{.agreement = kNothing};
  }

  void note_unknown(std::string_view word) {
    constexpr std::size_t kMostKept = 64;
    if (result_.unknown.size() < kMostKept) result_.unknown.emplace_back(word);
  }

  SuiteList list_;
  CipherList result_;
};

// A list in which every word is an IANA name, or a number; nothing otherwise.
std::optional<CipherList> read_names(std::string_view text) {
  CipherList list;
  for (const std::string_view word : split(text, ":,; \t\r\n")) {
    const auto suite = tls::parse_cipher_suite(word);
    if (!suite) return std::nullopt;
    std::vector<tls::CipherSuite>& part = is_tls13(*suite) ? list.suites_tls13 : list.suites;
    if (!contains(part, *suite)) part.push_back(*suite);
  }
  return list;
}

}  // namespace

Result<CipherList> expand_ciphers(std::string_view text) {
  if (text.size() > kMostCipherText) {
    return fail(ErrorCode::too_large,
                fmt::format("a cipher list of {} bytes is longer than {}", text.size(), kMostCipherText));
  }
  std::optional<CipherList> list = read_names(text);
  if (!list) list = CipherStringReader().read(text);
  if (list->suites.empty() && list->suites_tls13.empty()) {
    return fail(ErrorCode::invalid_input,
                fmt::format("no cipher suite is left of \"{}\"; write an OpenSSL cipher string or "
                            "IANA names with commas between",
                            printable(text, 80)));
  }
  return *list;
}

std::string_view openssl_name(tls::CipherSuite suite) {
  const auto all = suites();
  const auto at = std::ranges::find(all, suite, &Suite::suite);
  return at == all.end() ? std::string_view{} : at->name;
}

}  // namespace ucready::negotiation

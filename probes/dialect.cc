#include "probes/dialect.h"

#include <algorithm>

namespace ucready::probes {

asio::awaitable<Result<void>> start_tls_direct(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_smtp(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_imap(Transport&, const Target&);

namespace {

constexpr std::string_view kDirect[] = {"https", "sip-tls", "sccp-tls", "cti-tls", "capf",       "tvs", "tftp-https",
                                        "ils",   "ldaps",   "smtps",    "imaps",   "xcp-router", "tls"};
constexpr std::string_view kSmtp[] = {"smtp"};
constexpr std::string_view kImap[] = {"imap"};

constexpr Dialect kDialects[] = {
    {"direct", kDirect, start_tls_direct},
    {"smtp", kSmtp, start_tls_smtp},
    {"imap", kImap, start_tls_imap},
};

}  // namespace

std::span<const Dialect> all_dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view protocol) {
  const auto found = std::ranges::find_if(
      kDialects, [&](const Dialect& dialect) { return std::ranges::count(dialect.protocols, protocol) > 0; });
  return found == std::end(kDialects) ? nullptr : found;
}

}  // namespace ucready::probes

#include "probes/dialect.h"

#include <algorithm>

namespace ucready::probes {

asio::awaitable<Result<void>> start_tls_direct(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_smtp(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_imap(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_xmpp_client(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_xmpp_server(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_ldap(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_postgresql(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_mysql(Transport&, const Target&);
asio::awaitable<Result<void>> start_tls_tds(Transport&, const Target&);
std::unique_ptr<Transport> wrap_in_tds(Transport&);

namespace {

constexpr std::string_view kDirect[] = {"https",      "sip-tls", "sccp-tls", "cti-tls", "capf",  "tvs",
                                        "tftp-https", "ils",     "ldaps",    "smtps",   "imaps", "tls"};
constexpr std::string_view kSmtp[] = {"smtp"};
constexpr std::string_view kImap[] = {"imap"};
constexpr std::string_view kXmppClient[] = {"xmpp-client"};
constexpr std::string_view kXmppServer[] = {"xmpp-server"};
constexpr std::string_view kXcpRouter[] = {"xcp-router"};
constexpr std::string_view kLdap[] = {"ldap"};
constexpr std::string_view kPostgresql[] = {"postgresql"};
constexpr std::string_view kMysql[] = {"mysql"};
constexpr std::string_view kTds[] = {"tds"};

constexpr Dialect kDialects[] = {
    {"direct", kDirect, start_tls_direct},
    {"smtp", kSmtp, start_tls_smtp},
    {"imap", kImap, start_tls_imap},
    {"xmpp-client", kXmppClient, start_tls_xmpp_client},
    {"xmpp-server", kXmppServer, start_tls_xmpp_server},
    {"xcp-router", kXcpRouter, start_tls_direct, nullptr, "", "xmpp-server"},
    {"ldap", kLdap, start_tls_ldap},
    {"postgresql", kPostgresql, start_tls_postgresql},
    {"mysql", kMysql, start_tls_mysql},
    {"tds", kTds, start_tls_tds, wrap_in_tds, "", "tds8"},
    {"tds8", {}, start_tls_direct, nullptr, "tds/8.0", ""},  // MS-TDS 8.0: TLS is there before PRELOGIN.
};

}  // namespace

std::span<const Dialect> all_dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view protocol) {
  const auto found = std::ranges::find_if(
      kDialects, [&](const Dialect& dialect) { return std::ranges::count(dialect.protocols, protocol) > 0; });
  return found == std::end(kDialects) ? nullptr : found;
}

const Dialect* dialect_named(std::string_view name) {
  const auto found = std::ranges::find(kDialects, name, &Dialect::name);
  return found == std::end(kDialects) ? nullptr : found;
}

}  // namespace ucready::probes

// What names of servers tell: of certificates and of clients' questions (SNI).
#pragma once

#include <string>
#include <string_view>

namespace ucready::report {

// As host names go (RFC 1123 section 2.1): no address, no wildcard.
bool is_host_name(std::string_view name);

// The host's own name, in lower case. VOS makes others of it for its certificates: TVS.host.domain, host-EC.domain,
// host-ms.domain. Empty: it names no host, as a CAPF certificate does not.
std::string name_of_host(std::string_view name);

std::string first_label(std::string_view name);
std::string domain_of(std::string_view name);  // What follows the first label; empty: nothing.

// "hq-cucm" of hq-cucm-pub, hq-cucm-sub2 and hq-cucm3: what the nodes of one cluster tend to have in common. Empty:
// nothing is left.
std::string stem_of(std::string_view label);

}  // namespace ucready::report

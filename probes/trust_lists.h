// Fetches the trust lists that phones load, from the file service of a CUCM node: CTLFile.tlv and ITLFile.tlv over
// HTTPS (6972), or where that gives none over HTTP (6970). Anybody may read them, phones do before they trust anything;
// ports are those of Cisco's "TCP and UDP Port Usage". trust/tlv_file.h reads them.
#pragma once

#include "probes/asker.h"

namespace ucready::probes {

inline constexpr std::size_t kMostTrustListBytes = std::size_t{4} << 20;

// Is this an interface to ask for them? 6971 has the same files and asks more of its clients.
bool serves_trust_lists(std::string_view protocol, std::string_view product, std::uint16_t port);

// Adds to `seen` the lists that came whole and begin as such a list does; at most four connections, each answer of at
// most 4 MB and within `timeout`. Where none did, and TLS was there to ask in, the trait `trust_lists` says why.
asio::awaitable<void> fetch_trust_lists(Asker& asker, db::InterfaceObservation& seen);

// The body, where the answer is a whole file that begins as a trust list does (version, then header length).
std::optional<Bytes> trust_list_in(std::string_view answer);
// Empty where it is one; else a clause of our own words, none of the answer's.
std::string why_no_trust_list(std::string_view answer);

}  // namespace ucready::probes

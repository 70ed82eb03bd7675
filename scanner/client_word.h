// A client as the user names it on the command line.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "core/result.h"
#include "db/recorded_offers.h"

namespace ucready::scanner {

// `where` is what the word was given to, such as "--as"; an error begins with it.
inline Result<db::ClientName> read_client_word(const std::string& word, std::string_view where) {
  const db::ClientName client = db::read_client_name(word);
  if (!client.cluster.empty() || !client.address.empty()) return client;
  return fail(ErrorCode::invalid_input,
              fmt::format("{} '{}': names no client; give CLUSTER, CLUSTER/NODE or an address", where, word));
}

}  // namespace ucready::scanner

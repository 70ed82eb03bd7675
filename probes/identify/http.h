// An HTTP question as the methods ask it (RFC 9110): GET, no cookie, no credentials. HTTP/1.0, so that the answer ends
// with its connection or its stated length and comes in no chunks; where it has a length the connection may carry the
// next question.
#pragma once

#include <string>
#include <string_view>

#include "probes/target.h"

namespace ucready::probes {

std::string http_get(const Target& target, std::string_view path);

struct HttpAnswer {
  int status = 0;         // 0: this is no HTTP.
  std::string_view head;  // Status line and header fields.
  std::string_view body;  // As much of it as came.
};
HttpAnswer read_http(std::string_view answer);

// As long as the header says, or one that has no body.
bool http_is_whole(std::string_view answer);

}  // namespace ucready::probes

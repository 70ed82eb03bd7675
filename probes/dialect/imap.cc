// IMAP with STARTTLS (RFC 9051 section 6.2.1).
#include <fmt/format.h>

#include <cctype>

#include "probes/dialect.h"
#include "probes/dialect/lines.h"

namespace ucready::probes {
namespace {

bool starts_with_word(std::string_view line, std::string_view word) {
  if (line.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (std::toupper(static_cast<unsigned char>(line[i])) != word[i]) return false;
  }
  return line.size() == word.size() || line[word.size()] == ' ';
}

}  // namespace

asio::awaitable<Result<void>> start_tls_imap(Transport& transport, const Target&) {
  Lines lines(transport);
  auto greeting = co_await lines.next();
  if (!greeting) co_return tl::unexpected<Error>(greeting.error());
  if (!starts_with_word(*greeting, "* OK") && !starts_with_word(*greeting, "* PREAUTH")) {
    const bool is_imap = starts_with_word(*greeting, "* BYE");
    co_return fail(is_imap ? ErrorCode::unsupported : ErrorCode::malformed,
                   fmt::format("IMAP server said: {}", *greeting));
  }
  if (auto sent = co_await lines.send("a STARTTLS\r\n"); !sent) co_return sent;
  for (;;) {
    auto line = co_await lines.next();
    if (!line) co_return tl::unexpected<Error>(line.error());
    if (line->starts_with("* ")) continue;  // Untagged: unasked news.
    if (!starts_with_word(*line, "A OK"))
      co_return fail(ErrorCode::unsupported, fmt::format("IMAP server said: {}", *line));
    if (lines.has_more())
      co_return fail(ErrorCode::malformed, "IMAP server went on talking after its answer to STARTTLS");
    co_return Result<void>();
  }
}

}  // namespace ucready::probes

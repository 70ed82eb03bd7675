// SMTP with STARTTLS (RFC 3207).
#include <fmt/format.h>

#include "probes/dialect.h"
#include "probes/dialect/lines.h"

namespace ucready::probes {
namespace {

struct Reply {
  std::string last_line;
  bool offers_starttls = false;
};

bool is_final(std::string_view line) { return line.size() == 3 || (line.size() > 3 && line[3] == ' '); }

// All lines of one reply (RFC 5321 section 4.2.1).
asio::awaitable<Result<Reply>> expect(Lines& lines, std::string_view code) {
  Reply reply;
  for (;;) {
    auto line = co_await lines.next();
    if (!line) co_return tl::unexpected<Error>(line.error());
    const bool continues = line->size() > 3 && (*line)[3] == '-';
    if (!line->starts_with(code) || (!continues && !is_final(*line))) {
      const bool is_reply = line->size() >= 3 && line->find_first_not_of("0123456789") == 3;
      co_return fail(is_reply ? ErrorCode::unsupported : ErrorCode::malformed,
                     fmt::format("SMTP server said: {}", *line));
    }
    std::string keyword = line->substr(std::min<std::size_t>(4, line->size()));
    for (char& c : keyword) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    reply.offers_starttls = reply.offers_starttls || keyword == "STARTTLS";
    reply.last_line = std::move(*line);
    if (!continues) co_return reply;
  }
}

}  // namespace

asio::awaitable<Result<void>> start_tls_smtp(Transport& transport, const Target&) {
  Lines lines(transport);
  if (auto greeted = co_await expect(lines, "220"); !greeted) co_return tl::unexpected<Error>(greeted.error());
  if (auto sent = co_await lines.send("EHLO ucready.invalid\r\n"); !sent) co_return sent;
  auto offered = co_await expect(lines, "250");
  if (!offered) co_return tl::unexpected<Error>(offered.error());
  if (!offered->offers_starttls) co_return fail(ErrorCode::unsupported, "SMTP server does not offer STARTTLS");
  if (auto sent = co_await lines.send("STARTTLS\r\n"); !sent) co_return sent;
  if (auto ready = co_await expect(lines, "220"); !ready) co_return tl::unexpected<Error>(ready.error());
  if (lines.has_more())
    co_return fail(ErrorCode::malformed, "SMTP server went on talking after its answer to STARTTLS");
  co_return Result<void>();
}

}  // namespace ucready::probes

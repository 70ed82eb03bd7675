// PostgreSQL: SSLRequest and its answer of one byte (PostgreSQL documentation, "SSL Session Encryption").
#include <fmt/format.h>

#include "probes/dialect.h"
#include "probes/dialect/intake.h"
#include "probes/dialect/postgresql_error.h"

namespace ucready::probes {
namespace {

// Its first bytes came already.
asio::awaitable<Result<void>> read_refusal(Intake& intake) {
  for (;;) {
    const auto error = read_postgresql_error(intake.bytes());
    if (!error) {
      const std::string_view answer = as_text(intake.bytes());
      co_return fail(ErrorCode::malformed,
                     fmt::format("the server answered SSLRequest with: {}", answer.substr(0, 200)));
    }
    if (*error) {
      const std::string code = (*error)->code.empty() ? "" : fmt::format(" ({})", (*error)->code);
      co_return fail(ErrorCode::unsupported, fmt::format("PostgreSQL server said: {}{}", (*error)->message, code));
    }
    if (auto came = co_await intake.more(); !came) {
      co_return fail(ErrorCode::unsupported, "PostgreSQL server refused, in an error that is cut short");
    }
  }
}

}  // namespace

asio::awaitable<Result<void>> start_tls_postgresql(Transport& transport, const Target&) {
  ByteWriter request;
  request.u32(8);           // Length, itself included.
  request.u32(80'877'103);  // The version number that stands for SSLRequest.
  if (auto sent = co_await transport.write(request.view()); !sent) co_return sent;
  Intake intake(transport);
  if (auto came = co_await intake.more(); !came) co_return came;
  const std::string_view answer = as_text(intake.bytes());
  if (answer == "S") co_return Result<void>();
  if (answer == "N") co_return fail(ErrorCode::unsupported, "PostgreSQL server said N: it has no TLS");
  if (answer.front() == 'E') co_return co_await read_refusal(intake);
  // Bytes behind the S would be taken for TLS although nothing protects them.
  co_return fail(ErrorCode::malformed, fmt::format("the server answered SSLRequest with: {}", answer.substr(0, 200)));
}

}  // namespace ucready::probes

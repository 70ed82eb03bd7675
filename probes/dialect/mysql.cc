// MySQL and MariaDB: the server greets, the client asks for TLS instead of logging in (MySQL documentation,
// "Protocol::SSLRequest").
#include <fmt/format.h>

#include "probes/dialect.h"
#include "probes/dialect/intake.h"
#include "probes/dialect/mysql_greeting.h"

namespace ucready::probes {
namespace {

Bytes ssl_request(std::uint8_t sequence) {
  constexpr std::uint8_t kLength = 32, kUtf8 = 33;
  ByteWriter out;
  out.bytes(Bytes{kLength, 0, 0, sequence});
  out.bytes(Bytes{0x00, 0x8a, 0x00, 0x00});  // PROTOCOL_41, SSL and SECURE_CONNECTION, the little end first.
  out.bytes(Bytes{0x00, 0x00, 0x00, 0x01});  // Longest packet: 16 MB.
  out.u8(kUtf8);
  out.bytes(Bytes(23));
  return out.take();
}

}  // namespace

asio::awaitable<Result<void>> start_tls_mysql(Transport& transport, const Target&) {
  Intake intake(transport);
  for (;;) {
    if (auto came = co_await intake.more(); !came) co_return came;
    const auto greeting = read_mysql_greeting(intake.bytes());
    if (!greeting) co_return tl::unexpected<Error>(greeting.error());
    if (!*greeting) continue;
    if (!(*greeting)->refusal.empty()) {
      co_return fail(ErrorCode::unsupported, fmt::format("MySQL server said: {}", (*greeting)->refusal));
    }
    if (!(*greeting)->offers_tls) {
      co_return fail(ErrorCode::unsupported,
                     fmt::format("MySQL server {} does not offer TLS", (*greeting)->server_version));
    }
    if (intake.bytes().size() > (*greeting)->size) {
      co_return fail(ErrorCode::malformed, "MySQL server went on talking after its greeting");
    }
    co_return co_await transport.write(ssl_request(static_cast<std::uint8_t>((*greeting)->sequence + 1)));
  }
}

}  // namespace ucready::probes

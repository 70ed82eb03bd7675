// LDAP with the StartTLS operation (RFC 4511 section 4.14).
#include <fmt/format.h>

#include "probes/dialect.h"
#include "probes/dialect/intake.h"
#include "probes/dialect/ldap_answer.h"

namespace ucready::probes {
namespace {

Bytes start_tls_request() {
  constexpr std::uint8_t kSequence = 0x30, kInteger = 0x02, kExtendedRequest = 0x77, kRequestName = 0x80;
  ByteWriter out;
  out.u8(kSequence);
  out.u8_block([&] {
    out.u8(kInteger);  // messageID
    out.u8_block([&] { out.u8(1); });
    out.u8(kExtendedRequest);
    out.u8_block([&] {
      out.u8(kRequestName);
      out.u8_block([&] { out.text("1.3.6.1.4.1.1466.20037"); });
    });
  });
  return out.take();
}

}  // namespace

asio::awaitable<Result<void>> start_tls_ldap(Transport& transport, const Target&) {
  if (auto sent = co_await transport.write(start_tls_request()); !sent) co_return sent;
  Intake intake(transport);
  for (;;) {
    if (auto came = co_await intake.more(); !came) co_return came;
    const auto answer = read_ldap_answer(intake.bytes());
    if (!answer) co_return tl::unexpected<Error>(answer.error());
    if (!*answer) continue;
    if ((*answer)->result_code != 0) {
      co_return fail(ErrorCode::unsupported,
                     fmt::format("LDAP server said: result {} {}", (*answer)->result_code, (*answer)->message));
    }
    if (intake.bytes().size() > (*answer)->size) {
      co_return fail(ErrorCode::malformed, "LDAP server went on talking after its answer to StartTLS");
    }
    co_return Result<void>();
  }
}

}  // namespace ucready::probes

#include "tls/psk.h"

#include <algorithm>

#include "tls/extension.h"
#include "tls/hasher.h"
#include "tls/tls13_keys.h"

namespace ucready::tls {
namespace {

constexpr std::size_t kBinderLengths = 3;  // Of the list and of its one binder.

std::size_t binder_bytes(const Session& session) { return transcript_hash(session.suite, {}).view().size(); }

}  // namespace

void write_pre_shared_key(ByteWriter& out, const Session& session) {
  write_extension(out, extension::kPreSharedKey, [&] {
    out.u16_block([&] {
      out.u16_block([&] { out.bytes(session.ticket); });
      out.u32(session.age_add);
    });
    out.u16_block([&] { out.u8_block([&] { out.bytes(Bytes(binder_bytes(session))); }); });
  });
}

void bind_pre_shared_key(Bytes& hello, const Session& session, ByteView before) {
  const std::size_t size = binder_bytes(session);
  Bytes bound(before.begin(), before.end());
  const ByteView truncated = ByteView(hello).first(hello.size() - size - kBinderLengths);
  append(bound, truncated);
  const Secret binder = psk_binder(session.suite, session.secret.view(), transcript_hash(session.suite, bound).view());
  std::ranges::copy(binder.view(), hello.end() - static_cast<std::ptrdiff_t>(size));
}

}  // namespace ucready::tls

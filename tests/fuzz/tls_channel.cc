// What comes through a finished handshake, by a server that has the keys: records that open to what their bodies say.
// The first byte chooses the version, the second the fragments.
#include <algorithm>
#include <cstdlib>

#include "tls/channel.h"

namespace {

using namespace ucready;
using namespace ucready::tls;

class OpenRecords final : public ProtectedRecords {
 public:
  bool seal(ContentType type, ByteView content, ByteWriter& out) override {
    write_records(out, type, kTls12, content);
    return true;
  }
  Result<Opened> open(const Record& record) override {
    if (record.body.empty()) return fail(ErrorCode::malformed, "shorter than its tag");
    return Opened{ContentType{record.body.front()}, record.body.subspan(1)};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ByteReader reader(ByteView(data, size));
  const Version version = (reader.u8() & 1U) == 0 ? kTls12 : kTls13;
  const std::size_t step = reader.u8() + 1U;
  ByteView rest = reader.rest();

  Channel whole(version, std::make_unique<OpenRecords>(), RecordReader(Sender::server), {});
  whole.receive(rest);
  Channel pieces(version, std::make_unique<OpenRecords>(), RecordReader(Sender::server), {});
  Bytes heard;
  while (!rest.empty()) {
    const std::size_t fragment = std::min(step, rest.size());
    pieces.receive(rest.first(fragment));
    rest = rest.subspan(fragment);
    append(heard, pieces.heard());
    pieces.take(pieces.heard().size());
  }
  if (whole.state() != pieces.state() || !std::ranges::equal(heard, whole.heard())) std::abort();
  whole.say(heard);
  whole.say_farewell();
  if (whole.state() == Channel::State::open && !whole.wants_to_send()) std::abort();
  return 0;
}

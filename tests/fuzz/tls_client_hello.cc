// A client's bytes through the record reader, the handshake reader and both readers of a ClientHello.
#include <cstdlib>

#include "tls/client_hello.h"
#include "tls/handshake.h"
#include "tls/record.h"

namespace {

using namespace ucready;

void use(const Result<tls::ClientHello>& hello) {
  if (hello && hello->unreadable.size() > hello->extensions.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  use(tls::read_client_hello(bytes));
  use(tls::read_sslv2_client_hello(bytes));

  tls::RecordReader records(tls::Sender::client);
  tls::HandshakeReader handshake;
  records.feed(bytes);
  tls::Record record;
  while (records.next(record) == tls::RecordReader::State::record) {
    if (record.type == tls::ContentType::sslv2_client_hello) use(tls::read_sslv2_client_hello(record.body));
    if (record.type != tls::ContentType::handshake) continue;
    handshake.feed(record.body);
    for (auto message = handshake.next(); message && *message; message = handshake.next()) {
      use(tls::read_client_hello((*message)->body));
    }
  }
  return 0;
}

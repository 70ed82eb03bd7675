// One handshake message after a ServerHello: the first byte chooses its type, the next four version and suite.
#include "tls/server_flight.h"
#include "tls/server_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ucready;
  ByteReader reader(ByteView(data, size));
  const tls::HandshakeType type{reader.u8()};
  tls::ServerAnswer answer;
  answer.version = tls::Version{reader.u16()};
  answer.suite = tls::CipherSuite{reader.u16()};
  const ByteView body = reader.rest();
  (void)tls::take_flight_message({type, body, body}, answer);
  (void)tls::read_server_hello(body);
  return 0;
}

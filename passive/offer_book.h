// The offers of a capture: each kind of hello is read once, and known again by its bytes.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "core/bytes.h"
#include "db/session_observation.h"
#include "tls/client_hello.h"

namespace ucready::passive {

class OfferBook {
 public:
  // `message` with its four bytes of header. Of a hello that does not follow its format only bytes and version are
  // kept.
  db::ClientOfferPtr offer_of(ByteView message);
  // An SSLv2 record without its two bytes of header (RFC 5246 appendix E.2).
  db::ClientOfferPtr offer_of_sslv2(ByteView record);

 private:
  db::ClientOfferPtr keep_malformed(ByteView message);
  db::ClientOfferPtr keep(std::string key, const tls::ClientHello& hello, ByteView message);

  Bytes skeleton_;
  // Bounded; forgetting costs reading again.
  std::unordered_map<std::string, db::ClientOfferPtr> offers_;
  std::size_t bytes_ = 0;
};

// The name that a hello asks for; empty without one. Found without reading the rest.
std::string_view server_name_of(ByteView hello_body);

}  // namespace ucready::passive

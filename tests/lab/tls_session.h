// A TLS server over a connection, by OpenSSL with memory on both sides, so that a behaviour may read the hello first
// and decide how the answer's bytes go out.
#pragma once

#include <memory>
#include <string>

#include "connection.h"
#include "handles.h"

namespace ucready::lab {

// Sends what OpenSSL wrote; false: the peer has gone.
using Writer = bool (*)(Connection& connection, ByteView bytes);

class TlsSession {
 public:
  TlsSession(Connection& connection, Writer writer, ByteView already_received);

  bool handshake();
  // What the client says, up to the separator, 16 kB, 10 s or its end.
  std::string read_until(std::string_view separator);
  void write(std::string_view text);
  void close();

 private:
  bool feed();
  bool flush();

  Connection& connection_;
  Writer write_;
  std::unique_ptr<SSL, FreeWith<SSL_free>> ssl_;
  BIO* from_client_ = nullptr;  // Both belong to ssl_.
  BIO* to_client_ = nullptr;
};

// The whole life of a well-behaved TLS connection: handshake, what the protocol says then, end.
void serve_tls(Connection& connection, Writer write, ByteView already_received);

bool write_plainly(Connection& connection, ByteView bytes);

}  // namespace ucready::lab

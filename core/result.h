// How the code says that something could not be done.
//
// Three kinds of trouble, three ways: what the network answered is an observation; what could not be done is a Result;
// a bug is an assertion or an exception.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace ucready {

enum class ErrorCode {
  invalid_input,  // A file, an option or an argument is wrong; the message names where and the mend.
  malformed,      // Bytes that do not follow their format.
  incomplete,     // Well formed so far; more bytes are needed.
  too_large,      // A bound was passed.
  not_found,
  io,         // The operating system refused: file, disk, socket.
  disk_full,  // What was written before is kept; with more room the same can be tried again.
  timeout,
  closed,       // The peer ended the connection in order.
  reset,        // The peer or the network broke the connection.
  unreachable,  // No connection could be made.
  cancelled,
  unsupported,
};

struct Error {
  ErrorCode code = ErrorCode::invalid_input;
  std::string message;  // One clause with the facts; no full stop.

  bool operator==(const Error&) const = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace ucready

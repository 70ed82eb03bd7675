// The ErrorResponse of a PostgreSQL server that does not go on (PostgreSQL documentation, "Message Formats" and "Error
// and Notice Message Fields").
#pragma once

#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::probes {

struct PostgresqlError {
  std::string code;     // SQLSTATE: "57P03"; empty: not told, as by servers before 7.4 and those short of processes.
  std::string message;  // Of one text, at most so long that it can be shown.

  bool operator==(const PostgresqlError&) const = default;
};

// Nothing while the message is not whole; malformed for what is none.
Result<std::optional<PostgresqlError>> read_postgresql_error(ByteView bytes);

}  // namespace ucready::probes

#include "probes/dialect/postgresql_error.h"

#include <algorithm>

namespace ucready::probes {
namespace {

constexpr std::uint32_t kLongestError = 30'000;  // As PostgreSQL's own client has it.
constexpr std::size_t kLongestMessage = 300, kLongestCode = 10;

// Without the zero that ends it; nothing where none does.
std::optional<std::string_view> read_string(ByteReader& reader) {
  ByteReader ahead = reader;
  const std::string_view rest = as_text(ahead.rest());
  const std::size_t length = rest.find('\0');
  if (length == std::string_view::npos) return std::nullopt;
  reader.bytes(length + 1);
  return rest.substr(0, length);
}

Result<std::optional<PostgresqlError>> malformed() {
  return fail(ErrorCode::malformed, "what came is no error of PostgreSQL");
}

// Protocol 2: one text and no length. Servers that cannot start a process for their client still speak it.
Result<std::optional<PostgresqlError>> read_old_error(ByteReader reader) {
  const auto text = read_string(reader);
  if (!text || text->empty()) return malformed();
  PostgresqlError error{.message = std::string(text->substr(0, kLongestMessage))};
  while (error.message.ends_with('\n')) error.message.pop_back();
  return error;
}

}  // namespace

Result<std::optional<PostgresqlError>> read_postgresql_error(ByteView bytes) {
  constexpr std::uint8_t kError = 'E', kCode = 'C', kMessage = 'M';
  constexpr std::uint32_t kLeastLength = 8;
  ByteReader reader(bytes);
  if (reader.u8() != kError && reader.ok()) return malformed();
  const ByteReader behind_type = reader;
  const std::uint32_t length = reader.u32();  // Itself included.
  if (!reader.ok()) return std::optional<PostgresqlError>();
  if (length < kLeastLength || length > kLongestError) return read_old_error(behind_type);
  if (reader.remaining() < length - 4) return std::optional<PostgresqlError>();

  ByteReader fields(reader.bytes(length - 4));
  PostgresqlError error;
  for (std::uint8_t field = fields.u8(); field != 0; field = fields.u8()) {
    const auto text = read_string(fields);
    if (!text) return malformed();
    if (field == kCode) error.code = text->substr(0, kLongestCode);
    if (field == kMessage) error.message = text->substr(0, kLongestMessage);
  }
  if (!fields.ok() || error.message.empty()) return malformed();
  return error;
}

}  // namespace ucready::probes

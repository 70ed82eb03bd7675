// Bytes in order out of a file, a pipe, memory, or something compressed: what the capture readers read from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace ucready::passive {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // At least one byte and at most as many as `into` holds; 0 at the end, and where trouble() says why no more come.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  // Why it ended before its end, in one clause.
  [[nodiscard]] virtual std::optional<std::string> trouble() const { return std::nullopt; }

  // Bytes of the file taken so far, before decompression, and its size; 0 where unknown.
  [[nodiscard]] virtual std::uint64_t taken() const = 0;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
};

// "-" is standard input. Errors begin with the path.
Result<std::unique_ptr<ByteStream>> open_file_stream(const std::string& path);
std::unique_ptr<ByteStream> memory_stream(Bytes bytes);

// Looks through gzip (RFC 1952, also several members in a row) and zstd (RFC 8878), known by their first bytes; other
// streams come out as they went in. Memory is bounded: zstd windows of more than 128 MB are refused, as trouble.
std::unique_ptr<ByteStream> looked_through(std::unique_ptr<ByteStream> stream);

}  // namespace ucready::passive

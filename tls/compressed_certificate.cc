#include "tls/compressed_certificate.h"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <span>

namespace ucready::tls {
namespace {

// Each fills `into` to its end with all of `packed`, or says false: also where more would come out than fits.
bool inflate_zlib(ByteView packed, std::span<std::uint8_t> into) {
  uLongf out = into.size();
  uLong in = packed.size();
  return uncompress2(into.data(), &out, packed.data(), &in) == Z_OK && out == into.size() && in == packed.size();
}

bool inflate_brotli(ByteView packed, std::span<std::uint8_t> into) {
  std::size_t out = into.size();
  const auto status = BrotliDecoderDecompress(packed.size(), packed.data(), &out, into.data());
  return status == BROTLI_DECODER_RESULT_SUCCESS && out == into.size();
}

bool inflate_zstd(ByteView packed, std::span<std::uint8_t> into) {
  const std::size_t out = ZSTD_decompress(into.data(), into.size(), packed.data(), packed.size());
  return ZSTD_isError(out) == 0 && out == into.size();
}

struct Algorithm {
  std::uint16_t number;  // RFC 8879 section 7.3.
  bool (*inflate)(ByteView packed, std::span<std::uint8_t> into);
};

constexpr Algorithm kAlgorithms[] = {{1, inflate_zlib}, {2, inflate_brotli}, {3, inflate_zstd}};

}  // namespace

Result<Bytes> read_compressed_certificate(ByteView body) {
  ByteReader reader(body);
  const std::uint16_t number = reader.u16();
  const std::uint32_t size = reader.u24();
  const ByteView packed = reader.u24_block();
  if (!reader.ok() || reader.remaining() != 0) return fail(ErrorCode::malformed, "CompressedCertificate is cut short");
  const auto* const algorithm = std::ranges::find(kAlgorithms, number, &Algorithm::number);
  if (algorithm == std::end(kAlgorithms)) {
    return fail(ErrorCode::malformed, fmt::format("CompressedCertificate is of the unknown algorithm {}", number));
  }
  if (size == 0 || size > kMostInflatedBytes) {
    return fail(ErrorCode::malformed, fmt::format("CompressedCertificate claims {} bytes", size));
  }
  Bytes certificate(size);
  if (!algorithm->inflate(packed, certificate)) {
    return fail(ErrorCode::malformed, fmt::format("CompressedCertificate is no {} bytes compressed", size));
  }
  return certificate;
}

}  // namespace ucready::tls

#include "probes/dialect/ldap_answer.h"

namespace ucready::probes {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
constexpr std::uint8_t kSequence = 0x30, kInteger = 0x02, kEnumerated = 0x0a, kOctets = 0x04, kExtendedResponse = 0x78;

// BER's definite lengths (RFC 4511 section 5.1 forbids the others); beyond any bound where it is no such length.
std::size_t read_length(ByteReader& reader) {
  constexpr std::uint8_t kLongForm = 0x80;
  const std::uint8_t first = reader.u8();
  if (first < kLongForm) return first;
  switch (first) {
    case kLongForm + 1:
      return reader.u8();
    case kLongForm + 2:
      return reader.u16();
    case kLongForm + 3:
      return reader.u24();
    case kLongForm + 4:
      return reader.u32();
    default:
      return kMostBytes + 1;
  }
}

ByteView read_element(ByteReader& reader, std::uint8_t tag) {
  const bool expected = reader.u8() == tag;
  const std::size_t length = read_length(reader);
  return reader.bytes(expected ? length : kMostBytes + reader.remaining());
}

}  // namespace

Result<std::optional<LdapAnswer>> read_ldap_answer(ByteView bytes) {
  const auto nothing_yet = std::optional<LdapAnswer>();
  if (bytes.empty()) return nothing_yet;
  ByteReader outer(bytes);
  if (outer.u8() != kSequence) return fail(ErrorCode::malformed, "what came is no LDAP message");
  const std::size_t length = read_length(outer);
  if (length > kMostBytes) return fail(ErrorCode::malformed, "what came is no LDAP message, or one of more than 64 kB");
  if (!outer.ok() || outer.remaining() < length) return nothing_yet;
  const std::size_t header = bytes.size() - outer.remaining();

  ByteReader message(outer.bytes(length));
  read_element(message, kInteger);  // messageID
  ByteReader response(read_element(message, kExtendedResponse));
  ByteReader code(read_element(response, kEnumerated));
  LdapAnswer answer{.result_code = code.u8(), .size = header + length};
  read_element(response, kOctets);  // matchedDN
  answer.message = as_text(read_element(response, kOctets));
  if (!message.ok() || !response.ok() || !code.done()) {
    return fail(ErrorCode::malformed, "what came is no ExtendedResponse of LDAP");
  }
  return answer;
}

}  // namespace ucready::probes

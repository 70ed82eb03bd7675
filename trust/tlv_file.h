// Reads the trust lists that Cisco phones load: CTLFile.tlv and ITLFile.tlv, one binary format (all integers
// big-endian). A header says who signed the file; records follow to its end, each with a role and, mostly, a
// certificate. A field is a tag (1 byte), a length (2 bytes) and a value, except the header's padding.
//
// The signature is RSA PKCS#1 v1.5 (RFC 8017 section 8.2) over the whole file without the signature's own field, by the
// key of the SAST record whose serial number the header names. It shows that the list is whole and made by one who has
// the key in it, not that this key is one's own cluster's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"
#include "core/result.h"
#include "core/time.h"

namespace ucready::trust {

enum class TlvRole : std::uint16_t {  // Numbers not named here are kept as they are.
  sast = 0,                           // Signs the list: ITLRecovery, CallManager, or a security token.
  ccm = 1,
  ccm_tftp = 2,
  tftp = 3,
  capf = 4,
  app_server = 7,
  tvs = 21,
};
std::string to_text(TlvRole role);  // "SAST", "CCM+TFTP", "role-12"

struct TlvRecord {
  std::size_t offset = 0;  // Of its first byte in the file.
  std::string dns_name;    // Texts end at their first NUL; hostile, escape where they are shown.
  std::string subject;
  std::string issuer;
  std::optional<TlvRole> role;
  Bytes serial;
  Bytes public_key;            // RSA: PKCS#1 DER; EC: the point.
  Bytes signature;             // The certificate's.
  CertificatePtr certificate;  // nullptr: the record has none.
  std::string address;         // As RFC 5952; hex where it is neither 4 nor 16 bytes.
  Bytes hash;                  // Of the certificate, in records that spare it.
  std::uint8_t hash_algorithm = 0;
  std::size_t unknown_fields = 0;

  // Neither a certificate nor a hash: clusters set back to non-secure keep such records.
  [[nodiscard]] bool vouches_for_nothing() const { return !certificate && hash.empty(); }
  bool operator==(const TlvRecord&) const = default;
};

enum class TlvSignature {
  valid,
  invalid,
  no_signer,    // No SAST record has the serial number that the header names, or it holds no key.
  absent,       // The header has no signature.
  unsupported,  // Another algorithm than RSA, or an unknown digest.
};
std::string_view to_text(TlvSignature signature);

struct TlvFile {
  int major = 0;
  int minor = 0;
  std::size_t header_length = 0;  // Bytes before the first record.
  std::string signer_version;     // "1.1"; empty where the field is absent.
  std::string signer_name;
  std::string signer_issuer;
  Bytes signer_serial;
  std::uint8_t digest = 0;  // 1 SHA-1, 2 SHA-256, 3 SHA-512; others are kept.
  std::uint8_t signature_algorithm = 0;
  std::uint8_t modulus_code = 0;  // 0 to 3: 64, 128, 256, 512 bytes.
  std::string file_name;
  std::optional<Time> made_at;
  std::size_t unknown_fields = 0;  // Of the header.
  TlvSignature signature = TlvSignature::absent;
  std::vector<TlvRecord> records;

  bool operator==(const TlvFile&) const = default;
};

inline constexpr std::size_t kMostTlvBytes = 32U << 20;
inline constexpr std::size_t kMostTlvRecords = 20'000;

// Whether the bytes begin as such a file does: a version and a header length.
bool looks_like_tlv(ByteView bytes);

// Errors (malformed, too_large) name the record, counted from 1, and the byte: "record 3 at byte 2210: field 0x09 is
// cut short". A field twice in one record is an error, for one reader would take the first and another the last;
// unknown tags are counted and passed over.
Result<TlvFile> read_tlv_file(ByteView bytes);

}  // namespace ucready::trust

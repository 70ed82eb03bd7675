// What a file says is trusted, whatever its format: a PEM bundle, a DER certificate, PKCS#7 in either form (RFC 2315;
// only its certificates), a CTL or an ITL. The content decides, never the name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.h"
#include "core/result.h"
#include "trust/tlv_file.h"

namespace ucready::trust {

enum class TrustKind { ca, pinned };  // Contract, v_trust.kind.
std::string_view to_text(TrustKind kind);

// A certificate that a list spares and names by its digest alone.
struct CertificateHash {
  std::string algorithm;  // sha1, sha256, sha384, sha512
  std::string value;      // Lower-case hex.

  bool operator==(const CertificateHash&) const = default;
};

struct TrustEntry {
  TrustKind kind = TrustKind::ca;
  CertificatePtr certificate;           // nullptr: only `hash` is known.
  std::optional<CertificateHash> hash;  // Of a pinned certificate.
  std::string subject;                  // As the list or the certificate gives it; hostile.
  std::string roles;                    // "SAST,CCM+TFTP"; empty for `ca`.
  std::string source;                   // The file.
  std::string place;                    // "line 14", "record 3"; empty where the file holds one certificate.
};

enum class TrustFormat { pem, der, pkcs7, ctl, itl, trust_list };  // trust_list: a CTL or ITL whose name tells nothing.
std::string_view to_text(TrustFormat format);

struct TrustFile {
  std::string source;
  TrustFormat format = TrustFormat::pem;
  std::vector<TrustEntry> entries;  // In the file's order.
  std::optional<TlvFile> list;      // Of CTL and ITL.
  std::vector<std::string> notes;   // "trust/hq.pem: line 3: a PRIVATE KEY was passed over"; one line each.
};

inline constexpr std::size_t kMostFileBytes = 64U << 20;

// Errors are one line, "FILE: PLACE: cause; mend", and of code invalid_input (a broken file of a known format) or
// unsupported (no known format). A certificate that cannot be read is an error: a store that lacks it would be judged
// wrongly.
Result<TrustFile> read_trust_bytes(ByteView bytes, const std::string& source);

}  // namespace ucready::trust

// Makes CTL and ITL files for tests: sound ones from a few words, and bent ones.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/certificate_maker.h"

namespace ucready::support {

struct RawTlvField {
  std::uint8_t tag = 0;
  Bytes value;
};

struct TlvRecordRecipe {
  std::uint16_t role = 1;
  std::string dns_name = {};
  Bytes certificate = {};  // DER; empty: none.
  std::string subject = {};
  std::string issuer = {};
  Bytes serial = {};
  Bytes address = {};
  Bytes hash = {};
  std::optional<std::uint8_t> hash_algorithm = {};
  std::vector<RawTlvField> more = {};
};

struct TlvRecipe {
  std::vector<TlvRecordRecipe> records;
  std::string file_name = "ITLFile.tlv";
  std::string signer_name = "CN=ITLRECOVERY_nw-cucm-pub;O=Nordwind";
  Bytes signer_serial = {};
  std::uint32_t made_at = 1'767'225'600;  // 2026-01-01
  std::uint8_t digest = 3;                // 1 SHA-1, 2 SHA-256, 3 SHA-512
  std::uint8_t algorithm = 0;
  bool with_signature = true;
  bool issuer_before_serial = true;  // Both orders are seen.
  std::vector<RawTlvField> more_header = {};
};

// The number in a certificate's serial field, as the lists hold it.
Bytes serial_of(const MadeCertificate& certificate);
TlvRecordRecipe record_of(const MadeCertificate& certificate, std::uint16_t role);
// Signed with the signer's key, which must be RSA; its serial number becomes the header's unless one is given.
Bytes make_tlv(TlvRecipe recipe, const MadeCertificate& signer);

}  // namespace ucready::support

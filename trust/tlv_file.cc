#include "trust/tlv_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "core/ip_address.h"
#include "trust/certificate.h"
#include "trust/tlv_signature.h"

namespace ucready::trust {
namespace {

namespace header_tag {
constexpr std::uint8_t kVersion = 0x01, kHeaderLength = 0x02, kSigner = 0x03, kSignerName = 0x04, kSerial = 0x05,
                       kIssuer = 0x06, kSignatureInfo = 0x07, kDigest = 0x08, kAlgorithmInfo = 0x09, kAlgorithm = 0x0a,
                       kModulus = 0x0b, kSignature = 0x0c, kPadding = 0x0d, kFileName = 0x0e, kTimestamp = 0x0f,
                       kSignerVersion = 0x1c;
}
namespace record_tag {
constexpr std::uint8_t kLength = 0x01, kDnsName = 0x02, kSubject = 0x03, kRole = 0x04, kIssuer = 0x05, kSerial = 0x06,
                       kPublicKey = 0x07, kSignature = 0x08, kCertificate = 0x09, kAddress = 0x0a, kHash = 0x0b,
                       kHashAlgorithm = 0x0c;
}

constexpr std::size_t kFixedHeader = 10;  // Version and header length with their tags.
constexpr std::size_t kRecordHead = 5;    // The record's length with its tag.

std::string text_of(ByteView value) {
  const std::string_view text = as_text(value);
  return std::string(text.substr(0, text.find('\0')));
}

Bytes copy_of(ByteView value) { return {value.begin(), value.end()}; }

std::string address_of(ByteView value) {
  if (value.size() != 4 && value.size() != 16) return to_hex(value);
  IpAddress address;
  std::ranges::copy(value, address.bytes.begin());
  address.v6 = value.size() == 16;
  return to_text(address);
}

// A value of this size exactly, or the field is wrong.
bool read_number(ByteView value, std::uint8_t& number) {
  ByteReader reader(value);
  number = reader.u8();
  return reader.done();
}

bool read_header_field(std::uint8_t tag, ByteView value, TlvFile& file, ByteView& signature) {
  ByteReader reader(value);
  switch (tag) {
    case header_tag::kSignerVersion: {
      const int major = reader.u8();
      const int minor = reader.u8();
      file.signer_version = fmt::format("{}.{}", major, minor);
      return reader.done();
    }
    case header_tag::kSignerName:
      file.signer_name = text_of(value);
      return true;
    case header_tag::kIssuer:
      file.signer_issuer = text_of(value);
      return true;
    case header_tag::kSerial:
      file.signer_serial = copy_of(value);
      return true;
    case header_tag::kDigest:
      return read_number(value, file.digest);
    case header_tag::kAlgorithm:
      return read_number(value, file.signature_algorithm);
    case header_tag::kModulus:
      return read_number(value, file.modulus_code);
    case header_tag::kSignature:
      signature = value;
      return true;
    case header_tag::kFileName:
      file.file_name = text_of(value);
      return true;
    case header_tag::kTimestamp:
      file.made_at = Time(std::chrono::seconds(reader.u32()));
      return reader.done();
    default:
      ++file.unknown_fields;
      return true;
  }
}

bool is_container(std::uint8_t tag) {
  return tag == header_tag::kSigner || tag == header_tag::kSignatureInfo || tag == header_tag::kAlgorithmInfo;
}

tl::unexpected<Error> header_fault(std::size_t at, std::string_view what) {
  return fail(ErrorCode::malformed, fmt::format("header at byte {}: {}", at, what));
}

// Reads what follows the header length, up to the first record.
Result<SignedTlv> read_header(ByteView bytes, TlvFile& file) {
  ByteReader reader(bytes.first(file.header_length));
  reader.bytes(kFixedHeader);
  SignedTlv parts;
  std::set<std::uint8_t> seen;
  while (!reader.empty()) {
    const std::size_t at = file.header_length - reader.remaining();
    const std::uint8_t tag = reader.u8();
    if (tag == header_tag::kPadding) continue;
    if (is_container(tag)) {
      const std::size_t length = reader.u16();
      if (!reader.ok() || length > reader.remaining()) return header_fault(at, "a group of fields is cut short");
      continue;
    }
    const ByteView value = reader.u16_block();
    if (!reader.ok()) return header_fault(at, fmt::format("field 0x{:02x} is cut short", tag));
    const std::size_t unknown_before = file.unknown_fields;
    if (!read_header_field(tag, value, file, parts.signature)) {
      return header_fault(at, fmt::format("field 0x{:02x} has a length of {}", tag, value.size()));
    }
    const bool known = file.unknown_fields == unknown_before;
    if (known && !seen.insert(tag).second) return header_fault(at, fmt::format("field 0x{:02x} is there twice", tag));
    if (tag != header_tag::kSignature) continue;
    parts.before = bytes.first(at);
    parts.after = bytes.subspan(file.header_length - reader.remaining());
  }
  return parts;
}

bool read_record_field(std::uint8_t tag, ByteView value, CertificateCache& certificates, TlvRecord& record) {
  switch (tag) {
    case record_tag::kDnsName:
      record.dns_name = text_of(value);
      return true;
    case record_tag::kSubject:
      record.subject = text_of(value);
      return true;
    case record_tag::kRole: {
      ByteReader reader(value);
      record.role = static_cast<TlvRole>(reader.u16());
      return reader.done();
    }
    case record_tag::kIssuer:
      record.issuer = text_of(value);
      return true;
    case record_tag::kSerial:
      record.serial = copy_of(value);
      return true;
    case record_tag::kPublicKey:
      record.public_key = copy_of(value);
      return true;
    case record_tag::kSignature:
      record.signature = copy_of(value);
      return true;
    case record_tag::kCertificate:
      if (!value.empty()) record.certificate = certificates.read(value);
      return true;
    case record_tag::kAddress:
      record.address = address_of(value);
      return true;
    case record_tag::kHash:
      record.hash = copy_of(value);
      return true;
    case record_tag::kHashAlgorithm:
      return read_number(value, record.hash_algorithm);
    default:
      ++record.unknown_fields;
      return true;
  }
}

// The first thing wrong with the record's fields; empty when nothing is.
std::string read_record(ByteView body, CertificateCache& certificates, TlvRecord& record) {
  ByteReader reader(body);
  std::set<std::uint8_t> seen;
  while (!reader.empty()) {
    const std::uint8_t tag = reader.u8();
    const ByteView value = reader.u16_block();
    if (!reader.ok()) return fmt::format("field 0x{:02x} is cut short", tag);
    const std::size_t unknown_before = record.unknown_fields;
    if (!read_record_field(tag, value, certificates, record)) {
      return fmt::format("field 0x{:02x} has a length of {}", tag, value.size());
    }
    const bool known = record.unknown_fields == unknown_before;
    if (known && !seen.insert(tag).second) return fmt::format("field 0x{:02x} is there twice", tag);
  }
  return {};
}

Result<void> read_records(ByteView bytes, TlvFile& file) {
  ByteReader reader(bytes.subspan(file.header_length));
  CertificateCache certificates;  // A signer mostly stands in two records.
  while (!reader.empty()) {
    TlvRecord record;
    record.offset = bytes.size() - reader.remaining();
    const auto fault = [&](ErrorCode code, std::string_view what) {
      return fail(code, fmt::format("record {} at byte {}: {}", file.records.size() + 1, record.offset, what));
    };
    if (file.records.size() == kMostTlvRecords) {
      return fault(ErrorCode::too_large, fmt::format("more than {} records", kMostTlvRecords));
    }
    const std::uint8_t tag = reader.u8();
    const ByteView length = reader.u16_block();
    if (!reader.ok()) return fault(ErrorCode::malformed, "is cut short");
    if (tag != record_tag::kLength || length.size() != 2) return fault(ErrorCode::malformed, "has no record length");
    const std::size_t size = ByteReader(length).u16();
    if (size < kRecordHead) return fault(ErrorCode::malformed, fmt::format("has a length of {}", size));
    const ByteView body = reader.bytes(size - kRecordHead);
    if (!reader.ok()) return fault(ErrorCode::malformed, "is cut short");
    if (const std::string wrong = read_record(body, certificates, record); !wrong.empty()) {
      return fault(ErrorCode::malformed, wrong);
    }
    file.records.push_back(std::move(record));
  }
  return {};
}

struct RoleName {
  TlvRole role;
  std::string_view name;
};
constexpr RoleName kRoles[] = {
    {TlvRole::sast, "SAST"}, {TlvRole::ccm, "CCM"}, {TlvRole::ccm_tftp, "CCM+TFTP"},     {TlvRole::tftp, "TFTP"},
    {TlvRole::capf, "CAPF"}, {TlvRole::tvs, "TVS"}, {TlvRole::app_server, "APP-SERVER"},
};

}  // namespace

std::string to_text(TlvRole role) {
  const auto* const found = std::ranges::find(kRoles, role, &RoleName::role);
  if (found != std::end(kRoles)) return std::string(found->name);
  return fmt::format("role-{}", static_cast<std::uint16_t>(role));
}

std::string_view to_text(TlvSignature signature) {
  constexpr std::array<std::string_view, 5> kNames = {"valid", "invalid",
                                                      "not checked: the signer's certificate is not in the file",
                                                      "absent", "not checked: its algorithm is not known"};
  return kNames.at(static_cast<std::size_t>(signature));
}

bool looks_like_tlv(ByteView bytes) {
  ByteReader reader(bytes);
  const std::uint8_t version = reader.u8();
  const std::uint16_t version_length = reader.u16();
  reader.bytes(2);
  const std::uint8_t header_length = reader.u8();
  const std::uint16_t header_length_length = reader.u16();
  return reader.ok() && version == header_tag::kVersion && version_length == 2 &&
         header_length == header_tag::kHeaderLength && header_length_length == 2;
}

Result<TlvFile> read_tlv_file(ByteView bytes) {
  if (bytes.size() > kMostTlvBytes) {
    return fail(ErrorCode::too_large,
                fmt::format("{} bytes; a trust list has at most {}", bytes.size(), kMostTlvBytes));
  }
  if (!looks_like_tlv(bytes)) return header_fault(0, "no version and header length; this is no CTL or ITL file");
  ByteReader reader(bytes);
  TlvFile file;
  reader.bytes(3);  // tag and length
  file.major = reader.u8();
  file.minor = reader.u8();
  reader.bytes(3);  // tag and length
  file.header_length = reader.u16();
  if (!reader.ok() || file.header_length < kFixedHeader || file.header_length > bytes.size()) {
    return header_fault(
        5, fmt::format("its length of {} does not fit a file of {} bytes", file.header_length, bytes.size()));
  }
  const auto parts = read_header(bytes, file);
  if (!parts) return tl::unexpected<Error>(parts.error());
  if (auto read = read_records(bytes, file); !read) return tl::unexpected<Error>(read.error());
  file.signature = check_signature(file, *parts);
  return file;
}

}  // namespace ucready::trust

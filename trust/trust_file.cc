#include "trust/trust_file.h"

#include <fmt/format.h>
#include <openssl/pkcs7.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "core/printable.h"
#include "trust/certificate.h"
#include "trust/openssl_handle.h"
#include "trust/pem_blocks.h"

namespace ucready::trust {
namespace {

using Pkcs7Handle = CHandle<PKCS7, PKCS7_free>;
using EncodedHandle = std::unique_ptr<unsigned char, decltype([](unsigned char* bytes) { OPENSSL_free(bytes); })>;

constexpr std::size_t kMostBagCertificates = 20'000;

tl::unexpected<Error> fault(const TrustFile& file, std::string_view place, std::string_view cause,
                            std::string_view mend) {
  const std::string where = place.empty() ? file.source : fmt::format("{}: {}", file.source, place);
  return fail(ErrorCode::invalid_input, printable(fmt::format("{}: {}; {}", where, cause, mend)));
}

Result<void> add_certificate(ByteView der, std::string place, TrustFile& file) {
  TrustEntry entry;
  entry.certificate = read_certificate(der);
  if (!entry.certificate->defect.empty()) {
    return fault(file, place, entry.certificate->defect, "export this certificate again, or take it out");
  }
  entry.subject = entry.certificate->subject;
  entry.source = file.source;
  entry.place = std::move(place);
  file.entries.push_back(std::move(entry));
  return {};
}

// Every certificate of the bag, in its order. `place` of the whole.
Result<void> add_bag(ByteView der, const std::string& place, TrustFile& file) {
  constexpr std::string_view kMend = "export it again, as PKCS#7 with certificates or as PEM";
  const unsigned char* at = der.data();
  const Pkcs7Handle bag(d2i_PKCS7(nullptr, &at, static_cast<long>(der.size())));
  if (!bag || bag->type == nullptr) return fault(file, place, "its PKCS#7 cannot be read", kMend);
  const STACK_OF(X509)* held = nullptr;
  if (PKCS7_type_is_signed(bag.get()) && bag->d.sign != nullptr) held = bag->d.sign->cert;
  const int count = held == nullptr ? 0 : sk_X509_num(held);
  if (count <= 0) return fault(file, place, "its PKCS#7 holds no certificate", kMend);
  if (static_cast<std::size_t>(count) > kMostBagCertificates) return fault(file, place, "too many certificates", kMend);
  for (int i = 0; i < count; ++i) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(sk_X509_value(held, i), &bytes);
    if (length <= 0) return fault(file, place, "its PKCS#7 cannot be read", kMend);
    const EncodedHandle encoded(bytes);
    const std::string number = fmt::format("certificate {}", i + 1);
    const std::string where = place.empty() ? number : fmt::format("{}: {}", place, number);
    if (auto added = add_certificate({encoded.get(), static_cast<std::size_t>(length)}, where, file); !added)
      return added;
  }
  return {};
}

// OpenSSL's TRUSTED CERTIFICATE is a certificate with its own notes behind it.
ByteView first_element(ByteView der) {
  ByteReader reader(der);
  reader.u8();  // tag
  const std::uint8_t first = reader.u8();
  std::size_t length = first;
  if (first == 0x81) length = reader.u8();
  if (first == 0x82) length = reader.u16();
  if (first == 0x83) length = reader.u24();
  const std::size_t head = der.size() - reader.remaining();
  return reader.ok() && length <= reader.remaining() ? der.first(head + length) : der;
}

enum class Content { certificate, trusted_certificate, bag, passed_over };
struct Label {
  std::string_view label;
  Content content;
};
constexpr Label kLabels[] = {
    {"CERTIFICATE", Content::certificate},
    {"X509 CERTIFICATE", Content::certificate},
    {"TRUSTED CERTIFICATE", Content::trusted_certificate},
    {"PKCS7", Content::bag},
    {"CMS", Content::bag},
};

Result<void> read_pem(ByteView bytes, TrustFile& file) {
  file.format = TrustFormat::pem;
  const auto blocks = read_pem_blocks(as_text(bytes));
  if (!blocks) {
    return fail(ErrorCode::invalid_input,
                printable(fmt::format("{}:{}; export it again", file.source, blocks.error().message)));
  }
  if (blocks->empty()) {
    return fail(ErrorCode::unsupported,
                printable(fmt::format("{}: no PEM block is whole; export it again", file.source)));
  }
  for (const PemBlock& block : *blocks) {
    const auto* const known = std::ranges::find(kLabels, block.label, &Label::label);
    const Content content = known == std::end(kLabels) ? Content::passed_over : known->content;
    const std::string place = fmt::format("line {}", block.line);
    Result<void> added;
    switch (content) {
      case Content::certificate:
        added = add_certificate(block.content, place, file);
        break;
      case Content::trusted_certificate:
        added = add_certificate(first_element(block.content), place, file);
        break;
      case Content::bag:
        added = add_bag(block.content, place, file);
        break;
      case Content::passed_over:
        file.notes.push_back(printable(fmt::format("{}: {}: a {} was passed over", file.source, place, block.label)));
    }
    if (!added) return added;
  }
  return {};
}

// The record says which digest it is, by the header's numbers; where it does not, the length does.
std::string hash_name(const TlvRecord& record) {
  struct Name {
    std::uint8_t code;
    std::size_t size;
    std::string_view name;
  };
  constexpr Name kNames[] = {{1, 20, "sha1"}, {2, 32, "sha256"}, {3, 64, "sha512"}};
  for (const Name& name : kNames) {
    const bool said = record.hash_algorithm == name.code || record.hash_algorithm == 0;
    if (said && record.hash.size() == name.size) return std::string(name.name);
  }
  return {};
}

TrustFormat list_format(const TlvFile& list, std::string_view source) {
  const auto names = [&](std::string_view word) {
    return list.file_name.find(word) != std::string::npos ||
           source.substr(source.rfind('/') + 1).find(word) != std::string::npos;
  };
  const bool tvs =
      std::ranges::any_of(list.records, [](const TlvRecord& record) { return record.role == TlvRole::tvs; });
  if (names("ITL") || tvs) return TrustFormat::itl;  // A CTL holds no TVS.
  return names("CTL") ? TrustFormat::ctl : TrustFormat::trust_list;
}

Result<void> read_list(ByteView bytes, TrustFile& file) {
  constexpr std::string_view kMend = "fetch the file again";
  auto list = read_tlv_file(bytes);
  if (!list) return fault(file, "", list.error().message, kMend);
  file.format = list_format(*list, file.source);
  if (list->signature != TlvSignature::valid) {
    file.notes.push_back(
        printable(fmt::format("{}: its signature is {}; a phone refuses a list that is not signed soundly", file.source,
                              to_text(list->signature))));
  }
  std::size_t number = 0;
  for (const TlvRecord& record : list->records) {
    TrustEntry entry{.kind = TrustKind::pinned, .source = file.source, .place = fmt::format("record {}", ++number)};
    if (record.vouches_for_nothing()) {
      file.notes.push_back(fmt::format("{}: {}: no certificate in it", printable(file.source), entry.place));
      continue;
    }
    entry.roles = record.role ? to_text(*record.role) : "";
    entry.subject = record.subject;
    entry.certificate = record.certificate;
    if (record.certificate && !record.certificate->defect.empty()) {
      return fault(file, entry.place, record.certificate->defect, kMend);
    }
    if (record.certificate) {
      entry.subject = record.certificate->subject;
    } else if (std::string name = hash_name(record); !name.empty()) {
      entry.hash = CertificateHash{std::move(name), to_hex(record.hash)};
    } else {
      return fault(
          file, entry.place,
          fmt::format("a hash of {} bytes and algorithm {} is not known", record.hash.size(), record.hash_algorithm),
          kMend);
    }
    file.entries.push_back(std::move(entry));
  }
  file.list = std::move(*list);
  return {};
}

bool has_bag_type(ByteView der) {
  constexpr std::array<std::uint8_t, 11> kSignedData = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                                        0xf7, 0x0d, 0x01, 0x07, 0x02};
  constexpr std::size_t kLongestHead = 6;
  const ByteView head = der.first(std::min(der.size(), kLongestHead + kSignedData.size()));
  return std::search(head.begin(), head.end(), kSignedData.begin(), kSignedData.end()) != head.end();
}

// Both are longer than 127 bytes, so their length has the long or the indefinite form; a text that begins with the
// digit 0, as OpenSSL's serial files may, is neither.
bool looks_like_der(ByteView bytes) {
  constexpr std::uint8_t kSequence = 0x30;
  return bytes.size() >= 2 && bytes[0] == kSequence && (bytes[1] & 0x80) != 0;
}

Result<void> read_content(ByteView bytes, TrustFile& file) {
  if (looks_like_tlv(bytes)) return read_list(bytes, file);
  if (looks_like_der(bytes)) {
    file.format = has_bag_type(bytes) ? TrustFormat::pkcs7 : TrustFormat::der;
    return file.format == TrustFormat::pkcs7 ? add_bag(bytes, "", file) : add_certificate(bytes, "", file);
  }
  if (looks_like_pem(as_text(bytes))) return read_pem(bytes, file);
  return fail(
      ErrorCode::unsupported,
      printable(fmt::format("{}: no certificate, PKCS#7, CTL or ITL; name a file of one of these", file.source)));
}

}  // namespace

std::string_view to_text(TrustKind kind) { return kind == TrustKind::ca ? "ca" : "pinned"; }

std::string_view to_text(TrustFormat format) {
  constexpr std::array<std::string_view, 6> kNames = {"PEM", "DER", "PKCS#7", "CTL", "ITL", "CTL or ITL"};
  return kNames.at(static_cast<std::size_t>(format));
}

Result<TrustFile> read_trust_bytes(ByteView bytes, const std::string& source) {
  const ErrorQueueGuard guard;
  TrustFile file;
  file.source = source;
  if (bytes.size() > kMostFileBytes) return fault(file, "", "longer than 64 MB", "split it");
  if (auto read = read_content(bytes, file); !read) return tl::unexpected<Error>(read.error());
  return file;
}

}  // namespace ucready::trust

#include "trust/trust_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "tests/support/tlv_maker.h"
#include "tests/trust/estate.h"
#include "trust/certificate.h"

namespace ucready::trust {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TrustFile read(ByteView bytes, const std::string& source = "trust/nw.pem") {
  auto file = read_trust_bytes(bytes, source);
  EXPECT_TRUE(file) << file.error().message;
  return file ? *file : TrustFile{};
}

std::string error_of(std::string_view text) {
  const auto file = read_trust_bytes(as_bytes(text), "trust/nw.pem");
  return file ? "read" : file.error().message;
}

std::vector<std::string> subjects(const TrustFile& file) {
  std::vector<std::string> names;
  for (const TrustEntry& entry : file.entries) names.push_back(entry.subject);
  return names;
}

// As a CA's web page gives it: certificates only, nothing signed.
Bytes bag_of(const std::vector<MadeCertificate>& certificates) {
  PKCS7* const bag = PKCS7_new();
  PKCS7_set_type(bag, NID_pkcs7_signed);
  PKCS7_content_new(bag, NID_pkcs7_data);
  for (const MadeCertificate& made : certificates) {
    const unsigned char* at = made.der.data();
    X509* const parsed = d2i_X509(nullptr, &at, static_cast<long>(made.der.size()));
    PKCS7_add_certificate(bag, parsed);
    X509_free(parsed);
  }
  unsigned char* bytes = nullptr;
  const int size = i2d_PKCS7(bag, &bytes);
  Bytes der(bytes, bytes + size);
  OPENSSL_free(bytes);
  PKCS7_free(bag);
  return der;
}

std::string base64(const Bytes& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  Bytes out(text.size());
  const int size = EVP_EncodeBlock(out.data(), bytes.data(), static_cast<int>(bytes.size()));
  return std::string(as_text(ByteView(out).first(static_cast<std::size_t>(size))));
}

TEST(TrustFile, ReadsABundleWithTextAroundItsBlocks) {
  const std::string bundle = "# Nordwind\r\n" + nw_root().pem() + "subject=NW-Issuing-CA2\n" + nw_issuing().pem();

  const TrustFile file = read(as_bytes(bundle));

  EXPECT_EQ(file.format, TrustFormat::pem);
  EXPECT_THAT(subjects(file), ElementsAre("CN=NW-Root,O=Nordwind", "CN=NW-Issuing-CA2,O=Nordwind"));
  EXPECT_EQ(file.entries[0].place, "line 2");
  EXPECT_EQ(file.entries[0].kind, TrustKind::ca);
  EXPECT_EQ(file.entries[1].source, "trust/nw.pem");
  EXPECT_EQ(*file.entries[1].certificate, *read_certificate(nw_issuing().der));
}

TEST(TrustFile, LineEndsOfAnyKindAreRead) {
  std::string old_mac = nw_root().pem();
  std::ranges::replace(old_mac, '\n', '\r');
  std::string windows;
  for (const char c : nw_root().pem()) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);

  EXPECT_THAT(read(as_bytes(old_mac)).entries, SizeIs(1));
  EXPECT_THAT(read(as_bytes(windows)).entries, SizeIs(1));
}

TEST(TrustFile, PrivateKeysArePassedOverAndSaid) {
  const TrustFile file = read(as_bytes(self_signed_leaf().key_pem() + nw_root().pem()));

  EXPECT_THAT(file.entries, SizeIs(1));
  ASSERT_THAT(file.notes, SizeIs(1));
  EXPECT_THAT(file.notes[0], HasSubstr("trust/nw.pem: line 1: a "));
  EXPECT_THAT(file.notes[0], HasSubstr("PRIVATE KEY was passed over"));
}

TEST(TrustFile, ReadsDer) {
  const TrustFile file = read(nw_root().der, "trust/root.cer");
  EXPECT_EQ(file.format, TrustFormat::der);
  EXPECT_THAT(subjects(file), ElementsAre("CN=NW-Root,O=Nordwind"));
}

TEST(TrustFile, ReadsPkcs7InBothForms) {
  const Bytes bag = bag_of({nw_root(), nw_issuing()});
  const TrustFile der = read(bag, "trust/chain.p7b");
  EXPECT_EQ(der.format, TrustFormat::pkcs7);
  EXPECT_THAT(subjects(der), ElementsAre("CN=NW-Root,O=Nordwind", "CN=NW-Issuing-CA2,O=Nordwind"));
  EXPECT_EQ(der.entries[1].place, "certificate 2");

  const TrustFile pem = read(as_bytes("-----BEGIN PKCS7-----\n" + base64(bag) + "\n-----END PKCS7-----\n"));
  EXPECT_THAT(subjects(pem), ElementsAre("CN=NW-Root,O=Nordwind", "CN=NW-Issuing-CA2,O=Nordwind"));
  EXPECT_EQ(pem.entries[1].place, "line 1: certificate 2");
}

TEST(TrustFile, ReadsOpensslsTrustedCertificates) {
  Bytes with_notes = nw_root().der;
  with_notes.insert(with_notes.end(), {0x30, 0x02, 0x30, 0x00});
  const TrustFile file = read(
      as_bytes("-----BEGIN TRUSTED CERTIFICATE-----\n" + base64(with_notes) + "\n-----END TRUSTED CERTIFICATE-----"));
  EXPECT_THAT(subjects(file), ElementsAre("CN=NW-Root,O=Nordwind"));
}

TEST(TrustFile, ReadsATrustListByItsContent) {
  const MadeCertificate signer = support::make_certificate({.subject = {{"CN", "ITLRECOVERY_nw"}}, .key = "rsa:2048"});
  support::TlvRecipe recipe{.records = {support::record_of(signer, 0), support::record_of(nw_leaf(), 2), {.role = 2}}};
  recipe.records.push_back({.role = 4, .subject = "CN=CAPF-5a04", .hash = Bytes(32, 0xab), .hash_algorithm = 2});

  const TrustFile file = read(support::make_tlv(recipe, signer), "fetched");

  EXPECT_EQ(file.format, TrustFormat::itl);
  ASSERT_THAT(file.entries, SizeIs(3));
  EXPECT_EQ(file.entries[1].kind, TrustKind::pinned);
  EXPECT_EQ(file.entries[1].roles, "CCM+TFTP");
  EXPECT_EQ(file.entries[1].subject, "CN=hh-cucm1.nordwind.example,O=Nordwind");
  EXPECT_EQ(file.entries[2].hash, (CertificateHash{"sha256", to_hex(Bytes(32, 0xab))}));
  EXPECT_EQ(file.entries[2].subject, "CN=CAPF-5a04");
  EXPECT_THAT(file.notes, ElementsAre("fetched: record 3: no certificate in it"));
}

TEST(TrustFile, ATrustListWithoutSoundSignatureIsReadAndSaid) {
  const MadeCertificate signer = support::make_certificate({.key = "rsa:2048"});
  support::TlvRecipe recipe{.records = {support::record_of(nw_leaf(), 1)}, .file_name = "CTLFile.tlv"};

  const TrustFile file = read(support::make_tlv(recipe, signer), "CTLFile.tlv");

  EXPECT_EQ(file.format, TrustFormat::ctl);
  ASSERT_THAT(file.notes, SizeIs(1));
  EXPECT_THAT(file.notes[0], HasSubstr("its signature is not checked: the signer's certificate is not in the file"));
}

TEST(TrustFile, ErrorsNameFilePlaceCauseAndMend) {
  const std::string good = nw_root().pem();
  EXPECT_EQ(error_of("words\n" + good.substr(0, good.size() / 2)),
            "trust/nw.pem:2: the block CERTIFICATE has no end; export it again");
  EXPECT_EQ(error_of("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
            "trust/nw.pem:2: no base64 in the block CERTIFICATE that begins on line 1; export it again");
  EXPECT_EQ(error_of("-----BEGIN CERTIFICATE-----\nMAMB\n-----END CERTIFICATE-----\n"),
            "trust/nw.pem: line 1: no X.509 certificate; export this certificate again, or take it out");
  EXPECT_EQ(error_of("-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----\n"),
            "trust/nw.pem: line 1: its PKCS#7 cannot be read; export it again, as PKCS#7 with certificates or as PEM");
  EXPECT_EQ(error_of("-----BEGIN CERTIFICATE-----\nMAMB\n-----END OTHER-----\n"),
            "trust/nw.pem:3: the block CERTIFICATE ends as another one; export it again");
  EXPECT_EQ(error_of("hello"), "trust/nw.pem: no certificate, PKCS#7, CTL or ITL; name a file of one of these");
  EXPECT_EQ(error_of(""), "trust/nw.pem: no certificate, PKCS#7, CTL or ITL; name a file of one of these");
}

TEST(TrustFile, EveryTruncationOfEveryFormatIsAnErrorOrWhole) {
  const MadeCertificate signer = support::make_certificate({.key = "rsa:2048"});
  const Bytes bag = bag_of({nw_root(), nw_issuing()});
  for (std::size_t size = 0; size < bag.size(); ++size)
    EXPECT_FALSE(read_trust_bytes(ByteView(bag).first(size), "f")) << size;
  const Bytes der = nw_root().der;
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_FALSE(read_trust_bytes(ByteView(der).first(size), "f")) << size;
  const std::string pem = nw_root().pem();
  const std::size_t whole = pem.find("-----END CERTIFICATE-----") + 25;
  for (std::size_t size = 0; size < whole; ++size) EXPECT_EQ(error_of(pem.substr(0, size)) == "read", false) << size;
}

TEST(TrustFile, HostileTextInAnErrorIsEscaped) {
  EXPECT_EQ(error_of("-----BEGIN \x1b[2J-----\n"), "trust/nw.pem:1: the block \\x1b[2J has no end; export it again");
}

}  // namespace
}  // namespace ucready::trust

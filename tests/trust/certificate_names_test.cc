// What a hostile certificate writes into its names must arrive whole and must not pass for something else.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/certificate_maker.h"
#include "trust/certificate.h"

namespace ucready::trust {
namespace {

using support::make_certificate;
using namespace std::string_literals;

std::string subject(const std::string& common_name) {
  return read_certificate(make_certificate({.subject = {{"CN", common_name}}}).der)->subject;
}

std::string san(const std::vector<std::string>& dns) {
  return read_certificate(make_certificate({.dns = dns}).der)->san;
}

TEST(CertificateName, KeepsTenKilobytes) {
  const std::string name(10'000, 'x');

  EXPECT_EQ(subject(name), "CN=" + name);
  EXPECT_EQ(san({name}), "DNS:" + name);
}

TEST(CertificateName, ShowsControlCharactersAndNul) {
  EXPECT_EQ(subject("good.example\0.evil.example"s), "CN=good.example\\00.evil.example");
  EXPECT_EQ(subject("a\nb\x1b[31m\x7f"), "CN=a\\0Ab\\1B[31m\\7F");
}

TEST(CertificateName, CannotForgeAnotherPart) {
  EXPECT_EQ(subject("a,O=Cisco"), "CN=a\\,O=Cisco");
  EXPECT_EQ(subject("#a "), "CN=\\#a\\ ");
}

TEST(CertificateName, KeepsTextOfOtherScripts) { EXPECT_EQ(subject("Köln-曜"), "CN=Köln-曜"); }

TEST(CertificateName, WhoseBytesAreNoUtf8MakesTheCertificateUnreadableAsForOpenssl) {
  auto made = make_certificate({.subject = {{"CN", "name-to-spoil"}}});
  const std::string_view spoilt = "spoil";
  const auto at = std::search(made.der.begin(), made.der.end(), spoilt.begin(), spoilt.end());
  ASSERT_NE(at, made.der.end());

  *at = 0xff;

  EXPECT_EQ(read_certificate(made.der)->defect, "no X.509 certificate");
}

TEST(CertificateName, ShowsAValueThatIsNoTextAsNumbers) {
  // CN as a BIT STRING.
  const Bytes name = {0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x03, 0x03, 0x02, 0x00, 0xff};

  EXPECT_EQ(read_name(name), "CN=\\FF");
}

TEST(CertificateName, KeepsFormulasAndMarkupForTheReportsToEscape) {
  EXPECT_EQ(subject("=cmd()"), "CN==cmd()");
  EXPECT_EQ(subject("<script>"), "CN=\\<script\\>");
}

TEST(CertificateName, MarksPartsOfOneSetWithPlus) {
  // SET { CN=a, O=b } and SET { C=DE }, as no tool of today writes them.
  const Bytes name = {0x30, 0x23, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02,
                      'D',  'E',  0x31, 0x14, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x13, 0x01,
                      'a',  0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x0a, 0x13, 0x01, 'b'};

  EXPECT_EQ(read_name(name), "O=b+CN=a,C=DE");
}

TEST(CertificateName, OfAnAuthorityIsReadFromItsBytes) {
  const auto made = make_certificate({.subject = {{"O", "Nordwind"}, {"CN", "NW-Root"}}});

  EXPECT_EQ(read_name(made.subject_der), "CN=NW-Root,O=Nordwind");
  EXPECT_EQ(read_name(Bytes{0x30, 0x00}), "");
  EXPECT_EQ(read_name(Bytes{0x30, 0x05, 0x01}), "#300501");
  EXPECT_EQ(read_name({}), "#");
}

TEST(AlternativeNames, CannotForgeAnotherEntry) {
  EXPECT_EQ(san({"a.example,DNS:bank.example"}), "DNS:a.example\\x2cDNS:bank.example");
  EXPECT_EQ(san({"a\0b\r\n\\"s, "ü"}), "DNS:a\\x00b\\x0d\\x0a\\x5c,DNS:\\xc3\\xbc");
}

TEST(AlternativeNames, NameEveryKind) {
  const auto made = make_certificate({.dns = {"a"}, .ip = {"::ffff:10.0.0.1"}, .email = {"x@a"}, .uri = {"sip:x@a"}});

  EXPECT_EQ(read_certificate(made.der)->san, "DNS:a,IP:::ffff:10.0.0.1,email:x@a,URI:sip:x@a");
}

TEST(AlternativeNames, ShowAnAddressOfAnImpossibleLength) {
  const auto made = make_certificate({.more = {{"2.5.29.17", {0x30, 0x05, 0x87, 0x03, 0x0a, 0x00, 0x01}}}});

  EXPECT_EQ(read_certificate(made.der)->san, "IP:#0a0001");
}

}  // namespace
}  // namespace ucready::trust

#include "db/flight_cut.h"

#include <gtest/gtest.h>

namespace ucready::db {
namespace {

CertificatePtr certificate(Bytes der) {
  Certificate made;
  made.der = std::move(der);
  return std::make_shared<const Certificate>(made);
}

const std::vector<CertificatePtr> kChain = {certificate({0x30, 0x03, 1}), certificate({0x30, 0x04, 2})};

TEST(CutCertificates, NotesWhereEachStood) {
  const auto cut = cut_certificates(Bytes{9, 9, 0x30, 0x03, 1, 8, 0x30, 0x04, 2, 7}, kChain);

  EXPECT_EQ(cut, (FlightCut{{9, 9, 8, 7}, "[2,3]"}));
}

TEST(CutCertificates, TakesCertificatesAtTheVeryBeginningAndEnd) {
  EXPECT_EQ(cut_certificates(Bytes{0x30, 0x03, 1, 0x30, 0x04, 2}, kChain), (FlightCut{{}, "[0,0]"}));
}

TEST(CutCertificates, LeavesAnAnswerAloneThatDoesNotHoldThemAllInOrder) {
  EXPECT_EQ(cut_certificates(Bytes{0x30, 0x04, 2, 0x30, 0x03, 1}, kChain), std::nullopt);
  EXPECT_EQ(cut_certificates(Bytes{0x30, 0x03, 1}, kChain), std::nullopt);
  EXPECT_EQ(cut_certificates(Bytes{0x30, 0x03, 0x16, 1, 0x30, 0x04, 2}, kChain), std::nullopt);
  EXPECT_EQ(cut_certificates({}, kChain), std::nullopt);
  EXPECT_EQ(cut_certificates(Bytes{1}, {}), std::nullopt);
  EXPECT_EQ(cut_certificates(Bytes{1}, {certificate({})}), std::nullopt);
}

}  // namespace
}  // namespace ucready::db

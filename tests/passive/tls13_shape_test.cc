#include "passive/tls13_shape.h"

#include <gtest/gtest.h>

#include <vector>

namespace ucready::passive {
namespace {

using Flight = Tls13Shape::ClientFlight;
using Verdict = Tls13Shape::Verdict;
constexpr tls::CipherSuite kSha256{0x1301}, kSha384{0x1302}, kCcm8{0x1305};

Tls13Shape shape(tls::CipherSuite suite, const std::vector<std::uint16_t>& server,
                 const std::vector<std::uint16_t>& client, const std::vector<std::uint16_t>& answer = {}) {
  Tls13Shape shape;
  shape.begin(suite, false, false);
  for (const std::uint16_t length : server) shape.server_record(length);
  for (const std::uint16_t length : client) shape.client_record(length);
  for (const std::uint16_t length : answer) shape.server_record(length);
  return shape;
}

TEST(Tls13Shape, KnowsTheKeyOfAJsseSocketByItsPaddedRecords) {
  EXPECT_EQ(shape(kSha384, {40, 900, 297, 85}, {}).server_key_type(), "rsa");
  EXPECT_EQ(shape(kSha256, {40, 900, 112, 69}, {}).server_key_type(), "ecdsa");
}

TEST(Tls13Shape, ReadsSixtyNineByTheHashOfTheSuite) {
  EXPECT_EQ(shape(kSha384, {40, 900, 281, 69}, {}).server_key_type(), "rsa");
  EXPECT_EQ(shape(kSha256, {40, 900, 281, 69}, {}).server_key_type(), "") << "a padded Finished, an unpadded signature";
}

TEST(Tls13Shape, SaysNothingOfMergedRecords) {
  EXPECT_EQ(shape(kSha384, {1290, 85}, {}).server_key_type(), "");
  EXPECT_EQ(shape(kSha384, {1000, 297, 85}, {}).server_key_type(), "");
}

TEST(Tls13Shape, TakesNoApplicationDataForACertificateVerify) {
  EXPECT_EQ(shape(kSha256, {1290, 53, 281, 53, 281, 53}, {53}).server_key_type(), "");
}

TEST(Tls13Shape, SeesTheRefusalOfAClientThatEncryptsItsAlert) {
  EXPECT_EQ(shape(kSha256, {40, 900, 281, 53}, {19}).client_flight(), Flight::alert);
  EXPECT_EQ(shape(kSha384, {40, 900, 297, 85}, {35}).client_flight(), Flight::alert);
  EXPECT_EQ(shape(kCcm8, {32, 900, 273, 45}, {11}).client_flight(), Flight::alert);
}

TEST(Tls13Shape, TakesTwoAlertsForAClientThatGivesUp) {
  const Tls13Shape two = shape(kSha256, {40, 900, 281, 53}, {35, 35});
  EXPECT_TRUE(two.client_cancelled());
}

TEST(Tls13Shape, TakesAnAlertAfterAFinishedAloneForACloseNotify) {
  const Tls13Shape closed = shape(kSha256, {40, 900, 281, 53}, {53}, {19});
  EXPECT_EQ(closed.client_flight(), Flight::finished);
  EXPECT_EQ(closed.server_verdict(), Verdict::unknown);
}

TEST(Tls13Shape, SeesTheServersRefusalOfACertificate) {
  EXPECT_EQ(shape(kSha256, {40, 60, 900, 281, 53}, {700, 96, 53}, {19}).server_verdict(), Verdict::refused);
  EXPECT_EQ(shape(kSha256, {40, 60, 900, 281, 53}, {25, 53}, {19}).server_verdict(), Verdict::refused);
  EXPECT_EQ(shape(kSha384, {56, 76, 900, 297, 85}, {41, 85}, {35}).server_verdict(), Verdict::refused);
}

TEST(Tls13Shape, SeesAcceptanceInATicket) {
  EXPECT_EQ(shape(kSha256, {40, 60, 900, 281, 53}, {700, 96, 53}, {250, 19}).server_verdict(), Verdict::accepted);
}

TEST(Tls13Shape, DoesNotJudgeAnAlertBehindApplicationData) {
  EXPECT_EQ(shape(kSha256, {40, 60, 900, 281, 53}, {700, 96, 53, 120}, {19}).server_verdict(), Verdict::unknown);
}

TEST(Tls13Shape, DoesNotJudgeAnAlertBehindTheClientsFin) {
  Tls13Shape closed = shape(kSha256, {40, 60, 900, 281, 53}, {700, 96, 53});
  closed.client_closed();
  closed.server_record(19);
  EXPECT_EQ(closed.server_verdict(), Verdict::unknown);
}

TEST(Tls13Shape, DoesNotJudgeAnAlertOfAServerWhosePaddingIsNotKnown) {
  EXPECT_EQ(shape(kSha384, {1290, 85}, {41, 85}, {35}).server_verdict(), Verdict::unknown);
}

TEST(Tls13Shape, SaysNothingWhereEarlyDataWasOffered) {
  Tls13Shape early;
  early.begin(kSha256, true, true);
  early.client_record(53);
  EXPECT_EQ(early.client_flight(), Flight::open);
}

TEST(Tls13Shape, SaysNothingBehindAGap) {
  Tls13Shape gap = shape(kSha256, {40, 900, 281, 53}, {});
  gap.client_lost();
  gap.client_record(19);
  EXPECT_EQ(gap.client_flight(), Flight::unreadable);
  gap.server_lost();
  EXPECT_EQ(gap.server_key_type(), "");
}

TEST(Tls13Shape, SaysNothingOfASuiteItDoesNotKnow) {
  const Tls13Shape unknown = shape(tls::CipherSuite{0x1307}, {40, 900, 281, 53}, {53});
  EXPECT_EQ(unknown.client_flight(), Flight::open);
  EXPECT_TRUE(unknown.settled());
}

TEST(Tls13Shape, KnowsAConversationByItsTurns) {
  Tls13Shape merged = shape(kSha384, {1290, 85}, {900}, {300});
  merged.client_record(120);
  EXPECT_FALSE(merged.conversing());
  merged.server_record(400);
  EXPECT_TRUE(merged.conversing());
}

}  // namespace
}  // namespace ucready::passive

#include "trust/tlv_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tlv_maker.h"

namespace ucready::trust {
namespace {

using support::MadeCertificate;
using support::make_certificate;
using support::make_tlv;
using support::record_of;
using testing::HasSubstr;
using testing::SizeIs;

MadeCertificate recovery() {
  return make_certificate({.subject = {{"CN", "ITLRECOVERY_nw-cucm-pub"}}, .key = "rsa:2048", .serial = "5a01"});
}

MadeCertificate call_manager_ec() {
  return make_certificate({.subject = {{"CN", "nw-cucm-pub-EC"}}, .key = "ec:P-384", .serial = "5a02"});
}

// An ITL of three records: its signer, an EC CallManager, a TVS.
support::TlvRecipe three_records() {
  auto call_manager = record_of(call_manager_ec(), 2);
  call_manager.address = {10, 20, 0, 11};
  const auto tvs = make_certificate({.subject = {{"CN", "nw-cucm-sub1"}}, .key = "rsa:2048", .serial = "5a03"});
  return {.records = {record_of(recovery(), 0), call_manager, record_of(tvs, 21)}};
}

TlvFile read(const Bytes& bytes) {
  auto file = read_tlv_file(bytes);
  EXPECT_TRUE(file) << file.error().message;
  return file ? *file : TlvFile{};
}

std::string error_of(const Bytes& bytes) {
  const auto file = read_tlv_file(bytes);
  return file ? "read" : file.error().message;
}

TEST(TlvFile, ReadsHeaderAndRecordsOfASignedList) {
  const TlvFile file = read(make_tlv(three_records(), recovery()));

  EXPECT_EQ(file.major, 1);
  EXPECT_EQ(file.minor, 2);
  EXPECT_EQ(file.signer_version, "1.1");
  EXPECT_EQ(file.signer_name, "CN=ITLRECOVERY_nw-cucm-pub;O=Nordwind");
  EXPECT_EQ(file.signer_serial, (Bytes{0x5a, 0x01}));
  EXPECT_EQ(file.digest, 3);
  EXPECT_EQ(file.modulus_code, 2);
  EXPECT_EQ(file.file_name, "ITLFile.tlv");
  EXPECT_EQ(to_iso8601(file.made_at.value()), "2026-01-01T00:00:00Z");
  EXPECT_EQ(file.header_length % 4, 0U);
  EXPECT_EQ(file.signature, TlvSignature::valid);
  ASSERT_THAT(file.records, SizeIs(3));
  EXPECT_EQ(file.records[0].offset, file.header_length);
  EXPECT_EQ(file.records[1].dns_name, "cucm-pub.nordwind.example");
  EXPECT_EQ(file.records[1].role, TlvRole::ccm_tftp);
  EXPECT_EQ(file.records[1].certificate->subject, "CN=nw-cucm-pub-EC");
  EXPECT_EQ(file.records[1].certificate->key_type, "ecdsa");
  EXPECT_EQ(file.records[1].address, "10.20.0.11");
  EXPECT_EQ(file.records[2].role, TlvRole::tvs);
}

TEST(TlvFile, TheOrderOfTheSignersFieldsDoesNotMatter) {
  auto recipe = three_records();
  recipe.issuer_before_serial = false;

  const TlvFile file = read(make_tlv(recipe, recovery()));

  EXPECT_EQ(file.signer_serial, (Bytes{0x5a, 0x01}));
  EXPECT_EQ(file.signature, TlvSignature::valid);
}

TEST(TlvFile, ChecksSignaturesOfEachDigest) {
  for (const std::uint8_t digest : Bytes{1, 2, 3}) {
    auto recipe = three_records();
    recipe.digest = digest;
    EXPECT_EQ(read(make_tlv(recipe, recovery())).signature, TlvSignature::valid) << int(digest);
  }
}

TEST(TlvFile, OneFlippedBitAnywhereInARecordSpoilsTheSignature) {
  const Bytes good = make_tlv(three_records(), recovery());
  const TlvFile file = read(good);
  const std::size_t name = file.records[2].offset + 5 + 3;  // The first letter of its DNS name.
  Bytes bent = good;
  bent[name] ^= 1U;

  EXPECT_EQ(read(bent).signature, TlvSignature::invalid);
}

TEST(TlvFile, AFlippedSignatureIsInvalid) {
  Bytes bytes = make_tlv(three_records(), recovery());
  const TlvFile file = read(bytes);
  // The signature stands before the file name and the timestamp.
  bytes[file.header_length - 60] ^= 0x80U;

  EXPECT_EQ(read(bytes).signature, TlvSignature::invalid);
}

TEST(TlvFile, ASignerThatIsNotInTheFileIsSaid) {
  auto recipe = three_records();
  recipe.signer_serial = {0x77};
  EXPECT_EQ(read(make_tlv(recipe, recovery())).signature, TlvSignature::no_signer);
}

TEST(TlvFile, OnlyARecordOfTheSignersRoleSigns) {
  auto recipe = three_records();
  recipe.records[0].role = 4;
  EXPECT_EQ(read(make_tlv(recipe, recovery())).signature, TlvSignature::no_signer);
}

TEST(TlvFile, AListWithoutSignatureOrOfAnUnknownAlgorithmIsNotCalledValid) {
  auto recipe = three_records();
  recipe.with_signature = false;
  EXPECT_EQ(read(make_tlv(recipe, recovery())).signature, TlvSignature::absent);

  recipe = three_records();
  recipe.algorithm = 9;
  EXPECT_EQ(read(make_tlv(recipe, recovery())).signature, TlvSignature::unsupported);
}

TEST(TlvFile, AClusterSetBackToNonSecureKeepsRecordsWithoutCertificate) {
  support::TlvRecipe recipe = three_records();
  recipe.records.push_back({.role = 2, .dns_name = "10.20.0.11", .address = {10, 20, 0, 11}});

  const TlvFile file = read(make_tlv(recipe, recovery()));

  ASSERT_THAT(file.records, SizeIs(4));
  EXPECT_TRUE(file.records[3].vouches_for_nothing());
  EXPECT_EQ(file.records[3].role, TlvRole::ccm_tftp);
}

TEST(TlvFile, ARecordMayHaveAHashInsteadOfACertificate) {
  auto recipe = three_records();
  recipe.records.push_back({.role = 4, .subject = "CN=CAPF-5a04", .hash = Bytes(32, 0xab), .hash_algorithm = 2});

  const TlvFile file = read(make_tlv(recipe, recovery()));

  ASSERT_THAT(file.records, SizeIs(4));
  EXPECT_FALSE(file.records[3].certificate);
  EXPECT_EQ(file.records[3].hash, Bytes(32, 0xab));
  EXPECT_EQ(file.records[3].hash_algorithm, 2);
  EXPECT_FALSE(file.records[3].vouches_for_nothing());
}

TEST(TlvFile, UnknownTagsAndRolesAreKeptAndPassedOver) {
  auto recipe = three_records();
  recipe.more_header = {{0x7f, {1, 2, 3}}};
  recipe.records[1].more = {{0x55, {9}}, {0x55, {}}};
  recipe.records[2].role = 99;

  const TlvFile file = read(make_tlv(recipe, recovery()));

  EXPECT_EQ(file.unknown_fields, 1U);
  EXPECT_EQ(file.records[1].unknown_fields, 2U);
  EXPECT_EQ(to_text(file.records[2].role.value()), "role-99");
  EXPECT_EQ(file.signature, TlvSignature::valid);
}

TEST(TlvFile, AFieldTwiceInOneRecordIsAnError) {
  auto recipe = three_records();
  recipe.records[1].more = {{0x09, recovery().der}};

  EXPECT_THAT(error_of(make_tlv(recipe, recovery())), HasSubstr("record 2 at byte "));
  EXPECT_THAT(error_of(make_tlv(recipe, recovery())), HasSubstr("field 0x09 is there twice"));
}

TEST(TlvFile, EveryTruncationIsAnErrorOrEndsBetweenTwoRecordsUnsigned) {
  const Bytes good = make_tlv(three_records(), recovery());
  const TlvFile whole = read(good);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto cut = read_tlv_file(ByteView(good).first(size));
    const bool between =
        size == whole.header_length || size == whole.records[1].offset || size == whole.records[2].offset;
    ASSERT_EQ(cut.has_value(), between) << size;
    ASSERT_TRUE(!cut || cut->signature != TlvSignature::valid) << size;
  }
}

TEST(TlvFile, LengthsThatReachBeyondTheirGroupAreErrors) {
  Bytes bytes = make_tlv(three_records(), recovery());
  const std::size_t record = read(bytes).records[1].offset;
  Bytes shorter = bytes;
  shorter[record + 3] = 0;
  shorter[record + 4] = 4;
  EXPECT_THAT(error_of(shorter), HasSubstr("has a length of 4"));

  Bytes longer = bytes;
  longer[8] = 0xff;
  longer[9] = 0xff;
  EXPECT_THAT(error_of(longer), HasSubstr("its length of 65535 does not fit a file of"));

  auto recipe = three_records();
  recipe.records[0].more = {{0x0c, {1, 2}}};
  EXPECT_THAT(error_of(make_tlv(recipe, recovery())), HasSubstr("field 0x0c has a length of 2"));
}

TEST(TlvFile, TenThousandRecordsAreReadAndMoreThanTheBoundRefused) {
  support::TlvRecipe recipe{.records = {record_of(recovery(), 0)}};
  const auto one = record_of(call_manager_ec(), 1);
  recipe.records.resize(10'000, one);
  const TlvFile file = read(make_tlv(recipe, recovery()));
  EXPECT_THAT(file.records, SizeIs(10'000));
  EXPECT_EQ(file.signature, TlvSignature::valid);

  recipe.records.assign(kMostTlvRecords + 1, {.role = 2});
  EXPECT_THAT(error_of(make_tlv(recipe, recovery())), HasSubstr("more than 20000 records"));
}

TEST(TlvFile, OtherFilesAreNone) {
  EXPECT_FALSE(looks_like_tlv(as_bytes("-----BEGIN CERTIFICATE-----")));
  EXPECT_FALSE(looks_like_tlv({}));
  EXPECT_THAT(error_of(Bytes(64, 0)), HasSubstr("this is no CTL or ITL file"));
}

}  // namespace
}  // namespace ucready::trust

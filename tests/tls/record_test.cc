#include "tls/record.h"

#include <gtest/gtest.h>

#include "tests/tls/hex.h"

namespace ucready::tls {
namespace {

using State = RecordReader::State;

TEST(RecordReader, CutsRecordsOutOfAnyFragments) {
  const Bytes stream =
      hex("16 0303 0003 010203"
          "15 0301 0002 0228");
  for (std::size_t fragment = 1; fragment <= stream.size(); ++fragment) {
    RecordReader reader(Sender::server);
    std::vector<Bytes> bodies;
    for (std::size_t at = 0; at < stream.size(); at += fragment) {
      reader.feed(ByteView(stream).subspan(at, std::min(fragment, stream.size() - at)));
      Record record;
      while (reader.next(record) == State::record) bodies.emplace_back(record.body.begin(), record.body.end());
    }

    EXPECT_EQ(bodies, (std::vector<Bytes>{hex("010203"), hex("0228")})) << "fragments of " << fragment;
    EXPECT_TRUE(reader.pending().empty());
  }
}

TEST(RecordReader, NamesTypeAndVersion) {
  RecordReader reader(Sender::server);
  reader.feed(hex("15 0300 0002 0228"));

  Record record;
  ASSERT_EQ(reader.next(record), State::record);
  EXPECT_EQ(record.type, ContentType::alert);
  EXPECT_EQ(record.version, kSslv3);
  EXPECT_EQ(to_hex(record.header), "1503000002");
}

TEST(RecordReader, KnowsFromTheFirstBytesWhatIsNoTls) {
  for (const std::string_view first : {"48", "3232302068690d0a", "16 48", "16 0303 5000", "17 0303 0001", "00"}) {
    RecordReader reader(Sender::server);
    reader.feed(hex(first));

    Record record;
    EXPECT_EQ(reader.next(record), State::not_tls) << first;
    EXPECT_EQ(reader.next(record), State::not_tls) << "it stays so";
  }
}

TEST(RecordReader, CallsItMalformedOnceARecordWasGood) {
  RecordReader reader(Sender::server);
  reader.feed(
      hex("15 0303 0002 0228"
          "48 54 54 50"));

  Record record;
  EXPECT_EQ(reader.next(record), State::record);
  EXPECT_EQ(reader.next(record), State::malformed);
}

TEST(RecordReader, TakesTheLongestRecordAndNoLonger) {
  Record record;
  RecordReader longest(Sender::server);
  longest.feed(hex("16 0303 4800"));
  longest.feed(Bytes(0x4800));
  EXPECT_EQ(longest.next(record), State::record);

  RecordReader longer(Sender::server);
  longer.feed(hex("16 0303 4801"));
  EXPECT_EQ(longer.next(record), State::not_tls);
}

TEST(RecordReader, RecognisesAnSslv2ClientHelloButNotFromAServer) {
  const Bytes hello = hex("80 09 01 0301 0000 0000 0000");
  Record record;

  RecordReader of_client(Sender::client);
  of_client.feed(hello);
  ASSERT_EQ(of_client.next(record), State::record);
  EXPECT_EQ(record.type, ContentType::sslv2_client_hello);
  EXPECT_EQ(record.version, kTls10);
  EXPECT_EQ(record.body.size(), 9U);

  RecordReader of_server(Sender::server);
  of_server.feed(hello);
  EXPECT_EQ(of_server.next(record), State::not_tls);
}

TEST(RecordReader, WaitsForTheRestOfAnSslv2ClientHello) {
  const Bytes hello = hex("80 09 01 0301 0000 0000 0000");
  for (std::size_t size = 0; size < hello.size(); ++size) {
    RecordReader reader(Sender::client);
    reader.feed(ByteView(hello).first(size));
    Record record;
    EXPECT_EQ(reader.next(record), State::needs_more) << size;
  }
}

TEST(WriteRecords, SplitsWhatIsLongerThanARecord) {
  ByteWriter out;
  write_records(out, ContentType::handshake, kTls10, Bytes((1U << 14) + 1));

  RecordReader reader(Sender::server);
  reader.feed(out.view());
  Record record;
  ASSERT_EQ(reader.next(record), State::record);
  EXPECT_EQ(record.body.size(), 1U << 14);
  ASSERT_EQ(reader.next(record), State::record);
  EXPECT_EQ(record.body.size(), 1U);
}

}  // namespace
}  // namespace ucready::tls

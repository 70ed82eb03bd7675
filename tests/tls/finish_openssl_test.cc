// Handshakes that are finished, and sessions that are resumed, against libssl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/tls/offers.h"
#include "tests/tls/openssl_server.h"

namespace ucready::tls {
namespace {

using End = ServerAnswer::End;

class FinishedHandshake : public testing::Test {
 protected:
  ServerAnswer finish(OpensslServer& server, const HelloOffer& offer, std::size_t fragment = 0) {
    HelloProbe probe(offer, keys_, ReadTo::session);
    return interview(server, probe, fragment);
  }

  ServerAnswer come_back(OpensslServer& server, HelloOffer offer, const ServerAnswer& before,
                         std::size_t fragment = 0) {
    server.accept_next();
    offer.session = before.session;
    HelloProbe probe(offer, keys_);
    return interview(server, probe, fragment);
  }

  KeyShares keys_;
};

HelloOffer offer_of(const char* suite) {
  HelloOffer offer =
      facts(*parse_cipher_suite(suite)).key_exchange == KeyExchange::tls13 ? tls13_offer() : legacy_offer(kTls12);
  offer.suites = suites(suite);
  for (const Group rare : {Group{0x0019}, Group{0x001e}, Group{0x0100}, Group{0x0104}}) offer.groups.push_back(rare);
  return offer;
}

struct Case {
  const char* suite;
  const char* group;
  KeyKind key;
  Resumes resumes;
  bool extended;
};

class EachKindOfHandshake : public FinishedHandshake, public testing::WithParamInterface<Case> {};

TEST_P(EachKindOfHandshake, EndsWithASessionThatIsResumed) {
  const Case& given = GetParam();
  const HelloOffer offer = offer_of(given.suite);
  for (const std::size_t fragment : {0U, 1U, 7U}) {
    OpensslServer server({.keys = {given.key},
                          .groups = given.group,
                          .resumes = given.resumes,
                          .extended_master_secret = given.extended});

    const ServerAnswer answer = finish(server, offer, fragment);

    ASSERT_EQ(answer.end, End::read) << answer.defect;
    ASSERT_TRUE(answer.finished);
    ASSERT_NE(answer.session, nullptr);
    EXPECT_EQ(answer.session->suite, offer.suites.front());
    EXPECT_EQ(answer.session->version, offer.versions.front());
    EXPECT_FALSE(answer.resumed);

    const ServerAnswer again = come_back(server, offer, answer, fragment);

    EXPECT_EQ(again.end, End::read) << again.defect;
    EXPECT_TRUE(again.resumed);
    EXPECT_FALSE(again.certificate_seen);
  }
}

constexpr Resumes kById = Resumes::by_id, kByTicket = Resumes::by_ticket;

INSTANTIATE_TEST_SUITE_P(
    OfEverySuiteWithCode, EachKindOfHandshake,
    testing::Values(Case{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X25519", KeyKind::rsa, kByTicket, false},
                    Case{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "P-256", KeyKind::rsa, kById, true},
                    Case{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "P-384", KeyKind::rsa, kById, false},
                    Case{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "X25519", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "X25519:P-256", KeyKind::p256, kById, true},
                    Case{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "P-256", KeyKind::p256, kByTicket, true},
                    Case{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "P-256", KeyKind::p256, kById, true},
                    Case{"TLS_AES_128_GCM_SHA256", "X25519", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_AES_256_GCM_SHA384", "X25519", KeyKind::p256, kById, true},
                    Case{"TLS_CHACHA20_POLY1305_SHA256", "X25519", KeyKind::rsa, kByTicket, true},
                    // These take a HelloRetryRequest, for the session too.
                    Case{"TLS_AES_128_GCM_SHA256", "P-256", KeyKind::p256, kByTicket, true},
                    Case{"TLS_AES_256_GCM_SHA384", "P-384", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "P-521", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "X448", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_AES_128_GCM_SHA256", "P-521", KeyKind::p256, kByTicket, true},
                    Case{"TLS_AES_128_GCM_SHA256", "X448", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_AES_128_GCM_SHA256", "ffdhe2048", KeyKind::rsa, kByTicket, true},
                    Case{"TLS_AES_256_GCM_SHA384", "ffdhe8192", KeyKind::rsa, kByTicket, true}));

TEST_F(FinishedHandshake, EndsWithoutASessionWhereNoneIsKept) {
  OpensslServer legacy({.max_version = TLS1_2_VERSION, .resumes = Resumes::never});

  const ServerAnswer answer = finish(legacy, legacy_offer(kTls12));

  EXPECT_EQ(answer.end, End::read);
  EXPECT_TRUE(answer.finished);
  EXPECT_EQ(answer.session, nullptr);

  OpensslServer modern({.tickets = 0});

  const ServerAnswer silent = finish(modern, tls13_offer());

  EXPECT_EQ(silent.end, End::read) << "the flight was whole";
  EXPECT_TRUE(silent.finished);
  EXPECT_EQ(silent.session, nullptr);
}

TEST_F(FinishedHandshake, TellsNothingOfATicketThatIsTooLongToComeBackWith) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    OpensslServer usual({.resumes = kByTicket, .ticket_freight = 8'000});
    EXPECT_NE(finish(usual, offer).session, nullptr);

    OpensslServer server({.resumes = kByTicket, .ticket_freight = 20'000});
    const ServerAnswer answer = finish(server, offer);

    EXPECT_EQ(answer.end, End::read);
    EXPECT_TRUE(answer.flight_complete);
    EXPECT_EQ(answer.session, nullptr);
    // Else it would be taken for a server that gives none.
    EXPECT_EQ(answer.finished, offer.versions.front() == kTls13);
  }
}

TEST_F(FinishedHandshake, IsNotResumedByAServerThatForgot) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    for (const Resumes resumes : {kById, kByTicket}) {
      OpensslServer before({.resumes = resumes}), other({.resumes = resumes});
      const ServerAnswer answer = finish(before, offer);
      ASSERT_NE(answer.session, nullptr);

      const ServerAnswer again = come_back(other, offer, answer);

      EXPECT_EQ(again.end, End::read) << again.defect;
      EXPECT_FALSE(again.resumed);
      EXPECT_TRUE(again.flight_complete);
      EXPECT_EQ(again.certificates.size(), 1U);
    }
  }
}

TEST_F(FinishedHandshake, IsLeftWhereACertificateIsAskedFor) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    OpensslServer server({.request_client_certificate = true});

    const ServerAnswer answer = finish(server, offer);

    EXPECT_EQ(answer.end, End::read);
    EXPECT_TRUE(answer.certificate_request);
    EXPECT_FALSE(answer.finished);
  }
}

TEST_F(FinishedHandshake, IsLeftWhereThereIsNoCodeForIt) {
  for (const char* suite : {"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}) {
    OpensslServer server({.dh = true});

    const ServerAnswer answer = finish(server, offer_of(suite));

    EXPECT_EQ(answer.end, End::read) << suite << answer.defect;
    EXPECT_TRUE(answer.flight_complete);
    EXPECT_FALSE(answer.finished);
    EXPECT_EQ(answer.session, nullptr);
  }
  OpensslServer with_brainpool({.groups = "brainpoolP256r1"});
  HelloOffer offer = legacy_offer(kTls12);
  offer.groups = {Group{0x001a}};
  const ServerAnswer answer = finish(with_brainpool, offer);
  EXPECT_TRUE(answer.flight_complete);
  EXPECT_EQ(answer.group, Group{0x001a});
  EXPECT_FALSE(answer.finished);
  OpensslServer old({.max_version = TLS1_1_VERSION});
  EXPECT_FALSE(finish(old, legacy_offer(kTls12)).finished);
}

// Everything after the flight: a proof that is not one, an end in the middle.
TEST_F(FinishedHandshake, TakesNothingFromTheFlightWhenItsEndIsBroken) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    const auto flight_of = [&](OpensslServer& server, HelloProbe& probe) {
      probe.receive(server.answer(probe.take_output()));
      return probe.wants_to_send() ? server.answer(probe.take_output()) : Bytes();
    };
    OpensslServer measured({.resumes = kByTicket});
    HelloProbe first(offer, keys_, ReadTo::session);
    const std::size_t size = flight_of(measured, first).size();
    ASSERT_GT(size, 0U);
    for (std::size_t at = 0; at < size; ++at) {
      OpensslServer server({.resumes = kByTicket});
      HelloProbe cut(offer, keys_, ReadTo::session);
      Bytes end = flight_of(server, cut);
      cut.receive(ByteView(end).first(std::min(at, end.size())));
      cut.peer_closed();
      EXPECT_EQ(cut.answer().end, End::read) << at;
      EXPECT_EQ(cut.answer().certificates.size(), 1U);
      EXPECT_TRUE(cut.answer().flight_complete);

      OpensslServer again({.resumes = kByTicket});
      HelloProbe changed(offer, keys_, ReadTo::session);
      end = flight_of(again, changed);
      if (at >= end.size()) continue;
      end[at] ^= 0x20;
      changed.receive(end);
      changed.peer_closed();
      EXPECT_EQ(changed.answer().end, End::read) << at;
      EXPECT_EQ(changed.answer().certificates.size(), 1U);
      EXPECT_TRUE(changed.answer().defect.empty());
    }
  }
}

TEST_F(FinishedHandshake, BelievesNoChangedProof) {
  for (const HelloOffer& offer : {legacy_offer(kTls12), tls13_offer()}) {
    OpensslServer server({.resumes = kByTicket});
    const ServerAnswer answer = finish(server, offer);
    ASSERT_NE(answer.session, nullptr);
    HelloOffer with_session = offer;
    with_session.session = answer.session;
    for (std::size_t back = 1; back <= 40; ++back) {
      server.accept_next();
      HelloProbe probe(with_session, keys_);
      Bytes said = server.answer(probe.take_output());
      ASSERT_GT(said.size(), back);
      said[said.size() - back] ^= 1;
      probe.receive(said);
      probe.peer_closed();
      EXPECT_FALSE(probe.answer().resumed) << back;
    }
  }
}

}  // namespace
}  // namespace ucready::tls

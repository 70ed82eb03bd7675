// The forecast against JSSE servers: one Java machine, an engine in memory for each hello, over the rules in which it
// differs from OpenSSL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "core/digest.h"
#include "tests/upgrade/negotiation/probed_selection.h"
#include "tests/upgrade/negotiation/universe.h"

namespace ucready::negotiation {
namespace {

using testing::IsEmpty;

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

template <typename Point>
std::string joined(const std::vector<Point>& points) {
  std::string text;
  for (const Point& point : points) text += (text.empty() ? "" : ",") + tls::name(point);
  return text;
}

// The machine with its two pipes.
class Java {
 public:
  static bool usual(const Identity& identity) {
    return identity.chain.key == KeyKind::rsa || identity.chain.key == KeyKind::ecdsa;
  }

  explicit Java(const std::string& groups) {
    std::array<int, 2> to{}, from{};
    if (pipe(to.data()) != 0 || pipe(from.data()) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ == 0) {
      dup2(to[0], 0);
      dup2(from[1], 1);
      for (const int end : {to[0], to[1], from[0], from[1]}) close(end);
      const std::string option = "-Djdk.tls.namedGroups=" + groups;
      execlp("java", "java", "-XX:TieredStopAtLevel=1", option.c_str(),
             UCREADY_SOURCE_DIR "/tests/integration/JsseSelection.java", nullptr);
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    in_ = fdopen(to[1], "w");
    out_ = fdopen(from[0], "r");
    certificate("root", root());
    certificate("sha1-root", sha1_root());
    certificate("ec-root", ec_root());
    for (const Identity& identity : identities()) {
      if (usual(identity)) learn(identity);
    }
  }
  ~Java() {
    std::fclose(in_);
    std::fclose(out_);
    waitpid(child_, nullptr, 0);
  }
  Java(const Java&) = delete;
  Java& operator=(const Java&) = delete;

  std::function<Bytes(ByteView)> make(const ServerProfile& server) {
    std::vector<CipherSuite> suites = server.suites_tls13;
    suites.insert(suites.end(), server.suites.begin(), server.suites.end());
    std::string keys;
    for (const Chain& chain : server.keys) keys += (keys.empty() ? "" : ",") + chain.id;
    say("server " + joined(server.versions) + " " + joined(suites) + (server.server_preference ? " true " : " false ") +
        keys);
    return [this](ByteView sent) { return sent.empty() ? Bytes() : from_hex(ask("hear " + to_hex(sent))); };
  }

  // A whole pair; what both ends come to, as "works" or "client certificate_unknown".
  std::string meet(const ServerProfile& server, unsigned store) {
    std::vector<CipherSuite> suites = server.suites_tls13;
    suites.insert(suites.end(), server.suites.begin(), server.suites.end());
    return ask("pair " + tls::name(server.versions[0]) + " " + joined(suites) + " " + server.keys[0].id + " " +
               std::to_string(kVerificationTime) + " " + names_in(store));
  }

 private:
  static std::string names_in(unsigned store) {
    std::string names;
    const auto add = [&](const std::string& name) { names += (names.empty() ? "" : ",") + name; };
    if ((store & kRoot) != 0) add("root");
    if ((store & kSha1Root) != 0) add("sha1-root");
    if ((store & kEcRoot) != 0) add("ec-root");
    for (const Identity& identity : identities()) {
      const unsigned bit = identity.flaw == Flaw::self_signed ? kSelfSigned : kLeaves;
      if (usual(identity) && (store & bit) != 0) add(identity.chain.id);
    }
    return names;
  }
  void certificate(const std::string& name, const support::MadeCertificate& made) {
    say("certificate " + name + " " + to_hex(made.der));
  }
  void learn(const Identity& identity) {
    certificate(identity.chain.id, identity.leaf);
    std::string chain = identity.chain.id;
    for (const auto& issuer : identity.sent) {
      certificate(sha256_hex(issuer.der), issuer);
      chain += "," + sha256_hex(issuer.der);
    }
    unsigned char* bytes = nullptr;
    PKCS8_PRIV_KEY_INFO* const info = EVP_PKEY2PKCS8(identity.leaf.key.get());
    const int size = i2d_PKCS8_PRIV_KEY_INFO(info, &bytes);
    const ByteView view(bytes, static_cast<std::size_t>(size));
    const char* const kind = identity.chain.key == KeyKind::rsa ? " RSA " : " EC ";
    say("key " + identity.chain.id + kind + to_hex(view) + " " + chain);
    PKCS8_PRIV_KEY_INFO_free(info);
    OPENSSL_free(bytes);
  }
  void say(const std::string& line) {
    std::fputs((line + "\n").c_str(), in_);
    std::fflush(in_);
  }
  std::string ask(const std::string& line) {
    say(line);
    std::string answer;
    for (int c = std::fgetc(out_); c != '\n'; c = std::fgetc(out_)) {
      if (c == EOF) throw std::runtime_error("the Java machine has ended");
      answer += static_cast<char>(c);
    }
    return answer;
  }

  pid_t child_ = 0;
  std::FILE* in_ = nullptr;
  std::FILE* out_ = nullptr;
};

TEST(NegotiationJsse, ForecastsWhatAServerSelects) {
  // The groups are a property of the whole machine.
  const std::vector<Group> groups = {{0x18}, {0x1d}, {0x17}};
  Java java("secp384r1,x25519,secp256r1");
  std::map<std::string_view, std::size_t> points;
  std::size_t disagreements = 0;
  constexpr std::uint64_t kCases = 1200;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    ProbedCase drawn = draw_case(seed, Stack::java_17);
    drawn.server.groups = groups;
    const auto make = [&](const ServerProfile& server) { return java.make(server); };
    const std::string parted = compare(drawn, make, points);
    if (!parted.empty() && ++disagreements <= 4) ADD_FAILURE() << "seed " << seed << "\n" << parted;
  }
  EXPECT_EQ(disagreements, 0U) << "of " << kCases;
  // Its own ways were gone (the kind of key that the client's schemes name first, a retry with the client's first
  // group, X25519 where none is known, the next suite where OpenSSL gives up, giving up after the Certificate), and all
  // others.
  EXPECT_THAT(rarely_reached(points, 10,
                             {"first_usable_share",
                              "group_assumed",
                              "group_by_client",
                              "retry_by_client_order",
                              "scheme_by_client",
                              "scheme_fails_after_certificate",
                              "schemes_absent_means_sha1",
                              "schemes_extension_missing",
                              "suite_by_client",
                              "suite_by_server",
                              "suite_none",
                              "suite_skipped_curve",
                              "suite_skipped_key",
                              "tls13_group_none",
                              "tls13_key_by_first_named_type",
                              "tls13_scheme_none",
                              "tls13_suite_by_client",
                              "tls13_suite_by_server",
                              "version_from_extension",
                              "version_from_legacy_field",
                              "version_none"}),
              IsEmpty());
}

TEST(NegotiationJsse, ForecastsWhatAClientMakesOfEveryChain) {
  Java java("secp384r1,x25519,secp256r1,secp521r1");
  std::map<std::string, int> ends;
  for (const Identity& identity : identities()) {
    if (!Java::usual(identity)) continue;
    for (const Version version : {tls::kTls12, tls::kTls13}) {
      for (const unsigned store :
           {unsigned{kRoot}, kRoot | kSha1Root | kEcRoot | kSelfSigned, unsigned{kLeaves}, unsigned{kEcRoot}}) {
        Profile both;
        both.stack = Stack::java_17;
        both.versions = {version};
        both.suites = {{0xc02b}, {0xc02f}};
        both.suites_tls13 = {{0x1301}};
        both.groups = {{0x18}, {0x1d}, {0x17}, {0x19}};
        both.schemes = {{0x0403}, {0x0503}, {0x0603}, {0x0804}, {0x0805}, {0x0806}, {0x0401}};
        ClientProfile client{both};
        ServerProfile server{both};
        client.trust = trust_of(store);
        server.keys = {identity.chain};
        const Outcome outcome = negotiate(client, server);
        const std::string forecast = outcome.works() ? "works"
                                                     : (outcome.refusal->by == Side::client ? "client " : "server ") +
                                                           tls::name(outcome.refusal->alert);
        const std::string observed = java.meet(server, store);
        // In TLS 1.3 Java 17.0.21 tells the two faults of time apart, where 17.0.15 says certificate_unknown of all.
        const bool told_apart = version == tls::kTls13 && forecast == "client certificate_unknown" &&
                                ((identity.flaw == Flaw::expired && observed == "client certificate_expired") ||
                                 (identity.flaw == Flaw::future && observed == "client bad_certificate"));
        EXPECT_TRUE(told_apart || forecast == observed)
            << forecast << ", observed " << observed << ": " << identity.key << " flaw "
            << static_cast<int>(identity.flaw) << " store " << store << " " << tls::name(version);
        ++ends[observed];
      }
    }
  }
  EXPECT_GE(ends["works"], 50);
  EXPECT_GE(ends["client certificate_unknown"], 50);
}

}  // namespace
}  // namespace ucready::negotiation

// What is wrong with a chain, as the forecast says it and as two endpoints find out.
#include <gmock/gmock.h>

#include "tests/rehearsal/little_scene.h"

namespace ucready::rehearsal {
namespace {

using negotiation::ClientAuth;
using negotiation::Reason;
using negotiation::Side;

constexpr int kWorks = 0;

// A certificate's flaw, and what becomes of it at either end.
struct ChainCase {
  const char* name;
  std::vector<MadeCertificate> (*chain)();
  std::vector<MadeCertificate> (*held)();
  int level;
  int server_alert;  // Of the client, where the server presents it; 0: it takes it.
  int client_alert;  // Of the server, where the client does.
};

std::vector<MadeCertificate> root_alone() { return {authority()}; }

MadeCertificate leaf_by(
    const MadeCertificate& issuer, void (*spoil)(CertificateRecipe&) = [](CertificateRecipe&) {}) {
  CertificateRecipe recipe = leaf_recipe();
  spoil(recipe);
  return make_certificate(recipe, &issuer);
}

MadeCertificate authority_by(
    const MadeCertificate* issuer, void (*spoil)(CertificateRecipe&) = [](CertificateRecipe&) {}) {
  CertificateRecipe recipe = authority_recipe("Nordwind Issuing");
  spoil(recipe);
  return make_certificate(recipe, issuer);
}

const MadeCertificate& issuing() {
  static const MadeCertificate made = authority_by(&authority());
  return made;
}
const MadeCertificate& no_authority() {
  static const MadeCertificate made = authority_by(&authority(), [](CertificateRecipe& recipe) {
    recipe.is_ca = false;
    recipe.key_usage = "";
  });
  return made;
}
const MadeCertificate& clients_only() {
  static const MadeCertificate made = authority_by(&authority(), [](CertificateRecipe& r) { r.eku = "clientAuth"; });
  return made;
}
const MadeCertificate& old_hash() {
  static const MadeCertificate made = authority_by(&authority(), [](CertificateRecipe& r) { r.hash = "sha1"; });
  return made;
}
const MadeCertificate& expired_authority() {
  static const MadeCertificate made =
      authority_by(&authority(), [](CertificateRecipe& r) { r.not_after = "260101000000Z"; });
  return made;
}
const MadeCertificate& expired_root() {
  static const MadeCertificate made =
      authority_by(nullptr, [](CertificateRecipe& r) { r.not_after = "260101000000Z"; });
  return made;
}
const MadeCertificate& short_root() {
  static const MadeCertificate made = authority_by(nullptr, [](CertificateRecipe& r) { r.key = "rsa:1024"; });
  return made;
}
const MadeCertificate& self_signed() {
  static const MadeCertificate made = make_certificate(leaf_recipe());
  return made;
}

const ChainCase kCases[] = {
    {"good", [] { return std::vector{leaf_by(authority())}; }, root_alone, 1, kWorks, kWorks},
    {"with an intermediate",
     [] {
       return std::vector{leaf_by(issuing()), issuing()};
     },
     root_alone, 1, kWorks, kWorks},
    {"with its root",
     [] {
       return std::vector{leaf_by(issuing()), issuing(), authority()};
     },
     root_alone, 1, kWorks, kWorks},
    {"without its intermediate", [] { return std::vector{leaf_by(issuing())}; }, root_alone, 1, 48, 48},
    {"whose intermediate is stored", [] { return std::vector{leaf_by(issuing())}; },
     [] {
       return std::vector{issuing(), authority()};
     },
     1, kWorks, kWorks},
    {"whose intermediate alone is stored", [] { return std::vector{leaf_by(issuing())}; },
     [] { return std::vector{issuing()}; }, 1, 48, 48},
    {"self-signed and stored", [] { return std::vector{self_signed()}; }, [] { return std::vector{self_signed()}; }, 1,
     kWorks, kWorks},
    {"self-signed and not stored", [] { return std::vector{self_signed()}; }, root_alone, 1, 48, 48},
    {"expired",
     [] { return std::vector{leaf_by(authority(), [](CertificateRecipe& r) { r.not_after = "260601000000Z"; })}; },
     root_alone, 1, 45, 45},
    {"not yet valid",
     [] { return std::vector{leaf_by(authority(), [](CertificateRecipe& r) { r.not_before = "270601000000Z"; })}; },
     root_alone, 1, 42, 42},
    {"for servers only",
     [] { return std::vector{leaf_by(authority(), [](CertificateRecipe& r) { r.eku = "serverAuth"; })}; }, root_alone,
     1, kWorks, 43},
    {"for clients only",
     [] { return std::vector{leaf_by(authority(), [](CertificateRecipe& r) { r.eku = "clientAuth"; })}; }, root_alone,
     1, 43, kWorks},
    {"without purposes",
     [] {
       return std::vector{leaf_by(authority(), [](CertificateRecipe& r) {
         r.eku = "";
         r.key_usage = "";
       })};
     },
     root_alone, 1, kWorks, kWorks},
    {"with SHA-1 at level 0",
     [] { return std::vector{leaf_by(authority(), [](CertificateRecipe& r) { r.hash = "sha1"; })}; }, root_alone, 0,
     kWorks, kWorks},
    {"signed by another authority of the same name",
     [] { return std::vector{leaf_by(make_certificate(authority_recipe("Nordwind Root")))}; }, root_alone, 1, 51, 51},
    {"by one that is no authority",
     [] {
       return std::vector{leaf_by(no_authority()), no_authority()};
     },
     root_alone, 1, 48, 48},
    {"by an authority for clients only",
     [] {
       return std::vector{leaf_by(clients_only()), clients_only()};
     },
     root_alone, 1, 43, kWorks},
    {"by an intermediate with SHA-1 that is stored", [] { return std::vector{leaf_by(old_hash())}; },
     [] {
       return std::vector{old_hash(), authority()};
     },
     1, 42, 42},
    {"by an expired intermediate that is stored", [] { return std::vector{leaf_by(expired_authority())}; },
     [] {
       return std::vector{expired_authority(), authority()};
     },
     1, 45, 45},
    {"under an expired root", [] { return std::vector{leaf_by(expired_root())}; },
     [] { return std::vector{expired_root()}; }, 1, 45, 45},
    {"under a root with a short key", [] { return std::vector{leaf_by(short_root())}; },
     [] { return std::vector{short_root()}; }, 2, 42, 42},
};

class ChainRehearsal : public testing::TestWithParam<ChainCase> {};

void expect_alert(const Rehearsal& rehearsal, int alert) {
  ASSERT_EQ(rehearsal.agreement, Agreement::agree) << rehearsal.differences << rehearsal.forecast.explanation << "\n"
                                                   << testing::PrintToString(rehearsal.notes);
  const auto& refusal = rehearsal.observed->outcome.refusal;
  EXPECT_EQ(refusal ? refusal->alert.value : kWorks, alert);
}

TEST_P(ChainRehearsal, OfAServerIsAsForetold) {
  const ChainCase& row = GetParam();
  LittleScene hop;
  hop.client.security_level = hop.server.security_level = row.level;
  hop.present(Side::server, {row.chain()});
  hop.hold(Side::client, row.held());

  expect_alert(hop.rehearse(), row.server_alert);
}

TEST_P(ChainRehearsal, OfAClientIsAsForetold) {
  const ChainCase& row = GetParam();
  LittleScene hop;
  hop.client.security_level = hop.server.security_level = row.level;
  hop.server.client_auth = ClientAuth::require;
  hop.present(Side::client, {row.chain()});
  hop.hold(Side::server, row.held());

  expect_alert(hop.rehearse(), row.client_alert);
}

INSTANTIATE_TEST_SUITE_P(Chains, ChainRehearsal, testing::ValuesIn(kCases), [](const auto& row) {
  std::string name;
  for (const char c : std::string_view(row.param.name))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

TEST(ChainRehearsal, ANameIsLookedForAmongTheCertificatesOwn) {
  struct Row {
    const char* asked;
    std::vector<std::string> dns;
    std::vector<std::string> ip;
    bool fits;
  };
  const Row kRows[] = {
      {"cm.example", {"cm.example"}, {}, true},     {"cm.example", {"other.example"}, {}, false},
      {"a.cm.example", {"*.cm.example"}, {}, true}, {"cm.example", {"*.cm.example"}, {}, false},
      {"10.0.0.1", {}, {"10.0.0.1"}, true},         {"10.0.0.1", {"10.0.0.1"}, {}, false},
      {"CM.example", {"cm.EXAMPLE"}, {}, true},     {"server.example", {}, {}, true},  // The subject's.
      {"server.example", {}, {"10.0.0.1"}, true},
  };
  for (const Row& row : kRows) {
    LittleScene hop;
    CertificateRecipe recipe = leaf_recipe();
    recipe.dns = row.dns;
    recipe.ip = row.ip;
    hop.present(Side::server, {{make_certificate(recipe, &authority())}});
    hop.check_name(row.asked);

    const Rehearsal rehearsal = hop.rehearse();

    EXPECT_EQ(rehearsal.agreement, Agreement::agree) << row.asked << "\n" << rehearsal.differences;
    ASSERT_TRUE(rehearsal.observed);
    EXPECT_EQ(rehearsal.observed->outcome.works(), row.fits) << row.asked;
  }
}

}  // namespace
}  // namespace ucready::rehearsal

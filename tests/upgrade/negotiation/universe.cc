#include "tests/upgrade/negotiation/universe.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "core/digest.h"

namespace ucready::negotiation {
namespace {

using support::CertificateRecipe;
using support::MadeCertificate;
using support::make_certificate;

MadeCertificate make_ca(const std::string& name, const std::string& key, const std::string& hash,
                        const MadeCertificate* issuer = nullptr) {
  CertificateRecipe recipe;
  recipe.subject = {{"O", "Nordwind"}, {"CN", name}};
  recipe.key = key;
  recipe.hash = hash;
  recipe.is_ca = true;
  recipe.key_usage = "keyCertSign,cRLSign";
  recipe.not_before = "200101000000Z";
  recipe.not_after = "400101000000Z";
  recipe.new_key = true;
  return make_certificate(recipe, issuer);
}

const MadeCertificate& intermediate() {
  static const MadeCertificate made = make_ca("Nordwind Issuing CA", "rsa:2048", "sha256", &root());
  return made;
}
const MadeCertificate& sha1_intermediate() {
  static const MadeCertificate made = make_ca("Nordwind Old Issuing CA", "rsa:2048", "sha1", &root());
  return made;
}

struct KeyRow {
  const char* recipe;
  KeyKind kind;
  int bits;
  Group curve;
};
constexpr KeyRow kKeys[] = {
    {"rsa:1024", KeyKind::rsa, 1024, {}},         {"rsa:2048", KeyKind::rsa, 2048, {}},
    {"rsa-pss:2048", KeyKind::rsa_pss, 2048, {}}, {"ec:P-256", KeyKind::ecdsa, 256, {0x17}},
    {"ec:P-384", KeyKind::ecdsa, 384, {0x18}},    {"ec:P-521", KeyKind::ecdsa, 521, {0x19}},
    {"ed25519", KeyKind::ed25519, 256, {}},
};

void spoil(Identity& identity, CertificateRecipe& recipe) {
  Chain& chain = identity.chain;
  switch (identity.flaw) {
    case Flaw::sha1_leaf:
      recipe.hash = "sha1";
      chain.hash = Hash::sha1;
      break;
    case Flaw::expired:
      recipe.not_before = "240101000000Z";
      recipe.not_after = "250101000000Z";
      chain.validity = Validity::expired;
      break;
    case Flaw::future:
      recipe.not_before = "300101000000Z";
      recipe.not_after = "310101000000Z";
      chain.validity = Validity::not_yet_valid;
      break;
    case Flaw::wrong_purpose:
      recipe.eku = "codeSigning";
      chain.server_auth = chain.client_auth = false;
      break;
    case Flaw::no_signature:
      recipe.key_usage = "keyEncipherment";
      chain.digital_signature = chain.key_agreement = false;
      break;
    default:
      break;
  }
}

const MadeCertificate* issuer_of(Flaw flaw) {
  switch (flaw) {
    case Flaw::intermediate:
    case Flaw::missing_intermediate:
      return &intermediate();
    case Flaw::sha1_intermediate:
      return &sha1_intermediate();
    case Flaw::sha1_root:
      return &sha1_root();
    case Flaw::ec_issuer:
      return &ec_root();
    case Flaw::self_signed:
      return nullptr;
    default:
      return &root();
  }
}

Identity make_identity(const KeyRow& key, Flaw flaw) {
  Identity identity;
  identity.key = key.recipe;
  identity.flaw = flaw;
  Chain& chain = identity.chain;
  chain.key = key.kind;
  chain.key_bits = key.bits;
  chain.curve = key.curve;
  CertificateRecipe recipe;
  recipe.key = key.recipe;
  recipe.subject = {{"O", "Nordwind"}, {"CN", std::string(key.recipe) + " " + std::to_string(static_cast<int>(flaw))}};
  recipe.dns = {kHostName};
  recipe.eku = "serverAuth,clientAuth";
  recipe.key_usage = "digitalSignature,keyEncipherment,keyAgreement";
  spoil(identity, recipe);
  chain.self_signed = flaw == Flaw::self_signed;
  chain.signed_by = chain.self_signed ? key.kind : flaw == Flaw::ec_issuer ? KeyKind::ecdsa : KeyKind::rsa;
  if (chain.self_signed && key.kind == KeyKind::ed25519) chain.hash = Hash::none;
  recipe.pss = chain.self_signed && key.kind == KeyKind::rsa_pss;
  identity.leaf = make_certificate(recipe, issuer_of(flaw));
  chain.id = sha256_hex(identity.leaf.der);
  if (flaw == Flaw::intermediate) {
    identity.sent = {intermediate()};
    chain.issuers = {{Hash::sha256, KeyKind::rsa, 2048}};
  } else if (flaw == Flaw::sha1_intermediate) {
    identity.sent = {sha1_intermediate()};
    chain.issuers = {{Hash::sha1, KeyKind::rsa, 2048}};
  }
  return identity;
}

}  // namespace

const MadeCertificate& root() {
  static const MadeCertificate made = make_ca("Nordwind Root CA", "rsa:2048", "sha256");
  return made;
}
const MadeCertificate& sha1_root() {
  static const MadeCertificate made = make_ca("Nordwind Old Root CA", "rsa:2048", "sha1");
  return made;
}
const MadeCertificate& ec_root() {
  static const MadeCertificate made = make_ca("Nordwind EC Root CA", "ec:P-384", "sha384");
  return made;
}

const std::vector<Identity>& identities() {
  static const std::vector<Identity> all = [] {
    std::vector<Identity> made;
    for (const KeyRow& key : kKeys) {
      for (int flaw = 0; flaw < kFlaws; ++flaw) made.push_back(make_identity(key, static_cast<Flaw>(flaw)));
    }
    return made;
  }();
  return all;
}

const Identity& identity_of(const std::string& chain_id) {
  static const std::map<std::string, const Identity*> by_id = [] {
    std::map<std::string, const Identity*> made;
    for (const Identity& identity : identities()) made.emplace(identity.chain.id, &identity);
    return made;
  }();
  return *by_id.at(chain_id);
}

const Identity& identity_of(ByteView leaf_der) { return identity_of(sha256_hex(leaf_der)); }

Anchor anchor_in(const Identity& identity, unsigned content) {
  const auto has = [&](unsigned bit) { return (content & bit) != 0; };
  if (identity.flaw == Flaw::self_signed) return has(kSelfSigned) ? Anchor::root : Anchor::none;
  const unsigned root_bit = identity.flaw == Flaw::sha1_root   ? kSha1Root
                            : identity.flaw == Flaw::ec_issuer ? kEcRoot
                                                               : kRoot;
  const bool broken = identity.flaw == Flaw::missing_intermediate;
  if (has(root_bit) && !broken) return Anchor::root;
  if (has(kLeaves)) return Anchor::leaf;
  return has(root_bit) ? Anchor::missing_intermediate : Anchor::none;
}

const Trust& trust_of(unsigned content) {
  static const std::vector<Trust> all = [] {
    std::vector<Trust> made(kStoreContents);
    for (unsigned c = 0; c < kStoreContents; ++c) {
      for (const Identity& identity : identities()) made[c].anchors[identity.chain.id] = anchor_in(identity, c);
    }
    return made;
  }();
  return all.at(content);
}

unsigned content_of(const Trust& trust) {
  for (unsigned content = 0; content < kStoreContents; ++content) {
    if (trust_of(content).anchors == trust.anchors) return content;
  }
  throw std::logic_error("no store of this world");
}

const std::vector<CipherSuite>& universe_suites() {
  static const std::vector<CipherSuite> suites = {
      {0xc02f}, {0xc030}, {0xcca8}, {0xc013}, {0xc027}, {0xc010},  // ECDHE_RSA
      {0xc02b}, {0xc02c}, {0xcca9}, {0xc009}, {0xc023}, {0xc0ae},  // ECDHE_ECDSA
      {0x009e}, {0x0033}, {0xccaa},                                // DHE_RSA
      {0x009c}, {0x002f}, {0x0035}, {0x003d}, {0x0002}, {0x0041},  // RSA
      {0x0034}, {0x00a6}, {0xc018},                                // anonymous
  };
  return suites;
}

const std::vector<CipherSuite>& universe_suites_tls13() {
  static const std::vector<CipherSuite> suites = {{0x1301}, {0x1302}, {0x1303}, {0x1304}, {0x1305}};
  return suites;
}

const std::vector<Group>& universe_groups() {
  static const std::vector<Group> groups = {{0x1d}, {0x17}, {0x18}, {0x19}, {0x1e}, {0x100}, {0x1a}};
  return groups;
}

const std::vector<SignatureScheme>& universe_schemes() {
  static const std::vector<SignatureScheme> schemes = {{0x0403}, {0x0503}, {0x0603}, {0x0807}, {0x0804},
                                                       {0x0805}, {0x0806}, {0x0809}, {0x080b}, {0x0401},
                                                       {0x0501}, {0x0601}, {0x0201}, {0x0203}};
  return schemes;
}

}  // namespace ucready::negotiation

#include "trust_lists.h"

#include "core/bytes.h"
#include "tests/support/tlv_maker.h"

namespace ucready::lab {
namespace {

support::MadeCertificate made(const Identity& identity) {
  ByteWriter der;
  unsigned char* encoded = nullptr;
  const int size = i2d_X509(identity.chain.front().get(), &encoded);
  require(size > 0, "certificate encoded");
  der.bytes(ByteView(encoded, static_cast<std::size_t>(size)));
  OPENSSL_free(encoded);
  return {.der = der.take(), .key = identity.key};
}

constexpr std::uint16_t kSast = 0, kCcmTftp = 2, kCapf = 4, kTvs = 21;

struct Role {
  const char* certificate;
  std::uint16_t role;
  bool in_ctl;
};
constexpr Role kRoles[] = {{"callmanager", kCcmTftp, true},
                           {"callmanager-ecdsa", kCcmTftp, true},
                           {"tvs", kTvs, false},
                           {"capf", kCapf, true}};

std::string list(const NodeSpec& node, Pki& pki, const char* name, bool is_ctl) {
  const support::MadeCertificate signer = made(pki.identity(node, "callmanager"));
  support::TlvRecipe recipe;
  recipe.file_name = name;
  recipe.signer_name = "CN=" + node.name;
  recipe.records.push_back(support::record_of(signer, kSast));
  for (const Role& role : kRoles) {
    if (!node.certificates.contains(role.certificate) || (is_ctl && !role.in_ctl)) continue;
    recipe.records.push_back(support::record_of(made(pki.identity(node, role.certificate)), role.role));
  }
  return std::string(as_text(support::make_tlv(recipe, signer)));
}

}  // namespace

std::map<std::string, std::string> trust_lists_of(const NodeSpec& node, Pki& pki) {
  if (!node.certificates.contains("callmanager")) return {};
  return {{"/CTLFile.tlv", list(node, pki, "CTLFile.tlv", true)},
          {"/ITLFile.tlv", list(node, pki, "ITLFile.tlv", false)}};
}

}  // namespace ucready::lab

#include "pki.h"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <iterator>

#include "core/bytes.h"

namespace ucready::lab {
namespace {

using File = std::unique_ptr<BIO, FreeWith<BIO_free>>;

std::string digest_of(std::string_view text) {
  const auto bytes = as_bytes(text);
  Bytes digest(SHA256_DIGEST_LENGTH);
  SHA256(bytes.data(), bytes.size(), digest.data());
  return to_hex(digest);
}

std::string public_half(const Key& key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  require(size > 0, "public key");
  const std::string digest = digest_of(as_text({der, static_cast<std::size_t>(size)}));
  OPENSSL_free(der);
  return digest;
}

// All that decides what the certificate says. A certificate lives for a day, so that "+20" stays 20 days.
std::string stamp_of(const Recipe& recipe, const Key& key, const Signer& signer) {
  std::string subject;
  for (const auto& [type, value] : recipe.subject) subject += fmt::format("{}={}\n", type, value);
  const std::string issuer = signer.certificate ? public_half(signer.key) : "self";
  return digest_of(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", recipe.name, recipe.key, recipe.digest, subject,
                               fmt::join(recipe.san, ","), fmt::join(recipe.eku, ","), day(recipe.not_before),
                               day(recipe.not_after), recipe.is_ca, recipe.long_name, public_half(key), issuer));
}

Recipe filled_in(Recipe recipe, const NodeSpec& node) {
  for (auto& [type, value] : recipe.subject) value = node.fill_in(value);
  for (auto& name : recipe.san) name = node.fill_in(name);
  return recipe;
}

}  // namespace

Pki::Pki(const Estate& estate, const std::filesystem::path& folder)
    : estate_(estate), folder_(folder), keys_(folder / "keys") {
  std::filesystem::create_directories(folder_ / "ca");
  std::filesystem::create_directories(folder_ / "stamps");
  for (const auto& recipe : estate.authorities) {
    auto made = make(recipe, recipe.name, folder_ / "ca" / (recipe.name + ".pem"));
    authorities_.emplace(recipe.name, Authority{recipe, std::move(made)});
  }
}

const Identity& Pki::identity(const NodeSpec& node, const std::string& certificate) {
  const std::string name = node.name + "/" + certificate;
  if (const auto known = identities_.find(name); known != identities_.end()) return known->second;
  std::filesystem::create_directories(folder_ / node.name);
  const Recipe recipe = filled_in(node.certificates.at(certificate), node);
  auto made = make(recipe, node.name, folder_ / node.name / (certificate + ".pem"));
  return identities_.emplace(name, std::move(made)).first->second;
}

const Identity& Pki::named(const std::string& name) {
  if (const auto known = authorities_.find(name); known != authorities_.end()) return known->second.identity;
  const auto slash = name.find('/');
  for (const auto& cluster : estate_.clusters) {
    for (const auto& node : cluster.nodes) {
      if (slash == std::string::npos || node.name != name.substr(0, slash)) continue;
      if (node.certificates.contains(name.substr(slash + 1))) return identity(node, name.substr(slash + 1));
    }
  }
  throw Trouble(fmt::format("there is no authority and no NODE/CERTIFICATE named '{}'", name));
}

Identity Pki::make(const Recipe& recipe, const std::string& key_owner, const std::filesystem::path& file) {
  Identity made;
  made.file = file;
  made.key = keys_.key(key_owner, recipe.key);
  Signer signer;
  if (recipe.issuer != "self") {
    const auto& issuer = authorities_.at(recipe.issuer).identity;
    signer = {issuer.chain.front(), issuer.key};
  }
  made.chain.push_back(cached_or_new(recipe, made.key, signer, file));

  if (recipe.is_ca || recipe.chain == "none") return made;
  for (std::string above = recipe.issuer; above != "self";) {
    const auto& authority = authorities_.at(above);
    above = authority.recipe.issuer;
    if (above == "self" && recipe.chain != "all") break;
    made.chain.insert(made.chain.end(), static_cast<std::size_t>(recipe.chain_repeat),
                      authority.identity.chain.front());
  }
  const File pem(BIO_new_file((file.parent_path() / (file.stem().string() + "-chain.pem")).c_str(), "w"));
  for (const auto& certificate : made.chain) {
    require(pem && PEM_write_bio_X509(pem.get(), certificate.get()) == 1, "a certificate cannot be written");
  }
  return made;
}

Certificate Pki::cached_or_new(const Recipe& recipe, const Key& key, const Signer& signer,
                               const std::filesystem::path& file) {
  const std::string stamp = stamp_of(recipe, key, signer);
  const auto stamp_file = folder_ / "stamps" / (file.parent_path().filename().string() + "-" + file.stem().string());
  std::ifstream old(stamp_file);
  if (std::string(std::istreambuf_iterator<char>(old), {}) == stamp) {
    if (const File pem(BIO_new_file(file.c_str(), "r")); pem) {
      if (X509* read = PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr)) return own(read);
    }
    ERR_clear_error();
  }
  Certificate made = make_certificate(recipe, key, signer);
  const File pem(BIO_new_file(file.c_str(), "w"));
  require(pem && PEM_write_bio_X509(pem.get(), made.get()) == 1, "a certificate cannot be written");
  std::ofstream(stamp_file) << stamp;
  return made;
}

}  // namespace ucready::lab

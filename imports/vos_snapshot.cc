// The certificate snapshot of a VOS node (release 14 and later): GET
// https://NODE/platformcom/api/v1/certmgr/config/snapshot/server. One JSON document: the node's name, its identities
// with their certificates, and every trust store whole (docs/import.md).
#include <nlohmann/json.hpp>

#include "imports/importer.h"
#include "imports/pem_text.h"
#include "imports/text_parts.h"

namespace ucready::imports {

extern const Importer kVosSnapshot;

namespace {

using Json = nlohmann::json;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// JSON values know no lines. They come in the document's order, so each is looked for behind the one before.
class Lines {
 public:
  explicit Lines(std::string_view document) : document_(document) {}

  // Of the next place where the text stands; that of the one before where it does not.
  int of(std::string_view text) {
    if (text.empty() || misses_ >= kMostMisses) return line_;
    const std::size_t found = document_.find(text, at_);
    if (found == std::string_view::npos) {
      ++misses_;
      return line_;
    }
    line_ += static_cast<int>(std::count(document_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         document_.begin() + static_cast<std::ptrdiff_t>(found), '\n'));
    at_ = found;
    return line_;
  }

 private:
  // Each costs a look at the whole document: who escapes base64 so that it is not found gets no lines.
  static constexpr int kMostMisses = 16;

  std::string_view document_;
  std::size_t at_ = 0;
  int line_ = 1;
  int misses_ = 0;
};

// Enough of a certificate's base64 to find it again, and no line end in it.
std::string mark_of(std::string_view pem) {
  constexpr std::size_t kMark = 60;
  const std::size_t begin = pem.find('\n');
  return begin == std::string_view::npos ? "" : std::string(pem.substr(begin + 1, kMark));
}

class Reader {
 public:
  Reader(std::string_view text, Told& told) : lines_(text), told_(told) {}

  void read(const Json& root) {
    told_.own(text_of(root, "server"), lines_.of("\"server\""));
    // A chain is completed from the stores, so these come first; the document has them last.
    for (const Json& store : list(root, "trusts")) read_store(store);
    lines_ = first_lines_;
    for (const Json& identity : list(root, "identities")) read_identity(identity);
    for (const auto& [key, value] : root.items()) {
      constexpr std::string_view kKnown[] = {"server", "trackingId", "identities", "trusts", "revokedCertificates"};
      if (std::ranges::find(kKnown, key) == std::end(kKnown)) told_.not_understood(key, 0);
    }
  }

 private:
  static const Json& list(const Json& root, const char* key) {
    static const Json kNone = Json::array();
    const auto found = root.find(key);
    return found != root.end() && found->is_array() ? *found : kNone;
  }

  void read_store(const Json& store) {
    if (!store.is_object()) return;
    ToldStore read{text_of(store, "service"), {}, 0};
    if (read.store.empty()) return;
    const Json& all = list(store, "certificate_data");
    for (const Json& one : all) {
      const std::string pem = one.is_object() ? text_of(one, "certificate") : "";
      const int line = lines_.of(mark_of(pem));
      if (read.line == 0) read.line = line;
      const auto certificates = certificates_in(pem);
      if (!certificates || certificates->empty()) {
        told_.trouble("line " + std::to_string(line) + ": a certificate of the store " + read.store +
                      " cannot be read; the store is left out, for it is not known whole");
        return;
      }
      const std::string name = one.is_object() ? text_of(one, "filename") : "";
      for (const CertificatePtr& certificate : *certificates) {
        read.entries.push_back(trusted(certificate, told_.path + (name.empty() ? "" : "#" + name)));
      }
    }
    told_.stores.push_back(std::move(read));
  }

  void read_identity(const Json& identity) {
    if (!identity.is_object()) return;
    const std::string service = text_of(identity, "service");
    const std::string pem = text_of(identity, "certificate");
    if (service.empty() || pem.empty()) return;  // A request without a certificate.
    const int line = lines_.of(mark_of(pem));
    auto chain = certificates_in(pem);
    if (!chain || chain->empty()) {
      told_.trouble("line " + std::to_string(line) + ": the certificate of " + service + " cannot be read");
      return;
    }
    leaf_first(*chain);
    complete_chain(*chain, store_beside(service));
    told_.identities.push_back({service, std::move(*chain), line});
    // Certificates that one product alone has.
    if (service == "CallManager") told_.fact("product", "cucm", line);
    if (service == "cup" || service == "cup-xmpp") told_.fact("product", "imp", line);
  }

  // "tomcat-trust" of tomcat and tomcat-ECDSA.
  [[nodiscard]] const std::vector<db::TrustedCertificate>& store_beside(std::string_view service) const {
    static const std::vector<db::TrustedCertificate> kNone;
    constexpr std::string_view kEcdsa = "-ECDSA";
    if (service.ends_with(kEcdsa)) service.remove_suffix(kEcdsa.size());
    for (const ToldStore& store : told_.stores) {
      if (store.store == std::string(service) + "-trust") return store.entries;
    }
    return kNone;
  }

  Lines lines_;
  const Lines first_lines_ = lines_;
  Told& told_;
};

void read(PeekedSource& source, Told& told) {
  const auto text = read_whole(source, kMostDocumentBytes);
  if (!text) return told.trouble(text.error().message);
  const Json root = Json::parse(*text, nullptr, false);
  if (!root.is_object()) return told.trouble("is no JSON object from its beginning to its end; fetch it again");
  told.lines = static_cast<std::size_t>(std::count(text->begin(), text->end(), '\n')) + 1;
  Reader(*text, told).read(root);
}

bool recognises(std::string_view head) {
  return trimmed(head).starts_with('{') && head.find("\"server\"") != std::string_view::npos &&
         (head.find("\"identities\"") != std::string_view::npos || head.find("\"trusts\"") != std::string_view::npos);
}

}  // namespace

const Importer kVosSnapshot = {"vos-snapshot", "certificate snapshot of a VOS node (JSON)", recognises, read};

}  // namespace ucready::imports

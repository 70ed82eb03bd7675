// PEM files in an export. By themselves they do not say what they are for; Expressway's diagnostic archive says it by
// their names: ca_*.pem is the trusted CA list, server_*.pem the server certificate, client_*.pem (X15.5) the client's.
#include "imports/importer.h"
#include "imports/pem_text.h"
#include "imports/text_parts.h"
#include "trust/pem_blocks.h"

namespace ucready::imports {

extern const Importer kPemFile;

namespace {

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

void read(PeekedSource& source, Told& told) {
  const auto text = read_whole(source, kMostDocumentBytes);
  if (!text) return told.trouble(text.error().message);
  auto certificates = certificates_in(*text);
  if (!certificates) return told.trouble("line " + certificates.error().message);
  const std::string name = lower(file_name(told.path));
  if (name.starts_with("ca_") || name.starts_with("ca.")) {
    ToldStore store{"trusted-ca", {}, 1};
    for (const CertificatePtr& certificate : *certificates) store.entries.push_back(trusted(certificate, told.path));
    told.stores.push_back(std::move(store));
  } else if ((name.starts_with("server_") || name.starts_with("server.")) && !certificates->empty()) {
    leaf_first(*certificates);
    told.identities.push_back({"server", std::move(*certificates), 1});
  } else if ((name.starts_with("client_") || name.starts_with("client.")) && !certificates->empty()) {
    leaf_first(*certificates);
    told.identities.push_back({"client", std::move(*certificates), 1});
  } else {
    told.notes.emplace_back(
        "holds certificates without saying whose they are or who trusts them; 'ucready trust add' records them");
  }
}

bool recognises(std::string_view head) { return trust::looks_like_pem(head); }

}  // namespace

const Importer kPemFile = {"pem", "ca_*.pem, server_*.pem, client_*.pem of an Expressway's archive", recognises, read};

}  // namespace ucready::imports

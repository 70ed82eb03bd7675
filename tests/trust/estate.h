// A small PKI of Nordwind for the tests of stores and verdicts, and the question that most of them begin with.
#pragma once

#include <string>
#include <vector>

#include "tests/support/certificate_maker.h"
#include "trust/chain_verdict.h"

namespace ucready::trust {

using support::CertificateRecipe;
using support::MadeCertificate;

const MadeCertificate& nw_root();     // CN=NW-Root
const MadeCertificate& nw_issuing();  // CN=NW-Issuing-CA2 by NW-Root
CertificateRecipe leaf_recipe();      // hh-cucm1.nordwind.example, both purposes, 2026 and 2027
MadeCertificate nw_leaf();            // Of it, by NW-Issuing-CA2.
MadeCertificate self_signed_leaf();
MadeCertificate authority(const std::string& name, const MadeCertificate* issuer, CertificateRecipe recipe = {});

std::vector<CertificatePtr> as_presented(const std::vector<MadeCertificate>& chain);
TrustEntry ca_entry(const MadeCertificate& certificate);
TrustStore store_of(const std::vector<MadeCertificate>& certificates);

inline const Time kIn2026 = parse_iso8601("2026-11-24").value();

// Asked by openssl-3 at level 1 in 2026; the store must outlive the question.
ChainQuestion question(const std::vector<MadeCertificate>& chain, const TrustStore& store);

}  // namespace ucready::trust

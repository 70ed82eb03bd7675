#include "tests/rehearsal/little_scene.h"

#include "trust/certificate.h"

namespace ucready::rehearsal {

using negotiation::Side;

CertificateRecipe authority_recipe(const std::string& name) {
  CertificateRecipe recipe;
  recipe.subject = {{"O", "Nordwind"}, {"CN", name}};
  recipe.key = "rsa:2048";
  recipe.is_ca = true;
  recipe.key_usage = "keyCertSign,cRLSign";
  recipe.not_before = "200101000000Z";
  recipe.not_after = "400101000000Z";
  recipe.new_key = true;
  return recipe;
}

CertificateRecipe leaf_recipe(const std::string& name) {
  CertificateRecipe recipe;
  recipe.subject = {{"CN", name}};
  recipe.key = "rsa:2048";
  recipe.eku = "serverAuth,clientAuth";
  recipe.key_usage = "digitalSignature,keyEncipherment";
  recipe.dns = {name};
  return recipe;
}

const MadeCertificate& authority() {
  static const MadeCertificate made = make_certificate(authority_recipe("Nordwind Root"));
  return made;
}

KeyRack& test_keys() {
  static KeyRack keys;
  return keys;
}

LittleScene::LittleScene() {
  for (negotiation::Profile* const end :
       {static_cast<negotiation::Profile*>(&client), static_cast<negotiation::Profile*>(&server)}) {
    end->versions = {tls::kTls13, tls::kTls12};
    end->suites = {{0xc02f}, {0xc02b}, {0x009c}};
    end->suites_tls13 = {{0x1302}, {0x1301}};
    end->groups = {{0x001d}, {0x0017}, {0x0018}, {0x0019}};
    end->schemes = {{0x0403}, {0x0503}, {0x0603}, {0x0807}, {0x0808}, {0x0804}, {0x0805},
                    {0x0806}, {0x0809}, {0x080a}, {0x080b}, {0x0401}, {0x0501}, {0x0601}};
  }
  scene.server_chains_at = scene.client_chains_at = parse_iso8601("2026-11-24").value();
  scene.server_name = "server.example";
  static const MadeCertificate server_leaf = make_certificate(leaf_recipe(), &authority());
  static const MadeCertificate client_leaf = make_certificate(leaf_recipe("client.example"), &authority());
  present(Side::server, {{server_leaf}});
  present(Side::client, {{client_leaf}});
  hold(Side::client, {authority()});
  hold(Side::server, {authority()});
}

void LittleScene::present(Side by, const std::vector<std::vector<MadeCertificate>>& chains) {
  auto& presented = by == Side::server ? scene.server_chains : scene.client_chains;
  presented.clear();
  for (const auto& chain : chains) {
    forecast::PresentedChain& made = presented.emplace_back();
    for (const MadeCertificate& certificate : chain) {
      made.certificates.push_back(trust::read_certificate(certificate.der));
      know(certificate);
    }
    made.id = made.certificates.front()->sha256;
  }
}

void LittleScene::hold(Side judge, const std::vector<MadeCertificate>& authorities) {
  trust::TrustStore& store = judge == Side::client ? client_store_ : server_store_;
  store = trust::TrustStore();
  for (const MadeCertificate& certificate : authorities) {
    trust::TrustEntry entry;
    entry.certificate = trust::read_certificate(certificate.der);
    store.add(entry);
    know(certificate);
  }
  (judge == Side::client ? scene.client_holds : scene.server_holds) = &store;
}

void LittleScene::pin(Side judge, const MadeCertificate& certificate) {
  trust::TrustEntry entry;
  entry.kind = trust::TrustKind::pinned;
  entry.certificate = trust::read_certificate(certificate.der);
  (judge == Side::client ? client_store_ : server_store_).add(entry);
}

void LittleScene::know(const MadeCertificate& certificate) { twins.know(trust::read_certificate(certificate.der)); }

void LittleScene::check_name(const std::string& name) {
  scene.server_name = name;
  client.trust.check_name = true;
}

Scene& LittleScene::settled() {
  const auto settle = [&](negotiation::Profile& end, const std::vector<forecast::PresentedChain>& presented,
                          negotiation::Profile& judge, const trust::TrustStore* store, trust::Presenter presenter) {
    if (presented.empty()) return;
    end.keys.clear();
    judge.trust.anchors.clear();
    judge.trust.objections.clear();
    const Time at = presenter == trust::Presenter::server ? scene.server_chains_at : scene.client_chains_at;
    for (const forecast::PresentedChain& chain : presented) {
      end.keys.push_back(forecast::chain_of(chain, at).value());
      if (store == nullptr) continue;
      const auto opinion = opinion_of(chain, {store, presenter, to_text(judge.stack), judge.security_level, at}, {});
      judge.trust.anchors[chain.id] = opinion.anchor;
      if (opinion.objection) judge.trust.objections[chain.id] = *opinion.objection;
    }
  };
  settle(server, scene.server_chains, client, scene.client_holds, trust::Presenter::server);
  settle(client, scene.client_chains, server, scene.server_holds, trust::Presenter::client);
  client.trust.wrongly_named.clear();
  for (const forecast::PresentedChain& chain : scene.server_chains) {
    if (!forecast::holds_name(chain, scene.server_name)) client.trust.wrongly_named.push_back(chain.id);
  }
  return scene;
}

negotiation::Outcome LittleScene::forecast() {
  settled();
  return negotiate(client, server);
}

Rehearsal LittleScene::rehearse(const negotiation::Outcome& forecast) {
  return rehearsal::rehearse(settled(), forecast, twins);
}

Rehearsal LittleScene::rehearse() { return rehearse(forecast()); }

}  // namespace ucready::rehearsal

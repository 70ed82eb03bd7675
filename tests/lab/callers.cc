#include "callers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "client_kind.h"

namespace ucready::lab {
namespace {

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool connect_from(const std::string& from, const std::string& to, int port) {
    const timeval patience{.tv_sec = 3, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const sockaddr_in here = address(from, 0), there = address(to, port);
    return bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0 &&
           connect(fd_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  static sockaddr_in address(const std::string& text, int port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, text.c_str(), &made.sin_addr);
    return made;
  }
  int fd_;
};

void trust(X509_STORE* store, const YAML::Node& declared, Pki& pki) {
  const auto add = [&](const YAML::Node& name) {
    X509_STORE_add_cert(store, pki.named(name.as<std::string>()).chain.front().get());
  };
  for (const auto& entry : declared) {
    if (entry.IsScalar()) {
      add(entry);
    } else {
      for (const auto& name : entry["files"]) add(name);
    }
  }
}

// The identity that it shows where it is asked: that of its own interface of the protocol, else its first.
const std::string* identity_of(const NodeSpec& node, const std::string& protocol) {
  const auto same = std::ranges::find_if(node.interfaces, [&](const InterfaceSpec& spec) {
    return spec.protocol == protocol && !spec.identities.empty();
  });
  if (same != node.interfaces.end()) return &same->identities.front();
  return node.certificates.empty() ? nullptr : &node.certificates.begin()->first;
}

TlsContext context_of(const ClusterSpec& cluster, const NodeSpec& node, const std::string& protocol, Pki& pki) {
  const ClientKind& kind = kind_of_client(cluster);
  TlsContext made(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX* const context = made.get();
  require(context != nullptr, "TLS context");
  SSL_CTX_set_security_level(context, 0);
  require(SSL_CTX_set_min_proto_version(context, kind.tls_min) == 1, "lowest version");
  require(SSL_CTX_set_max_proto_version(context, kind.tls_max) == 1, "highest version");
  const std::string ciphers = std::string(*kind.ciphers == 0 ? "DEFAULT" : kind.ciphers) + ":@SECLEVEL=0";
  require(SSL_CTX_set_cipher_list(context, ciphers.c_str()) == 1, "ciphers");
  if (*kind.groups != 0) require(SSL_CTX_set1_groups_list(context, kind.groups) == 1, "groups");
  if (*kind.schemes != 0) require(SSL_CTX_set1_sigalgs_list(context, kind.schemes) == 1, "schemes");
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  if (const std::string* const name = identity_of(node, protocol)) {
    const Identity& identity = pki.identity(node, *name);
    require(SSL_CTX_use_certificate(context, identity.chain.front().get()) == 1, "certificate refused");
    require(SSL_CTX_use_PrivateKey(context, identity.key.get()) == 1, "key refused");
    for (std::size_t i = 1; i < identity.chain.size(); ++i) SSL_CTX_add1_chain_cert(context, identity.chain[i].get());
  }
  // A node's own list is of the store that its calls are judged by here, and stands in place of the cluster's.
  const YAML::Node trusted = node.trust.IsSequence() ? node.trust : cluster.source["trust"];
  if (trusted && trusted.IsSequence()) {
    X509_STORE_set_flags(SSL_CTX_get_cert_store(context), X509_V_FLAG_PARTIAL_CHAIN);
    trust(SSL_CTX_get_cert_store(context), trusted, pki);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  return made;
}

// The other side may have sent away whom it had already greeted: TLSv1.3's verdict on a certificate comes late.
bool converse(SSL* ssl) {
  if (SSL_connect(ssl) != 1) return false;
  constexpr std::string_view kWords = "OPTIONS * HTTP/1.0\r\n\r\n";
  if (SSL_write(ssl, kWords.data(), static_cast<int>(kWords.size())) <= 0) return false;
  std::array<char, 512> answer{};
  const timeval patience{.tv_sec = 0, .tv_usec = 50'000};
  setsockopt(SSL_get_fd(ssl), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const int count = SSL_read(ssl, answer.data(), static_cast<int>(answer.size()));
  const bool refused = count <= 0 && SSL_get_error(ssl, count) == SSL_ERROR_SSL;
  if (!refused) SSL_shutdown(ssl);
  return !refused;
}

struct End {
  std::string cluster;
  std::string node;  // Empty: all.
  int port = 0;
};

End read_end(std::string text, bool with_port) {
  End end;
  if (const auto colon = text.rfind(':'); with_port && colon != std::string::npos) {
    end.port = std::stoi(text.substr(colon + 1));
    text.resize(colon);
  }
  const auto slash = text.find('/');
  end.cluster = text.substr(0, slash);
  if (slash != std::string::npos) end.node = text.substr(slash + 1);
  return end;
}

const ClusterSpec* find_cluster(const Estate& estate, const std::string& name) {
  const auto found = std::ranges::find(estate.clusters, name, &ClusterSpec::name);
  return found == estate.clusters.end() ? nullptr : &*found;
}

void call(const ClusterSpec& client_cluster, const NodeSpec& client, const NodeSpec& server, int port, int offset,
          Pki& pki, CallResults& results) {
  const auto spec = std::ranges::find(server.interfaces, port, &InterfaceSpec::port);
  Socket socket;
  const bool reachable = spec != server.interfaces.end() && spec->dialect == "direct" && spec->behaviour.empty() &&
                         socket.connect_from(client.address, server.address, port + offset);
  if (!reachable) {
    ++results.not_made;
    return;
  }
  const TlsContext context = context_of(client_cluster, client, spec->protocol, pki);
  const std::unique_ptr<SSL, FreeWith<SSL_free>> ssl(SSL_new(context.get()));
  require(ssl != nullptr && SSL_set_fd(ssl.get(), socket.fd()) == 1, "TLS connection");
  if (kind_of_client(client_cluster).asks_for_name) {
    std::string name = server.fill_in("{fqdn}");
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  ERR_clear_error();
  ++(converse(ssl.get()) ? results.established : results.refused);
}

}  // namespace

CallResults make_calls(const Estate& estate, Pki& pki, int port_offset) {
  CallResults results;
  for (const auto& hop : estate.hops) {
    if (hop["dormant"] && hop["dormant"].as<bool>()) continue;
    const End from = read_end(hop["from"].as<std::string>(), false);
    const End to = read_end(hop["to"].as<std::string>(), true);
    const ClusterSpec* const client_cluster = find_cluster(estate, from.cluster);
    const ClusterSpec* const server_cluster = find_cluster(estate, to.cluster);
    if (client_cluster == nullptr || server_cluster == nullptr) {
      throw Trouble("a hop names a cluster that is not there: " + from.cluster + " -> " + to.cluster);
    }
    for (const NodeSpec& client : client_cluster->nodes) {
      if (!from.node.empty() && from.node != client.name) continue;
      for (const NodeSpec& server : server_cluster->nodes) {
        if (!to.node.empty() && to.node != server.name) continue;
        call(*client_cluster, client, server, to.port, port_offset, pki, results);
      }
    }
  }
  return results;
}

}  // namespace ucready::lab

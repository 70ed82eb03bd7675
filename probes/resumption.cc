#include "probes/resumption.h"

#include "probes/verdict.h"

namespace ucready::probes {

asio::awaitable<bool> audit_resumption(Asker& asker, const AcceptedHello& hello, db::InterfaceObservation& seen) {
  const tls::Version version = hello.offer.versions.front();
  const auto tell = [&](bool resumed) {
    seen.traits.push_back({version, "resumption", resumed, ""});
    return true;
  };
  if (!hello.answer.finished || asker.over()) co_return false;
  // In TLSv1.3 a ticket may still come once something was said.
  if (!hello.answer.session) co_return version < tls::kTls13&& tell(false);
  tls::HelloOffer offer = hello.offer;
  offer.session = hello.answer.session;
  const Reply reply = co_await asker.ask(offer);
  if (reply.answer.resumed) co_return tell(true);
  const bool began_anew = accepted(offer, reply) && reply.answer.flight_complete;
  co_return began_anew&& tell(false);
}

}  // namespace ucready::probes

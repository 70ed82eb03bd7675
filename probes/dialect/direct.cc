// Services whose first byte is TLS: nothing is said before the ClientHello.
#include "probes/dialect.h"

namespace ucready::probes {

asio::awaitable<Result<void>> start_tls_direct(Transport&, const Target&) { co_return Result<void>(); }

}  // namespace ucready::probes

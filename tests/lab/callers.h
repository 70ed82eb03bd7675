// The estate's own connections: every declared hop that is not dormant, from each node of the client to each of the
// server, with the client's own address, hello, certificate and trust. What a capture of the estate would hold.
#pragma once

#include "estate.h"
#include "pki.h"

namespace ucready::lab {

struct CallResults {
  int established = 0;
  int refused = 0;   // By either side, in TLS.
  int not_made = 0;  // Nobody listens there, or TLS begins behind another protocol that is not spoken here.
};

// The estate must be up. A client verifies where its cluster or node says whom it trusts.
CallResults make_calls(const Estate& estate, Pki& pki, int port_offset);

}  // namespace ucready::lab

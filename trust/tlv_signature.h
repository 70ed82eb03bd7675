// Whether a CTL or ITL file was signed with a key that it holds itself.
#pragma once

#include "trust/tlv_file.h"

namespace ucready::trust {

// The file's bytes before and after the field of the signature, and the signature itself.
struct SignedTlv {
  ByteView before;
  ByteView after;
  ByteView signature;
};

TlvSignature check_signature(const TlvFile& file, const SignedTlv& bytes);

}  // namespace ucready::trust

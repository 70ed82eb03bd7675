// One side of a TLS handshake while its records are read.
#pragma once

#include <memory>

#include "passive/unit_cutter.h"
#include "tls/record.h"
#include "tls/tls13_keys.h"

namespace ucready::passive {

using RecordCutter = UnitCutter<tls::kRecordHeaderBytes>;
using MessageCutter = UnitCutter<4>;  // msg_type, length

// TLS 1.3 with a key log: what opens this side's records. Handshake messages go on over records.
struct OpenedSide {
  std::unique_ptr<tls::RecordOpener> opener;
  MessageCutter messages;
  std::unique_ptr<tls::RecordOpener> next;  // For what follows the Finished.
  bool any = false;                         // A record was opened.
  bool over = false;                        // Finished was read: the next record is under other keys.
};

struct HandshakeSide {
  RecordCutter records;
  MessageCutter messages;
  std::unique_ptr<OpenedSide> opened;
  bool lost = false;            // Bytes of its TLS are missing.
  bool changed_cipher = false;  // Up to TLSv1.2: what follows is encrypted.
  bool finished = false;        // Up to TLSv1.2: an encrypted handshake record followed; 1.3: its Finished was read.
  bool certificate = false;     // A Certificate message was read.
  bool ended = false;           // FIN or RST.
  bool deaf = false;            // Nothing more of it is read.
};

}  // namespace ucready::passive

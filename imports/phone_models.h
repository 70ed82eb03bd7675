// Models of phones as systems write them.
#pragma once

#include <string>
#include <string_view>

namespace ucready::imports {

// "8845" of "Cisco 8845" and of 36224, the number that the database and the real-time service have for it; others as
// they are written.
std::string phone_model(std::string_view text);

// "SEP0011AA22BB01", in capitals, of "exports/SEP0011AA22BB01/ITLFile.tlv" and "sep0011aa22bb01_itl.txt": the phone
// that a folder or file is named for, the innermost. Empty: none. What a TFTP server keeps for a phone (ITLSEP...) is
// not the phone's.
std::string phone_in_path(std::string_view path);

}  // namespace ucready::imports

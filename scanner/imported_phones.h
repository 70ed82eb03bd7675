// Phones by class: those of one cluster that no fact tells apart (model, protocol, load, security, what they trust).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "imports/told.h"
#include "scanner/imported_lists.h"
#include "scanner/imported_systems.h"

namespace ucready::scanner {

// Where phones are sent.
struct PhonePlace {
  std::string pool;  // Device pool; empty: not told.
  std::string node;  // Where it is registered; empty: not told.

  auto operator<=>(const PhonePlace&) const = default;
};

struct PhoneClass {
  std::string cluster;  // The call control's.
  std::string product;  // phone, roomos, jabber, ata
  std::string model;
  std::string protocol;  // sip, sccp
  std::string load;
  std::string security;  // nonsecure, authenticated, encrypted; empty: not told.
  bool oauth = false;
  std::map<PhonePlace, int> places;  // How many there are.
  int encrypting = 0;                // Those whose configuration is encrypted.
  int enrolling = 0;                 // Those for which a certificate operation of CAPF waits.
  int enrolled = 0;                  // Those that have a certificate of CAPF.
  int count = 0;
  std::shared_ptr<const HeldLists>
      lists;           // What they hold, where that is no list of their cluster's; nullptr: not told.
  std::string source;  // The export that tells of the first.
  int line = 0;
  std::string name;  // Of the cluster that stands for them.
};

// Several exports tell of the same phone, each of something else; it counts once.
std::vector<PhoneClass> classes_of_phones(const std::vector<imports::Told>& exports, const ImportedSystems& systems,
                                          const ImportedLists& lists);

// "14.2.1" of "sip88xx.14-2-1-0001-125"; the load itself where it does not say.
std::string release_of_load(std::string_view load);

}  // namespace ucready::scanner

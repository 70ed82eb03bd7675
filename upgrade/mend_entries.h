// The catalogue's mends, of which several entries make one: what a product says before what all have in common.
#pragma once

#include "upgrade/catalogue.h"

namespace ucready::upgrade {

// The mend that `called` calls for, with what the other entries of `all` say of it. `certificate`: the identity it is
// about, where it is about one.
CatalogueMend completed(std::span<const CatalogueMend> all, const CatalogueMend& called,
                        const std::string& certificate);

}  // namespace ucready::upgrade

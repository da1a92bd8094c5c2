#pragma once

#include "ingest/model/error.hpp"

#include <string>

namespace rowprint::postgres {

/// A PostgreSQL URL without its secrets, for people: `postgresql://reader@db1:5432/sales`. What the URL does not say is
/// left out, though the library may find it elsewhere. Errors: bad_input, which does not repeat the URL. A pure
/// function.
Result<std::string> describe_url(const std::string& url);

}  // namespace rowprint::postgres

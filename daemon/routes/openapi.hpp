#pragma once

#include <string_view>

namespace rowprint::daemon {

/// docs/openapi.json, to the byte, as it was when the program was built.
std::string_view openapi_document();

}  // namespace rowprint::daemon

#pragma once

#include "ingest/compare.hpp"

#include <nlohmann/json_fwd.hpp>

namespace rowprint {

/// A comparison as docs/http-api.md has it, under `source` of a verification. A pure function.
nlohmann::ordered_json comparison_json(const Comparison& comparison);

}  // namespace rowprint

#pragma once

#include "ingest/model/value.hpp"

#include <nlohmann/json_fwd.hpp>

namespace rowprint {

/// A value for people, in the form in which a column of its type is read back. What JSON has no number for, an integer
/// past 64 bits, is text. A pure function, which costs a few copies: for control messages, not for rows.
nlohmann::ordered_json value_json(const Value& value);

}  // namespace rowprint

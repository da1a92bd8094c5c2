#pragma once

#include <cstdint>
#include <string>

/// What decoders are measured by.
namespace rowprint::bench {

/// Of this process: other work on the machine disturbs it least.
double processor_seconds();

/// Gives a text the room behind it that simdjson reads into.
void pad(std::string& text);

/// simdjson on demand over padded lines of JSON objects, every value read and nothing kept. The sum is of no use, but
/// cannot be had without reading. Ends the program where a line does not parse.
std::uint64_t read_on_demand(const std::string& text);

}  // namespace rowprint::bench

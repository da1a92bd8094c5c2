#pragma once

#include "ingest/byte_stream.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/run_here.hpp"
#include "tests/support/read_to_end.hpp"
#include "tests/support/text_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// What the targets of streams around streams have in common.
namespace rowprint::fuzz {

/// How bytes come, and how many are asked for at a time.
struct Cut {
  std::size_t chunk;
  std::size_t room;
};

inline std::unique_ptr<ByteStream> stream_of(std::string_view text, Cut cut) {
  return std::make_unique<test::TextStream>(std::string{text}, cut.chunk);
}

}  // namespace rowprint::fuzz

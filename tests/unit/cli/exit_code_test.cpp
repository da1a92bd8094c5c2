#include "cli/exit_code.hpp"

#include <gtest/gtest.h>
#include <map>

namespace rowprint::cli {
namespace {

TEST(ExitCode, EveryErrorHasTheStatusThatIsDocumented) {
  const std::map<ErrorCode, int> documented = {{ErrorCode::bad_input, 1},
                                               {ErrorCode::unsupported_value, 1},
                                               {ErrorCode::limit_exceeded, 1},
                                               {ErrorCode::truncated, 1},
                                               {ErrorCode::not_found, 3},
                                               {ErrorCode::busy, 4},
                                               {ErrorCode::cancelled, 4},
                                               {ErrorCode::unavailable, 4},
                                               {ErrorCode::conflict, 6},
                                               {ErrorCode::precondition_failed, 6},
                                               {ErrorCode::key_reused, 6},
                                               {ErrorCode::no_space, 7},
                                               {ErrorCode::io, 7},
                                               {ErrorCode::corrupt, 7},
                                               {ErrorCode::internal, 7}};
  EXPECT_EQ(documented.size(), static_cast<std::size_t>(ErrorCode::internal) + 1);
  for (const auto& [code, status] : documented) {
    EXPECT_EQ(static_cast<int>(exit_code(code)), status) << to_string(code);
  }
}

}  // namespace
}  // namespace rowprint::cli

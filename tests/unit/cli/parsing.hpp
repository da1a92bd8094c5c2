#pragma once

#include "cli/command_line.hpp"

#include <gtest/gtest.h>
#include <string>
#include <variant>
#include <vector>

namespace rowprint::cli {

/// A command line that is one.
inline CommandLine parsed(const std::vector<std::string>& arguments) {
  auto line = parse_command_line(arguments);
  EXPECT_TRUE(line) << (line ? "" : line.error().text);
  return line ? *line : CommandLine{};
}

/// A command line of the command T.
template <typename T>
T command(const std::vector<std::string>& arguments) {
  const CommandLine line = parsed(arguments);
  const T* held = std::get_if<T>(&line.command);
  EXPECT_NE(held, nullptr);
  return held == nullptr ? T{} : *held;
}

/// What is said of a command line that is none.
inline std::string refusal(const std::vector<std::string>& arguments) {
  const auto line = parse_command_line(arguments);
  EXPECT_FALSE(line);
  if (line) {
    return {};
  }
  EXPECT_EQ(line.error().exit, ExitCode::usage);
  return line.error().text;
}

}  // namespace rowprint::cli

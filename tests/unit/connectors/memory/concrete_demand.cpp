#include "connectors/memory/read.hpp"

#include <vector>

namespace {

struct Reading {
  int sensor = 0;
  static constexpr auto rowprint_members = rowprint::members(rowprint::member("sensor", &Reading::sensor));
};

#ifdef GENERATOR
rowprint::Generator<Reading> readings() {
  co_yield Reading{1};
}
#else
std::vector<Reading> readings() {
  return {{1}};
}
#endif

}  // namespace

/// What must know its rows before it begins says so.
bool demands_a_list() {
  auto source = rowprint::read_records(rowprint::concrete(readings()));
  return source.declared().columns.size() == 1;
}

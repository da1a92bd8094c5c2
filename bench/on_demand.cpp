#include "bench/on_demand.hpp"

#include <simdjson.h>
#include <time.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rowprint::bench {
namespace {

void must(bool holds) {
  if (!holds) {
    std::fputs("the benchmark's own rows do not parse\n", stderr);
    std::exit(1);
  }
}

std::uint64_t touch(simdjson::ondemand::value value) {
  using simdjson::ondemand::json_type;
  switch (value.type().value_unsafe()) {
    case json_type::number: {
      const auto number = value.get_number().value_unsafe();
      return number.is_double() ? static_cast<std::uint64_t>(number.get_double()) : number.get_uint64();
    }
    case json_type::string:
      return value.get_string().value_unsafe().size();
    case json_type::boolean:
      return value.get_bool().value_unsafe() ? 1 : 0;
    case json_type::array: {
      std::uint64_t sum = 0;
      for (auto item : value.get_array().value_unsafe()) {
        sum += touch(item.value_unsafe());
      }
      return sum;
    }
    default:
      return value.is_null().value_unsafe() ? 1 : 0;
  }
}

}  // namespace

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void pad(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
}

std::uint64_t read_on_demand(const std::string& text) {
  simdjson::ondemand::parser parser;
  std::uint64_t sum = 0;
  const char* const end = text.data() + text.size();
  for (const char* line = text.data(); line < end;) {
    const auto* line_end = static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(end - line)));
    simdjson::ondemand::document document;
    simdjson::ondemand::object row;
    must(!parser
              .iterate(line, static_cast<std::size_t>(line_end - line),
                       text.capacity() - static_cast<std::size_t>(line - text.data()))
              .get(document) &&
         !document.get_object().get(row));
    for (auto field : row) {
      sum += field.key().value_unsafe().raw()[0] + touch(field.value().value_unsafe());
    }
    line = line_end + 1;
  }
  return sum;
}

}  // namespace rowprint::bench

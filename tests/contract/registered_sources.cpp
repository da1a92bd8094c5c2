#include "tests/contract/contracted_sources.hpp"

namespace rowprint::test {

std::vector<RegisteredSource> registered_sources() {
  using enum RegisteredSource::Kind;
  return {
      {"memory_list", concrete, make_contracted_list},
      {"memory_generator", generator, make_contracted_generator},
      {"ndjson", generator, make_contracted_ndjson},
      {"ndjson_file", concrete, make_contracted_ndjson_file},
      {"json_array", generator, make_contracted_json_array},
      {"json_columns", generator, make_contracted_json_columns},
      {"csv", generator, make_contracted_csv},
      {"tsv", generator, make_contracted_tsv},
      {"cbor", generator, make_contracted_cbor},
      {"postgres", database, make_contracted_postgres},
      {"sqlite_file", database, make_contracted_sqlite_file},
  };
}

}  // namespace rowprint::test

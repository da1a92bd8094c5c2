#pragma once

#include "tests/contract/source_contract.hpp"

namespace rowprint::test {

RegisteredSource contracted_memory_list();
RegisteredSource contracted_memory_generator();
RegisteredSource contracted_ndjson();
RegisteredSource contracted_ndjson_file();
RegisteredSource contracted_postgres();
RegisteredSource contracted_sqlite_file();

}  // namespace rowprint::test

#pragma once

#include "tests/contract/source_contract.hpp"

#include <memory>

namespace rowprint::test {

std::unique_ptr<ContractedSource> make_contracted_list();
std::unique_ptr<ContractedSource> make_contracted_generator();
std::unique_ptr<ContractedSource> make_contracted_ndjson();
std::unique_ptr<ContractedSource> make_contracted_ndjson_file();
std::unique_ptr<ContractedSource> make_contracted_json_array();
std::unique_ptr<ContractedSource> make_contracted_json_columns();
std::unique_ptr<ContractedSource> make_contracted_csv();
std::unique_ptr<ContractedSource> make_contracted_tsv();
std::unique_ptr<ContractedSource> make_contracted_cbor();
std::unique_ptr<ContractedSource> make_contracted_postgres();
std::unique_ptr<ContractedSource> make_contracted_sqlite_file();

}  // namespace rowprint::test

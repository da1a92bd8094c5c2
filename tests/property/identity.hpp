#pragma once

#include "connectors/memory/read.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/wait.hpp"
#include "tests/property/random_case.hpp"

#include <boost/asio/thread_pool.hpp>

#include <stdexcept>

namespace rowprint::test {

/// Both fingerprints and the schema of everything that a source gives.
inline RowHash::Summary identify(boost::asio::thread_pool& workers, Source& source) {
  RowHash hash{source.declared(), hashing::MultisetHash{}};
  auto summary = wait(workers, fingerprint(source, std::move(hash), 1U << 20U, nullptr));
  if (!summary) {
    throw std::runtime_error{summary.error().text()};
  }
  return std::move(*summary);
}

/// The rows one by one, as a coroutine makes them. `rows` outlives the generator.
inline Generator<Record> one_by_one(const std::vector<Record>* rows) {
  for (const Record& row : *rows) {
    co_yield row;
  }
}

/// Batches of any size, one row included.
inline ReadOptions random_options(Random& random, const Schema& declared) {
  ReadOptions options;
  options.limits.batch_rows = 1 + random.below(random.pick<std::uint64_t>({1, 7, 100, 5000}));
  options.limits.batch_bytes = 1 + random.below(1U << 18U);
  options.declared = declared;
  return options;
}

}  // namespace rowprint::test

#pragma once

#include "connectors/memory/read.hpp"
#include "hashing/fingerprint.hpp"
#include "ingest/fingerprint.hpp"
#include "ingest/wait.hpp"
#include "tests/support/rows_source.hpp"

#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rowprint::test {

/// Everything a source gives, or why not.
inline Result<std::vector<Row>> read_all(Source& source) {
  boost::asio::thread_pool workers{1};
  return wait(workers, drain(source));
}

inline RowHash::Summary summary_of(Source& source) {
  boost::asio::thread_pool workers{1};
  auto summary =
      wait(workers, fingerprint(source, RowHash{source.declared(), hashing::MultisetHash{}}, 1U << 20U, nullptr));
  if (!summary) {
    ADD_FAILURE() << summary.error().text();
    return {};
  }
  return *summary;
}

/// The error that a source ends with.
inline Error refusal_of(Source& source) {
  const auto rows = read_all(source);
  if (rows) {
    ADD_FAILURE() << "nothing was refused";
    return {};
  }
  return rows.error();
}

}  // namespace rowprint::test

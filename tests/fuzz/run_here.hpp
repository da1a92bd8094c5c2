#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

namespace rowprint::fuzz {

/// Runs a coroutine to its end on the calling thread. What another thread frees a moment later, libFuzzer takes for a
/// leak and goes to look for it, which takes longer than the input.
template <typename T>
T run_here(boost::asio::awaitable<T> work) {
  boost::asio::io_context context{1};
  auto outcome = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
  context.run();
  return outcome.get();
}

}  // namespace rowprint::fuzz

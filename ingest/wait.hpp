#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

namespace rowprint {

/// Runs a coroutine on a pool of workers and blocks the calling thread until it ends: for programs without an event
/// loop. Never call it on one of the pool's own threads. What the coroutine throws is thrown here.
template <typename T>
T wait(boost::asio::thread_pool& workers, boost::asio::awaitable<T> work) {
  return boost::asio::co_spawn(boost::asio::make_strand(workers), std::move(work), boost::asio::use_future).get();
}

}  // namespace rowprint

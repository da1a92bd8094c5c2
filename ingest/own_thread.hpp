#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace rowprint {

/// One thread for a library that blocks, behind an asynchronous port.
///
/// Lifecycle: the destructor waits for the call under way, so whoever owns it makes that call end first. Thread safety:
/// run() from any thread; the calls run one after the other, always on the same thread. Whatever awaits runs on a
/// context that outlives this: the thread lets go of its executor only after it has resumed it.
class OwnThread {
 public:
  OwnThread() : thread_(1) {}
  ~OwnThread() { thread_.join(); }
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  /// Calls `call` on the thread, resumes the awaiting coroutine on its executor and gives what `call` gave. What it
  /// throws is thrown here. `call` captures pointers, references and plain values only, and refers to what outlives the
  /// await: members, or what the awaiting coroutine's frame holds.
  template <typename Call>
  boost::asio::awaitable<std::invoke_result_t<Call&>> run(Call call) {
    // gcc 12 destroys what a lambda made inside a co_await expression captured once too often.
    static_assert(std::is_trivially_copyable_v<Call> && std::is_trivially_destructible_v<Call>);
    auto work = [](Call inner) -> boost::asio::awaitable<std::invoke_result_t<Call&>> { co_return inner(); };
    auto result = co_await boost::asio::co_spawn(thread_, work(std::move(call)), boost::asio::use_awaitable);
    co_return result;
  }

  /// Calls `call` on the thread after the calls before it, and nobody waits for it. What it throws ends the program.
  template <typename Call>
  void post(Call call) {
    boost::asio::post(thread_, std::move(call));
  }
  /// For what nobody awaits: timers, and work that is posted. The destructor waits for all of it.
  boost::asio::thread_pool::executor_type executor() { return thread_.get_executor(); }

 private:
  boost::asio::thread_pool thread_;
};

}  // namespace rowprint
